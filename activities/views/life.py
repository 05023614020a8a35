"""Confirming a record, noting that it was confirmed on paper, and sending it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.choices import LifeState
from activities.forms.changes import ConfirmForm, PaperForm, SendBackForm
from activities.messages import REFUSALS
from activities.models import Activity
from activities.queries import EVERY_RECORD
from activities.queries.life import confirmable
from activities.queries.sheets import record_sheet
from activities.rules.life import RETURN
from activities.views.changes import own_record
from activities.views.opening import records
from activities.workflows.life import confirm, confirm_on_paper, send_back
from activities.workflows.stamps import is_chair
from orgportal.core.decorators import may
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
def activity_confirm(request: Any, pk: int) -> HttpResponse:
    """The whole record once more for whoever chaired it, and one press."""
    activity, now = _chaired(request, pk), timezone.now()
    form = ConfirmForm(request.POST or None, initial={"version": activity.version})
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            confirm(activity, seen_version=seen, actor=request.user, scope=request.scope, at=now)
        except StaleVersion as stale:
            messages.error(request, sentence(stale, REFUSALS))
            return redirect("activities:activity-confirm", pk=pk)
        except Refused as refusal:
            messages.error(request, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Confirmed: %(title)s") % {"title": activity.title})
        return redirect(_after(request, activity))
    if activity.life(timezone.localdate(now)) != LifeState.TO_CONFIRM:
        return redirect(activity)
    return render_page(
        request, "activities/confirm.html", status=422 if form.errors else 200, form=form, activity=activity,
        sheet=record_sheet(activity, EVERY_RECORD),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@records
def activity_paper_confirm(request: Any, pk: int) -> HttpResponse:
    activity, now = own_record(request, pk), timezone.now()
    start = {"on": timezone.localdate(now), "version": activity.version}
    form = PaperForm(request.POST or None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        try:
            confirm_on_paper(
                activity, data["on"], seen_version=data["version"], actor=request.user, scope=request.scope,
                at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(activity)
    status = 422 if form.errors else 200
    return render_page(request, "activities/confirm_paper.html", status=status, form=form, activity=activity)


@require_http_methods(["GET", "POST"])
@may(RETURN)
def activity_return(request: Any, pk: int) -> HttpResponse:
    """The level above sends a confirmed record back; it changes nothing in it."""
    rows = Activity.objects.visible_to(request.scope).select_related("branch")
    activity = get_object_or_404(rows, pk=pk)
    if not request.scope.may(RETURN, activity.branch):
        raise PermissionDenied(RETURN)
    form = SendBackForm(request.POST or None, initial={"version": activity.version})
    if form.is_valid():
        try:
            send_back(
                activity, form.said(), seen_version=form.cleaned_data["version"], actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(activity)
    status = 422 if form.errors else 200
    return render_page(request, "activities/return.html", status=status, form=form, activity=activity)


def _chaired(request: Any, pk: int) -> Activity:
    """404 out of sight, 403 for one that somebody else chaired."""
    activity = confirmable(pk, request.scope)
    if activity is None:
        raise Http404
    if not is_chair(activity.chair_id, request.scope):
        raise PermissionDenied("activity.confirm")
    return activity


def _after(request: Any, activity: Activity) -> str:
    """Back to the record, for whoever may read it without having to confirm it."""
    if request.scope.may(Activity.view_right, activity.branch):
        return activity.get_absolute_url()
    return reverse("activities:decision-list")
