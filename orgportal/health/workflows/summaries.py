"""Summaries of months, quarters and years: made once, a chunk per transaction, resumed after any kill,
corrected by revision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from branches.models import Organization
from branches.queries import rulebook_for
from branches.rules import parent_of
from orgportal.core import audit
from orgportal.core.batches import batches
from orgportal.core.copying import copy_rows
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import AFTER
from orgportal.health.models import SummaryRun
from orgportal.health.provisions import SUMMARY_CUT_OFF_DAYS
from orgportal.health.queries.inputs import PROVISIONS, Books, Moment
from orgportal.health.queries.summaries import (
    Body,
    Excluded,
    bodies_above,
    branch_totals,
    excluded_branches,
    finished_spans,
    latest_digests,
    records_begin_on,
    rolls,
)
from orgportal.health.rules import Assessment, BranchInputs, assess, totals_of
from orgportal.health.rules.totals import BranchTotals, Roll, Span, spans_to_sum
from orgportal.health.workflows.reading_ahead import Ahead

COLUMNS = (
    "starts_on", "ends_on", "revision", "reason", "as_of", "known_at", "organization_id", "rule_version",
    "content", "digest", "is_silent", "needs_help",
)  # fmt: skip
# Bodies above branches written together.
AT_ONCE = 200


class Sheet(NamedTuple):
    """What is to be said of one body: its content as canonical JSON, written once and stored as hashed."""

    body_id: int
    rule_version: str
    content: str
    digest: str
    is_silent: bool
    needs_help: int

    @classmethod
    def of(
        cls, body_id: int, rule_version: str, content: dict[str, Any], found: Assessment | None = None
    ) -> "Sheet":
        written = canonical(content)
        return cls(
            body_id,
            rule_version,
            written.decode(),
            sha256(written).hexdigest(),
            is_silent=found.is_silent if found else False,
            needs_help=found.needs_help if found else 0,
        )


def make_summaries(on: date, *, at: datetime, at_once: int = 1) -> int:
    """Sum up every finished period that has not been, oldest first; return how many summaries were written.

    Periods do not look at one another. More than one `at_once` has each summed up over a connection of its
    own, for a caller outside any transaction with a backlog: the database and this process work side by side.
    """
    begin = records_begin_on()
    if begin is None:
        return 0
    cut_off = rulebook_for("", PROVISIONS, on).value(SUMMARY_CUT_OFF_DAYS.key, on)
    spans = spans_to_sum(begin, on, cut_off, finished_spans())
    if at_once == 1:
        return sum(_sum_up(span, revision=1, reason="", at=at) for span in spans)
    with ThreadPoolExecutor(at_once) as threads:
        return sum(threads.map(partial(_sum_up_apart, at=at), spans))


def _sum_up_apart(span: Span, *, at: datetime) -> int:
    try:
        return _sum_up(span, revision=1, reason="", at=at)
    finally:
        connection.close()


def revise_summaries(span: Span, *, reason: str, actor: User | None, at: datetime) -> int:
    """Say again what a period was like, with the reason; only bodies for which it differs get a revision."""
    if not reason.strip():
        raise Refused("revision_needs_reason")
    runs = SummaryRun.objects.filter(**span._asdict())
    last = runs.aggregate(last=Max("revision"))["last"]
    if last is None:
        raise Refused("period_not_summed_up", period=span.name)
    if runs.filter(finished_at=None).exists():
        raise Refused("period_still_running", period=span.name)
    return _sum_up(span, revision=last + 1, reason=reason.strip(), at=at, actor=actor)


def _sum_up(span: Span, *, revision: int, reason: str, at: datetime, actor: User | None = None) -> int:
    key = {**span._asdict(), "revision": revision}
    fresh = SummaryRun(**key, reason=reason, known_at=at, started_at=at)
    SummaryRun.objects.bulk_create([fresh], ignore_conflicts=True)
    run = SummaryRun.objects.get(**key)
    written = 0
    with Ahead(Moment(run.ends_on, run.known_at, run.starts_on)) as ahead:
        while (number := _next_chunk(run.pk, ahead, at, actor)) is not None:
            written += number
    return written


@transaction.atomic
def _next_chunk(run_id: int, ahead: Ahead, at: datetime, actor: User | None) -> int | None:
    """One chunk of a run in one transaction, after the last one on record; None when the run is finished.

    The run row is locked, so two workers take turns and neither repeats a chunk.
    """
    run = SummaryRun.objects.select_for_update().get(pk=run_id)
    if run.finished_at is not None:
        return None
    if run.cursor == AFTER:
        written = sum(_add(run, some) for some in batches(_above(run), AT_ONCE))
        run.finished_at = at
    else:
        stretch, branches = ahead.after(run.cursor)
        written = _add(run, _branches(run, branches))
        run.cursor = stretch.path_below
    run.bodies += written
    run.save(update_fields=["cursor", "bodies", "finished_at"])
    if run.finished_at:
        period = Span(run.starts_on, run.ends_on).name
        told = {"period": period, "revision": run.revision, "reason": run.reason, "bodies": run.bodies}
        audit.record(actor=actor, action="health.summarise", target=run, at=at, changes=told)
    return written


def _add(run: SummaryRun, sheets: list[Sheet]) -> int:
    """Write what is to be said; return of how many."""
    sheets = _differing(run, sheets)
    same = (run.starts_on, run.ends_on, run.revision, run.reason, run.ends_on, run.known_at)
    # COPY reads each content once; handed over as parameters it would be read three times.
    return copy_rows("health_periodsummary", COLUMNS, ((*same, *sheet) for sheet in sheets))


def _differing(run: SummaryRun, sheets: list[Sheet]) -> list[Sheet]:
    """All of a first run; of a revision only what is not already on record in the same words."""
    if run.revision == 1:
        return sheets
    known = latest_digests(run, (sheet.body_id for sheet in sheets))
    return [sheet for sheet in sheets if known.get(sheet.body_id) != sheet.digest]


# --- one branch


def _branches(run: SummaryRun, inputs: list[BranchInputs]) -> list[Sheet]:
    books = Books([branch.path for branch in inputs], run.ends_on)
    books.keep_editions()
    return [_branch_sheet(run, branch, books) for branch in inputs]


def _branch_sheet(run: SummaryRun, inputs: BranchInputs, books: Books) -> Sheet:
    found = assess(inputs, books.book(inputs.path), run.ends_on)
    content = {
        "name": inputs.name,
        "kind": "branch",
        "form": inputs.form,
        "sector": inputs.sector,
        "totals": totals_of(inputs, found),
        "duties": [[line.rule, line.state, line.in_period] for line in inputs.duties if line.in_period],
        "last_record_on": inputs.last_record_on,
        "silent_since": found.silent_since,
        "findings": [finding.as_json() for finding in found.findings],
    }
    return Sheet.of(inputs.id, books.edition(inputs.path).name, content, found)


# --- the bodies above


def _above(run: SummaryRun) -> Iterator[Sheet]:
    """One body after the other, in path order."""
    bodies = bodies_above(run.ends_on)
    sums = rolls(run)
    excluded = excluded_branches(run.starts_on, run.ends_on)
    books = Books([body.path for body in bodies], run.ends_on)
    books.keep_editions()
    for body, below in _with_children(bodies, branch_totals(run), sums):
        content = _body_content(body, sums.get(body.path, Roll()), below, excluded)
        yield Sheet.of(body.id, books.edition(body.path).name, content)


def _with_children(
    bodies: Sequence[Body], branches: Iterable[BranchTotals], sums: Mapping[str, Roll]
) -> Iterator[tuple[Body, list[dict[str, Any]]]]:
    """Each body with those directly below it, in path order, and their own sums."""
    under: defaultdict[str, list[tuple[str, int, str, Mapping[str, int]]]] = defaultdict(list)
    for body in bodies:
        roll = sums.get(body.path, Roll())
        under[parent_of(body.path)].append((body.path, body.id, body.name, roll.totals))
    families = groupby(branches, key=lambda branch: parent_of(branch.path))
    family = next(families, None)
    for body in bodies:
        while family and family[0] < body.path:
            family = next(families, None)
        own = family[1] if family and family[0] == body.path else ()
        lines = [(branch.path, branch.id, branch.name, branch.totals) for branch in own]
        lines += under[body.path]
        lines.sort(key=lambda line: line[0])
        yield body, [{"id": pk, "name": name, "totals": dict(totals)} for _path, pk, name, totals in lines]


def _body_content(
    body: Body, roll: Roll, below: list[dict[str, Any]], excluded: Iterable[Excluded]
) -> dict[str, Any]:
    return {
        "name": body.name,
        "kind": body.kind,
        "totals": {name: roll.totals[name] for name in sorted(roll.totals) if roll.totals[name]},
        "silent_ids": sorted(roll.silent_ids),
        "below": below,
        "excluded": [
            {"id": each.id, "name": each.name, "reason": each.reason, "on": each.on}
            for each in excluded
            if each.path.startswith(body.path)
        ],
    }


def canonical(content: dict[str, Any]) -> bytes:
    """Sorted keys, no spaces: read back from the database it gives the same bytes."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def progress() -> list[tuple[int, int]]:
    """Of each run not finished: bodies summed up, of as many as there are now."""
    runs = SummaryRun.objects.filter(finished_at=None).order_by("pk")
    bodies = Organization.unscoped.filter(dissolved_on=None).count()
    return [(run.bodies, max(bodies, run.bodies)) for run in runs]


def behind(at: datetime) -> float:
    """How many finished periods are not summed up."""
    begin, on = records_begin_on(), timezone.localdate(at)
    if begin is None:
        return 0
    cut_off = rulebook_for("", PROVISIONS, on).value(SUMMARY_CUT_OFF_DAYS.key, on)
    return len(list(spans_to_sum(begin, on, cut_off, finished_spans())))
