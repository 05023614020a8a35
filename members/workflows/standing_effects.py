"""What a change of standing does to the register on its day: periods, posts, place, account, transfer."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from members.choices import ChangeKind, EndKind, SpellEnd, Standing
from members.models import BranchPeriod, Member, Post, StandingChange, StandingPeriod
from members.queries import standing as reads
from members.rules import standing as rules
from members.rules.contact import ANSWERED_BY
from members.rules.standing import BY_NAME, Kind
from members.rules.transfer import MAY_MOVE
from members.workflows import case_ends, checks, lost, mobile, transfer, versions
from members.workflows.post_ends import end_posts


def apply(change: StandingChange, member: Member, *, at: datetime) -> dict[str, Any]:
    """The register follows the decision; says what changed. The member's row is locked by the caller."""
    kind, file = BY_NAME[change.kind], reads.file_of(member)
    after = rules.standing_after(kind, file)
    columns: dict[str, Any] = {"standing": after, "version": F("version") + 1}
    if kind.name == ChangeKind.CONFIRM:
        columns["confirmed_on"] = change.effect_on
    if kind.name == ChangeKind.EXTEND:
        columns["probation_until"] = change.extended_to
    if kind.is_exit:
        columns["group"] = None
    Member.unscoped.filter(pk=member.pk).update(**columns)
    if kind.makes_period:
        _next_period(change, kind, rules.restriction_after(kind, file), after, at)
    ended = _end_posts(change, kind, at) if kind.ends_posts else {"posts_ended": 0}
    _let_go(change, kind, after, member, at)
    for proposal, answer in ANSWERED_BY.items():
        if answer == kind.name:
            lost.settle(member, proposal, actor=None, at=at)
    return {
        "change": change.pk,
        "kind": change.kind,
        "standing": [member.standing, after],
        "effect_on": change.effect_on,
        "basis": change.basis,
        **ended,
    }


def _next_period(change: StandingChange, kind: Kind, restriction: str, after: Standing, at: datetime) -> None:
    begins = kind.begins(change.effect_on)
    running = StandingPeriod.objects.filter(member=change.member_id, ends_on=None)
    versions.amend(running, at, ends_on=begins - timedelta(days=1))
    StandingPeriod.objects.create(
        member_id=change.member_id,
        standing=after,
        end_kind=EndKind(change.kind) if kind.is_exit else "",
        restriction="" if kind.is_exit else restriction,
        starts_on=begins,
        basis=change.basis,
        ground=change.ground,
        recorded_at=at,
    )


def _end_posts(change: StandingChange, kind: Kind, at: datetime) -> dict[str, int]:
    last = kind.begins(change.effect_on) - timedelta(days=1)
    return end_posts(Post.unscoped.filter(member=change.member_id), last, at=at)


def _let_go(change: StandingChange, kind: Kind, after: Standing, member: Member, at: datetime) -> None:
    if kind.is_exit:
        _close(change, member, at)
    if after not in MAY_MOVE:
        _cancel_transfers(member, at)


def _close(change: StandingChange, member: Member, at: datetime) -> None:
    """Membership is over: the place in the branch, the account, the stay away, an open file."""
    running = BranchPeriod.objects.filter(member=member, ends_on=None)
    versions.amend(running, at, ends_on=change.effect_on)
    checks.close_account(member)
    mobile.close_for(member.pk, SpellEnd.MEMBERSHIP, change.effect_on, at)
    case_ends.close_for(member.pk, change.effect_on, change.basis, at, change)


def _cancel_transfers(member: Member, at: datetime) -> None:
    """Whoever is no member, or was stopped, is on the way nowhere: it lost its object."""
    for pk in member.transfers.open().values_list("pk", flat=True):
        transfer.lapse(pk, on=timezone.localdate(at), at=at)
