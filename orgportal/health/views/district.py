"""The committee's page: one month of its branches, and the lists its numbers open."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.provisions import DUTY_RULES
from orgportal.core.decorators import may
from orgportal.core.keyset import keyset_page
from orgportal.core.ui import render_page
from orgportal.health.filters import BranchFilter, DutyFilter
from orgportal.health.messages import SHORT_DUTIES, SUBJECTS
from orgportal.health.queries import district as queries
from orgportal.health.queries.nudges import RIGHT as NUDGES
from orgportal.health.rules.nudges import OF_FINDINGS
from orgportal.health.views.lines import period_words
from orgportal.health.views.past import district_form, past_district

HEADS = [(rule.key, SHORT_DUTIES[rule.key], SUBJECTS[rule.key]) for rule in DUTY_RULES]


@require_GET
@may("health.view")
def district(request: Any) -> HttpResponse:
    """Silent branches first, on the first screen; each number opens its list."""
    filters = BranchFilter(request.GET, scope=request.scope, today=timezone.localdate())
    past = district_form(request, filters.bodies.values())
    if moment := past.moment(timezone.now()):
        return past_district(request, past, moment)
    page = keyset_page(filters.branches, request, queries.NEED_ORDER)
    body = filters.body
    return render_page(
        request, "health/district.html", part="health/_month.html", filters=filters, page=page, heads=HEADS,
        view=filters.view, body=body, numbers=queries.numbers(request.scope, filters.view, filters.branches),
        cells=queries.cells(request.scope, filters.view, [row.pk for row in page.rows]),
        trend=queries.trend(request.scope, body.pk, filters.view.today) if body else [],
        assessed_at=queries.assessed_at(), carry=_carried(request), may_nudge=_may_nudge(request),
        nudge_matter=_finding_of(request), past=past,
    )  # fmt: skip


@require_GET
@may("health.view")
def duty_list(request: Any) -> HttpResponse:
    """Duties falling due in the month: what stands behind a number or a cell."""
    filters = DutyFilter(request.GET, scope=request.scope, today=timezone.localdate())
    page = keyset_page(filters.duties(request.scope), request, ("due_on", "place", "rule", "pk"))
    return render_page(
        request, "health/duties.html", part="health/_duty_rows.html", filters=filters, page=page,
        subjects=SUBJECTS, period_words=period_words, back=_back(request), may_nudge=_may_nudge(request),
    )  # fmt: skip


@require_GET
@may("health.view")
def overdue_transfers(request: Any) -> HttpResponse:
    filters, rows = _narrowed(request, queries.transfers_overdue)
    page = keyset_page(rows.select_related("member", "source", "target"), request, ("state_since", "pk"))
    return render_page(
        request, "health/transfers.html", part="health/_transfer_rows.html", filters=filters, page=page,
        back=_back(request), today=filters.view.today, may_nudge=_may_nudge(request),
    )  # fmt: skip


@require_GET
@may("health.view")
def ending_terms(request: Any) -> HttpResponse:
    filters, rows = _narrowed(request, queries.terms_ending)
    page = keyset_page(rows.select_related("organization__parent"), request, ("due_on", "pk"))
    return render_page(
        request, "health/terms.html", part="health/_term_rows.html", filters=filters, page=page,
        back=_back(request), today=filters.view.today, may_nudge=_may_nudge(request),
    )  # fmt: skip


@require_GET
@may("health.view")
def returned_records(request: Any) -> HttpResponse:
    filters, rows = _narrowed(request, queries.records_returned)
    page = keyset_page(rows.select_related("branch__parent"), request, ("returned_at", "pk"))
    return render_page(
        request, "health/returned.html", part="health/_returned_rows.html", filters=filters, page=page,
        back=_back(request), today=filters.view.today,
    )  # fmt: skip


def _may_nudge(request: Any) -> bool:
    may_send: bool = request.scope.may_somewhere(NUDGES)
    return may_send


def _finding_of(request: Any) -> str:
    """The finding the list is narrowed to, if it is one a body can be asked about."""
    need = request.GET.get("need", "")
    return need if need in OF_FINDINGS else ""


def _narrowed(request: Any, narrow: Any) -> tuple[BranchFilter, QuerySet[Any]]:
    filters = BranchFilter(request.GET, scope=request.scope, today=timezone.localdate())
    return filters, narrow(request.scope, filters.view, filters.branches)


def _carried(request: Any) -> str:
    """The filters in use, as every list behind a number takes them on."""
    fields = request.GET.copy()
    for name in ("after", "before", "need"):
        fields.pop(name, None)
    return f"?{fields.urlencode()}&" if fields else "?"


def _back(request: Any) -> str:
    fields = {name: request.GET[name] for name in ("month", "under", "sector", "q") if request.GET.get(name)}
    return reverse("health:district", query=fields or None)
