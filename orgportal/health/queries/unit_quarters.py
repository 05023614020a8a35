"""Units and bodies by quarter as the two coverages were frozen: lines are read, never judged again.

Bodies stand where they stand in today's tree, as in the lists their numbers open; what was frozen of a body
dissolved since counts in those above it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from branches.models import Organization, Unit, UnitQuerySet
from branches.rules.coverage import Figures
from orgportal.core.scoping import Scope, within
from orgportal.health.models import CoverageReview
from orgportal.health.queries.coverage import ReviewLine, directly_below, newest_reviews
from orgportal.health.rules.findings import months_after
from orgportal.health.rules.quarters import quarter_of, unit_cell

SHOWN = 8

Lines = Mapping[date, Sequence[ReviewLine]]


class Quarter(NamedTuple):
    """A column: frozen, or over and waiting for its cut-off."""

    first: date
    is_frozen: bool


def quarters_up_to(last: date | None, today: date) -> list[Quarter]:
    """Oldest first, up to the one asked for or the last that is over; none before the first one frozen."""
    frozen = set(CoverageReview.unscoped.values_list("starts_on", flat=True).distinct())
    newest = last or months_after(quarter_of(today), -3)
    firsts = [months_after(newest, -3 * step) for step in range(SHOWN)]
    begin = min(frozen, default=None)
    return [Quarter(first, first in frozen) for first in reversed(firsts) if begin and first >= begin]


def frozen_by_quarter(
    scope: Scope, quarters: Iterable[Quarter], body: Organization | None, *, is_direct: bool
) -> dict[date, list[ReviewLine]]:
    """The lines of the body and all below it, or of its own units alone."""
    found: dict[date, list[ReviewLine]] = {quarter.first: [] for quarter in quarters}
    rows = newest_reviews(scope).filter(starts_on__in=list(found)).select_related("organization")
    if body:
        own, place = {"organization": body}, within("organization__path", (body.path,))
        rows = rows.filter(**own) if is_direct else rows.filter(place)
    for row in rows:
        found[row.starts_on] += (ReviewLine.read(said, row.organization) for said in row.content["units"])
    return found


# --- a row for each body


class BodyRow(NamedTuple):
    """What was frozen of a body and all below it, or of the units it answers for itself; a cell a quarter."""

    body: Organization | None
    is_direct: bool
    is_sum: bool
    cells: list[Figures]

    @property
    def place(self) -> dict[str, Any]:
        """What narrows a list to the units of the row; those of the sum are all the page is of."""
        if self.is_sum or self.body is None:
            return {}
        return {"under": self.body.pk, **({"direct": "1"} if self.is_direct else {})}


def body_rows(
    lines: Lines, group: str, bodies: Sequence[Organization], body: Organization | None
) -> list[BodyRow]:
    """The sum, the body's own units, then the bodies directly below in the order of the tree."""
    children = directly_below(bodies, body)
    if not children:
        return []
    counted = [_counted(found, group, children, body) for found in lines.values()]
    rows = [BodyRow(body, is_direct=False, is_sum=True, cells=[each[SUM] for each in counted])]
    if body and any(each[OWN] for each in counted):
        own = [each[OWN] for each in counted]
        rows.append(BodyRow(body, is_direct=True, is_sum=False, cells=own))
    rows += [
        BodyRow(child, is_direct=False, is_sum=False, cells=[each[child.path] for each in counted])
        for child in children
    ]
    return rows


def covered_share(figures: Figures) -> int | None:
    """Units with a body, of those really operating, in tenths of a per cent, rounded down."""
    return 1000 * figures["covered"] // figures["operating"] if figures["operating"] else None


SUM, OWN = "", "own"


def _counted(
    lines: Iterable[ReviewLine], group: str, children: Sequence[Organization], body: Organization | None
) -> defaultdict[str, Figures]:
    """Each line once, by the child it lies under: however many children there are."""
    found: defaultdict[str, Figures] = defaultdict(Counter)
    paths = {child.path for child in children}
    lengths = {len(path) for path in paths}
    for line in lines:
        if not line.belongs(group):
            continue
        for place in _places(line, paths, lengths, body):
            found[place].update(line.lists)
    return found


def _places(line: ReviewLine, paths: set[str], lengths: set[int], body: Organization | None) -> Iterator[str]:
    yield SUM
    if body and line.committee_id == body.pk:
        yield OWN
    yield from (line.path[:length] for length in lengths if line.path[:length] in paths)


# --- a row for each unit


def units_in(lines: Lines, group: str, measure: str) -> UnitQuerySet:
    """Units frozen in one of the quarters, on that list in one of them: whoever answers for them today."""
    ids = {
        line.id for found in lines.values() for line in found if line.belongs(group) and measure in line.lists
    }
    rows: UnitQuerySet = Unit.unscoped.filter(pk__in=ids)
    return rows


class UnitCell(NamedTuple):
    """What the matrix says of a unit in a quarter; only what was frozen opens a list."""

    state: str
    is_frozen: bool


class UnitRow(NamedTuple):
    """A unit and what is said of it in each quarter."""

    unit: Unit
    cells: list[UnitCell]

    @property
    def states(self) -> list[str]:
        return [cell.state for cell in self.cells]


def unit_rows(lines: Lines, quarters: Sequence[Quarter], units: Iterable[Unit]) -> list[UnitRow]:
    known = [{line.id: line.lists for line in lines[quarter.first]} for quarter in quarters]
    return [
        UnitRow(unit, [_unit_cell(unit, *each) for each in zip(known, quarters, strict=True)])
        for unit in units
    ]


def _unit_cell(unit: Unit, known: Mapping[int, frozenset[str]], quarter: Quarter) -> UnitCell:
    lists = known.get(unit.pk)
    state = unit_cell(
        lists, quarter.first, is_frozen=quarter.is_frozen, listed_on=unit.listed_on, left_on=unit.left_on
    )
    return UnitCell(state, lists is not None)
