"""Logging a contact, and striking one out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.forms.mobile import ContactForm, StrikeForm
from members.messages import CONTACT_LATE, REFUSALS
from members.models import Contact, Member, MobileSpell
from members.queries.mobile import spells_seen
from members.views.member import visible_member
from members.workflows import contacts as work
from members.workflows.mobile import RIGHT
from members.workflows.privacy import look_to_reach
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
def contact_log(request: Any, pk: int) -> HttpResponse:
    """For the branch, those above it, and the home contact person."""
    member, spell = _whom(request, pk)
    by = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    if request.method == "GET":
        look_to_reach(member, **by)
    today = timezone.localdate()
    due = work.proposed(spell, today, today) if spell else None
    first = {"on": today, "next_on": due.on if due else None}
    form = ContactForm(typed(request), member=member, own_id=request.scope.member_id, initial=first)
    if form.is_valid():
        try:
            row = work.log(member, form.talk(), **by)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.params["right"]) from refusal
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            if work.is_late(row, today):
                messages.warning(request, CONTACT_LATE)
            return redirect(spell or member)
    return render_page(
        request, "members/contact_form.html", status=422 if form.is_bound else 200, form=form, member=member,
        spell=spell, due=due,
    )  # fmt: skip


def _whom(request: Any, pk: int) -> tuple[Member, MobileSpell | None]:
    """The member and the running stay, as far as this person may be in touch with them."""
    spell = spells_seen(request.scope).running().filter(member=pk).first()
    if pk == request.scope.member_id:
        raise Http404
    if spell is not None and spell.contact_person_id == request.scope.member_id:
        return spell.member, spell
    return visible_member(request, pk, RIGHT), spell


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def contact_strike(request: Any, pk: int) -> HttpResponse:
    rows = Contact.objects.visible_to(request.scope).select_related("member", "by")
    contact: Contact = get_object_or_404(rows, pk=pk)
    if not request.scope.may(RIGHT, contact.member):
        raise PermissionDenied(RIGHT)
    form = StrikeForm(typed(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            work.strike(contact, reason, actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(contact.spell or contact.member)
    status = 422 if form.is_bound else 200
    return render_page(request, "members/contact_strike.html", status=status, form=form, contact=contact)
