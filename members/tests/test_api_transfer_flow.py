"""The whole flow of a transfer by a program that follows nothing but the links of the description."""

from typing import Any

import pytest

from members.models import Member, Transfer
from members.tests.transfers import OUTSIDE
from orgportal.tests.openapi import Answer, call, follow, operations

pytestmark = pytest.mark.usefixtures("on_the_day")
WORDS = {"remark": "请写明接收支部联系人"}
REFUSAL = {"remark": "不在本辖区", "grounds": "not_here"}


def begun(world: Any, persona: str, **asked: Any) -> Answer:
    """Looked over first, then started as it was asked."""
    client = world.client(persona)
    body = {"member": world.chen.pk, "reason": "job", **asked}
    checked = call(client, "transfers_check_create", {}, body)
    assert checked.said["is_possible"] is True
    return follow(client, checked, "start")


def walked(world: Any, answer: Answer, *steps: tuple[str, str, dict[str, Any]]) -> Answer:
    """Each person looks first, finds the move among those open to them, and takes the link to it."""
    for persona, move, words in steps:
        client = world.client(persona)
        seen = follow(client, answer, "look")
        assert move == "correct" or move in seen.said["moves"], (persona, move, seen.said["moves"])
        assert move != "correct" or seen.said["may_correct"], persona
        answer = follow(client, seen, move, **words)
        assert answer.status == 200, answer.said
    return answer


def test_returned_put_right_and_refused_at_the_end(world: Any) -> None:
    started = begun(world, "chen", target=world.b.pk, keep_draft=True)
    stated = {"target": world.c.pk, "reason": "job", "remark": "联系人：王书记"}

    done = walked(
        world, started,
        ("chen", "submit", {}),
        ("li", "return", WORDS),
        ("chen", "correct", stated),
        ("chen", "resubmit", {}),
        ("li", "release", {}),
        ("zhao", "approve", {}),
        ("wang", "refuse", REFUSAL),
    )  # fmt: skip

    assert (done.said["state"], done.said["target_id"], done.said["moves"]) == ("refused", world.c.pk, [])
    assert set(done.operation.links(200)) == {"look", "letters"}
    assert Member.unscoped.get(pk=world.chen.pk).branch == world.a


def test_returned_by_the_receiver_resubmitted_and_accepted(world: Any) -> None:
    started = begun(world, "li", target=world.c.pk)

    done = walked(
        world, started,
        ("zhao", "approve", {}),
        ("wang", "return", WORDS),
        ("li", "resubmit", {}),
        ("zhao", "approve", {}),
        ("wang", "accept", {}),
    )  # fmt: skip

    assert done.said["state"] == "accepted"
    assert Member.unscoped.get(pk=world.chen.pk).branch == world.c


def test_withdrawn_on_the_way(world: Any) -> None:
    started = begun(world, "li", target=world.c.pk)

    done = walked(world, started, ("zhao", "approve", {}), ("li", "withdraw", {}))

    assert done.said["state"] == "withdrawn"


def test_on_paper_to_a_body_outside_with_its_letter(world: Any) -> None:
    outside = {"body": OUTSIDE.body, "committee": OUTSIDE.committee}
    started = begun(world, "li", outside=outside)

    issued = walked(world, started, ("zhao", "issue", {"days": 20}))
    letters = follow(world.client("zhao"), issued, "letters")
    slip = {"accepted_on": "2026-03-10", "slip_number": "12"}
    done = walked(world, issued, ("chen", "hand-in", {}), ("zhao", "confirm", slip))

    assert [row["kind"] for row in letters.said["results"]] == ["letter"]
    assert done.said["state"] == "accepted"


def test_every_state_a_program_can_meet_links_on(world: Any) -> None:
    """Whoever comes back later begins with a look, and finds every move from there."""
    moves = {
        name.removeprefix("transfers_").removesuffix("_create").replace("_", "-")
        for name in operations()
        if name.startswith("transfers_") and name.endswith("_create")
    } - {"transfers", "check", "report", "create"}

    assert moves <= set(operations()["transfers_retrieve"].links(200))


def test_a_stale_correction_is_refused_and_changes_nothing(world: Any) -> None:
    started = begun(world, "chen", target=world.b.pk, keep_draft=True)
    client, stated = world.client("chen"), {"target": world.c.pk, "reason": "study"}

    unversioned = call(client, "transfers_correct_create", {"id": started.said["id"]}, stated)
    stale = follow(client, started, "correct", **stated, version=9)
    unseen = follow(world.client("li"), started, "correct", **stated)
    nowhere = follow(client, started, "correct", reason="study", target=1)

    assert (unversioned.status, unversioned.said) == (428, {"code": "version_required"})
    assert (stale.status, stale.said) == (412, {"code": "stale_version", "version": 1})
    assert unseen.status == 404
    assert (nowhere.status, set(nowhere.said)) == (400, {"target"})
    assert Transfer.unscoped.get().target == world.b
