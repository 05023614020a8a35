"""A branch in a campaign, its pledges and its members', their progress and the leaders' comments."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities import queries
from activities.forms.campaigns import CommentForm, PledgeForm, ProgressForm
from activities.messages import REFUSALS
from activities.models import Participation, Pledge
from activities.rules.campaigns import COMMENT, PLEDGE, may_comment, may_pledge
from activities.workflows.pledges import make_pledge, report_progress, write_comment
from members.models import Member
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
def campaign_branch(request: Any, pk: int, branch: int) -> HttpResponse:
    """Who has promised what, and who has not yet."""
    part = _participation(request, pk, branch)
    pledges = queries.pledges_in(part, request.scope)
    return render_page(
        request, "activities/campaign_branch.html", part_of=part, pledges=pledges,
        has_own=any(pledge.member is None for pledge in pledges),
        waiting=queries.without_pledge(part, request.scope),
        may_edit=part.campaign.is_running and request.scope.may(PLEDGE, part.branch),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pledge_create(request: Any, pk: int, branch: int) -> HttpResponse:
    """`member` in the address: whose pledge; without it the branch's."""
    part = _participation(request, pk, branch)
    member = _member(request)
    if not may_pledge(request.scope, part.branch.path, member_id=member.pk if member else None):
        raise PermissionDenied(PLEDGE)
    initial = {"due_on": part.campaign.ends_on}
    form = PledgeForm(request.POST or None, scope=request.scope, initial=initial)
    if form.is_valid():
        try:
            pledge = make_pledge(part, form.promise(member), **_by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(pledge)
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, "activities/pledge_form.html", status=status, form=form, part_of=part, member=member
    )


@require_GET
def pledge_detail(request: Any, pk: int) -> HttpResponse:
    return _pledge_page(request, _pledge(request, pk))


@require_POST
def pledge_progress(request: Any, pk: int) -> HttpResponse:
    pledge = _pledge(request, pk)
    form = ProgressForm(request.POST)
    if not _may_report(request, pledge):
        raise PermissionDenied(PLEDGE)
    if form.is_valid():
        try:
            return redirect(report_progress(pledge, form.report(), **_by(request)))
        except StaleVersion as stale:
            form = _progress_form(stale.current)
            return _pledge_page(request, stale.current, progress_form=form, is_stale=True, status=409)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
    return _pledge_page(request, pledge, progress_form=form, status=422)


@require_POST
def pledge_comment(request: Any, pk: int) -> HttpResponse:
    pledge = _pledge(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            write_comment(pledge, form.remark(), **_by(request))
        except NotAllowed as refusal:
            raise PermissionDenied(COMMENT) from refusal
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(pledge)
    return _pledge_page(request, pledge, comment_form=form, status=422)


def _pledge_page(request: Any, pledge: Pledge, status: int = 200, **forms: Any) -> HttpResponse:
    branch = pledge.participation.branch
    is_running = pledge.participation.campaign.is_running
    context = {
        "progress_form": _progress_form(pledge), "comment_form": CommentForm(), "is_stale": False, **forms,
        "may_report": pledge.is_open and is_running and _may_report(request, pledge),
        "may_comment": is_running and may_comment(request.scope, branch.path, member_id=pledge.member_id),
    }  # fmt: skip
    return render_page(
        request, "activities/pledge_detail.html", status=status, pledge=pledge,
        comments=queries.comments_on(pledge), **context,
    )  # fmt: skip


def _progress_form(pledge: Pledge) -> ProgressForm:
    initial = {"progress": pledge.progress, "note": pledge.progress_note, "version": pledge.version}
    return ProgressForm(initial=initial)


def _may_report(request: Any, pledge: Pledge) -> bool:
    return may_pledge(request.scope, pledge.participation.branch.path, member_id=pledge.member_id)


def _participation(request: Any, pk: int, branch: int) -> Participation:
    rows = Participation.objects.visible_to(request.scope).select_related("campaign", "branch")
    return get_object_or_404(rows, campaign=pk, branch=branch)


def _member(request: Any) -> Member | None:
    wanted = request.GET.get("member", "")
    if not wanted.isdecimal():
        return None
    return get_object_or_404(Member.objects.visible_to(request.scope).active(), pk=int(wanted))


def _pledge(request: Any, pk: int) -> Pledge:
    rows = Pledge.objects.visible_to(request.scope).select_related(
        "member", "participation__branch", "participation__campaign"
    )
    return get_object_or_404(rows, pk=pk)


def _by(request: Any) -> dict[str, Any]:
    return {"actor": request.user, "scope": request.scope, "at": timezone.now()}
