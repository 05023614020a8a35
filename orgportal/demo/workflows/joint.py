"""Joint activities of the demo secretary's branch: it invited two branches, and was invited by a third."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from typing import cast as surely

from activities.choices import ActivityKind, ActivityState, InvitationState
from activities.models import Activity, Invitation
from branches.models import Organization
from orgportal.demo.workflows.posts import Cast

if TYPE_CHECKING:
    from members.models import Member

DECLINED = "当天上午本支部已安排入户走访"


def hold(cast: Cast, at: datetime) -> int:
    """One declined, one not answered, one for the branch itself to answer; how many."""
    own = surely("Member", cast.named["secretary"][1]).branch
    beside = Organization.unscoped.branches().current().filter(parent=own.parent).exclude(pk=own.pk)
    first, second = beside.order_by("path")[:2]
    ours, theirs = _latest(own), _latest(first)
    declined = _invited(ours, first, at)
    declined.state, declined.reason = InvitationState.DECLINED, DECLINED
    declined.answered_at, declined.answered_by = at, theirs.recorded_by
    rows = [declined, _invited(ours, second, at), _invited(theirs, own, at)]
    return len(Invitation.unscoped.bulk_create(rows))


def _latest(branch: Organization) -> Activity:
    held = Activity.unscoped.filter(branch=branch, kind=ActivityKind.THEME_DAY, state=ActivityState.HELD)
    return held.order_by("-held_on", "-pk")[0]


def _invited(activity: Activity, branch: Organization, at: datetime) -> Invitation:
    asked_at = at - timedelta(days=2)
    return Invitation(activity=activity, branch=branch, invited_at=asked_at, invited_by=activity.recorded_by)
