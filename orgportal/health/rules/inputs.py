"""What is known of a branch on a day, as the one statement says it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class DutyLine(NamedTuple):
    """How many duties of one rule stand in one state; `ids` where somebody may have to act."""

    rule: str
    state: str
    number: int
    in_period: int
    first_due_on: date
    last_due_on: date
    ids: tuple[int, ...] = ()
    due_days: tuple[date, ...] = ()  # of the missing ones


class Dated(NamedTuple):
    """A row somebody waits for, and since or until when."""

    id: int
    on: date


class Seat(NamedTuple):
    """A kind of post that was ever held: is it held, and if not, since when not."""

    kind: str
    is_held: bool
    vacant_since: date | None


@dataclass(frozen=True, slots=True)
class BranchInputs:
    """One row of `sql/inputs.sql`, in its order."""

    id: int
    path: str
    parent_id: int | None
    name: str
    form: str
    sector: str
    has_committee: bool
    established_on: date
    formal: int = 0
    probationary: int = 0
    mobile: int = 0
    contact_unknown: int = 0
    contacts: tuple[Dated, ...] = ()  # next contact passed
    first_duty_on: date | None = None
    duties: tuple[DutyLine, ...] = ()
    last_record_on: date | None = None
    held_in_period: int = 0
    term_id: int | None = None
    term_starts_on: date | None = None
    term_due_on: date | None = None
    extension_basis: str = ""
    has_secretary: bool | None = None  # None: no secretary was ever recorded
    vacant_since: date | None = None
    waiting: tuple[Dated, ...] = ()
    follow_ups: tuple[Dated, ...] = ()
    campaigns: int = 0
    without_pledge: tuple[Dated, ...] = ()
    posts: tuple[Seat, ...] = ()  # beside the secretary
    on_the_way: tuple[Dated, ...] = ()
    lapsed: tuple[Dated, ...] = ()  # the letter ran out, and nobody started again
    lost: tuple[Dated, ...] = ()
    hosted: int = 0
    expected_here: tuple[Dated, ...] = ()
    unnumbered: tuple[int, ...] = ()
