"""The two coverages of a finished quarter are frozen once for each body; a correction is a new revision."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from branches.models import Organization, Unit
from branches.queries import rulebook_for
from branches.queries.units import CoverageBooks, bodies_named, measured
from branches.rules import ancestors
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locks import Lock
from orgportal.core.models import User
from orgportal.core.rulebook import edition_name
from orgportal.health.models import CoverageReview
from orgportal.health.provisions import SUMMARY_CUT_OFF_DAYS
from orgportal.health.queries.coverage import ReviewLine, figures_by_group, line_of
from orgportal.health.queries.inputs import PROVISIONS
from orgportal.health.rules.quarters import quarter_end, quarters_to_freeze
from orgportal.health.workflows.summaries import canonical


def make_reviews(on: date, *, at: datetime) -> int:
    """Freezes every finished quarter that is not yet; returns how many rows were written. Safe to repeat."""
    began = Unit.unscoped.aggregate(first=Min("recorded_at"))["first"]
    if began is None:
        return 0
    cut_off = rulebook_for("", PROVISIONS, on).value(SUMMARY_CUT_OFF_DAYS.key, on)
    frozen = set(CoverageReview.unscoped.values_list("starts_on", flat=True).distinct())
    quarters = quarters_to_freeze(timezone.localdate(began), on, cut_off, frozen)
    return sum(_freeze(first, reason="", at=at, actor=None) for first in quarters)


def revise_reviews(first: date, *, reason: str, actor: User | None, at: datetime) -> int:
    """Says again what a quarter was like, with the reason; bodies for which nothing differs keep theirs."""
    if not reason.strip():
        raise Refused("revision_needs_reason")
    if not CoverageReview.unscoped.filter(starts_on=first).exists():
        raise Refused("quarter_not_frozen", quarter=first.isoformat())
    return _freeze(first, reason=reason.strip(), at=at, actor=actor)


@transaction.atomic
def _freeze(first: date, *, reason: str, at: datetime, actor: User | None) -> int:
    """One quarter in one transaction: killed, it has written nothing; twice, it writes nothing more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.COVERAGE])
    said = CoverageReview.unscoped.filter(starts_on=first)
    last = said.aggregate(last=Max("revision"))["last"] or 0
    if last and not reason:
        return 0
    known = dict(said.newest().values_list("organization_id", "digest"))
    sheets = _sheets(quarter_end(first))
    rows = [
        CoverageReview(
            organization_id=pk, starts_on=first, ends_on=quarter_end(first), revision=last + 1, reason=reason,
            as_of=quarter_end(first), known_at=at, rule_version=version, content=content, digest=digest,
        )
        for pk, version, content, digest in sheets
        if known.get(pk) != digest
    ]  # fmt: skip
    CoverageReview.unscoped.bulk_create(rows)
    told = {"quarter": first, "revision": last + 1, "reason": reason, "bodies": len(rows)}
    audit.record(actor=actor, action="health.freeze_coverage", target=None, at=at, changes=told)
    return len(rows)


def _sheets(on: date) -> Iterable[tuple[int, str, dict[str, Any], str]]:
    """(body, rule version, content, digest) of every body above branches with a unit in it or below it."""
    units = list(Unit.unscoped.listed_on_day(on).select_related("committee").order_by("name_key", "pk"))
    found = measured(units, on)
    names = bodies_named(cover.body_id for facts, _lists in found for cover in facts.covers)
    own: dict[str, list[ReviewLine]] = defaultdict(list)
    below: dict[str, list[ReviewLine]] = defaultdict(list)
    for facts, lists in found:
        line = line_of(facts, lists, names)
        own[facts.path].append(line)
        for path in (*ancestors(facts.path), facts.path):
            below[path].append(line)
    books = CoverageBooks(below, on)
    for body in Organization.unscoped.filter(path__in=below).order_by("path"):
        content = {
            "name": body.name,
            "kind": body.kind,
            "figures": figures_by_group(below[body.path]),
            "hidden": sum(line.hidden for line in below[body.path]),
            "units": [line.as_json() for line in own[body.path]],
        }
        digest = sha256(canonical(content)).hexdigest()
        yield body.pk, edition_name(books.book(body.path).edition(on)), content, digest
