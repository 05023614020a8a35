"""Files from outside: what each is, what is refused with which word, and photos drawn anew."""

import io
import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from orgportal.core import received_files
from orgportal.core.pictures import ENOUGH, as_photo
from orgportal.core.received_files import Received, demand_sound_pdf, kind_of, office_kind
from orgportal.core.tests import received
from orgportal.core.tests.received import HEIC, changed, docx, noise, pdf, photo, png_of, xlsx
from orgportal.core.virus_scan import demand_clean
from orgportal.core.word_files import Unfit


def code(look: Callable[[], object]) -> str:
    with pytest.raises(Unfit) as caught:
        look()
    return caught.value.fault.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (photo(), Received.JPEG),
        (photo("PNG"), Received.PNG),
        (photo("WEBP"), Received.WEBP),
        (HEIC, Received.HEIC),
        (pdf(), Received.PDF),
        (docx(), Received.PACKED),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, kind: Received) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file_empty"),
        (received.SVG, "file_markup"),
        (b"\xef\xbb\xbf<svg/>", "file_markup"),
        (received.HTML, "file_markup"),
        (received.OLD_WORD, "file_old_office"),
        (b"MZ\x90\0", "file_unknown"),
        (b"\0\0\0\x1cftypavif", "file_unknown"),
        (b"RIFF\0\0\0\0WAVE", "file_unknown"),
    ],
)
def test_what_is_none_of_those_taken_is_refused(data: bytes, why: str) -> None:
    assert code(lambda: kind_of(data)) == why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf()[:-40], "pdf_broken"),
        (b"%PDF-1.4\nnothing\n%%EOF", "pdf_broken"),
        (pdf(pages=0), "pdf_broken"),
        (pdf(lock=received.LOCK), "pdf_locked"),
    ],
)
def test_a_pdf_is_whole_and_open(data: bytes, why: str) -> None:
    demand_sound_pdf(pdf())
    assert code(lambda: demand_sound_pdf(data)) == why


def typed(main: str) -> bytes:
    kind = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{space}">{kind}</Types>'.encode()


CONTENT, MACROS = "[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]><Types xmlns="x">&a;</Types>'
BOMB = bytes(received_files.MOST_UNPACKED + 1)


def test_word_and_excel_are_told_apart() -> None:
    assert (office_kind(docx()), office_kind(xlsx())) == ("docx", "xlsx")
    # A link a reader may press, and a picture of a chart's workbook, are what documents have.
    assert office_kind(received.related("hyperlink", "https://12371.cn/", ' TargetMode="External"')) == "docx"
    assert office_kind(received.related("attachedTemplate", "other.dotx", "")) == "docx"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (changed(docx(), {CONTENT: typed(MACROS)}), "office_runs"),
        (changed(docx(), {"word/vbaProject.bin": b"x"}), "office_runs"),
        (changed(docx(), {"word/embeddings/oleObject1.bin": b"x"}), "office_runs"),
        (changed(docx(), {"word/activeX/activeX1.xml": b"x"}), "office_runs"),
        (changed(docx(), {CONTENT: DOCTYPE}), "office_runs"),
        (
            received.related("attachedTemplate", "http://203.0.113.9/a.dotm", ' TargetMode="External"'),
            "office_runs",
        ),
        (changed(docx(), {CONTENT: None}), "office_broken"),
        (changed(docx(), {CONTENT: b"<Types"}), "office_broken"),
        (docx()[: len(docx()) // 2], "office_broken"),
        (changed(docx(), received.OPEN_DOCUMENT | {CONTENT: typed("text/plain")}), "file_unknown"),
        (received.flagged(docx()), "file_old_office"),
        (
            changed(docx(), {f"a/{n}": b"" for n in range(received_files.MOST_PARTS)}),
            "office_too_much_inside",
        ),
        (changed(docx(), {"word/media/large.bmp": BOMB}), "office_too_much_inside"),
        (changed(docx(), {CONTENT: b"<!--" + bytes(received_files.MOST_READ)}), "office_too_much_inside"),
    ],
)
def test_a_packed_document_neither_runs_nor_swells(data: bytes, why: str) -> None:
    assert len(data) < 1024 * 1024
    assert code(lambda: office_kind(data)) == why


