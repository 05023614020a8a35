"""The host's pages: whom it looks after, registered by exact number and name or announced by home."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from branches.models import Organization
from members.forms.mobile import BackForm, InflowForm
from members.messages import INFLOW_ACTS, REFUSALS
from members.models import Inflow
from members.queries.mobile import home_of
from members.workflows import inflow as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.scoping import within
from orgportal.core.ui import render_page

MOST_BRANCHES = 60


def _branches(request: Any) -> list[tuple[int, str]]:
    """Those this person may enter an inflow for."""
    rows = Organization.objects.visible_to(request.scope).branches().current()
    mine = rows.filter(within("path", request.scope.roots_for(work.RIGHT))).order_by("path")
    return list(mine.values_list("pk", "name")[:MOST_BRANCHES])


def _seen(request: Any, pk: int, *, edits: bool = False) -> Inflow:
    rows = Inflow.objects.visible_to(request.scope).select_related("host")
    found: Inflow = get_object_or_404(rows, pk=pk)
    if edits and not request.scope.may(work.RIGHT, found.host):
        raise PermissionDenied(work.RIGHT)
    return found


@require_http_methods(["GET", "POST"])
@may(work.RIGHT)
def inflow_create(request: Any) -> HttpResponse:
    """The answer is the same whether the number and name are anybody's or not."""
    form = InflowForm(typed(request), branches=_branches(request), initial={"since": timezone.localdate()})
    if form.is_valid():
        host = Organization.objects.visible_to(request.scope).get(pk=form.cleaned_data["branch"])
        try:
            row = work.register(host, form.told(), actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(row)
    status = 422 if form.is_bound else 200
    return render_page(request, "members/inflow_form.html", status=status, form=form, row=None)


@require_GET
@may("member.view")
def inflow_detail(request: Any, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    return render_page(
        request, "members/inflow.html", row=row, home=home_of(row),
        may_edit=request.scope.may(work.RIGHT, row.host),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@may(work.RIGHT)
def inflow_correct(request: Any, pk: int) -> HttpResponse:
    row = _seen(request, pk, edits=True)
    first = {"branch": row.host_id, "number": row.number, "name": row.name, "since": row.since,
             "expected_on": row.expected_on, "version": row.version}  # fmt: skip
    form = InflowForm(typed(request), branches=[(row.host_id, row.host.name)], initial=first)
    if form.is_valid():
        try:
            after = work.correct(
                row, form.told(), seen_version=form.cleaned_data["version"] or 0, actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(after)
    status = 422 if form.is_bound else 200
    return render_page(request, "members/inflow_form.html", status=status, form=form, row=row)


@require_http_methods(["GET", "POST"])
@may(work.RIGHT)
def inflow_act(request: Any, pk: int, act: str) -> HttpResponse:
    """Confirm that somebody announced has come, or end the host's care."""
    row = _seen(request, pk, edits=True)
    form = BackForm(typed(request), initial={"on": timezone.localdate(), "version": row.version})
    if form.is_valid():
        how = {"seen_version": form.cleaned_data["version"], "actor": request.user, "scope": request.scope}
        try:
            if act == "confirm":
                work.confirm(row, at=timezone.now(), **how)
            else:
                work.end(row, form.cleaned_data["on"], at=timezone.now(), **how)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(row)
    return render_page(
        request, "members/inflow_act.html", status=422 if form.is_bound else 200, form=form, row=row, act=act,
        words=INFLOW_ACTS[act],
    )  # fmt: skip
