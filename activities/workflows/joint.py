"""Joint activities: the host invites branches; each records its own people, or says why not.

An invitation is no right to write: what the invited record is their own record, in their own scope.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, InvitationState
from activities.models import Activity, Invitation
from activities.provisions import JOINT_KINDS
from activities.rules.records import Entry
from activities.workflows.meetings import RIGHT, record_meeting
from activities.workflows.reminders import POSTS
from branches.models import Organization
from members.queries.recipients import accounts_by_body
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.inbox import notify
from orgportal.core.models import User
from orgportal.core.scoping import Scope

# More than these are called together by the body above, not by one branch.
MOST_INVITED = 20
STANDING = (ActivityState.PLANNED, ActivityState.HELD)


def may_be_joint(activity: Activity) -> bool:
    return activity.kind in JOINT_KINDS and activity.state in STANDING


# --- the host


@transaction.atomic
def invite(
    activity: Activity, branch: Organization, *, actor: User, scope: Scope, at: datetime
) -> Invitation:
    """Ask any branch to take part, again after a no or a withdrawal. Twice changes nothing."""
    host = _locked(activity)
    scope.demand(RIGHT, host.branch)
    _demand_joint(host)
    _demand_guest(branch, host, at)
    found = Invitation.unscoped.select_for_update(no_key=True).filter(activity=host, branch=branch).first()
    if found is not None and not found.may_be_asked_again:
        return found
    asked = {"invited_at": at, "invited_by": actor}
    if found is None:
        if Invitation.unscoped.filter(activity=host).count() >= MOST_INVITED:
            raise Refused("joint_too_many", limit=MOST_INVITED)
        made = Invitation.unscoped.create(activity=host, branch=branch, **asked)
    else:
        made = _changed(
            found, state=InvitationState.OPEN, reason="", answered_at=None, answered_by=None, **asked
        )
    audit.record(actor=actor, action="joint.invited", target=host, at=at, changes={"branch": branch.name})
    _tell_invited(made, host, branch, at)
    return made


@transaction.atomic
def withdraw(invitation: Invitation, *, actor: User, scope: Scope, at: datetime) -> Invitation:
    """The host takes the invitation back while nobody has answered it."""
    row = _locked_invitation(invitation)
    scope.demand(RIGHT, row.activity.branch)
    if row.state != InvitationState.OPEN:
        raise Refused("joint_answered")
    row = _answered(row, InvitationState.WITHDRAWN, actor, at)
    _record("joint.withdrawn", row, actor, at, {"branch": row.branch.name})
    return row


# --- the invited


@transaction.atomic
def take_up(
    invitation: Invitation, entry: Entry, *, actor: User, scope: Scope, at: datetime, is_another: bool = False
) -> Activity:
    """Record the own part of it: one's own people, on the day and of the kind announced."""
    Organization.unscoped.select_for_update(no_key=True).get(pk=invitation.branch_id)
    row = _waiting(invitation, scope)
    _demand_same(row.activity, entry.kind, entry.held_on)
    record = record_meeting(entry, branch=row.branch, actor=actor, scope=scope, at=at, is_another=is_another)
    _link(row, record, actor, at)
    return record


@transaction.atomic
def link(invitation: Invitation, record: Activity, *, actor: User, scope: Scope, at: datetime) -> Invitation:
    """The own part is recorded already: say so instead of typing it again."""
    row = _waiting(invitation, scope)
    if record.branch_id != row.branch_id or record.state != ActivityState.HELD:
        raise Refused("joint_record_elsewhere")
    _demand_same(row.activity, record.kind, record.held_on)
    if Invitation.unscoped.filter(Q(record=record) | Q(activity=record)).exists():
        raise Refused("joint_record_taken")
    return _link(row, record, actor, at)


@transaction.atomic
def decline(invitation: Invitation, reason: str, *, actor: User, scope: Scope, at: datetime) -> Invitation:
    """Say that the branch does not take part, and why."""
    row = _waiting(invitation, scope)
    if not reason.strip():
        raise Refused("reason_missing")
    row = _answered(row, InvitationState.DECLINED, actor, at, reason=reason.strip(), record=None)
    _tell_host(row, "activities.joint_declined", at, reason=row.reason)
    _record("joint.declined", row, actor, at, {"reason": row.reason})
    return row


# --- what they share


def _locked(activity: Activity) -> Activity:
    rows = Activity.unscoped.select_for_update(no_key=True, of=("self",)).select_related("branch")
    return rows.get(pk=activity.pk)


def _locked_invitation(invitation: Invitation) -> Invitation:
    rows = Invitation.unscoped.for_pages().select_for_update(no_key=True, of=("self",))
    return rows.get(pk=invitation.pk)


def _waiting(invitation: Invitation, scope: Scope) -> Invitation:
    row = _locked_invitation(invitation)
    scope.demand(RIGHT, row.branch)
    if row.activity.state not in STANDING:
        raise Refused("joint_not_held")
    if not row.is_open:
        raise Refused("joint_answered")
    return row


def _demand_joint(host: Activity) -> None:
    if host.kind not in JOINT_KINDS:
        raise Refused("joint_not_this_kind")
    if host.state not in STANDING:
        raise Refused("joint_not_held")


def _demand_guest(branch: Organization, host: Activity, at: datetime) -> None:
    if branch.pk == host.branch_id:
        raise Refused("joint_own_branch")
    if not branch.is_branch:
        raise Refused("branch_expected")
    if branch.dissolved_on is not None and branch.dissolved_on <= timezone.localdate(at):
        raise Refused("branch_dissolved")


def _demand_same(host: Activity, kind: str, held_on: Any) -> None:
    if kind != host.kind or held_on != host.held_on:
        raise Refused("joint_other_meeting", day=host.held_on.isoformat(), kind=str(host.get_kind_display()))


def _changed(row: Invitation, **columns: Any) -> Invitation:
    Invitation.unscoped.filter(pk=row.pk).update(**columns)
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def _answered(
    row: Invitation, state: InvitationState, actor: User, at: datetime, **columns: Any
) -> Invitation:
    return _changed(row, state=state, answered_at=at, answered_by=actor, **columns)


def _link(row: Invitation, record: Activity, actor: User, at: datetime) -> Invitation:
    row = _answered(row, InvitationState.TAKEN_UP, actor, at, record=record)
    _tell_host(row, "activities.joint_taken_up", at)
    _record("joint.taken_up", row, actor, at, {"record": record.reference})
    return row


def _tell_invited(row: Invitation, host: Activity, branch: Organization, at: datetime) -> None:
    """Whoever records for the branch, or stands in."""
    to = accounts_by_body({branch.path}, POSTS, timezone.localdate(at), may=(RIGHT,))[branch.path]
    params = {"host": host.branch.name, "title": host.title, "held_on": {"day": host.held_on.isoformat()}}
    key = f"joint:{row.pk}:{at.isoformat()}"
    notify(to, "activities.joint_invited", key, params=params, url=row.get_absolute_url(), at=at)


def _tell_host(row: Invitation, rule: str, at: datetime, **more: str) -> None:
    params = {"branch": row.branch.name, "title": row.activity.title, **more}
    url = reverse("activities:joint", args=[row.activity_id])
    key = f"joint:{row.pk}:{at.isoformat()}"
    notify([row.invited_by_id], rule, key, params=params, url=url, at=at)


def _record(action: str, row: Invitation, actor: User, at: datetime, changes: dict[str, Any]) -> None:
    audit.record(actor=actor, action=action, target=row.activity, at=at, changes=changes)
