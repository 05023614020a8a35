"""Activities for tests: plain rows, nothing hidden."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity
from branches.models import Organization
from branches.tests.factories import NOW
from members.models import Member
from orgportal.core.models import User


def make_activity(
    branch: Organization, recorded_by: User, present: Sequence[Member] = (), **fields: Any
) -> Activity:
    ids = [member.pk for member in present]
    defaults = {
        "kind": ActivityKind.GENERAL,
        "state": ActivityState.HELD,
        "title": "第一季度支部党员大会",
        "held_on": date(2026, 3, 5),
        "present_ids": ids,
        "present": len(ids),
        "expected": len(ids),
        "recorded_at": NOW,
        "changed_at": NOW,
    }
    return Activity.unscoped.create(branch=branch, recorded_by=recorded_by, **{**defaults, **fields})
