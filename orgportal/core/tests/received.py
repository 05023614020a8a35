"""Files as people send them, good and bad, made here byte by byte."""

import base64
import io
import struct
import zipfile
import zlib
from typing import Any

import xlsxwriter
from PIL import Image, ImageDraw

from orgportal.core.word_starters import composed

# 64 × 48 points with a place in its EXIF, drawn and packed for these tests.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAAC8AAgAAAAACEQABAAAAAAAAAJwAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA021kYXQAAAArKAGvWPiDL0Hhwpkum2T/yRu+m5KOimU4F2fP//Ttof0Oa+5TrKgT"
    "9pAo9gAAAAZFeGlmAABNTQAqAAAACAACAQ8AAgAAAAYAAAAmiCUABAAAAAEAAAAsAAAAAERyYXduAAAEAAEAAgAAAAJOAAAAAAIA"
    "BQAAAAMAAABiAAMAAgAAAAJFAAAAAAQABQAAAAMAAAB6AAAAAAAAACcAAAABAAAANgAAAAEAAAAPAAAAAQAAAHQAAAABAAAAFwAA"
    "AAEAAAAdAAAAAQ=="
)
TURNED_RIGHT = 6
GPS, ORIENTATION = 0x8825, 0x0112


def placed() -> Image.Exif:
    """Where it was taken, and that the phone lay on its side."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    place = exif.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "N", (39.0, 54.0, 15.0), "E", (116.0, 23.0, 29.0)
    return exif


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), seed: str = "#9c1a1c") -> bytes:
    """A picture with a white corner, the place it was taken and a remark."""
    picture = Image.new("RGB", size, seed)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="white")
    out = io.BytesIO()
    more: dict[str, Any] = {"comment": b"taken by"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=placed(), **more)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """What packs worst: a photo of sand."""
    out = io.BytesIO()
    Image.effect_noise(size, 120).convert("RGB").save(out, "JPEG", quality=95, exif=placed())
    return out.getvalue()


def seen_through() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A head that claims as many points, and hardly any behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    points = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def webp_of(kind: bytes, width: int, height: int) -> bytes:
    """A head of each of the three ways of packing, with the size it claims."""
    body = {
        b"VP8X": bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14),
        b"VP8 ": bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height),
    }[kind]
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def pdf(*, lock: str = "", pages: int = 1) -> bytes:
    """The smallest whole document; `lock` names a dictionary that asks for a password."""
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * pages,
    ]
    if lock:
        objects.append(lock)
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"/Encrypt {len(objects)} 0 R /ID [<00><00>]" if lock else ""
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF\n".encode()


LOCK = f"<< /Filter /Standard /V 1 /R 2 /P -44 /O <{'28' * 32}> /U <{'7f' * 32}> >>"


def docx() -> bytes:
    return composed([("text", "正文")])


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("名单").write(0, 0, "姓名")
    return out.getvalue()


def changed(data: bytes, parts: dict[str, bytes | None]) -> bytes:
    """The packed file with parts added, replaced or left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        held: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()} | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in held.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def related(kind: str, target: str, mode: str) -> bytes:
    space = "http://schemas.openxmlformats.org"
    of = f"{space}/officeDocument/2006/relationships/{kind}"
    line = f'<Relationship Id="x1" Type="{of}" Target="{target}"{mode}/>'
    whole = f'<Relationships xmlns="{space}/package/2006/relationships">{line}</Relationships>'
    return changed(docx(), {"word/_rels/settings.xml.rels": whole.encode()})


def flagged(data: bytes) -> bytes:
    """The first part said to be locked with a password, in both places that say so."""
    at, listed = data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01" + data[at + 1 : listed] + b"\x01" + data[listed + 1 :]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"\n <!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OPEN_DOCUMENT = {"mimetype": b"application/vnd.oasis.opendocument.text"}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
