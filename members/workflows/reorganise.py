"""One branch goes into another: its members move with their history, its posts end, the tree is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from branches.models import Organization
from branches.workflows.history import Order
from branches.workflows.tree import mark_merged
from members.choices import PeriodReason
from members.models import BranchPeriod, Member, Post, Term
from members.queries.merging import aliases_of
from members.workflows import versions
from members.workflows.post_ends import end_posts
from orgportal.core import audit, inbox, outbox
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merger would do, before anybody does it."""

    members: int
    posts: int
    groups: int
    transfers: int

    @property
    def is_possible(self) -> bool:
        return self.transfers == 0


def preview_merger(source: Organization, *, scope: Scope, on: date) -> MergePreview:
    """How many persons move, and what ends."""
    scope.demand("branch.move", source)
    return MergePreview(
        members=source.members.active().count(),
        posts=source.posts.held_on(on).count(),
        groups=source.groups.current().count(),
        transfers=source.transfers_out.open().count() + source.transfers_in.open().count(),
    )


@transaction.atomic
def merge_branches(
    source: Organization, target: Organization, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """From the order's day the source's members belong to the target; the source is dissolved that day."""
    before, heir = _locked([source, target])
    scope.demand("branch.move", before)
    scope.demand("branch.move", heir)
    if order.on > timezone.localdate(at):
        raise Refused("date_in_future")
    for body in (before, heir):
        if order.on < body.established_on:
            raise Refused("date_before_founding", on=body.established_on.isoformat())
    members = list(before.members.active().select_for_update(of=("self",)).order_by("pk"))
    _move(members, before, heir, order.on, at)
    posts = _end_posts(before, order.on, at)
    _end_with(Term.unscoped.filter(organization=before), "ended_on", order.on)
    row = mark_merged(before, heir, order, actor=actor, scope=scope, at=at)
    changes = {
        "into": heir.name,
        "on": order.on,
        "basis": order.basis,
        "members": [member.pk for member in members],
        "posts_ended": posts,
    }
    audit.record(actor=actor, action="member.reorganised", target=row, at=at, changes=changes)
    _tell(members, before, heir, order, at)
    return row


@transaction.atomic
def end_offices(*, at: datetime) -> int:
    """End posts and terms that outlived their body; return how many posts.

    A body is dissolved on the floor below, which knows nothing of posts; rights are gone from that moment
    (the scope asks whether the body stands), and this puts the dates right.
    """
    bodies = Organization.unscoped.filter(dissolved_on__isnull=False).order_by("pk")
    done: list[tuple[Organization, dict[str, Any]]] = []
    late_posts = Exists(_outliving(Post.unscoped.standing(), "ends_on"))
    late_terms = Exists(_outliving(Term.unscoped.all(), "ended_on"))
    for body in bodies.filter(late_posts | late_terms):
        on = cast("date", body.dissolved_on)
        ended = _end_posts(body, on, at)
        terms = _end_with(Term.unscoped.filter(organization=body), "ended_on", on)
        done.append((body, {"dissolved_on": on, "posts": ended, "terms": terms}))
    # The trail's lock is the last one taken: writers of other bodies' posts wait for it.
    for body, changes in done:
        audit.record(actor=None, action="post.outlived", target=body, at=at, changes=changes)
    return sum(changes["posts"] for _body, changes in done)


def _end_posts(body: Organization, on: date, at: datetime) -> int:
    """Posts that run end with the body; those not begun by now never do. How many of both."""
    rows = Post.unscoped.filter(organization=body)
    coming = rows.filter(starts_on__gt=timezone.localdate(at))
    cancelled = end_posts(coming, on - ONE_DAY, at=at)["posts_cancelled"]
    running = _still(rows.standing(), "ends_on", on)
    return cancelled + versions.amend(running, at, ends_on=Greatest(F("starts_on"), Value(on - ONE_DAY)))


def _outliving(every: QuerySet[Any], field: str) -> QuerySet[Any]:
    # One that began on the very day or later has that day as its end: it is done.
    past = Q(**{f"{field}__gte": OuterRef("dissolved_on")}, starts_on__lt=OuterRef("dissolved_on"))
    return every.filter(Q(**{field: None}) | past, organization=OuterRef("pk"))


def _locked(bodies: Sequence[Organization]) -> list[Organization]:
    """Both rows, locked in the order of their ids whichever way round they are asked for."""
    rows = Organization.unscoped.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[body.pk for body in bodies])}
    return [found[body.pk] for body in bodies]


def _move(members: list[Member], source: Organization, target: Organization, on: date, at: datetime) -> None:
    ids = [member.pk for member in members]
    running = BranchPeriod.objects.filter(member__in=ids, ends_on=None)
    newcomer = running.filter(starts_on__gte=on).select_related("member").first()
    if newcomer is not None:
        raise Refused("arrived_later", name=newcomer.member.name, day=newcomer.starts_on.isoformat())
    versions.amend(running, at, ends_on=on - ONE_DAY)
    BranchPeriod.objects.bulk_create(
        BranchPeriod(
            member_id=pk, branch=target, starts_on=on, reason=PeriodReason.REORGANISED, recorded_at=at
        )
        for pk in ids
    )
    Member.unscoped.filter(pk__in=ids).update(
        branch=target, path=target.path, group=None, version=F("version") + 1
    )
    # Records merged into these are read where the person is now.
    Member.unscoped.filter(pk__in=aliases_of(ids)).update(branch=target, path=target.path)


def _end_with(rows: QuerySet[Any], field: str, on: date) -> int:
    """End what still runs the day before, or on its own first day where it began later."""
    return _still(rows, field, on).update(**{field: Greatest(F("starts_on"), Value(on - ONE_DAY))})


def _still(rows: QuerySet[Any], field: str, on: date) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__isnull": True}) | rows.filter(**{f"{field}__gte": on})


def _tell(
    members: list[Member], source: Organization, target: Organization, order: Order, at: datetime
) -> None:
    inbox.notify(
        [member.user_id for member in members if member.user_id],
        "members.branch_merged",
        f"members.branch_merged:{source.pk}",
        params={"before": source.name, "after": target.name, "on": order.on.isoformat()},
        url=reverse("members:own"),
        at=at,
    )
    outbox.emit_all("members.changed", {body.pk: {"branch_id": body.pk} for body in (source, target)}, at=at)
