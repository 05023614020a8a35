"""Marks of a Word template: told as they were typed, wherever they hide, and filled as plain text."""

import io
from typing import Any

import docx.exceptions
import pytest
import zxingcpp
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import InvalidXmlError
from PIL import Image

from members.tests.word import replaced, swollen, with_parts, words_in
from orgportal.core import documents
from orgportal.core.word_files import Unfit, packed, parts_of
from orgportal.core.word_starters import composed
from orgportal.core.word_templates import BROKEN, Marks, Unfillable, fill, marks, reading


def found(*texts: str) -> Marks:
    return marks(parts_of(composed([("text", text) for text in texts])))


def sheet(build: Any) -> bytes:
    document = Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("text", ["{{ name }}", "{{name}}", "{{ 姓名 }}", "甲{{ name }}乙{{ name }}丙"])
def test_plain_names_are_found_once(text: str) -> None:
    assert found(text) == Marks(names=("姓名" if "姓名" in text else "name",))


@pytest.mark.parametrize(
    "mark",
    [
        "{{ name.first }}", "{{ name|upper }}", "{{ name() }}", "{{ ''.__class__ }}", "{{ 1 + 1 }}", "{{ }}",
        "{% if name %}", "{%p for x in y %}", "{# remark #}", "{{r name }}", "{{p name }}", "{{- name -}}",
        "{{{ name }}",
    ],
)  # fmt: skip
def test_everything_beyond_a_plain_name_is_told_as_typed(mark: str) -> None:
    assert found(mark).others == (mark,)
    assert found(mark).names == ()


@pytest.mark.parametrize("text", ["甲{{ name 乙", "甲 name }}", "{% if", "丙 %}", "{# 丁", "戊 #}"])
def test_half_a_mark_is_told_with_the_words_around_it(text: str) -> None:
    assert found(text) == Marks(torn=(text,))


@pytest.mark.parametrize("text", ["｛｛ 姓名 ｝｝", "{｛ 姓名 ｝}", "｛{ 姓名 }｝"])
def test_full_width_brackets_are_told(text: str) -> None:
    assert found(text).wide == (text,)


def test_a_full_width_mark_is_told_apart_from_its_neighbours() -> None:
    told = found("{{ name }}，｛｛ 姓名 ｝}，{{ to")

    assert told == Marks(names=("name",), torn=(",".join(told.torn),), wide=("｛｛ 姓名 ｝}",))
    assert told.torn[0].endswith("，{{ to")


def test_a_mark_split_over_runs_is_one_mark() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph()
        for piece in ("{", "{ na", "me", " }", "}"):
            paragraph.add_run(piece).bold = piece == "me"

    data = sheet(build)

    assert marks(parts_of(data)) == Marks(names=("name",))
    assert words_in(fill(data, {"name": "陈党员"}, {})) == "陈党员"


def test_heads_feet_and_tables_are_read_and_filled() -> None:
    def build(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "{{ number }}"
        document.sections[0].footer.paragraphs[0].text = "{{ issuer }}"
        document.add_table(1, 1).cell(0, 0).text = "{{ name }}"

    data = sheet(build)
    filled = Document(io.BytesIO(fill(data, {"number": "1号", "issuer": "党委", "name": "陈"}, {})))

    assert set(marks(parts_of(data)).names) == {"name", "number", "issuer"}
    section = filled.sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == ("1号", "党委")
    assert filled.tables[0].cell(0, 0).text == "陈"


def test_text_outside_paragraphs_is_read() -> None:
    data = replaced(composed([("text", "正文")]), "<w:body>", "<w:body><w:t>{{ name }}</w:t>")

    assert marks(parts_of(data)).names == ("name",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<w:t>正文</w:t>", "<w:delText>{{ name }}</w:delText><w:t>正文</w:t>"),
        ("<w:p>", '<w:p w:rsidR="{{ name }}">'),
        ("<w:t>正文</w:t>", "<w:instrText>{{ name }}</w:instrText>"),
    ],
    ids=["deleted", "attribute", "field"],
)
def test_marks_where_no_text_stands_are_told(before: str, after: str) -> None:
    data = replaced(composed([("text", "正文")]), before, after)

    assert marks(parts_of(data)).hidden == ("name",)


def test_half_a_mark_in_an_attribute_is_told() -> None:
    data = replaced(composed([("text", "正文")]), "<w:p>", '<w:p w:rsidR="{{ 甲">')

    assert "{{ 甲" in marks(parts_of(data)).hidden[0]


@pytest.mark.parametrize(
    "data",
    [
        composed([("text", "{{" * 200_000)]),
        composed([("text", "正文" * 1_100_000)]),
        replaced(composed([("text", "正文")]), "<w:p>", f'<w:p w:rsidR="{"{ " * 2000}">'),
        replaced(composed([("text", "正文")]), "<w:p>", '<w:p w:a="1"/>' * 200_000 + "<w:p>"),
    ],
    ids=["brackets", "text", "brackets in an attribute", "empty paragraphs"],
)
def test_more_than_any_letter_holds_is_not_looked_through(data: bytes) -> None:
    with pytest.raises(Unfit) as caught:
        marks(parts_of(data))

    assert caught.value.fault.code == "word_too_much_inside"


