"""Follow-ups of decisions: marked done with what came of it, by the person in charge or the branch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from activities.models import Decision
from activities.workflows.meetings import RIGHT
from members.queries.merging import ids_of
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Done:
    """When it was done and what came of it, as typed."""

    on: date
    result: str


def may_follow_up(scope: Scope, decision: Decision, own: Collection[int]) -> bool:
    """The person in charge, by whichever of their `own` ids, or whoever records for the branch."""
    return decision.owner_id in own or scope.may(RIGHT, decision.item.activity.branch)


@transaction.atomic
def mark_done(
    decision: Decision, done: Done, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Decision:
    """Say that it is done, when, and what came of it."""
    _demand(decision, scope)
    result = done.result.strip()
    if not result:
        raise Refused("result_missing")
    if done.on > timezone.localdate(at):
        raise Refused("done_in_the_future")
    if decision.done_on is not None:
        raise Refused("already_done")
    if decision.carried_to_id is not None:
        raise Refused("already_carried")
    row = update_versioned(decision, seen_version=seen_version, done_on=done.on, result=result)
    changes = {"done_on": done.on, "result": result}
    audit.record(actor=actor, action="decision.done", target=row, at=at, changes=changes)
    return row


@transaction.atomic
def reopen(decision: Decision, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Decision:
    """Take back "done": what was said about it stays in the trail."""
    _demand(decision, scope)
    changes = {"done_on": [decision.done_on, None], "result": [decision.result, ""]}
    row = update_versioned(decision, seen_version=seen_version, done_on=None, result="")
    audit.record(actor=actor, action="decision.reopened", target=row, at=at, changes=changes)
    return row


def _demand(decision: Decision, scope: Scope) -> None:
    if not may_follow_up(scope, decision, ids_of(scope.member_id)):
        raise NotAllowed(RIGHT)
    if decision.item.activity.is_void:
        raise Refused("record_is_void")
