"""The first screen, by role: what do I do now?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.queries.life import waiting_for
from branches.models import Organization
from members.queries.own import own_state
from members.views.transfer_sheets import sheet_of
from orgportal.core.ui import render_page
from orgportal.health.messages import SUBJECTS
from orgportal.health.queries.branch import health_of
from orgportal.health.queries.home import SHOWN, branches_run, desk_of, oversees, own_of
from orgportal.health.views.lines import campaign_url, lines_of, not_held_url, period_words, record_url


@require_GET
def home(request: Any) -> HttpResponse:
    """Officers and organisers see their committee, secretaries their branch, members their own affairs."""
    if request.user.desk:
        return render_page(request, "health/home_desk.html")
    if request.GET.get("view") == "own":
        return _own(request, has_post=bool(request.scope.grants))
    if oversees(request.scope):
        return redirect("health:district")
    branches = branches_run(request.scope)
    if not branches:
        return _own(request, has_post=False)
    chosen = request.GET.get("branch", "")
    branch = next((each for each in branches if str(each.pk) == chosen), branches[0])
    return _branch(request, branch, branches)


def _branch(request: Any, branch: Organization, branches: list[Organization]) -> HttpResponse:
    """The secretary's screen; a recorder, who has no right to see more, finds duties and records."""
    at = timezone.now()
    today = timezone.localdate(at)
    sees_all = request.scope.may("health.view", branch)
    health = health_of(branch, request.scope, today, at) if sees_all else None
    lines = lines_of(health.findings, health.edition, branch, request.scope) if health else []
    desk = desk_of(branch, request.scope, today)
    return render_page(
        request, "health/home_branch.html" if sees_all else "health/home_recorder.html", branch=branch,
        branches=branches, health=health, today=today, desk=desk, duties=desk.duties, subjects=SUBJECTS,
        lines=[line for line in lines if line.is_open], period_words=period_words, record_url=record_url,
        not_held_url=not_held_url, may_record=True, to_confirm=waiting_for(request.scope)[:SHOWN],
    )  # fmt: skip


def _own(request: Any, *, has_post: bool) -> HttpResponse:
    today = timezone.localdate()
    own = own_of(request.scope, today)
    way = sheet_of(own.transfer, request.scope, today) if own and own.transfer else None
    return render_page(
        request, "health/home_member.html", own=own, way=way,
        to_confirm=waiting_for(request.scope)[:SHOWN],
        data=own_state(own.member, today) if own else None, has_post=has_post, today=today,
        campaign_url=campaign_url,
    )  # fmt: skip
