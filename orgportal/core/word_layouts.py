"""Word layouts of a body's own: nothing is used before all is in order, and each fault is named."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePath

from orgportal.core import word_files, word_templates
from orgportal.core.errors import Refused
from orgportal.core.word_files import Fault
from orgportal.core.word_templates import Marks

Parts = Mapping[str, bytes]


class TemplateFaulty(Refused):
    """The file cannot be used; each fault is named."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        listed = [{"code": fault.code, **fault.params} for fault in self.faults]
        super().__init__("template_faulty", faults=listed)


@dataclass(frozen=True, slots=True)
class Layout:
    """A file that can be used: packed anew, and the marks it holds."""

    content: bytes = field(repr=False)
    marks: Marks

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def examined(
    data: bytes, *, most: int, marks_in: Callable[[Parts], Marks],
    faults_in: Callable[[Parts, Marks], list[Fault]], fill: Callable[[bytes], object],
) -> Layout:  # fmt: skip
    """The file looked through, its marks judged, and filled once. Raises TemplateFaulty."""
    if len(data) > most:
        raise TemplateFaulty([Fault("word_too_large", {"most": str(most // 1024)})])
    try:
        parts = word_files.parts_of(data)
        _stop_at(word_files.dangers(parts))
        found = marks_in(parts)
        _stop_at(faults_in(parts, found))
        content = word_files.packed(parts)
        fill(content)
    except word_files.Unfit as unfit:
        raise TemplateFaulty([unfit.fault]) from None
    except word_templates.Unfillable:
        raise TemplateFaulty([Fault("template_breaks")]) from None
    return Layout(content, found)


def _stop_at(faults: list[Fault]) -> None:
    if faults:
        raise TemplateFaulty(faults)


@contextmanager
def outgrown() -> Iterator[None]:
    """A template that was fit once and is filled no more: the reason, and the way round it."""
    try:
        yield
    except word_templates.Unfillable:
        raise Refused("template_outgrown") from None
    except word_files.Unfit:
        raise Refused("template_swells") from None


def kept_file_name(sent: str) -> str:
    return f"{PurePath(sent).stem[:110]}.docx"


def bracket_faults(found: Marks) -> list[Fault]:
    """What was typed and is no mark of any kind."""
    faults = [Fault("template_not_plain", {"mark": mark[:80]}) for mark in found.others]
    faults += [Fault("template_torn", {"mark": words.strip()}) for words in found.torn]
    faults += [Fault("template_wide_brackets", {"mark": words.strip()}) for words in found.wide]
    return faults + [Fault("template_hidden", {"mark": words[:80]}) for words in found.hidden]


def unknown_mark(name: str, known: Iterable[str]) -> Fault:
    near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    if near:
        return Fault("template_unknown_near", {"mark": f"{{{{ {name} }}}}", "near": f"{{{{ {near[0]} }}}}"})
    return Fault("template_unknown", {"mark": f"{{{{ {name} }}}}"})
