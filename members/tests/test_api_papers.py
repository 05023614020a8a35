"""Operations on papers and paper letters: doubts, refusals, and links along the flow of a transfer."""

import json
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from members.models import Arrival
from members.tests.arrivals import NUMBER
from members.tests.matrix_papers import typed_for_api
from members.tests.transfers import OUTSIDE


def post(client: Any, address: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json")


def test_a_transfer_to_a_body_outside_from_start_to_slip(world: Any, as_: Any, on_the_day: Any) -> None:
    body = {
        "member": world.chen.pk, "reason": "job",
        "outside": {"body": OUTSIDE.body, "committee": OUTSIDE.committee},
    }  # fmt: skip
    started = post(as_("li"), "transfers/", body).json()
    address = f"transfers/{started['id']}"

    issued = post(as_("zhao"), f"{address}/issue/", {"version": started["version"], "days": 20}).json()
    handed_in = post(as_("chen"), f"{address}/hand-in/", {"version": issued["version"]}).json()
    slip = {"version": handed_in["version"], "accepted_on": "2026-03-10", "slip_number": "12"}
    done = post(as_("zhao"), f"{address}/confirm/", slip).json()

    assert [each["state"] for each in (started, issued, handed_in, done)] == [
        "sent", "at_receiver", "at_receiver", "accepted",
    ]  # fmt: skip
    assert (issued["valid_until"], issued["owner"], handed_in["owner"]) == (
        "2026-03-30",
        "member",
        "committee",
    )
    assert (done["outside_body"], done["target_id"], done["slip_number"]) == (OUTSIDE.body, None, "12")


def test_neither_or_both_targets_are_refused(world: Any, as_: Any, on_the_day: Any) -> None:
    response = post(as_("li"), "transfers/", {"member": world.chen.pk, "reason": "job"})

    assert (response.status_code, response.json()["code"]) == (409, "transfer_needs_one_target")


def test_doubts_are_told_and_may_be_insisted_on(world: Any, as_: Any, on_the_day: Any) -> None:
    body = typed_for_api(world)
    body["person"]["id_number"] = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")

    refused = post(as_("li"), "arrivals/", body)

    assert refused.status_code == 409
    assert [doubt["code"] for doubt in refused.json()["doubts"]] == ["id_check_digit"]
    assert post(as_("li"), "arrivals/", {**body, "insists": True}).status_code == 201
    assert Arrival.unscoped.count() == 1


def test_the_schema_links_the_flow_of_a_transfer() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = {
        operation["operationId"]: operation
        for path in schema["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    }

    start = operations["transfers_create"]["responses"]["201"]["links"]
    issue = operations["transfers_issue_create"]["responses"]["200"]["links"]

    assert {"release", "issue", "withdraw", "letters"} <= set(start)
    assert {"hand-in", "confirm", "reissue", "accept"} <= set(issue)
    assert {link["operationId"] for link in {**start, **issue}.values()} <= set(operations)
    assert start["letters"]["parameters"] == {"transfer": "$response.body#/id"}
