"""Accounts of a branch's members: choose, check, print the slips once; a new slip for a lost password."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.forms.accounts import ChosenMembers, NumberForm
from members.messages import REFUSALS
from members.workflows import accounts
from orgportal.core.account_states import account_state
from orgportal.core.decorators import desk, may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.idempotency import said_once
from orgportal.core.models import Desk
from orgportal.core.refusals import sentence
from orgportal.core.slips import Slip
from orgportal.core.ui import render_page

SHOWN = 500


@may(accounts.RIGHT)
@require_safe
def account_list(request: Any, form: ChosenMembers | None = None) -> HttpResponse:
    now = timezone.now()
    members = accounts.members_served(request.scope)[:SHOWN]
    lines = [(member, account_state(member.user, now)) for member in members]
    waiting = sum(member.user is None for member, _state in lines)
    status = 422 if form else 200
    return render_page(
        request, "members/accounts.html", status=status, lines=lines, waiting=waiting, form=form
    )


@may(accounts.RIGHT)
@require_safe
def account_check(request: Any) -> HttpResponse:
    """Who is about to get an account, before it is made."""
    form = ChosenMembers(request.GET, scope=request.scope)
    if not form.is_valid():
        return account_list(request, form)
    chosen = accounts.members_served(request.scope).filter(user=None, pk__in=form.cleaned_data["members"])
    return render_page(request, "members/accounts_check.html", members=list(chosen))


@may(accounts.RIGHT)
@require_POST
def account_open(request: Any) -> HttpResponse:
    form = ChosenMembers(request.POST, scope=request.scope)
    if not form.is_valid():
        return render_page(request, "members/accounts_refused.html", status=422, form=form)
    ids = [member.pk for member in form.cleaned_data["members"]]
    try:
        slips = accounts.open_for_members(ids, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, sentence(refusal, REFUSALS))
        return render_page(request, "members/accounts_refused.html", status=422, form=form)
    return _slips(request, slips, reverse("members:account-list"))


@may(accounts.RIGHT)
@require_http_methods(["GET", "POST"])
def account_reset(request: Any, pk: int) -> HttpResponse:
    member = get_object_or_404(accounts.members_served(request.scope), pk=pk)
    now, error = timezone.now(), ""
    if request.method == "POST":
        try:
            slip = accounts.reset_for_member(
                member, actor=request.user, scope=request.scope, at=now, today=timezone.localdate()
            )
        except Refused as refusal:
            error = sentence(refusal, REFUSALS)
        else:
            return _slips(request, [slip], reverse("members:account-list"))
    status = 422 if error else 200
    return render_page(request, "members/account_reset.html", status=status, member=member, error=error)


@desk(Desk.SYSTEM)
@require_http_methods(["GET", "POST"])
def account_by_number(request: Any) -> HttpResponse:
    """At the system desk: nothing of the member is shown but what was typed."""
    form = NumberForm(typed(request))
    if form.is_valid():
        try:
            slip = accounts.open_by_number(**form.cleaned_data, actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return _slips(request, [slip], reverse("core:account-list"))
    status = 422 if form.is_bound else 200
    return render_page(request, "members/account_by_number.html", status=status, form=form)


def _slips(request: Any, slips: list[Slip], back: str) -> HttpResponse:
    return said_once(render_page(request, "core/slips.html", slips=slips, back=back), back)
