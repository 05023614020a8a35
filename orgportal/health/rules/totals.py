"""How branches add up: totals of a branch, of every body above it, and which periods are ready. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from activities.choices import DutyState
from orgportal.core.rulebook import Level
from orgportal.health.rules.findings import Assessment, months_after
from orgportal.health.rules.inputs import BranchInputs

# States a duty that applies and is known can be in: the denominator of every share.
EXPECTED = (
    DutyState.NOT_DUE,
    DutyState.ON_TIME,
    DutyState.LATE,
    DutyState.EXCUSED,
    DutyState.DID_NOT_MEET,
    DutyState.MISSING,
)
HELD = (DutyState.ON_TIME, DutyState.LATE)
OPEN_LEVELS = (Level.WARN, Level.URGENT)
# No summary is made of what lies further back than this, whatever the records say.
MOST_MONTHS = 36
# Months, quarters, years.
LENGTHS = (1, 3, 12)


class Span(NamedTuple):
    """The month, quarter or year a summary speaks of, both days inclusive."""

    starts_on: date
    ends_on: date

    @property
    def months(self) -> int:
        return self.ends_on.month - self.starts_on.month + 1

    def earlier(self, months: int) -> "Span":
        """As long a period, so many months before this one."""
        start = months_after(self.starts_on, -months)
        return Span(start, months_after(start, self.months) - timedelta(days=1))

    @property
    def name(self) -> str:
        """ "2026-03", "2026-Q1" or "2026"."""
        year, first = self.starts_on.year, self.starts_on.month
        return {1: f"{year}-{first:02}", 3: f"{year}-Q{(first + 2) // 3}"}.get(self.months, str(year))


class BranchTotals(NamedTuple):
    """One branch as the body above it names it."""

    id: int
    path: str
    name: str
    totals: Mapping[str, int]


class Roll(NamedTuple):
    """The sums of one body over the branches below it, and which of them are silent."""

    totals: Mapping[str, int] = MappingProxyType({})
    silent_ids: Sequence[int] = ()


def totals_of(inputs: BranchInputs, found: Assessment) -> dict[str, int]:
    """Counts of one branch under flat names: "duty.missing", "finding.term_overdue"; zeros are left out."""
    counts: Counter[str] = Counter(
        {
            "branches": 1,
            "silent": int(found.is_silent),
            "members.formal": inputs.formal,
            "members.probationary": inputs.probationary,
            "members.mobile": inputs.mobile,
            "members.on_the_way": len(inputs.on_the_way) + len(inputs.lapsed),
            "members.unnumbered": len(inputs.unnumbered),
            "records.held": inputs.held_in_period,
        }
    )
    for state, number in duties_in_period(inputs).items():
        counts[f"duty.{state}"] = number
    for finding in found.findings:
        if finding.level in OPEN_LEVELS:
            counts[f"finding.{finding.code}"] += 1
    return {name: number for name, number in sorted(counts.items()) if number}


def duties_in_period(inputs: BranchInputs) -> dict[str, int]:
    """Duties that fell due in the period, by state."""
    counts: Counter[str] = Counter()
    for line in inputs.duties:
        counts[line.state] += line.in_period
    return {state: number for state, number in sorted(counts.items()) if number}


def expected_of(totals: Mapping[str, int]) -> int:
    return sum(totals.get(f"duty.{state}", 0) for state in EXPECTED)


def held_of(totals: Mapping[str, int]) -> int:
    return sum(totals.get(f"duty.{state}", 0) for state in HELD)


def spans_to_sum(begin: date, on: date, cut_off_days: int, done: Iterable[Span]) -> list[Span]:
    """What is over and past its cut-off, has records from its first month on, and is not yet done.

    Oldest first; of those ending on one day the month before the quarter before the year.
    """
    finished = set(done)
    first = max(begin.replace(day=1), months_after(on.replace(day=1), -MOST_MONTHS))
    found = [span for months in LENGTHS for span in _spans(months, first, on - timedelta(days=cut_off_days))]
    left = (span for span in found if span not in finished)
    return sorted(left, key=lambda span: (span.ends_on, -span.starts_on.toordinal()))


def _spans(months: int, first: date, before: date) -> Iterator[Span]:
    """Periods of that length that begin in this month or later and end before that day."""
    start = first.replace(month=(first.month - 1) // months * months + 1)
    if start < first:
        start = months_after(start, months)
    while (end := months_after(start, months) - timedelta(days=1)) < before:
        yield Span(start, end)
        start = months_after(start, months)


_NAME = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


def span_named(text: str) -> Span | None:
    """What `Span.name` says; None for anything else."""
    found = _NAME.fullmatch(text)
    if found is None or found[1] < "1000":
        return None
    months = 1 if found[2] else 3 if found[3] else 12
    start = date(int(found[1]), int(found[2] or 3 * int(found[3] or 1) - 2), 1)
    return Span(start, months_after(start, months) - timedelta(days=1))


def month_end(first: date) -> date:
    return months_after(first, 1) - timedelta(days=1)
