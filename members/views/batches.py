"""Many transfers by one decision: chosen on a list, checked together, done by the worker."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from members.forms.batches import BatchForm, picked_members
from members.forms.transfers import QueueForm
from members.messages import REFUSALS
from members.models import Batch
from members.views.batch_sheets import sheet_of
from members.views.transfer_queues import picked_transfers
from members.workflows import batches as work
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@may("transfer.start")
def batch_list(request: Any) -> HttpResponse:
    """What this person did together lately, newest first."""
    rows = Batch.objects.visible_to(request.scope).select_related("target").order_by("-pk")[:50]
    return render_page(request, "members/batch_list.html", batches=list(rows))


@may("transfer.start")
def batch_create(request: Any) -> HttpResponse:
    """Where the chosen members go, and why; the choice itself comes along in the address."""
    at = timezone.now()
    members = picked_members(request.GET, request.scope, timezone.localdate(at))
    form = BatchForm(request.POST or None)
    if form.is_valid():
        try:
            batch = work.prepare_start(
                members, form.details(), actor=request.user, scope=request.scope, at=at
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(batch)
    status = 422 if form.errors else 200
    return render_page(
        request, "members/batch_form.html", status=status, form=form, members=members, most=work.MOST
    )


@require_POST
@may("transfer.start")
def batch_move_on(request: Any) -> HttpResponse:
    """The ticked transfers of a queue, or all of it, each one step on."""
    filters = QueueForm(request.POST)
    filters.is_valid()
    found = picked_transfers(request, filters.cleaned_data, work.MOST + 1)
    try:
        batch = work.prepare_moves(found, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return render_page(
            request, "members/batch_refused.html", status=422, refusal=sentence(refusal, REFUSALS)
        )
    return redirect(batch)


def batch_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, _mine(request, pk))


def _mine(request: Any, pk: int) -> Batch:
    rows = Batch.objects.visible_to(request.scope).select_related("target")
    found: Batch = get_object_or_404(rows, pk=pk)
    return found


def _page(request: Any, batch: Batch, *, status: int = 200, refusal: str = "") -> HttpResponse:
    sheet = sheet_of(batch, request.scope, timezone.localdate())
    return render_page(
        request, "members/batch.html", part="members/_batch.html", status=status, sheet=sheet, refusal=refusal
    )


@require_POST
def batch_begin(request: Any, pk: int) -> HttpResponse:
    batch = _mine(request, pk)
    try:
        work.begin(batch, actor=request.user, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return _page(request, batch, status=409, refusal=sentence(refusal, REFUSALS))
    return redirect(batch)


@require_POST
def batch_discard(request: Any, pk: int) -> HttpResponse:
    batch = _mine(request, pk)
    try:
        work.discard(batch, actor=request.user)
    except Refused as refusal:
        return _page(request, batch, status=409, refusal=sentence(refusal, REFUSALS))
    return redirect("members:batch-list")
