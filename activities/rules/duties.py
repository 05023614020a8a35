"""What a branch owes in a period and how it stands: decided here and nowhere else (house.md 15.2). Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from operator import attrgetter

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.provisions import DUTY_RULES, DutyRule
from branches.choices import Form, Sector
from orgportal.core.rulebook import Rulebook

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

# Answers a branch can give, best first.
_ANSWERS = (ActivityState.HELD, ActivityState.EXCUSED, ActivityState.DID_NOT_MEET)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days inclusive."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class GroupFacts:
    id: int
    founded_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a branch was until that day (the last it was so) and is no more."""

    until: date
    form: Form
    sector: Sector
    has_committee: bool


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """What decides which duties a branch has: as it is, and as it was before (oldest first)."""

    id: int
    form: Form
    sector: Sector
    has_committee: bool
    established_on: date
    dissolved_on: date | None = None
    groups: tuple[GroupFacts, ...] = ()
    before: tuple[SetUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in each period of that length."""

    length: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty of one period; `is_owed` is False where the rule does not bind this branch then."""

    rule: str
    group_id: int | None
    period: Period
    is_owed: bool


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a record says about a duty. Planned and voided entries say nothing."""

    id: int
    kinds: frozenset[ActivityKind]
    state: ActivityState
    held_on: date
    recorded_on: date
    group_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """One stored duty, with the local rules that decide it."""

    answered_by: ActivityKind
    period: Period
    due_on: date
    is_owed: bool = True
    group_id: int | None = None
    grace_days: int = 0
    taken_over_on: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    state: DutyState
    record_id: int | None = None
    reason: str = ""


def period_of(length: str, day: date) -> Period:
    """The month, quarter, half-year or year the day lies in."""
    months = MONTHS[length]
    first = (day.month - 1) // months * months + 1
    after = first + months
    end = date(day.year + after // 13, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return Period(date(day.year, first, 1), end)


def periods_of(length: str, starts_on: date, ends_on: date) -> list[Period]:
    """Every period that touches the range, in order; none if the range is empty."""
    found: list[Period] = []
    day = starts_on
    while day <= ends_on:
        found.append(period_of(length, day))
        day = found[-1].ends_on + timedelta(days=1)
    return found


def days_since(since: date, on: date) -> list[date]:
    """One day for each month from the one `since` lies in: its last day, and that day itself at the end."""
    return [min(month.ends_on, on) for month in periods_of("month", since, on)]


@cache
def frequency(value: str) -> Frequency:
    """A provision's value read: "quarter" is once in each, "2 per half_year" twice."""
    times, _, length = value.rpartition(" per ")
    return Frequency(length, int(times or 1))


def frequency_on(rule: str, book: Rulebook, day: date) -> Frequency | None:
    """How often the rule asks that day; None before it was in force."""
    return frequency(book.value(rule, day)) if book.has(rule, day) else None


def is_asked(rule: str, book: Rulebook, period: Period) -> bool:
    """Whether such a period runs under the rule: what was in force on its first day holds to its end."""
    asked = frequency_on(rule, book, period.starts_on)
    return asked is not None and period_of(asked.length, period.starts_on) == period


def calendar_on(book: Rulebook, day: date) -> list[tuple[DutyRule, Period]]:
    """Each rule with its period of that day; with two while a longer one runs out beside a new frequency."""
    lines = ((rule, period_of(length, day)) for rule in DUTY_RULES for length in MONTHS)
    return [(rule, period) for rule, period in lines if is_asked(rule.key, book, period)]


def owed_in(branch: BranchFacts, calendar: Iterable[tuple[DutyRule, Period]]) -> list[Owed]:
    """One line for each rule (and each party group) in the periods the branch stood in."""
    found: list[Owed] = []
    for rule, period in calendar:
        if not _touches(period, branch.established_on, branch.dissolved_on):
            continue
        groups = [each for each in branch.groups if _touches(period, each.founded_on, each.ended_on)]
        found += [
            Owed(rule.key, group.id if group else None, period, is_owed(rule, branch, period, group))
            for group in (groups if rule.per_group else [None])
        ]
    return found


def is_owed(rule: DutyRule, branch: BranchFacts, period: Period, group: GroupFacts | None = None) -> bool:
    """Whether the rule binds this branch (or group), as it then was, for the whole of the period."""
    if not all(_binds(rule, each) for each in _set_ups(branch, period)):
        return False
    if group is not None and not _whole(period, group.founded_on, group.ended_on):
        return False
    return _whole(period, branch.established_on, branch.dissolved_on)


def _binds(rule: DutyRule, branch: BranchFacts | SetUp) -> bool:
    if branch.form not in rule.forms or branch.sector not in rule.sectors:
        return False
    return branch.has_committee or not rule.needs_committee


def _set_ups(branch: BranchFacts, period: Period) -> Iterator[BranchFacts | SetUp]:
    """All that the branch was on any day of the period."""
    since = date.min
    for each in branch.before:
        # Two changes of one day leave a set-up between them that never was.
        if max(since, period.starts_on) <= min(each.until, period.ends_on):
            yield each
        since = each.until + timedelta(days=1)
    if since <= period.ends_on:
        yield branch


def _touches(period: Period, since: date, until: date | None) -> bool:
    return since <= period.ends_on and (until is None or until >= period.starts_on)


def _whole(period: Period, since: date, until: date | None) -> bool:
    """New or gone inside the period: not held to it."""
    return since <= period.starts_on and (until is None or until >= period.ends_on)


def answers(duty: DutyFacts, record: RecordFacts) -> bool:
    """Whether this record speaks to this duty: right kind, right group, inside the period."""
    return (
        record.state in _ANSWERS
        and duty.answered_by in record.kinds
        and record.group_id == duty.group_id
        and record.held_on in duty.period
    )


_HELD_ON = attrgetter("held_on")


class Said:
    """A branch's records, found by what they speak to: years of them answer as quickly as one month."""

    def __init__(self, records: Iterable[RecordFacts] = ()) -> None:
        self._found: dict[tuple[ActivityKind, int | None], list[RecordFacts]] = defaultdict(list)
        for record in sorted(records, key=_HELD_ON):
            for kind in record.kinds:
                self._found[kind, record.group_id].append(record)

    def about(self, duty: DutyFacts) -> Sequence[RecordFacts]:
        """Those of the duty's kind and group inside its period, by day."""
        found = self._found.get((duty.answered_by, duty.group_id), [])
        first = bisect_left(found, duty.period.starts_on, key=_HELD_ON)
        return found[first : bisect_right(found, duty.period.ends_on, key=_HELD_ON)]


def decide(duty: DutyFacts, records: Iterable[RecordFacts], on: date) -> Verdict:
    """How the duty stands that day. A held record never makes it worse; what is not known is never bad."""
    said = [record for record in records if answers(duty, record)]
    for state in _ANSWERS:
        enough = duty.times if state == ActivityState.HELD else 1
        # Those entered first decide whether it was entered in time.
        same = sorted((r for r in said if r.state == state), key=lambda r: (r.recorded_on, r.id))
        if len(same) >= enough:
            return _answered(duty, same[enough - 1])
    return Verdict(_unanswered(duty, on))


def _answered(duty: DutyFacts, record: RecordFacts) -> Verdict:
    if record.state == ActivityState.EXCUSED:
        return Verdict(DutyState.EXCUSED, record.id, record.reason)
    if record.state == ActivityState.DID_NOT_MEET:
        return Verdict(DutyState.DID_NOT_MEET, record.id, record.reason)
    return Verdict(DutyState.LATE if _is_late(duty, record) else DutyState.ON_TIME, record.id)


def _is_late(duty: DutyFacts, record: RecordFacts) -> bool:
    """Entered after the due day and its grace. What was not owed, or lies before takeover, is not late."""
    if not duty.is_owed or _before_takeover(duty):
        return False
    return record.recorded_on > duty.due_on + timedelta(days=duty.grace_days)


def _unanswered(duty: DutyFacts, on: date) -> DutyState:
    if not duty.is_owed:
        return DutyState.NOT_APPLICABLE
    if duty.taken_over_on is not None and duty.period.ends_on < duty.taken_over_on:
        return DutyState.NO_DATA
    if on <= duty.due_on:
        return DutyState.NOT_DUE
    return DutyState.NO_DATA if _before_takeover(duty) else DutyState.MISSING


def _before_takeover(duty: DutyFacts) -> bool:
    """Some of the period lies before the branch's records begin: it may have met then, nobody knows."""
    return duty.taken_over_on is not None and duty.period.starts_on < duty.taken_over_on
