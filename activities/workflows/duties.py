"""Opens, decides and settles duties: each row is written in the transaction of what decided it. Safe to
repeat; a constant number of queries a batch, never a query a branch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
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
    decide,
    is_owed,
    owed_on,
)
from branches.choices import Form, Sector
from branches.models import Organization, PartyGroup
from branches.queries import rulebooks_for
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import AFTER

BATCH = 500
SAID = ("branch_id", "id", "kind", "also_kinds", "state", "held_on", "recorded_at", "group_id", "reason")
OwedByBranch = dict[int, list[Owed]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a batch of branches is judged by, read once."""

    branches: dict[int, BranchFacts]
    books: dict[int, Rulebook]
    on: date
    at: datetime


def open_duties(on: date, *, path: str = "", at: datetime | None = None) -> int:
    """Open what every branch owes in the periods of that day; return how many rows were added.

    Repeated, it adds what is new since (a party group, a branch) and follows a committee elected or gone.
    """
    opened = 0
    for branches in _batches(on, path):
        with transaction.atomic():
            bench = _bench(branches, on, at or _morning(on))
            owed = {pk: owed_on(facts, bench.books[pk], on) for pk, facts in bench.branches.items()}
            _follow(owed, bench)
            opened += _add(owed, bench)
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
        owed = owed_on(bench.branches[activity.branch_id], bench.books[activity.branch_id], day)
        asked = [line for line in owed if RULE_BY_KEY[line.rule].answered_by in kinds]
        _add({activity.branch_id: asked}, bench)
    touched = reduce(or_, (Q(starts_on__lte=day, ends_on__gte=day) for day in days))
    rows = _locked(Duty.unscoped.filter(touched, branch_id=activity.branch_id))
    _decide(rows, bench)
    return [row for row in rows if row.activity_id == activity.pk]


def _morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


# --- reading


def _batches(on: date, path: str) -> Iterator[list[Organization]]:
    rows = Organization.unscoped.branches().standing_on(on).order_by("path")
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


def _records(rows: list[Duty]) -> dict[int, list[RecordFacts]]:
    """What the branches of these duties have said in the periods of these duties, by branch."""
    said: dict[int, list[RecordFacts]] = defaultdict(list)
    found = Activity.unscoped.filter(
        branch_id__in={row.branch_id for row in rows},
        held_on__range=(min(row.starts_on for row in rows), max(row.ends_on for row in rows)),
        state__in=(ActivityState.HELD, ActivityState.EXCUSED, ActivityState.DID_NOT_MEET),
    )
    for branch, pk, kind, also, state, held_on, recorded_at, group, reason in found.values_list(*SAID):
        kinds = frozenset(ActivityKind(each) for each in (kind, *also))
        day = timezone.localdate(recorded_at)
        said[branch].append(RecordFacts(pk, kinds, ActivityState(state), held_on, day, group, reason))
    return said


# --- deciding


def _add(owed: OwedByBranch, bench: Bench) -> int:
    """Rows that are not there yet, already decided by what was recorded before they were opened."""
    lines = [(branch, line) for branch, found in owed.items() for line in found]
    have = set(
        Duty.unscoped.filter(
            branch_id__in=list(owed), starts_on__in={line.period.starts_on for _, line in lines}
        ).values_list("branch_id", "rule", "group_id", "starts_on")
    )
    rows = [
        Duty(
            rule=line.rule, branch_id=branch, group_id=line.group_id, starts_on=line.period.starts_on,
            ends_on=line.period.ends_on, due_on=line.period.ends_on, is_owed=line.is_owed,
            recorded_at=bench.at, decided_at=bench.at,
        )
        for branch, line in lines
        if (branch, line.rule, line.group_id, line.period.starts_on) not in have
    ]  # fmt: skip
    _judge(rows, bench)
    return len(Duty.unscoped.bulk_create(rows, ignore_conflicts=True, batch_size=2000))


def _follow(owed: OwedByBranch, bench: Bench) -> None:
    """A running period follows the branch: a committee elected or gone, a change of form."""
    lines = {
        (branch, line.rule, line.group_id, line.period): line.is_owed
        for branch, found in owed.items()
        for line in found
    }
    running = Duty.unscoped.filter(
        branch_id__in=list(owed), starts_on__lte=bench.on, ends_on__gte=bench.on
    ).order_by("pk")
    changed = []
    for row in running:
        key = (row.branch_id, row.rule, row.group_id, Period(row.starts_on, row.ends_on))
        if lines.get(key, row.is_owed) != row.is_owed:
            row.is_owed = not row.is_owed
            changed.append(row)
    _decide(changed, bench, always=True)


def _is_still_owed(row: Duty, bench: Bench) -> bool:
    branch = bench.branches[row.branch_id]
    group = next((group for group in branch.groups if group.id == row.group_id), None)
    return is_owed(RULE_BY_KEY[row.rule], branch, Period(row.starts_on, row.ends_on), group)


def _decide(rows: list[Duty], bench: Bench, *, always: bool = False) -> int:
    """Judge the rows and write those that came out differently; return how many."""
    before = {row.pk: (row.state, row.activity_id, row.reason) for row in rows}
    _judge(rows, bench)
    changed = [row for row in rows if always or before[row.pk] != (row.state, row.activity_id, row.reason)]
    for row in changed:
        row.decided_at = bench.at
    Duty.unscoped.bulk_update(
        changed, ["state", "activity", "reason", "is_owed", "decided_at"], batch_size=BATCH
    )
    return len(changed)


def _judge(rows: list[Duty], bench: Bench) -> None:
    if not rows:
        return
    said = _records(rows)
    for row in rows:
        verdict = decide(_duty_facts(row, bench.books[row.branch_id]), said[row.branch_id], bench.on)
        row.state, row.activity_id, row.reason = verdict.state, verdict.record_id, verdict.reason


def _duty_facts(row: Duty, book: Rulebook) -> DutyFacts:
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
