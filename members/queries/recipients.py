"""Who stands for many bodies at once: the answer of `users_with_posts`, for a whole plan in one query."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from branches.choices import PostKind
from branches.rules import ancestors
from members.choices import Standing
from members.models import Post
from members.queries import OVERSEERS


def accounts_by_body(
    paths: Iterable[str], kinds: Collection[PostKind], on: date
) -> dict[str, frozenset[int]]:
    """Accounts by path; where a body has no holder with an account, those of the next one above stand in."""
    wanted = set(paths)
    chain = {path: [*ancestors(path), path] for path in wanted}
    rows = (
        Post.unscoped.held_on(on)
        .filter(organization__path__in={place for places in chain.values() for place in places})
        .filter(member__user__is_active=True, organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
        .filter(kind__in={*kinds, *OVERSEERS})
        .values_list("organization__path", "kind", "member__user_id")
    )
    asked: defaultdict[str, set[int]] = defaultdict(set)
    standing_in: defaultdict[str, set[int]] = defaultdict(set)
    for body, kind, user in rows:
        standing_in[body].add(user)
        if kind in kinds:
            asked[body].add(user)
    return {
        path: frozenset(_nearest(places, asked.get(path, set()), standing_in))
        for path, places in chain.items()
    }


def _nearest(places: list[str], own: set[int], standing_in: dict[str, set[int]]) -> set[int]:
    if own:
        return own
    return next((standing_in[place] for place in reversed(places[:-1]) if place in standing_in), set())
