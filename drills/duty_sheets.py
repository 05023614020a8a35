"""Forty branch-years come to the sheets written by hand from the regulations, however they were played.

Each branch of `data/duty_sheets.yaml` is lived three times on PostgreSQL: night by night with every record
saved on the day it was entered; the nights first and then the records in a shuffled order; and all records
first, opened in one pass as a loader does. Every cell is compared, and every row that no cell speaks of is a
difference. Then faults are planted in the engine one at a time: each must turn the very cell it is about.

    ./portal drill duty-sheets
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from bench import stage  # sets Django up before any model is imported

# isort: split
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from activities.choices import ActivityState
from activities.models import Activity, Duty
from activities.workflows import duties as engine
from branches.choices import Form, Kind, Sector
from branches.models import Organization, PartyGroup
from branches.provisions import PROVISIONS as BRANCH_PROVISIONS
from branches.queries import rulebook_for
from branches.rules import child_path, set_up_advice
from branches.workflows import groups, tree
from branches.workflows.history import Order
from drills._duty_faults import FAULTS, Fault
from drills._planting import planted
from drills._sheets import A_WEEK, Change, Entry, Sheet, read
from orgportal.core.models import LocalProvision, User
from orgportal.core.names import place_key
from orgportal.core.scoping import Grant, Scope

SEED = 4
LETTERS = {
    "on_time": "T", "late": "L", "excused": "E", "did_not_meet": "D", "missing": "M", "not_due": ".",
    "not_applicable": "/", "no_data": "?",
}  # fmt: skip
NOTHING = "-"
ANYWHERE = Scope(grants=(Grant("", frozenset({"branch.edit", "branch.dissolve", "group.edit"})),))
Step = tuple[date, int, Callable[[], None]]


def moment(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


class Played:
    """The branch of one sheet, with a committee of its own above it and another branch next door."""

    def __init__(self, sheet: Sheet, place: int, district: Organization, typist: User) -> None:
        self.sheet, self.typist = sheet, typist
        self.groups: dict[int, PartyGroup] = {}
        above = _body(district, place, f"第{sheet.number}党委", Kind.COMMITTEE, date(1980, 1, 1))
        facts = sheet.branch
        self.branch = _body(
            above, 1, f"第{sheet.number}号党支部", Kind.BRANCH, facts["founded"],
            form=facts.get("form", Form.REGULAR), sector=facts["sector"], has_committee=facts["committee"],
        )  # fmt: skip
        self.next_door = _body(above, 2, f"第{sheet.number}号邻支部", Kind.BRANCH, date(2010, 1, 1))
        for rule in sheet.local:
            LocalProvision.objects.create(
                key=rule["key"], path=(self.branch if rule["of"] == "branch" else above).path,
                value=rule["value"], instrument="区委通知", valid_from=rule["from"], valid_to=rule.get("to"),
                recorded_at=moment(rule["from"]),
            )  # fmt: skip

    def changes(self) -> list[Step]:
        return [(each.known_on, 0, lambda each=each: self.change(each)) for each in self.sheet.changes]

    def change(self, change: Change) -> None:
        """Through the branches' own doors; what was so before the year is simply there."""
        body = Organization.unscoped.get(pk=self.branch.pk)
        order = Order(on=change.on, basis="支委会决议", version=body.version)
        how = {"actor": self.typist, "scope": ANYWHERE, "at": moment(change.known_on, 8)}
        if change.what == "group":
            name = f"第{change.value}党小组"
            self.groups[change.value] = PartyGroup.unscoped.create(
                branch=body, name=name, founded_on=change.on
            )
        elif change.what == "group_end":
            group = PartyGroup.unscoped.get(pk=self.groups[change.value].pk)
            groups.end_group(group, Order(on=change.on, version=group.version), **how)
        elif change.what == "merged":
            tree.mark_merged(body, self.next_door, order, **how)
        elif change.what == "dissolved":
            tree.dissolve(body, order, **how)
        else:
            kept = {name: getattr(body, name) for name in ("sector", "form", "has_committee")}
            tree.change_details(body, tree.Details(**{**kept, change.what: change.value}), order, **how)

    def entries(self) -> list[Step]:
        found: list[Step] = []
        for number, entry in enumerate(self.sheet.entries, 1):
            saved: list[Activity] = []
            found.append((entry.entered_on, number, lambda e=entry, s=saved: s.append(self.save(e))))
            after = entry.entered_on + (timedelta(days=1) if entry.is_voided else A_WEEK)
            if entry.is_voided or entry.moved_to:
                found.append((after, number, lambda e=entry, s=saved, on=after: self.correct(e, s[0], on)))
        return found

    def save(self, entry: Entry, at: datetime | None = None) -> Activity:
        row = self.row(entry)
        row.save(force_insert=True)
        engine.apply_record(row, at=at or moment(entry.entered_on))
        return row

    def correct(self, entry: Entry, row: Activity, on: date) -> None:
        was_on = row.held_on
        self.put_right(entry, row)
        row.save()
        engine.apply_record(row, at=moment(on), also_on=(was_on,))

    def put_right(self, entry: Entry, row: Activity) -> None:
        if entry.is_voided:
            row.state, row.reason = ActivityState.VOID, "录错"
        else:
            row.held_on = entry.moved_to

    def row(self, entry: Entry) -> Activity:
        group = self.groups[entry.group] if entry.group else None
        return Activity(
            branch=self.next_door if entry.is_elsewhere else self.branch, group=group, kind=entry.kinds[0],
            also_kinds=list(entry.kinds[1:]), state=entry.state, title="活动", held_on=entry.held_on,
            reason="" if entry.state in {"held", "planned"} else "防汛", recorded_at=moment(entry.entered_on),
            recorded_by=self.typist, changed_at=moment(entry.entered_on),
        )  # fmt: skip

    def differences(self) -> list[tuple[Any, str, str]]:
        """(cell, wanted, found) of everything that is not as the sheet says."""
        numbers = {group.pk: number for number, group in self.groups.items()}
        rows = Duty.unscoped.filter(branch=self.branch, starts_on__year=self.sheet.year)
        found = {
            (rule, numbers.get(group, 0), starts_on, ends_on): LETTERS[state]
            for rule, group, starts_on, ends_on, state in rows.values_list(
                "rule", "group_id", "starts_on", "ends_on", "state"
            )
        }
        wanted = self.sheet.cells
        wrong = [
            (cell, wanted.get(cell, NOTHING), found.get(cell, NOTHING))
            for cell in sorted(wanted.keys() | found.keys())
        ]
        wrong = [each for each in wrong if not _agree(*each[1:])]
        advice = self.advice()
        return wrong if advice == self.sheet.advice else [*wrong, ("advice", self.sheet.advice, advice)]

    def advice(self) -> tuple[str, ...]:
        body = Organization.unscoped.get(pk=self.branch.pk)
        book = rulebook_for(body.path, BRANCH_PROVISIONS, self.sheet.seen)
        found = set_up_advice(
            form=Form(body.form), has_committee=body.has_committee, formal=self.sheet.branch["formal"],
            probationary=0, book=book, on=self.sheet.seen,
        )  # fmt: skip
        return tuple(each.code for each in found)


