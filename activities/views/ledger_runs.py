"""Ledgers of a whole body: ordered in one step, followed on a page, taken as one archive."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.forms.ledgers import RunForm
from activities.messages import REFUSALS
from activities.models import Activity, LedgerRun
from activities.queries.ledger_runs import bodies_to_order_for, run_sheet
from activities.queries.ledger_templates import bodies_to_keep_for
from activities.views.book import as_file
from activities.workflows import ledger_runs as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

SHOWN = 20


@require_http_methods(["GET", "POST"])
@may(Activity.view_right)
def run_list(request: Any) -> HttpResponse:
    """A new order, and those of the last weeks below it."""
    now = timezone.now()
    form = RunForm(request.POST or None, scope=request.scope, today=timezone.localdate(now))
    if form.is_valid():
        how = {"actor": request.user, "scope": request.scope, "at": now}
        try:
            run = work.order(form.cleaned_data["organization"], form.wanted(), **how)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(run)
    runs = LedgerRun.objects.visible_to(request.scope).select_related("organization").order_by("-pk")
    return render_page(
        request, "activities/ledger_runs.html", status=422 if form.errors else 200, form=form,
        runs=list(runs[:SHOWN]), may_order=bodies_to_order_for(request.scope).exists(), keep=work.KEEP_DAYS,
        bodies=bodies_to_keep_for(request.scope),
    )  # fmt: skip


@require_GET
def run_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, own_run(request, pk))


@require_GET
def run_file(request: Any, pk: int) -> HttpResponse:
    """All that is ready, of the branches still in sight at this moment."""
    run = own_run(request, pk)
    try:
        taken = work.take_all(run, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        return _page(request, run, refusal)
    return as_file(taken)


@require_POST
def run_again(request: Any, pk: int) -> HttpResponse:
    """What could not be drawn is tried once more."""
    run = own_run(request, pk)
    try:
        work.again(run, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, run, refusal)
    return redirect(run)


def own_run(request: Any, pk: int) -> LedgerRun:
    found: LedgerRun = get_object_or_404(
        LedgerRun.objects.visible_to(request.scope).select_related("organization"), pk=pk
    )
    return found


def _page(request: Any, run: LedgerRun, refusal: Refused | None = None) -> HttpResponse:
    return render_page(
        request, "activities/ledger_run.html", part="activities/_ledger_run.html",
        status=409 if refusal else 200, sheet=run_sheet(run),
        refusal=sentence(refusal, REFUSALS) if refusal else "",
    )  # fmt: skip
