"""Two records of one person by machine: found, laid side by side, merged field by field, made two again."""

import json
from datetime import date
from typing import Any

import pytest

from members.models import Member, Merge
from members.tests.factories import make_member
from members.tests.matrix import with_number
from members.tests.merging import a_contact
from members.tests.test_workflows_loader import id_number

pytestmark = pytest.mark.usefixtures("on_the_day")
KEY = "0b8f0d9a-1111-4222-8333-444455556666"


@pytest.fixture
def double(world: Any) -> Member:
    """Chen was entered again, in A, with another mobile."""
    return make_member(world.a, "陈党员", mobile="13900008888", since=date(2018, 7, 1))


def post(client: Any, address: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    text = json.dumps(body or {})
    return client.post(f"/api/v1/{address}", text, content_type="application/json", headers=headers)


def ask(world: Any, double: Member, **more: Any) -> dict[str, Any]:
    seen = {"version": 1, "other_version": 1}
    return {"kept": world.chen.pk, "merged": double.pk, "basis": "同一人", **seen, **more}


def test_candidates_are_those_alike_within_reach_or_those_named(world: Any, as_: Any, double: Member) -> None:
    make_member(world.c, "陈党员")
    address = f"/api/v1/members/{world.chen.pk}/merge-candidates/"

    alike = as_("li").get(address).json()["results"]
    named = as_("li").get(address, {"q": " 孙党员 "}).json()["results"]

    assert [each["id"] for each in alike] == [double.pk]
    assert as_("li").get(address, {"q": "\0"}).status_code == 200
    assert [(each["id"], each["name"]) for each in named] == [(world.sun.pk, "孙党员")]


def test_both_records_stand_side_by_side_with_the_number_masked(world: Any, as_: Any, double: Member) -> None:
    with_number(world)

    answer = as_("li").get(f"/api/v1/members/{world.chen.pk}/merge/{double.pk}/")

    told = answer.json()
    differing = {
        each["name"]: (each["kept"], each["merged"]) for each in told["fields_told"] if each["differs"]
    }
    assert (told["kept"]["id"], told["merged"]["id"], told["kept"]["version"]) == (
        world.chen.pk, double.pk, 1,
    )  # fmt: skip
    assert differing["mobile"] == ([world.chen.mobile], ["13900008888"])
    assert differing["id_number"] == ([f"990{'*' * 11}{id_number()[-4:]}"], [])
    assert id_number() not in answer.content.decode()
    assert [each["branch_id"] for each in told["merged"]["branches"]] == [world.a.pk]


def test_days_in_two_branches_are_shown_before_they_are_refused(world: Any, as_: Any) -> None:
    other = make_member(world.b, "陈党员")

    told = as_("zhao").get(f"/api/v1/members/{world.chen.pk}/merge/{other.pk}/").json()
    refused = post(as_("zhao"), "merges/", ask(world, other))

    assert len(told["branch_overlaps"]) == 1
    assert refused.json() == {"code": "merge_overlap", **told["branch_overlaps"][0]}
    cut = post(as_("zhao"), "merges/", ask(world, other, cut_on="2024-01-01", later="merged"))
    assert cut.status_code == 201
    assert Member.unscoped.get(pk=world.chen.pk).branch_id == world.b.pk


def test_chosen_fields_are_taken_and_given_back(world: Any, as_: Any, double: Member) -> None:
    before = world.chen.mobile

    made = post(as_("li"), "merges/", ask(world, double, from_merged=["mobile"]))
    address = f"merges/{made.json()['id']}/"
    looked = as_("li").get(f"/api/v1/{address}").json()
    merged = Member.unscoped.get(pk=world.chen.pk).mobile
    undone = post(as_("li"), f"{address}undo/")
    again = post(as_("li"), f"{address}undo/")

    assert (made.status_code, looked["is_untouched"], merged) == (201, True, "13900008888")
    assert undone.json()["undone_at"] is not None
    assert Member.unscoped.get(pk=world.chen.pk).mobile == before
    assert as_("li").get(f"/api/v1/{address}").json()["is_untouched"] is False
    assert (again.status_code, again.json()) == (409, {"code": "merge_undone_already"})


def test_work_on_either_record_shuts_the_way_back(world: Any, as_: Any, double: Member) -> None:
    made = post(as_("li"), "merges/", ask(world, double)).json()
    a_contact(world, world.chen)

    assert as_("li").get(f"/api/v1/merges/{made['id']}/").json()["is_untouched"] is False
    assert post(as_("li"), f"merges/{made['id']}/undo/").json() == {"code": "merge_touched"}


def test_refused_values_stale_versions_and_repeated_keys(world: Any, as_: Any, double: Member) -> None:
    client = as_("li")

    unknown = post(client, "merges/", ask(world, double, from_merged=["shoe_size"]))
    stale = post(client, "merges/", ask(world, double, other_version=2))
    twice = [post(client, "merges/", ask(world, double), **{"Idempotency-Key": KEY}) for _ in range(2)]

    assert (unknown.status_code, set(unknown.json())) == (400, {"from_merged"})
    assert (stale.status_code, stale.json()) == (412, {"code": "stale_version", "version": 1})
    assert twice[0].json() == twice[1].json()
    assert Merge.unscoped.count() == 1


def test_nobody_merges_what_they_do_not_answer_for(world: Any, as_: Any, double: Member) -> None:
    other = make_member(world.c, "陈党员")

    assert as_("li").get(f"/api/v1/members/{world.chen.pk}/merge/{other.pk}/").status_code == 404
    assert set(post(as_("li"), "merges/", ask(world, other)).json()) == {"merged"}
    assert as_("chen").get(f"/api/v1/members/{world.chen.pk}/merge-candidates/").status_code == 403
