"""Strive for excellence 创先争优: a campaign is laid out, rolled out to all branches below, and ended."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from activities.choices import CampaignState
from activities.models import Campaign, CampaignStage, Participation
from activities.rules.campaigns import Plan, plan_problem
from branches.choices import PostKind
from branches.models import Organization
from orgportal.core import audit, inbox, outbox
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import AFTER, Scope

RIGHT = "campaign.edit"
KEEPERS = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY)


@transaction.atomic
def create_campaign(
    organization: Organization, plan: Plan, *, actor: User, scope: Scope, at: datetime
) -> Campaign:
    """A draft with its stages; no branch sees it yet."""
    scope.demand(RIGHT, organization)
    if problem := plan_problem(plan):
        raise Refused(problem)
    campaign = Campaign.unscoped.create(
        organization=organization,
        title=plan.title,
        aim=plan.aim,
        basis=plan.basis,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        recorded_at=at,
        recorded_by=actor,
    )
    CampaignStage.objects.bulk_create(
        CampaignStage(
            campaign=campaign,
            position=position,
            title=stage.title,
            goal=stage.goal,
            starts_on=stage.starts_on,
            ends_on=stage.ends_on,
        )
        for position, stage in enumerate(plan.stages, 1)
    )
    audit.record(
        actor=actor, action="campaign.created", target=campaign, at=at,
        changes={"title": [None, plan.title], "stages": [None, len(plan.stages)]},
    )  # fmt: skip
    return campaign


@transaction.atomic
def roll_out(campaign: Campaign, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> int:
    """Every existing branch below takes part; repeated, those founded since. Returns how many are new."""
    body = campaign.organization
    scope.demand(RIGHT, body)
    if campaign.state == CampaignState.ENDED:
        raise Refused("campaign_ended")
    row = update_versioned(campaign, seen_version=seen_version, state=CampaignState.RUNNING)
    new = _branches_outside(row, body)
    Participation.unscoped.bulk_create(
        (Participation(campaign=row, branch_id=pk, joined_on=timezone.localdate(at)) for pk in new),
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor, action="campaign.rolled_out", target=row, at=at, changes={"branches": [None, len(new)]}
    )
    _tell(row, new, at)
    return len(new)


def _branches_outside(campaign: Campaign, body: Organization) -> list[int]:
    below = Organization.unscoped.branches().current().filter(path__gte=body.path, path__lt=body.path + AFTER)
    return list(below.exclude(participations__campaign=campaign).order_by("pk").values_list("pk", flat=True))


def _tell(campaign: Campaign, branches: Iterable[int], at: datetime) -> None:
    """The secretaries hear of it; what reads duties and pledges looks again."""
    on = timezone.localdate(at)
    keepers = User.objects.filter(
        is_active=True, member__posts__organization__in=branches, member__posts__kind__in=KEEPERS,
        member__posts__starts_on__lte=on, member__posts__cancelled_on=None,
    ).exclude(member__posts__ends_on__lt=on)  # fmt: skip
    inbox.notify(
        keepers.values_list("pk", flat=True),
        "activities.campaign_started",
        f"campaign:{campaign.pk}",
        params={"title": campaign.title},
        url=campaign.get_absolute_url(),
        at=at,
    )
    outbox.emit_all("activity.changed", {pk: {"branch_id": pk} for pk in branches}, at=at)


@transaction.atomic
def end_campaign(
    campaign: Campaign, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Campaign:
    """Nothing more is pledged or reported; everything stays readable."""
    scope.demand(RIGHT, campaign.organization)
    if campaign.state != CampaignState.RUNNING:
        raise Refused("campaign_not_running")
    row = update_versioned(campaign, seen_version=seen_version, state=CampaignState.ENDED)
    audit.record(
        actor=actor, action="campaign.ended", target=row, at=at,
        changes={"state": [CampaignState.RUNNING, CampaignState.ENDED]},
    )  # fmt: skip
    branches = row.participations.values_list("branch_id", flat=True)
    outbox.emit_all("activity.changed", {pk: {"branch_id": pk} for pk in branches}, at=at)
    return row