def _agree(wanted: str, found: str) -> bool:
    return found in {NOTHING, "/"} if wanted == "~" else found == wanted


_codes = count(1)


def _body(
    parent: Organization | None, number: int, name: str, kind: Kind, founded: date, **facts: Any
) -> Any:
    return Organization.unscoped.create(
        parent=parent, path=child_path(parent.path if parent else "", number), code=f"S{next(_codes):06d}",
        name=name, short_name=name[:40], name_key=place_key(name), kind=kind, established_on=founded,
        **{"sector": Sector.COMMUNITY, **facts},
    )  # fmt: skip


# --- three ways to live a year


def night(on: date) -> None:
    engine.open_duties(on, at=moment(on, 23))
    engine.settle_duties(on, at=moment(on, 23))


def nights_of(played: list[Played]) -> list[date]:
    """The first, the middle and the last of each month, and after every change of a branch."""
    year, last = played[0].sheet.year, max(each.sheet.seen for each in played)
    days = {each.sheet.seen for each in played}
    days |= {step[0] for each in played for step in each.changes() if step[0].year >= year}
    day = date(year, 1, 1)
    while day <= last:
        if day.day in {1, 15} or (day + timedelta(days=1)).day == 1:
            days.add(day)
        day += timedelta(days=1)
    return sorted(days)


Wrong = dict[int, list[tuple[Any, str, str]]]


def by_nights(played: list[Played], random: Random) -> Wrong:
    """Everything on the day the portal learned of it, a night after it."""
    steps = sorted(
        (step for each in played for step in (*each.changes(), *each.entries())), key=lambda step: step[:2]
    )
    wrong: Wrong = {}
    for on in nights_of(played):
        while steps and steps[0][0] <= on:
            steps.pop(0)[2]()
        night(on)
        wrong |= _seen(played, on)
    return wrong


