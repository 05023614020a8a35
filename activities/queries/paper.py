"""What the page for paper records starts from, and what was made of one such page."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from activities.choices import OPEN_PLANS, ActivityKind, ActivityState, DutyState
from activities.models import Activity, Duty, LeaveRequest
from activities.provisions import RULE_BY_KEY
from activities.queries import Setting, setting_for
from activities.rules.duties import Period, period_of
from branches.models import Organization, PartyGroup
from orgportal.core.scoping import Scope

# A kind of meeting, and which party group's it is.
What = tuple[ActivityKind, int | None]


@dataclass(frozen=True)
class Desk:
    """One branch and one month: whose meetings, how each kind usually goes, and what was planned."""

    branch: Organization
    month: date
    today: date
    groups: Mapping[int, PartyGroup]
    last: Mapping[What, Activity]
    plans: Mapping[What, Sequence[Activity]]
    leave: Mapping[int, Sequence[LeaveRequest]]

    def plan_on(self, what: What, on: date) -> Activity | None:
        """What was planned for that very day."""
        plans = self.plans.get(what, ())
        return next((row for row in plans if row.is_planned and row.held_on == on), None)

    @property
    def until(self) -> date:
        """The last day of the month that can have been lived."""
        return min(period_of("month", self.month).ends_on, self.today)

    @property
    def before(self) -> date:
        return (self.month - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date | None:
        """The month that follows, if it has begun."""
        following = period_of("month", self.month).ends_on + timedelta(days=1)
        return following if following <= self.today else None


def desk_for(
    branch: Organization, groups: Iterable[PartyGroup], scope: Scope, month: date, today: date
) -> Desk:
    plans = open_plans_of(branch, scope)
    return Desk(
        branch, month, today, {group.pk: group for group in groups}, latest_of_each(branch, scope), plans,
        leave_by_plan(plans, scope),
    )  # fmt: skip


def open_plans_of(branch: Organization, scope: Scope) -> dict[What, list[Activity]]:
    """What is planned or postponed, by kind and party group, in the order of the days."""
    found: dict[What, list[Activity]] = defaultdict(list)
    rows = Activity.objects.visible_to(scope).filter(branch=branch, state__in=OPEN_PLANS)
    for row in rows.select_related("group").order_by("held_on", "pk"):
        found[ActivityKind(row.kind), row.group_id].append(row)
    return dict(found)


def leave_by_plan(plans: Mapping[What, Sequence[Activity]], scope: Scope) -> dict[int, list[LeaveRequest]]:
    """Who asked for leave of each, for the day it now has; by name."""
    found: dict[int, list[LeaveRequest]] = defaultdict(list)
    asked = LeaveRequest.objects.visible_to(scope).standing().for_the_day()
    asked = asked.filter(activity__in=[row.pk for rows in plans.values() for row in rows])
    for request in asked.select_related("member").order_by("member__name_key", "pk"):
        found[request.activity_id].append(request)
    return dict(found)


def latest_of_each(branch: Organization, scope: Scope) -> dict[What, Activity]:
    """The last meeting that was held, of each kind and party group."""
    rows = Activity.objects.visible_to(scope).filter(branch=branch, state=ActivityState.HELD)
    latest = rows.order_by("kind", "group", "-held_on", "-pk").distinct("kind", "group")
    return {(ActivityKind(row.kind), row.group_id): row for row in latest}


def asked_in(desk: Desk, scope: Scope, whats: Collection[What]) -> list[What]:
    """What of these the month can still answer, due first on top.

    A duty of a year is asked for in its last quarter: in spring it would only be in the way.
    """
    quarter = period_of("quarter", desk.month)
    rows = (
        Duty.objects.visible_to(scope)
        .filter(branch=desk.branch, is_owed=True, state__in=(DutyState.NOT_DUE, DutyState.MISSING))
        .filter(starts_on__lte=desk.until, ends_on__gte=desk.month, ends_on__lte=quarter.ends_on)
    )
    found = [
        (RULE_BY_KEY[row.rule].answered_by, row.group_id) for row in rows.order_by("ends_on", "rule", "pk")
    ]
    return [what for what in dict.fromkeys(found) if what in whats]


def rows_of(desk: Desk, asked: Iterable[What], whats: Collection[What]) -> list[tuple[What, Activity | None]]:
    """What the month can still answer with the plan of each, then whatever else it had planned."""
    owed = list(asked)
    others = [what for what in desk.plans if what in whats and what not in owed]
    found: list[tuple[What, Activity | None]] = []
    for what in owed:
        plans: list[Activity | None] = [*_plans_of_month(desk, what)]
        found += [(what, row) for row in plans or [None]]
    for what in others:
        found += [(what, row) for row in _plans_of_month(desk, what) if row.held_on <= desk.until]
    return found


def _plans_of_month(desk: Desk, what: What) -> list[Activity]:
    """Those with a day in it; with none of them, the one that was postponed and whose period runs."""
    plans, month = desk.plans.get(what, ()), period_of("month", desk.month)
    of_days = [row for row in plans if row.is_planned and row.held_on in month]
    return of_days or [row for row in plans if not row.is_planned and _touches(row, month)][:1]


def _touches(row: Activity, month: Period) -> bool:
    starts_on, ends_on = row.plan_starts_on or row.held_on, row.plan_ends_on or row.held_on
    return starts_on <= month.ends_on and ends_on >= month.starts_on


def settings_at(desk: Desk) -> Callable[[What, date], Setting]:
    """Who should attend what on which day; asked once for each."""

    @cache
    def setting(what: What, on: date) -> Setting:
        kind, group = what
        return setting_for(desk.branch, kind, desk.groups[group] if group is not None else None, on)

    return setting


def batch_of(pks: Collection[int], scope: Scope) -> list[Activity]:
    """The records of one page in the order of their days, with who was away and what each answered."""
    rows = Activity.objects.visible_to(scope).filter(pk__in=pks).select_related("branch", "group", "chair")
    away = rows.prefetch_related("exceptions__member", "duties_met__group")
    return list(away.order_by("held_on", "pk"))
