"""A ledger in the portal's own Word layout: the same fields and tables, to be worked on further."""

import io
from collections.abc import Sequence

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from activities.choices import LedgerKind
from activities.rules.ledgers import Grid, Ledger, Paper, Part, written, written_span
from orgportal.core.word_starters import blank_sheet
from orgportal.core.word_templates import CONTROL

# Papers are Chinese, whatever language their reader chose for the pages.
PAPERS = "zh-hans"
# Wider than high: their tables have many columns.
WIDE = {LedgerKind.QUARTER, LedgerKind.YEAR, LedgerKind.TALKS, LedgerKind.DUTIES}

# Label, value, label, value.
FIELDS = (2, 5, 2, 5)
# More columns than this on an upright sheet are set smaller.
MOST_UPRIGHT, NARROW = 7, 7.5
SIGNING = "______________"


def is_wide(paper: Paper) -> bool:
    return isinstance(paper, Ledger) and paper.kind in WIDE


def word_of(ledger: Paper, *, wide: bool) -> bytes:
    sheet = blank_sheet(flipped=wide)
    _line(sheet, ledger.title, 18, is_bold=True, is_middle=True)
    _line(sheet, f"{ledger.branch}　　{written_span(ledger.span)}", 11, is_middle=True)
    for part in ledger.parts:
        _part(sheet, part)
    if ledger.empty:
        _line(sheet, ledger.empty, 11)
    signing = _line(sheet, "　　".join(f"{who}：{SIGNING}" for who in ledger.signers), 11)
    signing.paragraph_format.space_before = Pt(24)
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


def _line(
    sheet: Document, text: str, size: int, *, is_bold: bool = False, is_middle: bool = False
) -> Paragraph:
    paragraph = sheet.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_middle else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(CONTROL.sub(" ", text))
    run.font.size, run.font.bold = Pt(size), is_bold
    return paragraph


def _part(sheet: Document, part: Part) -> None:
    if part.heading:
        _heading(sheet, part.numbered_heading, 14)
    if part.facts:
        _fields(sheet, part)
    for grid in part.grids:
        if grid.is_shown:
            _grid(sheet, grid)


def _heading(sheet: Document, text: str, size: int) -> None:
    paragraph = _line(sheet, text, size, is_bold=True)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)


def _fields(sheet: Document, part: Part) -> None:
    """Two fields a row; a long one has a row of its own."""
    short = part.short
    rows = _rows(sheet, (len(short) + 1) // 2 + len(part.long), FIELDS)
    for place, fact in enumerate(short):
        cells = rows[place // 2]
        _write(cells[place % 2 * 2], fact.label, is_bold=True)
        _write(cells[place % 2 * 2 + 1], written(fact.value))
    for cells, fact in zip(rows[(len(short) + 1) // 2 :], part.long, strict=True):
        _write(cells[0], fact.label, is_bold=True)
        _write(cells[1].merge(cells[3]), written(fact.value))


def _grid(sheet: Document, grid: Grid) -> None:
    _heading(sheet, grid.title, 12)
    if not grid.rows:
        _line(sheet, grid.empty, 11)
        return
    head, *rows = _rows(sheet, len(grid.rows) + 1, [column.share for column in grid.columns])
    # The head of the table stands on each of its pages.
    _mark(sheet.tables[-1].rows[0], "w:tblHeader")
    size = NARROW if len(grid.columns) > MOST_UPRIGHT and not sheet.sections[0].orientation else 9
    for cell, column in zip(head, grid.columns, strict=True):
        _write(cell, column.label, is_bold=True, size=size)
    for cells, row in zip(rows, grid.rows, strict=True):
        for cell, value in zip(cells, row, strict=True):
            _write(cell, grid.shown(value), size=size)


def _rows(sheet: Document, rows: int, shares: Sequence[int]) -> list[tuple[_Cell, ...]]:
    """The cells of a new table, row by row, as wide as their shares of the page."""
    page = sheet.sections[0]
    room = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    table = sheet.add_table(rows, len(shares), style="Table Grid")
    table.autofit = False
    widths = [Emu(room * share // sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        # A line of the table stands on one page, unless it is longer than that.
        _mark(row, "w:cantSplit")
    found = [row.cells for row in table.rows]
    for cells in found:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
    return found


def _mark(row: _Row, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001


def _write(cell: _Cell, text: str, *, is_bold: bool = False, size: float = 10) -> None:
    """Each line of the text a line in the cell; nothing typed is anything but text."""
    paragraph = cell.paragraphs[0]
    for place, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        run.add_text(CONTROL.sub(" ", line))
        run.font.size, run.font.bold = Pt(size), is_bold
