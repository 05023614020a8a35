"""Opens terms, gives and ends posts. A post is never changed: it is ended, and another begins.

Rights follow at once: the scope is built from the posts of the day at each request.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from branches.choices import Kind, PostKind, Sector
from branches.models import Organization, PartyGroup
from branches.queries import rulebook_for
from branches.rules import rights_of
from members.choices import Standing
from members.models import FactKind, Member, Post, Superseded, Term
from members.provisions import PROVISIONS
from members.rules.posts import ELECTED, SINGLE, Appointment, exceeds, objection_to
from members.rules.register import term_doubt, term_due_on
from members.workflows import versions
from orgportal.core import audit, inbox, outbox
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.rulebook import RuleNotInForce
from orgportal.core.scoping import Scope

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOrder:
    """A term as decided: the day of the election and, if not the rule's own, the day the next is due."""

    starts_on: date
    due_on: date | None = None
    extension_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOrder:
    """A post as decided."""

    kind: PostKind
    starts_on: date
    ends_on: date | None = None
    group: PartyGroup | None = None
    basis: str = ""


# --- terms


@transaction.atomic
def open_term(
    organization: Organization, order: TermOrder, *, actor: User, scope: Scope, at: datetime
) -> Term:
    """A new term from the day of the election; the running one ends the day before."""
    body = _locked_body(organization)
    scope.demand("post.edit", body)
    if order.starts_on > timezone.localdate(at):
        raise Refused("date_in_future")
    due_on = _due_on(body, order)
    _end_running_term(body, order.starts_on)
    term = Term.unscoped.create(
        organization=body,
        starts_on=order.starts_on,
        due_on=due_on,
        extension_basis=order.extension_basis,
        recorded_at=at,
    )
    changes = {"starts_on": order.starts_on, "due_on": due_on, "basis": order.extension_basis}
    audit.record(actor=actor, action="term.opened", target=body, at=at, changes=changes)
    _announce(body, at)
    return term


def _due_on(body: Organization, order: TermOrder) -> date:
    """By the rule of the body's kind and sector; a longer one needs approval from above."""
    if order.starts_on < body.established_on:
        raise Refused("date_before_founding", on=body.established_on.isoformat())
    book = rulebook_for(body.path, PROVISIONS, order.starts_on)
    kind, sector = Kind(body.kind), Sector(body.sector)
    try:
        usual = term_due_on(kind, sector, order.starts_on, book)
    except RuleNotInForce:
        raise Refused("term_before_rules") from None
    due_on = order.due_on or usual
    if due_on <= order.starts_on:
        raise Refused("ends_before_start")
    if term_doubt(kind, sector, order.starts_on, due_on, book) and not order.extension_basis:
        raise Refused("term_too_long")
    return due_on


def _end_running_term(body: Organization, starts_on: date) -> None:
    latest = body.terms.order_by("-starts_on").first()
    if latest is None:
        return
    if latest.starts_on >= starts_on or (latest.ended_on and latest.ended_on >= starts_on):
        raise Refused("term_overlaps", day=latest.starts_on.isoformat())
    if latest.ended_on is None:
        Term.unscoped.filter(pk=latest.pk).update(ended_on=starts_on - ONE_DAY, version=F("version") + 1)


# --- giving a post


@transaction.atomic
def appoint(
    member: Member, organization: Organization, order: PostOrder, *, actor: User, scope: Scope, at: datetime
) -> Post:
    """The member holds the post from the day on; whoever held a single post hands over the day before."""
    body = _locked_body(organization)
    scope.demand("post.edit", body)
    holder = _locked_holder(member.pk)
    _demand_possible(holder, body, order)
    _demand_reach(body, order.kind, scope)
    replaced = _hand_over(body, order, at) if order.kind in SINGLE else None
    if _held_meanwhile(holder, body, order).exists():
        raise Refused("post_held_already")
    post = Post.unscoped.create(
        member=holder,
        organization=body,
        kind=order.kind,
        group=order.group,
        term=body.terms.running_on(order.starts_on).first() if order.kind in ELECTED else None,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        basis=order.basis,
        recorded_at=at,
        recorded_by=actor,
    )
    _record("post.appointed", post, {"starts_on": order.starts_on, "basis": order.basis}, actor, at)
    if replaced is not None:
        _record(
            "post.ended", replaced, {"ends_on": replaced.ends_on, "handed_over_to": holder.name}, actor, at
        )
    _announce(body, at)
    return post


def _demand_possible(member: Member, body: Organization, order: PostOrder) -> None:
    if order.group is not None and (order.group.branch_id != body.pk or order.group.ended_on is not None):
        raise Refused("group_not_here")
    wanted = Appointment(
        kind=order.kind,
        body=Kind(body.kind),
        standing=Standing(member.standing),
        is_of_body=member.branch_id == body.pk,
        has_group=order.group is not None,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
    )
    if objection := objection_to(wanted):
        raise Refused(objection)


