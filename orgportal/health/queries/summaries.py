"""What a run of summaries reads: how far the periods have come, and the branches that add up to a body."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Q, Value

from activities.choices import DutyState
from activities.models import Duty
from branches.choices import Kind
from branches.models import Organization, OrganizationQuerySet
from orgportal.core.scoping import Scope
from orgportal.health.models import PeriodSummary, SummaryQuerySet, SummaryRun
from orgportal.health.rules.totals import BranchTotals, Roll, Span

ROLL_UP_SQL = (Path(__file__).resolve().parent.parent / "sql" / "roll_up.sql").read_text(encoding="utf-8")
READ_AT_ONCE = 2000


class Body(NamedTuple):
    """A body above branches."""

    id: int
    path: str
    name: str
    kind: str


class Excluded(NamedTuple):
    """A branch that is not in the sums, or not for the whole period, and why."""

    id: int
    path: str
    name: str
    reason: str
    on: date


def records_begin_on() -> date | None:
    """The day the first duty fell due here: what lies before is not known and not summed up."""
    earliest = SummaryRun.objects.aggregate(first=Min("starts_on"))["first"]
    duties = Duty.unscoped.exclude(state__in=[DutyState.NO_DATA, DutyState.NOT_APPLICABLE])
    first: date | None = earliest or duties.aggregate(first=Min("due_on"))["first"]
    return first


def finished_spans() -> list[Span]:
    return [Span(*days) for days in SummaryRun.objects.exclude(finished_at=None).values_list(*Span._fields)]


def _up_to(run: SummaryRun) -> Q:
    return Q(starts_on=run.starts_on, ends_on=run.ends_on, revision__lte=run.revision)


def latest_digests(run: SummaryRun, bodies: Iterable[int]) -> dict[int, str]:
    """What is on record for the period, by body: the newest revision before this run's own."""
    rows = (
        PeriodSummary.unscoped.filter(_up_to(run), organization__in=list(bodies))
        .order_by("organization_id", "-revision")
        .distinct("organization_id")
    )
    return dict(rows.values_list("organization_id", "digest"))


def branch_totals(run: SummaryRun) -> Iterator[BranchTotals]:
    """The newest summary of each branch for the period, parent by parent, each in path order; never all in
    memory at once."""
    # The newest by sorting: of rows written a moment ago the planner knows nothing, and would look each up.
    place = ("organization__parent__path", "organization__path")
    rows = (
        PeriodSummary.unscoped.filter(_up_to(run), organization__kind=Kind.BRANCH)
        .order_by(*place, "-revision")
        .distinct(*place)
        .values_list("organization_id", "organization__path", "content__name", "totals")
    )
    return (BranchTotals(*row) for row in rows.iterator(chunk_size=READ_AT_ONCE))


def rolls(run: SummaryRun) -> dict[str, Roll]:
    """The sums of every body above branches, by path, in one statement (performance.md 3)."""
    key = {name: getattr(run, name) for name in ("starts_on", "ends_on", "revision")}
    with connection.cursor() as cursor:
        cursor.execute(ROLL_UP_SQL, key)
        return {path: Roll(orjson.loads(totals), silent) for path, totals, silent in cursor.fetchall()}


def bodies_above(on: date) -> list[Body]:
    """Committees, work committees and general branches standing that day, in path order."""
    rows = Organization.unscoped.standing_on(on).exclude(kind=Kind.BRANCH).order_by("path")
    return [Body(*row) for row in rows.values_list("id", "path", "name", "kind")]


def excluded_branches(starts_on: date, ends_on: date) -> list[Excluded]:
    """Branches founded or dissolved inside the period: not held to it, or not to the whole of it."""
    rows = Organization.unscoped.branches().order_by("path")
    new = rows.filter(established_on__gt=starts_on, established_on__lte=ends_on)
    gone = rows.filter(dissolved_on__gte=starts_on, dissolved_on__lt=ends_on)
    found = [
        *(Excluded(*row) for row in _named(new, "new", "established_on")),
        *(Excluded(*row) for row in _named(gone, "dissolved", "dissolved_on")),
    ]
    return sorted(found, key=lambda branch: branch.path)


def _named(rows: OrganizationQuerySet, reason: str, day: str) -> list[tuple[Any, ...]]:
    return list(rows.values_list("id", "path", "name", Value(reason), day))


def contents_of(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What summaries say, for the mails that bring them to whom they are meant for (docs/crossings.md)."""
    return dict(PeriodSummary.unscoped.filter(pk__in=list(ids)).values_list("pk", "content"))


# --- pages


def newest_summaries(scope: Scope) -> SummaryQuerySet:
    """The newest revision of each summary the person may see."""
    later = PeriodSummary.unscoped.filter(
        organization=OuterRef("organization"),
        starts_on=OuterRef("starts_on"),
        ends_on=OuterRef("ends_on"),
        revision__gt=OuterRef("revision"),
    )
    rows: Any = PeriodSummary.objects.visible_to(scope)
    found: SummaryQuerySet = rows.filter(~Exists(later)).annotate(place=F("organization__path"))
    return found


def revisions_of(summary: PeriodSummary, scope: Scope) -> list[PeriodSummary]:
    """All that was ever said of the body for the period, oldest first."""
    rows = PeriodSummary.objects.visible_to(scope).filter(
        organization=summary.organization_id, starts_on=summary.starts_on, ends_on=summary.ends_on
    )
    return list(rows.defer("content").order_by("revision"))


def own_past(summary: PeriodSummary, scope: Scope) -> list[PeriodSummary]:
    """The same body in the period before and in the same period of the year before, as far as known."""
    spans = {summary.span.earlier(summary.span.months), summary.span.earlier(12)}
    then = Q(*(Q(**span._asdict()) for span in spans), _connector=Q.OR)
    rows = newest_summaries(scope).filter(then, organization=summary.organization_id)
    return list(rows.order_by("-ends_on"))
