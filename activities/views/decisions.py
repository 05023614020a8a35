"""Follow-ups: what was decided, who does it by when, and what came of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.choices import ActivityState
from activities.filters import DecisionFilter
from activities.forms.decisions import DoneForm
from activities.messages import REFUSALS
from activities.models import Activity, Decision
from activities.queries.life import waiting_for
from activities.workflows.decisions import Done, mark_done, may_follow_up, reopen
from activities.workflows.meetings import RIGHT
from members.queries.merging import ids_of
from orgportal.core.errors import Refused
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

ORDER = ("due_on", "pk")
# Of one's own records to confirm, beside the list.
SHOWN = 20


def _decisions(request: Any) -> Any:
    """With an owner, of records that stand."""
    return (
        Decision.objects.visible_to(request.scope)
        .exclude(item__activity__state=ActivityState.VOID)
        .exclude(owner=None)
        .select_related("owner", "item__activity__branch", "carried_to")
    )


def _own(request: Any, pk: int) -> Decision:
    """404 out of sight, 403 for one that is somebody else's to follow up."""
    decision: Decision = get_object_or_404(_decisions(request), pk=pk)
    if not may_follow_up(request.scope, decision, ids_of(request.scope.member_id)):
        raise PermissionDenied(RIGHT)
    return decision


@require_GET
def decision_list(request: Any) -> HttpResponse:
    """One's own, and those of the branches one answers for; open ones first thing."""
    today, own = timezone.localdate(), ids_of(request.scope.member_id)
    chosen = request.GET if "state" in request.GET or "mine" in request.GET else {"state": "open"}
    filters = DecisionFilter(chosen, queryset=_decisions(request), today=today, own=own)
    page = keyset_page(filters.qs, request, ORDER)
    return render_page(
        request, "activities/decisions.html", part="activities/_decisions.html", filters=filters, page=page,
        today=today, to_confirm=waiting_for(request.scope)[:SHOWN],
        may_open=lambda activity: request.scope.may(Activity.view_right, activity.branch),
        may_follow_up=lambda decision: may_follow_up(request.scope, decision, own),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decision_done(request: Any, pk: int) -> HttpResponse:
    decision, now = _own(request, pk), timezone.now()
    start = {"done_on": timezone.localdate(now), "version": decision.version}
    form = DoneForm(request.POST or None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        try:
            mark_done(
                decision, Done(data["done_on"], data["result"]), seen_version=data["version"],
                actor=request.user, scope=request.scope, at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Marked as done: %(text)s") % {"text": decision.text})
            return redirect("activities:decision-list")
    status = 422 if form.errors else 200
    return render_page(request, "activities/decision_done.html", status=status, form=form, decision=decision)


@require_POST
def decision_reopen(request: Any, pk: int) -> HttpResponse:
    decision = _own(request, pk)
    seen = int(version) if (version := request.POST.get("version", "")).isdecimal() else 0
    try:
        reopen(decision, seen_version=seen, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    return redirect("activities:decision-list")
