"""The long form of the transfer's tests, for `drills/transfer_races.py`: long walks, every pair of moves at
once, and one planted fault for each invariant of reliability.md B5, which must be caught.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import Phase

from members.choices import PeriodReason, TransferState
from members.models import BranchPeriod, Member, Transfer
from members.queries import scope_for
from members.rules import transfer as rules
from members.tests.test_machine_transfer import walk
from members.tests.test_races_transfer import together
from members.tests.transfer_pairs import NOT_THEIRS, PAIRS, Trail, act, check, may_move, racer
from members.tests.transfers import add_yang
from members.workflows import handover, transfer_notices
from members.workflows import transfer as work
from orgportal.core import audit
from orgportal.core.errors import Refused

WALKS, STEPS = int(os.environ.get("TRANSFER_WALKS", "500")), int(os.environ.get("TRANSFER_STEPS", "50"))
ROUNDS = int(os.environ.get("TRANSFER_ROUNDS", "50"))
FAULT_WALKS = 120


@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("db")
def test_long_walks_agree_with_the_model(world: Any) -> None:
    add_yang(world)

    walk(world, WALKS, STEPS)


# --- every pair of moves at once


@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("state", "one", "other"), PAIRS)
def test_pair_fired_together_leaves_one_outcome(
    world: Any, state: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    for number in range(ROUNDS):
        transfer = racer(world, state, number)
        before = Trail.now()

        results = together(act(world, transfer, *one), act(world, transfer, *other))

        check(transfer, before, (state, one, other, number))
        got_through = [each for each in results if not isinstance(each, Refused)]
        assert got_through or not may_move(state, one, other), (state, one, other, "each in the other's way")
        tried = [
            each for made, each in zip((one, other), results, strict=True) if (state, made) in NOT_THEIRS
        ]
        assert all(isinstance(each, Refused) for each in tried), (state, one, other, "not theirs to make")
        moved = [each for each in results if isinstance(each, Transfer) and each.pk == transfer.pk]
        ended = {each.state for each in moved if not each.is_open}
        assert len(ended) <= 1, (state, one, other, ended)


# --- one planted fault per invariant


def two_homes(transfer: Transfer, *, at: Any) -> dict[str, Any]:
    """1: the register forgets to move the member."""
    moved = REAL_HAND_OVER(transfer, at=at)
    Member.unscoped.filter(pk=transfer.member_id).update(branch=transfer.source, path=transfer.source.path)
    return moved


def second_open(new: Transfer) -> None:
    """2: a rival start goes through."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS transfer_one_open")
    new.save(force_insert=True)


def copied(transfer: Transfer, *, at: Any) -> dict[str, Any]:
    """3: the target gets a copy of the member."""
    moved = REAL_HAND_OVER(transfer, at=at)
    twin = Member.unscoped.get(pk=transfer.member_id)
    twin.pk, twin.user, twin.number = None, None, f"x{transfer.pk}"
    twin.save(force_insert=True)
    return moved


def with_a_gap(transfer: Transfer, *, at: Any) -> dict[str, Any]:
    """4: the new period begins a day late."""
    moved = REAL_HAND_OVER(transfer, at=at)
    rows = BranchPeriod.objects.filter(member_id=transfer.member_id, ends_on=None)
    rows.update(starts_on=F("starts_on") + timedelta(days=1))
    return moved


def counted_early(transfer: Transfer, *, at: Any) -> dict[str, Any]:
    """10: the days in transit are given to the target."""
    moved = REAL_HAND_OVER(transfer, at=at)
    new = BranchPeriod.objects.get(member_id=transfer.member_id, ends_on=None)
    old = BranchPeriod.objects.filter(member_id=transfer.member_id, ends_on=new.starts_on - timedelta(days=1))
    early = new.starts_on - timedelta(days=1)
    if old.filter(starts_on__lt=early).update(ends_on=early - timedelta(days=1)):
        BranchPeriod.objects.filter(pk=new.pk).update(starts_on=early, reason=PeriodReason.TRANSFERRED)
    return moved


def from_the_grave(row: rules.Move, case: rules.Case) -> bool:
    """5: an ended transfer can still be withdrawn."""
    if row.name == "withdraw" and case.state == TransferState.REFUSED:
        return True
    return REAL_APPLIES(row, case)


def moved_on_release(trace: Any, before: Any, after: Any) -> None:
    """7: the target has the member as soon as the source lets go."""
    if after.state == TransferState.AT_RECEIVER:
        Member.unscoped.filter(pk=after.member_id).update(branch=after.target, path=after.target.path)
    REAL_TRACE(trace, before, after)


