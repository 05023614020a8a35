"""Who stands for a body: the answer of `users_with_posts` for a whole plan in one query; by name, for one
matter that waits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from branches.choices import PostKind
from branches.queries import directory
from branches.rules import ancestors
from members.choices import Standing
from members.models import Post
from members.models.posts import PostQuerySet
from members.queries import OVERSEERS


def accounts_by_body(
    paths: Iterable[str], kinds: Collection[PostKind], on: date
) -> dict[str, frozenset[int]]:
    """Accounts by path; where a body has no holder with an account, those of the next one above stand in."""
    wanted = set(paths)
    chain = {path: [*ancestors(path), path] for path in wanted}
    held = _held({place for places in chain.values() for place in places}, kinds, on)
    rows = held.values_list("organization__path", "kind", "member__user_id")
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


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns what waits at a body, by name, and the number to ring.

    `stands_in` names the body above whose people stand in where nobody of the body's own can act; `phone_of`
    the nearest body that has a number.
    """

    names: tuple[str, ...] = ()
    stands_in: str = ""
    phone: str = ""
    phone_of: str = ""


def owners_of(path: str, kinds: Collection[PostKind], on: date) -> Owners:
    """The same people `accounts_by_body` gives, by name, in two queries (docs/crossings.md)."""
    places = [*ancestors(path), path]
    rows = _held(places, kinds, on).order_by("pk")
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    bodies = {path: ""}
    for place, body, kind, name in rows.values_list(
        "organization__path", "organization__name", "kind", "member__name"
    ):
        if place != path or kind in kinds:
            found[place][name] = None
            bodies.setdefault(place, body)
    nearest = max(found, key=len, default=path)
    phones = directory().filter(path__in=places).exclude(phone="").values_list("path", "name", "phone")
    _, phone_of, phone = max(phones, key=lambda each: len(each[0]), default=("", "", ""))
    return Owners(tuple(found[nearest]), bodies[nearest], phone, phone_of)


def _held(places: Collection[str], kinds: Collection[PostKind], on: date) -> PostQuerySet:
    """Posts that day in any of the bodies whose holders can sign in; overseers as well, who may stand in."""
    found: PostQuerySet = (
        Post.unscoped.held_on(on)
        .filter(organization__path__in=places, kind__in={*kinds, *OVERSEERS})
        .filter(member__user__is_active=True, organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
    )
    return found


def _nearest(places: list[str], own: set[int], standing_in: dict[str, set[int]]) -> set[int]:
    if own:
        return own
    return next((standing_in[place] for place in reversed(places[:-1]) if place in standing_in), set())
