"""Posts, terms, groups and mergers by machine: what stands empty, who goes where, what moves along."""

import json
from datetime import date
from typing import Any

import pytest

from branches.choices import PostKind
from branches.tests.factories import make_group
from members.models import Member, Term
from members.tests.factories import make_member, make_post, make_term, make_transfer
from members.tests.matrix_offices import into_b, new_term
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")
KEY = "0b8f0d9a-1111-4222-8333-444455556666"


def post(client: Any, address: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"/api/v1/{address}", json.dumps(body), content_type="application/json", headers=headers
    )


# --- terms and offices


def test_a_term_is_as_long_as_the_rule_and_ends_the_one_before(world: Any, as_: Any) -> None:
    before = make_term(world.a, starts_on=date(2021, 3, 1))

    made = post(as_("li"), "terms/", new_term(world))
    again = post(as_("li"), "terms/", {**new_term(world), "starts_on": "2026-02-01"})

    before.refresh_from_db()
    assert (made.status_code, made.json()["due_on"], before.ended_on) == (
        201, "2031-03-01", date(2026, 2, 28),
    )  # fmt: skip
    assert again.json() == {"code": "term_overlaps", "day": "2026-03-01"}


def test_a_longer_term_needs_the_approval_and_a_bad_day_is_named(world: Any, as_: Any) -> None:
    body = {**new_term(world), "due_on": "2040-03-01"}

    assert post(as_("li"), "terms/", body).json() == {"code": "term_too_long"}
    assert set(post(as_("li"), "terms/", {**body, "due_on": "soon"}).json()) == {"due_on"}
    assert post(as_("li"), "terms/", {**body, "extension_basis": "批复"}).status_code == 201


def test_days_before_the_body_are_refused_with_the_day_it_was_founded(world: Any, as_: Any) -> None:
    founded = {"code": "date_before_founding", "on": "2010-07-01"}

    term = post(as_("li"), "terms/", {**new_term(world), "starts_on": "0001-01-01"})
    merger = post(as_("qian"), f"branches/{world.a.pk}/merger/", {**into_b(world), "on": "0001-01-01"})

    assert (term.status_code, term.json(), merger.status_code, merger.json()) == (409, founded, 409, founded)


