"""PDF by typst: the data never becomes source text, rare characters of names are drawn, the QR code reads."""

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from orgportal.core import documents

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
ADDRESS = "http://portal.example.cn/verify/AbC-123_x/"
SAMPLE = "orgportal/core/tests/sample.typ"


def data(name: str) -> dict[str, Any]:
    return {
        "name": name, "day": date(2026, 3, 10), "number": "东街道介字〔2026〕0001号",
        "qr": documents.qr_svg(ADDRESS),
    }  # fmt: skip


def words(made: bytes) -> str:
    return str(pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range())


@pytest.mark.parametrize("name", ["张三", "𠮷㛃龘", '#panic("x")', "$ * _ ` @ < > \\ \" '", "*粗*"])
def test_what_was_typed_is_drawn_as_it_was_typed(name: str) -> None:
    made = documents.pdf(SAMPLE, data(name), at=AT)

    assert made.startswith(b"%PDF-")
    assert name.replace(" ", "") in words(made).replace(" ", "").replace("\r\n", "")


def test_same_data_and_moment_give_the_same_bytes() -> None:
    assert documents.pdf(SAMPLE, data("张三"), at=AT) == documents.pdf(SAMPLE, data("张三"), at=AT)


def test_the_code_on_the_page_leads_to_the_address() -> None:
    page = pypdfium2.PdfDocument(documents.pdf(SAMPLE, data("张三"), at=AT))[0]

    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())

    assert [each.text for each in found] == [ADDRESS]


def test_page_is_a4_and_says_which_of_how_many() -> None:
    made = documents.pdf(SAMPLE, data("张三"), at=AT)

    assert [round(side) for side in pypdfium2.PdfDocument(made)[0].get_size()] == [595, 842]
    assert "第1页共1页" in words(made).replace(" ", "")


def test_only_the_pinned_faces_are_used() -> None:
    families = documents.fonts().families()

    assert {"Noto Serif SC", "Noto Sans SC", "Noto Sans CJK SC"} <= set(families)
    assert not [name for name in families if name.startswith(("WenQuanYi", "DejaVu Serif"))]
