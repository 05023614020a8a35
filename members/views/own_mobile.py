"""A member's own: where I am away, who keeps in touch, and telling the branch in a few taps."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from members.forms.mobile import BackForm, MoveForm
from members.messages import REFUSALS
from members.models import MobileSpell
from members.queries import mobile as queries
from members.rules.places import OFFERED
from members.views.own import own_member
from members.workflows import mobile as work
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
def own_mobile(request: Any) -> HttpResponse:
    """My stay away, my contact person, my host, every contact noted, and those I keep in touch with."""
    member, today = own_member(request), timezone.localdate()
    spells = queries.spells_of(member)
    running = next((spell for spell in spells if spell.is_running), None)
    return render_page(
        request, "members/own_mobile.html", member=member, spells=spells, running=running, today=today,
        host=queries.host_of(running) if running else None, contacts=queries.contact_log(member),
        card=queries.card_of(member.pk),
        visits=queries.attended_elsewhere(member, 20), charges=queries.in_touch_with(request.scope),
        back_form=BackForm(initial={"on": today, "version": running.version}) if running else None,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def own_away(request: Any) -> HttpResponse:
    """Tell my branch that I move: from home, or from one place to the next."""
    member = own_member(request)
    running = MobileSpell.objects.visible_to(request.scope).running().filter(member=member).first()
    first = {"since": timezone.localdate(), "where": "in", "version": running.version if running else None}
    form = MoveForm(typed(request), initial=first)
    if form.is_valid():
        how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
        try:
            if running is None:
                work.register(member, form.away(), **how)
            else:
                seen = form.cleaned_data["version"] or 0
                work.move_on(running, form.away(), seen_version=seen, **how)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Your branch has been told."))
            return redirect("members:own-mobile")
    status = 422 if form.is_bound else 200
    return render_page(
        request, "members/own_away.html", status=status, form=form, member=member, running=running,
        places=OFFERED,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def own_back(request: Any) -> HttpResponse:
    """Tell my branch that I am back."""
    member = own_member(request)
    running = MobileSpell.objects.visible_to(request.scope).running().filter(member=member).first()
    if running is None:
        return redirect("members:own-mobile")
    form = BackForm(typed(request), initial={"on": timezone.localdate(), "version": running.version})
    if form.is_valid():
        on, seen, at = form.cleaned_data["on"], form.cleaned_data["version"], timezone.now()
        try:
            work.come_back(running, on, seen_version=seen, actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Your branch has been told."))
            return redirect("members:own-mobile")
    status = 422 if form.is_bound else 200
    return render_page(request, "members/own_back.html", status=status, form=form, spell=running)
