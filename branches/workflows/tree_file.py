"""Reads a CSV of bodies as people write it: UTF-8, with or without BOM, or GBK; headings, kinds and
sectors as codes or as the words of either language; dates in the usual ways. What cannot be read is a fault
with its row and column.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from branches.choices import Form, Kind, Sector
from branches.messages import COLUMNS, YES_NO
from orgportal.core.forms import tidy

REQUIRED = ("code", "name", "kind", "sector", "parent_code", "established_on")
LENGTHS = {"code": 32, "name": 120, "short_name": 40, "phone": 30, "address": 200}
NEEDED = ("code", "name", "kind", "sector", "established_on")
CHOICES: dict[str, type[TextChoices]] = {"kind": Kind, "form": Form, "sector": Sector}
DAY = re.compile(r"(\d{4})(?:年|[-/.])?(\d{1,2})(?:月|[-/.])?(\d{1,2})日?")
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that must be put right: where it stands and, by its code, what to do."""

    row: int
    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as understood. `number` is its line in the file; what could not be read is None or empty."""

    number: int
    cells: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.cells[name]


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def read_table(data: bytes) -> Table:
    """All rows of the file and every fault of reading it."""
    text = as_text(data)
    if text is None:
        return Table((), (Fault(1, "", "encoding"),))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text[:200] else ",")
    headings = [_column(cell) for cell in next(rows, [])]
    faults = list(_heading_faults(headings))
    if faults:
        return Table((), tuple(faults))
    lines = []
    for number, cells in enumerate(rows, start=2):
        if any(cell.strip() for cell in cells):
            line, found = _read_line(number, dict(zip(headings, cells, strict=False)))
            lines.append(line)
            faults.extend(found)
    if not lines:
        faults.append(Fault(1, "", "no_rows"))
    if len(lines) > MOST_ROWS:
        return Table((), (Fault(1, "", "too_many_rows", {"limit": MOST_ROWS}),))
    return Table(tuple(lines), tuple(faults))


def as_text(data: bytes) -> str | None:
    """The file's text, None where it is in no encoding we know."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _column(heading: str) -> str:
    wanted = tidy(heading).lower()
    return str(_words()["columns"].get(wanted, wanted))


def _heading_faults(headings: list[str]) -> Iterator[Fault]:
    for heading in headings:
        if heading not in COLUMNS:
            yield Fault(1, heading, "column_unknown")
        elif headings.count(heading) > 1:
            yield Fault(1, heading, "column_twice")
    for name in REQUIRED:
        if name not in headings:
            yield Fault(1, name, "column_missing")


def _read_line(number: int, raw: Mapping[str, str]) -> tuple[Line, list[Fault]]:
    faults: list[Fault] = []
    cells: dict[str, Any] = {}
    for name in COLUMNS:
        typed = tidy(raw.get(name, ""))
        value, code = _read_cell(name, typed)
        cells[name] = value
        if code:
            faults.append(Fault(number, name, code, {"value": typed[:60], "limit": LENGTHS.get(name, 0)}))
    return Line(number, cells), faults


def _read_cell(name: str, typed: str) -> tuple[Any, str]:
    """The value and the code of what is wrong with it ("" if nothing)."""
    if not typed:
        return _EMPTY.get(name, ""), "cell_empty" if name in NEEDED else ""
    if name in CHOICES:
        value = _words()[name].get(typed.lower())
        return value, "" if value else f"{name}_unknown"
    if name in ("established_on", "ends_on"):
        day = read_day(typed)
        return day, "" if day else "date_unknown"
    if name == "has_committee":
        answer = _words()["has_committee"].get(typed.lower())
        return bool(answer), "" if answer is not None else "yes_no_unknown"
    return typed, "too_long" if len(typed) > LENGTHS.get(name, 32) else ""


_EMPTY: dict[str, Any] = {
    "kind": None,
    "sector": None,
    "form": Form.REGULAR,
    "established_on": None,
    "ends_on": None,
    "has_committee": False,
}


def read_day(typed: str) -> date | None:
    found = DAY.fullmatch(typed)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


@cache
def _words() -> dict[str, dict[str, Any]]:
    """What may stand in a heading or a cell: the code itself or its words in any of our languages."""
    tables: dict[str, dict[str, Any]] = {
        "columns": {name: name for name in COLUMNS},
        "has_committee": {"yes": True, "no": False, "y": True, "n": False, "1": True, "0": False},
        **{name: {choice.value: choice for choice in choices} for name, choices in CHOICES.items()},
    }
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            tables["columns"].update({str(label).lower(): name for name, label in COLUMNS.items()})
            tables["has_committee"].update({str(word).lower(): answer for answer, word in YES_NO.items()})
            for name, choices in CHOICES.items():
                tables[name].update({str(choice.label).lower(): choice for choice in choices})
    return tables
