"""Members, transfers and papers by what somebody typed.

A text has one or more shapes. Each shape of each subtree is a query of its own: one range of one index that
holds the sought text and then the place, in that index's order, cut after a few rows. So neither a frequent
surname nor a wide scope makes a search read what it does not show (performance.md 6).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, Q, TextField, Value

from members.choices import PaperKind
from members.models import Arrival, Member, Paper, Transfer
from members.models.papers import PaperQuerySet
from members.models.register import SOUGHT, MemberQuerySet
from members.models.transfers import TransferQuerySet
from orgportal.core.names import typed_reading
from orgportal.core.scoping import Grant, Scope
from orgportal.core.sealing import blind, blind_end

# Sorts after every character in the C collation.
LAST = "\U0010ffff"
IDENTITY_END = re.compile(r"\d{3}[\dX]", re.ASCII)
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
REFERENCE = re.compile(r"(?:ZJ)?(\d{1,12})", re.ASCII)
SERIAL = (1 << 40) - 1  # the installation's number stands above these bits (performance.md 12)
BY_IDENTITY = frozenset({"id_end", "identity"})
COLUMNS = {**SOUGHT, "number": F("number"), "identity": F("id_number_digest")}


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to read what was typed: a column, and whether it starts with the text, equals or holds it."""

    by: str
    text: str
    how: str = "start"

    def condition(self) -> Q:
        sought = f"sought_{self.by}"
        match self.how:
            case "start":
                return Q(**{f"{sought}__gte": self.text, f"{sought}__lt": self.text + LAST})
            case "equal":
                return Q(**{sought: self.text})
            case "alias":
                # The number of a record that was merged into this one.
                return Q(pk__in=Member.unscoped.filter(number=self.text).values("merged_into"))
            case _:
                return Q(**{f"{sought}__contains": list(self.text)}, name__contains=self.text)


def shapes_of(text: str) -> tuple[Shape, ...]:
    """The best reading first: 汉字 anywhere in the name, pinyin or initials, digits, the member number."""
    wanted = "".join(text.split()).upper()
    if not wanted:
        return ()
    letters = _letters(text)
    if letters:
        pinyin = Shape("pinyin", f"{letters}|"), Shape("initials", letters), Shape("pinyin", letters)
        return Shape("number", wanted, "equal"), *pinyin
    if wanted.isascii():
        return tuple(_digits(wanted))
    name = "".join(text.split())
    parts = tuple(Shape(by, name) for by in ("name", "second", "third"))
    return *parts, Shape("rest", name, "hold")


def _letters(text: str) -> str:
    """Pinyin without spaces, tone marks and apostrophes; "" when the text is none."""
    try:
        return typed_reading(text).replace(" ", "")
    except ValueError:
        return ""


def _digits(wanted: str) -> list[Shape]:
    found = [Shape("number", wanted, "equal")]
    if wanted.isdigit():
        found.append(Shape("mobile", wanted[::-1]))
    if IDENTITY_END.fullmatch(wanted):
        found.append(Shape("id_end", blind_end(wanted), "equal"))
    if IDENTITY.fullmatch(wanted):
        found.append(Shape("identity", blind(wanted), "equal"))
    return found


def asks_identity(text: str) -> bool:
    """Whether the text could be an identity number, or the end of one."""
    return any(shape.by in BY_IDENTITY for shape in shapes_of(text))


def matching(rows: MemberQuerySet, text: str) -> MemberQuerySet:
    """Every member the text may mean, as a condition on a list; identity numbers are for the search alone."""
    return _any_of(rows, [shape for shape in shapes_of(text) if shape.by not in BY_IDENTITY])


def named(text: str) -> MemberQuerySet:
    """Members by name alone: for records on which others may read the name and no more."""
    shapes = [shape for shape in shapes_of(text) if shape.by not in {"number", "mobile", *BY_IDENTITY}]
    return _any_of(Member.unscoped.all(), shapes)


def _any_of(rows: MemberQuerySet, shapes: Collection[Shape]) -> MemberQuerySet:
    if not shapes:
        return rows.none()
    condition = Q()
    for shape in shapes:
        condition |= shape.condition()
    return rows.alias(**{f"sought_{shape.by}": COLUMNS[shape.by] for shape in shapes}).filter(condition)


