"""The year's plan of a branch: read, laid out, taken back, printed; one planned meeting moved or off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.choices import PlanMove
from activities.forms.plans import OnePlanForm, PlanSheetForm, move_form, whats_of
from activities.messages import DUTIES, PLAN_MOVES, REFUSALS
from activities.models import Activity
from activities.queries import groups_to_record_for, kinds_to_record
from activities.queries.plans import YearSheet, just_laid_out
from activities.rules.ledgers import FIRST_YEAR
from activities.rules.plan_moves import MOVE_BY_NAME, YEARS_AHEAD
from activities.rules.planning import Slot
from activities.views.changes import own_record
from activities.views.opening import records
from activities.workflows.meetings import RIGHT
from activities.workflows.paper import LineRefused
from activities.workflows.plans import (
    LaidOut,
    lay_out,
    may_plan,
    move_plan,
    plan_one,
    sheet_for,
    take_back,
)
from branches.models import Organization
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.holidays import work_calendar
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
@may(Activity.view_right)
def plan(request: Any, branch: int) -> HttpResponse:
    """What the branch owes this year, what is recorded and planned, and what still has no day."""
    sheet, now = _sheet(request, branch), timezone.now()
    open_lines = [row for row in sheet.rows if row.line.is_open]
    return render_page(
        request, "activities/plan.html", sheet=sheet, duty_names=DUTIES, years=years_around(sheet),
        may_lay_out=any(may_plan(request.scope, sheet.branch, row.line) for row in open_lines),
        undo=just_laid_out(sheet.branch, sheet.year, request.scope, now),
        may_add=bool(_whats(request, sheet.branch)),
    )  # fmt: skip


@require_GET
@may(Activity.view_right)
def plan_print(request: Any, branch: int) -> HttpResponse:
    return render_page(
        request, "activities/plan_print.html", sheet=_sheet(request, branch), duty_names=DUTIES
    )


@require_http_methods(["GET", "POST"])
@records
def plan_lay_out(request: Any, branch: int) -> HttpResponse:
    """A proposed day for every meeting without record or plan, to be changed and saved as a whole."""
    sheet = _sheet(request, branch)
    open_to = _open_to(request, sheet)
    form = PlanSheetForm(
        request.POST if request.method == "POST" else None, sheet=sheet,
        proposals=[each for each in sheet.proposals if each.line.slot in open_to],
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            done = _laid_out(request, sheet, form)
        except LineRefused as refusal:
            form.refuse(refusal.index, sentence(refusal, REFUSALS))
        else:
            return _back(request, sheet, _added(len(done.added)))
    status = 422 if form.is_bound else 200
    return render_page(request, "activities/plan_lay_out.html", status=status, form=form, sheet=sheet)


@require_http_methods(["GET", "POST"])
@records
def plan_add(request: Any, branch: int) -> HttpResponse:
    """One meeting besides what the sheet proposes."""
    sheet, now = _sheet(request, branch), timezone.now()
    if not (whats := _whats(request, sheet.branch)):
        raise PermissionDenied(RIGHT)
    form = OnePlanForm(
        request.POST if request.method == "POST" else None, whats=whats, calendar=sheet.calendar,
        today=sheet.today,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            row = plan_one(form.said(), branch=sheet.branch, actor=request.user, scope=request.scope, at=now)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(row)
    status = 422 if form.is_bound else 200
    return render_page(request, "activities/plan_add.html", status=status, form=form, sheet=sheet)


@require_POST
@records
def plan_take_back(request: Any, branch: int) -> HttpResponse:
    sheet = _sheet(request, branch)
    _open_to(request, sheet)
    try:
        gone = take_back(sheet.branch, sheet.year, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        return _back(request, sheet, sentence(refusal, REFUSALS))
    words = ngettext("%(n)s planned meeting taken back.", "%(n)s planned meetings taken back.", gone)
    return _back(request, sheet, words % {"n": gone})


@require_http_methods(["GET", "POST"])
@records
def plan_move(request: Any, pk: int, move: str) -> HttpResponse:
    """Another day, postponed, or cancelled."""
    activity, now = own_record(request, pk), timezone.now()
    if move not in PlanMove.values or not activity.is_plan:
        raise Http404
    name, data = PlanMove(move), request.POST if request.method == "POST" else None
    form = move_form(name, data, activity, work_calendar(), timezone.localdate(now))
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            move_plan(
                activity, name, form.words(), seen_version=version, actor=request.user, scope=request.scope,
                at=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(activity)
    return render_page(
        request, "activities/plan_move.html", status=422 if form.is_bound else 200, form=form,
        activity=activity, move=MOVE_BY_NAME[name], explained=PLAN_MOVES[name],
    )  # fmt: skip


# --- what they share


def years_around(sheet: YearSheet) -> list[int]:
    """The years the page offers: the one before, this one, the next."""
    this = sheet.today.year
    return sorted({this - 1, this, this + YEARS_AHEAD, sheet.year})


def _sheet(request: Any, pk: int) -> YearSheet:
    rows = Organization.objects.visible_to(request.scope).branches()
    branch, now = get_object_or_404(rows, pk=pk), timezone.now()
    if not request.scope.may(Activity.view_right, branch):
        raise Http404
    year = year_of(request.GET.get("year", ""), timezone.localdate(now).year)
    return sheet_for(branch, year, scope=request.scope, at=now)


def year_of(text: str, this: int) -> int:
    """The year named; this one where it is none a plan can be read of."""
    year = int(text) if text.isdecimal() and len(text) <= len("2026") else this
    return year if FIRST_YEAR <= year <= this + YEARS_AHEAD else this


def _open_to(request: Any, sheet: YearSheet) -> set[Slot]:
    """The meetings this person may plan; 403 for whoever may plan none here."""
    lines = [row.line for row in sheet.rows if may_plan(request.scope, sheet.branch, row.line)]
    if not lines and not request.scope.may(RIGHT, sheet.branch):
        raise PermissionDenied(RIGHT)
    return {line.slot for line in lines}


def _whats(request: Any, branch: Organization) -> list[tuple[str, str]]:
    """What the person may plan here; nothing for whoever only reads."""
    groups = groups_to_record_for(branch, request.scope)
    if branch.dissolved_on or not (groups or request.scope.may(RIGHT, branch)):
        return []
    return whats_of(kinds_to_record(branch, groups, request.scope), groups)


def _laid_out(request: Any, sheet: YearSheet, form: PlanSheetForm) -> LaidOut:
    return lay_out(
        form.entries, branch=sheet.branch, year=sheet.year, actor=request.user, scope=request.scope,
        at=timezone.now(),
    )  # fmt: skip


def _added(number: int) -> str:
    if not number:
        return str(REFUSALS["plan_adds_nothing"])
    words = ngettext("%(n)s meeting planned.", "%(n)s meetings planned.", number)
    return words % {"n": number}


def _back(request: Any, sheet: YearSheet, words: str) -> HttpResponse:
    messages.info(request, words)
    return redirect(f"{reverse('activities:plan', args=[sheet.branch.pk])}?year={sheet.year}")
