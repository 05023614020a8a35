"""Which posts a body has, whom each may go to, and for how long. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from branches.choices import Kind, PostKind
from branches.provisions import STRUCTURE
from branches.rules import rights_of
from members.choices import Standing
from members.rules.register import add_years

# A recorder's right is lent, never given (product.md 1).
RECORDER_YEARS = 1
# Sent from elsewhere, as a first secretary is; every other post of a branch goes to one of its own.
FROM_ELSEWHERE = frozenset({PostKind.SECRETARY})
# One holder at a time: whoever is appointed takes over from the holder.
SINGLE = frozenset({PostKind.SECRETARY})
# Posts that a term of office is about.
ELECTED = frozenset(
    {
        PostKind.SECRETARY,
        PostKind.DEPUTY_SECRETARY,
        PostKind.ORGANISATION,
        PostKind.PUBLICITY,
        PostKind.DISCIPLINE,
        PostKind.COMMITTEE_MEMBER,
    }
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A post as it would be given."""

    kind: PostKind
    body: Kind
    standing: Standing
    is_of_body: bool  # the member belongs to the branch the post is in
    has_group: bool
    starts_on: date
    ends_on: date | None


def posts_of(body: Kind) -> tuple[PostKind, ...]:
    """The posts this kind of body has, in the order of the table of kinds."""
    return tuple(kind for kind in PostKind if kind in STRUCTURE[body].posts)


def objection_to(post: Appointment) -> str | None:
    """The code of the first reason why this appointment cannot be; None when it can."""
    if post.kind not in STRUCTURE[post.body].posts:
        return "post_not_in_body"
    if not _may_hold(post.kind, post.standing):
        return "post_needs_formal_member"
    if post.body == Kind.BRANCH and not post.is_of_body and post.kind not in FROM_ELSEWHERE:
        return "post_needs_own_member"
    if post.has_group != (post.kind == PostKind.GROUP_LEADER):
        return "leader_needs_group" if post.kind == PostKind.GROUP_LEADER else "group_without_leader"
    return _date_objection(post)


def _may_hold(kind: PostKind, standing: Standing) -> bool:
    """Posts are for formal members; a probationary one may write the minutes."""
    if kind == PostKind.RECORDER:
        return standing in {Standing.FORMAL, Standing.PROBATIONARY}
    return standing == Standing.FORMAL


def _date_objection(post: Appointment) -> str | None:
    if post.ends_on is not None and post.ends_on < post.starts_on:
        return "ends_before_start"
    if post.kind == PostKind.RECORDER:
        if post.ends_on is None:
            return "recorder_needs_end"
        if post.ends_on > add_years(post.starts_on, RECORDER_YEARS):
            return "recorder_too_long"
    return None


def exceeds(kind: PostKind, body: Kind, own: frozenset[str]) -> bool:
    """Whether the post would carry rights that the one who gives it does not have."""
    return not rights_of(kind, body) <= own


# --- who stands for a body

# Whoever oversees a body stands in where the body itself has no holder of a post.
OVERSEERS = frozenset({PostKind.ORGANISER, PostKind.OFFICER})
# Who of the same body acts where nobody holds the asked post: the deputy, then the rest of the committee.
SUBSTITUTES: tuple[frozenset[PostKind], ...] = (
    frozenset({PostKind.DEPUTY_SECRETARY}),
    frozenset({PostKind.ORGANISATION, PostKind.PUBLICITY, PostKind.DISCIPLINE, PostKind.COMMITTEE_MEMBER}),
)
# Who has it can fill the vacant post, where nobody in the line can do its task.
FILLS = frozenset({"post.edit"})


@dataclass(frozen=True, slots=True)
class Holder:
    """A post somebody holds: where, in which kind of body, and who (an account, a name)."""

    place: str
    body: Kind
    kind: PostKind
    who: Any


@dataclass(frozen=True, slots=True)
class Stand:
    """Who stands for a body: of which place, and whether they can only fill the post that is vacant."""

    place: str
    who: tuple[Any, ...] = ()
    fills: bool = False


def standing_for(
    path: str, kinds: Collection[PostKind | str], may: Collection[str], holders: Iterable[Holder]
) -> Stand:
    """The holders of the asked posts in the nearest body of the line who have one of the rights."""
    nearest_first = sorted(holders, key=lambda one: (-len(one.place), one.place))
    line = [(place, list(here)) for place, here in groupby(nearest_first, lambda one: one.place)]
    return standing_in_line(path, kinds, may, line)


def standing_in_line(
    path: str,
    kinds: Collection[PostKind | str],
    may: Collection[str],
    line: Sequence[tuple[str, Sequence[Holder]]],
) -> Stand:
    """The same where the holders are known body by body, the nearest first.

    In each body its deputy and then its committee stand in for posts that are vacant; above the body
    overseers count as well. Where nobody up the line can do it, the nearest who can fill the post are named:
    the matter has to end with somebody.
    """
    for rights, ranks in ((frozenset(may), len(SUBSTITUTES)), (FILLS, 0)):
        for place, holders in line:
            found: defaultdict[int, dict[Any, None]] = defaultdict(dict)
            for one in holders:
                rank = _rank(one, path, kinds)
                if rank is not None and rank <= ranks and rights & rights_of(one.kind, one.body):
                    found[rank][one.who] = None
            if found:
                return Stand(place, tuple(found[min(found)]), fills=not frozenset(may) & rights)
    return Stand(path)


def _rank(one: Holder, path: str, kinds: Collection[PostKind | str]) -> int | None:
    """0 for who was asked, then by the order of substitutes; None for who never stands in."""
    if one.kind in kinds or (one.place != path and one.kind in OVERSEERS):
        return 0
    return next((number for number, kind in enumerate(SUBSTITUTES, 1) if one.kind in kind), None)
