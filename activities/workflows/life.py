"""The doors of a record's life: confirmed by the chair or on paper, sent back by the level above.

A conditional update under the version the person saw; step, trail and word to whoever acts next with it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from activities.choices import LifeMove, ReturnReason
from activities.models import Activity
from activities.rules import life
from activities.workflows.meetings import demand_life, leave_trail, may_record, row_at
from activities.workflows.stamps import UNCONFIRMED, account_of, add_step, close_return, confirmed, is_chair
from branches.choices import PostKind
from members.queries import names_of, users_with_posts
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.inbox import notify
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why the level above opens a record again, as typed."""

    reason: ReturnReason
    remark: str


def moves_for(row: Activity, scope: Scope, today: date) -> frozenset[LifeMove]:
    """What the person can do with the record now; pages and API draw their buttons from it."""

    def may(right: str) -> bool:
        if right == life.RECORD:
            return may_record(scope, row.branch, row.kind, row.group_id)
        return bool(right) and scope.may(right, row.branch)

    is_giver = may_take_back(row, scope)
    found = life.allowed(row.life(today), is_chair=is_chair(row.chair_id, scope), is_giver=is_giver, may=may)
    if LifeMove.ON_PAPER in found and (row.chair_id is None or account_of(row.chair_id) is not None):
        return found - {LifeMove.ON_PAPER}
    return found


def may_take_back(row: Activity, scope: Scope) -> bool:
    """Whoever gave it, while they could give it again."""
    if scope.user_id is None or row.confirmed_by_id != scope.user_id:
        return False
    is_own = is_chair(row.chair_id, scope)
    return is_own or may_record(scope, row.branch, row.kind, row.group_id)


@transaction.atomic
def confirm(row: Activity, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Activity:
    """The chair says that the record is right as it was seen."""
    if not is_chair(row.chair_id, scope):
        raise NotAllowed("activity.confirm")
    row = _open(row, LifeMove.CONFIRM, seen_version, at)
    stamps = confirmed(row.branch, actor=actor, at=at)
    return _write(row, LifeMove.CONFIRM, "activity.confirmed", stamps, actor, at)


@transaction.atomic
def confirm_on_paper(
    row: Activity, on: date, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Activity:
    """Whoever records notes that a chair without account confirmed it on paper, and when."""
    if not may_record(scope, row.branch, row.kind, row.group_id):
        raise NotAllowed(life.RECORD)
    row = _open(row, LifeMove.ON_PAPER, seen_version, at)
    if row.chair_id is None:
        raise Refused("chair_missing")
    if account_of(row.chair_id) is not None:
        raise Refused("chair_signs_in", name=names_of({row.chair_id})[row.chair_id])
    if on > timezone.localdate(at):
        raise Refused("confirmed_in_the_future")
    if on < row.held_on:
        raise Refused("confirmed_before_meeting", held_on=row.held_on.isoformat())
    stamps = {**confirmed(row.branch, actor=actor, at=at), "paper_on": on}
    return _write(row, LifeMove.ON_PAPER, "activity.confirmed_on_paper", stamps, actor, at)


@transaction.atomic
def send_back(
    row: Activity, said: SentBack, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Activity:
    """The level above opens a confirmed or locked record again, for a stated reason; it edits nothing."""
    scope.demand(life.RETURN, row.branch)
    remark = said.remark.strip()
    if not remark:
        raise Refused("remark_missing")
    row = _open(row, LifeMove.RETURN, seen_version, at)
    changes = {
        "reason": said.reason, "remark": remark, "confirmed_at": row.confirmed_at, "locks_on": row.locks_on,
    }  # fmt: skip
    row = update_versioned(row, seen_version=seen_version, **{**UNCONFIRMED, "returned_at": at})
    add_step(row, LifeMove.RETURN, actor=actor, at=at, reason=said.reason, remark=remark)
    _tell_branch(row, said.reason, remark, actor, at)
    leave_trail(row, "activity.returned", actor, at, changes)
    return row


def _open(row: Activity, move: LifeMove, seen_version: int, at: datetime) -> Activity:
    """The row, held still; what was done meanwhile is said rather than that something was."""
    try:
        current = row_at(row, seen_version)
    except StaleVersion as stale:
        demand_life(stale.current, move, at)
        raise
    demand_life(current, move, at)
    return current


def _write(
    row: Activity, move: LifeMove, action: str, stamps: dict[str, Any], actor: User, at: datetime
) -> Activity:
    row = update_versioned(row, seen_version=row.version, **stamps)
    add_step(row, move, actor=actor, at=at)
    close_return(row, at)
    told = {"locks_on": row.locks_on} | ({"paper_on": row.paper_on} if row.paper_on else {})
    leave_trail(row, action, actor, at, told)
    return row


def _tell_branch(row: Activity, reason: ReturnReason, remark: str, actor: User, at: datetime) -> None:
    """Whoever recorded it and the secretary, or whoever stands in, have it on their desk now."""
    today = timezone.localdate(at)
    people = users_with_posts(row.branch.path, (PostKind.SECRETARY,), today, may=(life.RECORD,))
    people |= {row.recorded_by_id} if row.recorded_by.is_active else set()
    with translation.override(None):
        word = str(reason.label)
    params = {
        "title": row.title, "held_on": {"day": row.held_on.isoformat()}, "reason": {"word": word},
        "remark": remark,
    }  # fmt: skip
    key, url = f"returned:{row.pk}:{row.version}", row.get_absolute_url()
    notify(people - {actor.pk}, "activities.record_returned", key, params=params, url=url, at=at)
