"""Opens, decides and settles duties: each row is written in the transaction of what decided it. Safe to
repeat; a constant number of queries a batch, never a query a branch or a month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Activity, Duty
from activities.models.duties import DutyQuerySet
from activities.provisions import PROVISIONS, RULE_BY_KEY
from activities.rules.duties import (
    BranchFacts,
    DutyFacts,
    GroupFacts,
    Owed,
    Period,
    RecordFacts,
    Said,
    SetUp,
    calendar_on,
    days_since,
    decide,
    frequency_on,
    is_asked,
    is_owed,
    owed_in,
)
from branches.choices import EventKind, Form, Sector
from branches.models import Organization, OrganizationEvent, PartyGroup
from branches.queries import rulebooks_for
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import AFTER

SQL = Path(__file__).resolve().parent.parent / "sql"
BATCH = 500
SAID = ("branch_id", "id", "kind", "also_kinds", "state", "held_on", "day", "group_id", "reason")
HISTORY = ("organization_id", "kind", "on", "before", "recorded_at")
# What of a body's history decides its duties.
DECIDING = (EventKind.CHANGED, EventKind.DISSOLVED, EventKind.MERGED_INTO)
# How long a body that has ended is still looked at, and what was learned of one late is followed backwards.
LOOKS_BACK = timedelta(days=400)
LEARNED_WITHIN = timedelta(days=40)
HELD_AGAINST = (DutyState.MISSING, DutyState.LATE)
Owing = list[tuple[int, Owed]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a batch of branches is judged by, read once."""

    branches: dict[int, BranchFacts]
    books: dict[int, Rulebook]
    # The first day of what was learned lately of a branch.
    learned: dict[int, date]
    on: date
    at: datetime


class Stored(NamedTuple):
    """As much of a duty as tells whether it is still owed: thousands are looked at, few change."""

    pk: int
    branch_id: int
    rule: str
    group_id: int | None
    starts_on: date
    ends_on: date
    is_owed: bool
    state: str


@dataclass(slots=True)
class Opening:
    """A duty about to be stored."""

    rule: str
    branch_id: int
    group_id: int | None
    starts_on: date
    ends_on: date
    due_on: date
    is_owed: bool
    state: str = DutyState.NOT_DUE
    activity_id: int | None = None
    reason: str = ""


def open_duties(on: date, *, since: date | None = None, path: str = "", at: datetime | None = None) -> int:
    """Open what every branch owes in the periods of that day, and of all months from `since` on; return how
    many rows were added, each decided as it stands that day.

    Repeated, it adds what is new since (a party group, a branch) and follows what became of a branch: a
    committee elected or gone, another form, its end, also where the portal learned of it late.
    """
    days = days_since(since or on, on)
    opened = 0
    for branches in _batches(days, path):
        with transaction.atomic():
            bench = _bench(branches, on, at or _morning(on))
            owing = _owing(bench, days)
            _follow(bench)
            opened += _add(owing, bench)
    return opened


def settle_duties(on: date, *, path: str = "", at: datetime | None = None) -> int:
    """Decide what is past its due day and still open; return how many rows changed."""
    waiting = Duty.unscoped.filter(state=DutyState.NOT_DUE, due_on__lt=on)
    if path:
        waiting = waiting.filter(branch__path__gte=path, branch__path__lt=path + AFTER)
    ids = sorted(set(waiting.values_list("branch_id", flat=True)))
    settled = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            rows = _locked(waiting.filter(branch_id__in=ids[start : start + BATCH]))
            bench = _bench(_branches_of(rows), on, at or _morning(on))
            for row in rows:
                row.is_owed = _is_still_owed(row, bench)
            settled += _decide(rows, bench)
    return settled


def apply_record(activity: Activity, *, at: datetime, also_on: Iterable[date] = ()) -> list[Duty]:
    """Decide anew what this record (and the day it was moved from) may answer; return the duties it does."""
    bench = _bench([activity.branch], timezone.localdate(at), at)
    days = sorted({activity.held_on, *also_on})
    kinds = {ActivityKind(kind) for kind in activity.kinds}
    for day in days:
        owing = _owing(bench, [day])
        _add([line for line in owing if RULE_BY_KEY[line[1].rule].answered_by in kinds], bench)
    touched = reduce(or_, (Q(starts_on__lte=day, ends_on__gte=day) for day in days))
    rows = _locked(Duty.unscoped.filter(touched, branch_id=activity.branch_id))
    _decide(rows, bench)
    return [row for row in rows if row.activity_id == activity.pk]


def owing_of(
    branches: list[Organization], days: list[date], at: datetime
) -> tuple[Owing, dict[int, Rulebook]]:
    """What these branches owe in the periods of those days by the rules alone, opened or not; their rules."""
    bench = _bench(branches, timezone.localdate(at), at)
    return _owing(bench, days), bench.books


