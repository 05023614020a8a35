"""Paper letters on the table beside the queues of transfers: how many, who has to answer, by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.choices import PostKind
from branches.queries import rule_by_row, rulebooks_for
from members.models import Arrival
from members.models.arrivals import ArrivalQuerySet, answered_by
from members.provisions import PROVISIONS
from members.rules import arrivals as rules
from members.rules.transfer import BRANCH_POSTS, Clock
from members.views.transfer_sheets import Holder
from members.workflows.arrivals import may_receive
from orgportal.core.scoping import Scope

QUEUES = ("todo", "coming")
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One letter with its clock, while it waits."""

    arrival: Arrival
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest letters of a queue, and how many there are."""

    rows: list[Row]
    total: int


def counts(scope: Scope, today: date) -> dict[str, tuple[int, int]]:
    """By queue, how many letters wait and how many of them too long by the rule of their own branch."""
    first_day = rule_by_row(
        "arrival.step_days", PROVISIONS, today, "branch__path", lambda days: days_ago(days, today)
    )
    is_late = Q(registered_at__lt=first_day) | Q(valid_until__lt=today)
    rows: Any = Arrival.objects.visible_to(scope)
    mine = answered_by(scope)
    found = rows.open().aggregate(
        todo=Count("pk", filter=mine), todo_late=Count("pk", filter=mine & is_late),
        coming=Count("pk", filter=~mine), coming_late=Count("pk", filter=~mine & is_late),
    )  # fmt: skip
    return {key: (found[key], found[f"{key}_late"]) for key in QUEUES}


def days_ago(days: int, today: date) -> datetime:
    """When that day began: what is older has waited for more than so many days."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=int(days)), time.min))


def rows_of(key: str, scope: Scope) -> ArrivalQuerySet:
    rows: Any = Arrival.objects.visible_to(scope)
    found: ArrivalQuerySet = rows.to_do(scope) if key == "todo" else rows.coming(scope)
    return found


def waiting(key: str, count: int, filters: dict[str, Any], scope: Scope, today: date) -> Waiting:
    """The oldest first; `count` is how many the queue has without a search."""
    rows = found(key, filters, scope)
    total = rows.count() if count and any(filters.values()) else count
    if not total:
        return Waiting([], 0)
    oldest = rows.select_related("branch").order_by("registered_at", "pk")[:SHOWN]
    return Waiting(with_clocks(oldest, today), total)


def found(key: str, filters: dict[str, Any], scope: Scope) -> ArrivalQuerySet:
    """Those of one queue a search lets through; a letter states no reason, so none is left by one."""
    rows = rows_of(key, scope)
    if key not in QUEUES or filters.get("reason"):
        return rows.none()
    words = (filters.get("q") or "").strip()
    return rows.with_words(words) if words else rows


def with_clocks(found: Iterable[Arrival], today: date) -> list[Row]:
    rows = list(found)
    books = rulebooks_for({row.branch.path for row in rows}, PROVISIONS, today)
    return [Row(row, clock_of(row, books[row.branch.path], today)) for row in rows]


def clock_of(arrival: Arrival, book: Any, today: date) -> Clock | None:
    if not arrival.is_open:
        return None
    return rules.clock(timezone.localdate(arrival.registered_at), arrival.valid_until, book, today)


def holder_of(arrival: Arrival, scope: Scope) -> Holder | None:
    """Who has to answer: the branch, and which posts of it."""
    if not arrival.is_open:
        return None
    posts = _(", ").join(str(kind.label) for kind in PostKind if kind in BRANCH_POSTS)
    branch = arrival.branch
    return Holder(branch.name, posts, is_you=may_receive(scope, branch))
