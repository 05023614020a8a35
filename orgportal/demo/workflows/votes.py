"""Votes of the demo secretary's branch: an admission, an election, and one with a member left out."""

from datetime import timedelta
from typing import TYPE_CHECKING
from typing import cast as surely

from activities.choices import ActivityKind, ActivityState, Ground, LeaveReason, Majority, Presence
from activities.models import Activity, AgendaItem, AttendanceException, Decision
from activities.queries import book_for
from activities.rules.votes import Turnout, Vote, ruling_on
from members.choices import Standing
from orgportal.demo.workflows.posts import Cast

if TYPE_CHECKING:
    from members.models import Member

ADMISSION = ("讨论接收预备党员", "同意接收为中共预备党员，报上级党委审批")
PLAN = ("审议支部年度工作计划", "通过支部年度工作计划")
ELECTION = ("增补支部委员会委员", "差额选举产生委员一名，结果报上级党委备案")
AGREED = "区委组织部关于支部党员大会应到会人数的复函"


def hold(cast: Cast) -> int:
    """The fullest general meeting elected, the latest admitted, another left one out; how many votes."""
    own = surely("Member", cast.named["secretary"][1])
    held = Activity.unscoped.filter(
        branch=own.branch_id, kind=ActivityKind.GENERAL, state=ActivityState.HELD
    ).select_related("branch")
    rows = list(held.order_by("-held_on"))
    fullest = max(rows, key=lambda row: (row.voters_present / row.voters_expected, row.held_on))
    others = [row for row in rows if row is not fullest]
    _vote(fullest, *ELECTION, Majority.ELECTION)
    _vote(others[0], *ADMISSION, Majority.ORDINARY)
    formal_on_leave = AttendanceException.objects.filter(
        activity__in=others[1:], presence=Presence.LEAVE, member__standing=Standing.FORMAL
    ).select_related("activity__branch")
    for each in formal_on_leave.order_by("-activity__held_on", "pk")[:1]:
        _leave_out(each)
        _vote(each.activity, *PLAN, Majority.ORDINARY)
    return Decision.unscoped.exclude(votes_for=None).count()


def _leave_out(found: AttendanceException) -> None:
    """Somebody on leave is not counted among those who should attend."""
    row = found.activity
    found.reason, found.ground = LeaveReason.ILLNESS, Ground.BEDRIDDEN
    found.agreed_under, found.agreed_on = AGREED, row.held_on - timedelta(days=6)
    found.save()
    row.voters_expected -= 1
    row.save(update_fields=["voters_expected"])


def _vote(row: Activity, topic: str, text: str, majority: Majority) -> None:
    """One against and one abstained, all others for."""
    turnout = Turnout(row.voters_expected, row.voters_present)
    vote = Vote(turnout.there - 2, 1, 1, majority)
    ruling = ruling_on(vote, ActivityKind.GENERAL, turnout, book_for(row.branch, row.held_on), row.held_on)
    told = Vote(vote.votes_for, 1, 1, majority, ruling).as_json()
    item = AgendaItem.objects.create(activity=row, position=row.items.count() + 1, topic=topic)
    Decision.unscoped.create(item=item, text=text, **told)
