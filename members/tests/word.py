"""Real Word files for tests: the starter, and the starter with something changed in it."""

import zipfile
from io import BytesIO
from typing import Any

from docx import Document

from members.choices import PaperKind
from members.models import PaperTemplate
from members.rules.paper_templates import STARTERS
from members.workflows import paper_templates as work
from members.workflows.paper_templates import UploadedFile
from orgportal.core.word_files import MOST_UNPACKED, packed, parts_of
from orgportal.core.word_starters import composed

PLAIN_LETTER = (
    "{{ number }} {{ to }}：{{ name }}由{{ from }}去{{ body }}，至{{ valid_until }}。"
    "{{ issuer }}{{ issued_on }}"
)


def starter(kind: PaperKind = PaperKind.LETTER) -> bytes:
    return composed(STARTERS[kind])


def letter(*more: str) -> bytes:
    """The shortest letter that will do, and further paragraphs."""
    return composed([("text", text) for text in (PLAIN_LETTER, *more)])


def with_parts(data: bytes, changed: dict[str, bytes]) -> bytes:
    """Parts replaced or added."""
    return packed({**parts_of(data), **changed})


def replaced(data: bytes, before: str, after: str, part: str = "word/document.xml") -> bytes:
    """One part with a piece of its source changed."""
    source = parts_of(data)[part].decode()
    assert before in source
    return with_parts(data, {part: source.replace(before, after, 1).encode()})


def swollen(data: bytes) -> bytes:
    """The file with a picture beyond what is ever unpacked: small while it is packed."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    line = f'<Relationship Id="rId99" Type="{kind}" Target="media/large.bmp"/></Relationships>'
    data = replaced(data, "</Relationships>", line, "word/_rels/document.xml.rels")
    declared = '<Default Extension="bmp" ContentType="image/bmp"/></Types>'
    data = replaced(data, "</Types>", declared, "[Content_Types].xml")
    return with_parts(data, {"word/media/large.bmp": bytes(MOST_UNPACKED)})


def raw_zip(entries: dict[str, bytes], **options: Any) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def words_in(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(data)).paragraphs)


def uploaded(
    world: Any, persona: str = "zhao", kind: PaperKind = PaperKind.LETTER, body: Any = None, **file: Any
) -> PaperTemplate:
    return work.upload(
        body or world.committee_1,
        UploadedFile(kind, file.get("name", "介绍信.docx"), file.get("data", starter(kind))),
        actor=world.user(persona),
        scope=world.scope(persona),
        at=world.now,
    )
