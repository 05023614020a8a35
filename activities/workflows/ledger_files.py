"""A ledger as a file: PDF or Word in the portal's layout, or a workbook with real dates and numbers."""

import io
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from activities.choices import LedgerForm
from activities.messages import LEDGER_LABELS, LEDGER_SHEETS
from activities.rules.ledgers import (
    Column,
    Grid,
    Paper,
    Part,
    Sheet,
    Value,
    sheets_of,
    written,
    written_span,
)
from activities.workflows.ledger_words import is_wide, word_of
from orgportal.core import attachments, documents

LAYOUT = "activities/typst/ledger.typ"
TYPES = {
    LedgerForm.PDF: attachments.PDF,
    LedgerForm.XLSX: attachments.EXCEL,
    LedgerForm.DOCX: attachments.WORD,
}
# No formula can start in a cell, whatever was typed.
AS_TYPED = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'"))
WIDTHS = {date: 13, time: 9, int: 9}
WIDEST, NARROWEST = 60, 8


def file_of(ledger: Paper, form: LedgerForm, *, at: datetime) -> bytes:
    """The same ledger and moment give the same file."""
    if form == LedgerForm.PDF:
        return documents.pdf(LAYOUT, sheet_data(ledger), at=at)
    if form == LedgerForm.DOCX:
        return word_of(ledger, wide=is_wide(ledger))
    return workbook_of(ledger, at=at)


def sheet_data(ledger: Paper) -> dict[str, Any]:
    """What the layout reads: every value in words already."""
    return {
        "title": ledger.title,
        "branch": ledger.branch,
        "span": written_span(ledger.span),
        "wide": is_wide(ledger),
        "void": ledger.is_void,
        "empty": ledger.empty,
        "signers": list(ledger.signers),
        "parts": [_part(part) for part in ledger.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "heading": part.numbered_heading,
        "ruled": part.number is not None,
        "short": [(fact.label, written(fact.value)) for fact in part.short],
        "long": [(fact.label, written(fact.value)) for fact in part.long],
        "grids": [_grid(grid) for grid in part.grids if grid.is_shown],
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "title": grid.title,
        "empty": grid.empty,
        "signed": any("" in row for row in grid.rows),
        "columns": [(column.label, column.share) for column in grid.columns],
        "rows": [[grid.shown(value) for value in row] for row in grid.rows],
    }


# --- a workbook


def workbook_of(ledger: Paper, *, at: datetime) -> bytes:
    """What it is on the first sheet, then one list each: frozen heads, filters, dates and numbers as such."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **AS_TYPED})
    book.set_properties({"title": ledger.title, "created": at.replace(tzinfo=None)})
    writer = _Writer(book)
    writer.cover(ledger)
    number, title = (Column(key, str(LEDGER_LABELS[key])) for key in ("number", "title"))
    for sheet in sheets_of(ledger, number, title):
        writer.add(sheet)
    book.close()
    return out.getvalue()


class _Writer:
    """Writes typed cells into one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        wrapped = {"text_wrap": True, "valign": "top"}
        self.text = book.add_format({"num_format": "@", **wrapped})
        self.bold = book.add_format({"bold": True, "border": 1, "bg_color": "#EEEEEE", **wrapped})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", **wrapped})
        self.hour = book.add_format({"num_format": "hh:mm", **wrapped})
        self.count = book.add_format({"num_format": "0", **wrapped})
        self.names: set[str] = set()

    def cover(self, ledger: Paper) -> None:
        page = self.book.add_worksheet(self._named(str(LEDGER_SHEETS["cover"])))
        page.set_column(0, 0, 16)
        page.set_column(1, 1, WIDEST)
        lines: list[tuple[str, Value]] = [
            ("title", ledger.title), ("branch", ledger.branch), ("from", ledger.span[0]),
            ("until", ledger.span[-1]),
        ]  # fmt: skip
        if ledger.empty:
            lines.append(("records", ledger.empty))
        for row, (key, value) in enumerate(lines):
            self._put(page, row, 0, str(LEDGER_SHEETS[key]), self.bold)
            self._put(page, row, 1, value)

    def add(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(self._named(sheet.name))
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, _width(column, [row[place] for row in sheet.rows]))
            self._put(page, 0, place, column.label, self.bold)
        for line, row in enumerate(sheet.rows, start=1):
            for place, value in enumerate(row):
                self._put(page, line, place, value)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def _put(self, page: Any, line: int, place: int, value: Value, style: Any = None) -> None:
        match value:
            case None | "":
                page.write_blank(line, place, None, style or self.text)
            case date():
                page.write_datetime(line, place, value, style or self.day)
            case time():
                page.write_datetime(line, place, value, style or self.hour)
            case int():
                page.write_number(line, place, value, style or self.count)
            case _:
                page.write_string(line, place, str(value), style or self.text)

    def _named(self, name: str) -> str:
        """As a workbook takes it: at most 31 characters, none of seven, no name twice."""
        plain = name.translate(FORBIDDEN)[:28] or "1"
        found, extra = plain, 1
        while found in self.names:
            extra += 1
            found = f"{plain} {extra}"
        self.names.add(found)
        return found


def _width(column: Column, values: list[Value]) -> int:
    """Chinese characters are two wide."""
    longest = max((_long(value) for value in values), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, 2 * len(column.label)) + 2))


def _long(value: Value) -> int:
    if value is None or isinstance(value, date | time | int):
        return WIDTHS.get(type(value), 0)
    return 2 * max(map(len, value.split("\n")))
