"""A plain A4 document in the manner of official papers, to begin a template of one's own from."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from docx import Document
from docx.document import Document as Sheet
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FACE = "仿宋"


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is set."""

    size: int = 14
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    is_bold: bool = False
    indent: int = 0  # characters, first line


LOOKS = {
    "title": Look(18, WD_ALIGN_PARAGRAPH.CENTER, is_bold=True),
    "right": Look(align=WD_ALIGN_PARAGRAPH.RIGHT),
    "line": Look(),
    "text": Look(indent=2),
    "small": Look(11),
    "cut": Look(10, WD_ALIGN_PARAGRAPH.CENTER),
}


def composed(lines: Iterable[tuple[str, str]]) -> bytes:
    """The lines, each under the name of its look, as a Word file."""
    sheet = blank_sheet()
    for name, text in lines:
        look = LOOKS[name]
        paragraph = sheet.add_paragraph()
        paragraph.alignment = look.align
        paragraph.paragraph_format.first_line_indent = Pt(look.size * look.indent)
        paragraph.paragraph_format.space_after = Pt(4)
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(look.size), look.is_bold
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


def blank_sheet(*, flipped: bool = False) -> Sheet:
    """An empty A4 document, set in the face of official papers; of nobody's and of no date."""
    sheet = Document()
    page = sheet.sections[0]
    page.page_width, page.page_height = (Mm(297), Mm(210)) if flipped else (Mm(210), Mm(297))
    if flipped:
        page.orientation = WD_ORIENT.LANDSCAPE
    page.left_margin = page.right_margin = Mm(26)
    page.top_margin = page.bottom_margin = Mm(20)
    style = sheet.styles["Normal"]
    style.font.name = FACE
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)
    for name in ("author", "title", "comments", "keywords", "subject"):
        setattr(sheet.core_properties, name, "")
    return sheet
