"""Campaigns: the list, laying one out, its state over the branches, rolling it out and ending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities import queries
from activities.filters import TakingPartFilter
from activities.forms.campaigns import CampaignForm, PledgeForm, StageForms, VersionForm
from activities.messages import REFUSALS
from activities.models import Campaign, Participation
from activities.rules.campaigns import PLEDGE
from activities.workflows.campaigns import RIGHT, create_campaign, end_campaign, roll_out
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_GET
def campaign_list(request: Any) -> HttpResponse:
    campaigns = Campaign.objects.visible_to(request.scope).select_related("organization")
    page = keyset_page(campaigns, request, ("-starts_on", "pk"))
    return render_page(request, "activities/campaign_list.html", page=page, at=timezone.now())


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def campaign_create(request: Any) -> HttpResponse:
    data = request.POST or None
    form, stages = CampaignForm(data, scope=request.scope), StageForms(data, prefix="stage")
    if form.is_valid() and stages.is_valid():
        try:
            campaign = create_campaign(
                form.cleaned_data["organization"], form.plan(stages), actor=request.user, scope=request.scope,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(campaign)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "activities/campaign_form.html", status=status, form=form, stages=stages)


@require_GET
def campaign_detail(request: Any, pk: int) -> HttpResponse:
    """For the office the state over the branches; for a branch its own place and pledge at once."""
    campaigns = Campaign.objects.visible_to(request.scope).select_related("organization")
    campaign = get_object_or_404(campaigns, pk=pk)
    rows = queries.taking_part(campaign, request.scope)
    filters = TakingPartFilter(request.GET, queryset=rows)
    return render_page(
        request, "activities/campaign_detail.html", part="activities/_campaign_rows.html", campaign=campaign,
        stages=campaign.stages.order_by("position"), totals=queries.campaign_totals(campaign, request.scope),
        filters=filters, page=keyset_page(filters.qs, request, queries.NEED_ORDER), at=timezone.now(),
        today=timezone.localdate(), **_own(request, campaign),
    )  # fmt: skip


def _own(request: Any, campaign: Campaign) -> dict[str, Any]:
    """The person's own branch in the campaign, its pledge and theirs; forms for what is not pledged yet."""
    member = getattr(request.user, "member", None)
    part = Participation.objects.visible_to(request.scope).filter(campaign=campaign)
    own = part.filter(branch=member.branch_id).select_related("branch").first() if member else None
    if member is None or own is None:
        return {"own": None}
    pledges = {pledge.member_id: pledge for pledge in queries.pledges_in(own, request.scope)}
    return {
        "own": own,
        "pledge_form": PledgeForm(scope=request.scope, initial={"due_on": campaign.ends_on}),
        "my_pledge": pledges.get(member.pk),
        "branch_pledge": pledges.get(None),
        "may_pledge_branch": request.scope.may(PLEDGE, own.branch),
    }


@require_POST
@may(RIGHT)
def campaign_roll_out(request: Any, pk: int) -> HttpResponse:
    campaign, form = _own_campaign(request, pk), VersionForm(request.POST)
    form.is_valid()
    seen = form.cleaned_data.get("version") or 0
    try:
        new = roll_out(
            campaign, seen_version=seen, actor=request.user, scope=request.scope, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        done = ngettext("%(n)s branch was taken in.", "%(n)s branches were taken in.", new) % {"n": new}
        messages.success(request, done)
    return redirect(campaign)


@require_POST
@may(RIGHT)
def campaign_end(request: Any, pk: int) -> HttpResponse:
    campaign, form = _own_campaign(request, pk), VersionForm(request.POST)
    form.is_valid()
    seen = form.cleaned_data.get("version") or 0
    try:
        end_campaign(campaign, seen_version=seen, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("The campaign has ended; everything stays readable."))
    return redirect(campaign)


def _own_campaign(request: Any, pk: int) -> Campaign:
    """In sight (404) and run by a body one may run campaigns in (403)."""
    campaigns = Campaign.objects.visible_to(request.scope).select_related("organization")
    campaign = get_object_or_404(campaigns, pk=pk)
    if not request.scope.may(RIGHT, campaign.organization):
        raise PermissionDenied(RIGHT)
    return campaign