def test_the_same_key_opens_one_term(world: Any, as_: Any) -> None:
    client = as_("li")

    answers = [post(client, "terms/", new_term(world), **{"Idempotency-Key": KEY}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Term.unscoped.count() == 1


def test_terms_are_listed_by_body_and_day(world: Any, as_: Any) -> None:
    old = make_term(world.a, starts_on=date(2018, 3, 1), ended_on=date(2021, 2, 28), due_on=date(2021, 3, 1))
    now = make_term(world.a, starts_on=date(2021, 3, 1))

    def listed(**asked: Any) -> list[int]:
        rows = as_("qian").get("/api/v1/terms/", {"organization": world.a.pk, **asked}).json()["results"]
        return [row["id"] for row in rows]

    assert listed() == [old.pk, now.pk]
    assert listed(as_of="2020-01-01") == [old.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_terms_costs_the_same_for_one_row_and_three(
    world: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for body in (world.a, world.b, world.c)[:rows]:
        make_term(body)
    client = world.client("qian")

    with django_assert_num_queries(8):
        client.get("/api/v1/terms/")


def test_offices_tell_what_is_held_coming_and_vacant(world: Any, as_: Any) -> None:
    term = make_term(world.a)
    coming = make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 4, 1))

    told = as_("li").get(f"/api/v1/branches/{world.a.pk}/offices/").json()
    then = as_("li").get(f"/api/v1/branches/{world.a.pk}/offices/", {"as_of": "2010-01-01"}).json()

    assert [row["kind"] for row in told["held"]] == ["secretary", "recorder"]
    assert [row["id"] for row in told["coming"]] == [coming.pk]
    assert (told["vacant"], told["term"]["id"], told["on"]) == ([], term.pk, "2026-03-10")
    assert (then["held"], then["vacant"], then["term"]) == ([], ["secretary"], None)


def test_a_term_runs_to_the_end_of_its_last_day(world: Any, as_: Any) -> None:
    old = make_term(world.a, starts_on=date(2018, 3, 1), ended_on=date(2021, 2, 28), due_on=date(2021, 3, 1))
    now = make_term(world.a, starts_on=date(2021, 3, 1))

    def running(day: str) -> int:
        address = f"/api/v1/branches/{world.a.pk}/offices/"
        return int(as_("li").get(address, {"as_of": day}).json()["term"]["id"])

    assert (running("2021-02-28"), running("2021-03-01")) == (old.pk, now.pk)


# --- groups


def test_members_go_into_a_group_and_out_of_it(world: Any, as_: Any) -> None:
    group, address = make_group(world.a), f"branches/{world.a.pk}/grouping/"
    both = [world.chen.pk, world.sun.pk]

    done = post(as_("li"), address, {"members": both, "group": group.pk})
    out = post(as_("li"), address, {"members": [world.sun.pk], "group": None})

    assert done.json() == {"branch_id": world.a.pk, "group_id": group.pk, "changed": 2}
    assert out.json() == {"branch_id": world.a.pk, "group_id": None, "changed": 1}
    assert list(Member.unscoped.filter(group=group)) == [world.chen]


def test_whoever_is_not_of_the_branch_is_named_and_nobody_changes(world: Any, as_: Any) -> None:
    group, address = make_group(world.a), f"branches/{world.a.pk}/grouping/"
    gone = make_member(world.a, "已故", standing="ended")
    body = {"members": [world.chen.pk, world.wang.pk, gone.pk], "group": group.pk}

    refused = post(as_("li"), address, body)

    assert (refused.status_code, refused.json()) == (
        400, {"members": [f"does_not_exist: {pk}" for pk in sorted([world.wang.pk, gone.pk])]},
    )  # fmt: skip
    assert set(post(as_("li"), address, {"members": []}).json()) == {"members", "group"}
    assert not Member.unscoped.exclude(group=None).exists()


def test_a_group_of_another_branch_is_refused(world: Any, as_: Any) -> None:
    of_b, of_c, address = make_group(world.b), make_group(world.c), f"branches/{world.a.pk}/grouping/"
    make_post(world.li, world.b, PostKind.SECRETARY)

    assert post(as_("li"), address, {"members": [world.chen.pk], "group": of_b.pk}).json() == {
        "code": "group_not_here"
    }
    assert set(post(as_("li"), address, {"members": [world.chen.pk], "group": of_c.pk}).json()) == {"group"}


# --- mergers


def test_a_merger_is_looked_at_and_done_with_each_member_that_moved(world: Any, as_: Any) -> None:
    address = f"branches/{world.a.pk}/merger/"
    own = make_member(world.b, "原在乙")

    before = as_("qian").get(f"/api/v1/{address}").json()
    done = post(as_("qian"), address, into_b(world))

    told = done.json()
    assert before == {
        "id": world.a.pk, "version": 1, "members": 4, "posts": 2, "groups": 0, "transfers": 0,
        "is_possible": True,
    }  # fmt: skip
    assert told["moved"] == sorted(each.pk for each in (world.li, world.ran, world.chen, world.sun))
    assert (told["merged"]["id"], told["merged"]["dissolved_on"], told["into_id"]) == (
        world.a.pk, "2026-03-10", world.b.pk,
    )  # fmt: skip
    assert own.pk not in told["moved"]
    assert AuditEntry.objects.filter(action="member.reorganised", target_id=world.a.pk).count() == 1


def test_open_transfers_stand_against_a_merger(world: Any, as_: Any) -> None:
    make_transfer(world.chen, world.c, state="sent")
    address = f"branches/{world.a.pk}/merger/"

    assert as_("qian").get(f"/api/v1/{address}").json()["is_possible"] is False
    assert post(as_("qian"), address, into_b(world)).json() == {"code": "has_open_transfers", "count": 1}
    assert Member.unscoped.filter(branch=world.b).count() == 0


def test_a_stale_or_repeated_merger_moves_nobody_twice(world: Any, as_: Any) -> None:
    address, client = f"branches/{world.a.pk}/merger/", as_("qian")

    stale = post(client, address, {**into_b(world), "version": 7})
    twice = [post(client, address, into_b(world), **{"Idempotency-Key": KEY}) for _ in range(2)]

    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert twice[0].json() == twice[1].json()
    assert post(client, address, into_b(world)).status_code == 404
    assert set(post(client, f"branches/{world.b.pk}/merger/", {"target": 1}).json()) == {
        "target", "on", "basis", "version",
    }  # fmt: skip
