"""Who stands for a body: the answer of `users_with_posts` for a whole plan in one query; by name, for one
matter that waits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from branches.choices import Kind, PostKind
from branches.queries import directory
from branches.rules import ancestors, parent_of
from members.models import Member
from members.queries import holders_at
from members.rules.posts import Holder, Stand, standing_for, standing_in_line
from members.rules.transfer import OVER_POSTS

# Thousands of rows are read at once, and asking the class for its member is slow.
BODIES, POSTS = {str(kind): kind for kind in Kind}, {str(kind): kind for kind in PostKind}
SEES_HEALTH = ("health.view",)


def accounts_by_body(
    paths: Iterable[str], kinds: Collection[PostKind], on: date, *, may: Collection[str]
) -> dict[str, frozenset[int]]:
    """Accounts by path, of those who can do it or stand in (`members.rules.posts.standing_for`)."""
    return {path: frozenset(found.who) for path, found in stands_by_body(paths, kinds, on, may=may).items()}


def stands_by_body(
    paths: Iterable[str], kinds: Collection[PostKind], on: date, *, may: Collection[str]
) -> dict[str, Stand]:
    """The same with the body whose people they are: another one where they stand in from above."""
    wanted = set(paths)
    above = {place for parent in set(map(parent_of, wanted)) for place in (*ancestors(parent), parent)}
    rows = holders_at(wanted | above, kinds, on)
    held: defaultdict[str, list[Holder]] = defaultdict(list)
    facts = rows.values_list("organization__path", "organization__kind", "kind", "member__user_id")
    for place, body, kind, user in facts:
        held[place].append(Holder(place, BODIES[body], POSTS[kind], user))
    return {path: _stand(path, kinds, may, held) for path in wanted}


def _stand(
    path: str, kinds: Collection[PostKind], may: Collection[str], held: Mapping[str, Sequence[Holder]]
) -> Stand:
    """Nearly every body has somebody of its own: the line above is walked only for the others."""
    own = standing_in_line(path, kinds, may, [(path, held.get(path, ()))])
    if own.who and not own.fills:
        return own
    line = [path, *reversed(ancestors(path))]
    return standing_in_line(path, kinds, may, [(place, held[place]) for place in line if place in held])


def overseers_of(path: str, on: date) -> frozenset[int]:
    """Accounts of those who oversee the body from the next level above (asked through core.bridges)."""
    above = parent_of(path)
    return accounts_by_body({above}, OVER_POSTS, on, may=SEES_HEALTH)[above] if above else frozenset()


def places_of(accounts: Collection[int]) -> dict[int, str]:
    """By account, the path of its member's branch (asked through core.bridges; docs/crossings.md)."""
    return dict(Member.unscoped.filter(user__in=accounts).values_list("user_id", "path"))


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns what waits at a body, by name, and the number to ring.

    `stands_in` names the body above whose people stand in where nobody of the body's own can act, and
    `fills` says that they can only fill the vacant post; `phone_of` the nearest body that has a number.
    """

    names: tuple[str, ...] = ()
    stands_in: str = ""
    phone: str = ""
    phone_of: str = ""
    fills: bool = False


def owners_of(path: str, kinds: Collection[PostKind], on: date, *, may: Collection[str]) -> Owners:
    """The same people `accounts_by_body` gives, by name, in two queries (docs/crossings.md)."""
    places = [*ancestors(path), path]
    rows = holders_at(places, kinds, on).order_by("pk")
    bodies = {path: ""}
    holders = []
    for place, name, body, kind, member in rows.values_list(
        "organization__path", "organization__name", "organization__kind", "kind", "member__name"
    ):
        holders.append(Holder(place, Kind(body), PostKind(kind), member))
        bodies.setdefault(place, name)
    found = standing_for(path, kinds, may, holders)
    phones = directory().filter(path__in=places).exclude(phone="").values_list("path", "name", "phone")
    _, phone_of, phone = max(phones, key=lambda each: len(each[0]), default=("", "", ""))
    return Owners(found.who, bodies[found.place], phone, phone_of, found.fills)
