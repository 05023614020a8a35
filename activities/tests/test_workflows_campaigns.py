"""Campaigns, pledges and comments: what they write, whom they tell, what they refuse."""

from datetime import date

import pytest

from activities.choices import CampaignState, PledgeState
from activities.models import Campaign, LeaderComment, Participation, Pledge
from activities.rules.campaigns import Plan, Stage
from activities.tests.campaigns import ENDS, STARTS, make_campaign, make_pledge
from activities.workflows.campaigns import create_campaign, end_campaign, roll_out
from activities.workflows.pledges import (
    Promise,
    Remark,
    Report,
    report_progress,
    write_comment,
)
from activities.workflows.pledges import (
    make_pledge as promise,
)
from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY, make_organization
from members.tests.factories import make_member, make_post
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

PLAN = Plan(
    title="创先争优", aim="办实事", starts_on=STARTS, ends_on=ENDS,
    stages=(Stage(title="公开承诺", starts_on=STARTS, ends_on=ENDS),),
)  # fmt: skip


def by(world, persona):
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


@pytest.fixture
def campaign(world):
    return make_campaign(world.district, world.user("qian"), world.a, world.b, world.c)


@pytest.fixture
def in_a(world, campaign):
    return Participation.unscoped.get(branch=world.a)


@pytest.mark.django_db
def test_a_campaign_is_laid_out_as_a_draft(world):
    campaign = create_campaign(world.district, PLAN, **by(world, "qian"))

    assert (campaign.state, campaign.stages.get().title) == (CampaignState.DRAFT, "公开承诺")
    assert AuditEntry.objects.get().action == "campaign.created"
    with pytest.raises(NotAllowed):
        create_campaign(world.committee_1, PLAN, **by(world, "zhao"))
    empty = Plan(title="x", aim="x", starts_on=STARTS, ends_on=ENDS, stages=())
    assert refusal(create_campaign, world.district, empty, **by(world, "qian")) == "campaign_without_stage"


@pytest.mark.django_db
def test_rolling_out_takes_in_every_branch_once_and_tells_the_secretaries(world):
    make_post(make_member(world.b, "旧书记"), world.b, PostKind.SECRETARY, ends_on=date(2025, 6, 1))
    gone = make_organization(world.committee_1, dissolved_on=date(2020, 1, 1))
    campaign = make_campaign(world.district, world.user("qian"), state=CampaignState.DRAFT)

    new = roll_out(campaign, seen_version=1, **by(world, "qian"))

    branches = set(campaign.participations.values_list("branch", flat=True))
    assert (new, branches) == (4, {world.a.pk, world.b.pk, world.c.pk, world.organ.pk})
    assert gone.pk not in branches
    assert Campaign.unscoped.get().is_running
    told = set(Notification.unscoped.values_list("recipient__user_name", flat=True))
    assert told == {"li", "wang"}
    assert OutboxEvent.objects.filter(topic="activity.changed").count() == 4


@pytest.mark.django_db
def test_rolling_out_again_takes_in_only_what_is_new(world):
    campaign = make_campaign(world.district, world.user("qian"), state=CampaignState.DRAFT)
    roll_out(campaign, seen_version=1, **by(world, "qian"))
    fresh = make_organization(world.committee_2)
    again = roll_out(Campaign.unscoped.get(), seen_version=2, **by(world, "qian"))
    nothing = roll_out(Campaign.unscoped.get(), seen_version=3, **by(world, "qian"))

    assert (again, nothing, campaign.participations.count()) == (1, 0, 5)
    assert campaign.participations.filter(branch=fresh).exists()
    with pytest.raises(StaleVersion):
        roll_out(Campaign.unscoped.get(), seen_version=2, **by(world, "qian"))


@pytest.mark.django_db
def test_an_ended_campaign_takes_in_nobody_and_no_pledge(world, campaign, in_a):
    pledge = make_pledge(campaign, world.a)
    with pytest.raises(NotAllowed):
        end_campaign(campaign, seen_version=1, **by(world, "li"))

    ended = end_campaign(campaign, seen_version=1, **by(world, "qian"))

    assert ended.state == CampaignState.ENDED
    assert refusal(end_campaign, ended, seen_version=2, **by(world, "qian")) == "campaign_not_running"
    assert refusal(roll_out, ended, seen_version=2, **by(world, "qian")) == "campaign_ended"
    later = Promise(text="x", due_on=ENDS)
    assert refusal(promise, in_a, later, **by(world, "li")) == "campaign_not_running"
    assert refusal(report_progress, pledge, Report(progress=5, version=1), **by(world, "li")) == (
        "campaign_not_running"
    )


