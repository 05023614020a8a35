"""The page of one member: read, reveal, add, correct."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.forms.privacy import PurposeForm
from members.forms.register import CorrectionForm, MemberForm, PersonForm
from members.messages import DOUBTS, REFUSALS
from members.models import Member
from members.queries.own import own_state
from members.queries.records import records_of
from members.queries.sheets import member_sheet
from members.rules.register import age_on
from members.tables import branch_timeline
from members.workflows import privacy
from members.workflows.register import (
    TYPED,
    Correction,
    NeedsCare,
    add_member,
    correct_member,
)
from orgportal.core.decorators import may, repeatable
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def visible_member(request: Any, pk: int, right: str = "") -> Member:
    """The member in scope (404 otherwise) at whom the right holds (403 otherwise)."""
    rows = Member.objects.visible_to(request.scope).select_related("branch", "group")
    found: Member = get_object_or_404(rows, pk=pk)
    if right and not request.scope.may(right, found):
        raise PermissionDenied(right)
    return found


@require_GET
def member_detail(request: Any, pk: int) -> HttpResponse:
    """Another person's page leaves a line they can read; one's own is the own-data page."""
    member = visible_member(request, pk)
    if member.merged_into_id:
        return redirect("members:member-detail", member.merged_into_id)
    if not request.scope.may("member.view", member):
        return redirect("members:own")
    privacy.look(member, actor=request.user, scope=request.scope, at=timezone.now())
    return _page(request, member)


def _page(request: Any, member: Member, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    sheet = member_sheet(member, today)
    context = {
        "member": member,
        "sheet": sheet,
        "age": age_on(member.birth_on, today),
        "today": today,
        "history": branch_timeline(sheet),
        "records": records_of(member, request.scope),
        "purpose_form": PurposeForm(),
        "revealed": "",
        "state": own_state(member, today),
        "may": lambda right: request.scope.may(right, member),
    }
    return render_page(request, "members/member.html", status=status, **{**context, **more})


@require_POST
@may("member.reveal")
@repeatable
def member_reveal(request: Any, pk: int) -> HttpResponse:
    """Shows the number in this one answer; loading the page again hides it."""
    member = visible_member(request, pk, "member.reveal")
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return _page(request, member, 422, purpose_form=form)
    try:
        number = privacy.reveal(
            member, form.cleaned_data["purpose"], actor=request.user, scope=request.scope, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, sentence(refusal, REFUSALS))
        return _page(request, member, 429 if refusal.code == "reveal_too_often" else 422, purpose_form=form)
    return _page(request, member, revealed=number)


@require_http_methods(["GET", "POST"])
@may("member.edit")
def member_create(request: Any) -> HttpResponse:
    form = MemberForm(request.POST or None, scope=request.scope, initial=_first_values(request))
    care = None
    if request.method == "POST" and form.is_valid():
        branch = form.cleaned_data["branch"]
        try:
            member = add_member(
                branch, form.entry(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            care = explain(form, refusal)
        else:
            return redirect(member)
    status = 422 if form.errors or care else 200
    return render_page(request, "members/member_form.html", status=status, form=form, care=care, member=None)


def _first_values(request: Any) -> dict[str, Any]:
    roots = request.scope.roots_for("member.edit")
    values: dict[str, Any] = {"standing": "formal", "ethnicity": "汉族"}
    if request.GET.get("branch", "").isdecimal():
        values["branch"] = int(request.GET["branch"])
    elif len(roots) == 1:
        values["branch"] = MemberForm(scope=request.scope).fields["branch"].queryset.first()  # type: ignore[attr-defined]
    return values


def explain(form: PersonForm, refusal: Refused) -> dict[str, Any] | None:
    """Faults beside their fields; what is only odd, and who looks the same, above the form."""
    if not isinstance(refusal, NeedsCare):
        form.add_error("id_number" if refusal.code.startswith("id_") else None, sentence(refusal, REFUSALS))
        return None
    for doubt in refusal.doubts:
        if doubt.refuses:
            form.add_error(doubt.field, str(DOUBTS[doubt.code]))
    if not refusal.is_final:
        form.offer_to_insist()
    warnings = [(DOUBTS[doubt.code], doubt.citation) for doubt in refusal.doubts if not doubt.refuses]
    return {"warnings": warnings, "candidates": refusal.candidates, "is_final": refusal.is_final}


@require_http_methods(["GET", "POST"])
@may("member.edit")
def member_correct(request: Any, pk: int) -> HttpResponse:
    member = visible_member(request, pk, "member.edit")
    if request.method == "GET":
        privacy.look(member, actor=request.user, scope=request.scope, at=timezone.now())
    form = CorrectionForm(request.POST or None, scope=request.scope, initial=_typed(member))
    care = theirs = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        correction = Correction(person=form.person(), version=data["version"], insists=data["insists"])
        try:
            correct_member(member, correction, actor=request.user, scope=request.scope, at=timezone.now())
        except StaleVersion as stale:
            theirs = _compared(form, stale.current)
        except Refused as refusal:
            care = explain(form, refusal)
        else:
            return redirect(member)
    status = 409 if theirs else 422 if form.errors or care else 200
    return render_page(
        request, "members/member_form.html", status=status, form=form, care=care, member=member, theirs=theirs
    )


def _typed(member: Member) -> dict[str, Any]:
    return {"version": member.version, **{field: getattr(member, field) for field in TYPED}}


def _compared(form: PersonForm, current: Member) -> list[tuple[Any, Any, Any]]:
    """(label, mine, theirs) of each field that differs; sending again is meant as a choice."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(current.version)  # type: ignore[index]
    return [
        (form.fields[field].label, form.cleaned_data[field], getattr(current, field))
        for field in TYPED
        if field in form.cleaned_data and form.cleaned_data[field] != getattr(current, field)
    ]
