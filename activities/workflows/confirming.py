"""Many confirmations in one press, each decided by itself; and a confirmation taken back before the lock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from activities.choices import LifeMove
from activities.models import Activity
from activities.queries.life import picked
from activities.workflows.life import confirm, confirm_on_paper, may_take_back
from activities.workflows.meetings import demand_life, leave_trail, row_at
from activities.workflows.stamps import UNCONFIRMED, account_of, add_step, is_chair, tell_chair
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

# More are another press: nobody waits for more than that.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Left:
    """A record that was not settled, and what stood against it; None for one out of sight."""

    pk: int
    row: Activity | None
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Settled:
    done: tuple[Activity, ...]
    left: tuple[Left, ...]


def confirm_all(
    seen: Mapping[int, int], paper_on: date | None, *, actor: User, scope: Scope, at: datetime
) -> Settled:
    """`seen`: the version the person saw of each. Own ones as the chair; others from paper of that day."""
    on = paper_on or timezone.localdate(at)

    def one(row: Activity, version: int) -> Activity:
        if is_chair(row.chair_id, scope):
            return confirm(row, seen_version=version, actor=actor, scope=scope, at=at)
        return confirm_on_paper(row, on, seen_version=version, actor=actor, scope=scope, at=at)

    return _each(seen, one, scope)


def take_back_all(seen: Mapping[int, int], *, actor: User, scope: Scope, at: datetime) -> Settled:
    """Each waits for its chair again."""

    def one(row: Activity, version: int) -> Activity:
        return take_back(row, seen_version=version, actor=actor, scope=scope, at=at)

    return _each(seen, one, scope)


@transaction.atomic
def take_back(row: Activity, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Activity:
    """By whoever gave the word or noted it from paper; not once the record is locked."""
    row = row_at(row, seen_version)
    demand_life(row, LifeMove.TAKE_BACK, at)
    if not may_take_back(row, scope):
        raise NotAllowed("activity.confirm")
    changes = {"confirmed_at": row.confirmed_at, "locks_on": row.locks_on}
    # A return this confirmation answered is open again with it.
    row.steps.filter(move=LifeMove.RETURN, closed_at=row.confirmed_at).update(closed_at=None)
    row = update_versioned(row, seen_version=seen_version, **UNCONFIRMED)
    add_step(row, LifeMove.TAKE_BACK, actor=actor, at=at)
    if row.chair_id is not None and account_of(row.chair_id) != actor.pk:
        tell_chair(row, at=at)
    leave_trail(row, "activity.confirmation_taken_back", actor, at, changes)
    return row


def _each(seen: Mapping[int, int], act: Callable[[Activity, int], Activity], scope: Scope) -> Settled:
    """In the order of their ids, each in its own transaction: one that is refused keeps no other back."""
    rows, done, left = picked(list(seen), scope), [], []
    for pk in sorted(seen):
        row = rows.get(pk)
        if row is None:
            left.append(Left(pk, None, Refused("record_out_of_sight")))
            continue
        try:
            done.append(act(row, seen[pk]))
        except NotAllowed:
            left.append(Left(pk, row, Refused("confirm_not_yours")))
        except Refused as refusal:
            left.append(Left(pk, row, refusal))
    return Settled(tuple(done), tuple(left))
