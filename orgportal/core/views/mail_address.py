"""The address of reminder mails: entered, confirmed by the link mailed to it, asked for again, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.reminder_forms import MailAddressForm
from orgportal.core.ui import render_page
from orgportal.core.views.reminder_settings import settings_page
from orgportal.core.workflows import mail_addresses


@sensitive_post_parameters("password")
@require_POST
def mail_address(request: Any) -> HttpResponse:
    form = MailAddressForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            asked = mail_addresses.ask(request.user, form.cleaned_data["email"], at=timezone.now())
        except Refused as refusal:
            form.add_error("email", sentence(refusal))
        else:
            messages.success(request, _said(asked is not None, request.user.email))
            return redirect("core:reminder-settings")
    return settings_page(request, address=form)


def _said(is_asked: bool, email: str) -> str:
    if is_asked:
        return _("A mail with a link is on its way. The address is used once you have opened it.")
    return _("Mails go to %(address)s.") % {"address": email} if email else _("You get no more mail.")


@require_POST
def address_again(request: Any) -> HttpResponse:
    """Another link to the same address."""
    try:
        asked = mail_addresses.ask_again(request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        if asked:
            messages.success(request, _("Another mail is on its way; only its link counts."))
    return redirect("core:reminder-settings")


@require_POST
def address_take_back(request: Any) -> HttpResponse:
    mail_addresses.take_back(request.user, at=timezone.now())
    messages.success(request, _("Taken back: the link mailed counts no more."))
    return redirect("core:reminder-settings")


@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: Any, token: str) -> HttpResponse:
    """Opening the link shows a button; only pressing it confirms."""
    now = timezone.now()
    try:
        if request.method == "POST":
            mail_addresses.confirm(token, request.user, at=now)
            messages.success(request, _("Confirmed: reminder mails go to this address from now on."))
            return redirect("core:reminder-settings")
        row = mail_addresses.held(token, request.user, at=now)
    except Refused as refusal:
        return render_page(request, "core/address_confirm.html", status=409, refusal=sentence(refusal))
    return render_page(request, "core/address_confirm.html", row=row, token=token, refusal="")
