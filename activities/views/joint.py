"""Joint activities: the host invites branches, each of them records its own people or declines."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.choices import ActivityKind
from activities.filters import InvitationFilter
from activities.forms.joint import DeclineForm, InviteForm
from activities.forms.meetings import MeetingForm
from activities.forms.starting import announced
from activities.messages import REFUSALS
from activities.models import Activity, Invitation
from activities.queries import setting_for
from activities.queries.joint import day_announced, invitations_of, own_records
from activities.views.changes import own_record
from activities.views.opening import records
from activities.workflows import joint as work
from activities.workflows.meetings import RIGHT
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

# --- the host


@require_http_methods(["GET", "POST"])
@records
def joint(request: Any, pk: int) -> HttpResponse:
    """Whom the activity is held with; one more branch is invited with each sending."""
    activity = own_record(request, pk)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            work.invite(activity, form.branch, **_by(request))
        except Refused as refusal:
            form.add_error("target_text", sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Invited: %(branch)s") % {"branch": form.branch.name})
            return redirect("activities:joint", pk=pk)
    return render_page(
        request, "activities/joint.html", status=422 if form.errors else 200, form=form, activity=activity,
        invitations=invitations_of(activity, request.scope), may_invite=work.may_be_joint(activity),
    )  # fmt: skip


@require_POST
@records
def invitation_withdraw(request: Any, pk: int) -> HttpResponse:
    invitation = _seen(request, pk)
    if not request.scope.may(RIGHT, invitation.activity.branch):
        raise PermissionDenied(RIGHT)
    try:
        work.withdraw(invitation, **_by(request))
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    return redirect("activities:joint", pk=invitation.activity_id)


# --- the invited


@require_GET
@may("activity.view")
def invitation_list(request: Any) -> HttpResponse:
    """Invitations to and from the branches in sight, the latest first."""
    filters = InvitationFilter(request.GET, queryset=Invitation.objects.visible_to(request.scope).for_pages())
    page = keyset_page(filters.qs, request, ("-pk",))
    return render_page(
        request, "activities/invitations.html", part="activities/_invitations.html", filters=filters,
        page=page, at=timezone.now(),
    )  # fmt: skip


@require_GET
@may("activity.view")
def invitation_detail(request: Any, pk: int) -> HttpResponse:
    """What is announced, and the three answers: recorded by us, recorded already, not taking part."""
    return _page(request, _seen(request, pk))


@require_http_methods(["GET", "POST"])
@records
def invitation_record(request: Any, pk: int) -> HttpResponse:
    """The ordinary page for a meeting, with what was announced filled in and one's own roster."""
    invitation, now = _to_answer(request, pk), timezone.now()
    host = invitation.activity
    setting = setting_for(invitation.branch, ActivityKind(host.kind), None, host.held_on)
    form = MeetingForm(
        request.POST or None, setting=setting, today=timezone.localdate(now), initial=announced(setting, host)
    )
    if form.is_valid() and form.entry is not None:
        try:
            record = work.take_up(
                invitation, form.entry, is_another=form.cleaned_data["is_another"], **_by(request)
            )
        except Refused as refusal:
            form.refuse(refusal.code, sentence(refusal, REFUSALS))
        else:
            return redirect("activities:activity-saved", pk=record.pk)
    status = 422 if form.is_bound else 200
    return render_page(
        request, "activities/joint_record.html", status=status, form=form, setting=setting,
        invitation=invitation,
    )  # fmt: skip


@require_POST
@records
def invitation_link(request: Any, pk: int) -> HttpResponse:
    """An own record of that day is named instead of typed again."""
    invitation = _to_answer(request, pk)
    wanted = request.POST.get("record", "")
    rows = Activity.objects.visible_to(request.scope)
    record = get_object_or_404(rows, pk=int(wanted) if wanted.isdecimal() else 0)
    try:
        work.link(invitation, record, **_by(request))
    except Refused as refusal:
        return _page(request, invitation, status=409, refusal=sentence(refusal, REFUSALS))
    return redirect(invitation)


@require_http_methods(["GET", "POST"])
@records
def invitation_decline(request: Any, pk: int) -> HttpResponse:
    invitation = _to_answer(request, pk)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        try:
            work.decline(invitation, form.cleaned_data["reason"], **_by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(invitation)
    return render_page(
        request, "activities/invitation_decline.html", status=422 if form.errors else 200, form=form,
        invitation=invitation,
    )  # fmt: skip


# --- what they share


def _seen(request: Any, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(request.scope).for_pages()
    found: Invitation = get_object_or_404(rows, pk=pk)
    return found


def _to_answer(request: Any, pk: int) -> Invitation:
    """404 out of sight, 403 for whoever does not record for the invited branch."""
    invitation = _seen(request, pk)
    if not request.scope.may(RIGHT, invitation.branch):
        raise PermissionDenied(RIGHT)
    return invitation


def _page(request: Any, invitation: Invitation, *, status: int = 200, refusal: str = "") -> HttpResponse:
    scope, host = request.scope, invitation.activity
    answers = invitation.is_open and work.may_be_joint(host) and scope.may(RIGHT, invitation.branch)
    return render_page(
        request, "activities/invitation.html", status=status, invitation=invitation, host=host,
        refusal=refusal, may_answer=answers, candidates=own_records(invitation, scope) if answers else [],
        sees_host=scope.may(Activity.view_right, host.branch), hosts=scope.may(RIGHT, host.branch),
        announced=day_announced(invitation), may_be_joint=work.may_be_joint(host),
        sees_record=scope.may(Activity.view_right, invitation.branch),
    )  # fmt: skip


def _by(request: Any) -> dict[str, Any]:
    return {"actor": request.user, "scope": request.scope, "at": timezone.now()}
