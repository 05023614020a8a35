"""Reads `data/duty_sheets.yaml`: what happened to each branch day by day, and the cells it must come to."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "duty_sheets.yaml"
RULES = {
    "themeday": ("themeday.freq", "month"),
    "committee": ("meeting.committee.freq", "month"),
    "group": ("meeting.group.freq", "month"),
    "general": ("meeting.general.freq", "quarter"),
    "lecture": ("lecture.freq", "quarter"),
    "orglife": ("orglife.freq", "year"),
    "review": ("review.freq", "year"),
    "talk": ("talk.freq", "year"),
}
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
NOT_A_KIND = {"void": "held", "moved": "held", "elsewhere": "held"}
A_WEEK = timedelta(days=7)

# Rule, number of the party group (0: none), first and last day.
Cell = tuple[str, int, date, date]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it was typed, and what became of it."""

    state: str
    kinds: tuple[str, ...]
    group: int
    held_on: date
    entered_on: date
    moved_to: date | None = None
    is_voided: bool = False
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Something that became of the branch or one of its groups, and the day the portal learned of it."""

    known_on: date
    on: date
    what: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    year: int
    seen: date
    branch: dict[str, Any]
    local: tuple[dict[str, Any], ...]
    changes: tuple[Change, ...]
    entries: tuple[Entry, ...]
    cells: dict[Cell, str] = field(hash=False)
    advice: tuple[str, ...]

    @property
    def number(self) -> int:
        return int(self.title.split()[0])


def read() -> list[Sheet]:
    return [_sheet(line) for line in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _sheet(line: dict[str, Any]) -> Sheet:
    year = line["year"]
    return Sheet(
        title=line["title"],
        year=year,
        seen=line.get("seen", date(year + 1, 1, 31)),
        branch=line["branch"],
        local=tuple(line.get("local", ())),
        changes=tuple(sorted(_changes(line), key=lambda each: (each.known_on, each.on))),
        entries=tuple(_entries(line.get("records", {}), year)),
        cells=_cells(line["sheet"], year),
        advice=tuple(line.get("advice", ())),
    )


def _changes(line: dict[str, Any]) -> list[Change]:
    found = [
        Change(each.get("entered", each["day"]), each["day"], name, each[name])
        for each in line.get("history", ())
        for name in ("form", "sector", "has_committee")
        if name in each
    ]
    for number, days in line.get("groups", {}).items():
        founded, _, ended = str(days).partition(" .. ")
        for what, day in (("group", founded), ("group_end", ended)):
            if day:
                on = date.fromisoformat(day)
                found.append(Change(on, on, what, number))
    if end := line.get("ends"):
        found.append(Change(end.get("entered", end["day"]), end["day"], end["by"]))
    return found


def _entries(records: dict[str, dict[str, str]], year: int) -> list[Entry]:
    found = []
    for state, kinds in records.items():
        for words, days in kinds.items():
            kind, _, group = words.partition(" ")
            for held, moved, entered in _days(str(days), year):
                found.append(
                    Entry(
                        NOT_A_KIND.get(state, state), tuple(kind.split("+")), int(group or 0), held, entered,
                        moved, state == "void", state == "elsewhere",
                    )
                )  # fmt: skip
    return found


def _days(text: str, year: int) -> list[tuple[date, date | None, date]]:
    """(held, moved to, entered) of each day named."""
    found = []
    for token in re.findall(r"\d+th of \d+-\d+|[^\s,]+", text):
        if months := re.fullmatch(r"(\d+)th of (\d+)-(\d+)", token):
            day, first, last = map(int, months.groups())
            found += [(on := date(year, month, day), None, on) for month in range(first, last + 1)]
            continue
        days, _, entered = token.partition("@")
        held, _, moved = days.partition(">")
        on = _day(held, year)
        found.append((on, _day(moved, year) if moved else None, _day(entered, year) if entered else on))
    return found


def _day(text: str, year: int) -> date:
    return date.fromisoformat(text if text.count("-") > 1 else f"{year}-{text}")


def _cells(sheet: dict[str, str], year: int) -> dict[Cell, str]:
    found: dict[Cell, str] = {}
    for words, letters in sheet.items():
        head, _, local = words.partition(" per ")
        name, _, group = head.partition(" ")
        rule, length = RULES[name]
        months = MONTHS[local or length]
        for place, letter in enumerate(str(letters).split()):
            first = place * months + 1
            ends_on = date(year + (first + months) // 13, (first + months - 1) % 12 + 1, 1) - timedelta(
                days=1
            )
            if letter != "-":
                found[rule, int(group or 0), date(year, first, 1), ends_on] = letter
    return found