def _demand_reach(body: Organization, kind: PostKind, scope: Scope) -> None:
    """In one's own body nobody gives more than they have; in bodies below, the structure table decides."""
    own = [grant for grant in scope.grants if body.path == grant.root]
    above = any(
        body.path.startswith(grant.root) and grant.root != body.path and "post.edit" in grant.rights
        for grant in scope.grants
    )
    rights = frozenset(right for grant in own for right in grant.rights)
    if not above and exceeds(kind, Kind(body.kind), rights):
        raise Refused("beyond_own_rights")


def _hand_over(body: Organization, order: PostOrder, at: datetime) -> Post | None:
    """The post of whoever holds it now, ended the day before."""
    overlapping = (
        Post.unscoped.standing()
        .filter(organization=body, kind=order.kind)
        .filter(Q(ends_on=None) | Q(ends_on__gte=order.starts_on))
    )
    if order.ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=order.ends_on)
    held = (
        overlapping.select_for_update(of=("self",))
        .select_related("member__user")
        .order_by("starts_on")
        .first()
    )
    if held is None:
        return None
    if held.starts_on >= order.starts_on or overlapping.count() > 1:
        raise Refused("post_taken", name=held.member.name, day=held.starts_on.isoformat())
    held.ends_on = order.starts_on - ONE_DAY
    versions.amend(Post.unscoped.filter(pk=held.pk), at, ends_on=held.ends_on)
    return held


def _held_meanwhile(member: Member, body: Organization, order: PostOrder) -> Any:
    held = Post.unscoped.standing()
    rows = held.filter(member=member, organization=body, kind=order.kind, group=order.group)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=order.starts_on))
    return rows.filter(starts_on__lte=order.ends_on) if order.ends_on is not None else rows


# --- ending a post


@transaction.atomic
def end_post(post: Post, last_day: date, basis: str, *, actor: User, scope: Scope, at: datetime) -> Post:
    """The last day in the post; from the next on its rights are gone."""
    held = _locked_post(post)
    scope.demand("post.edit", held.organization)
    if held.cancelled_on is not None:
        raise Refused("post_cancelled", day=held.cancelled_on.isoformat())
    if last_day < held.starts_on:
        raise Refused("ends_before_start")
    if held.ends_on is not None and held.ends_on <= last_day:
        raise Refused("post_ended_already", day=held.ends_on.isoformat())
    _demand_not_own(held, scope, timezone.localdate(at))
    before, held.ends_on = held.ends_on, last_day
    versions.amend(Post.unscoped.filter(pk=held.pk), at, ends_on=last_day)
    _record("post.ended", held, {"ends_on": [before, last_day], "basis": basis}, actor, at)
    _announce(held.organization, at)
    return held


def _demand_not_own(post: Post, scope: Scope, today: date) -> None:
    """Nobody ends the very post that lets them end posts here: the body would be left without a hand."""
    if post.member_id != scope.member_id:
        return
    kept = (
        Post.unscoped.held_on(today)
        .filter(member=post.member_id, organization__dissolved_on=None)
        .exclude(pk=post.pk)
        .values_list("kind", "organization__kind", "organization__path")
    )
    path = post.organization.path
    rights = (rights_of(PostKind(kind), Kind(body)) for kind, body, root in kept if path.startswith(root))
    if not any("post.edit" in each for each in rights):
        raise Refused("own_post")


# --- a post to come


@transaction.atomic
def cancel_post(post: Post, basis: str, *, keeps: bool, actor: User, scope: Scope, at: datetime) -> Post:
    """A post that has not begun never will.

    With `keeps`, whoever was to hand it over stays in office: until the day that was said before the
    hand-over or the next one begins, if there is such a day. That of one's own is for the body above to say.
    """
    body = _locked_body(post.organization)
    today, held = timezone.localdate(at), _locked_post(post)
    scope.demand("post.edit", body)
    if held.cancelled_on is not None:
        raise Refused("post_cancelled_already", day=held.cancelled_on.isoformat())
    if held.starts_on <= today:
        raise Refused("post_begun", day=held.starts_on.isoformat())
    held.cancelled_on = today
    versions.amend(Post.unscoped.filter(pk=held.pk), at, cancelled_on=today)
    stays = _stay_on(held, scope, at) if keeps else None
    # The trail's lock is the last one taken.
    _record("post.cancelled", held, {"starts_on": held.starts_on, "basis": basis}, actor, at)
    if stays is not None:
        kept, last_day = stays
        _record("post.kept", kept, {"ends_on": [last_day, kept.ends_on], "basis": basis}, actor, at)
    _announce(body, at)
    return held


