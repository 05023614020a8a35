"""What the pages of the year's plan show, and what a member is told of the meetings to come."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from activities.choices import OPEN_PLANS, PLANS, ActivityKind, ActivityState, DutyState, PlanLineState
from activities.models import Activity, Duty, LeaveRequest
from activities.provisions import RULE_BY_KEY
from activities.queries import EVERY_RECORD, branch_seats
from activities.rules.duties import Owed, frequency_on
from activities.rules.feeds import kinds_not_called_to
from activities.rules.plan_moves import TAKEN_BACK_WITHIN, Waiting, plan_recorded, plan_to_record
from activities.rules.planning import (
    Held,
    OwedPeriod,
    PlanLine,
    Planned,
    Proposal,
    What,
    Workdays,
    habits_of,
    lines_of,
    proposals_for,
)
from activities.rules.records import seats_for
from branches.models import Organization, PartyGroup
from members.models import Member
from members.queries import posts_by_member
from members.queries.merging import ids_of
from orgportal.core.holidays import work_calendar
from orgportal.core.jinja import period as in_words
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope
from orgportal.core.workdays import WorkCalendar

# The last meetings of a yearly kind lie that far back.
REMEMBERED_FOR = timedelta(days=800)
HELD = ("id", "kind", "also_kinds", "group_id", "held_on", "starts_at", "ends_at", "place")
SHOWN_COMING = 3
TONES = {PlanLineState.RECORDED: "good", PlanLineState.PLANNED: "info", PlanLineState.POSTPONED: "warn"}


@dataclass(frozen=True)
class SheetRow:
    """One line with the record or plan behind it."""

    line: PlanLine
    group: PartyGroup | None
    activity: Activity | None

    @property
    def period_words(self) -> str:
        """The month, the quarter or the year; the days where it is none of them."""
        return in_words(self.line.period.starts_on, self.line.period.ends_on)

    @property
    def shows_duty(self) -> bool:
        """The duty's own word says more than the line's."""
        told = self.line.state in {PlanLineState.RECORDED, PlanLineState.OVER}
        return told and self.line.duty_state not in {None, DutyState.NOT_DUE}

    @property
    def has_day(self) -> bool:
        return self.activity is not None and self.line.state != PlanLineState.POSTPONED

    @property
    def tone(self) -> str:
        return TONES.get(self.line.state, "neutral")

    def has_passed(self, today: date) -> bool:
        """Planned for a day that went by with nothing said."""
        return self.line.state == PlanLineState.PLANNED and self.on < today

    @property
    def on(self) -> date:
        """The day it stands under: its own, else the last of its period."""
        return self.activity.held_on if self.activity else self.line.period.ends_on

    def order(self) -> tuple[date, str, int]:
        return self.on, self.line.slot.rule, self.line.slot.group_id or 0


@dataclass(frozen=True)
class YearSheet:
    """A branch's year: what it owes, what is recorded, planned, still to be planned, and planned besides."""

    branch: Organization
    year: int
    today: date
    rows: list[SheetRow]
    cancelled: list[Activity]
    besides: list[Activity]
    proposals: list[Proposal]
    calendar: WorkCalendar

    @property
    def knows_holidays(self) -> bool:
        return self.calendar.knows(self.year)

    @property
    def months(self) -> list[tuple[date, list[SheetRow]]]:
        """The rows under the month of their day."""
        found: dict[date, list[SheetRow]] = defaultdict(list)
        for row in sorted(
            self.rows, key=lambda row: (row.on, row.line.slot.rule, row.line.slot.group_id or 0)
        ):
            found[row.on.replace(day=1)].append(row)
        return sorted(found.items())

    @property
    def counts(self) -> dict[str, int]:
        return {str(state): sum(row.line.state == state for row in self.rows) for state in PlanLineState}


def year_sheet(
    branch: Organization, year: int, owing: Iterable[Owed], book: Rulebook, scope: Scope, today: date
) -> YearSheet:
    """Stored duties as they were decided, periods to come by the same rules."""
    owed = _owed(branch, year, owing, book, scope)
    held = _held(branch, scope, max(today, date(year, 1, 1)))
    plans, cancelled = _plans(branch, year, scope)
    besides = [row for row in plans if row.plan_starts_on is None]
    lines = lines_of(owed, [_planned(row) for row in plans if row.plan_starts_on], held, today)
    calendar = work_calendar()
    return YearSheet(
        branch, year, today, _rows(lines, branch, scope), cancelled, besides,
        proposals_for(
            lines, habits_of(held, {each.kind: _months(each) for each in owed}), workdays(year, calendar),
            usual_day=book.value("themeday.day", today), today=today,
        ),
        calendar,
    )  # fmt: skip


