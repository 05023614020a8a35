"""Lines of the register by machine: added, corrected, and a number opened for a purpose."""

import json
from typing import Any

import pytest
from django.urls import reverse

from members.choices import LookKind
from members.models import Look, Member
from members.tests.factories import make_member
from members.tests.matrix import new_member_for_api, with_number
from members.tests.test_workflows_loader import id_number
from members.workflows.privacy import REVEALS_AN_HOUR
from orgportal.core.models import AuditEntry, IdempotencyKey

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = "/api/v1/members/"
KEY = "0b8f0d9a-1111-4222-8333-444455556666"


def post(client: Any, address: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def correct(client: Any, world: Any, version: int = 1, **person: Any) -> Any:
    return post(client, f"{LIST}{world.chen.pk}/correct/", {"person": person, "version": version})


# --- adding


def test_a_member_is_added_and_answered_as_the_list_has_it(world: Any, as_: Any) -> None:
    body = new_member_for_api(world)
    body["person"] |= {"mobile": "+86 138-0000-1111", "reading": "Xīn lái"}

    made = post(as_("li"), LIST, body)

    row = Member.unscoped.get(pk=made.json()["id"])
    listed = as_("li").get(LIST, {"q": "新来"}).json()["results"]
    assert (made.status_code, [made.json()]) == (201, listed)
    assert (row.mobile, row.reading, row.branch_id) == ("13800001111", "xin lai", world.a.pk)
    assert AuditEntry.objects.filter(action="member.added", target_id=row.pk).count() == 1


def test_the_same_key_adds_once(world: Any, as_: Any) -> None:
    body, client = new_member_for_api(world), as_("li")

    first, second = (post(client, LIST, body, **{"Idempotency-Key": KEY}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Member.unscoped.filter(name="新来").count() == 1


@pytest.mark.parametrize(
    ("person", "named"),
    [
        ({"gender": "x"}, {"gender"}),
        ({"reading": "新来"}, {"reading"}),
        ({"birth_on": "1990-13-01", "name": ""}, {"birth_on", "name"}),
    ],
)
def test_a_refused_value_is_named(world: Any, as_: Any, person: dict[str, Any], named: set[str]) -> None:
    body = new_member_for_api(world)
    body["person"] |= person

    refused = post(as_("li"), LIST, body)

    assert (refused.status_code, set(refused.json()["person"])) == (400, named)
    assert not Member.unscoped.filter(name="新来").exists()


def test_a_branch_out_of_reach_is_no_choice(world: Any, as_: Any) -> None:
    refused = post(as_("li"), LIST, {**new_member_for_api(world), "branch": world.c.pk})

    assert (refused.status_code, set(refused.json())) == (400, {"branch"})


def test_doubts_and_who_looks_the_same_are_told_and_may_be_insisted_on(world: Any, as_: Any) -> None:
    alike = make_member(world.a, "新来", birth_on="1990-01-02")
    make_member(world.c, "新来", birth_on="1990-01-02")
    body = new_member_for_api(world)
    body["person"]["confirmed_on"] = None

    asked = post(as_("li"), LIST, body)
    insisted = post(as_("li"), LIST, {**body, "insists": True})

    told = asked.json()
    assert (asked.status_code, told["code"], told["is_final"]) == (409, "needs_care", True)
    assert [(each["field"], each["code"], each["refuses"]) for each in told["doubts"]] == [
        ("confirmed_on", "formal_needs_confirmation", True)
    ]
    assert [each["id"] for each in told["candidates"]] == [alike.pk]
    assert insisted.status_code == 409
    body["person"]["confirmed_on"] = "2016-07-01"
    assert post(as_("li"), LIST, body).json()["is_final"] is False
    assert post(as_("li"), LIST, {**body, "insists": True}).status_code == 201


def test_a_number_in_the_register_is_refused_and_named_only_within_reach(world: Any, as_: Any) -> None:
    with_number(world)
    body = new_member_for_api(world)
    body["person"] |= {"id_number": id_number(), "birth_on": "1980-05-17"}

    here = post(as_("li"), LIST, body)
    elsewhere = post(as_("wang"), LIST, {**body, "branch": world.c.pk})

    assert here.json() == {"code": "id_in_register_here", "name": "陈党员", "member": world.chen.pk}
    assert elsewhere.json() == {"code": "id_in_register_elsewhere"}


# --- correcting


def test_what_is_sent_is_put_right_and_the_rest_stays(world: Any, as_: Any) -> None:
    with_number(world)
    before = Member.unscoped.get(pk=world.chen.pk)

    done = correct(as_("li"), world, employer="县医院", ethnicity="满族")

    after = Member.unscoped.get(pk=world.chen.pk)
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert (after.employer, after.ethnicity) == ("县医院", "满族")
    assert (after.mobile, after.birth_on, bytes(after.id_number_sealed)) == (
        before.mobile, before.birth_on, bytes(before.id_number_sealed),
    )  # fmt: skip


def test_a_stale_version_is_refused_with_the_present_one(world: Any, as_: Any) -> None:
    correct(as_("li"), world, employer="县医院")

    stale = correct(as_("li"), world, employer="县一中")

    assert (stale.status_code, stale.json()) == (412, {"code": "stale_version", "version": 2})
    assert Member.unscoped.get(pk=world.chen.pk).employer == "县医院"


def test_a_correction_with_doubts_is_not_saved(world: Any, as_: Any) -> None:
    asked = correct(as_("li"), world, id_number=id_number(order=2))

    assert (asked.status_code, asked.json()["code"]) == (409, "needs_care")
    assert correct(as_("li"), world, joined_on="x").json() == {
        "person": {"joined_on": ["日期格式错误。请从这些格式中选择：YYYY-MM-DD。"]}
    }


# --- revealing


def reveal(client: Any, world: Any, **headers: str) -> Any:
    return post(client, f"{LIST}{world.chen.pk}/reveal/", {"purpose": "办理医保"}, **headers)


def test_a_number_is_told_once_and_the_member_reads_of_it(world: Any, as_: Any) -> None:
    with_number(world)
    client = as_("li")

    told = reveal(client, world, **{"Idempotency-Key": KEY})
    again = reveal(client, world, **{"Idempotency-Key": KEY})

    assert told.json() == {"id": world.chen.pk, "identity_number": id_number()}
    assert (again.status_code, again["Location"]) == (
        303, reverse("api-members:member-detail", args=[world.chen.pk]),
    )  # fmt: skip
    assert id_number().encode() not in b"".join(bytes(row.body) for row in IdempotencyKey.objects.all())
    (look,) = as_("chen").get("/api/v1/members/own/").json()["looks"]
    assert (look["kind"], look["purpose"], look["who"]) == (LookKind.REVEAL, "办理医保", "李书记")
    assert "办理医保" in as_("chen").get(reverse("members:own")).content.decode()
    assert AuditEntry.objects.filter(action="member.revealed").count() == 1


def test_without_a_purpose_or_a_number_nothing_is_told(world: Any, as_: Any) -> None:
    client, address = as_("li"), f"{LIST}{world.chen.pk}/reveal/"

    assert post(client, address, {}).json() == {"purpose": ["此项必填。"]}
    assert reveal(client, world).json() == {"code": "no_id_number"}
    assert not Look.objects.exists()


def test_too_many_numbers_within_an_hour_are_refused(world: Any, as_: Any) -> None:
    with_number(world)
    Look.objects.bulk_create(
        Look(member=world.sun, looker=world.li.user, kind=LookKind.REVEAL, at=world.now)
        for _ in range(REVEALS_AN_HOUR)
    )

    refused = reveal(as_("li"), world)

    assert (refused.status_code, refused.json()) == (
        429, {"code": "reveal_too_often", "limit": REVEALS_AN_HOUR, "wait": 3600},
    )  # fmt: skip
    assert refused["Retry-After"] == "3600"


# --- a list that leaves


def take(client: Any, query: str = "", **headers: str) -> Any:
    return post(client, f"{LIST}export/{query}", {"purpose": "换届名册"}, **headers)


def test_a_list_leaves_with_contact_data_and_a_line_for_each_member(world: Any, as_: Any) -> None:
    with_number(world)
    Member.unscoped.filter(pk=world.chen.pk).update(mobile="13800001111", employer="县医院")

    taken = take(as_("li"), "?q=陈党员")

    (row,) = taken.json()["results"]
    assert (row["id"], row["mobile"], row["employer"], row["branch_id"]) == (
        world.chen.pk, "13800001111", "县医院", world.a.pk,
    )  # fmt: skip
    assert id_number() not in taken.content.decode()
    (look,) = as_("chen").get("/api/v1/members/own/").json()["looks"]
    assert (look["kind"], look["purpose"]) == (LookKind.EXPORT, "换届名册")
    assert AuditEntry.objects.get(action="member.exported").changes["rows"] == 1


def test_a_list_is_told_once_and_kept_under_no_key(world: Any, as_: Any) -> None:
    client = as_("li")

    first, again = (take(client, **{"Idempotency-Key": KEY}) for _ in range(2))

    assert (first.status_code, again.status_code, again["Location"]) == (200, 303, LIST)
    assert b"".join(bytes(row.body) for row in IdempotencyKey.objects.all()) == b""
    assert Look.objects.filter(kind=LookKind.EXPORT).count() == len(first.json()["results"])


def test_a_list_of_a_past_day_leaves_what_the_history_knows(world: Any, as_: Any) -> None:
    rows = take(as_("li"), "?as_of=2026-02-01").json()["results"]

    assert {(row["branch_id"], row["mobile"], row["group"]) for row in rows} == {(world.a.pk, "", None)}


def test_a_list_without_a_purpose_or_with_an_unknown_filter_stays(world: Any, as_: Any) -> None:
    assert set(post(as_("li"), f"{LIST}export/", {}).json()) == {"purpose"}
    assert set(take(as_("li"), "?standing=nonsense").json()) == {"standing"}
    assert take(as_("ran")).json() == {"code": "not_allowed", "right": "member.export"}
    assert not Look.objects.exists()


def test_a_wish_with_doubts_is_accepted_once_it_was_looked_at(world: Any, as_: Any) -> None:
    make_member(world.a, "陈党元", birth_on="1980-05-17", mobile="13800001111")
    Member.unscoped.filter(pk=world.chen.pk).update(mobile="13800001111", birth_on="1980-05-17")
    wish = {"field": "name", "wanted": "陈党元", "why": "与身份证一致"}
    asked = post(as_("chen"), "/api/v1/corrections/", wish).json()
    address = f"/api/v1/corrections/{asked['id']}/accept/"
    answer = {"version": 1, "member_version": 1}

    refused = post(as_("li"), address, answer)
    insisted = post(as_("li"), address, {**answer, "insists": True})

    assert (refused.status_code, refused.json()["code"], refused.json()["is_final"]) == (
        409, "needs_care", False,
    )  # fmt: skip
    assert [each["name"] for each in refused.json()["candidates"]] == ["陈党元"]
    assert (insisted.status_code, Member.unscoped.get(pk=world.chen.pk).name) == (200, "陈党元")
