"""Placeholders of reminder texts: what each is called in either language, what it stands for, an example.

A mark is a name in single brackets: {branch}, in Chinese {党支部}. Kept are the English names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from string import Formatter
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

MARK = re.compile(r"\{([^{}\n]{0,40})\}")
WIDE = re.compile(r"[｛｝]")
TORN = re.compile(r".{0,12}[{}].{0,12}")
MARKUP = re.compile(r"<\s*[/!?a-zA-Z][^>]{0,30}>?|&#?\w{1,10};")
ADDRESS = re.compile(r"\S{0,12}://\S{0,24}|\bwww\.\S{1,24}", re.IGNORECASE)
# Controls, and signs that turn the direction of what follows: a reader does not see them.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
EXAMPLE_DAY = {"day": "2026-03-31"}


@dataclass(frozen=True, slots=True)
class Mark:
    """`sample` is a value as a reminder holds it (`core.reminders.spoken`)."""

    chinese: str
    meaning: Any
    sample: Any


def _word(msgid: str) -> dict[str, str]:
    return {"word": msgid}


MARKS: dict[str, Mark] = {
    "above": Mark("上级党组织", _("body above that asks"), _word(gettext_noop("Example committee"))),
    "act_by": Mark("办理期限", _("day by which to act"), EXAMPLE_DAY),
    "answer_by": Mark("答复期限", _("day by which to answer"), EXAMPLE_DAY),
    "asker": Mark("催办人", _("who asks, by name"), _word(gettext_noop("Example person"))),
    "body": Mark("党组织", _("body concerned"), _word(gettext_noop("Example body"))),
    "branch": Mark("党支部", _("branch concerned"), _word(gettext_noop("Example branch"))),
    "branches": Mark("党支部数", _("number of branches"), 12),
    "count": Mark("数量", _("how many"), 3),
    "days": Mark("等待天数", _("days it has waited"), 17),
    "due_on": Mark("期限", _("last day"), EXAMPLE_DAY),
    "duty": Mark("任务", _("what is owed"), _word(gettext_noop("Example duty"))),
    "expected": Mark("应开展", _("duties of the period"), 8),
    "field": Mark("更正项目", _("what is to be corrected"), _word(gettext_noop("Example field"))),
    "held": Mark("已开展", _("duties answered by a meeting"), 6),
    "host": Mark("流入地党支部", _("host branch"), _word(gettext_noop("Example host branch"))),
    "kind": Mark("提示事项", _("what the rule proposes"), _word(gettext_noop("Example proposal"))),
    "missing": Mark("缺失", _("duties nothing was said of"), 2),
    "name": Mark("姓名", _("name of the person"), _word(gettext_noop("Example person"))),
    "note": Mark("附言", _("the sender's own word"), _word(gettext_noop(" Note: an example."))),
    "on": Mark("起始日期", _("day it began"), EXAMPLE_DAY),
    "period": Mark("时期", _("period of the summary"), {"period": ["2026-01-01", "2026-03-31"]}),
    "place": Mark("外出地点", _("where the member is"), _word(gettext_noop("Example city"))),
    "reason": Mark("原因", _("why it was made again"), _word(gettext_noop("an example reason"))),
    "silent": Mark("无活动党支部数", _("number of silent branches"), 1),
    "since": Mark("自何时", _("since when"), EXAMPLE_DAY),
    "source": Mark("转出党支部", _("branch the member leaves"), _word(gettext_noop("Example branch"))),
    "target": Mark("转入党组织", _("body the member goes to"), _word(gettext_noop("Example body"))),
    "text": Mark("事项", _("what was decided"), _word(gettext_noop("Example decision"))),
    "valid_until": Mark("有效期至", _("last day of the letter"), EXAMPLE_DAY),
    "year": Mark("年度", _("year"), 2026),
}
OF_CHINESE = {mark.chinese: name for name, mark in MARKS.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text; `where` names the field it was typed in."""

    code: str
    where: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a text must hold, may hold, and how long it may be."""

    must: tuple[str, ...]
    may: tuple[str, ...]
    longest: int
    lines: int = 1

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.must, *self.may)


def names_in(template: str) -> tuple[str, ...]:
    """The marks of a sentence of the portal's own, each once, in its order."""
    return tuple(dict.fromkeys(name for _text, name, *_ in Formatter().parse(template) if name))


def kept(typed: str) -> str:
    """As a text is stored: plain line ends, English names of marks."""
    text = "\n".join(line.rstrip() for line in typed.strip().splitlines())
    return MARK.sub(lambda mark: f"{{{name_of(mark[1])}}}", text)


def name_of(inner: str) -> str:
    said = inner.strip()
    return OF_CHINESE.get(said, said)


def in_chinese(text: str) -> str:
    """A stored text as it is shown to be worked on in Chinese."""
    return MARK.sub(lambda mark: f"{{{MARKS[mark[1]].chinese}}}" if mark[1] in MARKS else mark[0], text)


def mark_words(name: str, where: str) -> str:
    """A mark as it is typed in a text of this language."""
    return f"{{{MARKS[name].chinese if where == 'zh' else name}}}"


def faults_of(text: str, bounds: Bounds, where: str) -> list[Fault]:
    """Everything wrong with a stored text, in the order a reader meets it; no fault: it can be filled."""
    found = list(_of_form(text, bounds))
    inner = [mark.strip() for mark in MARK.findall(text)]
    found += [_unknown(name, bounds, where) for name in dict.fromkeys(inner) if name not in bounds.known]
    found += [("text_torn", {"found": piece.strip()}) for piece in TORN.findall(MARK.sub(" ", text))[:1]]
    found += [
        ("text_mark_missing", {"mark": mark_words(name, where), "meaning": str(MARKS[name].meaning)})
        for name in bounds.must
        if name not in inner
    ]
    return [Fault(code, where, params) for code, params in found]


def _of_form(text: str, bounds: Bounds) -> list[tuple[str, dict[str, Any]]]:
    lines = text.count("\n") + 1
    found: list[tuple[str, dict[str, Any]]] = []
    if not text:
        found.append(("text_empty", {}))
    if len(text) > bounds.longest:
        found.append(("text_too_long", {"most": bounds.longest, "length": len(text)}))
    if bounds.lines == 1 < lines:
        found.append(("text_line_break", {}))
    elif lines > bounds.lines:
        found.append(("text_too_many_lines", {"most": bounds.lines}))
    for code, pattern in (("text_markup", MARKUP), ("text_address", ADDRESS), ("text_wide", WIDE)):
        if piece := pattern.search(text):
            found.append((code, {"found": piece[0]}))
    if UNSEEN.search(text):
        found.append(("text_unseen", {}))
    return found


def _unknown(name: str, bounds: Bounds, where: str) -> tuple[str, dict[str, Any]]:
    by_word = {mark_words(each, where)[1:-1]: each for each in bounds.known}
    near = get_close_matches(name.lower(), list(by_word), n=1, cutoff=0.4)
    mark = f"{{{name}}}"
    if near:
        return "text_mark_near", {"mark": mark, "near": f"{{{near[0]}}}"}
    return "text_mark_unknown", {"mark": mark, "known": " ".join(f"{{{each}}}" for each in by_word)}


def filled(text: str, values: Mapping[str, Any]) -> str | None:
    """The text with its marks filled; None where it asks for something this reminder does not say."""
    names = MARK.findall(text)
    return text.format(**values) if {*names} <= values.keys() else None
