"""Finds the person somebody meant: a row number, a name, pinyin initials, a post. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.rules.records import Seat
from branches.choices import PostKind

# "李书记" means the secretary called Li, "书记" whoever is secretary.
POST_WORDS = (
    ("副书记", PostKind.DEPUTY_SECRETARY),
    ("书记", PostKind.SECRETARY),
    ("组织委员", PostKind.ORGANISATION),
    ("宣传委员", PostKind.PUBLICITY),
    ("纪检委员", PostKind.DISCIPLINE),
    ("组长", PostKind.GROUP_LEADER),
    ("记录员", PostKind.RECORDER),
)


# Full-width digits, letters and signs as phones type them; Chinese punctuation stays as it is.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "！，：；？（）"}
_PLAIN[0x3000] = 0x20


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: a code, the very words, their line, and what else the sentence needs."""

    code: str
    token: str
    line: int = 1
    params: dict[str, Any] = field(default_factory=dict)


def plain(text: str) -> str:
    return text.translate(_PLAIN)


def find_person(token: str, seats: Sequence[Seat]) -> Seat | Problem:
    """The one person the words fit, or why not."""
    fitting = _fitting(token, seats)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return Problem("person_unknown", token)
    names = "、".join(f"{seat.number} {seat.name}" for seat in fitting)
    return Problem("person_ambiguous", token, params={"names": names})


def _fitting(token: str, seats: Sequence[Seat]) -> list[Seat]:
    """The first way of reading that fits anybody decides."""
    number = token.removesuffix("号")
    if number.isdecimal():
        return [seat for seat in seats if seat.number == int(number)]
    ways = (
        [seat for seat in seats if seat.name == token],
        _by_post(token, seats),
        [seat for seat in seats if token.isascii() and seat.initials == token.lower()],
        [seat for seat in seats if seat.name.startswith(token)],
    )
    return next((way for way in ways if way), [])


def _by_post(token: str, seats: Sequence[Seat]) -> list[Seat]:
    for word, post in POST_WORDS:
        if token.endswith(word):
            name = token.removesuffix(word)
            return [seat for seat in seats if post in seat.posts and seat.name.startswith(name)]
    return []
