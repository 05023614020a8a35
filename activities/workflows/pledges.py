"""Public pledges 公开承诺 with their progress, and leaders' comments 领导点评."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from activities.choices import CampaignState, PledgeState
from activities.models import LeaderComment, Participation, Pledge
from activities.rules import campaigns as rules
from branches.choices import PostKind
from members.models import Member
from members.queries import users_with_posts
from orgportal.core import audit, inbox, outbox
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

KEEPERS = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised by when; no member: the branch promises."""

    text: str
    due_on: date
    member: Member | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How far it is. Given up needs a note; the whole done means kept."""

    progress: int
    version: int
    note: str = ""
    gives_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    good: str
    lacking: str = ""
    next_step: str = ""


@transaction.atomic
def make_pledge(
    participation: Participation, promise: Promise, *, actor: User, scope: Scope, at: datetime
) -> Pledge:
    """The pledge of the branch, or of one of its members, once in a campaign."""
    held = _running(participation)
    branch, member = held.branch, promise.member
    if not rules.may_pledge(scope, branch.path, member_id=member.pk if member else None):
        raise NotAllowed(rules.PLEDGE)
    if member is not None and member.branch_id != branch.pk:
        raise Refused("pledge_of_another_branch")
    ends_on = held.campaign.ends_on
    if problem := rules.pledge_problem(promise.due_on, joined_on=held.joined_on, ends_on=ends_on):
        raise Refused(problem, until=ends_on.isoformat())
    if held.pledges.filter(member=member).exists():
        raise Refused("pledge_exists")
    pledge = Pledge.unscoped.create(
        participation=held,
        member=member,
        text=promise.text,
        due_on=promise.due_on,
        recorded_at=at,
        changed_at=at,
    )
    audit.record(
        actor=actor, action="pledge.made", target=pledge, at=at,
        changes={"text": [None, pledge.text], "due_on": [None, pledge.due_on]},
    )  # fmt: skip
    outbox.emit("activity.changed", branch.pk, {"branch_id": branch.pk}, at=at)
    return pledge


@transaction.atomic
def report_progress(pledge: Pledge, report: Report, *, actor: User, scope: Scope, at: datetime) -> Pledge:
    """How far the pledge is; the whole done closes it as kept."""
    held = _running(pledge.participation)
    if not rules.may_pledge(scope, held.branch.path, member_id=pledge.member_id):
        raise NotAllowed(rules.PLEDGE)
    if not pledge.is_open:
        raise Refused("pledge_closed")
    if problem := rules.progress_problem(report.progress, report.note, gives_up=report.gives_up):
        raise Refused(problem)
    done = PledgeState.DONE if report.progress == rules.WHOLE else PledgeState.OPEN
    row = update_versioned(
        pledge,
        seen_version=report.version,
        progress=report.progress,
        progress_note=report.note,
        state=PledgeState.DROPPED if report.gives_up else done,
        changed_at=at,
    )
    changes = {name: [getattr(pledge, name), getattr(row, name)] for name in ("progress", "state")}
    audit.record(
        actor=actor, action="pledge.progress", target=row, at=at, changes={**changes, "note": report.note}
    )
    outbox.emit("activity.changed", held.branch_id, {"branch_id": held.branch_id}, at=at)
    return row


@transaction.atomic
def write_comment(
    pledge: Pledge, remark: Remark, *, actor: User, scope: Scope, at: datetime
) -> LeaderComment:
    """The leader's word on a pledge; it goes to whom it is about."""
    held = _running(pledge.participation)
    if not rules.may_comment(scope, held.branch.path, member_id=pledge.member_id):
        raise NotAllowed(rules.COMMENT)
    comment = LeaderComment.objects.create(
        participation=held,
        pledge=pledge,
        author=actor,
        good=remark.good,
        lacking=remark.lacking,
        next_step=remark.next_step,
        at=at,
    )
    audit.record(
        actor=actor, action="pledge.commented", target=pledge, at=at, changes={"comment": [None, comment.pk]}
    )
    inbox.notify(
        _concerned(pledge, timezone.localdate(at)) - {actor.pk},
        "activities.pledge_commented",
        f"comment:{comment.pk}",
        params={"text": pledge.text},
        url=pledge.get_absolute_url(),
        at=at,
    )
    return comment


def _running(participation: Participation) -> Participation:
    """The participation, held against a second pledge at once, in a campaign that runs."""
    held = (
        Participation.unscoped.select_for_update(of=("self",))
        .select_related("campaign", "branch")
        .get(pk=participation.pk)
    )
    if held.campaign.state != CampaignState.RUNNING:
        raise Refused("campaign_not_running")
    return held


def _concerned(pledge: Pledge, on: date) -> set[int]:
    if pledge.member is None:
        return users_with_posts(pledge.participation.branch_id, KEEPERS, on, may=("pledge.edit",))
    return {pledge.member.user_id} if pledge.member.user_id else set()
