"""One line is one item: "议题 // 讨论 => 决定 表决：赞成28 反对1 弃权2 @负责人 截止日期". Pure.

Each further "=>" is one more decision; a line that begins with "=>" belongs to the item above it. A person in
charge needs a date and a date counts only beside a person.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from activities.rules.counts import take_vote, written_vote
from activities.rules.people import Problem, find_person, plain
from activities.rules.records import FollowUp, Item, Seat

LONGEST_TOPIC = 200
LONGEST_DECISION = 300
_ARROW = re.compile(r"\s*(?:=>|->|[-—]{2,}>|→|⇒)\s*")
_BULLET = re.compile(
    r"^\s*(?:[-*•·]\s+|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)）](?!\d))\s*"
)
_OWNER = re.compile(r"@\s*([^\s@,，;；、]+)")
_DATE = re.compile(
    r"[\s,，]*(?:截止|截至|于|在|by)?\s*"
    r"(?P<day>(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[日号]|本?月底|下月底|年底)"
    r"\s*(?:之前|以前|前|截止)?[\s,，。.]*$"
)
_FULL = re.compile(r"^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?$")


def parse_agenda(text: str, seats: Sequence[Seat], held_on: date) -> tuple[list[Item], list[Problem]]:
    """The items the lines say, and every word that could not be read."""
    items: list[Item] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _BULLET.sub("", plain(raw)).strip()
        if not line:
            continue
        topic, *decisions = _ARROW.split(line)
        found, wrong = _decisions(decisions, seats, held_on, number)
        problems += wrong
        if topic:
            words, _, discussion = topic.partition("//")
            items.append(Item(words.strip()[:LONGEST_TOPIC], discussion.strip(), tuple(found)))
        elif items:
            above = items[-1]
            items[-1] = Item(above.topic, above.discussion, above.decisions + tuple(found))
        else:
            problems.append(Problem("decision_without_item", line, number))
    return items, problems


def write_agenda(items: Sequence[Item], names: Mapping[int, str]) -> str:
    """The lines that read back as these items."""
    return "\n".join(_line(item, names) for item in items)


def _line(item: Item, names: Mapping[int, str]) -> str:
    head = f"{item.topic} // {' '.join(item.discussion.split())}" if item.discussion else item.topic
    return " => ".join([head, *(_written(decision, names) for decision in item.decisions)])


def _written(decision: FollowUp, names: Mapping[int, str]) -> str:
    words = decision.text if decision.vote is None else f"{decision.text} {written_vote(decision.vote)}"
    if decision.owner_id is None or decision.due_on is None:
        return words
    return f"{words} @{names[decision.owner_id]} {decision.due_on.isoformat()}"


def _decisions(
    texts: Sequence[str], seats: Sequence[Seat], held_on: date, line: int
) -> tuple[list[FollowUp], list[Problem]]:
    found: list[FollowUp] = []
    problems: list[Problem] = []
    for text in texts:
        result = _decision(text, seats, held_on)
        if isinstance(result, Problem):
            problems.append(Problem(result.code, result.token, line, result.params))
        else:
            found.append(result)
    return found, problems


def _decision(written: str, seats: Sequence[Seat], held_on: date) -> FollowUp | Problem:
    taken = take_vote(written)
    if isinstance(taken, Problem):
        return taken
    text, vote = taken
    owners = _OWNER.findall(text)
    if not owners:
        return (
            FollowUp(text[:LONGEST_DECISION], vote=vote)
            if text
            else Problem("decision_empty", written or "=>")
        )
    found = _in_charge(text, owners, seats, held_on)
    return found if isinstance(found, Problem) else replace(found, vote=vote)


def _in_charge(text: str, owners: Sequence[str], seats: Sequence[Seat], held_on: date) -> FollowUp | Problem:
    if len(owners) > 1:
        return Problem("two_in_charge", " ".join(f"@{owner}" for owner in owners))
    rest = _OWNER.sub(" ", text).strip()
    written = _DATE.search(rest)
    if written is None:
        return Problem("date_missing", f"@{owners[0]}")
    due_on = read_date(written["day"], held_on)
    if due_on is None:
        return Problem("date_unreadable", written["day"])
    person = find_person(owners[0], seats)
    if isinstance(person, Problem):
        return person
    words = rest[: written.start()].strip(" ,;:，；：")[:LONGEST_DECISION]
    return FollowUp(words, person.id, due_on) if words else Problem("decision_empty", text)


def read_date(text: str, after: date) -> date | None:
    """The day meant; without a year (or month) the first such day on or after the meeting."""
    if text.endswith("月底"):
        first = after.replace(day=1)
        return _month_end((first + timedelta(days=32)) if text.startswith("下") else first)
    if text == "年底":
        return date(after.year, 12, 31)
    full = _FULL.match(text)
    if full is None:
        return _day_of_month(int(text[:-1]), after)
    year, month, day = (int(part) if part else None for part in full.groups())
    return _day_of_year(year, month or 0, day or 0, after)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _day_of_month(day: int, after: date) -> date | None:
    month = after if day >= after.day else _month_end(after) + timedelta(days=1)
    last = monthrange(month.year, month.month)[1]
    return month.replace(day=day) if 1 <= day <= last else None


def _day_of_year(year: int | None, month: int, day: int, after: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        this = date(after.year, month, day)
        return this if this >= after else date(after.year + 1, month, day)
    except ValueError:
        return None
