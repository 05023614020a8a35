"""The plan of a year: which meetings are still to be planned, and a day for each as the branch usually meets.

Pure.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TypeVar

from activities.choices import ActivityKind, ActivityState, DutyState, PlanLineState
from activities.rules.duties import Period, period_of

T = TypeVar("T")
# A kind of meeting, and which party group's it is.
What = tuple[ActivityKind, int | None]
# So many of the last meetings of a kind make its habit.
REMEMBERED = 6
WEEK = 7
ANSWERED = frozenset({DutyState.ON_TIME, DutyState.LATE, DutyState.EXCUSED, DutyState.DID_NOT_MEET})


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One meeting a branch owes: the n-th of its duty's period."""

    starts_on: date
    rule: str
    group_id: int | None
    number: int = 1


@dataclass(frozen=True, slots=True)
class OwedPeriod:
    """A period of a duty as it is decided; without a state it is not opened yet."""

    rule: str
    kind: ActivityKind
    group_id: int | None
    period: Period
    times: int = 1
    state: DutyState | None = None
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned or postponed meeting, and the period it was planned for."""

    id: int
    kind: ActivityKind
    group_id: int | None
    state: ActivityState
    held_on: date
    starts_on: date
    number: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was held: what the habit is read from."""

    id: int
    kinds: frozenset[ActivityKind]
    group_id: int | None
    held_on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the year's sheet, with the record or the plan behind it."""

    slot: Slot
    kind: ActivityKind
    period: Period
    times: int
    state: PlanLineState
    duty_state: DutyState | None = None
    activity_id: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state == PlanLineState.OPEN


