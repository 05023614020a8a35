"""Reads of joint activities: invitations that wait, the other side of a record, records that can be named."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

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


def joint_sheet(activity: Activity, scope: Scope) -> JointSheet:
    """Both sides of a record in sight."""
    return joint_sheets([activity], scope)[activity.pk]


def joint_sheets(activities: Sequence[Activity], scope: Scope) -> dict[int, JointSheet]:
    """By the id of the record, one query for all; none where no kind is ever joint."""
    asked = [row.pk for row in activities if row.kind in JOINT_KINDS]
    found: list[Invitation] = []
    if asked:
        rows: Any = Invitation.objects.visible_to(scope).for_pages()
        found = list(rows.filter(Q(activity__in=asked) | Q(record__in=asked)).order_by("pk"))
    invited: dict[int, list[Invitation]] = defaultdict(list)
    for each in found:
        invited[each.activity_id].append(each)
    taken_up = {each.record_id: each for each in found}
    return {row.pk: JointSheet(invited[row.pk], taken_up.get(row.pk)) for row in activities}


def invitations_of(activity: Activity, scope: Scope) -> list[Invitation]:
    """Whom the host invited, in the order asked."""
    rows: Any = Invitation.objects.visible_to(scope).for_pages()
    return list(rows.filter(activity=activity).order_by("pk"))


def day_announced(invitation: Invitation) -> date | None:
    """The day the branch was invited for, where the host has another now."""
    kept = (
        invitation.activity.revisions.filter(replaced_at__gte=invitation.invited_at)
        .order_by("version")
        .first()
    )
    day = date.fromisoformat(kept.content["held_on"]) if kept else invitation.activity.held_on
    return day if day != invitation.activity.held_on else None


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
