"""Word files with marks like {{ name }} in them: which marks there are, and the file with all of them filled.

A mark is a plain name. The template language knows more; none of it is let in (`marks`), and what fills a
mark is written as text whatever characters it has.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from orgportal.core.word_files import WORD, Unfit, packed, parts_of, xml

PLAIN = re.compile(r"[^\W\d]\w*")
# Of a list, and what of its lines: only where the reader of the file allows it.
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)?")
# Stands for a new line in a value until the file is written: a character no text has.
BREAK = "\ue000"
NEW_LINE = '</w:t><w:br/><w:t xml:space="preserve">'
MARK = re.compile(r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\{#.{0,200}?#\}", re.DOTALL)
TORN = re.compile(r".{0,12}(?:\{\{|\}\}|\{%|%\}|\{#|#\}).{0,24}", re.DOTALL)
WIDE = re.compile(r"(?:[{｛]｛|｛\{)[^{}｛｝]{0,24}[}｝]{0,2}")
TAG = re.compile(r"<[^>]*>")
CONTROL = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
QR_WIDTH = Mm(26)
# What is read is looked through once for each bracket: a letter has dozens of them in some 100 KB.
MOST_SOURCE, MOST_BRACKETS = 1_000_000, 1000
# Parts the marks of which are filled: the text, heads and feet of pages, footnotes.
FILLED = re.compile(r"word/(document\d*|header\d*|footer\d*|footnotes)\.xml")

# What the libraries stumble over in a file that is well-formed and yet not as Word writes it.
BROKEN = (
    *(etree.LxmlError, PythonDocxError, XmlchemyError, OpcError),
    *(LookupError, ValueError, AttributeError, TypeError, ArithmeticError),
)


class Unfillable(Exception):
    """The file does not come out whole when its marks are filled."""


class _Template(DocxTemplate):  # type: ignore[misc]
    def build_xml(self, *args: Any) -> str:
        """A body that is no longer whole is refused, where the library would drop what it cannot read."""
        source: str = super().build_xml(*args)
        xml(source.encode())
        return source

    def resolve_listing(self, source: str) -> str:
        """No value holds a line break or a tab (`CONTROL`): nothing to look for in the whole source."""
        return source

    def render_properties(self, *_args: Any, **_more: Any) -> None:
        """Who wrote the file when is no text of the paper."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Every mark of a template as it was typed, sorted by what can be done with it."""

    names: tuple[str, ...] = ()  # plain {{ name }}
    others: tuple[str, ...] = ()  # anything else in the brackets of the language
    torn: tuple[str, ...] = ()  # half a mark, with the words around it
    wide: tuple[str, ...] = ()  # in full-width brackets
    hidden: tuple[str, ...] = ()  # where no text stands, or text that is not filled


def marks(parts: Mapping[str, bytes], *, named: re.Pattern[str] = PLAIN) -> Marks:
    """Read from the text as a reader sees it, and compared with what the template language would see.

    Raises Unfit where there is more of it than any letter has, Unfillable where the file lacks a part.
    """
    seen: Counter[str] = Counter()
    others: list[str] = []
    torn: list[str] = []
    wide: list[str] = []
    hidden: list[str] = []
    texts = list(_texts(parts))
    _bound(text for _name, text in texts)
    for name, text in texts:
        found = MARK.findall(text)
        rest = MARK.sub(" ", text)
        if not FILLED.fullmatch(name):
            hidden += found + [words.strip() for words in TORN.findall(rest)]
            continue
        seen.update(name_of(each, named) for each in found if name_of(each, named))
        others += [each for each in found if not name_of(each, named)]
        wide += WIDE.findall(rest)
        torn += TORN.findall(WIDE.sub(" ", rest))
    if not (others or torn):
        hidden += (_as_filled(parts, named) - seen).elements()
    ordered = (tuple(dict.fromkeys(each)) for each in (seen, others, torn, wide, hidden))
    return Marks(*ordered)


