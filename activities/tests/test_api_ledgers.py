"""Ledgers by the API: everything the paper says, typed; the same as a file."""

from typing import Any

import pytest

from activities.tests.ledgers import quarter
from activities.workflows.ledger_runs import run

pytestmark = pytest.mark.usefixtures("on_the_day")


def test_a_ledger_is_told_field_by_field(world: Any, as_: Any) -> None:
    silent, full, talk = quarter(world)

    told = as_("li").get(f"/api/v1/branches/{world.a.pk}/ledgers/book/?period=2026-Q1").json()

    duties, *records = told["parts"]
    assert [part["record_id"] for part in records] == [silent.pk, full.pk, talk.pk]
    assert {each["key"]: each["value"] for each in records[1]["facts"]}["held_on"] == "2026-03-05"
    assert records[1]["tables"][2]["rows"][1]["done_on"] == "2026-03-07"
    assert {row["reference"] for row in duties["tables"][0]["rows"]} >= {full.reference}
    assert (told["starts_on"], told["ends_on"], told["is_void"]) == ("2026-01-01", "2026-03-31", False)


def test_without_a_period_it_is_the_one_due_to_be_bound(world: Any, as_: Any) -> None:
    told = as_("li").get(f"/api/v1/branches/{world.a.pk}/ledgers/year/").json()

    assert (told["starts_on"], told["ends_on"]) == ("2026-01-01", "2026-12-31")


@pytest.mark.parametrize("period", ["2026", "x", "2099-Q1"])
def test_a_period_it_has_not_is_refused(world: Any, as_: Any, period: str) -> None:
    response = as_("li").get(f"/api/v1/branches/{world.a.pk}/ledgers/quarter/?period={period}")

    assert (response.status_code, list(response.json())) == (400, ["period"])


def test_what_is_no_ledger_is_not_there(world: Any, as_: Any) -> None:
    full = quarter(world)[1]

    for address in (f"branches/{world.a.pk}/ledgers/record", f"activities/{full.pk}/papers/book"):
        assert as_("li").get(f"/api/v1/{address}/").status_code == 404


def test_it_comes_as_a_file_in_a_form_that_is_named(world: Any, as_: Any) -> None:
    full, client = quarter(world)[1], as_("li")

    for address in (f"branches/{world.a.pk}/ledgers/duties", f"activities/{full.pk}/papers/record"):
        assert client.get(f"/api/v1/{address}/file/?form=pdf").content.startswith(b"%PDF-")
        assert list(client.get(f"/api/v1/{address}/file/").json()) == ["form"]


def test_the_paper_of_a_meeting_is_told(world: Any, as_: Any) -> None:
    full = quarter(world)[1]

    told = as_("li").get(f"/api/v1/activities/{full.pk}/papers/sign_in/").json()

    names = [row["name"] for row in told["parts"][0]["tables"][0]["rows"]]
    assert names == ["陈党员", "李书记", "冉记录", "孙党员"]


WANTED = {"kind": "quarter", "period": "2026-Q1", "form": "pdf"}


def test_a_whole_body_is_ordered_followed_and_taken(world: Any, as_: Any) -> None:
    client = as_("zhao")
    wanted = {**WANTED, "organization": world.committee_1.pk}

    made = client.post("/api/v1/ledgers/", wanted, content_type="application/json").json()
    run(made["id"], at=world.now)

    told = client.get(f"/api/v1/ledgers/{made['id']}/").json()
    assert (made["state"], told["state"], told["counts"]["done"]) == ("running", "done", 2)
    assert [file["branch_id"] for file in told["files"]] == [world.a.pk, world.b.pk]
    assert client.get(f"/api/v1/ledgers/{made['id']}/archive/").content.startswith(b"PK")
    again = client.post(f"/api/v1/ledgers/{made['id']}/again/").json()
    assert (again["code"], again["message"]) == ("ledger_run_nothing_failed", "没有生成失败的文件。")
    assert [row["id"] for row in client.get("/api/v1/ledgers/").json()["results"]] == [made["id"]]


@pytest.mark.parametrize(("kind", "period"), [("quarter", "2026"), ("year", "2026-Q1"), ("book", "x")])
def test_an_order_of_another_period_is_refused(world: Any, as_: Any, kind: str, period: str) -> None:
    wanted = {**WANTED, "organization": world.committee_1.pk, "kind": kind, "period": period}

    response = as_("zhao").post("/api/v1/ledgers/", wanted, content_type="application/json")

    assert (response.status_code, list(response.json())) == (400, ["period"])
