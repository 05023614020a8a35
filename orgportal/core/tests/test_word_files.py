"""Word files from outside: what cannot be read, what is too much, and all that is no text or picture."""

import io
import struct
import zipfile
from typing import Any

import pytest

from members.tests.word import raw_zip, replaced, starter, with_parts
from orgportal.core import word_files
from orgportal.core.word_files import Fault, Unfit, dangers, packed, parts_of
from orgportal.core.word_starters import composed

RELS = "word/_rels/document.xml.rels"
SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT = composed([("text", "正文")])


def unfit(data: bytes, **limits: Any) -> str:
    with pytest.raises(Unfit) as caught:
        dangers(parts_of(data, **limits))
    return caught.value.fault.code


def codes(data: bytes) -> list[str]:
    return [fault.code for fault in dangers(parts_of(data))]


def related(kind: str, target: str, mode: str = "") -> bytes:
    line = f'<Relationship Id="rId99" Type="{SPACE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return replaced(TEXT, "</Relationships>", line, RELS)


def with_field(source: str) -> bytes:
    return replaced(TEXT, "<w:t>正文</w:t>", f"<w:t>正文</w:t></w:r>{source}<w:r>")


def complex_field(*pieces: str) -> str:
    texts = "".join(f"<w:instrText>{piece}</w:instrText>" for piece in pieces)
    return f'<w:r><w:fldChar w:fldCharType="begin"/>{texts}<w:fldChar w:fldCharType="end"/></w:r>'


def test_a_plain_document_has_nothing_against_it() -> None:
    parts = parts_of(starter())

    assert dangers(parts) == []
    assert parts_of(packed(parts)) == parts


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,  # .doc, and .docx under a password
        starter()[:-200],
        raw_zip({"a.txt": b"no document"}),
        raw_zip({word_files.CONTENT_TYPES: b"<not xml"}),
        with_parts(TEXT, {"word/document.xml": b"<broken"}),
    ],
    ids=["empty", "pdf", "old or locked", "cut off", "another zip", "no xml", "broken part"],
)
def test_what_is_no_word_file_is_told(data: bytes) -> None:
    assert unfit(data) == "word_unreadable"


def test_an_entry_under_a_password_is_not_read() -> None:
    data = bytearray(TEXT)
    first, listed = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[first + 6] |= 1
    data[listed + 8] |= 1

    assert unfit(bytes(data)) == "word_unreadable"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("breaks", [False, True])
