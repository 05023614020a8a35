"""A unit's life by the API: what its pages do, a program does."""

import json
from typing import Any

import pytest

from branches.models import UnitCoverage
from conftest import World

pytestmark = pytest.mark.usefixtures("on_the_day")
UNITS = "/api/v1/units/"


def test_a_program_keeps_units(world: World, as_: Any) -> None:
    zhao = as_("zhao")

    def send(method: str, address: str, **typed: Any) -> Any:
        return zhao.generic(method, UNITS + address, json.dumps(typed), content_type="application/json")

    firm = {"committee": world.committee_1.pk, "kind": "enterprise", "name": "东街纺织", "owner": "private"}
    made = send("POST", "", **firm, credit_code="91350211m0000xuf46", on="2026-03-01")
    unit = made.json()["id"]
    changed = send("PUT", f"{unit}/", **firm, staff=40, version=1)
    step = {"on": "2026-03-09"}
    for wrong in ({"kind": "own"}, {"kind": "adviser"}, {"kind": "own", "body": 0}):
        assert send("POST", f"{unit}/cover/", **step, version=2, **wrong).status_code == 400
    covered = send("POST", f"{unit}/cover/", **step, version=2, kind="joint", body=world.b.pk)
    stale = send("POST", f"{unit}/pause/", **step, version=2, reason="stopped")
    row = UnitCoverage.unscoped.get()
    visited = send("POST", f"{unit}/visits/", **step, visitor="周指导", text="走访")
    ended = send("POST", f"coverage/{row.pk}/end/", **step, version=3, reason="撤销")
    undone = send("POST", f"{unit}/undo/", event=ended.json()["history"][0]["id"])
    struck = send("POST", f"visits/{visited.json()['visits'][0]['id']}/strike/")
    checked = send("POST", "check/", units=[unit], expected=1)
    odd = zhao.get(f"{UNITS}?measure=uncovered").json()["results"]
    joint = zhao.get(f"{UNITS}?measure=joint").json()["results"]

    assert (made.status_code, made.json()["credit_code_doubt"]) == (201, "check")
    assert (changed.json()["staff"], changed.json()["credit_code"]) == (40, "")
    assert (covered.json()["coverages"][0]["body_id"], stale.status_code) == (world.b.pk, 412)
    assert (undone.json()["coverages"][0]["ends_on"], struck.json()["visits"]) == (None, [])
    assert checked.json() == {"marked": [unit]}
    assert ([row["id"] for row in joint], odd) == ([unit], [])
    told = zhao.get("/api/v1/coverage/").json()
    assert (told["figures"]["joint"], told["figures"]["operating"], told["shares"][0]["tenths"]) == (
        1,
        1,
        1000,
    )