def workdays(year: int, calendar: WorkCalendar) -> Workdays:
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    return Workdays([day for day in days if calendar.is_workday(day)])


def owed_period(
    line: Owed, book: Rulebook, state: str | None = None, record: int | None = None
) -> OwedPeriod:
    asked = frequency_on(line.rule, book, line.period.starts_on)
    kind, times = RULE_BY_KEY[line.rule].answered_by, asked.times if asked else 1
    return OwedPeriod(
        line.rule, kind, line.group_id, line.period, times, DutyState(state) if state else None, record
    )


def _owed(
    branch: Organization, year: int, owing: Iterable[Owed], book: Rulebook, scope: Scope
) -> list[OwedPeriod]:
    rows = Duty.objects.visible_to(scope).filter(branch=branch, starts_on__year=year)
    stored = {(row.rule, row.group_id, row.starts_on): row for row in rows}
    found = []
    for line in owing:
        row = stored.get((line.rule, line.group_id, line.period.starts_on))
        if line.period.starts_on.year != year or not (row.is_owed if row else line.is_owed):
            continue
        found.append(owed_period(line, book, row.state, row.activity_id) if row else owed_period(line, book))
    return found


def _months(duty: OwedPeriod) -> int:
    return duty.period.ends_on.month - duty.period.starts_on.month + 1


def _held(branch: Organization, scope: Scope, until: date) -> list[Held]:
    rows = Activity.objects.visible_to(scope).filter(branch=branch, state=ActivityState.HELD)
    rows = rows.filter(held_on__gte=until - REMEMBERED_FOR)
    return [held_from(row) for row in rows.values_list(*HELD)]


def held_from(row: Sequence[Any]) -> Held:
    pk, kind, also, *rest = row
    return Held(pk, frozenset(ActivityKind(each) for each in (kind, *also)), *rest)


def _plans(branch: Organization, year: int, scope: Scope) -> tuple[list[Activity], list[Activity]]:
    """Open ones, and those that were cancelled."""
    of_year = Q(plan_starts_on__year=year) | Q(plan_starts_on=None, held_on__year=year)
    rows = Activity.objects.visible_to(scope).filter(of_year, branch=branch, state__in=PLANS)
    found = list(rows.select_related("group").order_by("held_on", "pk"))
    return [row for row in found if row.is_open_plan], [row for row in found if row.is_cancelled]


def _planned(row: Activity) -> Planned:
    assert row.plan_starts_on is not None  # noqa: S101  # those of no period are left out
    return Planned(
        row.pk, ActivityKind(row.kind), row.group_id, ActivityState(row.state), row.held_on,
        row.plan_starts_on, row.plan_number or 1,
    )  # fmt: skip


def _rows(lines: Sequence[PlanLine], branch: Organization, scope: Scope) -> list[SheetRow]:
    named = {line.activity_id for line in lines if line.activity_id}
    behind = Activity.objects.visible_to(scope).in_bulk(named)
    groups = {group.pk: group for group in PartyGroup.objects.visible_to(scope).filter(branch=branch)}
    return [
        SheetRow(line, groups.get(line.slot.group_id or 0), behind.get(line.activity_id or 0))
        for line in lines
    ]


def just_laid_out(branch: Organization, year: int, scope: Scope, at: Any) -> list[Activity]:
    """The last sheet of this person, as far as nothing has come of it yet; it can be taken back."""
    rows = Activity.objects.visible_to(scope).filter(
        branch=branch, plan_starts_on__year=year, state=ActivityState.PLANNED, version=1,
        recorded_by=scope.user_id, recorded_at__gt=at - TAKEN_BACK_WITHIN, leave_requests=None,
        invitations=None, attachments=None,
    )  # fmt: skip
    latest = list(rows.order_by("-recorded_at", "pk"))
    return [row for row in latest if row.recorded_at == latest[0].recorded_at]


# --- which plan a record is of


def open_plans(branch: Organization, kind: str, group_id: int | None, scope: Scope) -> list[Activity]:
    rows = Activity.objects.visible_to(scope).filter(
        branch=branch, kind=kind, group=group_id, state__in=OPEN_PLANS
    )
    return list(rows.order_by("held_on", "pk"))


