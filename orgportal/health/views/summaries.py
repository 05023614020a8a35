"""Frozen summaries of months, quarters and years: the list, one on screen, one on paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from activities.choices import LedgerForm
from activities.rules.ledgers import file_name
from activities.workflows.ledger_files import TYPES, file_of
from activities.workflows.ledger_words import PAPERS
from orgportal.core.attachments import attached
from orgportal.core.decorators import may
from orgportal.core.keyset import keyset_page
from orgportal.core.ui import render_page
from orgportal.health.filters import SummaryFilter
from orgportal.health.messages import BELOW, EXCLUDED
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.summaries import revisions_of
from orgportal.health.views.papers import paper_of
from orgportal.health.views.sheets import sheet_of

# A quarter stands before its last month, a year before its last quarter.
ORDER = ("-ends_on", "starts_on", "place", "-revision")


@require_GET
@may("health.view")
def summary_list(request: Any) -> HttpResponse:
    filters = SummaryFilter(request.GET, scope=request.scope, today=timezone.localdate())
    page = keyset_page(filters.qs.select_related("organization").defer("content"), request, ORDER)
    return render_page(
        request, "health/summaries.html", part="health/_summary_rows.html", filters=filters, page=page
    )


@require_GET
@may("health.view")
def summary_detail(request: Any, pk: int) -> HttpResponse:
    summary = _visible(request, pk)
    return render_page(
        request, "health/summary.html", summary=summary, sheet=sheet_of(summary, request.scope),
        excluded_reasons=EXCLUDED, below_heads=BELOW.values(), forms=LedgerForm,
        revisions=revisions_of(summary, request.scope),
    )  # fmt: skip


@require_GET
@may("health.view")
def summary_print(request: Any, pk: int) -> HttpResponse:
    summary = _visible(request, pk)
    return render_page(
        request,
        "health/summary_print.html",
        summary=summary,
        sheet=sheet_of(summary, request.scope),
        excluded_reasons=EXCLUDED,
        below_heads=BELOW.values(),
    )


@require_GET
@may("health.view")
def summary_file(request: Any, pk: int, form: str) -> HttpResponse:
    """The same in the words of papers, whatever the reader's language."""
    if form not in TYPES:
        raise Http404
    summary = _visible(request, pk)
    with translation.override(PAPERS):
        paper = paper_of(summary, sheet_of(summary, request.scope))
        content = file_of(paper, LedgerForm(form), at=summary.known_at)
    return attached(content, TYPES[LedgerForm(form)], f"{file_name(paper)}.{form}")


def _visible(request: Any, pk: int) -> PeriodSummary:
    rows = PeriodSummary.objects.visible_to(request.scope).select_related("organization__parent", "edition")
    found: PeriodSummary = get_object_or_404(rows, pk=pk)
    return found
