"""Word layouts of ledgers for tests: the starter, and small ones typed here."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from activities.choices import LedgerKind
from activities.models import LedgerTemplate
from activities.workflows.ledger_templates import UploadedLayout, starter, upload
from branches.models import Organization


def starter_file(kind: LedgerKind) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{kind.label}.docx", starter(kind))


def a_layout(
    world: Any, who: str, body: Organization, kind: LedgerKind, data: bytes | None = None
) -> LedgerTemplate:
    file = UploadedLayout(kind, f"{body.name}.docx", data or starter(kind))
    return upload(body, file, actor=world.user(who), scope=world.scope(who), at=world.now)


def document(*lines: str | list[list[str]]) -> bytes:
    """A paragraph for each text, a table for each list of rows."""
    sheet = Document()
    for line in lines:
        if isinstance(line, str):
            sheet.add_paragraph(line)
            continue
        table = sheet.add_table(len(line), len(line[0]))
        for row, texts in zip(table.rows, line, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = BytesIO()
    sheet.save(out)
    return out.getvalue()


def words_in(data: bytes) -> list[str]:
    """Every paragraph with words in it, in the order of the sheet, tables too."""
    found = Document(BytesIO(data)).element.body.iter("{*}p")
    texts = ("".join(node.text or "" for node in each.iter("{*}t")) for each in found)
    return [text for text in texts if text.strip()]
