"""Word files from outside: read within bounds, searched for whatever is no text and no picture, packed anew.

Nothing here trusts what the file says of itself: sizes are counted while reading, and no document type,
entity or address outside the file is followed.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

MOST_PARTS = 300
MOST_UNPACKED = 12 * 1024 * 1024
# The only ways of packing that are unpacked within a bound; Word knows no others.
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
CONTENT_TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# All a letter is made of: text, pictures, typefaces.
XML = {".xml", ".rels"}
ENDINGS = XML | {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".odttf"}
# Relationships that bring in another file, though the ending may be a harmless one.
FOREIGN = {"aFChunk", "attachedToolbars", "control", "frame", "oleObject", "package", "subDocument"}
# Fields that work on the sheet alone; the others fetch, link or run.
FIELDS = {"ADVANCE", "EQ", "NUMPAGES", "PAGE", "SECTION", "SECTIONPAGES", "SYMBOL"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that stands against a file: a code, and what fills its sentence."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


class Unfit(Exception):
    """The file cannot be read at all."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.fault = Fault(code)


def parts_of(data: bytes, *, most: int = MOST_UNPACKED) -> dict[str, bytes]:
    """The parts of a packed file by name, in their order. Raises Unfit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive, most)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        ValueError,
        OverflowError,
    ):
        raise Unfit("word_unreadable") from None


def _unpacked(archive: zipfile.ZipFile, left: int) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS:
        raise Unfit("word_too_much_inside")
    if any(entry.compress_type not in PACKED for entry in entries):
        raise Unfit("word_unreadable")
    parts: dict[str, bytes] = {}
    for entry in entries:
        with archive.open(entry) as packed:
            # Never more than is left is unpacked, whatever size the entry claims.
            parts[entry.filename] = packed.read(left + 1)
        left -= len(parts[entry.filename])
        if left < 0:
            raise Unfit("word_too_much_inside")
    if len(parts) < len(entries) or CONTENT_TYPES not in parts:
        raise Unfit("word_unreadable")
    return parts


def packed(parts: dict[str, bytes]) -> bytes:
    """The same parts in a file of our own making: nothing hides before, between or behind them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xml(content: bytes) -> etree._Element:
    """The tree of a part: entities stay unresolved and nothing is fetched. Raises XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def dangers(parts: dict[str, bytes]) -> list[Fault]:
    """What is neither text nor picture, each once. Raises Unfit if a part is no XML or it is no document."""
    trees: dict[str, etree._Element] = {}
    for name, content in parts.items():
        if _ending(name) in XML:
            try:
                trees[name] = xml(content)
            except etree.XMLSyntaxError:
                raise Unfit("word_unreadable") from None
    kinds = [str(each.get("ContentType", "")) for each in trees[CONTENT_TYPES].iter("{*}Override")]
    has_macros = any("macro" in kind.lower() for kind in kinds) or any(
        "vba" in name.lower() for name in parts
    )
    if not has_macros and kinds.count(MAIN) != 1:
        raise Unfit("word_not_docx")
    found = [Fault("word_macros")] if has_macros else []
    found += [Fault("word_entities", {"part": name}) for name, tree in trees.items() if _has_doctype(tree)]
    found += [Fault("word_embedded", {"part": name}) for name in parts if _is_foreign(name)]
    for name, tree in trees.items():
        found += _relations(tree) if _ending(name) == ".rels" else _fields(tree)
    return list({(each.code, *each.params.values()): each for each in found}.values())


def _has_doctype(tree: etree._Element) -> bool:
    return tree.getroottree().docinfo.internalDTD is not None


def _is_foreign(name: str) -> bool:
    return _ending(name) not in ENDINGS and "vba" not in name.lower()


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}"


def _relations(tree: etree._Element) -> Iterator[Fault]:
    for each in tree.iter("{*}Relationship"):
        target = str(each.get("Target", ""))
        if each.get("TargetMode", "").lower() == "external":
            yield Fault("word_external", {"target": target[:120]})
        elif str(each.get("Type", "")).rpartition("/")[2] in FOREIGN:
            yield Fault("word_embedded", {"part": target})


def _fields(tree: etree._Element) -> Iterator[Fault]:
    """Fields beyond those that work on the sheet alone; one inside another is looked at by itself."""
    asked = [str(each.get(f"{WORD}instr", "")) for each in tree.iter(f"{WORD}fldSimple")]
    open_fields: list[str] = []
    for each in tree.iter(f"{WORD}fldChar", f"{WORD}instrText"):
        if each.tag == f"{WORD}instrText":
            open_fields = open_fields or [""]
            open_fields[-1] += each.text or ""
        elif each.get(f"{WORD}fldCharType") == "begin":
            open_fields.append("")
        elif each.get(f"{WORD}fldCharType") == "end" and open_fields:
            asked.append(open_fields.pop())
    for name in map(_first_word, [*asked, *open_fields]):
        if name not in FIELDS:
            yield Fault("word_field", {"field": name})


def _first_word(instruction: str) -> str:
    return next(iter(re.split(r"[\s\\]+", instruction.strip())), "").upper()[:40]
