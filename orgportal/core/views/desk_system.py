"""The system administrator's desk: accounts and nothing behind them."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgportal.core.account_states import account_state
from orgportal.core.decorators import desk
from orgportal.core.desk_forms import AccountFilter
from orgportal.core.errors import Refused
from orgportal.core.idempotency import said_once
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Desk, User
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import desks


@desk(Desk.SYSTEM)
@require_safe
def account_list(request: Any) -> HttpResponse:
    form = AccountFilter(request.GET)
    rows = User.objects.all()
    if form.is_valid() and (q := form.cleaned_data["q"]):
        rows = rows.filter(Q(display_name__icontains=q) | Q(user_name__icontains=q))
    page, now = keyset_page(rows, request, NEWEST), timezone.now()
    lines = [(user, account_state(user, now)) for user in page.rows]
    return render_page(
        request, "core/account_list.html", part="core/_account_rows.html", form=form, page=page, lines=lines
    )


@desk(Desk.SYSTEM)
@require_safe
def account_detail(request: Any, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    state = account_state(account, timezone.now())
    return render_page(request, "core/account_detail.html", account=account, state=state)


@desk(Desk.SYSTEM)
@require_POST
def account_reset(request: Any, pk: int) -> HttpResponse:
    """A new slip on a page that is shown once."""
    account = get_object_or_404(User, pk=pk)
    try:
        slip = desks.reset_account(account, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _refused(request, account, refusal)
    back = reverse("core:account-detail", args=[pk])
    page = render_page(request, "core/slips.html", slips=[slip], back=back)
    return said_once(page, back)


@desk(Desk.SYSTEM)
@require_POST
def account_close(request: Any, pk: int) -> HttpResponse:
    return _switch(request, pk, is_active=False)


@desk(Desk.SYSTEM)
@require_POST
def account_reopen(request: Any, pk: int) -> HttpResponse:
    return _switch(request, pk, is_active=True)


def _switch(request: Any, pk: int, *, is_active: bool) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    try:
        desks.set_account_active(account, is_active=is_active, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _refused(request, account, refusal)
    done = _("The account was reopened.") if is_active else _("The account was closed and signed out.")
    messages.success(request, done)
    return redirect("core:account-detail", pk=pk)


def _refused(request: Any, account: User, refusal: Refused) -> HttpResponse:
    messages.error(request, sentence(refusal))
    return redirect("core:account-detail", pk=account.pk)
