"""What is done to a unit: added, changed, covered, counted, not operating, off the list; undone; visited."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from branches import forms
from branches.choices import LeaveListReason
from branches.messages import REFUSALS
from branches.models import AdviserVisit, Unit, UnitCoverage
from branches.queries.units import EDIT_RIGHT
from branches.views.answers import Act, carry_out
from branches.views.orders import by
from branches.views.units import unit_in_sight, unit_page
from branches.workflows import coverage, unit_history, units
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence


def unit_to_edit(request: Any, pk: int) -> Unit:
    """404 out of sight, 403 where one may not edit."""
    unit = unit_in_sight(request, pk)
    if not request.scope.may(EDIT_RIGHT, unit.committee):
        raise PermissionDenied(EDIT_RIGHT)
    return unit


@may("unit.edit")
def unit_add(request: Any) -> HttpResponse:
    initial = {"committee": request.GET.get("under"), "on": timezone.localdate()}
    return carry_out(request, Act(
        title=_("Put a unit on the list"),
        button=_("Put it on the list"),
        done=_("The unit is on the list."),
        make=lambda data: forms.UnitAddForm(data, scope=request.scope, initial=initial),
        do=lambda form: units.add_unit(form.entry(), form.cleaned_data["on"], **by(request)),
        back=reverse("branches:unit-list"),
    ))  # fmt: skip


@may("unit.edit")
def unit_edit(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    names = ("name", "kind", "owner", "credit_code", "area", "address", "staff", "version")
    initial = {"committee": unit.committee_id, **{name: getattr(unit, name) for name in names}}
    return carry_out(request, Act(
        title=_("Change the details of %(name)s") % {"name": unit.name},
        button=_("Save the details"),
        done=_("The details are saved; what was so before stays in the history."),
        make=lambda data: forms.UnitForm(data, scope=request.scope, initial=initial),
        do=lambda form: units.change_unit(unit, form.entry(), **by(request)),
        back=unit.get_absolute_url(),
    ))  # fmt: skip


def _step(
    request: Any, unit: Unit, make: type, act: dict[str, Any], do: Callable[[Any], Any]
) -> HttpResponse:
    """A step of one unit: the form of the day and version, and back to the unit's page."""
    initial = {"on": timezone.localdate(), "version": unit.version, **act.pop("initial", {})}
    return carry_out(request, Act(
        make=lambda data: make(data, initial=initial), do=do, back=unit.get_absolute_url(), **act
    ))  # fmt: skip


@may("unit.edit")
def unit_cover(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    act = {
        "title": _("Coverage of %(name)s") % {"name": unit.name},
        "button": _("Record the coverage"),
        "done": _("The coverage is recorded."),
    }
    return _step(request, unit, forms.CoverForm, act, lambda form: coverage.begin_coverage(
        unit, form.new_coverage(), form.step(), **by(request)
    ).unit)  # fmt: skip


@may("unit.edit")
def coverage_end(request: Any, pk: int) -> HttpResponse:
    rows = UnitCoverage.objects.visible_to(request.scope).select_related("unit__committee", "body")
    row = get_object_or_404(rows, pk=pk)
    unit = unit_to_edit(request, row.unit_id)
    who = row.body.short_name if row.body else row.holder
    act = {
        "title": _("End: %(kind)s, %(who)s") % {"kind": row.get_kind_display(), "who": who},
        "button": _("End the coverage"),
        "done": _("The coverage is ended; it stays in the history."),
    }
    return _step(request, unit, forms.UncoverForm, act, lambda form: coverage.end_coverage(
        row, form.cleaned_data["reason"], form.step(), **by(request)
    ).unit)  # fmt: skip


@may("unit.edit")
def unit_pause(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    act = {
        "title": _("%(name)s does not operate") % {"name": unit.name},
        "button": _("Record it as not operating"),
        "done": _("It is out of the denominators and stays named on the list."),
    }
    return _step(request, unit, forms.PauseForm, act, lambda form: units.pause(
        unit, form.pause(), form.step(), **by(request)
    ))  # fmt: skip


@may("unit.edit")
def unit_resume(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    act = {
        "title": _("%(name)s operates again") % {"name": unit.name},
        "button": _("Record it as operating"),
        "done": _("It counts in the denominators again."),
    }
    do = lambda form: units.resume(unit, form.step(), **by(request))  # noqa: E731
    return _step(request, unit, forms.ResumeForm, act, do)


@may("unit.edit")
def unit_hidden(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    act = {
        "title": _("Members of %(name)s not on the register there") % {"name": unit.name},
        "button": _("Record the count"),
        "done": _("The count is recorded."),
        "initial": {"number": unit.hidden},
    }
    return _step(request, unit, forms.HiddenForm, act, lambda form: units.count_hidden(
        unit, form.cleaned_data["number"], form.step(), **by(request)
    ))  # fmt: skip


@may("unit.edit")
def unit_leave(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    act = {
        "title": _("Take %(name)s off the list") % {"name": unit.name},
        "button": _("Take it off the list"),
        "done": _("The unit is off the list; its record stays."),
        "icon": "archive",
    }
    return _step(request, unit, forms.LeaveForm, act, lambda form: units.leave_list(
        unit, LeaveListReason(form.cleaned_data["reason"]), form.step(), **by(request)
    ))  # fmt: skip


# --- one press


@require_POST
@may("unit.edit")
def unit_undo(request: Any, pk: int) -> HttpResponse:
    unit = unit_to_edit(request, pk)
    event = request.POST.get("event", "")
    try:
        unit_history.undo(unit, int(event) if event.isdecimal() else 0, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("The last step is taken back."))
    return redirect(unit)


@require_POST
@may("unit.edit")
def visit_log(request: Any, pk: int) -> HttpResponse:
    """A visit typed on the unit's page."""
    unit = unit_to_edit(request, pk)
    form = forms.VisitForm(request.POST)
    if form.is_valid():
        try:
            coverage.log_visit(unit, coverage.NewVisit(**form.cleaned_data), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("The visit is logged."))
            return redirect(f"{unit.get_absolute_url()}#visits")
    return unit_page(request, unit, form=form, status=422)


@require_POST
@may("unit.edit")
def visit_strike(request: Any, pk: int) -> HttpResponse:
    rows = AdviserVisit.objects.visible_to(request.scope).select_related("unit__committee")
    visit = get_object_or_404(rows, pk=pk)
    unit = unit_to_edit(request, visit.unit_id)
    try:
        coverage.strike_visit(visit, **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("The visit is struck out."))
    return redirect(f"{unit.get_absolute_url()}#visits")
