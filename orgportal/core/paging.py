"""Keyset pages: newest first, cut by the last id seen, so a page never slides while rows are added."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    previous_url: str | None
    next_url: str | None


def newest_first(request: HttpRequest, rows: QuerySet[Any], size: int = SIZE) -> Page:
    """One page by `?before=ID`; the way back is the first page."""
    before = request.GET.get("before", "")
    narrowed = rows.filter(pk__lt=int(before)) if before.isdigit() else rows
    found = list(narrowed.order_by("-pk")[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    return Page(
        found,
        _address(request, None) if before else None,
        _address(request, str(found[-1].pk)) if has_more else None,
    )


def _address(request: HttpRequest, before: str | None) -> str:
    fields = request.GET.copy()
    fields.pop("before", None)
    if before:
        fields["before"] = before
    return f"{request.path}?{fields.urlencode()}" if fields else request.path
