"""The moment a member changes branch: register, history and posts in one transaction with the acceptance."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from branches.models import Organization
from members.choices import PeriodReason, SpellEnd
from members.models import BranchPeriod, Member, Post, Transfer
from members.workflows import mobile
from orgportal.core.errors import Refused


def hand_over(transfer: Transfer, *, at: datetime) -> dict[str, Any]:
    """Move the member to the target from today on. Raises Refused if that cannot be; says what ended."""
    today = timezone.localdate(at)
    yesterday = today - timedelta(days=1)
    # Locked, so that the body is neither dissolved nor moved in the tree before we commit.
    target = Organization.unscoped.select_for_update(no_key=True).get(pk=transfer.target_id)
    if target.is_dissolved:
        raise Refused("transfer_target_dissolved")
    rows = Member.unscoped.active().filter(pk=transfer.member_id, branch_id=transfer.source_id)
    if not rows.update(branch=target, path=target.path, group=None, version=F("version") + 1):
        raise Refused("transfer_member_moved")
    closed = BranchPeriod.objects.filter(member_id=transfer.member_id, ends_on=None, starts_on__lt=today)
    if not closed.update(ends_on=yesterday):
        # Nobody is in two branches on one day.
        raise Refused("transfer_same_day")
    BranchPeriod.objects.create(
        member_id=transfer.member_id, branch=target, starts_on=today, reason=PeriodReason.TRANSFERRED,
        recorded_at=at,
    )  # fmt: skip
    posts = Post.unscoped.filter(member_id=transfer.member_id, organization_id=transfer.source_id)
    ended = posts.filter(Q(ends_on=None) | Q(ends_on__gte=today)).update(
        ends_on=Greatest(F("starts_on"), Value(yesterday), output_field=DateField())
    )
    mobile.close_for(transfer.member_id, SpellEnd.TRANSFERRED, yesterday, at)
    return {"posts_ended": ended}
