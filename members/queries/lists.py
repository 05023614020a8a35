"""Lists of members: one page, the whole, the count, and what narrows them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat, Left

from branches.models import Organization
from branches.rules import ancestors
from members.choices import TransferState
from members.models import Member, Post, Transfer
from members.models.register import MemberQuerySet
from members.queries import as_of
from members.queries.as_of import AsOf
from orgportal.core.scoping import AFTER, Scope, within

PAGE = 50
COUNT_CAP = 10_000
# Depths with an index on (left(path, width), name_key, id); deeper roots use (path, name_key, id).
INDEXED_WIDTHS = (4, 8, 12)
# Between branches: the member still belongs to the source until the other side accepts.
IN_TRANSIT = (TransferState.SENT, TransferState.AT_RECEIVER)


Narrow = Callable[[MemberQuerySet], MemberQuerySet]


class ListRow(NamedTuple):
    """What a list shows of a member; the identity number is not among it."""

    id: int
    name_key: str
    name: str
    number: str
    gender: str
    birth_on: date
    standing: str
    branch_id: int
    branch: str
    group: str | None
    mobile: str
    mobile_state: str
    joined_on: date
    confirmed_on: date | None
    education: str
    occupation: str
    ethnicity: str
    employer: str


NULLABLE = ("group",)
LIST_LOOKUPS = tuple(
    {"branch": "branch__short_name", "group": "group__name"}.get(field, field) for field in ListRow._fields
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after, or before, the row of this member."""

    member_id: int | None = None
    is_backwards: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[ListRow, ...]
    has_previous: bool
    has_next: bool

    @property
    def is_whole(self) -> bool:
        """Nothing of the list is elsewhere."""
        return not (self.has_previous or self.has_next)


def list_page(
    roots: Collection[str],
    narrow: Narrow,
    *,
    cursor: Cursor | None = None,
    is_selective: bool = False,
    on: AsOf | None = None,
) -> ListPage:
    """One page in pinyin order: each root's own first page, merged. O(page) at every level of the tree.

    A selective filter must not walk the name index until it has found a page full (performance.md 6): it is
    answered from its own index and sorted.
    """
    cursor = cursor or Cursor()
    edge = _edge(cursor, roots, on)
    back = cursor.is_backwards and edge is not None
    parts = [
        _ordered(narrow(_inside(root, on)), edge, is_backwards=back, is_selective=is_selective).values_list(
            *_lookups(on)
        )[: PAGE + 1]
        for root in roots
    ]
    found = sorted(_merged(parts), key=_in_list_order, reverse=back)
    has_more = len(found) > PAGE
    rows = found[:PAGE]
    if back:
        return ListPage(tuple(reversed(rows)), has_previous=has_more, has_next=True)
    return ListPage(tuple(rows), has_previous=edge is not None, has_next=has_more)


def list_rows(roots: Collection[str], narrow: Narrow, limit: int, *, on: AsOf | None = None) -> list[ListRow]:
    """The first `limit` rows of the whole list, for export and print."""
    parts = [
        narrow(_inside(root, on)).order_by("name_key", "id").values_list(*_lookups(on))[:limit]
        for root in roots
    ]
    return sorted(_merged(parts), key=_in_list_order)[:limit]


def list_count(roots: Collection[str], narrow: Narrow, *, on: AsOf | None = None) -> int:
    """How many rows the list has; COUNT_CAP + 1 stands for more than that."""
    total = 0
    for root in roots:
        total += narrow(_inside(root, on)).order_by()[: COUNT_CAP + 1].count()
    return min(total, COUNT_CAP + 1)


def _in_list_order(row: ListRow) -> tuple[str, int]:
    return row.name_key, row.id


def _merged(parts: list[Any]) -> list[ListRow]:
    """The rows of every part, in one statement."""
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [ListRow(*row) for row in rows]


def _lookups(on: AsOf | None) -> Sequence[Any]:
    return as_of.lookups(on, ListRow._fields, NULLABLE) if on else LIST_LOOKUPS


def _inside(root: str, on: AsOf | None) -> MemberQuerySet:
    if on:
        return as_of.members_on(on, [root])
    if len(root) in INDEXED_WIDTHS:
        return Member.unscoped.alias(level=Left("path", len(root))).filter(level=root)
    return Member.unscoped.filter(path__gte=root, path__lt=root + AFTER)


