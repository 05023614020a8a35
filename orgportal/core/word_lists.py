"""Lists in a Word layout: a table row with marks like {{ list.column }} is repeated for each line of the
list, and everything between two marks that stand alone is repeated for each block.

Whoever makes the file types plain marks only. The loops of the template language are put in here, at the very
moment of filling, around rows and paragraphs that were looked at before.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from orgportal.core.word_files import WORD, Fault, packed, parts_of, xml
from orgportal.core.word_templates import DOTTED, MARK, name_of

MAIN_PART = re.compile(r"word/document\d*\.xml")
ROWS, EACH = "_lines", "_each"
BETWEEN = " ｜ "
Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Block:
    """What begins and ends a part that is repeated, under both names of each; and the list it goes by."""

    opening: Names
    closing: Names


@dataclass(frozen=True, slots=True)
class Places:
    """Where the marks of a file stand."""

    rows: tuple[Names, ...] = ()  # of each table row that has any, the names with a dot
    loose: tuple[str, ...] = ()  # names with a dot, in no row of a table
    inside: Names = frozenset()  # names in the block, without what follows a dot
    outside: Names = frozenset()
    faults: tuple[Fault, ...] = field(default=())


def places(parts: Mapping[str, bytes], block: Block | None) -> Places:
    main = _main(parts)
    body = _body(xml(parts[main]))
    elsewhere = [
        name for other, content in parts.items() if other.startswith("word/") and other.endswith(".xml")
        and other != main for name in _names(xml(content))
    ]  # fmt: skip
    rows = tuple(dotted for _row, dotted in _rows(body))
    free = (each for each in body.iter(f"{WORD}p") if next(each.iterancestors(f"{WORD}tr"), None) is None)
    span, faults = _span(body, block)
    inside = [name for child in span[1:-1] for name in _names(child)]
    outside = [name for child in body if child not in span for name in _names(child)]
    loose = [name for each in free for name in _own_names(each) if "." in name]
    return Places(
        rows=rows,
        loose=tuple(dict.fromkeys([*loose, *(name for name in elsewhere if "." in name)])),
        inside=frozenset(name.partition(".")[0] for name in inside),
        outside=frozenset(name.partition(".")[0] for name in [*outside, *elsewhere]),
        faults=tuple(faults),
    )


def row_faults(found: Places) -> list[Fault]:
    """A row goes by one list; a line of a list stands in a row."""
    faults = [Fault("template_list_loose", {"mark": f"{{{{ {name} }}}}"}) for name in found.loose]
    return faults + list(found.faults)


def with_loops(data: bytes, block: Block | None, same: Mapping[str, str]) -> bytes:
    """The file with its repetitions put in. `same`: the English name behind every name of a list."""
    parts = parts_of(data)
    main = _main(parts)
    tree = xml(parts[main])
    body = _body(tree)
    for row, dotted in list(_rows(body)):
        lists = sorted({name.partition(".")[0] for name in dotted})
        row.addprevious(_row(f"for {EACH} in {same[lists[0]]}{ROWS}"))
        for name in lists:
            row.addprevious(_row(f"set {name} = {EACH}"))
        row.addnext(_row("endfor"))
    span, _faults = _span(body, block)
    if span:
        _repeat(span, same)
    return packed(
        {**parts, main: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)}
    )


def reading(data: bytes) -> list[str]:
    """The words of the file for a look without Word: a line for each paragraph and each row of a table."""
    parts = parts_of(data)
    body = _body(xml(parts[_main(parts)]))
    lines = []
    for each in body.iter(f"{WORD}p", f"{WORD}tr"):
        if next(each.iterancestors(f"{WORD}tr"), None) is not None:
            continue
        cells = each.iterchildren(f"{WORD}tc") if each.tag == f"{WORD}tr" else [each]
        texts = ("".join(text.text or "" for text in cell.iter(f"{WORD}t")).strip() for cell in cells)
        lines.append(BETWEEN.join(texts))
    return [line for line in lines if line.strip(f"{BETWEEN} ")]


def _repeat(span: Sequence[etree._Element], same: Mapping[str, str]) -> None:
    """Inside, a name means what the block at hand has under it."""
    opening, closing = span[0], span[-1]
    names = sorted({name for child in span[1:-1] for name in _names(child) if "." not in name})
    lists = sorted(
        {same[name.partition(".")[0]] for child in span[1:-1] for name in _names(child) if "." in name}
    )
    opening.addprevious(_paragraph(f"for block{EACH} in block{ROWS}"))
    for name in [*names, *(f"{each}{ROWS}" for each in lists)]:
        opening.addprevious(_paragraph(f"set {name} = block{EACH}.{name}"))
    closing.addprevious(_paragraph("endfor"))
    for mark in (opening, closing):
        mark.getparent().remove(mark)


def _main(parts: Mapping[str, bytes]) -> str:
    return next(name for name in sorted(parts) if MAIN_PART.fullmatch(name))


def _body(tree: etree._Element) -> etree._Element:
    found = tree.find(f"{WORD}body")
    return tree if found is None else found


def _names(element: etree._Element) -> list[str]:
    """The marks of every paragraph in it, box by box."""
    return [name for each in element.iter(f"{WORD}p") for name in _own_names(each)]


def _own_names(paragraph: etree._Element) -> list[str]:
    return [name for mark in MARK.findall(_text(paragraph)) if (name := name_of(mark, DOTTED))]


def _text(paragraph: etree._Element) -> str:
    own = (each for each in paragraph.iter(f"{WORD}t") if next(each.iterancestors(f"{WORD}p")) is paragraph)
    return "".join(each.text or "" for each in own)


def _rows(body: etree._Element) -> Iterator[tuple[etree._Element, Names]]:
    """Table rows with lines of a list; of a table in a cell of another, the inner row."""
    for row in body.iter(f"{WORD}tr"):
        own = [each for each in row.iter(f"{WORD}p") if next(each.iterancestors(f"{WORD}tr")) is row]
        names = [name for each in own for name in _own_names(each)]
        if dotted := frozenset(name for name in names if "." in name):
            yield row, dotted


def _span(body: etree._Element, block: Block | None) -> tuple[list[etree._Element], list[Fault]]:
    """From the paragraph that opens the block to the one that closes it; none where there is no block."""
    if block is None:
        return [], []
    alone = {child: names[0] for child in body if len(names := _names(child)) == 1 and _is_alone(child)}
    opened = [child for child, name in alone.items() if name in block.opening]
    closed = [child for child, name in alone.items() if name in block.closing]
    used = [name for name in _names(body) if name in block.opening | block.closing]
    if not used:
        return [], []
    children = list(body)
    if len(used) != 2 or len(opened) != 1 or len(closed) != 1:
        return [], [Fault("template_block_torn")]
    start, end = children.index(opened[0]), children.index(closed[0])
    if start > end:
        return [], [Fault("template_block_torn")]
    return children[start : end + 1], []


def _is_alone(child: etree._Element) -> bool:
    return child.tag == f"{WORD}p" and not MARK.sub("", _text(child)).strip()


def _paragraph(statement: str) -> etree._Element:
    paragraph = etree.Element(f"{WORD}p")
    etree.SubElement(etree.SubElement(paragraph, f"{WORD}r"), f"{WORD}t").text = f"{{%p {statement} %}}"
    return paragraph


def _row(statement: str) -> etree._Element:
    row = etree.Element(f"{WORD}tr")
    paragraph = _paragraph(statement)
    text = paragraph.find(f".//{WORD}t")
    text.text = f"{{%tr {statement} %}}"
    etree.SubElement(row, f"{WORD}tc").append(deepcopy(paragraph))
    return row
