"""Loads two years of activities by COPY, then lets the duties be decided from them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from random import Random

from activities.models import Activity, AgendaItem, AttendanceException, Decision
from branches.models import Organization
from members.choices import SeenSource, Standing
from members.models import LastSeen, Member
from orgportal.core.copying import copy_rows, reserve_ids
from orgportal.demo.records import DILIGENT, BranchFacts, Record, habits_of, records_of
from orgportal.demo.workflows import lives
from orgportal.demo.workflows.posts import Cast

COLUMNS = (
    "id", "branch_id", "group_id", "kind", "also_kinds", "state", "title", "held_on", "starts_at", "ends_at", "place",
    "chair_id", "note", "reason", "present_ids", "leave_ids", "absent_ids", "present", "expected", "voters_present",
    "voters_expected", "recorded_at", "recorded_by_id", "changed_at", "version",
    *lives.COLUMNS,
)  # fmt: skip


def load_records(cast: Cast, random: Random, today: date) -> int:
    """Every branch's records, oldest first; returns how many activities."""
    records: list[Record] = []
    own = cast.named["secretary"][1]
    for branch in _facts(cast):
        # The branch of the demo secretary keeps its records well: the pages to show are its pages.
        habits = DILIGENT if own and branch.id == own.branch_id else habits_of(random)
        records += records_of(branch, habits, random, today)
    ids = reserve_ids(Activity, len(records))
    copy_rows(Activity._meta.db_table, COLUMNS, map(_line, ids, records))  # noqa: SLF001
    copy_rows(
        AttendanceException._meta.db_table,  # noqa: SLF001
        ("activity_id", "member_id", "presence", "reason", "remark"),
        (
            (pk, member, "leave" if reason else "absent", reason, "")
            for pk, record in zip(ids, records, strict=True)
            for member, reason in [*record.leave.items(), *((absent, "") for absent in record.absent)]
        ),
    )
    lives.load_steps(ids, records)
    _load_items(ids, records, random, today)
    _load_sightings(ids, records)
    return len(records)


def _facts(cast: Cast) -> list[BranchFacts]:
    people: dict[int, list[Member]] = defaultdict(list)
    for member in Member.unscoped.order_by("id"):
        people[member.branch_id].append(member)
    accounts = dict(Member.unscoped.exclude(user=None).values_list("pk", "user_id"))
    fallback = cast.secretaries[min(cast.secretaries)]
    found = []
    for branch in Organization.unscoped.branches().current().order_by("path"):
        own = people[branch.pk]
        secretary = cast.secretaries.get(branch.pk) or own[0]
        recorder = accounts.get(secretary.pk) or accounts[fallback.pk]
        groups: dict[int, list[int]] = defaultdict(list)
        for member in own:
            if member.group_id:
                groups[member.group_id].append(member.pk)
        found.append(
            BranchFacts(
                id=branch.pk,
                form=branch.form,
                has_committee=branch.has_committee,
                secretary_id=secretary.pk,
                user_id=recorder,
                is_secretarys=accounts.get(secretary.pk) == recorder,
                formal=tuple(m.pk for m in own if m.standing == Standing.FORMAL),
                probationary=tuple(m.pk for m in own if m.standing == Standing.PROBATIONARY),
                committee=tuple(m.pk for m in cast.committees[branch.pk]),
                groups={group: tuple(ids) for group, ids in sorted(groups.items())},
                since=branch.established_on,
            )
        )
    return found


def _line(pk: int, record: Record) -> Sequence[object]:
    leave, absent = list(record.leave), record.absent
    return (
        pk, record.branch_id, record.group_id, record.kind, record.also_kinds, record.state, record.title,
        record.held_on, record.starts_at, record.ends_at, record.place, record.chair_id, "", record.reason,
        record.present, leave, absent, len(record.present), len(record.present) + len(leave) + len(absent),
        record.voters_present, record.voters_expected, record.recorded_at, record.user_id, record.recorded_at, 1,
        *lives.stamps(record),
    )  # fmt: skip


def _load_items(ids: list[int], records: list[Record], random: Random, today: date) -> None:
    """Items and decisions; most follow-ups were done, the recent ones are open."""
    flat = [
        (pk, place, *item)
        for pk, record in zip(ids, records, strict=True)
        for place, item in enumerate(record.items, 1)
    ]
    item_ids = reserve_ids(AgendaItem, len(flat))
    copy_rows(
        AgendaItem._meta.db_table,  # noqa: SLF001
        ("id", "activity_id", "position", "topic", "discussion"),
        ((item, pk, place, topic, "") for item, (pk, place, topic, *_) in zip(item_ids, flat, strict=True)),
    )
    rows = []
    for item, (_, _, _, text, owner, due_on) in zip(item_ids, flat, strict=True):
        done_on = due_on if due_on < today and random.random() < 0.985 else None
        rows.append((item, 1, text, owner, due_on, done_on, "已完成" if done_on else "", 1))
    copy_rows(
        Decision._meta.db_table,  # noqa: SLF001
        ("item_id", "position", "text", "owner_id", "due_on", "done_on", "result", "version"),
        rows,
    )


def _load_sightings(ids: list[int], records: list[Record]) -> None:
    """When each member last attended something, as the meeting workflow would have written it."""
    seen: dict[int, tuple[date, int]] = {}
    for pk, record in zip(ids, records, strict=True):
        for member in record.present:
            if member not in seen or seen[member][0] < record.held_on:
                seen[member] = (record.held_on, pk)
    copy_rows(
        LastSeen._meta.db_table,  # noqa: SLF001
        ("member_id", "source", "on", "evidence"),
        ((m, SeenSource.ATTENDANCE, day, f"activities.activity:{pk}") for m, (day, pk) in seen.items()),
    )
