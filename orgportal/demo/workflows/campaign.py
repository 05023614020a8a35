"""One strive-for-excellence campaign, running since spring, with pledges in every state of progress."""

from datetime import date, datetime, timedelta
from random import Random

from activities.choices import CampaignState, PledgeState
from activities.models import Campaign, CampaignStage, LeaderComment, Participation, Pledge
from branches.models import Organization
from members.models import Member
from orgportal.core.models import User
from orgportal.demo import words
from orgportal.demo.tree import ROOT
from orgportal.demo.workflows.posts import Cast

STAGES = (("动员部署", -120, -91), ("公开承诺", -90, -46), ("践诺推进", -45, 60), ("点评总结", 61, 110))


def run(cast: Cast, random: Random, now: datetime, today: date) -> int:
    """Roll it out to every branch; returns how many pledges were made."""
    root = Organization.unscoped.get(code=ROOT)
    officer = User.objects.get(user_name="officer")
    campaign = Campaign.unscoped.create(
        organization=root,
        title=f"{today.year}年“创先争优”主题活动",
        aim="围绕服务群众、推动发展，组织党支部和党员公开承诺、践诺、评诺。",
        basis=f"龙组发〔{today.year}〕3号",
        state=CampaignState.RUNNING,
        starts_on=today + timedelta(days=STAGES[0][1]),
        ends_on=today + timedelta(days=STAGES[-1][2]),
        recorded_at=now,
        recorded_by=officer,
    )
    for place, (title, first, last) in enumerate(STAGES, 1):
        CampaignStage.objects.create(
            campaign=campaign,
            position=place,
            title=title,
            starts_on=today + timedelta(days=first),
            ends_on=today + timedelta(days=last),
        )
    branches = Organization.unscoped.branches().current().order_by("path")
    taking_part = Participation.objects.bulk_create(
        Participation(campaign=campaign, branch=branch, joined_on=campaign.starts_on) for branch in branches
    )
    pledges = _pledges(taking_part, cast, random, now, today)
    Pledge.unscoped.bulk_create(pledges, batch_size=2000)
    _comments(taking_part, officer, random, now)
    return len(pledges)


def _pledges(
    taking_part: list[Participation], cast: Cast, random: Random, now: datetime, today: date
) -> list[Pledge]:
    """Most branches and about half of their members have promised something."""
    people: dict[int, list[int]] = {}
    for pk, branch in Member.unscoped.active().order_by("id").values_list("pk", "branch_id"):
        people.setdefault(branch, []).append(pk)
    own = cast.named["secretary"][1]
    found = []
    for participation in taking_part:
        if random.random() < 0.15 and not (own and participation.branch_id == own.branch_id):
            continue
        found.append(_pledge(participation, None, random, now, today))
        found += [
            _pledge(participation, member, random, now, today)
            for member in people[participation.branch_id]
            if random.random() < 0.5
        ]
    return found


def _pledge(
    participation: Participation, member: int | None, random: Random, now: datetime, today: date
) -> Pledge:
    progress = random.choice((0, 20, 40, 60, 80, 100))
    return Pledge(
        participation=participation,
        member_id=member,
        text=random.choice(words.PROMISES),
        due_on=today + timedelta(days=random.randint(10, 100)),
        progress=progress,
        progress_note="按计划推进" if progress else "",
        state=PledgeState.DONE if progress == 100 else PledgeState.OPEN,
        recorded_at=now,
        changed_at=now,
    )


def _comments(taking_part: list[Participation], author: User, random: Random, now: datetime) -> None:
    LeaderComment.objects.bulk_create(
        LeaderComment(
            participation=participation,
            author=author,
            good="承诺具体，贴近群众",
            lacking="个别事项进度偏慢",
            next_step="下月底前补齐",
            at=now - timedelta(days=random.randint(3, 40)),
        )
        for participation in taking_part
        if random.random() < 0.4
    )
