"""Reads over members and posts: who may see what, who is on a roster, who holds a post, who is alike."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery

from branches.choices import Kind, PostKind
from branches.models import Organization
from branches.rules import ancestors, rights_of
from members.choices import PeriodReason, Standing
from members.models import BranchPeriod, Member, Post, StandingPeriod
from members.models.posts import PostQuerySet
from members.rules.posts import OVERSEERS, SUBSTITUTES, Holder, standing_for
from orgportal.core.among import among
from orgportal.core.models import User
from orgportal.core.scoping import NOBODY, Grant, Scope
from orgportal.core.sealing import blind

SHOWN_CANDIDATES = 10


def scope_for(user: Any, on: date) -> Scope:
    """The scope of an account that day. Administrators and accounts without a member have no branch data."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    member = Member.unscoped.active().filter(user=user).only("pk").first()
    if member is None or user.desk:
        return Scope(user_id=user.pk)
    posts = (
        Post.unscoped.held_on(on)
        .filter(member=member, organization__dissolved_on=None)
        .values_list("kind", "organization__kind", "organization__path", "group_id")
    )
    grants = tuple(Grant(path, rights_of(PostKind(kind), Kind(body))) for kind, body, path, _ in posts)
    groups = frozenset(group for kind, _, _, group in posts if kind == PostKind.GROUP_LEADER and group)
    return Scope(user_id=user.pk, member_id=member.pk, grants=grants, groups=groups)


# --- a branch on a day


class RosterLine(NamedTuple):
    """A member as a meeting of the branch sees them."""

    id: int
    name: str
    standing: str
    group_id: int | None
    posts: tuple[str, ...]
    has_vote: bool


def roster_for(branch: Organization, on: date) -> list[RosterLine]:
    """Formal and probationary members of the branch that day, by pinyin, with the posts they held in it.

    A member whose transfer is not accepted still belongs to the source.
    """
    here = _covering(BranchPeriod.objects.filter(member=OuterRef("pk"), branch=branch), on)
    standing = _covering(StandingPeriod.objects.filter(member=OuterRef("pk")), on)
    rows = (
        Member.unscoped.filter(Exists(here))
        .annotate(
            standing_then=Subquery(standing.values("standing")[:1]),
            restriction_then=Subquery(standing.values("restriction")[:1]),
        )
        .filter(standing_then__in=(Standing.FORMAL, Standing.PROBATIONARY))
        .order_by("name_key", "id")
        .values_list("id", "name", "standing_then", "group_id", "restriction_then")
    )
    posts = posts_by_member(on, organization=branch)
    return [
        # ER Art 5: no vote on probation within the Party or while rights are suspended.
        RosterLine(pk, name, then, group, posts.get(pk, ()), then == Standing.FORMAL and not restricted)
        for pk, name, then, group, restricted in rows
    ]


def moved_at(branch: Organization, at: datetime) -> list[int]:
    """Whom a reorganisation recorded at this very moment brought into the branch."""
    rows = BranchPeriod.objects.filter(branch=branch, reason=PeriodReason.REORGANISED, recorded_at=at)
    return list(rows.order_by("member_id").values_list("member_id", flat=True))


def _covering(periods: Any, on: date) -> Any:
    return periods.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