def test_what_word_never_packs_with_is_not_unpacked(method: int, breaks: bool) -> None:
    """One block of these unpacks to any size, and a damaged one raises errors of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts_of(TEXT).items():
            archive.writestr(name, content)
    data = bytearray(out.getvalue())
    if breaks:
        data[60:90] = b"\xff" * 30

    assert unfit(bytes(data)) == "word_unreadable"


def test_an_entry_that_claims_to_begin_beyond_every_file_is_not_read() -> None:
    data = bytearray(raw_zip({"a": b""}))
    listed, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    more = struct.pack("<HHQ", 1, 8, 2**63 + 5)
    data[end + 12 : end + 16] = struct.pack("<L", end - listed + len(more))
    data[listed + 42 : listed + 46] = b"\xff" * 4
    data[listed + 30 : listed + 32] = struct.pack("<H", len(more))
    data[listed + 47 : listed + 47] = more

    assert unfit(bytes(data)) == "word_unreadable"


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(TEXT)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", b"<other/>")

    assert unfit(out.getvalue()) == "word_unreadable"


def test_folders_in_the_archive_do_not_count() -> None:
    out = io.BytesIO(TEXT)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/media/", b"")

    assert "word/media/" not in parts_of(out.getvalue())


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "word_not_docx"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "word_not_docx"),
    ],
)
def test_other_office_files_are_told_apart(content_type: str, code: str) -> None:
    assert unfit(replaced(TEXT, word_files.MAIN, content_type, word_files.CONTENT_TYPES)) == code


# --- too much


def test_a_bomb_is_not_unpacked() -> None:
    bomb = with_parts(TEXT, {"word/media/image1.png": b"\0" * (20 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert unfit(bomb) == "word_too_much_inside"


def test_a_lying_size_is_not_believed() -> None:
    """The entry claims ten bytes: no more are read, and the sum of what was packed no longer fits."""
    data = bytearray(raw_zip({"word/a.xml": b"\0" * 5_000_000}))
    listed = data.index(b"PK\x01\x02")
    data[listed + 24 : listed + 28] = (10).to_bytes(4, "little")

    assert unfit(bytes(data), most=1000) == "word_unreadable"


def test_thousands_of_parts_are_refused() -> None:
    many = {f"word/media/{number}.png": b"" for number in range(word_files.MOST_PARTS)}

    assert unfit(with_parts(TEXT, many)) == "word_too_much_inside"


# --- what is neither text nor picture


def test_macros_are_told_by_the_type_and_by_the_part() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"

    assert codes(replaced(TEXT, word_files.MAIN, kind, word_files.CONTENT_TYPES)) == ["word_macros"]
    assert codes(with_parts(TEXT, {"word/vbaProject.bin": b"\0"})) == ["word_macros"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://10.0.0.1/x.dtd">',
    ],
)
def test_declared_entities_are_refused_unread(declared: str) -> None:
    name = "customXml/item9.xml"
    data = with_parts(TEXT, {name: f"{declared}<x>&lt;</x>".encode()})

    assert dangers(parts_of(data)) == [Fault("word_entities", {"part": name})]


def test_an_entity_is_never_put_in() -> None:
    tree = word_files.xml(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>')

    assert "".join(tree.itertext(with_tail=False)) in {"", "&f;"}


@pytest.mark.parametrize("name", ["word/embeddings/oleObject1.bin", "word/afchunk.html", "word/media/x.svg"])
def test_embedded_things_are_named(name: str) -> None:
    assert dangers(parts_of(with_parts(TEXT, {name: b"x"}))) == [Fault("word_embedded", {"part": name})]


def test_foreign_parts_under_a_harmless_ending_are_named() -> None:
    assert dangers(parts_of(related("aFChunk", "chunk.xml"))) == [
        Fault("word_embedded", {"part": "chunk.xml"})
    ]


@pytest.mark.parametrize("kind", ["image", "hyperlink", "attachedTemplate", "frame"])
def test_whatever_points_outside_is_named(kind: str) -> None:
    found = dangers(parts_of(related(kind, "http://10.0.0.1/a", ' TargetMode="External"')))

    assert found == [Fault("word_external", {"target": "http://10.0.0.1/a"})]


def test_capitals_in_the_name_of_a_part_hide_nothing() -> None:
    parts = parts_of(related("image", "http://10.0.0.1/a", ' TargetMode="External"'))
    parts["word/_rels/document.xml.RELS"] = parts.pop(RELS)

    assert dangers(parts) == [Fault("word_external", {"target": "http://10.0.0.1/a"})]


@pytest.mark.parametrize(
    "source",
    [
        '<w:fldSimple w:instr=" NUMPAGES "/>',
        complex_field(" PA", "GE \\* MERGEFORMAT "),
    ],
)
def test_page_numbers_may_stay(source: str) -> None:
    assert codes(with_field(source)) == []


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ('<w:fldSimple w:instr=" DDEAUTO c:\\\\x cmd "/>', "DDEAUTO"),
        (complex_field(" INCLUDE", "PICTURE http://10.0.0.1/a "), "INCLUDEPICTURE"),
        (complex_field(' HYPERLINK "http://10.0.0.1/" '), "HYPERLINK"),
        ("<w:r><w:instrText>LINK x</w:instrText></w:r>", "LINK"),
        ('<w:r><w:fldChar w:fldCharType="end"/></w:r>' + complex_field("QUOTE 68"), "QUOTE"),
        (complex_field(""), ""),
        ('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DATABASE</w:instrText></w:r>', "DATABASE"),
    ],
)
def test_fields_that_fetch_are_named(source: str, field: str) -> None:
    assert dangers(parts_of(with_field(source))) == [Fault("word_field", {"field": field})]
