"""The life of a record: one table of moves, whose each is, and the day it locks. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from activities.choices import ActivityState, LifeMove, LifeState, Road
from activities.provisions import RECORD_LOCK
from orgportal.core.rulebook import Rulebook

RECORD, RETURN = "activity.record", "activity.return"


class Who(StrEnum):
    """Whose move it is."""

    CHAIR = "chair"
    BRANCH = "branch"
    GIVER = "giver"  # whoever confirmed, or noted it from paper
    ABOVE = "above"
    CLOCK = "clock"


TO_CONFIRM, CONFIRMED = LifeState.TO_CONFIRM, LifeState.CONFIRMED
LOCKED, RETURNED = LifeState.LOCKED, LifeState.RETURNED
OPEN = frozenset({TO_CONFIRM, CONFIRMED, RETURNED})


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table; `to` is None where the record counts no more."""

    name: LifeMove
    from_states: frozenset[LifeState]
    to: LifeState | None
    who: Who
    right: str = ""  # the chair needs none
    needs_reason: bool = False
    to_by_chair: LifeState | None = None  # where it leads when it is the chair who makes it

    @property
    def label(self) -> str:
        return str(self.name.label)


MOVES: tuple[Move, ...] = (
    Move(LifeMove.CONFIRM, frozenset({TO_CONFIRM}), CONFIRMED, Who.CHAIR),
    Move(LifeMove.ON_PAPER, frozenset({TO_CONFIRM}), CONFIRMED, Who.BRANCH, RECORD),
    # What is put right has not been confirmed; whoever chaired it and puts it right confirms it by that.
    Move(LifeMove.AMEND, OPEN, TO_CONFIRM, Who.BRANCH, RECORD, to_by_chair=CONFIRMED),
    Move(LifeMove.VOID, OPEN, None, Who.BRANCH, RECORD, needs_reason=True),
    Move(LifeMove.RETURN, frozenset({CONFIRMED, LOCKED}), RETURNED, Who.ABOVE, RETURN, needs_reason=True),
    # A slip of many presses at once is put right by whoever made it, until the record is closed.
    Move(LifeMove.TAKE_BACK, frozenset({CONFIRMED}), TO_CONFIRM, Who.GIVER),
    Move(LifeMove.LOCK, frozenset({CONFIRMED}), LOCKED, Who.CLOCK),
    # Before the lock files come and go freely; after it each time with a reason that stays in the history.
    Move(LifeMove.FILES, frozenset({LOCKED}), LOCKED, Who.BRANCH, RECORD, needs_reason=True),
)

_LOCKED_OUT = {LOCKED: "record_locked"}
_CONFIRMED = dict.fromkeys((CONFIRMED, LOCKED), "already_confirmed")
WHY_NOT: dict[LifeMove, dict[LifeState, str]] = {
    LifeMove.CONFIRM: {**_CONFIRMED, RETURNED: "returned_put_right_first"},
    LifeMove.ON_PAPER: {**_CONFIRMED, RETURNED: "returned_put_right_first"},
    LifeMove.AMEND: _LOCKED_OUT,
    LifeMove.VOID: _LOCKED_OUT,
    LifeMove.TAKE_BACK: {
        **_LOCKED_OUT,
        TO_CONFIRM: "not_confirmed_yet",
        RETURNED: "already_returned",
    },
    LifeMove.RETURN: {TO_CONFIRM: "not_confirmed_yet", RETURNED: "already_returned"},
}


def life_of(
    state: str, *, is_confirmed: bool, locks_on: date | None, is_returned: bool, today: date
) -> LifeState | None:
    """Where a record stands; None for whatever is no meeting that was held."""
    if state != ActivityState.HELD:
        return None
    if is_returned:
        return RETURNED
    if not is_confirmed:
        return TO_CONFIRM
    return LOCKED if locks_on is not None and locks_on <= today else CONFIRMED


def objection(name: LifeMove, life: LifeState | None) -> str:
    """The code of what stands against the move, "" where nothing does."""
    if any(life in move.from_states for move in MOVES if move.name == name):
        return ""
    return "not_a_meeting_held" if life is None else WHY_NOT[name][life]


def allowed(
    life: LifeState | None, *, is_chair: bool, is_giver: bool, may: Callable[[str], bool]
) -> frozenset[LifeMove]:
    """What one person can do with the record now."""
    own = {Who.CHAIR: is_chair, Who.GIVER: is_giver}
    return frozenset(
        move.name
        for move in MOVES
        if life in move.from_states and (own[move.who] if move.who in own else may(move.right))
    )


def locks_on(confirmed_on: date, book: Rulebook) -> date:
    """Decided once, under the rules of the day it is confirmed."""
    return confirmed_on + timedelta(days=int(book.value(RECORD_LOCK.key, confirmed_on)))


def road_of(
    at: datetime, *, is_on_paper: bool, recorded_at: datetime, put_right_at: Collection[datetime]
) -> Road:
    """By what road a confirmation came: a save of the chair's confirms in the same moment."""
    if is_on_paper:
        return Road.PAPER
    if at == recorded_at:
        return Road.RECORDED
    return Road.PUT_RIGHT if at in put_right_at else Road.PRESSED