# --- members


class FoundMember(NamedTuple):
    """What a search tells of a member: enough to know whom one means."""

    rank: int
    key: str
    path: str
    id: int
    name: str
    number: str
    branch: str
    mobile: str


FOUND = ("rank", "key", "path", "id", "name", "number", "branch__short_name", "mobile")


def members_found(text: str, scope: Scope, limit: int) -> list[FoundMember]:
    """The first members in reach whom the text may mean, in one statement; best reading first, each once."""
    return _found([*shapes_of(text), *_former_numbers(text)], scope, limit)


def members_found_by_name(text: str, scope: Scope, limit: int) -> list[FoundMember]:
    """The same without identity numbers, for who has asked for too many of them."""
    return _found([shape for shape in shapes_of(text) if shape.by not in BY_IDENTITY], scope, limit)


def _former_numbers(text: str) -> list[Shape]:
    return [Shape("number", shape.text, "alias") for shape in shapes_of(text) if shape.by == "number"]


def _found(shapes: Collection[Shape], scope: Scope, limit: int) -> list[FoundMember]:
    roots = scope.roots_for(Member.view_right)
    parts = [_part(root, rank, shape, limit) for root in roots for rank, shape in enumerate(shapes)]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found: dict[int, FoundMember] = {}
    for row in sorted(FoundMember(*row) for row in rows):
        found.setdefault(row.id, row)
    return list(found.values())[:limit]


def _part(root: str, rank: int, shape: Shape, limit: int) -> Any:
    """One shape in one subtree, as its index has it."""
    only = Scope(grants=(Grant(root, frozenset({Member.view_right})),))
    rows = Member.objects.visible_to(only).active()
    rows = rows.alias(**{f"sought_{shape.by}": COLUMNS[shape.by]}).filter(shape.condition())
    key: Any = Value("", output_field=TextField())
    if shape.how == "start":
        key = COLUMNS[shape.by]
        rows = rows.order_by(key, "path", "id")
    elif shape.by == "id_end":
        rows = rows.order_by("path", "id")
    return rows.annotate(rank=Value(rank), key=key).values_list(*FOUND)[:limit]


# --- transfers and papers: by their own numbers, and by the name they bear


def transfers_with(rows: TransferQuerySet, text: str) -> TransferQuerySet:
    """Those on members of such a name, or with the number a person quotes on the phone."""
    condition = Q(member__in=named(text).values("pk"))
    quoted = REFERENCE.fullmatch("".join(text.split()).upper())
    if quoted:
        rows = rows.alias(serial=F("pk").bitand(SERIAL))
        condition |= Q(serial=int(quoted[1]))
    return rows.filter(condition)


def transfers_found(text: str, scope: Scope, limit: int) -> list[Transfer]:
    """Open ones first, then the latest."""
    rows = transfers_with(Transfer.objects.visible_to(scope), text)
    named_rows = rows.select_related("member", "source", "target")
    return list(named_rows.order_by(F("ended_at").desc(nulls_first=True), "-pk")[:limit])


def arrivals_found(text: str, scope: Scope, limit: int) -> list[Arrival]:
    """Letters brought in on paper: those on the table first, then the latest."""
    rows = Arrival.objects.visible_to(scope).with_words(text).select_related("branch")
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "-pk")[:limit])


def papers_with(rows: PaperQuerySet, text: str) -> PaperQuerySet:
    """Those with such a number, of such a kind, or issued on members of such a name."""
    words = text.lower()
    kinds = [kind.value for kind in PaperKind if len(words) > 1 and words in str(kind.label).lower()]
    condition = Q(member__in=named(text).values("pk")) | Q(number__icontains=text)
    return rows.filter(condition | Q(kind__in=kinds))


def papers_found(text: str, scope: Scope, limit: int) -> list[Paper]:
    """The latest first."""
    rows = papers_with(Paper.objects.visible_to(scope), text)
    return list(rows.select_related("member", "issuer").order_by("-pk")[:limit])
