from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from members.choices import TransferMove, TransferState
from members.models import Member, Post, Transfer
from members.rules.transfer import OPEN
from members.tests.factories import make_transfer
from members.tests.transfers import REASON, REFUSAL, SENT_ON, act, add_yang, in_state
from members.workflows import transfer as work
from members.workflows.transfer import MoveRefused, Words
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification

# --- every state and every move

ACTORS = {"member": "chen", "source": "li", "committee": "zhao", "target": "wang"}
LEADS = {
    ("draft", "member", "submit"): "submitted",
    ("draft", "member", "withdraw"): "withdrawn",
    ("submitted", "source", "release"): "sent",
    ("submitted", "committee", "release"): "sent",
    ("submitted", "source", "return"): "returned",
    ("submitted", "committee", "return"): "returned",
    ("sent", "committee", "approve"): "at_receiver",
    ("sent", "committee", "return"): "returned",
    ("at_receiver", "target", "accept"): "accepted",
    ("at_receiver", "target", "return"): "returned",
    ("at_receiver", "target", "refuse"): "refused",
    ("returned", "source", "resubmit"): "sent",
    ("returned", "committee", "resubmit"): "sent",
    **{(state, "member", "withdraw"): "withdrawn" for state in OPEN},
    **{(state, "source", "withdraw"): "withdrawn" for state in OPEN - {TransferState.DRAFT}},
    # The committee above stands in for its branch.
    **{(state, "committee", "withdraw"): "withdrawn" for state in OPEN - {TransferState.DRAFT}},
}
CARRIES = {"hand-in", "lose"}
PAPER_WAY = CARRIES | {"issue", "confirm", "reissue", "lapse"}
RIGHTFUL = {
    "member": {"submit", "resubmit", "withdraw", *CARRIES},
    "source": {"submit", "release", "return", "resubmit", "withdraw", *CARRIES},
    "committee": {
        "submit", "release", "approve", "return", "resubmit", "withdraw", *PAPER_WAY - {"lapse"},
    },
    "target": {"accept", "return", "refuse"},
}  # fmt: skip
INSIDE = [name for name in TransferMove if name not in PAPER_WAY]
CASES = [
    *product(TransferState, INSIDE, ACTORS),
    *product([TransferState.SENT, TransferState.AT_RECEIVER], sorted(PAPER_WAY), ACTORS),
]


@pytest.mark.parametrize(("state", "name", "side"), CASES)
def test_every_move_from_every_state(world: Any, state: TransferState, name: str, side: str) -> None:
    transfer = in_state(world, state, world.c)
    audits = AuditEntry.objects.count()
    expected: Any = LEADS.get((state, side, name))
    if expected is None:
        expected = MoveRefused if name in RIGHTFUL[side] else NotAllowed

    is_moved = isinstance(expected, str)
    if is_moved:
        act(world, ACTORS[side], transfer, name, REFUSAL)
    else:
        with pytest.raises(expected) as refused:
            act(world, ACTORS[side], transfer, name, REFUSAL)
        assert expected is NotAllowed or refused.value.params == {"state": state}

    transfer.refresh_from_db()
    assert transfer.state == (expected if is_moved else state)
    assert transfer.steps.count() == AuditEntry.objects.count() - audits == int(is_moved)


# --- moves in detail


def test_release_inside_one_committee_goes_straight_to_the_receiver(world: Any) -> None:
    add_yang(world)
    transfer = act(world, "li", in_state(world, TransferState.SUBMITTED, world.b), "release")

    assert (transfer.state, transfer.sent_on) == ("at_receiver", world.today)
    notes = set(Notification.unscoped.values_list("recipient__user_name", "rule"))
    assert notes == {("yang", "members.transfer_yours"), ("chen", "members.transfer_release")}


def test_each_party_is_told_once_and_the_actor_not_at_all(world: Any) -> None:
    act(world, "zhao", in_state(world, TransferState.SENT, world.c), "approve")

    notes = sorted(Notification.unscoped.values_list("recipient__user_name", "rule"))
    assert notes == [
        ("chen", "members.transfer_approve"),
        ("li", "members.transfer_approve"),
        ("wang", "members.transfer_yours"),
    ]


def test_member_is_told_that_the_paper_waits_for_them(world: Any) -> None:
    act(world, "li", in_state(world, TransferState.SUBMITTED, world.c), "return", REASON)

    note = Notification.unscoped.get(recipient=world.chen.user)
    assert (note.rule, note.params["reason"]) == ("members.transfer_yours_member", "材料不全")


def test_member_without_an_account_is_transferred_all_the_same(world: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(user=None)
    transfer = make_transfer(world.chen, world.c, state="sent", sent_on=SENT_ON, started_by=world.li.user)

    assert act(world, "zhao", transfer, "approve").state == "at_receiver"
    assert set(Notification.unscoped.values_list("recipient__user_name", flat=True)) == {"li", "wang"}


def test_validity_starts_anew_each_time_it_is_sent(world: Any) -> None:
    returned = in_state(world, TransferState.RETURNED, world.c, valid_until=date(2026, 3, 11))

    again = act(world, "li", returned, "resubmit")

    assert (again.sent_on, again.valid_until) == (world.today, world.today + timedelta(days=90))


def test_return_without_a_reason_is_refused(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    with pytest.raises(Refused, match="transfer_needs_reason"):
        act(world, "wang", transfer, "return")
    with pytest.raises(Refused, match="transfer_needs_grounds"):
        act(world, "wang", transfer, "refuse", REASON)


def test_refusal_keeps_its_grounds(world: Any) -> None:
    refused = act(world, "wang", in_state(world, TransferState.AT_RECEIVER, world.c), "refuse", REFUSAL)

    assert (refused.refusal, refused.ended_at) == ("not_here", world.now)
    assert refused.steps.get().details == {"grounds": "not_here"}


def test_stale_page_is_told_so(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    act(world, "wang", transfer, "return", Words(remark="材料不全", seen_version=1))

    with pytest.raises(StaleVersion) as refused:
        act(world, "wang", transfer, "accept", Words(seen_version=1))
    assert refused.value.current.state == "returned"


def test_move_is_refused_when_the_post_ended_since_the_page_was_opened(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    scope = world.scope("wang")
    Post.unscoped.filter(member=world.wang).update(ends_on=world.today - timedelta(days=1))

    with pytest.raises(NotAllowed):
        work.move(transfer, "accept", actor=world.wang.user, scope=scope, at=world.now)


def test_move_is_refused_to_somebody_whose_request_had_no_right(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    with pytest.raises(NotAllowed):
        work.move(transfer, "accept", actor=world.wang.user, scope=world.scope("sun"), at=world.now)


def test_unknown_move_is_not_allowed(world: Any) -> None:
    with pytest.raises(NotAllowed, match="not_allowed"):
        act(world, "li", in_state(world, TransferState.SENT, world.c), "start")


def test_buttons_are_the_moves_that_would_be_done(world: Any) -> None:
    transfer = Transfer.unscoped.with_parties().get(pk=in_state(world, TransferState.AT_RECEIVER, world.c).pk)

    buttons = {
        persona: [row.name for row in work.allowed_moves(transfer, world.scope(persona))]
        for persona in ("wang", "li", "chen", "sun", "qian")
    }
    assert buttons == {
        "wang": ["accept", "return", "refuse"], "li": ["withdraw"], "chen": ["withdraw"], "sun": [],
        "qian": ["accept", "return", "refuse", "withdraw"],
    }  # fmt: skip
