"""Thirty meetings of one branch in five days: what a hand types, and what the database must hold then."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page

from drills._stack import Stack

KINDS = ("general", "theme_day", "lecture", "org_life", "talk", "other")
DAYS = 5
RECORD = """SELECT a.id, a.kind, a.held_on, to_char(a.starts_at, 'HH24:MI'), to_char(a.ends_at, 'HH24:MI'),
  a.place, a.note, a.chair_id, a.recorder_id, a.branch_id
  FROM activities_activity a WHERE a.title = %s AND a.state = 'held' ORDER BY a.id"""
AWAY = """SELECT member_id, presence, reason, remark FROM activities_attendanceexception
  WHERE activity_id = %s ORDER BY member_id"""
ITEMS = """SELECT i.topic, d.text, d.owner_id, d.due_on FROM activities_agendaitem i
  LEFT JOIN activities_decision d ON d.item_id = i.id
  WHERE i.activity_id = %s ORDER BY i.position, d.position"""


@dataclass
class Plan:
    """One meeting as it is typed; `away` and `people` are known once the roster stands on the phone."""

    number: int
    kind: str
    held_on: date
    branch: int = 0
    people: dict[str, int | None] = field(default_factory=dict)
    away: list[tuple[int, str, str, str]] = field(default_factory=list)
    items: list[tuple[str, str | None, int | None, date | None]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"无网第{self.number:02d}次会议"

    @property
    def hours(self) -> tuple[str, str]:
        return f"{8 + self.number % 8:02d}:{self.number % 60:02d}", f"{10 + self.number % 8:02d}:30"

    @property
    def place(self) -> str:
        return f"第{self.number}村民组活动室"

    @property
    def note(self) -> str:
        return f"记录第{self.number}号\r\n逐条宣读，“原样”保留 <b>&amp;</b>"

    def type(self, page: Page) -> None:
        """By hand, as a secretary without network does; the clock of the phone says which day it is."""
        page.select_option("#offline-meeting [name=sitting]", f"{self.kind}:")
        page.locator("#offline-meeting details").evaluate_all(
            "all => all.forEach(each => { each.open = true })"
        )
        seats = self._seats(page)
        line, ticked = self._choose(seats)
        texts = {
            "held_on": f"{self.held_on:%Y-%m-%d}", "starts_at": self.hours[0], "ends_at": self.hours[1],
            "place": self.place, "title": self.title, "note": self.note.replace("\r\n", "\n"), "away": line,
            "items": self._agenda(seats),
        }  # fmt: skip
        for name, text in texts.items():
            page.fill(f"#offline-meeting [name={name}]", text)
        page.locator(f"#offline-meeting [name=p-{ticked}][value=absent]").evaluate("each => each.click()")

    def _seats(self, page: Page) -> list[tuple[int, str]]:
        """Ids and names in the order of their row numbers, and who leads."""
        rows = page.locator("#offline-meeting [data-seat]").evaluate_all(
            "rows => rows.map(row => [Number(row.querySelector('input').name.slice(2)),"
            " row.querySelector('[data-name]').textContent])"
        )
        for name in ("chair", "recorder"):
            value = page.input_value(f"#offline-meeting [name={name}]")
            self.people[name] = int(value) if value else None
        self.branch = int(page.input_value("#offline-meeting [name=branch]"))
        return [(pk, name) for pk, name in rows]

    def _choose(self, seats: list[tuple[int, str]]) -> tuple[str, int]:
        """Three by row number in the line, one by a tick; never who leads."""
        free = [row for row, (pk, _) in enumerate(seats, 1) if pk not in self.people.values()]
        rows = [free[(self.number * 3 + step) % len(free)] for step in (0, 5, 9, 13)]
        a, b, c, d = (seats[row - 1][0] for row in rows)
        self.away = sorted([
            (a, "leave", "work", ""), (b, "leave", "work", ""), (d, "absent", "", ""),
            (c, "leave", "illness", f"住院{self.number}天"),
        ])  # fmt: skip
        return f"{rows[0]} {rows[1]} 请假 工作；{rows[2]} 病假：住院{self.number}天", d

    def _agenda(self, seats: list[tuple[int, str]]) -> str:
        names = [name for _, name in seats]
        owner, name = next(
            (pk, name) for pk, name in seats[self.number % 5 :] if names.count(name) == 1 and len(name) > 1
        )
        due = self.held_on + timedelta(days=40)
        decided = f"由专人落实第{self.number}件"
        self.items = [(f"议题{self.number}", decided, owner, due), ("其他", None, None, None)]
        return f"议题{self.number} => {decided} @{name} {due:%Y-%m-%d}\n其他"

    def wanted(self) -> tuple[Any, ...]:
        leads = (self.people["chair"], self.people["recorder"])
        return (self.kind, self.held_on, *self.hours, self.place, self.note, *leads, self.branch)

    def rows(self, stack: Stack) -> list[tuple[Any, ...]]:
        return stack.query(RECORD, self.title)

    def differences(self, stack: Stack) -> list[str]:
        """Every field of the one record that is not what was typed."""
        ((pk, *found),) = self.rows(stack)
        checks = (
            ("record", self.wanted(), tuple(found)),
            ("away", self.away, stack.query(AWAY, pk)),
            ("items", self.items, stack.query(ITEMS, pk)),
        )
        return [f"{self.title} {name}: {want} != {got}" for name, want, got in checks if want != got]


def plans(today: date) -> list[Plan]:
    """Six kinds on each of the five days up to today."""
    days = [today - timedelta(days=DAYS - 1 - step) for step in range(DAYS)]
    pairs = [(kind, day) for day in days for kind in KINDS]
    return [Plan(number, kind, day) for number, (kind, day) in enumerate(pairs, 1)]
