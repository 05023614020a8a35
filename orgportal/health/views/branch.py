"""The health of one branch: what is due, what is missing, by which rule, and where it is put right."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgportal.core.decorators import may
from orgportal.core.ui import render_page
from orgportal.health.forms import PastDayForm
from orgportal.health.messages import SUBJECTS
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.branch import health_of, names_behind, strips
from orgportal.health.queries.district import branches_of
from orgportal.health.queries.home import RECORD_RIGHT, due_now
from orgportal.health.views.lines import lines_of, not_held_url, period_words, record_url
from orgportal.health.views.past import past_branch


@require_GET
@may("health.view")
def branch(request: Any, pk: int) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at)
    past = PastDayForm(request.GET, today=today)
    moment = past.moment(at)
    if moment and (page := past_branch(request, pk, past, moment)):
        return page
    body = get_object_or_404(branches_of(request.scope, today).select_related("parent"), pk=pk)
    health = health_of(body, request.scope, today, at)
    if health is None:
        raise Http404
    months, strip = strips(body, request.scope, today)
    summaries = PeriodSummary.objects.visible_to(request.scope).filter(organization=body)
    return render_page(
        request, "health/branch.html", branch=body, health=health, at=at, months=months, strip=strip,
        subjects=SUBJECTS, period_words=period_words, record_url=record_url, not_held_url=not_held_url,
        may_record=request.scope.may(RECORD_RIGHT, body), duties=due_now(body, request.scope, today),
        lines=lines_of(
            health.findings, health.edition, body, request.scope, names_behind(health.findings, request.scope)
        ),
        summaries=summaries.order_by("-ends_on", "starts_on", "-revision")[:4], past=past,
    )  # fmt: skip
