"""What is true now of each branch: read by one statement, judged by `assess`, written where it changed."""

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import connection, transaction

from branches.models import Organization
from orgportal.core.locks import Lock
from orgportal.core.models import Heartbeat
from orgportal.core.scoping import AFTER
from orgportal.health.models import CurrentAssessment
from orgportal.health.queries.inputs import Books, Moment, Stretch, inputs_of
from orgportal.health.rules import BranchInputs, assess
from orgportal.health.rules.totals import duties_in_period

# A chunk is a district or a city, never a branch (performance.md 2), and one transaction. In smaller ones
# each table would be read too often (docs/scale.md).
CHUNK = 3000
HEARTBEAT = "assess_all"
WRITTEN = (
    "as_of",
    "findings",
    "facts",
    "is_silent",
    "silent_since",
    "needs_help",
    "edition",
    "digest",
    "changed_at",
)


def assess_all(on: date, *, at: datetime, path: str = "") -> int:
    """Assess every branch below the path, chunk by chunk; return how many assessments changed."""
    changed = sum(_assess(stretch, Moment.of(on, at)) for stretch in stretches(path))
    if not path:
        Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": at})
    return changed


def refresh_assessment(branch_id: int, *, on: date, at: datetime) -> int:
    """Assess one branch, or all below a body above branches; 0 where nothing changed or nothing is there."""
    path = Organization.unscoped.filter(pk=branch_id).values_list("path", flat=True).first()
    return _assess(Stretch.under(path), Moment.of(on, at)) if path else 0


def stretches(path: str = "", *, since: str = "") -> Iterator[Stretch]:
    """The branches below the path, from `since` on, in runs of CHUNK, in path order."""
    branches = Organization.unscoped.branches().filter(path__lt=path + AFTER)
    since = max(path, since)
    while True:
        last = (
            branches.filter(path__gte=since)
            .order_by("path")
            .values_list("path", flat=True)[CHUNK - 1 : CHUNK]
        )
        end = next(iter(last), None)
        if end is None:
            yield Stretch(since, path + AFTER)
            return
        yield Stretch(since, end + AFTER)
        since = end + AFTER


@transaction.atomic
def _assess(stretch: Stretch, moment: Moment) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.ASSESSMENTS])
    inputs = inputs_of(stretch, moment)
    books = Books([branch.path for branch in inputs], moment.as_of)
    stored = CurrentAssessment.unscoped.filter(
        branch__path__gte=stretch.path_from, branch__path__lt=stretch.path_below
    )
    known = dict(stored.values_list("branch_id", "digest"))
    found = [Judged(branch, books, moment.as_of) for branch in inputs]
    changed = [each.row(moment) for each in found if known.pop(each.inputs.id, None) != each.digest]
    if changed:
        books.keep_editions()
    CurrentAssessment.unscoped.bulk_create(
        changed, update_conflicts=True, unique_fields=["branch"], update_fields=WRITTEN
    )
    if known:  # branches that have ceased to be
        stored.filter(pk__in=known).delete()
    return len(changed) + len(known)


class Judged:
    """A branch with what its facts mean; written out only where the digest says that something changed."""

    def __init__(self, inputs: BranchInputs, books: Books, on: date) -> None:
        self.inputs = inputs
        self.edition = books.edition(inputs.path)
        self.found = assess(inputs, books.book(inputs.path), on)
        self.facts = facts_of(inputs)
        # Everything but the day; orjson writes the dataclasses as they are.
        content = orjson.dumps([self.found, self.facts, self.edition.name], option=orjson.OPT_SORT_KEYS)
        self.digest = sha256(content).hexdigest()

    def row(self, moment: Moment) -> CurrentAssessment:
        return CurrentAssessment(
            branch_id=self.inputs.id,
            as_of=moment.as_of,
            findings=[finding.as_json() for finding in self.found.findings],
            facts=self.facts,
            is_silent=self.found.is_silent,
            silent_since=self.found.silent_since,
            needs_help=self.found.needs_help,
            edition=self.edition,
            digest=self.digest,
            changed_at=moment.known_at,
        )


def facts_of(inputs: BranchInputs) -> dict[str, Any]:
    """The plain numbers behind the findings, as the branch's page shows them."""
    return {
        "formal": inputs.formal,
        "probationary": inputs.probationary,
        "mobile": inputs.mobile,
        "last_record_on": inputs.last_record_on,
        "held_in_period": inputs.held_in_period,
        "term_due_on": inputs.term_due_on,
        "waiting": len(inputs.waiting),
        "duties": duties_in_period(inputs),
    }
