"""Papers as PDF: a Typst template of ours and data as JSON, so that nothing typed ever becomes source text.

Only the pinned fonts are used: a paper looks the same on every machine, rare characters of names included.
"""

import io
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc
import pylopdf_fonts_zh_cn
import segno
import typst
from django.core.serializers.json import DjangoJSONEncoder

# Templates import one another by their path from here: "/orgportal/core/typst/base.typ".
ROOT = Path(__file__).resolve().parents[2]
FONT_PACKAGES = (pylopdf_fonts_zh_cn, noto_cjk_sans_otc)


def pdf(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """The template, named by its path from the project's root, filled with the data.

    Inside it `json(bytes(sys.inputs.data))` reads the data. The same data and moment give the same bytes.
    """
    made: bytes = typst.compile(
        str(ROOT / template),
        root=str(ROOT),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)},
        format="pdf",
        timestamp=int(at.timestamp()),
    )
    return made


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Read once a process: searching them costs more than most papers."""
    folders = [str(Path(str(package.__file__)).parent) for package in FONT_PACKAGES]
    return typst.Fonts(font_paths=folders, include_system_fonts=False)


def qr_svg(address: str) -> str:
    """The address as a QR code, for `image(bytes(...), format: "svg")`."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, light="white"
    )
    return out.getvalue().decode()


def qr_png(address: str) -> bytes:
    """The same as a picture, for a Word file."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", border=2, scale=8, light="white")
    return out.getvalue()
