"""A ledger read back out of each form it comes in: field by field, as words, under the same names.

What the API tells is the list of fields; each reader looks for every one of them in its own form and answers
what stands there. A field that is not where it should be reads as None.
"""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import html

Field = tuple[Any, ...]
Fields = dict[Field, str | None]
Told = dict[str, Any]

FOOTER = re.compile(r"第\d+页共\d+页")


def tight(text: Any) -> str:
    return "".join(str(text).split())


def words(value: Any) -> str:
    """A value of the API as Chinese papers write it."""
    match value:
        case None:
            return "—"
        case datetime():
            return words(value.date())
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case time():
            return f"{value:%H:%M}"
    return _worded(str(value))


def _worded(text: str) -> str:
    """Days and hours leave the API as JSON writes them."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return words(date.fromisoformat(text))
    return text[:5] if re.fullmatch(r"\d{2}:\d{2}:\d{2}", text) else tight(text)


# --- the API


def of_api(told: Told) -> Fields:
    found: Fields = {("title",): words(told["title"]), ("branch",): words(told["branch"])}
    for at, part in enumerate(told["parts"]):
        found[at, "heading"] = words(part["heading"])
        for fact in part["facts"]:
            found[at, fact["key"]] = words(fact["value"])
        for grid in part["tables"]:
            for line, row in enumerate(grid["rows"]):
                for key, value in row.items():
                    found[at, grid["key"], line, key] = words(value)
    return found


def labels_of(part: Told) -> dict[str, str]:
    return {tight(fact["label"]): fact["key"] for fact in part["facts"]}


def heads_of(grid: Told) -> dict[str, str]:
    return {tight(column["label"]): column["key"] for column in grid["columns"]}


# --- the page


def of_page(content: bytes, told: Told) -> Fields:
    tree = html.fromstring(content)
    found: Fields = {
        ("title",): _text(tree, "paper-head__title"),
        ("branch",): _text(tree, "paper-head__line"),
    }
    found["branch",] = (found["branch",] or "").split("年")[0][: len(tight(told["branch"]))]
    sections = tree.xpath("//section[@data-part]")
    for at, (section, part) in enumerate(zip(sections, told["parts"], strict=True)):
        heading = tight("".join(section.xpath("./h2[@class='paper-record__title']//text()")))
        found[at, "heading"] = heading.removeprefix(f"{part['number']}、")
        for cell in section.xpath(".//td[@data-fact]"):
            found[at, cell.get("data-fact")] = tight(cell.text_content())
        for table in section.xpath(".//table[@data-grid]"):
            keys = [head.get("data-column") for head in table.xpath(".//th")]
            for line, row in enumerate(table.xpath("./tbody/tr")):
                for key, cell in zip(keys, row.xpath("./td"), strict=True):
                    found[at, table.get("data-grid"), line, key] = tight(cell.text_content())
    return found


def _text(tree: Any, name: str) -> str:
    return tight("".join(tree.xpath(f"//*[@class='{name}']//text()")))


# --- the Word file


def of_word(content: bytes, told: Told) -> Fields:
    """Tables come in the order of the parts: the fields of one, then its tables that have rows."""
    sheet = Document(io.BytesIO(content))
    lines = [tight(each.text) for each in sheet.paragraphs]
    found: Fields = {("title",): lines[0], ("branch",): lines[1][: len(tight(told["branch"]))]}
    tables = iter(sheet.tables)
    for at, part in enumerate(told["parts"]):
        number = f"{part['number']}、" if part["number"] else ""
        heading = number + words(part["heading"])
        found[at, "heading"] = words(part["heading"]) if not heading or heading in lines else None
        if part["facts"]:
            found |= {(at, key): value for key, value in _pairs(next(tables), labels_of(part))}
        for grid in part["tables"]:
            if grid["rows"]:
                found |= {
                    (at, grid["key"], *cell): value for cell, value in _cells(next(tables), heads_of(grid))
                }
    return found if next(tables, None) is None else {}


def _pairs(table: Table, keys: dict[str, str]) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        cells = [_cell_text(cell) for cell in row._tr.tc_lst]  # noqa: SLF001
        for label, value in zip(cells[::2], cells[1::2], strict=True):
            if label:
                yield keys.get(label, label), value


def _cells(table: Table, keys: dict[str, str]) -> Iterator[tuple[tuple[int, str], str]]:
    head, *rows = [[_cell_text(cell) for cell in row._tr.tc_lst] for row in table.rows]  # noqa: SLF001
    for line, row in enumerate(rows):
        for label, value in zip(head, row, strict=True):
            yield (line, keys.get(label, label)), value


def _cell_text(cell: Any) -> str:
    return tight("".join(each.text or "" for each in cell.iter(qn("w:t"))))


# --- the workbook


def of_book(content: bytes, told: Told) -> tuple[Fields, int]:
    """The fields, and how many cells hold a day, an hour or a number as such."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cover = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    found: Fields = {("title",): words(cover["台账"]), ("branch",): words(cover["党支部"])}
    pages, typed = iter(book.worksheets[1:]), 0
    for key in dict.fromkeys(part["key"] for part in told["parts"]):
        parts = [(at, part) for at, part in enumerate(told["parts"]) if part["key"] == key]
        if any(part["facts"] for _at, part in parts):
            lines, count = _rows_of(next(pages))
            typed += count
            found |= _listed(lines, parts)
        else:
            found |= {(at, "heading"): words(part["heading"]) for at, part in parts}
        for grid in _grids(parts):
            lines, count = _rows_of(next(pages))
            typed += count
            found |= _tabled(lines, parts, grid)
    return (found if next(pages, None) is None else {}), typed