def shuffled(played: list[Played], random: Random) -> Wrong:
    """The nights of the year without a record; on the day the sheet is read all are saved, in any order."""
    steps = sorted((step for each in played for step in each.changes()), key=lambda step: step[:2])
    wrong: Wrong = {}
    for on in nights_of(played):
        while steps and steps[0][0] <= on:
            steps.pop(0)[2]()
        night(on)
        mine = [each for each in played if each.sheet.seen == on]
        todo = [(each, entry) for each in mine for entry in each.sheet.entries if entry.entered_on <= on]
        random.shuffle(todo)
        for each, entry in todo:
            row = each.save(entry, moment(on))
            if entry.is_voided or entry.moved_to:
                each.correct(entry, row, on)
        if mine:
            night(on)
        wrong |= _seen(played, on)
    return wrong


def at_once(played: list[Played], random: Random) -> Wrong:
    """As a loader does: history and records are there, the year is opened in one pass."""
    wrong: Wrong = {}
    by_day: defaultdict[date, list[Played]] = defaultdict(list)
    for each in played:
        by_day[each.sheet.seen].append(each)
        for *_, step in sorted(each.changes(), key=lambda step: step[:2]):
            step()
    for on, mine in sorted(by_day.items()):
        rows = []
        for each in mine:
            for entry in each.sheet.entries:
                row = each.row(entry)
                if entry.is_voided or entry.moved_to:
                    each.put_right(entry, row)
                rows.append(row)
        Activity.unscoped.bulk_create(rows)
        for each in mine:
            above = each.branch.path
            engine.open_duties(on, since=date(each.sheet.year, 1, 1), path=above, at=moment(on, 23))
        wrong |= _seen(mine, on)
    return wrong


def _seen(played: list[Played], on: date) -> Wrong:
    found = {each.sheet.number: each.differences() for each in played if each.sheet.seen == on}
    return {number: wrong for number, wrong in found.items() if wrong}


WAYS = (by_nights, shuffled, at_once)


def play(sheets: Iterable[Sheet], way: Callable[[list[Played], Random], Wrong]) -> Wrong:
    """The sheets of each year in a world of their own, which is gone afterwards."""
    years: defaultdict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        years[sheet.year].append(sheet)
    wrong: Wrong = {}
    for _, mine in sorted(years.items()):
        with transaction.atomic():
            typist = User.objects.create(user_name="typist", display_name="录入员", created_at=timezone.now())
            district = _body(None, 1, "区委", Kind.COMMITTEE, date(1950, 1, 1))
            played = [Played(sheet, place, district, typist) for place, sheet in enumerate(mine, 1)]
            wrong |= way(played, Random(SEED))  # noqa: S311
            transaction.set_rollback(True)
    return wrong


# --- planted faults


def caught(fault: Fault, sheets: list[Sheet]) -> bool:
    """Whether the very cell the fault is about comes out as the fault would have it."""
    sheet = next(each for each in sheets if each.number == fault.sheet)
    with planted(fault.changes):
        wrong = play([sheet], by_nights).get(fault.sheet, [])
    return any(
        (cell[0], cell[1], cell[2]) == fault.cell and found == fault.letter
        for cell, _, found in wrong
        if cell != "advice"
    )


def main() -> int:
    call_command("migrate", verbosity=0)
    sheets = read()
    cells = sum(len(sheet.cells) for sheet in sheets)
    differences = 0
    for way in WAYS:
        wrong = play(sheets, way)
        for sheet in sheets:
            for cell, wanted, found in wrong.get(sheet.number, ()):
                differences += 1
                words = cell if cell == "advice" else f"{cell[0]} group {cell[1]} {cell[2]}..{cell[3]}"
                print(f"WRONG {way.__name__}: sheet {sheet.number}, {words}: {found}, not {wanted}")
        print(f"{way.__name__}: {sum(map(len, wrong.values()))} differences", flush=True)
    missed = [fault.name for fault in FAULTS if not caught(fault, sheets)]
    for name in missed:
        print("NOT CAUGHT", name)
    print(stage.machine())
    print(f"planted faults caught: {len(FAULTS) - len(missed)} of {len(FAULTS)}")
    print(f"{len(sheets)} branch-years, {cells} cells, lived {len(WAYS)} ways, {differences} differences")
    return 1 if differences or missed or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