def test_another_way_of_packing_is_not_unpacked() -> None:
    data = docx()
    at = data.index(b"PK\x01\x02") + 10

    assert code(lambda: office_kind(data[:at] + b"\x0e" + data[at + 1 :])) == "office_broken"


# --- photos


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        # Turned by the phone: what was wide stands upright.
        (photo(size=(60, 40)), Received.JPEG, (40, 60)),
        (photo("PNG"), Received.PNG, (40, 60)),
        (photo("WEBP"), Received.WEBP, (40, 60)),
        (HEIC, Received.HEIC, (64, 48)),
        (photo(size=(4000, 3000)), Received.JPEG, (1500, 2000)),
        (received.seen_through(), Received.PNG, (20, 20)),
    ],
)
def test_a_photo_comes_out_upright_small_and_without_its_place(
    data: bytes, kind: Received, size: tuple[int, int]
) -> None:
    made = as_photo(data, kind)

    picture = Image.open(io.BytesIO(made))
    assert (picture.format, picture.size) == ("JPEG", size)
    assert not dict(picture.getexif())
    assert set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progression",
        "progressive",
    }
    assert b"Exif" not in made
    assert b"taken by" not in made


def test_what_shows_through_is_white_and_the_white_corner_turns_along() -> None:
    clear = Image.open(io.BytesIO(as_photo(received.seen_through(), Received.PNG)))
    turned = Image.open(io.BytesIO(as_photo(photo(size=(60, 40)), Received.JPEG)))

    assert min(clear.getpixel((10, 10))) > 250  # type: ignore[arg-type, type-var]
    assert min(turned.getpixel((35, 3))) > 240  # type: ignore[arg-type, type-var]


def test_the_worst_photo_still_comes_out_small() -> None:
    assert len(as_photo(noise((3000, 2200)), Received.JPEG)) <= ENOUGH


@pytest.mark.parametrize(
    ("data", "kind", "why"),
    [
        (png_of(20000, 20000), Received.PNG, "picture_too_many_points"),
        (png_of(9000, 9000), Received.PNG, "picture_too_many_points"),
        (received.webp_of(b"VP8X", 16000, 16000), Received.WEBP, "picture_too_many_points"),
        (received.webp_of(b"VP8L", 16000, 16000), Received.WEBP, "picture_too_many_points"),
        (received.webp_of(b"VP8 ", 16000, 16000), Received.WEBP, "picture_too_many_points"),
        (photo()[:400], Received.JPEG, "picture_broken"),
        (png_of(300, 300), Received.PNG, "picture_broken"),
        (received.webp_of(b"VP8X", 30, 30), Received.WEBP, "picture_broken"),
        (HEIC[:300], Received.HEIC, "picture_broken"),
        (b"RIFF\0\0\0\0WEBPVP8L", Received.WEBP, "picture_broken"),
    ],
)
def test_a_picture_that_is_none_is_refused(data: bytes, kind: Received, why: str) -> None:
    assert code(lambda: as_photo(data, kind)) == why


# --- the scanner


class Scanner(socketserver.BaseRequestHandler):
    """Speaks as clamd does, and knows one find."""

    def handle(self) -> None:
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        data = b""
        while length := int.from_bytes(line.read(4), "big"):
            data += line.read(length)
        said = {b"EICAR" in data: b"stream: Eicar-Test-Signature FOUND", data == b"?": b"stream: no ERROR"}
        self.request.sendall(said.get(True, b"stream: OK") + b"\0")


@pytest.fixture
def scanner() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_named_scanner_has_the_last_word_and_without_it_nothing_is_taken(scanner: str) -> None:
    demand_clean(received.EICAR, "")
    demand_clean(bytes(200_000), scanner)

    assert code(lambda: demand_clean(bytes(100_000) + received.EICAR, scanner)) == "scan_found"
    assert code(lambda: demand_clean(b"?", scanner)) == "scanner_away"
    assert code(lambda: demand_clean(b"x", "127.0.0.1:1")) == "scanner_away"
    assert code(lambda: demand_clean(b"x", "nowhere")) == "scanner_away"
