"""Reads of joint activities: invitations that wait, the other side of a record, records that can be named."""

from dataclasses import dataclass
from typing import Any

from activities.choices import ActivityState
from activities.models import WAITING, Activity, Invitation
from activities.models.joint import InvitationQuerySet
from activities.provisions import JOINT_KINDS
from orgportal.core.scoping import Scope, within

RIGHT = "activity.record"


@dataclass(frozen=True)
class JointSheet:
    """With whom a record is held: whom it invited, or whose invitation it took up."""

    invited: list[Invitation]
    of: Invitation | None

    @property
    def is_shown(self) -> bool:
        return bool(self.invited) or self.of is not None


NOT_JOINT = JointSheet([], None)


def joint_sheet(activity: Activity, scope: Scope) -> JointSheet:
    """Both sides of a record in sight; no query for kinds that are never joint."""
    if activity.kind not in JOINT_KINDS:
        return NOT_JOINT
    rows: Any = Invitation.objects.visible_to(scope).for_pages()
    return JointSheet(invitations_of(activity, scope), rows.filter(record=activity).first())


def invitations_of(activity: Activity, scope: Scope) -> list[Invitation]:
    """Whom the host invited, in the order asked."""
    rows: Any = Invitation.objects.visible_to(scope).for_pages()
    return list(rows.filter(activity=activity).order_by("pk"))


def waiting_for(scope: Scope) -> InvitationQuerySet:
    """Invitations to branches the person records for that nobody has answered."""
    rows: Any = Invitation.objects.visible_to(scope)
    found: InvitationQuerySet = rows.filter(WAITING, within("branch__path", scope.roots_for(RIGHT)))
    return found


def own_records(invitation: Invitation, scope: Scope) -> list[Activity]:
    """What the invited branch recorded of that kind and day, and named in no joint activity yet."""
    host = invitation.activity
    rows = Activity.objects.visible_to(scope).filter(
        branch=invitation.branch_id, kind=host.kind, held_on=host.held_on, state=ActivityState.HELD,
        invitation=None, invitations=None,
    )  # fmt: skip
    return list(rows.order_by("pk"))
