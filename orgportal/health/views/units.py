"""The review of the two coverages: shares, findings, bodies below; and the list behind each frozen number."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from branches.messages import MEASURES, UNIT_GROUPS
from branches.queries.units import EDIT_RIGHT
from branches.rules.coverage import ALL
from branches.tables.units import WORDS
from orgportal.core.decorators import may
from orgportal.core.keyset import SIZE, Page
from orgportal.core.ui import render_page
from orgportal.health.filters import ReviewFilter, quarter_words
from orgportal.health.messages import COVERAGE_SHARES
from orgportal.health.queries import coverage as queries

NUMBERS = (
    ("own", False), ("joint", False), ("adviser", False), ("liaison", False), ("union_league", False),
    ("to_build", True), ("to_ask", False), ("empty_body", True), ("small_body", False), ("blank", True),
    ("uncovered", False), ("hidden", False), ("not_operating", False), ("unchecked", False),
    ("unvisited", False),
)  # fmt: skip


@require_GET
@may("health.view")
def unit_review(request: Any) -> HttpResponse:
    """Both official denominators side by side, what asks somebody to act, and the bodies below."""
    filters = ReviewFilter(request.GET, scope=request.scope, today=timezone.localdate())
    body = filters.body
    found = queries.review(filters.lines(), filters.group, filters.committees, body, filters.on)
    return render_page(
        request, "health/units.html", part="health/_review.html", filters=filters, review=found, body=body,
        measures=MEASURES, groups=UNIT_GROUPS, share_words=COVERAGE_SHARES, words=WORDS, numbers=NUMBERS,
        trend=queries.trend(request.scope, body, filters.group) if body else [],
        frozen=queries.frozen_of(request.scope, filters.quarter, body) if filters.quarter and body else None,
        to_list=lambda measure, **more: _list_url(filters, measure, **more), at=timezone.now(),
        to_quarter=lambda first: f"?{urlencode({**filters.fields, 'quarter': first.isoformat()})}",
        quarter_words=quarter_words,
        to_body=lambda pk: f"?{urlencode({**filters.fields, 'under': pk})}", all_units=ALL,
        may_edit=request.scope.may_somewhere(EDIT_RIGHT),
        by_quarter=reverse("health:unit-matrix", query=filters.fields or None),
    )  # fmt: skip


def _list_url(filters: ReviewFilter, measure: str, **more: Any) -> str:
    """The list of exactly the units a number counts."""
    name = "health:unit-names" if filters.quarter else "branches:unit-list"
    fields = {**filters.fields, **more, **({} if measure == "listed" else {"measure": measure})}
    kept = {key: value for key, value in fields.items() if value and value != ALL}
    return reverse(name) + (f"?{urlencode(kept)}" if kept else "")


@require_GET
@may("health.view")
def unit_names(request: Any) -> HttpResponse:
    """The units behind a number of a frozen quarter, as they were frozen."""
    filters = ReviewFilter(request.GET, scope=request.scope, today=timezone.localdate())
    rows = filters.names()
    pages = Paginator(rows, SIZE)
    here = pages.get_page(request.GET.get("page"))
    page: Page[Any] = Page(
        list(here.object_list), len(rows),
        _page_url(request, here.previous_page_number()) if here.has_previous() else "",
        _page_url(request, here.next_page_number()) if here.has_next() else "",
    )  # fmt: skip
    return render_page(
        request, "health/unit_names.html", filters=filters, page=page, measures=MEASURES, groups=UNIT_GROUPS,
        words=WORDS, measure=filters.measure,
        back=reverse("health:unit-review", query={**filters.fields}),
    )  # fmt: skip


def _page_url(request: Any, number: int) -> str:
    fields = request.GET.copy()
    fields["page"] = str(number)
    return f"?{fields.urlencode()}"
