"""What every list people bring has in common: text in UTF-8 or GBK, a row of headings, codes or the words
of either language, dates in the usual ways. What cannot be read is a fault with its row and column.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from orgportal.core.forms import tidy

DAY = re.compile(r"(\d{4})(?:年|[-/.])?(\d{1,2})(?:月|[-/.])?(\d{1,2})日?")
ANSWERS = {"yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}
Words = dict[str, dict[str, Any]]


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


def refused(code: str, **params: Any) -> Table:
    """The whole file cannot be read."""
    return Table((), (Fault(1, "", code, params),))


ReadLine = Callable[[int, Mapping[str, str]], tuple[Line, list[Fault]]]


def read_rows(
    rows: Sequence[Sequence[str]], words: Words, needed: Collection[str], read_line: ReadLine, *, empty: str
) -> Table:
    """All rows below the headings and every fault of reading them; `empty` is said where there is none."""
    headings = [column_of(cell, words) for cell in (rows[0] if rows else [])]
    if wrong := tuple(heading_faults(headings, words["columns"].values(), needed)):
        return Table((), wrong)
    lines, faults = [], []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            line, found = read_line(number, dict(zip(headings, cells, strict=False)))
            lines.append(line)
            faults.extend(found)
    if not lines:
        faults.append(Fault(1, "", empty))
    return Table(tuple(lines), tuple(faults))


def column_of(heading: str, words: Words) -> str:
    wanted = tidy(heading).lower()
    return str(words["columns"].get(wanted, wanted))


def heading_faults(headings: Sequence[str], known: Collection[str], needed: Iterable[str]) -> Iterator[Fault]:
    """A column without a heading is nobody's: spreadsheets end in them."""
    for heading in filter(None, headings):
        if heading not in known:
            yield Fault(1, heading, "column_unknown")
        elif headings.count(heading) > 1:
            yield Fault(1, heading, "column_twice")
    for name in needed:
        if name not in headings:
            yield Fault(1, name, "column_missing")


def csv_rows(data: bytes) -> list[list[str]] | None:
    """The cells as typed, None where the file is in no encoding we know."""
    text = as_text(data)
    if text is None:
        return None
    return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text[:200] else ","))


def as_text(data: bytes) -> str | None:
    """The file's text, None where it is in no encoding we know."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_day(typed: str) -> date | None:
    found = DAY.fullmatch(typed)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def vocabulary(
    columns: Mapping[str, Any],
    choices: Mapping[str, type[TextChoices]],
    answers: Mapping[str, Mapping[bool, Any]],
) -> Words:
    """What may stand in a heading or a cell: the code itself or its words in any of our languages."""
    tables: Words = {
        "columns": {name: name for name in columns},
        **{
            name: {"yes": True, "no": False, "y": True, "n": False, "1": True, "0": False} for name in answers
        },
        **{name: {choice.value: choice for choice in kinds} for name, kinds in choices.items()},
    }
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            tables["columns"].update({str(label).lower(): name for name, label in columns.items()})
            for name, said in answers.items():
                tables[name].update({str(word).lower(): answer for answer, word in said.items()})
            for name, kinds in choices.items():
                tables[name].update({str(choice.label).lower(): choice for choice in kinds})
    return tables