def _bound(sources: Iterable[str]) -> None:
    held = list(sources)
    if sum(map(len, held)) > MOST_SOURCE or sum(each.count("{") for each in held) > MOST_BRACKETS:
        raise Unfit("word_too_much_inside")


def name_of(mark: str, named: re.Pattern[str] = PLAIN) -> str:
    """The name in a plain mark, or nothing."""
    inner = mark[2:-2].strip()
    return inner if mark.startswith("{{") and named.fullmatch(inner) else ""


def _texts(parts: Mapping[str, bytes]) -> Iterable[tuple[str, str]]:
    for name, content in parts.items():
        if name.startswith("word/") and name.endswith(".xml"):
            for text in paragraphs(xml(content)):
                yield name, text


def paragraphs(tree: etree._Element) -> list[str]:
    """The text of each paragraph, those inside boxes apart from the one around them."""
    found: dict[etree._Element, list[str]] = {}
    for each in tree.iter(f"{WORD}p", f"{WORD}t"):
        if each.tag == f"{WORD}p":
            found[each] = []
        else:
            around = next(each.iterancestors(f"{WORD}p"), None)
            found.setdefault(tree if around is None else around, []).append(each.text or "")
    return ["".join(texts) for texts in found.values()]


def _as_filled(parts: Mapping[str, bytes], named: re.Pattern[str]) -> Counter[str]:
    """What the template language finds in the file it is handed: attributes, deleted text and fields too."""
    template = _Template(io.BytesIO(packed(dict(parts))))
    try:
        template.init_docx()
        sources = [template.get_xml()]
        for kind in (template.HEADER_URI, template.FOOTER_URI):
            sources += [template.get_part_xml(part) for _key, part in template.get_headers_footers(kind)]
    except BROKEN as failure:
        raise Unfillable from failure
    sources += [parts[name].decode("utf-8", "replace") for name in parts if name.endswith("/footnotes.xml")]
    _bound(sources)
    text = "\n".join(template.patch_xml(source) for source in sources)
    rest = MARK.sub(" ", text)
    found = [name_of(each, named) or TAG.sub("", each) for each in MARK.findall(text)]
    return Counter(found + [TAG.sub("", each) for each in TORN.findall(rest)])


def fill(data: bytes, values: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The file with every mark filled; a value is a text, or lines of named texts.

    Raises Unfillable where a mark has no value or the file breaks, Unfit where it has become too large.
    """
    template = _Template(io.BytesIO(data))
    shown: dict[str, Any] = {name: _shown(value) for name, value in values.items()}
    shown |= {
        name: InlineImage(template, io.BytesIO(picture), width=QR_WIDTH) for name, picture in pictures.items()
    }
    language = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    language.globals.clear()
    out = io.BytesIO()
    try:
        template.render(shown, language)
        template.save(out)
        made = out.getvalue()
        for name, content in parts_of(made).items():
            if name.endswith(".xml"):
                xml(content)
    except (TemplateError, *BROKEN) as no:
        raise Unfillable from no
    return made


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return CONTROL.sub(" ", value)
    if isinstance(value, Mapping):
        return SimpleNamespace(**{name: _shown(each) for name, each in value.items()})
    return [_shown(each) for each in value]


def with_breaks(data: bytes) -> bytes:
    """The filled file with a new line wherever a value had one. Raises Unfit where it is too large."""
    parts, sign, line = parts_of(data), BREAK.encode(), NEW_LINE.encode()
    return packed(
        {name: part.replace(sign, line) if name.endswith(".xml") else part for name, part in parts.items()}
    )


def reading(data: bytes, values: Mapping[str, str]) -> list[str]:
    """The text of the file, paragraph by paragraph, with its marks filled: for a look without Word."""
    lines = [
        MARK.sub(lambda mark: values.get(name_of(mark.group()), mark.group()), text)
        for name, text in _texts(parts_of(data))
        if FILLED.fullmatch(name)
    ]
    return [line for line in lines if line.strip()]
