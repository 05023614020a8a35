"""Recording a meeting on one page, and reading what was recorded."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.filters import ActivityFilter
from activities.forms.carrying import ids_taken_up
from activities.forms.from_plan import FromPlan, day_to_record, from_plan
from activities.forms.meetings import MeetingForm
from activities.forms.starting import marks_of, start
from activities.messages import DUTIES, REFUSALS
from activities.models import Activity
from activities.queries import Setting, branches_to_record_for, last_of_kind, setting_for
from activities.queries.attachments import files_of
from activities.queries.carried import offered
from activities.queries.joint import waiting_for
from activities.queries.ledger_runs import bodies_to_order_for
from activities.queries.plans import leave_asked, plan_behind
from activities.queries.sheets import record_sheet, saved_sheet
from activities.rules.plan_moves import is_outside, moves_from
from activities.tables import events_of, record_address
from activities.views.opening import Opening, day_of, opening_of, records
from activities.workflows.joint import may_be_joint
from activities.workflows.life import moves_for
from activities.workflows.meetings import RIGHT, may_record, record_meeting
from branches.models import Organization
from orgportal.core.decorators import may, repeatable
from orgportal.core.errors import Refused
from orgportal.core.holidays import work_calendar
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

ORDER = ("-held_on", "-pk")


@require_GET
@may("activity.view")
def activity_list(request: Any) -> HttpResponse:
    rows = Activity.objects.visible_to(request.scope).select_related("branch", "group")
    # Plans stand in the year's plan and the month; here only where they are asked for.
    rows = rows if request.GET.get("state") else rows.without_plans()
    today = timezone.localdate()
    filters = ActivityFilter(request.GET, queryset=rows, today=today)
    page = keyset_page(filters.qs, request, ORDER)
    return render_page(
        request, "activities/list.html", part="activities/_rows.html", filters=filters, page=page,
        may_write=request.scope.may_somewhere(RIGHT) or bool(request.scope.groups), at=timezone.now(),
        invited=waiting_for(request.scope).count(), today=today,
        book_of=_whose_book(request), may_order=bodies_to_order_for(request.scope).exists(),
    )  # fmt: skip


@require_GET
@may("activity.view")
def activity_detail(request: Any, pk: int) -> HttpResponse:
    activity, today = _record(request, pk), timezone.localdate()
    if activity.is_plan:
        return _plan_page(request, activity)
    may_write = may_record(request.scope, activity.branch, activity.kind, activity.group_id)
    sheet = record_sheet(activity, request.scope)
    return render_page(
        request, "activities/detail.html", activity=activity, duty_names=DUTIES, sheet=sheet,
        life=activity.life(today), moves=moves_for(activity, request.scope, today),
        events=events_of(activity, sheet, today), may_write=may_write,
        files=files_of(activity, request.scope, may_write=may_write),
        joint=sheet.joint, may_be_joint=may_be_joint(activity),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@records
def activity_create(request: Any) -> HttpResponse:
    """One page: everybody present, exceptions ticked or typed in one line, items one line each."""
    opening, now = opening_of(request), timezone.now()
    if opening.branch is None:
        return render_page(request, "activities/choose_branch.html", branches=opening.branches)
    setting, plan = _planned_setting(request, opening, now)
    form = _form(request, setting, plan, now)
    if form.is_valid() and form.entry is not None:
        try:
            activity = record_meeting(
                form.entry, branch=setting.branch, actor=request.user, scope=request.scope, at=now,
                is_another=form.cleaned_data["is_another"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal.code, sentence(refusal, REFUSALS), refusal.params.get("activity"))
        else:
            return redirect("activities:activity-saved", pk=activity.pk)
    return render_page(
        request, "activities/record.html", status=422 if form.is_bound else 200, form=form, setting=setting,
        opening=opening, last=None if form.is_bound else last_of_kind(setting, request.scope), plan=plan,
    )  # fmt: skip


@require_POST
@repeatable
@records
def activity_preview(request: Any) -> HttpResponse:
    """What the page would record, as read so far: counts, quorum, absences, follow-ups."""
    opening, now = opening_of(request), timezone.now()
    setting = _setting(request, opening, now)
    form = _form(request, setting, None, now)
    form.is_valid()
    return render_page(request, "activities/_preview.html", form=form, setting=setting)


@require_GET
@may("activity.view")
def activity_saved(request: Any, pk: int) -> HttpResponse:
    """What happened, what it answered, what is next, and how to undo it."""
    activity = _record(request, pk)
    return render_page(
        request, "activities/saved.html", activity=activity, duty_names=DUTIES, record_url=record_address,
        sheet=saved_sheet(activity, request.scope, timezone.localdate()),
        may_void=may_record(request.scope, activity.branch, activity.kind, activity.group_id),
    )  # fmt: skip


def _plan_page(request: Any, activity: Activity) -> HttpResponse:
    """A meeting to come: its day, what can become of it, and who asked for leave."""
    may_write = may_record(request.scope, activity.branch, activity.kind, activity.group_id)
    sheet = record_sheet(activity, request.scope)
    return render_page(
        request, "activities/planned.html", activity=activity, may_write=may_write,
        moves=moves_from(activity.state), sheet=sheet,
        asked=leave_asked(activity, request.scope) if may_write else [],
        is_outside=is_outside(activity.held_on, activity.plan_starts_on, activity.plan_ends_on),
        is_workday=work_calendar().is_workday(activity.held_on), today=timezone.localdate(),
        files=files_of(activity, request.scope, may_write=may_write),
        joint=sheet.joint, may_be_joint=may_be_joint(activity),
    )  # fmt: skip


def _whose_book(request: Any) -> int | None:
    """The branch the list is about: the one filtered by, else the only one the person records for."""
    wanted = request.GET.get("branch", "")
    if wanted.isdecimal():
        branches = Organization.objects.visible_to(request.scope).branches()
        return branches.filter(pk=int(wanted)).values_list("pk", flat=True).first()
    own = branches_to_record_for(request.scope)
    return own[0].pk if len(own) == 1 else None


def _record(request: Any, pk: int) -> Activity:
    rows = Activity.objects.visible_to(request.scope)
    return get_object_or_404(
        rows.select_related("branch", "group", "chair", "recorder", "recorded_by", "confirmed_by"), pk=pk
    )


def _setting(request: Any, opening: Opening, now: Any) -> Setting:
    today = timezone.localdate(now)
    if opening.branch is None:
        raise Http404
    on = day_of(request.POST.get("held_on", ""), today) if request.POST else today
    return setting_for(opening.branch, opening.kind, opening.group, on)


def _planned_setting(request: Any, opening: Opening, now: Any) -> tuple[Setting, FromPlan | None]:
    """Who should attend on the day typed or planned, and the plan behind the page."""
    assert opening.branch is not None  # noqa: S101  # the page asks for it first
    today, group = timezone.localdate(now), opening.group.pk if opening.group else None
    typed = day_of(request.POST.get("held_on", ""), today) if request.POST else None
    row = plan_behind(
        opening.branch, (opening.kind, group), request.scope, today=today, on=typed,
        wanted=request.GET.get("plan", "") or request.POST.get("plan_seen", "").partition(":")[0],
    )  # fmt: skip
    on = typed or day_to_record(row, today)
    setting = setting_for(opening.branch, opening.kind, opening.group, on)
    return setting, from_plan(row, setting, request.scope) if row else None


def _form(request: Any, setting: Setting, plan: FromPlan | None, now: Any) -> MeetingForm:
    today = timezone.localdate(now)
    ids = ids_taken_up(request.POST)
    earlier = offered(setting.branch, setting.group, setting.on, request.scope, ids)
    if request.method == "POST":
        return MeetingForm(request.POST, setting=setting, today=today, follow_ups=earlier)
    copied = request.GET.get("copy", "")
    last = last_of_kind(setting, request.scope)
    if copied.isdecimal():
        last = get_object_or_404(Activity.objects.visible_to(request.scope), pk=int(copied))
    marks = marks_of(last) if last is not None and copied else {}
    initial = start(setting, last, copied=bool(copied))
    if plan is not None:
        initial, marks = plan.over(initial, setting), marks | plan.marks
    return MeetingForm(setting=setting, today=today, initial=initial, marks=marks, follow_ups=earlier)
