"""Tells those who run a branch or oversee a body that its summary is ready, once a revision. Rows only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from activities.choices import DutyState
from activities.messages import DUTIES
from activities.models import Duty
from activities.workflows.reminders import POSTS
from branches.choices import Kind
from branches.models import Organization
from branches.queries import rulebook_for
from branches.rules import parent_of
from members.queries.recipients import stands_by_body
from members.rules.posts import Stand
from members.rules.transfer import OVER_POSTS
from orgportal.core import planning, reminders
from orgportal.core.planning import STALE, Draft
from orgportal.core.reminder_rows import Asked
from orgportal.health.models import PeriodSummary, SummaryRun
from orgportal.health.provisions import SUMMARY_CUT_OFF_DAYS
from orgportal.health.queries.inputs import PROVISIONS, VIEW_RIGHT
from orgportal.health.rules.totals import Span, expected_of, held_of

READY, BELOW, REVISED = "health.summary_ready", "health.summary_below", "health.summary_revised"
SEES = (VIEW_RIGHT,)
# What a branch reads as due next lies within so many days.
NEXT = timedelta(days=31)
NEXT_MOST = 6


@dataclass(frozen=True, slots=True)
class Told:
    """A body of the run, as it is told of."""

    pk: int
    body_id: int
    path: str
    kind: str
    name: str
    totals: dict[str, int]

    @property
    def is_branch(self) -> bool:
        return self.kind == Kind.BRANCH


def plan(on: date, *, at: datetime) -> int:
    """Plan the digests of every finished run not told yet; return how many rows were handed over."""
    waiting = SummaryRun.objects.filter(told_at=None, finished_at__isnull=False).order_by("ends_on", "pk")
    return sum(_tell(pk, on, at) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _tell(run_id: int, on: date, at: datetime) -> int:
    """A run in one transaction: killed, nothing is planned; two planners take turns."""
    run = SummaryRun.objects.select_for_update().get(pk=run_id)
    if run.told_at is not None:
        return 0
    planned = reminders.plan(planning.rows(_drafts(run, on), at=at)) if _is_news(run, on) else 0
    run.told_at = at
    run.save(update_fields=["told_at"])
    return planned


def _is_news(run: SummaryRun, on: date) -> bool:
    """Years taken over from elsewhere, summed up in one go, stand on their pages and in nobody's mail."""
    if run.revision > 1:
        return _said_on(run) >= on - STALE
    cut_off = rulebook_for("", PROVISIONS, on).value(SUMMARY_CUT_OFF_DAYS.key, on)
    return run.ends_on + timedelta(days=cut_off) >= on - STALE


def _said_on(run: SummaryRun) -> date:
    return timezone.localdate(run.finished_at)


def _drafts(run: SummaryRun, on: date) -> Iterator[Draft]:
    told = _bodies_of(run)
    branches = [each for each in told if each.is_branch]
    below = stands_by_body({each.path for each in branches}, POSTS, on, may=SEES)
    above = stands_by_body({each.path for each in told if not each.is_branch}, OVER_POSTS, on, may=SEES)
    coming = _coming(branches, on)
    for each in told:
        people = _for_branch(each, below, above) if each.is_branch else above[each.path].who
        yield _draft(run, each, frozenset(people), coming.get(each.body_id, []))


def _for_branch(branch: Told, below: dict[str, Stand], above: dict[str, Stand]) -> Iterable[int]:
    """Who stands in from above reads the branch's row in the digest of the body above it."""
    found = below[branch.path]
    if found.place == branch.path or parent_of(branch.path) not in above:
        return found.who
    return set(found.who) - set(above[parent_of(branch.path)].who)


def _bodies_of(run: SummaryRun) -> list[Told]:
    rows = PeriodSummary.unscoped.filter(
        starts_on=run.starts_on, ends_on=run.ends_on, revision=run.revision, organization__dissolved_on=None
    )
    columns = ("pk", "organization_id", "organization__path", "organization__kind", "content__name")
    found = rows.order_by("organization__path").values_list(*columns, "content__totals")
    return [Told(*row) for row in found]


def _coming(branches: Iterable[Told], on: date) -> dict[int, list[list[str]]]:
    """What each branch owes next: the duty and its day, as it stood when the digest was planned."""
    rows = (
        Duty.unscoped.filter(
            branch__in=[each.body_id for each in branches], state=DutyState.NOT_DUE,
            due_on__gte=on, due_on__lte=on + NEXT,
        )
        .order_by("branch_id", "due_on", "rule").values_list("branch_id", "rule", "due_on").distinct()
    )  # fmt: skip
    found: dict[int, list[list[str]]] = {}
    with translation.override(None):
        for branch, rule, due_on in rows:
            found.setdefault(branch, []).append([str(DUTIES[rule]), due_on.isoformat()])
    return {branch: duties[:NEXT_MOST] for branch, duties in found.items()}


def _draft(run: SummaryRun, told: Told, to: frozenset[int], coming: list[list[str]]) -> Draft:
    span = Span(run.starts_on, run.ends_on)
    usual = READY if told.is_branch else BELOW
    params: dict[str, Any] = {
        "body": told.name,
        "period": {"period": [day.isoformat() for day in span]},
        "reason": run.reason,
        "branches": told.totals.get("branches", 0),
        "silent": told.totals.get("silent", 0),
        "held": held_of(told.totals),
        "expected": expected_of(told.totals),
        "missing": told.totals.get(f"duty.{DutyState.MISSING}", 0),
        "summary": told.pk,
        "next": coming,
    }
    url = PeriodSummary(pk=told.pk).get_absolute_url()
    subject = f"health.summary:{told.body_id}:{span.name}:{run.revision}"
    return Draft(REVISED if run.revision > 1 else usual, subject, _said_on(run), 0, url, to, params)


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: said anew meanwhile, or no longer this person's."""
    asked = {row.params["summary"] for row in rows}
    said = PeriodSummary.unscoped.select_related("organization").defer("content").in_bulk(asked)
    bodies = {summary.organization for summary in said.values()}
    newest, people = _newest_of(bodies), _people_of(bodies, timezone.localdate(at))
    reasons = {}
    for row in rows:
        summary = said[row.params["summary"]]
        if newest[summary.organization_id, summary.span] > summary.revision:
            reasons[row.pk] = "said_anew"
        elif row.recipient_id not in people[summary.organization.path].who:
            reasons[row.pk] = "not_in_office"
    return reasons


def _newest_of(bodies: Iterable[Organization]) -> dict[tuple[int, Span], int]:
    rows = PeriodSummary.unscoped.filter(organization__in=bodies)
    last = rows.values_list("organization_id", *Span._fields).annotate(last=Max("revision"))
    return {(pk, Span(starts_on, ends_on)): revision for pk, starts_on, ends_on, revision in last}


def _people_of(bodies: Iterable[Organization], on: date) -> dict[str, Stand]:
    paths: dict[bool, set[str]] = {True: set(), False: set()}
    for body in bodies:
        paths[body.kind == Kind.BRANCH].add(body.path)
    of_branches = stands_by_body(paths[True], POSTS, on, may=SEES)
    return of_branches | stands_by_body(paths[False], OVER_POSTS, on, may=SEES)
