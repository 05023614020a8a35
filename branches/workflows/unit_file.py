"""Reads a list of units as people keep it: an Excel workbook, or CSV in UTF-8 or GBK; headings, kinds and
kinds of coverage as codes or in the words of either language. What cannot be read is a fault with its row
and column.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import openpyxl
from django.db.models import TextChoices

from branches.choices import CoverageKind, OwnerKind, UnitKind
from branches.messages import UNIT_COLUMNS, UNIT_TO_PUT_RIGHT
from branches.workflows.table_file import (
    Fault,
    Line,
    Table,
    Words,
    csv_rows,
    read_day,
    read_rows,
    refused,
    vocabulary,
)
from orgportal.core.forms import tidy
from orgportal.core.received_files import office_kind
from orgportal.core.word_files import Unfit

MOST_ROWS = 5_000
NEEDED = ("name", "kind", "owner", "committee_code", "listed_on")
LENGTHS = {
    "name": 120,
    "committee_code": 32,
    "area": 60,
    "address": 200,
    "covered_by": 120,
    "credit_code": 18,
}
CHOICES: dict[str, type[TextChoices]] = {"kind": UnitKind, "owner": OwnerKind, "coverage": CoverageKind}
MOST_STAFF = 2_000_000
# A spreadsheet keeps fifteen digits of a number; a longer code typed as one has lost the others.
DIGITS_KEPT = 15
# A sign of no script marks it: this passes through a page and back.
LOST = "\ue000"
TO_PUT_RIGHT = "to_put_right"
# Lists of others are wider than ours.
MOST_COLUMNS = 80
PACKED = b"PK\x03\x04"


def read_units(data: bytes) -> Table:
    """All rows of the file and every fault of reading it."""
    rows = rows_of(data)
    if rows is None:
        return refused("unit_file_unknown")
    if len(rows) > MOST_ROWS + 1:
        return refused("too_many_rows", limit=MOST_ROWS)
    return read_rows(rows, words(), NEEDED, _read_line, empty="no_units")


def rows_of(data: bytes) -> list[list[str]] | None:
    """The cells of the file as they were typed, None where it is neither a workbook nor text."""
    return _workbook(data) if data.startswith(PACKED) else csv_rows(data)


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """The same cells as text, as they come back from the check page."""
    out = io.StringIO(newline="")
    # A tab in a cell would be taken for what parts the columns.
    csv.writer(out).writerows([cell.replace("\t", " ") for cell in row] for row in rows)
    return out.getvalue()


def _workbook(data: bytes) -> list[list[str]] | None:
    try:
        if office_kind(data) != "xlsx":
            return None
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (Unfit, ValueError, KeyError):
        return None
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
    return [_without_tail([_cell_text(value) for value in row]) for row in rows]


def _without_tail(cells: list[str]) -> list[str]:
    """A sheet is as wide in every row as it is in one."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and len(str(value)) > DIGITS_KEPT:
        return f"{LOST}{value}"
    return str(value)


def _read_line(number: int, raw: Mapping[str, str]) -> tuple[Line, list[Fault]]:
    faults: list[Fault] = []
    cells: dict[str, Any] = {}
    for name in UNIT_COLUMNS:
        typed = raw.get(name, "")
        value, code = ("", "digits_lost") if typed.startswith(LOST) else _read_cell(name, tidy(typed))
        cells[name] = value
        if code:
            shown = typed.removeprefix(LOST)[:60]
            faults.append(Fault(number, name, code, {"value": shown, "limit": LENGTHS.get(name, 0)}))
    return Line(number, cells), faults


def _read_cell(name: str, typed: str) -> tuple[Any, str]:
    """The value and the code of what is wrong with it ("" if nothing)."""
    if not typed:
        return (None if name == "staff" else ""), "cell_empty" if name in NEEDED else ""
    if name in CHOICES:
        value = words()[name].get(typed.lower())
        return value, "" if value else f"unit_{name}_unknown"
    if name == "listed_on":
        day = read_day(typed)
        return day, "" if day else "date_unknown"
    if name == "staff":
        is_number = typed.isdecimal() and int(typed) <= MOST_STAFF
        return int(typed) if is_number else None, "" if is_number else "number_unknown"
    # A doubtful code is warned of where it is shown; only a longer one cannot be kept.
    typed = typed.upper() if name == "credit_code" else typed
    return typed, "too_long" if len(typed) > LENGTHS[name] else ""


@cache
def words() -> Words:
    """What may stand in a heading or a cell, and what it means. The column with what to put right, which the
    portal adds to a file it hands back, is known and not read.
    """
    return vocabulary({**UNIT_COLUMNS, TO_PUT_RIGHT: UNIT_TO_PUT_RIGHT}, CHOICES, {})
