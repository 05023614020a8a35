"""What may become of a planned meeting, and which record takes its place. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from activities.choices import OPEN_PLANS, ActivityState, PlanMove

PLANNED, POSTPONED, CANCELLED = ActivityState.PLANNED, ActivityState.POSTPONED, ActivityState.CANCELLED
# A sheet just laid out can be taken back as a whole for so long.
TAKEN_BACK_WITHIN = timedelta(days=1)
# Plans are made for this year and the next.
YEARS_AHEAD = 1
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Move:
    """One row: from which states to which, and whether it says why."""

    name: PlanMove
    from_states: frozenset[ActivityState]
    to: ActivityState
    needs_reason: bool = False
    needs_day: bool = False

    @property
    def label(self) -> str:
        return str(self.name.label)


# What was cancelled by mistake, or is to be held after all, is given a day again.
MOVES: tuple[Move, ...] = (
    Move(PlanMove.MOVE, frozenset({PLANNED, POSTPONED, CANCELLED}), PLANNED, needs_day=True),
    Move(PlanMove.POSTPONE, frozenset({PLANNED}), POSTPONED, needs_reason=True),
    Move(PlanMove.CANCEL, OPEN_PLANS, CANCELLED, needs_reason=True),
)
MOVE_BY_NAME = {move.name: move for move in MOVES}


def moves_from(state: str) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if state in move.from_states)


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and where a planned meeting is to be; its subject."""

    on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    title: str = ""


def faults_of(
    appointment: Appointment, today: date, *, is_workday: bool, may_be_day_off: bool
) -> list[tuple[str, str]]:
    """Everything wrong with it: field and code."""
    found: list[tuple[str, str]] = []
    if appointment.on < today:
        found.append(("on", "plan_in_the_past"))
    elif appointment.on.year > today.year + YEARS_AHEAD:
        found.append(("on", "plan_too_far_ahead"))
    elif not is_workday and not may_be_day_off:
        found.append(("on", "plan_on_a_day_off"))
    if appointment.ends_at and not appointment.starts_at:
        found.append(("starts_at", "plan_end_without_start"))
    elif appointment.starts_at and appointment.ends_at and appointment.ends_at <= appointment.starts_at:
        found.append(("ends_at", "ends_before_it_starts"))
    return found


def is_outside(on: date, starts_on: date | None, ends_on: date | None) -> bool:
    """Whether a meeting on that day would not answer the duty it was planned for."""
    return starts_on is not None and ends_on is not None and not starts_on <= on <= ends_on


def has_day_in(days: Iterable[date], starts_on: date, ends_on: date) -> bool:
    """Whether one of the days planned lies in the period of a duty."""
    return any(starts_on <= day <= ends_on for day in days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open plan of one kind and party group."""

    id: int
    state: ActivityState
    held_on: date
    starts_on: date | None = None
    ends_on: date | None = None


def plan_recorded(plans: Iterable[Waiting], on: date, named: int | None = None) -> Waiting | None:
    """Which plan a record of that day takes the place of: that of the day, else the nearest of its period.

    `named`: the one the page was filled from. Of no period, it is taken whatever the day.
    """
    plans = list(plans)
    of_no_period = next((each for each in plans if each.id == named and each.starts_on is None), None)
    if of_no_period is not None:
        return of_no_period
    fitting = [plan for plan in plans if fits(plan, on)]
    return min(
        fitting,
        key=lambda plan: (not _is_of_day(plan, on), abs((plan.held_on - on).days), plan.id),
        default=None,
    )


def fits(plan: Waiting, on: date) -> bool:
    """Whether a record of that day is of the plan's day or period."""
    return _is_of_day(plan, on) or _is_of_period(plan, on)


def plan_to_record(plans: Iterable[Waiting], today: date) -> Waiting | None:
    """Which plan the page for a record starts from: the nearest whose day has come or whose period runs."""
    fitting = [
        plan
        for plan in plans
        if (plan.state == PLANNED and plan.held_on <= today) or _is_of_period(plan, today)
    ]
    return min(fitting, key=lambda plan: (abs((plan.held_on - today).days), plan.id), default=None)


def _is_of_day(plan: Waiting, on: date) -> bool:
    return plan.state == PLANNED and plan.held_on == on


def _is_of_period(plan: Waiting, on: date) -> bool:
    return plan.starts_on is not None and not is_outside(on, plan.starts_on, plan.ends_on)


def seen_of(text: str) -> tuple[int, int] | None:
    """ "12:3" is the third version of plan 12; what was tampered with is none."""
    parts = text.split(":")
    if len(parts) != len(("plan", "version")) or not all(part.isdecimal() for part in parts):
        return None
    pk, version = (int(part[:LONGEST_ID]) for part in parts)
    return pk, version


def leave_refusal(state: str, held_on: date, today: date) -> str:
    """Why leave can not be asked for a meeting; "" if it can."""
    if state == POSTPONED:
        return "leave_postponed"
    if state == CANCELLED:
        return "leave_cancelled"
    if state != PLANNED:
        return "leave_recorded"
    return "leave_day_passed" if held_on < today else ""
