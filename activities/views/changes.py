"""Amending a record, voiding it, and saying that no meeting was held."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from activities.choices import ActivityKind, LifeMove
from activities.forms.changes import NotHeldForm, VoidForm
from activities.forms.meetings import AmendForm
from activities.forms.merging import BESIDE, merged, picks_of, raw_values, sent_again
from activities.forms.starting import marks_of, over
from activities.messages import REFUSALS
from activities.models import Activity, ActivityRevision
from activities.queries import Setting, content_at, planned_content, setting_for, snapshot
from activities.tables import Difference, differences, ids_in
from activities.views.opening import day_of, opening_of, records
from activities.workflows.meetings import (
    RIGHT,
    NotHeld,
    amend_meeting,
    demand_life,
    may_record,
    record_not_held,
    void_record,
)
from members.queries import names_of
from orgportal.core.decorators import may
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def own_record(request: Any, pk: int) -> Activity:
    """A record in sight that the person may change: 404 out of sight, 403 in sight only."""
    rows = Activity.objects.visible_to(request.scope).select_related("branch", "group")
    activity = get_object_or_404(rows, pk=pk)
    if not may_record(request.scope, activity.branch, activity.kind, activity.group_id):
        raise PermissionDenied(RIGHT)
    return activity


@require_http_methods(["GET", "POST"])
@records
def activity_amend(request: Any, pk: int) -> HttpResponse:
    """The same page over the record; if somebody saved meanwhile, both are shown side by side."""
    activity, now = _held_record(request, pk), timezone.now()
    if shut := _shut(request, activity, LifeMove.AMEND, now):
        return shut
    data = merged(request.POST, raw_values(activity, _setting(activity, None)), picks_of(request.POST))
    form = _amend_form(activity, data, setting := _setting(activity, data), now)
    if form.is_valid() and form.entry is not None:
        try:
            if BESIDE in request.POST:
                return _side_by_side(request, activity, form, now)
            amend_meeting(
                activity, form.entry, seen_version=form.cleaned_data["version"], actor=request.user,
                scope=request.scope, at=now,
            )  # fmt: skip
        except StaleVersion as stale:
            return _compare(request, stale.current, form)
        except Refused as refusal:
            form.refuse(refusal.code, sentence(refusal, REFUSALS))
        else:
            return redirect(activity)
    return render_page(
        request, "activities/amend.html", status=422 if form.is_bound else 200, form=form, setting=setting,
        activity=activity,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@records
def activity_void(request: Any, pk: int) -> HttpResponse:
    activity, now = own_record(request, pk), timezone.now()
    if shut := _shut(request, activity, LifeMove.VOID, now):
        return shut
    form = VoidForm(request.POST or None, initial={"version": activity.version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            void_record(
                activity, reason=data["reason"], seen_version=data["version"], actor=request.user,
                scope=request.scope, at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(activity)
    status = 422 if form.errors else 200
    return render_page(request, "activities/void.html", status=status, form=form, activity=activity)


@require_http_methods(["GET", "POST"])
@records
def not_held_create(request: Any) -> HttpResponse:
    """ "Did not meet" is as easy to say as a meeting."""
    opening, now = opening_of(request), timezone.now()
    if opening.branch is None:
        return render_page(request, "activities/choose_branch.html", branches=opening.branches)
    start = {"on": day_of(request.GET.get("on", ""), timezone.localdate(now)), "answer": "did_not_meet"}
    form = NotHeldForm(request.POST or None, initial=start)
    if form.is_valid():
        data, group = form.cleaned_data, opening.group
        said = NotHeld(
            opening.kind, data["on"], data["reason"], data["answer"] == "excused", group.pk if group else None
        )
        try:
            activity = record_not_held(
                said, branch=opening.branch, actor=request.user, scope=request.scope, at=now
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("activities:activity-saved", pk=activity.pk)
    return render_page(
        request, "activities/not_held.html", status=422 if form.errors else 200, form=form, opening=opening,
        setting=opening,
    )  # fmt: skip


@require_GET
@may("activity.view")
def revision_detail(request: Any, pk: int, version: int) -> HttpResponse:
    """What the record said then, beside what came next."""
    activity = get_object_or_404(Activity.objects.visible_to(request.scope).select_related("branch"), pk=pk)
    revision = get_object_or_404(
        ActivityRevision.objects.select_related("replaced_by"), activity=activity, version=version
    )
    later = activity.revisions.filter(version__gt=version).order_by("version").first()
    after = later.content if later else snapshot(activity)
    lines = differences(revision.content, after, names_of(ids_in(revision.content) | ids_in(after)))
    return render_page(
        request, "activities/revision.html", activity=activity, revision=revision, lines=lines, later=later
    )


def _held_record(request: Any, pk: int) -> Activity:
    activity = own_record(request, pk)
    if not activity.is_held:
        raise Http404
    return activity


def _shut(request: Any, activity: Activity, move: LifeMove, now: Any) -> HttpResponse | None:
    """A locked record is not opened for typing; what was typed before comes back with the reason."""
    if request.method == "POST" or not activity.is_held:
        return None
    try:
        demand_life(activity, move, now)
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
        return redirect(activity)
    return None


def _setting(activity: Activity, data: QueryDict | None) -> Setting:
    """Who was there that day, and whoever the record of that day names."""
    typed = data.get("held_on", "") if data else ""
    on = day_of(str(typed), activity.held_on)
    named = [*activity.present_ids, *activity.leave_ids, *activity.absent_ids]
    keep = named if on == activity.held_on else []
    return setting_for(activity.branch, ActivityKind(activity.kind), activity.group, on, keep)


def _amend_form(activity: Activity, data: QueryDict | None, setting: Setting, now: Any) -> AmendForm:
    return AmendForm(
        data, setting=setting, today=timezone.localdate(now), initial=over(activity, setting),
        marks=marks_of(activity),
    )  # fmt: skip


def _side_by_side(request: Any, activity: Activity, form: AmendForm, now: Any) -> HttpResponse:
    """Two logged one meeting: what the record says stays, what it lacks comes from mine."""
    demand_life(activity, LifeMove.AMEND, now)
    theirs = snapshot(activity)
    assert form.entry is not None  # noqa: S101  # the caller read it
    mine = planned_content(theirs, form.entry, form.setting.seats)
    lines = differences(mine, theirs, names_of(ids_in(mine) | ids_in(theirs)))
    return _compare_page(request, activity, form, lines, {line.part for line in lines if not line.after})


def _compare(request: Any, current: Activity, form: AmendForm) -> HttpResponse:
    """Mine and theirs part by part; what I never touched is taken from them unless I say otherwise."""
    theirs, entry = snapshot(current), form.entry
    if entry is None:
        raise Http404
    mine = planned_content(theirs, entry, form.setting.seats)
    seen = content_at(current, form.cleaned_data["version"])
    names = names_of(ids_in(mine) | ids_in(theirs) | ids_in(seen))
    touched = {line.part for line in differences(seen, mine, names)}
    return _compare_page(request, current, form, differences(mine, theirs, names), touched)


def _compare_page(
    request: Any, current: Activity, form: AmendForm, lines: list[Difference], touched: set[str]
) -> HttpResponse:
    return render_page(
        request, "activities/compare.html", status=409, lines=lines, activity=current,
        mine=sent_again(cast("QueryDict", form.data)), touched=touched, is_beside=BESIDE in request.POST,
    )  # fmt: skip
