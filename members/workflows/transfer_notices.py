"""Who is told of a move: one line for each person of each party, none for its maker; who owns it now."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from branches.queries import rulebook_for
from members.models import Transfer, TransferStep
from members.provisions import PROVISIONS
from members.queries import users_with_posts
from members.queries.recipients import Owners, owners_of
from members.rules import transfer as rules
from members.rules.transfer import Side
from orgportal.core import inbox


def tell(step: TransferStep, before: Transfer | None, after: Transfer) -> None:
    """Whoever has to act now reads that it waits for them and by when; the others read what happened."""
    told = rules.parties(before.case if before else None, after.case)
    acting = rules.side_of(after.case)
    on = timezone.localdate(step.at)
    people = {side: accounts_of(after, side, on) for side in told}
    owners = people.get(acting, set()) if acting else set()
    others = set().union(*people.values()) - owners
    params = _params(step, after)
    url, key = reverse("members:transfer-detail", args=[after.pk]), f"transfer:{after.pk}:{step.pk}"
    is_members = acting == Side.MEMBER and after.member.user_id
    yours = "members.transfer_yours_member" if is_members else "members.transfer_yours"
    for recipients, rule in ((owners, yours), (others, f"members.transfer_{step.move}")):
        inbox.notify(recipients - {step.actor_id or 0}, rule, key, params=params, url=url, at=step.at)


def accounts_of(transfer: Transfer, side: Side, on: date) -> set[int]:
    """The accounts that stand for a side that day; where a body has nobody, the next one above.

    The own branch stands for a member without an account once the letter is theirs to carry.
    """
    if side == Side.MEMBER:
        if transfer.member.user_id:
            return {transfer.member.user_id}
        return accounts_of(transfer, Side.SOURCE, on) if transfer.case.is_away else set()
    return users_with_posts(place_of(transfer, side), rules.POSTS[side], on, may=rules.ACTS[side])


def owners_now(transfer: Transfer, on: date) -> Owners | None:
    """Who owns it now, by name, and the number to ring: none once it has ended.

    A member's own number is nobody's to read here: the own branch is rung instead.
    """
    owner = rules.owner_of(transfer.case)
    if owner is None:
        return None
    found = owners_of(
        place_of(transfer, owner.side), owner.posts or rules.BRANCH_POSTS, on, may=rules.ACTS[owner.side]
    )
    if owner.side == Side.MEMBER:
        return replace(found, names=(transfer.member.name,), stands_in="", fills=False)
    return found


def place_of(transfer: Transfer, side: Side) -> str:
    """Where the body that acts for a side stands in the tree; the own branch speaks for the member."""
    if side == Side.COMMITTEE:
        return transfer.committee_path
    return transfer.target_path if side == Side.TARGET else transfer.source.path


def _params(step: TransferStep, transfer: Transfer) -> dict[str, Any]:
    day = timezone.localdate(step.at)
    book = rulebook_for(transfer.source.path, PROVISIONS, day)
    return {
        "name": transfer.member.name,
        "source": transfer.source.name,
        "target": transfer.target_name,
        "act_by": {"day": rules.act_by(day, book, day).isoformat()},
        "reason": step.remark,
    }
