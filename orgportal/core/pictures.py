"""Photos drawn anew: upright, small, and with nothing of the place, time or device they were taken with.

The size in points is read from the head of the file before any of it is decoded.
"""

import io
import struct
import warnings

import pi_heif
from PIL import Image, ImageOps

from orgportal.core.received_files import Received
from orgportal.core.word_files import Unfit

# The largest cameras of phones have some 50 million points; decoded, that is 150 MB.
MOST_POINTS = 52_000_000
# (longest side, quality), the first that comes out small enough: no screen and no print of A5 shows more.
STEPS = ((2000, 82), (2000, 70), (1600, 70), (1280, 60))
ENOUGH = 500 * 1024
FORMATS = {Received.JPEG: ("JPEG",), Received.PNG: ("PNG",), Received.WEBP: ("WEBP",)}
# What the decoders stumble over in a file that is not what it says.
BROKEN = (
    *(OSError, SyntaxError, ValueError, RuntimeError, EOFError, OverflowError),
    *(struct.error, LookupError, TypeError, ZeroDivisionError, MemoryError),
)


def as_photo(data: bytes, kind: Received) -> bytes:
    """The picture as a JPEG of our own making. Raises Unfit."""
    try:
        with warnings.catch_warnings():
            # Counted here, before the library would warn of it.
            warnings.simplefilter("ignore")
            return _small(_opened(data, kind))
    except Image.DecompressionBombError:
        raise Unfit("picture_too_many_points") from None
    except BROKEN:
        raise Unfit("picture_broken") from None


def _opened(data: bytes, kind: Received) -> Image.Image:
    if kind == Received.WEBP:
        _demand_points(*_size_of_webp(data))
    if kind == Received.HEIC:
        file = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        _demand_points(*file.size)
        upright: Image.Image = file.to_pillow()
        return upright
    picture = Image.open(io.BytesIO(data), formats=FORMATS[kind])
    _demand_points(*picture.size)
    return picture


def _demand_points(width: int, height: int) -> None:
    if width * height > MOST_POINTS:
        raise Unfit("picture_too_many_points")


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """From its head: the library makes room for the whole of it when it opens one."""
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = data[24:27], data[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _small(picture: Image.Image) -> bytes:
    longest = STEPS[0][0]
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(picture)
    flat = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else upright
    # A new sheet: nothing but points comes over.
    sheet = Image.new("RGB", flat.size, "white")
    sheet.paste(flat, mask=flat if flat.mode == "RGBA" else None)
    made = b""
    for side, quality in STEPS:
        sheet.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        made = out.getvalue()
        if len(made) <= ENOUGH:
            break
    return made
