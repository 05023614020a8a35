"""A file of units handed back: its rows as they were, wrong cells marked, with what to put right in each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from branches.messages import UNIT_COLUMNS, UNIT_FAULTS, UNIT_TO_PUT_RIGHT
from branches.tables import fault_lines
from branches.tables.units import TEXT_ONLY
from branches.workflows.table_file import Fault, column_of
from branches.workflows.unit_file import LOST, TO_PUT_RIGHT, words

WIDTH, WIDE = 20, 60
WRONG = "#FFD9D6"


def faults_workbook(rows: Sequence[Sequence[str]], faults: Iterable[Fault]) -> bytes:
    """The same rows on the same lines, under headings the import reads; the last column it does not read."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **TEXT_ONLY})
    sheet = book.add_worksheet(_("Units"))
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True})
    wrong = book.add_format({"num_format": "@", "bg_color": WRONG})
    names = [column_of(heading, words()) for heading in rows[0]]
    kept = [place for place, name in enumerate(names) if name != TO_PUT_RIGHT]
    said, marked = _by_row(faults)
    sheet.set_column(0, len(kept) - 1, WIDTH, text)
    sheet.set_column(len(kept), len(kept), WIDE, text)
    for column, place in enumerate(kept):
        sheet.write_string(0, column, str(UNIT_COLUMNS.get(names[place], rows[0][place])), bold)
    sheet.write_string(0, len(kept), str(UNIT_TO_PUT_RIGHT), bold)
    for line, cells in enumerate(rows[1:], start=1):
        for column, place in enumerate(kept):
            typed = cells[place].removeprefix(LOST) if place < len(cells) else ""
            sheet.write(line, column, typed, wrong if (line + 1, names[place]) in marked else text)
        if told := said.get(line + 1):
            sheet.write_string(line, len(kept), told, wrong)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def _by_row(faults: Iterable[Fault]) -> tuple[dict[int, str], set[tuple[int, str]]]:
    """What to put right in each row, in one cell; and the cells that are wrong."""
    faults = list(faults)
    said: defaultdict[int, list[str]] = defaultdict(list)
    for told in fault_lines(faults, UNIT_COLUMNS, UNIT_FAULTS):
        words = {"field": told["column"], "after": told["text"]}
        said[told["row"]].append(_("%(field)s: %(after)s") % words)
    return (
        {row: "\n".join(sentences) for row, sentences in said.items()},
        {(fault.row, fault.column) for fault in faults},
    )