@dataclass(frozen=True, slots=True)
class Proposal:
    """A day inside the period on which people work, at the usual hours and place."""

    line: PlanLine
    on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a branch holds one kind of meeting; `weekday` and `week` of which month of the period."""

    weekday: int | None = None
    week: int = 0
    month: int | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""


# --- the sheet


def lines_of(
    owed: Iterable[OwedPeriod], plans: Iterable[Planned], held: Iterable[Held], today: date
) -> list[PlanLine]:
    """A line for each meeting owed, by period: recorded, planned, to be planned, or its time is over."""
    planned = {(plan.kind, plan.group_id, plan.starts_on, plan.number): plan for plan in plans}
    records = list(held)
    found: list[PlanLine] = []
    for duty in owed:
        so_far = _held_in(duty, records) if duty.times > 1 else []
        for number in range(1, duty.times + 1):
            plan = planned.get((duty.kind, duty.group_id, duty.period.starts_on, number))
            found.append(_line(duty, number, plan, so_far, today))
    return sorted(found, key=lambda line: (line.period.ends_on, line.slot))


def _held_in(duty: OwedPeriod, held: Iterable[Held]) -> list[int]:
    """Some of several that were held while the duty is not answered yet."""
    if duty.state in ANSWERED:
        return []
    said = [
        each
        for each in held
        if duty.kind in each.kinds and each.group_id == duty.group_id and each.held_on in duty.period
    ]
    return [each.id for each in sorted(said, key=lambda each: (each.held_on, each.id))]


def _line(duty: OwedPeriod, number: int, plan: Planned | None, so_far: list[int], today: date) -> PlanLine:
    slot = Slot(duty.period.starts_on, duty.rule, duty.group_id, number)

    def line(state: PlanLineState, activity_id: int | None = None) -> PlanLine:
        return PlanLine(slot, duty.kind, duty.period, duty.times, state, duty.state, activity_id)

    if duty.state in ANSWERED:
        return line(PlanLineState.RECORDED, duty.record_id)
    if plan is not None:
        postponed = plan.state == ActivityState.POSTPONED
        return line(PlanLineState.POSTPONED if postponed else PlanLineState.PLANNED, plan.id)
    if so_far:
        return line(PlanLineState.RECORDED, so_far.pop(0))
    return line(PlanLineState.OVER if duty.period.ends_on < today else PlanLineState.OPEN)


# --- the habit


def habits_of(
    held: Iterable[Held], months: Mapping[ActivityKind, int]
) -> dict[tuple[ActivityKind, int | None], Habit]:
    """By kind and party group; `months` says how many a period of the kind has."""
    by_kind: dict[What, list[Held]] = defaultdict(list)
    for record in sorted(held, key=lambda each: (each.held_on, each.id), reverse=True):
        for kind in record.kinds & months.keys():
            if len(by_kind[kind, record.group_id]) < REMEMBERED:
                by_kind[kind, record.group_id].append(record)
    return {(kind, group): habit_of(rows, months[kind]) for (kind, group), rows in by_kind.items()}


def habit_of(latest_first: Sequence[Held], months: int) -> Habit:
    """What happened most often; of two as often, what happened last."""
    if not latest_first:
        return Habit()
    weekday = _usual(each.held_on.weekday() for each in latest_first)
    days = [each.held_on for each in latest_first if each.held_on.weekday() == weekday]
    starts_at, ends_at = _usual((each.starts_at, each.ends_at) for each in latest_first)
    return Habit(
        weekday=weekday,
        week=_usual((day.day - 1) // WEEK for day in days),
        month=_usual((each.held_on.month - 1) % months for each in latest_first),
        starts_at=starts_at,
        ends_at=ends_at,
        place=_usual(each.place for each in latest_first),
    )


def _usual(values: Iterable[T]) -> T:
    return Counter(values).most_common(1)[0][0]


# --- the days


class Workdays:
    """The days people work on in a range, found by bisection: the same for every line of the sheet."""

    def __init__(self, days: Sequence[date]) -> None:
        self._days = days

    def within(self, since: date, until: date) -> Sequence[date]:
        return self._days[bisect_left(self._days, since) : bisect_right(self._days, until)]


def proposals_for(
    lines: Iterable[PlanLine],
    habits: Mapping[What, Habit],
    days: Workdays,
    *,
    usual_day: int,
    today: date,
) -> list[Proposal]:
    """A day for every line that has neither record nor plan; none where no working day is left."""
    found: list[Proposal] = []
    taken: dict[What, set[date]] = defaultdict(set)
    for line in lines:
        if not line.is_open:
            continue
        what = line.kind, line.slot.group_id
        habit = habits.get(what, Habit())
        on = day_for(line, habit, days, usual_day=usual_day, today=today, taken=taken[what])
        if on is not None:
            taken[what].add(on)
            found.append(Proposal(line, on, habit.starts_at, habit.ends_at, habit.place))
    return found


def day_for(
    line: PlanLine, habit: Habit, days: Workdays, *, usual_day: int, today: date, taken: Iterable[date] = ()
) -> date | None:
    """The working day nearest to the usual one; where that has passed, the next such weekday."""
    part = part_of(line.period, line.slot.number, line.times)
    if part.ends_on < today:
        part = line.period
    used = set(taken)
    free = [day for day in days.within(max(part.starts_on, today), part.ends_on) if day not in used]
    if not free:
        return None
    usual = usual_of(part, habit, usual_day, whole=line.times == 1)
    if usual < free[0]:
        return next((day for day in free if day.weekday() == habit.weekday), free[0])
    return min(free, key=lambda day: (abs((day - usual).days), day))


def part_of(period: Period, number: int, times: int) -> Period:
    """Where several are owed in one period, each has its share of the days."""
    length = (period.ends_on - period.starts_on).days + 1
    first, after = (length * (number - 1) // times, length * number // times)
    return Period(period.starts_on + timedelta(days=first), period.starts_on + timedelta(days=after - 1))


def usual_of(part: Period, habit: Habit, usual_day: int, *, whole: bool) -> date:
    """The day the habit points at; with no habit the usual day of the last month."""
    if not whole:
        middle = part.starts_on + (part.ends_on - part.starts_on) / 2
        return middle if habit.weekday is None else _nearest_weekday(middle, habit.weekday)
    if habit.weekday is None or habit.month is None:
        return _in_month(part.ends_on, usual_day)
    month = part.starts_on.month - 1 + habit.month
    first = date(part.starts_on.year + month // 12, month % 12 + 1, 1)
    return _nth_weekday(first, habit.weekday, habit.week)


def _in_month(day: date, number: int) -> date:
    month = period_of("month", day)
    return month.starts_on.replace(day=min(number, month.ends_on.day))


def _nearest_weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday() + 3) % WEEK - 3)


def _nth_weekday(first: date, weekday: int, week: int) -> date:
    """The last one where the month has no fifth."""
    day = first + timedelta(days=(weekday - first.weekday()) % WEEK + WEEK * week)
    return day if day.month == first.month else day - timedelta(days=WEEK)
