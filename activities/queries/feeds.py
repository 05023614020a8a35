"""What a calendar feed shows: rows a person is called to or may read today, a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from activities.choices import PLANS, ActivityState, DutyState
from activities.models import Activity, CalendarFeed, Decision, Duty
from activities.queries.plans import with_a_seat
from activities.rules.feeds import NOT_HELD, Window, window_on
from branches.models import Organization
from branches.queries import named
from members.models import Member
from members.queries import posts_by_member
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope, within

MOST_ACTIVITIES, MOST_DUTIES, MOST_FOLLOW_UPS = 1000, 300, 300
SHOWN_BRANCHES = 10
OPEN_DUTIES = (DutyState.NOT_DUE, DutyState.MISSING)


@dataclass(frozen=True, slots=True)
class FeedRows:
    """The rows of one calendar and whether the reader may open the records themselves."""

    activities: list[Activity]
    duties: list[Duty]
    follow_ups: list[Decision]
    may_open: bool


def feed_rows(feed: CalendarFeed, scope: Scope, today: date) -> FeedRows:
    """Asked anew at each reading: whoever has left or lost the post finds nothing here."""
    window = window_on(today)
    if feed.branch_id is None:
        return _own_rows(scope, window, today)
    return _branch_rows(feed.branch_id, scope, window)


def _branch_rows(branch_id: int, scope: Scope, window: Window) -> FeedRows:
    activities: Any = Activity.objects.visible_to(scope).filter(branch=branch_id)
    duties = Duty.objects.visible_to(scope).filter(
        branch=branch_id, state__in=OPEN_DUTIES, due_on__range=(window.since, window.until)
    )
    return FeedRows(
        activities=_in_window(activities, window),
        duties=list(duties.select_related("group").order_by("due_on", "pk")[:MOST_DUTIES]),
        follow_ups=[],
        may_open=True,
    )


def _own_rows(scope: Scope, window: Window, today: date) -> FeedRows:
    people: Any = Member.objects.visible_to(scope)
    member = people.select_related("branch").filter(pk=scope.member_id).first() if scope.member_id else None
    if member is None:
        return FeedRows([], [], [], may_open=False)
    posts = posts_by_member(today, member=member.pk, organization=member.branch_id).get(member.pk, ())
    # Also what was recorded under a record merged into one's own.
    mine = ids_of(member.pk)
    follow_ups: Any = Decision.objects.visible_to(scope).filter(owner__in=mine)
    return FeedRows(
        activities=_in_window(_called_to(member, mine, posts, scope), window),
        duties=[],
        follow_ups=list(
            follow_ups.open()
            .filter(due_on__range=(window.since, window.until))
            .exclude(item__activity__state=ActivityState.VOID)
            .annotate(changed_at=F("item__activity__changed_at"))
            .order_by("due_on", "pk")[:MOST_FOLLOW_UPS]
        ),
        may_open=scope.may(Activity.view_right, member.branch),
    )


def _called_to(member: Member, mine: list[int], posts: Iterable[str], scope: Scope) -> Any:
    """Crosses the scope (docs/crossings.md): what the own branch plans for this member, and what it held
    with this member on the roster. Who may read the branch's records sees all they have a seat in."""
    rows = with_a_seat(member, tuple(posts))
    if scope.may(Activity.view_right, member.branch):
        return rows
    on_roster = Q(present_ids__overlap=mine) | Q(leave_ids__overlap=mine) | Q(absent_ids__overlap=mine)
    # What was planned and did not take place stays in the calendar as cancelled.
    is_plan = Q(state__in=PLANS) | Q(state__in=NOT_HELD, plan_starts_on__isnull=False)
    return rows.filter(is_plan | on_roster)


def _in_window(rows: Any, window: Window) -> list[Activity]:
    """The latest first where there are too many, since plans matter more than what is over."""
    inside = rows.filter(held_on__range=(window.since, window.until))
    columns = (
        "kind", "state", "title", "held_on", "starts_at", "ends_at", "place", "version", "changed_at",
    )  # fmt: skip
    return list(inside.only(*columns).order_by("-held_on", "-pk")[:MOST_ACTIVITIES])


# --- the page


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One's own feeds, and branches whose calendar one may have."""

    own: CalendarFeed | None
    of_branches: list[CalendarFeed]
    offered: list[Organization]
    has_more: bool
    has_branches: bool


def feed_page(scope: Scope, typed: str) -> FeedPage:
    feeds = list(feeds_of(scope).select_related("branch").order_by("branch__path", "pk"))
    taken = [feed.branch_id for feed in feeds if feed.branch_id]
    free = branches_offered(scope).exclude(pk__in=taken)
    found = list((free.filter(named(typed)) if typed else free).order_by("path")[: SHOWN_BRANCHES + 1])
    return FeedPage(
        own=next((feed for feed in feeds if feed.branch_id is None), None),
        of_branches=[feed for feed in feeds if feed.branch_id],
        offered=found[:SHOWN_BRANCHES],
        has_more=len(found) > SHOWN_BRANCHES,
        has_branches=scope.may_somewhere(Activity.view_right),
    )


def feeds_of(scope: Scope) -> Any:
    """One's own feeds whose addresses still open something."""
    rows: Any = CalendarFeed.objects.visible_to(scope)
    return rows.alive()


def branches_offered(scope: Scope) -> Any:
    """Existing branches whose records the person may read."""
    rows: Any = Organization.objects.visible_to(scope)
    return rows.branches().current().filter(within("path", scope.roots_for(Activity.view_right)))
