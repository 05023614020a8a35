"""Reads of units: their facts of a day with the members known there, what they count as, one unit's page.

Periods and visits are read for units the caller was handed, which have been narrowed to a scope before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from branches.choices import CoverageKind, Kind
from branches.models import AdviserVisit, Organization, Unit, UnitCoverage, UnitEvent, UnitPause
from branches.models.units import lasting_on
from branches.provisions import COVERAGE_PROVISIONS
from branches.queries import rulebooks_for
from branches.rules.coverage import Cover, Limits, UnitFacts, measures_of
from branches.rules.units import code_doubt
from orgportal.core.bridges import Workforce, WorkingMember, Workplace, members_at, names_at
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope, within

EDIT_RIGHT = "unit.edit"
MOST_VISITS = 20


def committees_for(scope: Scope, right: str) -> Any:
    """Bodies above branches in which one may do this: who can answer for units."""
    rows = Organization.objects.visible_to(scope).current().exclude(kind=Kind.BRANCH)
    return rows.filter(within("path", scope.roots_for(right))).order_by("path")


def facts_of(units: Sequence[Unit], on: date) -> list[UnitFacts]:
    """The units as they were that day, in the order given: five statements, however many there are.

    Each unit comes with its `committee`.
    """
    ids = [unit.pk for unit in units]
    covers = _covers(ids, on)
    pauses = dict(UnitPause.objects.filter(lasting_on(on), unit__in=ids).values_list("unit_id", "reason"))
    visits = _last_visits(ids, on)
    known = members_at([_place(unit, covers[unit.pk]) for unit in units], on)
    return [
        _facts(unit, covers[unit.pk], pauses.get(unit.pk, ""), known[unit.pk], visits.get(unit.pk))
        for unit in units
    ]


def _covers(ids: Sequence[int], on: date) -> dict[int, tuple[Cover, ...]]:
    rows = UnitCoverage.unscoped.running_on(on).filter(unit__in=ids).order_by("starts_on", "pk")
    found: dict[int, tuple[Cover, ...]] = defaultdict(tuple)
    for row in rows.values_list("unit_id", "id", "kind", "starts_on", "body_id", "holder"):
        found[row[0]] += (Cover(*row[1:]),)
    return found


def _last_visits(ids: Sequence[int], on: date) -> dict[int, date]:
    rows = AdviserVisit.unscoped.standing().filter(unit__in=ids, on__lte=on)
    return dict(rows.order_by().values_list("unit_id").annotate(last=Max("on")))


def _place(unit: Unit, covers: Iterable[Cover]) -> Workplace:
    body = next((cover for cover in covers if cover.body_id), None)
    return Workplace(
        unit.pk, unit.name, unit.committee.path, body.body_id if body else None,
        is_own_body=body is not None and body.kind == CoverageKind.OWN,
    )  # fmt: skip


def _facts(
    unit: Unit, covers: tuple[Cover, ...], pause: str, known: Workforce, visited_on: date | None
) -> UnitFacts:
    return UnitFacts(
        id=unit.pk,
        name=unit.name,
        kind=unit.kind,
        owner=unit.owner,
        committee_id=unit.committee_id,
        path=unit.committee.path,
        pause=pause,
        covers=covers,
        formal=known.formal,
        members=known.members,
        body_formal=known.body_formal,
        body_members=known.body_members,
        hidden=unit.hidden or 0,
        checked_on=unit.checked_on,
        visited_on=visited_on,
    )


class CoverageBooks:
    """The rules in force where each unit stands, read once for all of them."""

    def __init__(self, paths: Iterable[str], on: date) -> None:
        self.on = on
        self._books = rulebooks_for({*paths}, COVERAGE_PROVISIONS, on)
        self._limits = {path: Limits.of(book, on) for path, book in self._books.items()}

    def book(self, path: str) -> Rulebook:
        return self._books[path]

    def measures(self, facts: UnitFacts) -> frozenset[str]:
        return measures_of(facts, self._limits[facts.path])


def measured(units: Sequence[Unit], on: date) -> list[tuple[UnitFacts, frozenset[str]]]:
    """Each unit's facts and every list it stands on that day."""
    found = facts_of(units, on)
    books = CoverageBooks((facts.path for facts in found), on)
    return [(facts, books.measures(facts)) for facts in found]


def bodies_named(ids: Iterable[int | None]) -> dict[int, str]:
    """Short names of bodies by id, for cells that name who covers a unit (the directory shows no less)."""
    return dict(Organization.unscoped.filter(pk__in={pk for pk in ids if pk}).values_list("pk", "short_name"))


# --- one unit's page


@dataclass(frozen=True)
class UnitSheet:
    """All that the page of a unit shows beside its own columns."""

    facts: UnitFacts
    measures: frozenset[str]
    code_doubt: str
    pause: UnitPause | None
    coverages: list[UnitCoverage]
    members: list[WorkingMember]
    visits: list[AdviserVisit]
    events: list[UnitEvent]

    @property
    def running(self) -> list[UnitCoverage]:
        return [each for each in self.coverages if each.is_open]

    @property
    def past(self) -> list[UnitCoverage]:
        return [each for each in self.coverages if not each.is_open]

    @property
    def unseen_members(self) -> int:
        """Members known there who are in branches out of the reader's sight."""
        return max(self.facts.members - len(self.members), 0)

    @property
    def visitor(self) -> str:
        """Whoever goes there, as the next visit is prefilled."""
        sent = {CoverageKind.ADVISER, CoverageKind.LIAISON}
        return next((each.holder for each in self.running if each.kind in sent), "")


def unit_sheet(unit: Unit, scope: Scope, on: date) -> UnitSheet:
    """The unit's coverage, members, visits and history, in a constant number of statements."""
    [(facts, measures)] = measured([unit], on)
    return UnitSheet(
        facts=facts,
        measures=measures,
        code_doubt=code_doubt(unit.credit_code),
        pause=unit.pauses.filter(lasting_on(on)).first(),
        coverages=list(unit.coverages.standing().select_related("body").order_by("-starts_on", "-pk")),
        members=names_at(_place(unit, facts.covers), scope, on),
        visits=list(
            unit.visits.standing().select_related("recorded_by").order_by("-on", "-pk")[:MOST_VISITS]
        ),
        events=list(unit.events.select_related("recorded_by").order_by("-pk")),
    )
