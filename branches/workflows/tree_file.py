"""Reads a CSV of bodies as people write it: UTF-8, with or without BOM, or GBK; headings, kinds and
sectors as codes or as the words of either language; dates in the usual ways. What cannot be read is a fault
with its row and column.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import TextChoices

from branches.choices import Form, Kind, Sector
from branches.messages import COLUMNS, YES_NO
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

REQUIRED = ("code", "name", "kind", "sector", "parent_code", "established_on")
LENGTHS = {"code": 32, "name": 120, "short_name": 40, "phone": 30, "address": 200}
NEEDED = ("code", "name", "kind", "sector", "established_on")
CHOICES: dict[str, type[TextChoices]] = {"kind": Kind, "form": Form, "sector": Sector}
MOST_ROWS = 20_000


def read_table(data: bytes) -> Table:
    """All rows of the file and every fault of reading it."""
    rows = csv_rows(data)
    if rows is None:
        return refused("encoding")
    table = read_rows(rows, _words(), REQUIRED, _read_line, empty="no_rows")
    return table if len(table.lines) <= MOST_ROWS else refused("too_many_rows", limit=MOST_ROWS)


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


@cache
def _words() -> Words:
    return vocabulary(COLUMNS, CHOICES, {"has_committee": YES_NO})
