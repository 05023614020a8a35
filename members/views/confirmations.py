"""The yearly look: whose data nobody has looked over yet, by member or by branch; confirming for them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.filters import YearFilter
from members.forms.own import ConfirmForForm, ConfirmManyForm
from members.messages import REFUSALS
from members.models import Member
from members.queries import own as reads
from members.queries import yearly_look
from members.rules import own as rules
from members.views.member import visible_member
from members.workflows import own as work
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

ORDER = ("path", "name_key", "pk")


@require_GET
@may("member.view")
def confirmation_list(request: Any) -> HttpResponse:
    """Whose data nobody has looked over this year; or how many that are in each branch."""
    today = timezone.localdate()
    filters = YearFilter(request.GET, scope=request.scope, today=today)
    by_branch = request.GET.get("view") == "branches"
    rows = filters.found().select_related("branch")
    branches = yearly_look.branches_of(rows, filters.roots, request.scope) if by_branch else None
    page = keyset_page(branches, request, ("path", "pk")) if branches is not None else None
    return render_page(
        request, "members/confirmation_list.html", filters=filters, today=today, form=ConfirmManyForm(),
        branches=page, page=None if page else keyset_page(rows, request, ORDER),
        window=rules.window(reads.book_for(filters.roots[0], today), today),
        is_one_branch=filters.is_one_branch,
        may_confirm=lambda member: request.scope.may("member.edit", member),
    )  # fmt: skip


@require_POST
@may("member.edit")
def confirm_many(request: Any) -> HttpResponse:
    """Those ticked on the page, who were asked one by one."""
    form, back = ConfirmManyForm(request.POST), redirect(_list_again(request))
    versions = form.versions()
    if not form.is_valid() or not versions:
        messages.error(request, _("Tick the members and say how they were asked: by phone, at a visit."))
        return back
    rows = list(Member.objects.visible_to(request.scope).filter(pk__in=versions).order_by("pk"))
    if len(rows) != len(versions):
        raise Http404
    try:
        done = work.confirm_many(
            [(row, versions[row.pk]) for row in rows], how=form.cleaned_data["how"], actor=request.user,
            scope=request.scope, at=timezone.now(),
        )  # fmt: skip
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    _tell_outcome(request, done)
    return back


def _list_again(request: Any) -> str:
    """The list as it was filtered."""
    asked = request.GET.urlencode()
    return reverse("members:confirmation-list") + (f"?{asked}" if asked else "")


def _tell_outcome(request: Any, done: list[work.Outcome]) -> None:
    """How many are confirmed; whose data changed meanwhile, by name."""
    made = sum(each.made is not None for each in done)
    if made:
        words = _("Confirmed for %(n)s members, each marked as yours.")
        messages.success(request, words % {"n": made})
    if left := [each.member.name for each in done if each.made is None]:
        words = _("Not confirmed, because something changed meanwhile. Look again: %(names)s")
        messages.error(request, words % {"names": ", ".join(left)})


@require_http_methods(["GET", "POST"])
@may("member.edit")
def member_confirm(request: Any, pk: int) -> HttpResponse:
    """For a member who was asked in person or by phone; marked as such."""
    member = visible_member(request, pk, "member.edit")
    form = ConfirmForForm(
        request.POST if request.method == "POST" else None, initial={"version": member.version}
    )
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, timezone.now()
        try:
            work.confirm(
                member, seen_version=data["version"], how=data["how"], actor=request.user,
                scope=request.scope, at=at,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Confirmed for %(name)s, marked as yours.") % {"name": member.name})
            return redirect("members:confirmation-list")
    state = reads.own_state(member, timezone.localdate())
    return render_page(
        request, "members/member_confirm.html", status=422 if form.errors else 200, form=form, member=member,
        state=state,
    )  # fmt: skip