def _edge(cursor: Cursor, roots: Collection[str], on: AsOf | None) -> tuple[str, int] | None:
    """The sort key of the cursor's row; none for a row out of reach."""
    if cursor.member_id is None:
        return None
    if on:
        there = as_of.members_on(on, roots).filter(pk=cursor.member_id)
        return there.values_list("name_key", "pk").first()
    row = Member.unscoped.filter(pk=cursor.member_id).values_list("path", "name_key").first()
    if row is None or not any(row[0].startswith(root) for root in roots):
        return None
    return row[1], cursor.member_id


def _ordered(
    rows: MemberQuerySet, edge: tuple[str, int] | None, *, is_backwards: bool, is_selective: bool
) -> Any:
    if edge:
        key, pk = edge
        rows = (
            rows.filter(name_key__lte=key).exclude(name_key=key, id__gte=pk)
            if is_backwards
            else rows.filter(name_key__gte=key).exclude(name_key=key, id__lte=pk)
        )
    order = Concat(F("name_key"), Value("")) if is_selective else F("name_key")
    by = (order.desc(), "-id") if is_backwards else (order.asc(), "id")
    return rows.order_by(*by)


def holding(rows: MemberQuerySet, kind: str, on: date) -> MemberQuerySet:
    """Those who hold such a post that day, in whichever body."""
    return rows.filter(Exists(Post.unscoped.held_on(on).filter(member=OuterRef("pk"), kind=kind)))


def in_transit(members: Collection[int]) -> set[int]:
    """Those among them who have been sent but not accepted: still ours."""
    rows = Transfer.unscoped.filter(member__in=members, state__in=IN_TRANSIT)
    return set(rows.values_list("member_id", flat=True))


LEAVING_SHOWN = 5


class OnTheWay(NamedTuple):
    """What a line says of a transfer sent and not accepted."""

    id: int
    name: str
    target: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class Leaving:
    """Some of those sent and not accepted, and how many there are."""

    transfers: list[OnTheWay]
    total: int


def leaving(roots: Collection[str], scope: Scope) -> Leaving:
    """Who of these subtrees is on the way out, the longest first."""
    rows = Transfer.objects.visible_to(scope).filter(within("source__path", tuple(roots)))
    waiting = rows.filter(state__in=IN_TRANSIT).order_by("state_since", "pk")
    target = Coalesce("target__name", "outside_body")
    lines = waiting.values_list("pk", "member__name", target, "sent_on")
    some = [OnTheWay(*line) for line in lines[: LEAVING_SHOWN + 1]]
    return Leaving(some[:LEAVING_SHOWN], len(some) if len(some) <= LEAVING_SHOWN else waiting.count())


def on_the_way_out(rows: MemberQuerySet) -> MemberQuerySet:
    """Those sent and not accepted."""
    sent = Transfer.unscoped.filter(member=OuterRef("pk"), state__in=IN_TRANSIT)
    return rows.filter(Exists(sent))


def reachable(members: Collection[int], scope: Scope) -> set[int]:
    """Those among them whose page this person can open today."""
    return set(Member.objects.visible_to(scope).filter(pk__in=members).values_list("pk", flat=True))


def common_roots(some: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    """The subtrees inside both sets of subtrees."""
    inner = {one for one in some if any(one.startswith(other) for other in others)}
    return tuple(sorted(inner | {other for other in others if any(other.startswith(one) for one in some)}))


class Place(NamedTuple):
    """A body a list can be narrowed to."""

    id: int
    path: str
    name: str
    kind: str


def places_around(roots: Collection[str], current: int | None) -> list[Place]:
    """The bodies to choose from: the way down to the current one, and those directly under it."""
    bodies = Organization.unscoped.current()
    here = bodies.filter(pk=current).values_list("path", flat=True).first() if current else None
    if here is None or not any(here.startswith(root) for root in roots):
        here = next(iter(roots)) if len(roots) == 1 else None
    way = {*roots, *([here, *ancestors(here)] if here else ())}
    within_reach = {path for path in way if any(path.startswith(root) for root in roots)}
    # By the parent's id, not by its path: asked through a join, every body there is would be read.
    above = Organization.unscoped.filter(path=here).values("pk")[:1]
    under = Q(parent=above) if here else Q(pk__in=[])
    rows = bodies.filter(Q(path__in=within_reach) | under).order_by("path")
    return [Place(*row) for row in rows.values_list("id", "path", "short_name", "kind")]
