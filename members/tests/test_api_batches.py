"""Many transfers at once by program: the same workflow, the same reasons, never twice for one key."""

import json
import uuid
from dataclasses import asdict
from typing import Any

import pytest

from members.models import Batch, Post, Transfer
from members.tasks import run_batch
from members.tests.factories import make_member, make_transfer
from members.tests.transfers import OUTSIDE, in_state
from members.workflows.batches import MOST
from orgportal.core.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = "/api/v1/batches/"


def post(world: Any, persona: str, address: str, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    client = world.client(persona)
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def get(world: Any, persona: str, address: str) -> Any:
    return world.client(persona).get(address).json()


def to_b(world: Any, *members: Any) -> dict[str, Any]:
    return {"members": [each.pk for each in members], "target": world.b.pk, "reason": "study"}


def test_prepare_look_begin_and_read_what_came_of_each(world: Any) -> None:
    make_transfer(world.sun, world.c, state="submitted")
    made = post(world, "li", LIST, **to_b(world, world.chen, world.sun))
    address = f"{LIST}{made.json()['id']}/"
    preview = {row["member__name"]: row for row in get(world, "li", f"{address}rows/")["results"]}
    begun = post(world, "li", f"{address}begin/")
    run_batch(batch_id=made.json()["id"])
    after = {row["member__name"]: row for row in get(world, "li", f"{address}rows/")["results"]}
    progress = get(world, "li", address)

    assert (made.status_code, made.json()["state"], made.json()["waiting"]) == (201, "prepared", 2)
    assert (made.json()["target__name"], made.json()["act"]) == (world.b.name, "start")
    assert preview["孙党员"]["is_possible"] is False
    assert [said["code"] for said in preview["孙党员"]["said"]] == ["transfer_rival", "transfer_dues_behind"]
    assert [said["is_blocking"] for said in preview["孙党员"]["said"]] == [True, False]
    assert world.c.name in preview["孙党员"]["said"][0]["words"]
    assert (preview["陈党员"]["is_possible"], preview["陈党员"]["transfer_id"]) == (True, None)
    assert (begun.status_code, begun.json()["state"]) == (200, "running")
    assert (progress["state"], progress["done"], progress["refused"]) == ("done", 1, 1)
    assert progress["done_at"] is not None
    assert after["陈党员"]["transfer_id"] == Transfer.unscoped.get(member=world.chen).pk
    assert (after["孙党员"]["state"], after["孙党员"]["said"][0]["code"]) == ("refused", "transfer_rival")


def test_members_leave_together_for_a_body_outside(world: Any) -> None:
    asked = {"members": [world.chen.pk, world.sun.pk], "outside": asdict(OUTSIDE), "reason": "study"}
    made = post(world, "li", LIST, **asked)
    both = post(world, "li", LIST, **asked, target=world.b.pk)
    neither = post(world, "li", LIST, **{**asked, "outside": None})
    address = f"{LIST}{made.json()['id']}/"
    rows = get(world, "li", f"{address}rows/")["results"]
    post(world, "li", f"{address}begin/")
    run_batch(batch_id=made.json()["id"])
    listed = get(world, "li", LIST)["results"]

    assert made.status_code == 201
    assert (made.json()["target_id"], made.json()["target__name"]) == (None, None)
    assert all(made.json()[f"outside_{name}"] == value for name, value in asdict(OUTSIDE).items())
    assert [row["is_possible"] for row in rows] == [True, True]
    assert [(row["outside_body"], row["state"]) for row in listed] == [(OUTSIDE.body, "done")]
    assert set(Transfer.unscoped.values_list("outside_committee", "state")) == {(OUTSIDE.committee, "sent")}
    assert {each.json()["code"] for each in [both, neither]} == {"transfer_needs_one_target"}


def test_the_same_key_prepares_and_begins_once(world: Any) -> None:
    key, other = str(uuid.uuid4()), str(uuid.uuid4())
    first, again = (post(world, "li", LIST, key, **to_b(world, world.chen)) for _ in range(2))
    begun = [post(world, "li", f"{LIST}{first.json()['id']}/begin/", other) for _ in range(2)]

    assert first.json() == again.json()
    assert Batch.unscoped.count() == 1
    assert [answer.status_code for answer in begun] == [200, 200]
    assert OutboxEvent.objects.filter(topic="transfers.batch").count() == 1


def test_transfers_that_wait_for_the_caller_move_on_together(world: Any) -> None:
    transfer = in_state(world, "submitted", world.c)
    made = post(world, "li", f"{LIST}moves/", transfers=[transfer.pk])
    (row,) = get(world, "li", f"{LIST}{made.json()['id']}/rows/")["results"]
    post(world, "li", f"{LIST}{made.json()['id']}/begin/")
    run_batch(batch_id=made.json()["id"])

    transfer.refresh_from_db()
    assert (made.json()["act"], made.json()["target_id"], made.json()["target__name"]) == (
        "move_on",
        None,
        None,
    )
    assert (row["step"], row["is_possible"]) == ("release", True)
    assert [said["code"] for said in row["said"]] == ["transfer_dues_behind"]
    assert transfer.state == "sent"


def test_a_transfer_that_moved_on_meanwhile_says_so(world: Any) -> None:
    transfer = in_state(world, "submitted", world.c)
    made = post(world, "li", f"{LIST}moves/", transfers=[transfer.pk]).json()
    Transfer.unscoped.update(state="sent")
    (row,) = get(world, "li", f"{LIST}{made['id']}/rows/")["results"]

    assert (row["step"], [said["code"] for said in row["said"]]) == (None, ["transfer_not_yours_now"])


@pytest.mark.parametrize(
    ("persona", "asked", "status"),
    [
        ("li", {"target": 1}, 400),
        ("li", {"reason": "whim"}, 400),
        ("li", {"members": []}, 409),
        ("li", {"members": "abc"}, 400),
        ("chen", {}, 403),
    ],
)
def test_what_cannot_be_prepared(world: Any, persona: str, asked: dict[str, Any], status: int) -> None:
    answer = post(world, persona, LIST, **{**to_b(world, world.chen), **asked})

    assert (answer.status_code, Batch.unscoped.count()) == (status, 0)


def test_an_id_that_is_not_the_caller_s_is_named_and_nothing_is_prepared(world: Any) -> None:
    answer = post(world, "li", LIST, **to_b(world, world.chen, world.wang))
    moves = post(world, "li", f"{LIST}moves/", transfers=[7])

    assert (answer.status_code, answer.json()) == (400, {"members": [f"does_not_exist: {world.wang.pk}"]})
    assert (moves.status_code, moves.json()) == (400, {"transfers": ["does_not_exist: 7"]})
    assert post(world, "chen", f"{LIST}moves/", transfers=[7]).status_code == 403
    assert Batch.unscoped.count() == 0


def test_too_many_are_refused_with_the_limit(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.workflows.batches.MOST", 1)

    answer = post(world, "li", LIST, **to_b(world, world.chen, world.sun))

    assert MOST == 1000
    assert (answer.status_code, answer.json()) == (409, {"code": "batch_too_long", "most": 1})


def test_one_named_twice_counts_once_and_pushes_nobody_out(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.workflows.batches.MOST", 2)
    rows = [in_state(world, "submitted", world.c), make_transfer(world.sun, world.c, state="submitted")]

    made = post(world, "li", LIST, **to_b(world, world.chen, world.chen, world.chen, world.sun))
    moved = post(world, "li", f"{LIST}moves/", transfers=[rows[0].pk, rows[0].pk, rows[0].pk, rows[1].pk])
    monkeypatch.setattr("members.workflows.batches.MOST", 1)
    many = post(world, "li", LIST, **to_b(world, world.chen, world.chen, world.sun))

    assert (made.status_code, made.json()["waiting"]) == (201, 2)
    assert (moved.status_code, moved.json()["waiting"]) == (201, 2)
    assert (many.status_code, many.json()["code"]) == (409, "batch_too_long")


def test_whoever_left_office_reads_nothing_new_of_the_members(world: Any) -> None:
    made = post(world, "li", LIST, **to_b(world, world.chen, world.sun)).json()
    make_transfer(world.chen, world.c, state="submitted")
    Post.unscoped.filter(member=world.li).update(ends_on=world.today.replace(day=1))

    rows = get(world, "li", f"{LIST}{made['id']}/rows/")["results"]

    assert [row["is_possible"] for row in rows] == [False, False]
    assert {said["code"] for row in rows for said in row["said"]} == {"transfer_not_yours_now"}
    assert all(len(row["said"]) == 1 for row in rows)


def test_what_nobody_has_begun_is_discarded_and_nothing_else(world: Any) -> None:
    first, second = (post(world, "li", LIST, **to_b(world, world.chen)).json()["id"] for _ in range(2))
    post(world, "li", f"{LIST}{second}/begin/")

    answers = [post(world, "li", f"{LIST}{pk}/discard/") for pk in (first, second)]

    assert [answer.status_code for answer in answers] == [204, 409]
    assert answers[1].json() == {"code": "batch_begun"}
    assert list(Batch.unscoped.values_list("pk", flat=True)) == [second]


@pytest.mark.parametrize("many", [1, 3])
def test_rows_and_list_cost_the_same_however_many(
    world: Any, many: int, django_assert_num_queries: Any
) -> None:
    people = [make_member(world.a, f"党员{number}") for number in range(many)]
    made = [post(world, "li", LIST, **to_b(world, *people)).json()["id"] for _ in range(many)]
    client = world.client("li")

    with django_assert_num_queries(18):
        client.get(f"{LIST}{made[0]}/rows/")
    with django_assert_num_queries(8):
        client.get(LIST)


def test_the_links_of_the_flow_name_operations_that_are_there(world: Any) -> None:
    schema = world.client("li").get("/api/v1/schema/?format=json").json()
    operations = {
        operation["operationId"]: operation
        for methods in schema["paths"].values()
        for operation in methods.values()
        if "operationId" in operation
    }

    for name in ("batches_create", "batches_moves_create"):
        links = operations[name]["responses"]["201"]["links"]
        assert {link["operationId"] for link in links.values()} <= set(operations)
        assert {"begin", "discard", "look", "rows"} == set(links)