def posts_by_member(on: date, **where: Any) -> dict[int, tuple[str, ...]]:
    """Post kinds held that day by member id."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Post.unscoped.held_on(on).filter(**where).order_by("starts_on", "id")
    for member, kind in rows.values_list("member_id", "kind"):
        found[member].append(kind)
    return {member: tuple(dict.fromkeys(kinds)) for member, kinds in found.items()}


# --- whom to tell


def users_with_posts(
    where: int | str, kinds: Collection[PostKind | str], on: date, *, may: Collection[str]
) -> set[int]:
    """Accounts of those who hold one of the posts in this body (id or path) that day and have the right.

    Where the body has none, those of the next body above stand in who have one of the rights; where nobody
    has, whoever can fill the post (`members.rules.posts.standing_for`).
    """
    path = where if isinstance(where, str) else _path_of(where)
    if not path:
        return set()
    return set(standing_for(path, kinds, may, _holders_around(path, kinds, on)).who)


def _holders_around(path: str, kinds: Collection[PostKind | str], on: date) -> list[Holder]:
    rows = holders_at([*ancestors(path), path], kinds, on).order_by("pk")
    facts = rows.values_list("organization__path", "organization__kind", "kind", "member__user_id")
    return [Holder(place, Kind(body), PostKind(kind), user) for place, body, kind, user in facts]


def holders_at(places: Collection[str], kinds: Collection[PostKind | str], on: date) -> PostQuerySet:
    """Posts that day in any of the bodies whose holders can sign in and act; overseers and substitutes too.

    A desk takes every other right from its account.
    """
    found: PostQuerySet = (
        Post.unscoped.held_on(on)
        .filter(
            organization__path__in=among(places, "text"), kind__in={*kinds, *OVERSEERS, *chain(*SUBSTITUTES)}
        )
        .filter(member__user__is_active=True, member__user__desk="", organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
    )
    return found


def users_who_may(right: str, path: str, on: date) -> set[int]:
    """Accounts whose posts carry the right over this place that day, of the nearest body that has any."""
    rows = _posts_here_and_above(path, on).filter(member__user__desk="")
    facts = rows.values_list("organization__path", "organization__kind", "kind", "member__user_id")
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for body, kind, post, user in facts:
        if right in rights_of(PostKind(post), Kind(kind)):
            holders[body].add(user)
    return _nearest(holders)


def _posts_here_and_above(path: str, on: date) -> PostQuerySet:
    """Posts of those with an account in use, in the body and in all bodies above it."""
    rows = Post.unscoped.held_on(on).filter(organization__path__in=[*ancestors(path), path])
    standing = rows.filter(member__user__is_active=True, organization__dissolved_on=None)
    return standing.exclude(member__standing=Standing.ENDED)


def _nearest(holders: dict[str, set[int]]) -> set[int]:
    return holders[max(holders, key=len)] if holders else set()


def _path_of(organization_id: int) -> str | None:
    return Organization.unscoped.filter(pk=organization_id).values_list("path", flat=True).first()


def names_of(ids: Collection[int]) -> dict[int, str]:
    """Names by id, for whoever may already see the record that names them."""
    return dict(Member.unscoped.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def posts_in_force(on: date, kind: str = "") -> PostQuerySet:
    """Every post held that day, of one kind if asked."""
    rows = Post.unscoped.held_on(on).select_related("member", "member__user", "organization")
    return rows.filter(kind=kind) if kind in PostKind.values else rows


def desk_holders() -> list[User]:
    return list(User.objects.exclude(desk="").order_by("desk", "pk"))


def post_behind(user_id: int, path: str, on: date) -> str:
    """By which post somebody acts at a place: "kind|body", the nearest one; "" for none."""
    found = (
        Post.unscoped.held_on(on)
        .filter(member__user=user_id, organization__path__in=[*ancestors(path), path])
        .order_by("-organization__path", "id")
        .values_list("kind", "organization__name")
        .first()
    )
    return "|".join(found) if found else ""


# --- likeness


def number_holder(id_number: str, besides: int = 0) -> Member | None:
    """Who in the whole register has this identity number."""
    return Member.unscoped.filter(id_number_digest=blind(id_number)).exclude(pk=besides).first()


def same_persons(name: str, birth_on: date, mobile: str, scope: Scope, besides: int = 0) -> list[Member]:
    """Members within reach who have the same name and day of birth, or the same mobile."""
    like = Q(name=name, birth_on=birth_on)
    if mobile:
        like |= Q(mobile=mobile)
    rows = Member.objects.visible_to(scope).active().filter(like).exclude(pk=besides)
    return list(rows.select_related("branch").order_by("name_key", "id")[:SHOWN_CANDIDATES])
