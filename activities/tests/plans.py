"""What the tests of plans and leave share."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity
from activities.rules.plan_moves import Appointment
from activities.rules.records import Entry
from activities.tests.factories import make_activity
from activities.workflows.meetings import record_meeting
from activities.workflows.plans import PlanEntry, sheet_for
from branches.tests.factories import NOW
from orgportal.core.errors import Refused
from orgportal.core.models import Notification

MARCH = {"plan_starts_on": date(2026, 3, 1), "plan_ends_on": date(2026, 3, 31), "plan_number": 1}
THEME = ActivityKind.THEME_DAY


def by(world: Any, persona: str = "li", **more: Any) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW, **more}


def plan(world: Any, on: date = date(2026, 3, 20), **fields: Any) -> Activity:
    shape = {"kind": THEME, "state": ActivityState.PLANNED, "held_on": on, "title": "主题党日", **MARCH}
    return make_activity(world.a, world.li.user, **{**shape, **fields})


def entry(world: Any, on: date = date(2026, 3, 5), kind: ActivityKind = THEME, **fields: Any) -> Entry:
    return Entry(kind=kind, title="学习日", held_on=on, chair_id=world.li.pk, **fields)


def record(world: Any, *args: Any, **fields: Any) -> Activity:
    return record_meeting(entry(world, *args, **fields), branch=world.a, **by(world))


def proposed(world: Any, persona: str = "li", year: int = 2026) -> list[PlanEntry]:
    sheet = sheet_for(world.a, year, scope=world.scope(persona), at=NOW)
    return [PlanEntry(each.line.slot, Appointment(each.on)) for each in sheet.proposals]


def refused(code: str, work: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as refusal:
        work()
    assert refusal.value.code == code


def told(world: Any, persona: str) -> list[str]:
    rows = Notification.unscoped.filter(recipient=world.user(persona)).order_by("pk")
    return list(rows.values_list("rule", flat=True))
