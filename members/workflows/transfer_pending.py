"""A decision about the member that is under way: it holds a move up, or passes to the receiving side."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from members.choices import Standing
from members.models import StandingChange, Transfer
from members.queries import users_with_posts
from members.queries.transfers import matters_about, pending_about
from members.rules import transfer_check as check
from members.rules.transfer import BRANCH_POSTS, Move
from members.workflows import standing_notices
from orgportal.core.errors import Refused
from orgportal.core.models import User


def demand_settled(transfer: Transfer, row: Move, at: datetime) -> None:
    """Raises Refused while the sending side has to settle something first. The member's row is locked."""
    if row.name in check.HELD_UP and transfer.member.standing == Standing.SUSPENDED:
        raise Refused("transfer_not_a_member")
    pending = pending_about([transfer.member_id]).get(transfer.member_id)
    matters = matters_about({transfer.member_id: transfer.source.path}, timezone.localdate(at))
    if found := check.hindrance(row.name, pending, transfer.case, has_matter=bool(matters)):
        raise Refused(found.code, **found.params)


def pass_on(transfer: Transfer, actor: User | None, at: datetime) -> dict[str, Any]:
    """What moves along lies with the receiving branch from now on, which is told; says which it is."""
    change = StandingChange.unscoped.open().with_member().filter(member=transfer.member_id).first()
    if change is None:
        return {}
    told = users_with_posts(transfer.target_path, BRANCH_POSTS, timezone.localdate(at), may=("member.edit",))
    standing_notices.came_along(change, told - {actor.pk if actor else 0}, at)
    return {"decision_came_along": change.pk}