def _rows_of(page: Any) -> tuple[list[dict[str, Any]], int]:
    head, *rows = page.iter_rows(values_only=True)
    typed = sum(not isinstance(value, str) and value is not None for row in rows for value in row)
    return [dict(zip(map(tight, head), row, strict=True)) for row in rows], typed


def _listed(lines: list[dict[str, Any]], parts: list[tuple[int, Told]]) -> Fields:
    found: Fields = {}
    for line, (at, part) in zip(lines, parts, strict=True):
        found[at, "heading"] = words(line["名称"])
        found |= {(at, key): words(line.get(label)) for label, key in labels_of(part).items()}
    return found


def _grids(parts: list[tuple[int, Told]]) -> list[str]:
    return list(dict.fromkeys(grid["key"] for _at, part in parts for grid in part["tables"]))


def _tabled(lines: list[dict[str, Any]], parts: list[tuple[int, Told]], key: str) -> Fields:
    """A line of a numbered part names it in its first column."""
    found: Fields = {}
    rest = list(lines)
    for at, part in parts:
        grid = next((each for each in part["tables"] if each["key"] == key), None)
        if grid is None:
            continue
        own = [line for line in rest if part["number"] is None or next(iter(line.values())) == part["number"]]
        keys = heads_of(grid)
        for number, line in enumerate(own):
            cells = {label: value for label, value in line.items() if label in keys}
            found |= {
                (at, key, number, keys[label]): _blank(grid, number, keys[label], value)
                for label, value in cells.items()
            }
    return found


def _blank(grid: Told, number: int, key: str, value: Any) -> str:
    """An empty cell is nothing said, or room for a pen where the ledger leaves it."""
    is_room = number < len(grid["rows"]) and grid["rows"][number][key] == ""
    return "" if value is None and is_room else words(value)


# --- the PDF


def of_pdf(content: bytes, told: Told) -> Fields:
    """The text of the sheets in its order, taken up field by field: label, then what stands beside it."""
    return _Reader(text_of(content), told).read()


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return "".join(FOOTER.sub("", tight(page.get_textpage().get_text_range())) for page in pages)


class _Reader:
    """Goes through the text once; what it expects next is what the API told."""

    def __init__(self, text: str, told: Told) -> None:
        self.text, self.told, self.at = text, told, 0
        self.found: Fields = {}

    def read(self) -> Fields:
        self.found["title",] = self.take(words(self.told["title"]))
        self.found["branch",] = self.take(words(self.told["branch"]))
        span = list(dict.fromkeys((self.told["starts_on"], self.told["ends_on"])))
        self.take("–".join(map(words, span)))
        for at, part in enumerate(self.told["parts"]):
            self.part(at, part)
        return self.found

    def part(self, at: int, part: Told) -> None:
        number = f"{part['number']}、" if part["number"] else ""
        heading = self.take(number + words(part["heading"]))
        self.found[at, "heading"] = heading and heading.removeprefix(number) if heading else heading
        for fact in part["facts"]:
            label = self.take(tight(fact["label"]))
            self.found[at, fact["key"]] = self.take(words(fact["value"])) if label else None
        for grid in part["tables"]:
            if grid["rows"]:
                self.grid(at, grid)
            elif self.text.startswith(tight(grid["title"]), self.at):
                self.at = self._after_the_words(at)

    def grid(self, at: int, grid: Told) -> None:
        heads = "".join(tight(column["label"]) for column in grid["columns"])
        self.take(tight(grid["title"]))
        self.take(heads)
        for line, row in enumerate(grid["rows"]):
            # A table that goes on over the page begins there with its heads again.
            if self.text.startswith(heads, self.at):
                self.at += len(heads)
            for key, value in row.items():
                self.found[at, grid["key"], line, key] = self.take(words(value))

    def take(self, expected: str) -> str | None:
        """The next words if they are these; else None, and the reader goes on where they stand."""
        if self.text.startswith(expected, self.at):
            self.at += len(expected)
            return expected
        place = self.text.find(expected, self.at)
        if place >= 0:
            self.at = place + len(expected)
        return None

    def _after_the_words(self, at: int) -> int:
        """A table without rows says so in a sentence, up to its full stop."""
        return self.text.index("。", self.at) + 1