def test_notes_that_are_not_filled_are_told() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f"<w:endnotes {space}><w:p><w:t>{{{{ name }}}} 甲}}}}</w:t></w:p></w:endnotes>"
    data = with_parts(composed([("text", "正文")]), {"word/endnotes.xml": notes.encode()})

    assert marks(parts_of(data)).hidden == ("{{ name }}", "甲}}")


def test_footnotes_are_read() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f"<w:footnotes {space}><w:p><w:r><w:t>{{{{ name }}}}</w:t></w:r></w:p></w:footnotes>"
    data = with_parts(composed([("text", "正文")]), {"word/footnotes.xml": notes.encode()})

    assert marks(parts_of(data)) == Marks(names=("name",))


def test_a_document_without_its_parts_cannot_be_filled() -> None:
    parts = parts_of(composed([("text", "正文")]))
    del parts["word/document.xml"]

    with pytest.raises(Unfillable):
        marks(parts)


def test_a_relationship_that_leads_nowhere_cannot_be_filled() -> None:
    """Well-formed, and yet not as Word writes it: the libraries stumble over it in ways of their own."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    line = f'<Relationship Id="rId99" Type="{kind}"/></Relationships>'
    data = replaced(composed([("text", "正文")]), "</Relationships>", line, "word/_rels/document.xml.rels")

    with pytest.raises(Unfillable):
        marks(parts_of(data))


def test_a_part_that_is_no_xml_under_the_ending_of_a_picture_cannot_be_filled() -> None:
    data = with_parts(composed([("text", "正文")]), {"word/head.png": b"no xml"})
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    declared = f'<Override PartName="/word/head.png" ContentType="{kind}"/></Types>'
    place = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
    line = f'<Relationship Id="rId99" Type="{place}" Target="head.png"/></Relationships>'
    data = replaced(data, "</Types>", declared, "[Content_Types].xml")
    data = replaced(data, "</Relationships>", line, "word/_rels/document.xml.rels")

    with pytest.raises(Unfillable):
        marks(parts_of(data))


@pytest.mark.parametrize("columns", ["<w:gridCol/>", '<w:gridCol w:w="1e999"/>'], ids=["no width", "endless"])
def test_a_table_with_columns_of_no_width_cannot_be_filled(columns: str) -> None:
    table = f"<w:tbl><w:tblGrid>{columns * 2}</w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p>"
    data = replaced(composed([("text", "{{ name }}")]), "<w:p>", table)

    with pytest.raises(Unfillable):
        fill(data, {"name": "陈"}, {})


@pytest.mark.parametrize("own", [InvalidXmlError, docx.exceptions.InvalidXmlError, PackageNotFoundError])
def test_whatever_the_libraries_call_broken_is_broken(own: type[Exception]) -> None:
    assert issubclass(own, BROKEN)


def test_a_file_that_has_become_too_large_is_told_apart() -> None:
    with pytest.raises(Unfit) as caught:
        fill(swollen(composed([("text", "{{ name }}")])), {"name": "陈"}, {})

    assert caught.value.fault.code == "word_too_much_inside"


@pytest.mark.parametrize(
    "value",
    ["陈党员", "𠮷㛃龘", "<b>&amp;</b>", "{{ number }}", "{% raw %}", 'it\'s "so"', "a\x0bb\x00c\ud800d"],
)
def test_what_fills_a_mark_is_text_whatever_it_says(value: str) -> None:
    filled = words_in(fill(composed([("text", "甲{{ name }}乙")]), {"name": value}, {}))

    assert filled == f"甲{value.translate({0x0B: ' ', 0: ' ', 0xD800: ' '})}乙"


def test_the_code_is_put_in_as_a_picture_that_reads() -> None:
    address = "http://portal.example.cn/verify/AbC-123_x/"
    data = composed([("line", "{{ qr }}"), ("line", "{{ qr }}")])

    parts = parts_of(fill(data, {}, {"qr": documents.qr_png(address)}))

    pictures = [content for name, content in parts.items() if name.startswith("word/media/")]
    assert {zxingcpp.read_barcode(Image.open(io.BytesIO(each))).text for each in pictures} == {address}
    assert parts["word/document.xml"].count(b"<pic:pic") == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (composed([("text", "{{ other }}")]), "no value"),
        (
            replaced(composed([("text", "正文")]), "<w:p>", '<w:p w:rsidR="{{ qr }}">'),
            "picture in an attribute",
        ),
        (composed([("text", "{{ name.x }}")]), "attribute"),
        (composed([("text", "{{ range(9) }}")]), "call"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_would_break_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unfillable):
        fill(data, {"name": "陈"}, {"qr": documents.qr_png("x")})


def test_reading_shows_the_words_with_marks_filled_and_unknown_ones_as_they_are() -> None:
    data = packed(parts_of(composed([("text", "甲{{ name }}"), ("text", " "), ("text", "{{ old }}")])))

    assert reading(data, {"name": "陈党员"}) == ["甲陈党员", "{{ old }}"]
