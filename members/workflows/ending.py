"""Ends a membership: dated, with its kind and basis; nobody is deleted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from members.choices import EndKind, MobileState, Standing
from members.models import BranchPeriod, Member, Post, StandingPeriod
from members.workflows import checks
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How membership ended: kind, last day, basis."""

    kind: str
    on: date
    basis: str


@transaction.atomic
def end_membership(
    member: Member, ending: Ending, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Member:
    """The register's last line of a person: periods, posts and account end with the day."""
    before = checks.locked(member)
    scope.demand("member.edit", before)
    checks.demand_present(before)
    _demand_endable(before, ending, scope, at)
    row = update_versioned(
        before, seen_version=seen_version, standing=Standing.ENDED, group=None, mobile_state=MobileState.NONE
    )
    BranchPeriod.objects.filter(member=row, ends_on=None).update(ends_on=ending.on)
    StandingPeriod.objects.filter(member=row, ends_on=None).update(ends_on=ending.on)
    StandingPeriod.objects.create(
        member=row,
        standing=Standing.ENDED,
        end_kind=ending.kind,
        starts_on=ending.on + timedelta(days=1),
        basis=ending.basis,
        recorded_at=at,
    )
    Post.unscoped.filter(member=row).held_on(ending.on).update(ends_on=ending.on)
    if row.user_id:
        User.objects.filter(pk=row.user_id).update(is_active=False, version=F("version") + 1)
    changes = {"standing": [before.standing, row.standing], "on": ending.on, "kind": ending.kind}
    audit.record(
        actor=actor, action="member.ended", target=row, at=at, changes={**changes, "basis": ending.basis}
    )
    checks.announce([row.branch_id], at)
    return row


def _demand_endable(member: Member, ending: Ending, scope: Scope, at: datetime) -> None:
    if member.pk == scope.member_id:
        raise Refused("not_oneself")
    if ending.on > timezone.localdate(at):
        raise Refused("date_in_future")
    if ending.kind == EndKind.PROBATION_CANCELLED and member.standing != Standing.PROBATIONARY:
        raise Refused("not_on_probation")
    running = [
        *BranchPeriod.objects.filter(member=member, ends_on=None).values_list("starts_on", flat=True),
        *StandingPeriod.objects.filter(member=member, ends_on=None).values_list("starts_on", flat=True),
        *Post.unscoped.filter(member=member, ends_on=None).values_list("starts_on", flat=True),
    ]
    if ending.on < max(running):
        raise Refused("ends_too_early", day=max(running).isoformat())
    if member.transfers.open().exists():
        raise Refused("transfer_is_open")
