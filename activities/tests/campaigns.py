"""Campaigns for tests: plain rows, nothing hidden."""

from datetime import date
from typing import Any

from activities.choices import CampaignState
from activities.models import Campaign, CampaignStage, Participation, Pledge
from branches.models import Organization
from branches.tests.factories import NOW
from members.models import Member
from orgportal.core.models import User

STARTS, ENDS = date(2026, 1, 1), date(2026, 12, 31)


def make_campaign(organization: Organization, by: User, *branches: Organization, **fields: Any) -> Campaign:
    defaults = {
        "title": "2026年创先争优",
        "aim": "办实事",
        "state": CampaignState.RUNNING,
        "starts_on": STARTS,
        "ends_on": ENDS,
        "recorded_at": NOW,
        "recorded_by": by,
    }
    campaign = Campaign.unscoped.create(organization=organization, **{**defaults, **fields})
    CampaignStage.objects.create(
        campaign=campaign, position=1, title="公开承诺", starts_on=STARTS, ends_on=ENDS
    )
    for branch in branches:
        Participation.unscoped.create(campaign=campaign, branch=branch, joined_on=STARTS)
    return campaign


def make_pledge(
    campaign: Campaign, branch: Organization, member: Member | None = None, **fields: Any
) -> Pledge:
    defaults = {"text": "为群众办一件实事", "due_on": ENDS, "recorded_at": NOW, "changed_at": NOW}
    participation = campaign.participations.get(branch=branch)
    return Pledge.unscoped.create(participation=participation, member=member, **{**defaults, **fields})