def _stay_on(cancelled: Post, scope: Scope, at: datetime) -> tuple[Post, date | None] | None:
    """Who hands over to nobody now, and until when they were to stay; not who is just put out of office."""
    predecessor = handing_over_to(cancelled, timezone.localdate(at))
    if predecessor is None:
        return None
    if predecessor.member_id == scope.member_id:
        raise Refused("own_stay")
    ends = [day for day in (_end_before(predecessor), _day_before_next(cancelled)) if day is not None]
    last_day, predecessor.ends_on = predecessor.ends_on, min(ends, default=None)
    still = Post.unscoped.filter(pk=predecessor.pk, ends_on=last_day)
    return (predecessor, last_day) if versions.amend(still, at, ends_on=predecessor.ends_on) else None


def _end_before(post: Post) -> date | None:
    """The last day it had before the one it has now; none if it was given with this one."""
    if post.changed_at is None:
        return None
    said = Superseded.objects.filter(
        kind=FactKind.POST, member=post.member_id, branch=post.organization_id, said=post.kind,
        starts_on=post.starts_on, known_until=post.changed_at,
    )  # fmt: skip
    return said.values_list("ends_on", flat=True).first()


def _day_before_next(cancelled: Post) -> date | None:
    """The last day until which nobody else is to hold the single post; none if nobody is to come."""
    rows = Post.unscoped.standing().filter(organization=cancelled.organization_id, kind=cancelled.kind)
    coming = rows.filter(starts_on__gt=cancelled.starts_on).order_by("starts_on")
    first = coming.values_list("starts_on", flat=True).first()
    return first - ONE_DAY if first else None


def handing_over_to(post: Post, today: date) -> Post | None:
    """Who holds the single post until the day before this one begins, and is still in it."""
    if post.kind not in SINGLE:
        return None
    rows = Post.unscoped.standing().filter(organization=post.organization_id, kind=post.kind)
    before = rows.filter(ends_on=post.starts_on - ONE_DAY, ends_on__gte=today)
    return before.select_related("member__user", "organization", "group").first()


@transaction.atomic
def restore_post(post: Post, *, actor: User, scope: Scope, at: datetime) -> Post:
    """A cancelled post is to come again, until its first day; by the same checks as when it was given."""
    body = _locked_body(post.organization)
    holder = _locked_holder(post.member_id)
    today, held = timezone.localdate(at), _locked_post(post)
    scope.demand("post.edit", body)
    if held.cancelled_on is None:
        raise Refused("post_not_cancelled")
    if held.starts_on <= today:
        raise Refused("post_begun", day=held.starts_on.isoformat())
    order = PostOrder(
        kind=PostKind(held.kind), starts_on=held.starts_on, ends_on=held.ends_on, group=held.group
    )
    _demand_possible(holder, body, order)
    _demand_reach(body, order.kind, scope)
    replaced = _hand_over(body, order, at) if order.kind in SINGLE else None
    if _held_meanwhile(holder, body, order).exists():
        raise Refused("post_held_already")
    held.cancelled_on = None
    versions.amend(Post.unscoped.filter(pk=held.pk), at, cancelled_on=None)
    _record("post.restored", held, {"starts_on": held.starts_on}, actor, at)
    if replaced is not None:
        changes = {"ends_on": replaced.ends_on, "handed_over_to": held.member.name}
        _record("post.ended", replaced, changes, actor, at)
    _announce(body, at)
    return held


def _locked_holder(member_id: int) -> Member:
    """Kept from whoever decides about the standing or the branch of the member until the commit."""
    rows = Member.unscoped.select_for_update(no_key=True, of=("self",)).select_related("user")
    return rows.get(pk=member_id)


def _locked_post(post: Post) -> Post:
    rows = Post.unscoped.select_for_update(of=("self",)).select_related(
        "organization", "member__user", "group"
    )
    return rows.get(pk=post.pk)


# --- both


def _locked_body(organization: Organization) -> Organization:
    body = Organization.unscoped.select_for_update(no_key=True).get(pk=organization.pk)
    if body.is_dissolved:
        raise Refused("body_dissolved")
    return body


def _record(action: str, post: Post, changes: dict[str, Any], actor: User, at: datetime) -> None:
    """One line of the trail, and a notice to the holder."""
    facts = {"post": post.kind, "body": post.organization.name, "group": str(post.group or "")}
    audit.record(actor=actor, action=action, target=post.member, at=at, changes={**facts, **changes})
    if post.member.user_id is not None and post.member.user_id != actor.pk:
        rule = action.replace("post.", "members.post_")
        inbox.notify(
            [post.member.user_id],
            rule,
            f"{rule}:{post.pk}:{at.isoformat()}",
            params={"body": post.organization.name, "on": str(changes.get("starts_on") or post.ends_on)},
            url=reverse("members:own"),
            at=at,
        )


def _announce(body: Organization, at: datetime) -> None:
    outbox.emit("members.changed", body.pk, {"branch_id": body.pk}, at=at)
