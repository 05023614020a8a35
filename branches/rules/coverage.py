"""The two coverages (两个覆盖): what a unit counts as, and the official shares side by side.

Each number is the length of a list of units: one predicate says who is on it, on the pages, in the
spreadsheet and in what is frozen. A unit that does not operate leaves every denominator and is named.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from branches.choices import BODY_KINDS, CoverageKind, OwnerKind, UnitKind
from branches.provisions import (
    COVERAGE_CHECK_DAYS,
    COVERAGE_SHARES,
    COVERAGE_VISIT_DAYS,
    MIN_FORMAL,
)
from orgportal.core.rulebook import Citation, Rulebook

NON_PUBLIC, TWO_NEW, ALL = "non_public", "two_new", "all"
STATE_FIRMS = "state_firms"


@dataclass(frozen=True, slots=True)
class Cover:
    """One running coverage: the body, or the name of the person, union or league."""

    id: int
    kind: str
    since: date
    body_id: int | None = None
    holder: str = ""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit on a day, with the members the register knows there."""

    id: int
    name: str
    kind: str
    owner: str
    committee_id: int
    path: str
    pause: str = ""
    covers: tuple[Cover, ...] = ()
    formal: int = 0
    members: int = 0
    body_formal: int = 0
    body_members: int = 0
    hidden: int = 0
    checked_on: date | None = None
    visited_on: date | None = None

    @property
    def is_operating(self) -> bool:
        return not self.pause

    @property
    def body(self) -> Cover | None:
        return next((cover for cover in self.covers if cover.kind in BODY_KINDS), None)

    @property
    def group(self) -> str:
        """The row of the table by kind: enterprises of the state apart from the others."""
        if self.kind != UnitKind.ENTERPRISE:
            return self.kind
        return STATE_FIRMS if self.owner == OwnerKind.STATE else NON_PUBLIC


def belongs(own: str, group: str) -> bool:
    """Whether a unit of its `own` group is in a group; firms and social bodies are the two new fields."""
    if group == TWO_NEW:
        return own in {NON_PUBLIC, UnitKind.SOCIAL_BODY}
    return group in {ALL, own}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules in force say that day where the unit stands."""

    min_formal: int
    check_days: int
    visit_days: int
    on: date

    @classmethod
    def of(cls, book: Rulebook, on: date) -> "Limits":
        return cls(
            min_formal=book.value(MIN_FORMAL.key, on),
            check_days=book.value(COVERAGE_CHECK_DAYS.key, on),
            visit_days=book.value(COVERAGE_VISIT_DAYS.key, on),
            on=on,
        )


# --- what a unit counts as


def _has(kind: CoverageKind) -> Callable[[UnitFacts, Limits], bool]:
    return lambda facts, limits: facts.is_operating and any(cover.kind == kind for cover in facts.covers)


def _covered(facts: UnitFacts, limits: Limits) -> bool:
    return facts.is_operating and facts.body is not None


def _ripe(facts: UnitFacts, limits: Limits) -> bool:
    """BR Art 4: three formal members who work there."""
    return facts.is_operating and facts.formal >= limits.min_formal


def _to_ask(facts: UnitFacts, limits: Limits) -> bool:
    """Ripe only with the members who are not on the register there."""
    with_hidden = facts.formal + facts.hidden >= limits.min_formal
    return facts.is_operating and facts.body is None and not _ripe(facts, limits) and with_hidden


def _small_body(facts: UnitFacts, limits: Limits) -> bool:
    return _has(CoverageKind.OWN)(facts, limits) and facts.body_members > 0 and (
        facts.body_formal < limits.min_formal
    )  # fmt: skip


def _blank(facts: UnitFacts, limits: Limits) -> bool:
    is_place = facts.kind in {UnitKind.BUILDING, UnitKind.CHAIN}
    return is_place and facts.is_operating and not facts.covers


def _unchecked(facts: UnitFacts, limits: Limits) -> bool:
    return facts.checked_on is None or (limits.on - facts.checked_on).days > limits.check_days


def _unvisited(facts: UnitFacts, limits: Limits) -> bool:
    """An adviser or liaison person is named and has not been there for too long."""
    sent = [
        cover.since for cover in facts.covers if cover.kind in (CoverageKind.ADVISER, CoverageKind.LIAISON)
    ]
    if not sent or not facts.is_operating:
        return False
    return (limits.on - max(facts.visited_on or min(sent), min(sent))).days > limits.visit_days


MEASURES: dict[str, Callable[[UnitFacts, Limits], bool]] = {
    "listed": lambda facts, limits: True,
    "operating": lambda facts, limits: facts.is_operating,
    "not_operating": lambda facts, limits: not facts.is_operating,
    "own": _has(CoverageKind.OWN),
    "joint": _has(CoverageKind.JOINT),
    "covered": _covered,
    "adviser": _has(CoverageKind.ADVISER),
    "liaison": _has(CoverageKind.LIAISON),
    "union_league": _has(CoverageKind.UNION_LEAGUE),
    "work": lambda facts, limits: facts.is_operating and bool(facts.covers),
    "uncovered": lambda facts, limits: facts.is_operating and not facts.covers,
    "ripe": _ripe,
    "ripe_covered": lambda facts, limits: _ripe(facts, limits) and facts.body is not None,
    "to_build": lambda facts, limits: _ripe(facts, limits) and facts.body is None,
    "to_ask": _to_ask,
    "small_body": _small_body,
    "empty_body": lambda facts, limits: _covered(facts, limits) and facts.body_members == 0,
    "blank": _blank,
    "hidden": lambda facts, limits: facts.is_operating and facts.hidden > 0,
    "unchecked": _unchecked,
    "unvisited": _unvisited,
}


def measures_of(facts: UnitFacts, limits: Limits) -> frozenset[str]:
    """Every list the unit stands on."""
    return frozenset(name for name, holds in MEASURES.items() if holds(facts, limits))


# What the cell of a unit says: what asks somebody to act stands before how it is reached.
CELL_ORDER = (
    "not_operating", "to_build", "own", "joint", "adviser", "liaison", "union_league", "uncovered",
)  # fmt: skip


def cell_of(lists: frozenset[str]) -> str:
    """The one word a unit has in a matrix; every unit on the list has one."""
    return next(name for name in CELL_ORDER if name in lists)


Figures = Counter[str]


def figures_of(units: Iterable[frozenset[str]]) -> Figures:
    """How many units stand on each list."""
    found: Figures = Counter()
    for measures in units:
        found.update(measures)
    return found


# --- the shares


@dataclass(frozen=True, slots=True)
class Share:
    """One official share: the two lists it divides, and where the definition stands."""

    key: str
    part: int
    whole: int
    part_measure: str
    whole_measure: str
    citation: Citation

    @property
    def tenths(self) -> int | None:
        """Tenths of a per cent, rounded down: a gap never reads as none. None without a denominator."""
        return 1000 * self.part // self.whole if self.whole else None


def shares_of(figures: Figures, book: Rulebook, on: date) -> list[Share]:
    """Both official denominators side by side: units really operating, and units that meet the condition."""
    found = []
    for provision in COVERAGE_SHARES:
        part, whole = book.value(provision.key, on)
        citation = book.cite(provision.key, on)
        found.append(Share(provision.key, figures[part], figures[whole], part, whole, citation))
    return found
