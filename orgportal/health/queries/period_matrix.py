"""Branches and bodies by period, or by duty in one period, as the summaries were frozen: rows are read and
counted, never judged again.

Every count is one of branches' own summaries, so the list of summaries is exactly as long.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from activities.provisions import DUTY_RULES
from branches.choices import Kind
from branches.models import Organization, OrganizationQuerySet
from orgportal.core.scoping import Scope, within
from orgportal.health.queries.coverage import directly_below
from orgportal.health.queries.district import WORST_FIRST
from orgportal.health.queries.inputs import VIEW_RIGHT
from orgportal.health.queries.summaries import newest_summaries
from orgportal.health.rules.totals import Span

SHOWN = 6
ALL, OWN = "", "own"
EACH = "each"  # in place of a rule: every duty in a column of its own


class Column(NamedTuple):
    """A period, summed up or over and waiting for its cut-off; of one rule, or of the state as a whole."""

    span: Span
    rule: str
    is_done: bool


def columns_up_to(last: Span, done: Collection[Span], rule: str) -> list[Column]:
    """Periods oldest first, none before the first summed up of that length; or each duty of the last one."""
    alike = [span.starts_on for span in done if span.months == last.months]
    back, rules = (1, [duty.key for duty in DUTY_RULES]) if rule == EACH else (SHOWN, [rule])
    spans = [last.earlier(last.months * step) for step in reversed(range(back))]
    return [
        Column(span, each, span in done)
        for span in spans
        if alike and span.starts_on >= min(alike)
        for each in rules
    ]


class Said(NamedTuple):
    """What the newest summary of a branch says of it in a column: one word, or the states of a duty."""

    branch_id: int
    path: str
    parent_id: int | None
    column: Column
    states: frozenset[str]


def said_of_branches(
    scope: Scope, columns: Sequence[Column], body: Organization | None, *, is_direct: bool
) -> list[Said]:
    by_span: defaultdict[Span, list[Column]] = defaultdict(list)
    for column in columns:
        by_span[column.span].append(column)
    none = Q(pk__in=[])  # of no period nothing is said
    spans = Q(none, *(Q(**span._asdict()) for span in by_span), _connector=Q.OR)
    rows = newest_summaries(scope).filter(spans, organization__kind=Kind.BRANCH)
    if body:
        below, place = {"organization__parent": body}, within("organization__path", (body.path,))
        rows = rows.filter(**below) if is_direct else rows.filter(place)
    names = ("organization_id", "place", "organization__parent_id", "starts_on", "ends_on")
    what = ("content__duties",) if any(column.rule for column in columns) else ("is_silent", "needs_help")
    return [
        Said(branch, path, parent, column, _of_duty(more[0], column.rule) if column.rule else _need(*more))
        for branch, path, parent, starts, ends, *more in rows.values_list(*names, *what)
        for column in by_span[Span(starts, ends)]
    ]


def _need(is_silent: bool, needs_help: int) -> frozenset[str]:
    """Under the very names the list of summaries is narrowed by."""
    return frozenset({"help" if needs_help else "none", *(("silent",) if is_silent else ())})


def _of_duty(duties: list[list[Any]], rule: str) -> frozenset[str]:
    return frozenset(state for own, state, _number in duties if own == rule)


# --- a row for each body


class BodyPeriods(NamedTuple):
    """How many branches of a body and all below it, or directly below it, are in which state; by column."""

    body: Organization | None
    is_direct: bool
    is_sum: bool
    cells: list[Counter[str]]

    @property
    def place(self) -> dict[str, Any]:
        """What narrows the list of summaries to the branches of the row."""
        if self.body is None:
            return {}
        return {"under": self.body.pk, **({"direct": "1"} if self.is_direct else {})}

    @property
    def counts(self) -> list[dict[str, int]]:
        """The same under names: every branch, and each state."""
        return [{"branches" if name == ALL else name: cell[name] for name in cell} for cell in self.cells]


def body_rows(
    said: Iterable[Said], columns: Sequence[Column], bodies: Sequence[Organization], body: Organization | None
) -> list[BodyPeriods]:
    """The sum, the body's own branches, then the bodies directly below in the order of the tree."""
    children = directly_below(bodies, body)
    paths = {child.path for child in children}
    found: defaultdict[tuple[str, Column], Counter[str]] = defaultdict(Counter)
    for each in said:
        for place in _places(each, paths, body):
            found[place, each.column].update((ALL, *each.states))
    places: list[tuple[str, Organization | None]] = [(ALL, body), (OWN, body)]
    places += [(child.path, child) for child in children]
    rows = [
        BodyPeriods(whose, place == OWN, place == ALL, [found[place, column] for column in columns])
        for place, whose in places
    ]
    return [row for row in rows if not row.is_direct or any(row.cells)]


def _places(said: Said, paths: set[str], body: Organization | None) -> Iterator[str]:
    yield ALL
    if body and said.parent_id == body.pk:
        yield OWN
    yield from (path for length in {len(path) for path in paths} if (path := said.path[:length]) in paths)


# --- a row for each branch


def branches_in(scope: Scope, said: Iterable[Said]) -> OrganizationQuerySet:
    rows: Any = Organization.objects.visible_to(scope).filter(within("path", scope.roots_for(VIEW_RIGHT)))
    found: OrganizationQuerySet = rows.filter(pk__in={each.branch_id for each in said})
    return found


class BranchCell(NamedTuple):
    """The state that needs somebody most; only what was summed up opens its summary."""

    state: str
    is_said: bool


class BranchPeriods(NamedTuple):
    branch: Organization
    cells: list[BranchCell]

    @property
    def states(self) -> list[str]:
        return [cell.state for cell in self.cells]


ORDER = ("silent", "help", *(state.value for state in WORST_FIRST), "none")


def branch_rows(
    said: Iterable[Said], columns: Sequence[Column], branches: Iterable[Organization]
) -> list[BranchPeriods]:
    known = {(each.branch_id, each.column): each.states for each in said}
    return [
        BranchPeriods(branch, [_cell(branch, column, known.get((branch.pk, column))) for column in columns])
        for branch in branches
    ]


def _cell(branch: Organization, column: Column, states: frozenset[str] | None) -> BranchCell:
    if states is not None:
        return BranchCell(min(states, key=ORDER.index, default="nothing_due"), is_said=True)
    if not column.is_done:
        return BranchCell("not_summed_up", is_said=False)
    gone, end = branch.dissolved_on, column.span.ends_on
    stood = branch.established_on <= end and (gone is None or gone > end)
    return BranchCell("no_data" if stood else "not_standing", is_said=False)
