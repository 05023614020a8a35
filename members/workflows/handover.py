"""The moment a member changes branch: register, history and posts in one transaction with the acceptance."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import F
from django.utils import timezone

from branches.models import Organization
from members.choices import EndKind, PeriodReason, SpellEnd, Standing
from members.models import BranchPeriod, Member, Post, StandingPeriod, Transfer
from members.queries.merging import aliases_of
from members.rules.transfer import MAY_MOVE
from members.workflows import case_ends, checks, mobile, versions
from members.workflows.post_ends import end_posts
from orgportal.core.errors import Refused


def hand_over(transfer: Transfer, *, at: datetime) -> dict[str, Any]:
    """Move the member to the target from today on. Raises Refused if that cannot be; says what ended."""
    checks.hold(transfer.member_id)
    today = timezone.localdate(at)
    yesterday = today - timedelta(days=1)
    # Locked, so that the body is neither dissolved nor moved in the tree before we commit.
    target = Organization.unscoped.select_for_update(no_key=True).get(pk=cast("int", transfer.target_id))
    if target.is_dissolved:
        raise Refused("transfer_target_dissolved")
    rows = Member.unscoped.filter(pk=transfer.member_id, branch_id=transfer.source_id, standing__in=MAY_MOVE)
    if not rows.update(branch=target, path=target.path, group=None, version=F("version") + 1):
        raise Refused("transfer_member_moved")
    # Records merged into this one are read where the person is now.
    aliases = Member.unscoped.filter(pk__in=aliases_of([transfer.member_id]))
    aliases.update(branch=target, path=target.path)
    closed = BranchPeriod.objects.filter(member_id=transfer.member_id, ends_on=None, starts_on__lt=today)
    if not versions.amend(closed, at, ends_on=yesterday):
        # Nobody is in two branches on one day.
        raise Refused("transfer_same_day")
    BranchPeriod.objects.create(
        member_id=transfer.member_id, branch=target, starts_on=today, reason=PeriodReason.TRANSFERRED,
        recorded_at=at,
    )  # fmt: skip
    posts = Post.unscoped.filter(member_id=transfer.member_id, organization_id=transfer.source_id)
    ended = end_posts(posts, yesterday, at=at)
    mobile.close_for(transfer.member_id, SpellEnd.TRANSFERRED, yesterday, at)
    return {**ended}


def leave(member: Member, first_day_out: date, basis: str, *, at: datetime) -> dict[str, Any]:
    """A locked member goes to a body outside the portal: not in the register from that day on.

    Raises Refused if something of the member began on that day or later.
    """
    checks.hold(member.pk)
    last, today = first_day_out - timedelta(days=1), timezone.localdate(at)
    _demand_nothing_later(member, last, today)
    Member.unscoped.filter(pk=member.pk).update(standing=Standing.ENDED, group=None, version=F("version") + 1)
    for periods in (BranchPeriod.objects, StandingPeriod.objects):
        versions.amend(periods.filter(member=member, ends_on=None), at, ends_on=last)
    StandingPeriod.objects.create(
        member=member, standing=Standing.ENDED, end_kind=EndKind.TRANSFERRED_OUT, starts_on=first_day_out,
        basis=basis, recorded_at=at,
    )  # fmt: skip
    ended = end_posts(Post.unscoped.filter(member=member), last, at=at)
    checks.close_account(member)
    mobile.close_for(member.pk, SpellEnd.TRANSFERRED, last, at)
    case_ends.close_for(member.pk, last, basis, at)
    checks.announce([member.branch_id], at)
    return {**ended, "left_on": first_day_out.isoformat()}


def _demand_nothing_later(member: Member, last: date, today: date) -> None:
    posts = Post.unscoped.standing().filter(member=member, ends_on=None, starts_on__lte=today)
    running = [
        *BranchPeriod.objects.filter(member=member, ends_on=None).values_list("starts_on", flat=True),
        *StandingPeriod.objects.filter(member=member, ends_on=None).values_list("starts_on", flat=True),
        *posts.values_list("starts_on", flat=True),
    ]
    if last < max(running):
        raise Refused("ends_too_early", day=max(running).isoformat())
