"""What the page for paper records starts from, and what was made of one such page."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Activity, Duty
from activities.provisions import RULE_BY_KEY
from activities.queries import Setting, setting_for
from activities.rules.duties import period_of
from branches.models import Organization, PartyGroup
from orgportal.core.scoping import Scope

# A kind of meeting, and which party group's it is.
What = tuple[ActivityKind, int | None]


@dataclass(frozen=True)
class Desk:
    """One branch and one month: whose meetings, and how each kind usually goes."""

    branch: Organization
    month: date
    today: date
    groups: Mapping[int, PartyGroup]
    last: Mapping[What, Activity]

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
    return Desk(branch, month, today, {group.pk: group for group in groups}, latest_of_each(branch, scope))


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
