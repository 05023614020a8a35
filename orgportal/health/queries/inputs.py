"""The facts of every branch in one statement (`sql/inputs.sql`), for a scope or for a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone

from activities import provisions as activities
from activities.choices import DutyState
from branches import provisions as branches
from branches.queries import rulebooks_for
from members import provisions as members
from orgportal.core.rulebook import Rulebook, edition_name
from orgportal.core.scoping import AFTER, Scope
from orgportal.health import provisions as health
from orgportal.health.models import RuleEdition
from orgportal.health.rules import BranchInputs, Dated, DutyLine, Seat, months_after

INPUTS_SQL = (Path(__file__).resolve().parent.parent / "sql" / "inputs.sql").read_text(encoding="utf-8")
PROVISIONS = (*branches.PROVISIONS, *members.PROVISIONS, *activities.PROVISIONS, *health.PROVISIONS)
VIEW_RIGHT = "health.view"
EVERYWHERE = ("",)
# Columns of JSON: duty lines; posts beside the secretary; rows somebody waits for; ids alone.
DUTIES, SEATS, DATED, IDS = 14, 27, (12, 23, 24, 26, 28, 29, 30, 32), 33
# Duties and records of a year stand behind a finding.
WINDOW_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """True on `as_of`, as known at `known_at`; counts of "the period" begin on `period_from`."""

    as_of: date
    known_at: datetime
    period_from: date

    @classmethod
    def of(cls, as_of: date, known_at: datetime) -> Self:
        return cls(as_of, known_at, as_of.replace(day=1))

    @property
    def window_from(self) -> date:
        """However long the period: the month of the day and the twelve before it."""
        return months_after(self.as_of.replace(day=1), -WINDOW_MONTHS)

    @property
    def day_end(self) -> datetime:
        """Before this the day's facts were written and known."""
        midnight = datetime.combine(
            self.as_of + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
        )
        return min(midnight, self.known_at + timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bodies from one path up to, not including, another."""

    path_from: str = ""
    path_below: str = AFTER

    @classmethod
    def under(cls, path: str) -> Self:
        return cls(path, path + AFTER)


WHOLE_TREE = Stretch()


def inputs_for(scope: Scope, stretch: Stretch, moment: Moment) -> list[BranchInputs]:
    """What a page may show: branches of the stretch inside the scope, in path order."""
    return _read(scope.roots_for(VIEW_RIGHT), stretch, moment)


def inputs_of(stretch: Stretch, moment: Moment) -> list[BranchInputs]:
    """Every branch of the stretch, for jobs only (docs/crossings.md)."""
    return _read(EVERYWHERE, stretch, moment)


def _read(roots: Sequence[str], stretch: Stretch, moment: Moment) -> list[BranchInputs]:
    with connection.cursor() as cursor:
        cursor.execute(INPUTS_SQL, inputs_params(roots, stretch, moment))
        return [_branch(row) for row in cursor.fetchall()]


def inputs_params(roots: Sequence[str], stretch: Stretch, moment: Moment) -> dict[str, Any]:
    return {
        "roots": list(roots),
        "path_from": stretch.path_from,
        "path_below": stretch.path_below,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "day_end": moment.day_end,
        "period_from": moment.period_from,
        "window_from": moment.window_from,
        "time_zone": settings.TIME_ZONE,
    }


def _branch(row: Sequence[Any]) -> BranchInputs:
    """A row in the statement's order; some columns come as JSON text."""
    values = list(row)
    values[DUTIES] = _duty_lines(row[DUTIES])
    values[SEATS] = tuple(Seat(kind, held, _day(since)) for kind, held, since in orjson.loads(row[SEATS]))
    values[IDS] = tuple(row[IDS])
    for place in DATED:
        values[place] = _dated(row[place])
    return BranchInputs(*values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _dated(text: str) -> tuple[Dated, ...]:
    """Oldest first."""
    if text == "[]":
        return ()
    found = [Dated(pk, date.fromisoformat(on)) for pk, on in orjson.loads(text)]
    return tuple(sorted(found, key=itemgetter(1, 0)))


def _duty_lines(text: str) -> tuple[DutyLine, ...]:
    """By rule and state; the duties behind a line oldest first."""
    day, found = date.fromisoformat, []
    for rule, state, number, here, first, last, ids, due in sorted(orjson.loads(text)):
        if not ids:
            found.append(DutyLine(rule, state, number, here, day(first), day(last)))
            continue
        named = sorted(zip(due, ids, strict=True))
        due_days = tuple(day(on) for on, _pk in named) if state == DutyState.MISSING else ()
        ordered = tuple(pk for _on, pk in named)
        found.append(DutyLine(rule, state, number, here, day(first), day(last), ordered, due_days))
    return tuple(found)


class Books:
    """The rulebooks of many branches, in one query, and a name for each; branches under one book share it."""

    def __init__(self, paths: Sequence[str], on: date) -> None:
        self._books = rulebooks_for(paths, PROVISIONS, on)
        books = {id(book): book for book in self._books.values()}
        self._editions = {number: _edition_of(book, on) for number, book in books.items()}

    def book(self, path: str) -> Rulebook:
        return self._books[path]

    def edition(self, path: str) -> RuleEdition:
        """Every rule in force for the body that day; on record once `keep_editions` was called."""
        return self._editions[id(self._books[path])]

    def keep_editions(self) -> None:
        """Put on record what assessments and summaries are about to name."""
        RuleEdition.objects.bulk_create(self._editions.values(), ignore_conflicts=True)


def _edition_of(book: Rulebook, on: date) -> RuleEdition:
    provisions = book.edition(on)
    return RuleEdition(name=edition_name(provisions), provisions=provisions)
