"""Duties, decisions and campaigns for tests of health: plain rows, nothing hidden."""

from datetime import date, timedelta
from typing import Any

from activities.choices import CampaignState, DutyState
from activities.models import Activity, AgendaItem, Campaign, Decision, Duty, Participation, Pledge
from branches.models import Organization
from branches.tests.factories import NOW
from members.models import Member
from orgportal.core.models import User
from orgportal.health.rules.totals import month_end

THEME_DAY = "themeday.freq"


def make_duty(branch: Organization, state: str = DutyState.NOT_DUE, **fields: Any) -> Duty:
    month = fields.pop("month", date(2026, 3, 1))
    end = month_end(month)
    defaults = {
        "rule": THEME_DAY, "starts_on": month, "ends_on": end, "due_on": end, "state": state,
        "recorded_at": NOW - timedelta(days=60), "decided_at": NOW - timedelta(hours=1),
    }  # fmt: skip
    return Duty.unscoped.create(branch=branch, **{**defaults, **fields})


def make_decision(activity: Activity, owner: Member, due_on: date, **fields: Any) -> Decision:
    item = AgendaItem.objects.create(activity=activity, position=1, topic="一季度工作")
    return Decision.unscoped.create(item=item, text="整理党员活动室", owner=owner, due_on=due_on, **fields)


def make_campaign(organization: Organization, by: User, *branches: Organization, **fields: Any) -> Campaign:
    joined_on = fields.pop("joined_on", date(2026, 1, 5))
    campaign = Campaign.unscoped.create(
        organization=organization, title="创先争优", aim="争创五好支部", state=CampaignState.RUNNING,
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), recorded_at=NOW - timedelta(days=60),
        recorded_by=by, **fields,
    )  # fmt: skip
    Participation.objects.bulk_create(
        Participation(campaign=campaign, branch=branch, joined_on=joined_on) for branch in branches
    )
    return campaign


def make_pledge(campaign: Campaign, branch: Organization, member: Member | None = None) -> Pledge:
    at = NOW - timedelta(days=30)
    return Pledge.unscoped.create(
        participation=campaign.participations.get(branch=branch), member=member, text="为群众办一件实事",
        due_on=date(2026, 6, 30), recorded_at=at, changed_at=at,
    )  # fmt: skip
