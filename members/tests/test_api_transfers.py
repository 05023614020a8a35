import json
from typing import Any

import pytest

from members.models import Transfer
from members.rules import transfer as rules
from members.tests.factories import make_member, make_transfer
from members.tests.transfers import act, begin, in_state

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = "/api/v1/transfers/"


def call(world: Any, persona: str, address: str, **body: Any) -> Any:
    client = world.client(persona)
    if not body:
        return client.get(address)
    return client.post(address, json.dumps(body), content_type="application/json")


def test_list_gives_both_sides_and_the_member_the_same_row(world: Any) -> None:
    transfer = begin(world, "chen", world.c, remark="已调动")

    rows = {
        persona: call(world, persona, LIST).json()["results"]
        for persona in ("chen", "li", "wang", "sun", "sys")
    }

    assert rows["chen"] == rows["li"] == rows["wang"]
    assert (rows["sun"], rows["sys"]) == ([], [])
    (row,) = rows["chen"]
    assert row["id"] == transfer.pk
    assert (row["member__name"], row["target__name"], row["state"]) == ("陈党员", "丙社区党支部", "submitted")


def test_list_is_filtered(world: Any) -> None:
    sent = make_transfer(world.chen, world.c, state="sent")
    make_transfer(world.sun, world.c, state="submitted")

    assert [row["id"] for row in call(world, "li", f"{LIST}?state=sent").json()["results"]] == [sent.pk]


def test_list_knows_the_queues_of_the_page_and_no_other(world: Any) -> None:
    waiting = make_transfer(world.chen, world.c, state="submitted")

    assert [row["id"] for row in call(world, "li", f"{LIST}?queue=todo").json()["results"]] == [waiting.pk]
    assert call(world, "li", f"{LIST}?queue=waiting").json()["results"] == []
    assert call(world, "li", f"{LIST}?queue=lost").json() == {"queue": "invalid_choice"}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(
    world: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_transfer(make_member(world.a, f"党员{number}"), world.c, state="submitted")
    client = world.client("li")

    with django_assert_num_queries(8):
        client.get(LIST)


def test_detail_says_who_owns_it_and_what_the_caller_can_do(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)

    body = call(world, "wang", f"{LIST}{transfer.pk}/").json()

    assert (body["owner"], body["days"], body["act_by"], body["days_over"]) == ("target", 0, "2026-03-20", 0)
    assert body["moves"] == ["accept", "return", "refuse"]
    assert body["owners"] == {
        "names": ["王外人"], "stands_in": "", "fills": False, "phone": "", "phone_of": "",
    }  # fmt: skip


def test_detail_of_an_ended_one_has_no_owner_and_no_clock(world: Any) -> None:
    transfer = in_state(world, "withdrawn", world.c)

    body = call(world, "wang", f"{LIST}{transfer.pk}/").json()

    assert (body["owner"], body["days"], body["act_by"], body["moves"]) == (None, None, None, [])


def test_start_by_the_branch(world: Any) -> None:
    response = call(world, "li", LIST, member=world.chen.pk, target=world.c.pk, reason="job")

    assert response.status_code == 201
    assert (response.json()["state"], response.json()["owner"]) == ("sent", "committee")
    assert [step["move"] for step in response.json()["steps"]] == ["start"]


@pytest.mark.parametrize(
    ("persona", "asked", "status", "code"),
    [
        ("ran", {}, 400, ""),
        ("sun", {}, 400, ""),
        ("wang", {}, 400, ""),
        ("li", {"target": 1}, 400, ""),
        ("li", {"reason": "whim"}, 400, ""),
        ("li", {"target": "a"}, 409, "transfer_own_branch"),
    ],
)
def test_start_is_refused(world: Any, persona: str, asked: dict[str, Any], status: int, code: str) -> None:
    if asked.get("target") == "a":
        asked = {"target": world.a.pk}

    body = {"member": world.chen.pk, "target": world.c.pk, "reason": "job", **asked}
    response = call(world, persona, LIST, **body)

    assert (response.status_code, response.json().get("code", "")) == (status, code)
    assert Transfer.unscoped.count() == 0


def test_rival_start_names_the_open_one(world: Any) -> None:
    first = begin(world, "chen", world.c)

    response = call(world, "li", LIST, member=world.chen.pk, target=world.b.pk, reason="job")

    assert response.status_code == 409
    assert response.json() == {"code": "transfer_rival", "transfer": first.pk, "target": world.c.name}


def test_every_move_of_the_table_has_its_address(world: Any) -> None:
    for name in {row.name for row in rules.MOVES if row.side != rules.Side.SYSTEM}:
        response = call(world, "chen", f"{LIST}1/{name}/", version=1)
        assert response.status_code == 404, name


def test_move_and_its_refusals(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)
    address = f"{LIST}{transfer.pk}"

    answers = {
        "unversioned": call(world, "wang", f"{address}/accept/", remark=""),
        "not allowed": call(world, "li", f"{address}/accept/", version=1),
        "not in scope": call(world, "sun", f"{address}/accept/", version=1),
        "bare": call(world, "wang", f"{address}/refuse/", version=1, grounds="not_here"),
        "done": call(world, "wang", f"{address}/return/", version=1, remark="材料不全"),
        "stale": call(world, "wang", f"{address}/accept/", version=1),
        "moved on": call(world, "wang", f"{address}/accept/", version=2),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "unversioned": 428, "not allowed": 403, "not in scope": 404, "bare": 409, "done": 200, "stale": 412,
        "moved on": 409,
    }  # fmt: skip
    assert answers["moved on"].json() == {"code": "transfer_moved_on", "state": "returned"}
    assert answers["bare"].json() == {"code": "transfer_needs_reason"}
    assert answers["done"].json()["steps"][-1]["remark"] == "材料不全"


def test_same_key_moves_once(world: Any) -> None:
    transfer = in_state(world, "at_receiver", world.c)
    client, key = world.client("wang"), "0b8f0d9a-1111-4222-8333-444455556666"

    answers = [
        client.post(
            f"{LIST}{transfer.pk}/accept/", json.dumps({"version": 1}), content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        for _ in range(2)
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 200]
    assert transfer.steps.count() == 1


def test_clock_and_system_steps_have_no_actor(world: Any) -> None:
    transfer = in_state(world, "submitted", world.c)
    act(world, "li", transfer, "release")
    transfer.steps.update(actor=None)

    assert call(world, "chen", f"{LIST}{transfer.pk}/").json()["steps"][0]["actor"] is None
