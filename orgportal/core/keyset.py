"""Keyset pages: a list is cut after the last row seen, so page 400 costs what page 1 costs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 50
SALT = "page"
NEWEST = ("-id",)


@dataclass(frozen=True)
class Page(Generic[M]):
    """What the list templates take: the rows, how many there are in all, and where the neighbours are."""

    rows: list[M]
    total: int
    previous_url: str
    next_url: str


class _Dates(signing.JSONSerializer):
    def dumps(self, obj: Any) -> bytes:
        # With microseconds: cut to milliseconds, a time would not equal its own row's any more.
        return json.dumps(obj, default=_iso, separators=(",", ":")).encode("latin-1")


def _iso(value: date) -> str:
    return value.isoformat()


def keyset_page(
    rows: "QuerySet[M]", request: HttpRequest, order: Sequence[str], *, size: int = SIZE
) -> "Page[M]":
    """One page of `rows` in `order`: names of fields or annotations, "-" for falling; the last is unique.

    The place is the signed `after` or `before` of the address; a broken one is the first page.
    """
    total = rows.count()
    before = _place(request.GET.get("before", ""), order)
    after = None if before else _place(request.GET.get("after", ""), order)
    if before:
        turned = [name[1:] if name.startswith("-") else f"-{name}" for name in order]
        found = _after(rows, turned, before)[: size + 1]
        page = list(found)[:size][::-1]
        has_previous, has_next = len(found) > size, True
    else:
        found = _after(rows, order, after)[: size + 1]
        page = list(found)[:size]
        has_previous, has_next = after is not None, len(found) > size
    return Page(
        page,
        total,
        _address(request, "before", page[0], order) if page and has_previous else "",
        _address(request, "after", page[-1], order) if page and has_next else "",
    )


def _after(rows: "QuerySet[M]", order: Sequence[str], place: list[Any] | None) -> "QuerySet[M]":
    ordered = rows.order_by(*order)
    if place is None:
        return ordered
    names = [name.removeprefix("-") for name in order]
    parts = []
    for depth, name in enumerate(order):
        step = "lt" if name.startswith("-") else "gt"
        same = dict(zip(names[:depth], place[:depth], strict=True))
        parts.append(Q(**same, **{f"{names[depth]}__{step}": place[depth]}))
    return ordered.filter(reduce(or_, parts))


def _place(text: str, order: Sequence[str]) -> list[Any] | None:
    try:
        place = signing.loads(text, salt=SALT, serializer=_Dates)
    except signing.BadSignature:
        return None
    return place if isinstance(place, list) and len(place) == len(order) else None


def _address(request: HttpRequest, side: str, row: Model, order: Sequence[str]) -> str:
    place = [getattr(row, name.removeprefix("-")) for name in order]
    fields = request.GET.copy()
    for key in ("after", "before"):
        fields.pop(key, None)
    fields[side] = signing.dumps(place, salt=SALT, serializer=_Dates)
    return "?" + fields.urlencode()
