"""One line says who was away and why: "3 7 请假 工作; 12 病假; 张三（外出：在沈阳）". Pure.

People come first (row numbers, ranges, names, initials), then the reason; the next person begins a new group,
and so does ";" or a new line. What follows ":" is a remark.
"7 不计入 卧床": not counted among those who should attend, and on which ground.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from activities.choices import Ground, LeaveReason, Presence
from activities.rules.people import Problem, find_person, plain
from activities.rules.records import Absence, Seat

REASON_WORDS: dict[LeaveReason, tuple[str, ...]] = {
    LeaveReason.WORK: ("工作", "出差", "因公", "公务", "公差", "值班", "上班", "加班", "work"),
    LeaveReason.ILLNESS: ("病假", "因病", "生病", "住院", "看病", "病", "ill", "sick"),
    LeaveReason.AWAY: ("外出", "外出务工", "务工", "外地", "在外", "出国", "away"),
    LeaveReason.FAMILY: ("家事", "家中有事", "探亲", "婚假", "产假", "丧假", "family"),
    LeaveReason.OTHER: ("其他", "事假", "私事", "other"),
}
LEAVE_WORDS = ("请假", "假", "leave")
ABSENT_WORDS = ("缺席", "缺勤", "未到", "无故缺席", "absent")
EXCLUDED_WORDS = ("不计入应到会", "不计入应到", "不计入", "不计", "uncounted")
GROUND_WORDS: dict[Ground, tuple[str, ...]] = {
    Ground.UNABLE: ("不能表达", "失能", "神志不清", "unable"),
    Ground.ABROAD: ("自费出国", "出国", "国外", "abroad"),
    Ground.SENTENCED: ("服刑", "判刑", "留党察看", "sentenced"),
    Ground.BEDRIDDEN: ("卧床", "长期患病", "长期生病", "久病", "重病", "bedridden"),
    Ground.POSTED: ("调动", "调出", "下派", "外派", "外出学习", "外出工作", "外出", "posted"),
    Ground.RETIRED: ("回原籍", "原籍", "返乡", "离退休", "retired"),
}
# Why somebody with such a ground was away, where nothing else is said.
IMPLIED = {
    Ground.UNABLE: LeaveReason.ILLNESS,
    Ground.ABROAD: LeaveReason.AWAY,
    Ground.SENTENCED: LeaveReason.OTHER,
    Ground.BEDRIDDEN: LeaveReason.ILLNESS,
    Ground.POSTED: LeaveReason.AWAY,
    Ground.RETIRED: LeaveReason.AWAY,
}
# The word each reason is written back with.
WRITTEN = {
    LeaveReason.WORK: "工作",
    LeaveReason.ILLNESS: "病假",
    LeaveReason.AWAY: "外出",
    LeaveReason.FAMILY: "家事",
    LeaveReason.OTHER: "其他",
}
_REASONS = {word: reason for reason, words in REASON_WORDS.items() for word in words}
_GROUNDS = {word: ground for ground, words in GROUND_WORDS.items() for word in words}
_MARKS = {*_REASONS, *LEAVE_WORDS, *ABSENT_WORDS, *EXCLUDED_WORDS, *_GROUNDS}
# Longest first: "外出务工" is not "外出" and a stranger.
_GLUED = re.compile(rf"^(.+?)({'|'.join(sorted(_MARKS, key=len, reverse=True))})$")
_RANGE = re.compile(r"^(\d{1,4})[-~–—至到](\d{1,4})号?$")
_BREAK = re.compile(r"[;；。\n]")
_REMARK = re.compile(r"[:：]")
_GAP = re.compile(r"[\s,，、()（）|/+]+")
LONGEST_REMARK = 120


@dataclass
class _Group:
    people: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    remark: str = ""


def parse_away(text: str, seats: Sequence[Seat]) -> tuple[list[Absence], list[Problem]]:
    """The absences the line names, and every word that could not be read."""
    absences: list[Absence] = []
    problems: list[Problem] = []
    for group in _groups(plain(text)):
        people, unknown = _people(group.people, seats)
        problems += unknown
        if group.marks and not group.people:
            problems.append(Problem("reason_without_person", group.marks[0]))
        elif group.people and not group.marks:
            problems.append(Problem("person_without_reason", " ".join(group.people)))
        meant = _left_out(group) if _is_left_out(group) else _meaning(group)
        if meant is None:
            problems.append(Problem("exclusion_without_ground", " ".join((*group.people, *group.marks))))
            continue
        absences += [replace(meant, member_id=seat.id) for seat in people]
    return absences, problems + _twice(absences, seats)


def write_away(absences: Sequence[Absence], seats: Sequence[Seat]) -> str:
    """The line that reads back as these absences; those without a remark are grouped by reason."""
    numbers = {seat.id: seat.number for seat in seats}
    groups: dict[tuple[str, str], list[int]] = {}
    for absence in absences:
        word = WRITTEN[absence.reason] if absence.reason else ""
        if absence.ground:
            ground = GROUND_WORDS[absence.ground][0]
            word = f"不计入 {ground} {'' if absence.reason == IMPLIED[absence.ground] else word}".strip()
        elif absence.presence == Presence.ABSENT:
            word = f"缺席 {word}".strip()
        groups.setdefault((word, absence.remark), []).append(numbers[absence.member_id])
    return "; ".join(
        " ".join(map(str, sorted(rows))) + f" {word}" + (f": {remark}" if remark else "")
        for (word, remark), rows in groups.items()
    )


def _groups(text: str) -> list[_Group]:
    found: list[_Group] = []
    for segment in _BREAK.split(text):
        words, *remark = _REMARK.split(segment, maxsplit=1)
        group = _Group()
        for token in _tokens(words):
            if token not in _MARKS and group.marks:
                found.append(group)
                group = _Group()
            (group.marks if token in _MARKS else group.people).append(token)
        group.remark = "".join(remark).strip(" )）")[:LONGEST_REMARK]
        if group.people or group.marks:
            found.append(group)
    return found


def _tokens(text: str) -> list[str]:
    """Words, with a reason glued to a name taken off it: "张三病假"."""
    found: list[str] = []
    for token in filter(None, _GAP.split(text.strip())):
        word = token.lower() if token.isascii() else token
        glued = None if word in _MARKS or word.isascii() else _GLUED.match(word)
        found += list(glued.groups()) if glued else [word]
    return found


def _people(tokens: Sequence[str], seats: Sequence[Seat]) -> tuple[list[Seat], list[Problem]]:
    people: list[Seat] = []
    problems: list[Problem] = []
    for single in chain.from_iterable(_spread(token) for token in tokens):
        found = find_person(single, seats)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            people.append(found)
    return people, problems


def _spread(token: str) -> list[str]:
    """ "3-5" is 3, 4 and 5; backwards it is left as it is and found to be nobody."""
    span = _RANGE.match(token)
    if not span or int(span[1]) > int(span[2]):
        return [token]
    return [str(number) for number in range(int(span[1]), int(span[2]) + 1)]


def _meaning(group: _Group) -> Absence:
    """The last named reason counts; leave without one is for another reason."""
    reason = _reason(group.marks)
    if any(mark in ABSENT_WORDS for mark in group.marks):
        return Absence(0, Presence.ABSENT, reason, group.remark)
    implied = next((IMPLIED[_GROUNDS[mark]] for mark in group.marks if mark in _GROUNDS), LeaveReason.OTHER)
    return Absence(0, Presence.LEAVE, reason or implied, group.remark)


def _reason(marks: Sequence[str]) -> LeaveReason | None:
    return next((_REASONS[mark] for mark in reversed(marks) if mark in _REASONS), None)


def _is_left_out(group: _Group) -> bool:
    return any(mark in EXCLUDED_WORDS for mark in group.marks)


def _left_out(group: _Group) -> Absence | None:
    """Not counted among those who should attend, on the first ground named; None without one."""
    named = next((mark for mark in (*group.marks, group.remark) if mark in _GROUNDS), None)
    if named is None:
        return None
    ground = _GROUNDS[named]
    reason = _reason([mark for mark in group.marks if mark != named]) or IMPLIED[ground]
    remark = "" if named == group.remark else group.remark
    return Absence(0, Presence.LEAVE, reason, remark, ground)


def _twice(absences: Sequence[Absence], seats: Sequence[Seat]) -> list[Problem]:
    ids = [absence.member_id for absence in absences]
    return [Problem("person_twice", seat.name) for seat in seats if ids.count(seat.id) > 1]
