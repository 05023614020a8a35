"""Leave asked before a meeting: by the member alone, withdrawn until it is recorded; the recorder is told."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities.choices import LeaveReason
from activities.models import Activity, LeaveRequest
from activities.queries.plans import expected_at
from activities.rules.plan_moves import leave_refusal
from activities.workflows.plan_notices import tell_recorder
from members.queries.merging import ids_of
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class LeaveWords:
    reason: LeaveReason
    remark: str = ""


@transaction.atomic
def ask_leave(
    activity: Activity, words: LeaveWords, *, actor: User, scope: Scope, at: datetime
) -> LeaveRequest:
    """Say that one cannot come. Asked for a day the meeting no longer has, it is asked anew."""
    row, member_id = _meeting(activity, scope)
    if refusal := leave_refusal(row.state, row.held_on, timezone.localdate(at)):
        raise Refused(refusal)
    if member_id not in expected_at(row):
        raise Refused("leave_not_expected")
    known = LeaveRequest.unscoped.filter(activity=row, member__in=ids_of(member_id)).first()
    if known is not None and known.stands and known.for_day == row.held_on:
        raise Refused("leave_asked_already")
    said = {
        "for_day": row.held_on, "reason": words.reason, "remark": words.remark.strip(), "asked_at": at,
        "withdrawn_at": None,
    }  # fmt: skip
    if known is None:
        asked = LeaveRequest.unscoped.create(activity=row, member_id=member_id, **said)
    else:
        LeaveRequest.unscoped.filter(pk=known.pk).update(version=F("version") + 1, **said)
        asked = LeaveRequest.unscoped.get(pk=known.pk)
    _note(asked, "leave.asked", "activities.leave_asked", actor, at)
    return asked


@transaction.atomic
def withdraw_leave(activity: Activity, *, actor: User, scope: Scope, at: datetime) -> LeaveRequest:
    """Come after all: until the meeting is recorded."""
    row, member_id = _meeting(activity, scope)
    asked = LeaveRequest.unscoped.standing().filter(activity=row, member__in=ids_of(member_id)).first()
    if asked is None:
        raise Refused("leave_not_asked")
    if not row.is_plan:
        raise Refused("leave_recorded")
    LeaveRequest.unscoped.filter(pk=asked.pk).update(withdrawn_at=at, version=F("version") + 1)
    asked.refresh_from_db()
    _note(asked, "leave.withdrawn", "activities.leave_withdrawn", actor, at)
    return asked


def _meeting(activity: Activity, scope: Scope) -> tuple[Activity, int]:
    """Held still: whoever asks twice at once, or while it is recorded, waits for the first."""
    if scope.member_id is None:
        raise Refused("leave_needs_member")
    rows = Activity.unscoped.select_for_update(no_key=True, of=("self",)).select_related("branch", "group")
    return rows.get(pk=activity.pk), scope.member_id


def _note(asked: LeaveRequest, action: str, notice: str, actor: User, at: datetime) -> None:
    """The trail says that it was asked; the reason stays with the request."""
    changes = {"member": asked.member_id, "for_day": asked.for_day}
    audit.record(actor=actor, action=action, target=asked.activity, at=at, changes=changes)
    tell_recorder(asked, notice, actor=actor, at=at)
