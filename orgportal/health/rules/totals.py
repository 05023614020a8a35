"""How branches add up: totals of a branch, of every body above it, and which months are ready. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from activities.choices import DutyState
from branches.rules import ancestors, parent_of
from orgportal.core.rulebook import Level
from orgportal.health.rules.findings import Assessment, BranchInputs, months_after

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
# No summary is made for months further back than this, whatever the records say.
MOST_MONTHS = 36


class BranchTotals(NamedTuple):
    """One branch as it enters the sums."""

    id: int
    path: str
    name: str
    is_silent: bool
    totals: Mapping[str, int]


@dataclass(slots=True)
class Roll:
    """The sums of one body over the branches below it, and the names of the silent ones."""

    totals: Counter[str] = field(default_factory=Counter)
    silent_ids: list[int] = field(default_factory=list)


def totals_of(inputs: BranchInputs, found: Assessment) -> dict[str, int]:
    """Counts of one branch under flat names: "duty.missing", "finding.term_overdue"; zeros are left out."""
    counts: Counter[str] = Counter(
        {
            "branches": 1,
            "silent": int(found.is_silent),
            "members.formal": inputs.formal,
            "members.probationary": inputs.probationary,
            "members.mobile": inputs.mobile,
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


def roll_up(branches: Iterable[BranchTotals]) -> dict[str, Roll]:
    """Sums by body path, in two steps (performance.md 3): branch to parent, then parent to all above it."""
    parents: dict[str, Roll] = {}
    for branch in branches:
        roll = parents.setdefault(parent_of(branch.path), Roll())
        roll.totals.update(branch.totals)
        if branch.is_silent:
            roll.silent_ids.append(branch.id)
    found: dict[str, Roll] = {}
    for path, part in parents.items():
        for above in (*ancestors(path), path):
            roll = found.setdefault(above, Roll())
            roll.totals.update(part.totals)
            roll.silent_ids += part.silent_ids
    return found


def months_to_sum(begin: date, on: date, cut_off_days: int, done: Iterable[date]) -> list[date]:
    """First days of the months that are over and past their cut-off, not yet done, oldest first."""
    finished = set(done)
    first = max(begin.replace(day=1), months_after(on.replace(day=1), -MOST_MONTHS))
    found: list[date] = []
    while (last := month_end(first)) + timedelta(days=cut_off_days) < on:
        if first not in finished:
            found.append(first)
        first = last + timedelta(days=1)
    return found


def month_end(first: date) -> date:
    return months_after(first, 1) - timedelta(days=1)
