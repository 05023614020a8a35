"""What a branch owes in a period and how it stands: decided here and nowhere else (house.md 15.2). Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
class BranchFacts:
    """What decides which duties a branch has."""

    id: int
    form: Form
    sector: Sector
    has_committee: bool
    established_on: date
    dissolved_on: date | None = None
    groups: tuple[GroupFacts, ...] = ()


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


def stands_on(branch: BranchFacts, day: date) -> bool:
    return branch.established_on <= day and (branch.dissolved_on is None or day <= branch.dissolved_on)


def owed_on(branch: BranchFacts, book: Rulebook, day: date) -> list[Owed]:
    """One line for each rule (and each party group) in the periods of that day."""
    found: list[Owed] = []
    for rule in DUTY_RULES:
        period = period_of(book.value(rule.key, day), day)
        groups = [group for group in branch.groups if _touches(period, group)] if rule.per_group else [None]
        found += [
            Owed(rule.key, group.id if group else None, period, is_owed(rule, branch, period, group))
            for group in groups
        ]
    return found


def is_owed(rule: DutyRule, branch: BranchFacts, period: Period, group: GroupFacts | None = None) -> bool:
    """Whether the rule binds this branch (or group) for the whole of the period."""
    if branch.form not in rule.forms or branch.sector not in rule.sectors:
        return False
    if rule.needs_committee and not branch.has_committee:
        return False
    if group is not None and not _whole(period, group.founded_on, group.ended_on):
        return False
    return _whole(period, branch.established_on, branch.dissolved_on)


def _touches(period: Period, group: GroupFacts) -> bool:
    return group.founded_on <= period.ends_on and (group.ended_on or period.ends_on) >= period.starts_on


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
        # The one entered first decides whether it was entered in time.
        same = sorted((r for r in said if r.state == state), key=lambda r: (r.recorded_on, r.id))
        if same:
            return _answered(duty, same[0])
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
