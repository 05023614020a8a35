"""The year's plan and leave by the API, over the same workflows."""

from collections.abc import Callable
from typing import Any

import pytest

from activities.models import Activity
from activities.tests.factories import make_activity

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def sent(client: Any, address: str, method: str = "POST", **body: Any) -> Any:
    send = getattr(client, method.lower())
    return send(address, body, content_type="application/json")


def test_a_program_lays_out_moves_and_asks(world: Any, as_: As) -> None:
    li, address = as_("li"), f"/api/v1/branches/{world.a.pk}/plan/"
    sheet = li.get(f"{address}?year=2026").json()
    to_come = [line for line in sheet["lines"] if line["proposed_on"]]

    made = sent(li, address, year=2026)
    again = sent(li, address, year=2026)

    assert made.status_code == 201
    assert len(made.json()["added"]) == len(to_come) > 0
    assert again.json() == {"added": [], "left": 0}
    theme = next(line for line in li.get(address).json()["lines"] if line["rule"] == "themeday.freq")
    # January is over; March is planned.
    assert (theme["state"], theme["activity_id"]) == ("over", None)
    row = Activity.unscoped.filter(kind="theme_day").earliest("held_on")

    one = f"/api/v1/activities/{row.pk}/"
    moved = sent(li, f"{one}plan/move/", on="2026-04-05", version=1)
    assert (moved.status_code, moved.json()["code"], "休息日" in moved.json()["message"]) == (
        409, "plan_on_a_day_off", True
    )  # fmt: skip
    moved = sent(li, f"{one}plan/move/", on="2026-04-05", is_sure=True, version=1).json()
    assert (moved["is_outside_its_period"], moved["is_on_a_day_off"], moved["version"]) == (True, True, 2)
    assert sent(li, f"{one}plan/postpone/", version=2, reason="").json()["code"] == "reason_missing"
    assert sent(li, f"{one}plan/nothing/", version=2).status_code == 404
    assert sent(li, f"{one}plan/cancel/", version=1, reason="防汛").status_code == 412

    asked = sent(as_("chen"), f"{one}leave/", reason="work", remark="值班")
    assert (asked.status_code, asked.json()["for_day"]) == (201, "2026-04-05")
    assert sent(as_("chen"), f"{one}leave/", reason="tired").status_code == 400
    assert [each["remark"] for each in li.get(f"{one}leave/").json()["results"]] == ["值班"]
    assert as_("sun").get(f"{one}leave/").json() == {"results": []}
    assert as_("chen").delete(f"{one}leave/").json()["withdrawn_at"] is not None
    assert as_("zhao").get(f"{one}leave/").status_code == 404

    back = sent(li, f"{address}take-back/?year=2026").json()
    assert back == {"taken_back": len(to_come) - 1}
    unknown = {"rule": "x", "starts_on": "2026-03-01", "on": "2026-03-20"}
    assert sent(li, address, year=2026, meetings=[unknown]).json()["code"] == "plan_of_nothing_owed"


def test_a_record_by_the_api_takes_the_place_of_the_plan(world: Any, as_: As) -> None:
    row = make_activity(
        world.a, world.li.user, state="planned", held_on="2026-03-20", plan_starts_on="2026-01-01",
        plan_ends_on="2026-03-31", plan_number=1,
    )  # fmt: skip
    meeting = {
        "branch": world.a.pk, "kind": "general", "title": "支部党员大会", "held_on": "2026-03-05",
        "chair_id": world.li.pk,
    }  # fmt: skip

    stale = sent(as_("li"), "/api/v1/activities/", **meeting, plan={"id": row.pk, "version": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "plan_changed")
    assert sent(as_("li"), "/api/v1/activities/", **meeting).json()["id"] == row.pk
