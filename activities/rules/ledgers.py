"""What a ledger says, as plain facts: page, PDF, Word, spreadsheet and API are written from them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from activities.choices import LedgerKind
from activities.rules.duties import Period, period_of

Value = str | int | date | time | None

# The Party was founded that year: no record lies before.
FIRST_YEAR = 1921
NOTHING = "—"
_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4]))?")


@dataclass(frozen=True, slots=True)
class Fact:
    """One field and what stands in it; a long one takes the whole width of the sheet."""

    key: str
    label: str
    value: Value
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `share` is its part of the width of the sheet."""

    key: str
    label: str
    share: int = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or the words said where it has no rows; without these either it is left out."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = ""

    @property
    def is_shown(self) -> bool:
        return bool(self.rows or self.empty)

    @staticmethod
    def shown(value: Value) -> str:
        """In words; an empty text is room for a pen."""
        return "" if value == "" else written(value)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with fields and tables under it; parts of one key are lines of one list."""

    key: str
    heading: str
    facts: tuple[Fact, ...] = ()
    grids: tuple[Grid, ...] = ()
    number: int | None = None
    record_id: int | None = None
    list_name: str = ""  # what many of them are called together

    @property
    def numbered_heading(self) -> str:
        return self.heading if self.number is None else f"{self.number}、{self.heading}"

    @property
    def short(self) -> list[Fact]:
        return [fact for fact in self.facts if not fact.is_long]

    @property
    def long(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.is_long]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is drawn as PDF, Word and workbook: a title, whose it is, its days, and its parts."""

    title: str
    branch: str
    span: tuple[date, ...]
    parts: tuple[Part, ...]
    signers: tuple[str, ...]
    empty: str = ""  # said where no record stands in it
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Ledger(Paper):
    """A paper of one branch: of a period, or of one meeting."""

    kind: LedgerKind = field(kw_only=True)

    @property
    def record_ids(self) -> list[int]:
        return [part.record_id for part in self.parts if part.record_id is not None]


def written(value: Value) -> str:
    """As Chinese papers write it."""
    match value:
        case None | "":
            return NOTHING
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def written_span(span: Sequence[date]) -> str:
    return " – ".join(written(day) for day in span)


_NOT_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "_"))


def file_name(ledger: Paper) -> str:
    """What it is, whose, and of when; nothing a file system refuses."""
    return "_".join([ledger.title, ledger.branch, _when(ledger.span)]).translate(_NOT_IN_NAMES)[:120]


def _when(span: Sequence[date]) -> str:
    if len(span) == 1:
        return span[0].isoformat()
    return name_of(Period(span[0], span[-1]))


# --- which period


def period_named(text: str, today: date) -> Period | None:
    """The quarter "2026-Q1" or the year "2026"; None for what is no period a record can lie in."""
    found = _PERIOD.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= today.year:
        return None
    if found[2] is None:
        return period_of("year", date(int(found[1]), 1, 1))
    return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))


def period_bound(kind: LedgerKind, today: date) -> Period:
    """The quarter that runs, in its first month the one before, which is bound then; likewise years."""
    length = "year" if kind in YEARLY else "quarter"
    running = period_of(length, today)
    if today.month != running.starts_on.month:
        return running
    return period_of(length, running.starts_on - timedelta(days=1))


YEARLY = frozenset({LedgerKind.YEAR, LedgerKind.TALKS})


def name_of(period: Period) -> str:
    """As `period_named` reads it."""
    year, quarter = period.starts_on.year, (period.starts_on.month + 2) // 3
    return f"{year}-Q{quarter}" if period == period_of("quarter", period.starts_on) else str(year)


def lengths_of(kind: LedgerKind) -> tuple[str, ...]:
    """A quarter sheet is of a quarter, a year summary of a year; the others of either."""
    return {LedgerKind.QUARTER: ("quarter",), LedgerKind.YEAR: ("year",)}.get(kind, ("quarter", "year"))


def fits(kind: LedgerKind, period: Period) -> bool:
    return any(period_of(length, period.starts_on) == period for length in lengths_of(kind))


# --- as a workbook


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list of a workbook: every part or table of one key under one heading."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheets_of(ledger: Paper, number: Column, heading: Column) -> list[Sheet]:
    """Numbered parts become the rows of one list; a table of theirs says in its first column whose it is."""
    found: list[Sheet] = []
    for key in dict.fromkeys(part.key for part in ledger.parts):
        parts = [part for part in ledger.parts if part.key == key]
        if any(part.facts for part in parts):
            found.append(_list_of(parts, number, heading))
        found += _tables_of(parts, number)
    return found


def _list_of(parts: list[Part], number: Column, heading: Column) -> Sheet:
    # The part with most to say decides the order of the columns.
    longest = sorted(parts, key=lambda part: -len(part.facts))
    columns = {fact.key: Column(fact.key, fact.label) for part in longest for fact in part.facts}
    lead = (number,) if parts[0].number is not None else ()
    rows = []
    for part in parts:
        values = {fact.key: fact.value for fact in part.facts}
        own: tuple[Value, ...] = (part.number,) if lead else ()
        rows.append((*own, part.heading, *(values.get(key) for key in columns)))
    name = parts[0].list_name or parts[0].heading
    return Sheet(name, (*lead, heading, *columns.values()), tuple(rows))


def _tables_of(parts: list[Part], number: Column) -> Iterator[Sheet]:
    for key in dict.fromkeys(grid.key for part in parts for grid in part.grids):
        pairs = [(part, grid) for part in parts for grid in part.grids if grid.key == key]
        is_numbered = pairs[0][0].number is not None
        first = pairs[0][1]
        rows = tuple(
            ((part.number, *row) if is_numbered else row) for part, grid in pairs for row in grid.rows
        )
        lead = (number,) if is_numbered else ()
        yield Sheet(first.title, (*lead, *first.columns), rows)
