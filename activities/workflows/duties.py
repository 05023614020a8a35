"""Opens, decides and settles duties: each row is written in the transaction of what decided it. Safe to
repeat; a constant number of queries a batch, never a query a branch or a month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any

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
    days_since,
    decide,
    is_owed,
    owed_on,
    stands_on,
)
from branches.choices import Form, Sector
from branches.models import Organization, PartyGroup
from branches.queries import rulebooks_for
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import AFTER

SQL = Path(__file__).resolve().parent.parent / "sql"
BATCH = 500
SAID = ("branch_id", "id", "kind", "also_kinds", "state", "held_on", "day", "group_id", "reason")
RUNNING = ("id", "branch_id", "rule", "group_id", "starts_on", "ends_on", "is_owed")
Owing = list[tuple[int, Owed]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a batch of branches is judged by, read once."""

    branches: dict[int, BranchFacts]
    books: dict[int, Rulebook]
    on: date
    at: datetime


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

    Repeated, it adds what is new since (a party group, a branch) and follows a committee elected or gone.
    """
    days = days_since(since or on, on)
    opened = 0
    for branches in _batches(days, path):
        with transaction.atomic():
            bench = _bench(branches, on, at or _morning(on))
            owing = _owing(bench, days)
            _follow(owing, bench)
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


def _morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


# --- reading


def _batches(days: list[date], path: str) -> Iterator[list[Organization]]:
    """Branches that stood on any of the days."""
    rows = Organization.unscoped.branches().standing_between(days[0], days[-1]).order_by("path")
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
    return Bench(
        branches={branch.pk: _facts(branch, groups[branch.pk]) for branch in branches},
        books={branch.pk: books[branch.path] for branch in branches},
        on=on,
        at=at,
    )


def _facts(branch: Organization, groups: list[GroupFacts]) -> BranchFacts:
    return BranchFacts(
        id=branch.pk,
        form=Form(branch.form),
        sector=Sector(branch.sector),
        has_committee=branch.has_committee,
        established_on=branch.established_on,
        dissolved_on=branch.dissolved_on,
        groups=tuple(groups),
    )


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
    for day in days:
        for pk, facts in bench.branches.items():
            if stands_on(facts, day):
                found.update(((pk, line), None) for line in owed_on(facts, bench.books[pk], day))
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


def _follow(owing: Owing, bench: Bench) -> None:
    """A running period follows the branch: a committee elected or gone, a change of form."""
    lines = {(branch, line.rule, line.group_id, line.period): line.is_owed for branch, line in owing}
    running = Duty.unscoped.filter(
        branch_id__in=list(bench.branches), starts_on__lte=bench.on, ends_on__gte=bench.on
    )
    changed = {}
    for pk, branch, rule, group, starts_on, ends_on, was_owed in running.values_list(*RUNNING):
        owed = lines.get((branch, rule, group, Period(starts_on, ends_on)), was_owed)
        if owed != was_owed:
            changed[pk] = owed
    rows = _locked(Duty.unscoped.filter(pk__in=changed)) if changed else []
    for row in rows:
        row.is_owed = changed[row.pk]
    _decide(rows, bench, always=True)


def _is_still_owed(row: Duty, bench: Bench) -> bool:
    branch = bench.branches[row.branch_id]
    group = next((group for group in branch.groups if group.id == row.group_id), None)
    return is_owed(RULE_BY_KEY[row.rule], branch, Period(row.starts_on, row.ends_on), group)


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
        duty = _duty_facts(row, bench.books[row.branch_id])
        verdict = decide(duty, said.get(row.branch_id, nothing).about(duty), bench.on)
        row.state, row.activity_id, row.reason = verdict.state, verdict.record_id, verdict.reason


def _duty_facts(row: Duty | Opening, book: Rulebook) -> DutyFacts:
    taken_over = book.value("duty.taken_over_on", row.due_on)
    return DutyFacts(
        answered_by=RULE_BY_KEY[row.rule].answered_by,
        period=Period(row.starts_on, row.ends_on),
        due_on=row.due_on,
        is_owed=row.is_owed,
        group_id=row.group_id,
        grace_days=book.value("duty.record_grace_days", row.due_on),
        taken_over_on=date.fromisoformat(taken_over) if taken_over else None,
    )
