"""Lays out the rest of this year and the next for every branch, and lets one member ask for leave."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from activities.choices import ActivityKind, ActivityState, DutyState, LeaveReason
from activities.models import Activity, Duty
from activities.queries.plans import HELD, first_proposals, held_from
from activities.rules.planning import Held, Proposal, Workdays
from activities.workflows.duties import owing_of
from activities.workflows.leave import LeaveWords, ask_leave
from branches.models import Organization, PartyGroup
from members.models import Member
from members.queries import scope_for
from orgportal.core.copying import copy_rows
from orgportal.core.holidays import work_calendar
from orgportal.core.models import User
from orgportal.demo.records import TITLES
from orgportal.demo.workflows.posts import Cast

if TYPE_CHECKING:
    from activities.rules.duties import Owed

COLUMNS = (
    "branch_id", "group_id", "kind", "also_kinds", "state", "title", "held_on", "starts_at", "ends_at", "place",
    "plan_starts_on", "plan_ends_on", "plan_number", "note", "reason", "present_ids", "leave_ids", "absent_ids",
    "present", "expected", "voters_present", "voters_expected", "recorded_at", "recorded_by_id", "changed_at",
    "version",
)  # fmt: skip
NAMES = {
    **TITLES,
    ActivityKind.GENERAL: "支部党员大会",
    ActivityKind.LECTURE: "党课",
    ActivityKind.THEME_DAY: "主题党日",
}
LAID_OUT = timedelta(days=20)


def lay_out(cast: Cast, today: date, now: datetime) -> int:
    """A day for every period that is still to be answered; how many meetings were planned."""
    branches = list(Organization.unscoped.branches().current().order_by("path"))
    months = [date(year, month, 1) for year in (today.year, today.year + 1) for month in range(1, 13)]
    owing, books = owing_of(branches, months, now)
    held, answered = _held(today), _answered(today)
    lines: dict[int, list[Owed]] = defaultdict(list)
    for branch, line in owing:
        is_to_come = line.period.ends_on > today and line.period.starts_on.year <= today.year + 1
        if is_to_come and (branch, line.rule, line.group_id, line.period.starts_on) not in answered:
            lines[branch].append(line)
    days = _workdays(today)
    makers, groups = _makers(cast, branches), dict(PartyGroup.unscoped.values_list("pk", "name"))
    rows = [
        _line(branch.pk, each, groups, makers[branch.pk], now - LAID_OUT)
        for branch in branches
        for each in first_proposals(lines[branch.pk], books[branch.pk], held[branch.pk], days, today)
    ]
    copy_rows(Activity._meta.db_table, COLUMNS, rows)  # noqa: SLF001
    _ask(today, now)
    return len(rows)


def _held(today: date) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Activity.unscoped.filter(state=ActivityState.HELD, held_on__gt=today - timedelta(days=400))
    for branch, *row in rows.values_list("branch_id", *HELD):
        found[branch].append(held_from(row))
    return found


def _answered(today: date) -> set[tuple[int, str, int | None, date]]:
    rows = Duty.unscoped.filter(ends_on__gte=today).exclude(state=DutyState.NOT_DUE)
    return set(rows.values_list("branch_id", "rule", "group_id", "starts_on"))


def _workdays(today: date) -> Workdays:
    calendar, until = work_calendar(), date(today.year + 1, 12, 31)
    days = (today + timedelta(days=number) for number in range(1, (until - today).days + 1))
    return Workdays([day for day in days if calendar.is_workday(day)])


def _makers(cast: Cast, branches: Sequence[Organization]) -> dict[int, int]:
    """The account of each branch's secretary, or of the first that has one."""
    accounts = dict(Member.unscoped.exclude(user=None).values_list("pk", "user_id"))
    fallback = accounts[cast.secretaries[min(cast.secretaries)].pk]
    found: Iterator[tuple[int, int | None]] = (
        (branch.pk, secretary.pk if (secretary := cast.secretaries.get(branch.pk)) else None)
        for branch in branches
    )
    return {branch: accounts.get(secretary or 0) or fallback for branch, secretary in found}


def _line(branch: int, each: Proposal, groups: dict[int, str], user: int, at: datetime) -> tuple[object, ...]:
    line, slot = each.line, each.line.slot
    title = f"{each.on.year}年{each.on.month}月{groups[slot.group_id] if slot.group_id else NAMES[line.kind]}"
    return (
        branch, slot.group_id, line.kind, [], ActivityState.PLANNED, title, each.on, each.starts_at,
        each.ends_at, each.place, line.period.starts_on, line.period.ends_on, slot.number, "", "", [], [], [],
        0, 0, 0, 0, at, user, at, 1,
    )  # fmt: skip


def _ask(today: date, now: datetime) -> None:
    """The demo member cannot come to the next meeting of the whole branch."""
    user = User.objects.get(user_name="member")
    scope = scope_for(user, today)
    member = Member.unscoped.get(user=user)
    coming = Activity.unscoped.filter(
        branch=member.branch_id, state=ActivityState.PLANNED, group=None, held_on__gt=today
    ).exclude(kind=ActivityKind.COMMITTEE)
    for row in coming.order_by("held_on", "pk")[:1]:
        ask_leave(row, LeaveWords(LeaveReason.AWAY, "外出培训"), actor=user, scope=scope, at=now)