def plan_behind(
    branch: Organization, what: What, scope: Scope, *, today: date, on: date | None = None, wanted: str = ""
) -> Activity | None:
    """The plan a page for a record is about: the one named, that of the day typed, or the next in turn."""
    rows = {row.pk: row for row in open_plans(branch, *what, scope)}
    named = int(wanted) if wanted.isdecimal() and int(wanted) in rows else None
    if named and not on:
        return rows[named]
    plans = [waiting(row) for row in rows.values()]
    found = plan_recorded(plans, on, named) if on else plan_to_record(plans, today)
    return rows[found.id] if found else None


def waiting(row: Activity) -> Waiting:
    return Waiting(row.pk, ActivityState(row.state), row.held_on, row.plan_starts_on, row.plan_ends_on)


def leave_asked(plan: Activity, scope: Scope) -> list[LeaveRequest]:
    """Those in sight that stand, for the day the meeting has and for a day it had; by name."""
    rows = LeaveRequest.objects.visible_to(scope).standing().filter(activity=plan)
    return list(rows.select_related("member").order_by("member__name_key", "pk"))


# --- what a member is told


@dataclass(frozen=True)
class Coming:
    """A meeting to come, as its notice would say it; `leave` where one has asked for it."""

    activity: Activity
    leave: LeaveRequest | None

    @property
    def may_ask(self) -> bool:
        return self.activity.is_planned and self.leave is None


def with_a_seat(member: Member, posts: Collection[str]) -> Any:
    """Crosses the scope (docs/crossings.md): what the own branch does and this member has a seat in.

    Whoever calls it narrows it to what is planned, or names the member.
    """
    rows: Any = Activity.objects.visible_to(EVERY_RECORD).filter(branch=member.branch_id)
    rows = rows.filter(Q(group=None) | Q(group=member.group_id))
    return rows.exclude(kind__in=kinds_not_called_to(posts))


def _called_to(scope: Scope, today: date) -> Any:
    member = Member.objects.visible_to(scope).filter(pk=scope.member_id).first() if scope.member_id else None
    if member is None:
        return Activity.objects.visible_to(scope).none()
    return with_a_seat(
        member, posts_by_member(today, member=member.pk, organization=member.branch_id).get(member.pk, ())
    )


def coming_for(scope: Scope, today: date, *, most: int = SHOWN_COMING) -> list[Coming]:
    """The next ones, postponed and cancelled ones among them until their day has passed."""
    rows = _called_to(scope, today).filter(state__in=PLANS, held_on__gte=today)
    found = list(rows.order_by("held_on", "starts_at", "pk")[:most])
    own = own_leave(found, scope)
    return [Coming(row, own.get(row.pk)) for row in found]


def own_meeting(pk: int, scope: Scope, today: date) -> Coming | None:
    """One of them, or one that was recorded since and for which one had asked."""
    rows = _called_to(scope, today).filter(pk=pk).select_related("branch", "group")
    row = rows.filter(Q(state__in=PLANS) | Q(leave_requests__member__in=ids_of(scope.member_id))).first()
    return Coming(row, own_leave([row], scope).get(row.pk)) if row else None


def own_leave(rows: Collection[Activity], scope: Scope) -> dict[int, LeaveRequest]:
    """One's own requests that stand for the day the meeting now has, by meeting."""
    asked = LeaveRequest.objects.visible_to(scope).standing().filter(
        activity__in=rows, member__in=ids_of(scope.member_id), for_day=F("activity__held_on")
    )  # fmt: skip
    return {request.activity_id: request for request in asked}


def expected_at(activity: Activity) -> frozenset[int]:
    """Who should attend on the day it is planned for."""
    everybody = branch_seats(activity.branch, activity.held_on)
    seats = seats_for(ActivityKind(activity.kind), activity.group_id, everybody)
    return frozenset(seat.id for seat in seats)


# --- for many branches at once


def first_proposals(
    owing: Iterable[Owed], book: Rulebook, held: list[Held], days: Workdays, today: date
) -> list[Proposal]:
    """For a branch of which nothing is planned, and no record answers a period from today on."""
    owed = [owed_period(line, book) for line in owing if line.is_owed]
    habits = habits_of(held, {each.kind: _months(each) for each in owed})
    lines = lines_of(owed, [], [], today)
    return proposals_for(lines, habits, days, usual_day=book.value("themeday.day", today), today=today)