def _morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


# --- reading


def _batches(days: list[date], path: str) -> Iterator[list[Organization]]:
    """Branches that stood on any of the days, or not long before."""
    rows = Organization.unscoped.branches().standing_between(days[0] - LOOKS_BACK, days[-1]).order_by("path")
    if path:
        rows = rows.filter(path__gte=path, path__lt=path + AFTER)
    last = ""
    while batch := list(rows.filter(path__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].path


def _branches_of(rows: list[Duty]) -> list[Organization]:
    return list(Organization.unscoped.filter(pk__in={row.branch_id for row in rows}))


def _bench(branches: list[Organization], on: date, at: datetime) -> Bench:
    groups: dict[int, list[GroupFacts]] = defaultdict(list)
    found = PartyGroup.unscoped.filter(branch__in=branches).order_by("id")
    for pk, branch_id, founded_on, ended_on in found.values_list("id", "branch_id", "founded_on", "ended_on"):
        groups[branch_id].append(GroupFacts(pk, founded_on, ended_on))
    books = rulebooks_for([branch.path for branch in branches], PROVISIONS, on)
    changes, learned = _history(branches, at)
    return Bench(
        branches={branch.pk: _facts(branch, groups[branch.pk], changes[branch.pk]) for branch in branches},
        books={branch.pk: books[branch.path] for branch in branches},
        learned=learned,
        on=on,
        at=at,
    )


def _history(
    branches: list[Organization], at: datetime
) -> tuple[dict[int, list[tuple[date, dict[str, Any]]]], dict[int, date]]:
    """What each branch was before each of its changes, oldest first; and since when its past reads anew."""
    changes: dict[int, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    learned: dict[int, date] = {}
    rows = OrganizationEvent.objects.filter(organization__in=branches, kind__in=DECIDING)
    for pk, kind, on, before, recorded_at in rows.order_by("on", "id").values_list(*HISTORY):
        if kind == EventKind.CHANGED:
            changes[pk].append((on, before))
        if recorded_at >= at - LEARNED_WITHIN:
            learned.setdefault(pk, on)
    return changes, learned


def _facts(
    branch: Organization, groups: list[GroupFacts], changes: list[tuple[date, dict[str, Any]]]
) -> BranchFacts:
    was: dict[str, Any] = {name: getattr(branch, name) for name in ("form", "sector", "has_committee")}
    before = []
    for on, values in reversed(changes):
        told = {name: value for name, value in values.items() if name in was}
        if told:
            was |= told
            before.append(_set_up(on - timedelta(days=1), **was))
    return BranchFacts(
        id=branch.pk,
        form=Form(branch.form),
        sector=Sector(branch.sector),
        has_committee=branch.has_committee,
        established_on=branch.established_on,
        dissolved_on=branch.dissolved_on,
        groups=tuple(groups),
        before=tuple(reversed(before)),
    )


def _set_up(until: date, *, form: str, sector: str, has_committee: bool) -> SetUp:
    return SetUp(until, Form(form), Sector(sector), has_committee)


def _locked(rows: DutyQuerySet) -> list[Duty]:
    """In one order, so that two writers wait for each other instead of locking crosswise."""
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _said(rows: Sequence[Duty | Opening]) -> dict[int, Said]:
    """What the branches of these duties have said in the periods of these duties, by branch."""
    said: dict[int, list[RecordFacts]] = defaultdict(list)
    found = Activity.unscoped.filter(
        branch_id__in={row.branch_id for row in rows},
        held_on__range=(min(row.starts_on for row in rows), max(row.ends_on for row in rows)),
        state__in=(ActivityState.HELD, ActivityState.EXCUSED, ActivityState.DID_NOT_MEET),
    ).annotate(day=TruncDate("recorded_at"))
    for branch, pk, kind, also, state, held_on, day, group, reason in found.values_list(*SAID):
        kinds = _kinds(kind, tuple(also))
        said[branch].append(RecordFacts(pk, kinds, ActivityState(state), held_on, day, group, reason))
    return {branch: Said(records) for branch, records in said.items()}


@cache
def _kinds(kind: str, also: tuple[str, ...]) -> frozenset[ActivityKind]:
    return frozenset(ActivityKind(each) for each in (kind, *also))


# --- deciding


def _owing(bench: Bench, days: list[date]) -> Owing:
    """What each branch owes in the periods of those days, oldest first, each once."""
    found: dict[tuple[int, Owed], None] = {}
    # Bodies under the same local rules share one book, so they share one calendar.
    books = {id(book): book for book in bench.books.values()}
    for day in days:
        calendars = {name: calendar_on(book, day) for name, book in books.items()}
        for pk, facts in bench.branches.items():
            found.update(((pk, line), None) for line in owed_in(facts, calendars[id(bench.books[pk])]))
    return list(found)


def _add(owing: Owing, bench: Bench) -> int:
    """Rows that are not there yet, already decided by what was recorded before they were opened."""
    have = set(
        Duty.unscoped.filter(
            branch_id__in={branch for branch, _ in owing},
            starts_on__in={line.period.starts_on for _, line in owing},
        ).values_list("branch_id", "rule", "group_id", "starts_on")
    )
    rows = [
        Opening(
            line.rule, branch, line.group_id, line.period.starts_on, line.period.ends_on, line.period.ends_on,
            line.is_owed,
        )
        for branch, line in owing
        if (branch, line.rule, line.group_id, line.period.starts_on) not in have
    ]  # fmt: skip
    _judge(rows, bench)
    return _write("duties_open", rows, bench)


def _follow(bench: Bench) -> None:
    """Running periods follow the branch; so do past ones of what the portal has learned lately."""
    rows = Duty.unscoped.filter(_open_to_change(bench), branch_id__in=list(bench.branches))
    changed = {
        row.pk: owed
        for row in map(Stored._make, rows.values_list(*Stored._fields))
        if (owed := _is_still_owed(row, bench)) != row.is_owed or _is_held_against_the_unknown(row, bench)
    }
    locked = _locked(Duty.unscoped.filter(pk__in=changed)) if changed else []
    for row in locked:
        row.is_owed = changed[row.pk]
    _decide(locked, bench, always=True)


def _open_to_change(bench: Bench) -> Q:
    found = Q(starts_on__lte=bench.on, ends_on__gte=bench.on)
    ended = [
        group.id
        for branch in bench.branches.values()
        for group in branch.groups
        if group.ended_on is not None and group.ended_on >= bench.on - LOOKS_BACK
    ]
    if ended:
        found |= Q(group_id__in=ended)
    if bench.learned:
        found |= Q(branch_id__in=list(bench.learned), ends_on__gte=min(bench.learned.values()))
    if days := [day for book in bench.books.values() if (day := _taken_over(book, bench.on))]:
        found |= Q(state__in=HELD_AGAINST, starts_on__lt=max(days))
    return found


def _taken_over(book: Rulebook, on: date) -> date | None:
    """As is known that day, however long ago the duty in question was due."""
    value = book.value("duty.taken_over_on", on)
    return date.fromisoformat(value) if value else None


def _is_held_against_the_unknown(row: Stored, bench: Bench) -> bool:
    """Decided before anybody said that the records begin later."""
    taken_over = _taken_over(bench.books[row.branch_id], bench.on)
    return taken_over is not None and row.starts_on < taken_over and row.state in HELD_AGAINST


def _is_still_owed(row: Duty | Stored, bench: Bench) -> bool:
    branch, period = bench.branches[row.branch_id], Period(row.starts_on, row.ends_on)
    if not is_asked(row.rule, bench.books[branch.id], period):
        return False
    group = next((group for group in branch.groups if group.id == row.group_id), None)
    return is_owed(RULE_BY_KEY[row.rule], branch, period, group)


def _decide(rows: list[Duty], bench: Bench, *, always: bool = False) -> int:
    """Judge the rows and write those that came out differently; return how many."""
    before = {row.pk: (row.state, row.activity_id, row.reason) for row in rows}
    _judge(rows, bench)
    changed = [row for row in rows if always or before[row.pk] != (row.state, row.activity_id, row.reason)]
    columns = ("id", "state", "activity_id", "reason", "is_owed")
    return _write("duties_decide", [{name: getattr(row, name) for name in columns} for row in changed], bench)


def _write(statement: str, rows: Sequence[Any], bench: Bench) -> int:
    """Rows by the thousand in one statement; return how many it wrote."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / f"{statement}.sql").read_text(encoding="utf-8"),
            {"rows": orjson.dumps(rows).decode(), "at": bench.at},
        )
        return int(cursor.rowcount)


def _judge(rows: Sequence[Duty | Opening], bench: Bench) -> None:
    if not rows:
        return
    said = _said(rows)
    nothing = Said()
    for row in rows:
        duty = _duty_facts(row, bench.books[row.branch_id], bench.on)
        verdict = decide(duty, said.get(row.branch_id, nothing).about(duty), bench.on)
        row.state, row.activity_id, row.reason = verdict.state, verdict.record_id, verdict.reason


def _duty_facts(row: Duty | Opening, book: Rulebook, on: date) -> DutyFacts:
    asked = frequency_on(row.rule, book, row.starts_on)
    return DutyFacts(
        answered_by=RULE_BY_KEY[row.rule].answered_by,
        period=Period(row.starts_on, row.ends_on),
        due_on=row.due_on,
        is_owed=row.is_owed,
        group_id=row.group_id,
        grace_days=book.value("duty.record_grace_days", row.due_on),
        taken_over_on=_taken_over(book, on),
        times=asked.times if asked else 1,
    )
