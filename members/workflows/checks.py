"""What writers of the register ask first, and whom they tell."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from branches.models import PartyGroup
from members.choices import Standing
from members.models import Case, ContactProposal, Inflow, Member, MobileSpell, Paper, Post, Transfer
from orgportal.core import outbox
from orgportal.core.errors import Refused
from orgportal.core.models import User


def locked(member: Member) -> Member:
    """The row as it is now, kept from others until the commit.

    Read after the lock: a row that was waited for, and has changed its branch, is not found in a join.
    """
    Member.unscoped.select_for_update().only("pk").get(pk=member.pk)
    return Member.unscoped.select_related("branch").get(pk=member.pk)


def hold(member_id: int) -> None:
    """Every row that leaving a branch or the register changes, before the first line of the trail.

    Writers of the trail take turns until they commit: whoever waits for a row by then may be waited for by
    the row's holder.
    """
    member = Member.unscoped.select_for_update(no_key=True).only("user_id").get(pk=member_id)
    held: tuple[QuerySet[Any], ...] = (
        Post.unscoped.filter(member=member_id),
        Transfer.unscoped.open().filter(member=member_id),
        MobileSpell.unscoped.running().filter(member=member_id),
        Inflow.unscoped.live().filter(spell__member=member_id),
        Paper.unscoped.standing().filter(member=member_id),
        ContactProposal.unscoped.open().filter(member=member_id),
        Case.unscoped.open().filter(member=member_id),
        User.objects.filter(pk__in=[each for each in [member.user_id] if each]),
    )
    for rows in held:
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))


def demand_present(member: Member) -> None:
    if member.standing == Standing.ENDED:
        raise Refused("membership_ended")


def demand_group(group: PartyGroup | None, branch_id: int) -> None:
    """The group, if any, is one the branch has today."""
    if group is not None and (group.branch_id != branch_id or group.ended_on is not None):
        raise Refused("group_not_here")


def close_account(member: Member) -> None:
    """Whoever left the register signs in no more."""
    if member.user_id:
        User.objects.filter(pk=member.user_id).update(is_active=False, version=F("version") + 1)


def announce(branches: Collection[int], at: datetime) -> None:
    """What reads members elsewhere looks again."""
    outbox.emit_all("members.changed", {pk: {"branch_id": pk} for pk in branches}, at=at)
