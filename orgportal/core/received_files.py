"""Files people send, told by what is in them and not by their names: whole, with nothing in them that runs.

Sizes are counted while reading; no entity, document type or outside address is followed.
"""

import io
import re
import zipfile
import zlib
from enum import StrEnum

from lxml import etree
from pypdfium2 import PdfDocument, PdfiumError

from orgportal.core.word_files import CONTENT_TYPES, MAIN, PACKED, Unfit, xml

OFFICE_MAINS = {
    MAIN: "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
MOST_PARTS = 2000
# What 10 MB of text and numbers unpack to in an honest workbook.
MOST_UNPACKED = 120 * 1024 * 1024
MOST_READ = 2 * 1024 * 1024
CHUNK = 256 * 1024
ENCRYPTED = 1
# What a document runs or brings along, and the outside addresses that fetch when it is opened.
RUNS = re.compile(
    r"vbaproject|(^|/)activex/|/embeddings/[^/]*\.bin$|\.(exe|dll|js|vbs|bat|cmd|scr|hta|jar)$", re.IGNORECASE
)
FETCHES = {"attachedTemplate", "oleObject", "frame", "subDocument", "package", "externalLinkPath"}
PDF_END, PDF_TAIL = b"%%EOF", 2048
MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!doctype|<html|<svg|<script|<head|<body)", re.IGNORECASE
)
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class Received(StrEnum):
    """What a file is by its first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"
    PACKED = "packed"


STARTS = {
    b"\xff\xd8\xff": Received.JPEG,
    b"\x89PNG\r\n\x1a\n": Received.PNG,
    b"%PDF-": Received.PDF,
    b"PK\x03\x04": Received.PACKED,
}
# Word and Excel before 2007, and whatever they lock with a password since.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = {Received.JPEG, Received.PNG, Received.WEBP, Received.HEIC}


def kind_of(data: bytes) -> Received:
    """Raises Unfit with the reason, if it is none of those that are taken."""
    if not data:
        raise Unfit("file_empty")
    for start, kind in STARTS.items():
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Received.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return Received.HEIC
    if data.startswith(OLD_OFFICE):
        raise Unfit("file_old_office")
    raise Unfit("file_markup" if MARKUP.match(data[:512]) else "file_unknown")


def demand_sound_pdf(data: bytes) -> None:
    """It ends as it should, opens without a password and has a page. Raises Unfit."""
    if PDF_END not in data[-PDF_TAIL:]:
        raise Unfit("pdf_broken")
    try:
        with PdfDocument(data) as document:
            pages = len(document)
    except PdfiumError as failure:
        raise Unfit("pdf_locked" if "password" in str(failure).lower() else "pdf_broken") from None
    if not pages:
        raise Unfit("pdf_broken")


def office_kind(data: bytes) -> str:
    """ "docx" or "xlsx": whole, within bounds, without anything that runs or fetches. Raises Unfit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kind = _main_of(archive)
            _count(archive)
            _refuse_outside(archive)
    except (
        *(zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, KeyError),
        *(ValueError, OverflowError, etree.XMLSyntaxError),
    ):
        raise Unfit("office_broken") from None
    return kind


def _main_of(archive: zipfile.ZipFile) -> str:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise Unfit("office_too_much_inside")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Unfit("file_old_office")
    if any(entry.compress_type not in PACKED for entry in entries):
        raise Unfit("office_broken")
    kinds = [str(each.get("ContentType", "")) for each in _read(archive, CONTENT_TYPES).iter("{*}Override")]
    if any("macro" in kind.lower() for kind in kinds) or any(RUNS.search(each.filename) for each in entries):
        raise Unfit("office_runs")
    mains = [OFFICE_MAINS[kind] for kind in kinds if kind in OFFICE_MAINS]
    if len(mains) != 1:
        raise Unfit("file_unknown")
    return mains[0]


def _read(archive: zipfile.ZipFile, name: str) -> etree._Element:
    with archive.open(name) as packed:
        content = packed.read(MOST_READ + 1)
    if len(content) > MOST_READ:
        raise Unfit("office_too_much_inside")
    tree = xml(content)
    if tree.getroottree().docinfo.internalDTD is not None:
        raise Unfit("office_runs")
    return tree


def _count(archive: zipfile.ZipFile) -> None:
    """Everything unpacked once and thrown away: whatever an entry claims, it is whole and in bounds."""
    left = MOST_UNPACKED
    for entry in archive.infolist():
        with archive.open(entry) as packed:
            while chunk := packed.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Unfit("office_too_much_inside")


def _refuse_outside(archive: zipfile.ZipFile) -> None:
    """A link a reader may press is text; what a program fetches on its own is not."""
    for name in archive.namelist():
        if name.endswith(".rels"):
            for each in _read(archive, name).iter("{*}Relationship"):
                is_outside = each.get("TargetMode", "").lower() == "external"
                if is_outside and str(each.get("Type", "")).rpartition("/")[2] in FETCHES:
                    raise Unfit("office_runs")
