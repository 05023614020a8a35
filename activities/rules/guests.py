"""Guests, one a line: "P0100000123 王建国" is a member of another branch, "王小明（入党积极分子）" no member.

Kept as typed; who it is, is not said here. Pure."""

import re
from collections.abc import Sequence

from activities.rules.people import Problem, plain
from activities.rules.records import GuestLine

MOST = 30
LONGEST_NUMBER, LONGEST_NAME, LONGEST_ROLE = 20, 60, 60
_BREAK = re.compile(r"[;；\n]")
_GAP = re.compile(r"[\s,，、]+")
_ROLE = re.compile(r"(?P<name>[^(（:：]+)(?:[(（](?P<inside>.+)[)）]|[:：](?P<after>.+))")
_NUMBER = re.compile(r"(?=.*[0-9])[A-Za-z0-9-]+", re.ASCII)


def parse_guests(text: str) -> tuple[list[GuestLine], list[Problem]]:
    """The guests named, and every line that lacks a number or a name or stands there twice."""
    found: list[GuestLine] = []
    problems: list[Problem] = []
    for line, words in enumerate(_BREAK.split(plain(text)), start=1):
        guest = _read(words)
        if guest is None:
            if words.strip():
                problems.append(Problem("guest_needs_both", words.strip(), line))
        elif guest in found:
            problems.append(Problem("guest_twice", guest.name, line))
        else:
            found.append(guest)
    if len(found) > MOST:
        problems.append(Problem("guests_too_many", str(MOST)))
    return found, problems


def _read(words: str) -> GuestLine | None:
    tokens = [token for token in _GAP.split(words) if token]
    numbers = [token for token in tokens if _NUMBER.fullmatch(token)]
    if not numbers:
        return _invited(words.strip())
    name = " ".join(token for token in tokens if token not in numbers)
    if len(numbers) != 1 or not name or len(numbers[0]) > LONGEST_NUMBER or len(name) > LONGEST_NAME:
        return None
    return GuestLine(numbers[0], name)


def _invited(words: str) -> GuestLine | None:
    """Nobody's number, but as what they came: else a number was forgotten."""
    found = _ROLE.fullmatch(words)
    if found is None:
        return None
    name, role = found["name"].strip(), (found["inside"] or found["after"]).strip()
    if not name or not role or len(name) > LONGEST_NAME or len(role) > LONGEST_ROLE:
        return None
    return GuestLine("", name, role)


def write_guests(guests: Sequence[GuestLine]) -> str:
    """The lines that read back as these guests."""
    return "\n".join(
        f"{guest.number} {guest.name}" if guest.number else f"{guest.name} ({guest.role})" for guest in guests
    )
