"""A member's own page of a meeting to come: when and where it is, and leave asked for it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.plans import LeaveForm
from activities.messages import REFUSALS
from activities.queries.plans import Coming, own_meeting
from activities.rules.plan_moves import leave_refusal
from activities.workflows.leave import ask_leave, withdraw_leave
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
def leave_ask(request: Any, pk: int) -> HttpResponse:
    coming, now = _coming(request, pk), timezone.now()
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_leave(coming.activity, form.words(), actor=request.user, scope=request.scope, at=now)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("activities:leave-ask", pk=pk)
    return _page(request, coming, form)


@require_POST
def leave_withdraw(request: Any, pk: int) -> HttpResponse:
    coming = _coming(request, pk)
    try:
        withdraw_leave(coming.activity, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        return _page(request, coming, LeaveForm(), sentence(refusal, REFUSALS))
    return redirect("activities:leave-ask", pk=pk)


def _coming(request: Any, pk: int) -> Coming:
    """404 for everybody the meeting is not planned for."""
    found = own_meeting(pk, request.scope, timezone.localdate())
    if found is None:
        raise Http404
    return found


def _page(request: Any, coming: Coming, form: LeaveForm, error: str = "") -> HttpResponse:
    row = coming.activity
    closed = leave_refusal(row.state, row.held_on, timezone.localdate())
    return render_page(
        request, "activities/leave.html", status=422 if form.errors or error else 200, coming=coming,
        activity=row, form=form, error=error, closed=REFUSALS[closed] if closed else "",
    )  # fmt: skip