def audited_twice(**entry: Any) -> Any:
    """8: each transition stands in the trail twice."""
    REAL_RECORD(**entry)
    return REAL_RECORD(**entry)


def told_nobody(step: Any, before: Any, after: Any) -> None:
    """8, the other half: a party hears nothing."""


def rights_of_the_page(actor: Any, member_id: int, at: Any) -> Any:
    """9: the rights are those the page was loaded with."""
    return OLD_SCOPES[actor.user_name]


REAL_HAND_OVER, REAL_APPLIES = handover.hand_over, rules.applies
REAL_TRACE, REAL_RECORD = work._leave_trace, audit.record
OLD_SCOPES: dict[str, Any] = {}
OPEN_AND_REFUSED = rules.OPEN | {TransferState.REFUSED}

ONE_HOME = "every_member_belongs_to_one_branch_and_the_model_agrees"
NO_GAP = "history_has_no_gap_and_no_overlap"
IN_TRANSIT = "every_day_in_transit_counts_for_one_branch"
ONE_LINE = "each_transition_has_one_audit_line_and_one_step"
ITS_BRANCH = "_its_branch_alone_sees"
STILL_OURS = "at_most_one_is_open_and_it_counts_for_the_source"
# The fault, where it is planted, and the checks of the machine that may catch it; anything else is chance.
FAULTS: dict[str, tuple[Any, str, Any, set[str]]] = {
    # Whoever begins or moves a transfer next is answered by the wrong home as well.
    "1 one branch each": (handover, "hand_over", two_homes, {ONE_HOME, ITS_BRANCH, "start", "_move"}),
    "2 one open transfer": (work, "_insert", second_open, {"start", STILL_OURS}),
    "3 sum of members": (handover, "hand_over", copied, {ONE_HOME}),
    "4 history without gap": (handover, "hand_over", with_a_gap, {NO_GAP, IN_TRANSIT}),
    "5 ends are ends": (rules, "applies", from_the_grave, {"_move"}),
    "7 the source's until accepted": (
        work,
        "_leave_trace",
        moved_on_release,
        {STILL_OURS, ONE_HOME, ITS_BRANCH},
    ),
    "8 one audit line": (audit, "record", audited_twice, {ONE_LINE}),
    "8 every party told": (transfer_notices, "tell", told_nobody, {"_each_party_was_told_once"}),
    "9 rights at the commit": (work, "_rights_now", rights_of_the_page, {"start", "_move"}),
    "10 days in transit": (handover, "hand_over", counted_early, {IN_TRANSIT}),
}


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_caught(world: Any, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add_yang(world)
    OLD_SCOPES.update(
        {name: world.scope(name) for name in ("li", "yang", "wang", "zhao", "qian", "chen", "sun", "ran")}
    )
    place, name, planted, checks = FAULTS[fault]
    monkeypatch.setattr(place, name, planted)
    if fault.startswith("5"):
        # The table and the update both know the ended state, or the database would refuse alone.
        moves = tuple(
            rules.Move(row.name, OPEN_AND_REFUSED, row.to, row.side, row.rights)
            if row.name == "withdraw" else row
            for row in rules.MOVES
        )  # fmt: skip
        monkeypatch.setattr(rules, "MOVES", moves)

    with pytest.raises(AssertionError) as caught:
        walk(world, FAULT_WALKS, STEPS, phases=[Phase.generate], report_multiple_bugs=False)

    assert caught.traceback[-1].name in checks


@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_planted_fault_6_two_winners_is_caught(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, then write, with no lock and no comparison: accept and withdraw can both win."""
    real = work._make

    def blind(current: Transfer, row: rules.Move, trace: Any, said: Any = None) -> Transfer:
        Transfer.unscoped.filter(pk=current.pk).update(
            state=current.state, version=current.version, ended_at=None
        )
        return real(current, row, trace, said)

    monkeypatch.setattr(work, "_make", blind)
    monkeypatch.setattr(work, "_hold_bodies", lambda *bodies: {})
    monkeypatch.setattr(work, "_rights_now", lambda actor, member, at: scope_for(actor, world.today))

    def race() -> None:
        for number in range(ROUNDS):
            transfer = racer(world, "at_receiver", number)
            before = Trail.now()
            together(act(world, transfer, "accept", "wang"), act(world, transfer, "withdraw", "chen"))
            check(transfer, before, number)

    with pytest.raises(AssertionError, match="two ends"):
        race()
