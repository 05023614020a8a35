"""A member's acts on the own data: how to reach me, ask for a correction, take it back, it is all right."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.choices import OwnField
from members.forms.own import ContactForm, VersionForm, WishForm
from members.messages import REFUSALS
from members.models import Correction, Member
from members.queries.own import book_for
from members.rules import own as rules
from members.tables import said
from members.views.own import own_member
from members.workflows import own as work
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def by(request: Any) -> dict[str, Any]:
    return {"actor": request.user, "scope": request.scope, "at": timezone.now()}


@require_http_methods(["GET", "POST"])
def own_contact(request: Any) -> HttpResponse:
    """How the branch reaches me; saved at once."""
    member, theirs = own_member(request), None
    held = {name: getattr(member, name) for name in ("version", *rules.DIRECT)}
    form = ContactForm(typed(request), initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            work.correct_contact(member, form.contact(), **by(request))
        except StaleVersion as stale:
            theirs = _compared(form, stale.current)
        except Refused as refusal:
            form.add_error("mobile", sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Saved. Your branch can see that you corrected it."))
            return redirect("members:own")
    status = 409 if theirs is not None else 422 if form.errors else 200
    return render_page(
        request, "members/own_contact.html", status=status, form=form, theirs=theirs, care=None
    )


def _compared(form: ContactForm, current: Member) -> list[tuple[Any, Any, Any]]:
    """(label, mine, theirs) of each field that differs; sending again is meant as a choice."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(current.version)  # type: ignore[index]
    return [
        (form.fields[name].label, form.cleaned_data[name], getattr(current, name))
        for name in rules.DIRECT
        if form.cleaned_data[name] != getattr(current, name)
    ]


@require_http_methods(["GET", "POST"])
def own_ask(request: Any, field: str) -> HttpResponse:
    """Ask the branch to put one fact right."""
    if field not in rules.ASKED:
        raise Http404
    member, name = own_member(request), OwnField(field)
    form = WishForm(typed(request), name=name)
    if request.method == "POST" and form.is_valid():
        try:
            asked = work.ask(member, form.wish(), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Sent to your branch."))
            return redirect(asked)
    today = timezone.localdate()
    return render_page(
        request, "members/own_ask.html", status=422 if form.errors else 200, form=form, name=name,
        held=said(name, work.held_of(member, name)),
        due_on=rules.answer_due(today, book_for(member.path, today)),
    )  # fmt: skip


@require_POST
def own_withdraw(request: Any, pk: int) -> HttpResponse:
    """One's own request, taken back."""
    rows = Correction.objects.visible_to(request.scope)
    asked = get_object_or_404(rows, pk=pk, member_id=request.scope.member_id or 0)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(asked)
    try:
        work.withdraw(asked, version=form.cleaned_data["version"], **by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
        return redirect(asked)
    messages.success(request, _("Taken back."))
    return redirect("members:own")


@require_POST
def own_confirm(request: Any) -> HttpResponse:
    """What is held is right, for this year."""
    member, form = own_member(request), VersionForm(request.POST)
    if form.is_valid():
        try:
            work.confirm(member, seen_version=form.cleaned_data["version"], **by(request))
        except StaleVersion:
            messages.error(request, _("Your data has changed meanwhile. Look again, then confirm."))
        else:
            messages.success(request, _("Thank you: confirmed for this year."))
    return redirect("members:own")
