""" "Not applicable" with a reason, its list, and taking it back; read by those who oversee the duty."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Notification, Waiver
from orgportal.core.refusals import sentence as refusal_words
from orgportal.core.reminder_forms import WaiverForm
from orgportal.core.reminders import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import waivers


@dataclass(frozen=True, slots=True)
class Line:
    """A waiver in words."""

    waiver: Waiver
    text: str
    is_own: bool


@require_http_methods(["GET", "POST"])
def waiver_create(request: Any, pk: int) -> HttpResponse:
    mine = Notification.objects.visible_to(request.scope).select_related("reminder", "text")
    notice = get_object_or_404(mine, pk=pk, reminder__isnull=False, due_on__isnull=False)
    form = WaiverForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            waivers.waive(notice, form.cleaned_data["reason"], actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal_words(refusal))
        else:
            messages.success(request, _("You will not be reminded of this again. You can take it back here."))
            return redirect("core:waiver-list")
    status = 422 if form.is_bound else 200
    text = sentence(notice.rule, notice.params, notice.text)
    return render_page(request, "core/waiver_create.html", status=status, form=form, notice=notice, text=text)


@require_safe
def waiver_list(request: Any) -> HttpResponse:
    """One's own, and those said by bodies one oversees."""
    rows = Waiver.objects.visible_to(request.scope).standing().select_related("user", "text")
    page = keyset_page(rows, request, NEWEST)
    lines = [
        Line(row, sentence(row.rule, row.params, row.text), row.user_id == request.user.pk)
        for row in page.rows
    ]
    return render_page(request, "core/waivers.html", page=page, lines=lines)


@require_POST
def waiver_withdraw(request: Any, pk: int) -> HttpResponse:
    waiver = get_object_or_404(Waiver.objects.visible_to(request.scope), pk=pk)
    try:
        waivers.withdraw(waiver, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, _("Taken back: you are reminded of it again."))
    return redirect("core:waiver-list")