@pytest.mark.django_db
def test_branch_and_member_pledge_once(world, in_a):
    ours = promise(in_a, Promise(text="修路", due_on=ENDS), **by(world, "li"))
    mine = promise(in_a, Promise(text="结对", due_on=ENDS, member=world.chen), **by(world, "chen"))
    by_hand = promise(in_a, Promise(text="宣讲", due_on=ENDS, member=world.sun), **by(world, "li"))

    assert [(row.member, row.state, row.progress) for row in (ours, mine, by_hand)] == [
        (None, PledgeState.OPEN, 0), (world.chen, PledgeState.OPEN, 0), (world.sun, PledgeState.OPEN, 0),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(action="pledge.made").count() == 3
    assert refusal(promise, in_a, Promise(text="再", due_on=ENDS), **by(world, "li")) == "pledge_exists"


@pytest.mark.django_db
def test_pledges_of_others_late_days_and_strangers_are_refused(world, in_a):
    late = Promise(text="x", due_on=date(2027, 1, 1))
    of_c = Promise(text="x", due_on=ENDS, member=world.wang)

    assert refusal(promise, in_a, late, **by(world, "li")) == "pledge_day_outside"
    assert refusal(promise, in_a, of_c, **by(world, "li")) == "pledge_of_another_branch"
    for persona, member in (("chen", None), ("chen", world.sun), ("wang", None), ("zhao", None)):
        with pytest.raises(NotAllowed):
            promise(in_a, Promise(text="x", due_on=ENDS, member=member), **by(world, persona))
    assert not Pledge.unscoped.exists()


@pytest.mark.django_db
def test_progress_closes_a_pledge_that_is_kept_or_given_up(world, campaign):
    mine, ours = make_pledge(campaign, world.a, world.chen), make_pledge(campaign, world.a)
    half = report_progress(mine, Report(progress=50, note="一半", version=1), **by(world, "chen"))
    kept = report_progress(half, Report(progress=100, version=2), **by(world, "chen"))
    dropped = report_progress(
        ours, Report(progress=10, note="项目取消", gives_up=True, version=1), **by(world, "li")
    )

    assert (half.state, half.progress_note, kept.state, dropped.state) == ("open", "一半", "done", "dropped")
    assert (
        refusal(report_progress, kept, Report(progress=5, version=3), **by(world, "chen")) == "pledge_closed"
    )


@pytest.mark.django_db
def test_progress_needs_the_right_the_version_and_a_reason(world, campaign):
    mine = make_pledge(campaign, world.a, world.chen)
    with pytest.raises(NotAllowed):
        report_progress(mine, Report(progress=5, version=1), **by(world, "sun"))
    with pytest.raises(StaleVersion):
        report_progress(mine, Report(progress=5, version=9), **by(world, "chen"))
    silent = Report(progress=5, gives_up=True, version=1)

    assert refusal(report_progress, mine, silent, **by(world, "chen")) == "note_missing"


@pytest.mark.django_db
def test_the_level_above_comments_on_a_branch_and_the_secretary_on_members(world, campaign):
    ours, mine = make_pledge(campaign, world.a), make_pledge(campaign, world.a, world.chen)
    write_comment(ours, Remark(good="认真", next_step="再快些"), **by(world, "zhao"))
    write_comment(mine, Remark(good="好"), **by(world, "li"))
    write_comment(mine, Remark(good="很好"), **by(world, "zhao"))

    assert LeaderComment.objects.count() == 3
    told = Notification.unscoped.order_by("id").values_list("recipient__user_name", "params__text")
    assert list(told) == [("li", ours.text), ("chen", mine.text), ("chen", mine.text)]


@pytest.mark.django_db
def test_comments_by_others_are_refused_and_who_has_no_account_is_not_told(world, campaign):
    ours, own = make_pledge(campaign, world.a), make_pledge(campaign, world.a, world.li)
    paper = make_pledge(campaign, world.a, make_member(world.a))
    for persona, pledge in (("li", ours), ("li", own), ("chen", own), ("wang", ours)):
        with pytest.raises(NotAllowed):
            write_comment(pledge, Remark(good="好"), **by(world, persona))

    write_comment(paper, Remark(good="好"), **by(world, "li"))

    assert not Notification.unscoped.exists()
    assert TODAY <= ENDS
