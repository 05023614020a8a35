"""Members and posts as JSON: the same scope, the same workflows, and no field more than the role may read."""

import pytest
from django.urls import reverse

from branches.choices import PostKind
from branches.tests.factories import make_group
from members.choices import LookKind
from members.models import Look, Member, Post
from members.tests.factories import make_member, make_post, make_spell
from members.tests.test_workflows_loader import id_number
from orgportal.core.sealing import seal

pytestmark = pytest.mark.usefixtures("on_the_day")
LIST = reverse("api-members:member-list")

LIST_FIELDS = {
    "id", "number", "name", "gender", "birth_on", "standing", "branch_id", "group_id", "joined_on",
    "confirmed_on", "mobile_state", "version",
}  # fmt: skip
DETAIL_FIELDS = LIST_FIELDS | {
    "identity_number", "mobile", "ethnicity", "education", "occupation", "employer", "branches", "standings",
    "posts",
    "aliases",
    "records",
}  # fmt: skip
OWN_FIELDS = DETAIL_FIELDS | {"looks"}

# What each role reads of Chen: None where Chen is not theirs to read.
GOLDEN = {
    "li": (LIST_FIELDS, DETAIL_FIELDS),
    "zhao": (LIST_FIELDS, DETAIL_FIELDS),
    "qian": (LIST_FIELDS, DETAIL_FIELDS),
    "chen": (LIST_FIELDS, DETAIL_FIELDS),
    "ran": (None, None),
    "sun": (None, None),
    "wang": (None, None),
    "sys": (None, None),
}


@pytest.mark.parametrize(("persona", "golden"), GOLDEN.items())
def test_each_role_reads_exactly_its_fields(world, as_, persona, golden):
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_sealed=seal(id_number()))
    client = as_(persona)

    rows = {row["id"]: row for row in client.get(LIST).json()["results"]}
    one = client.get(reverse("api-members:member-detail", args=[world.chen.pk]))

    in_list, in_detail = golden
    assert (set(rows[world.chen.pk]) if world.chen.pk in rows else None) == in_list
    assert (set(one.json()) if one.status_code == 200 else None) == in_detail
    assert id_number() not in one.content.decode()


def test_list_takes_the_filters_of_the_page(world, as_):
    response = as_("qian").get(LIST, {"q": "陈", "branch": world.a.pk})

    assert [row["id"] for row in response.json()["results"]] == [world.chen.pk]
    assert as_("qian").get(LIST, {"standing": "nonsense"}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"after": "²"}, 400), ({"after": str(10**30)}, 200), ({"as_of": "0030-01-01", "age": "71-"}, 200)],
)
def test_an_odd_question_breaks_nothing(world, as_, asked, status):
    client = as_("qian")
    client.raise_request_exception = False

    answer = client.get(LIST, asked)

    assert (answer.status_code, answer.json().get("results", [])) == (status, [])


def test_a_plain_member_lists_only_themself(world, as_):
    assert [row["id"] for row in as_("chen").get(LIST).json()["results"]] == [world.chen.pk]


def test_a_secretary_narrows_the_list_to_a_group_without_naming_the_branch(world, as_):
    world.chen.group = make_group(world.a)
    world.chen.save()

    rows = as_("li").get(LIST, {"group": world.chen.group_id}).json()["results"]
    refused = as_("li").get(LIST, {"group": make_group(world.c).pk})

    assert [row["id"] for row in rows] == [world.chen.pk]
    assert (refused.status_code, set(refused.json())) == (400, {"group"})


@pytest.mark.parametrize("extra", [0, 2])
def test_list_costs_the_same_with_more_rows(world, as_, django_assert_num_queries, extra):
    for number in range(extra):
        make_member(world.a, f"甲{number}")
    client = as_("li")
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)


def test_detail_notes_the_look_and_masks_the_number(world, as_):
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_sealed=seal(id_number()))

    record = as_("li").get(reverse("api-members:member-detail", args=[world.chen.pk])).json()

    assert record["identity_number"] == f"990{'*' * 11}{id_number()[-4:]}"
    assert record["branches"][0]["branch_id"] == world.a.pk
    assert Look.objects.get().kind == LookKind.PAGE


def test_a_stay_read_by_machine_is_a_look_too(world, as_):
    spell = make_spell(world.chen)

    as_("li").get(reverse("api-members:spell-detail", args=[spell.pk]))
    as_("chen").get(reverse("api-members:spell-detail", args=[spell.pk]))

    assert [(look.looker, look.kind) for look in Look.objects.all()] == [(world.li.user, LookKind.STAY)]


def test_own_holds_the_looks(world, as_):
    as_("li").get(reverse("api-members:member-detail", args=[world.chen.pk]))

    record = as_("chen").get(reverse("api-members:own")).json()

    assert set(record) == OWN_FIELDS
    assert [(look["who"], look["post"]) for look in record["looks"]] == [("李书记", "secretary|甲社区党支部")]
    assert as_("sys").get(reverse("api-members:own")).status_code == 404


# --- posts


def appoint(client, world, **changes):
    values = {
        "organization": world.a.pk,
        "member": world.chen.pk,
        "kind": "publicity",
        "starts_on": "2026-03-10",
        "basis": "党员大会",
    }
    return client.post(
        reverse("api-members:post-list"), {**values, **changes}, content_type="application/json"
    )


def test_posts_are_listed_in_scope(world, as_):
    rows = as_("zhao").get(reverse("api-members:post-list")).json()["results"]

    assert {row["member_id"] for row in rows} == {world.li.pk, world.ran.pk, world.zhao.pk}
    assert set(rows[0]) == {
        "id", "member_id", "organization_id", "kind", "group_id", "starts_on", "ends_on", "cancelled_on",
        "basis",
    }  # fmt: skip


def test_post_is_given_and_ended(world, as_):
    given = appoint(as_("li"), world)
    ended = as_("li").post(
        reverse("api-members:post-end", args=[given.json()["id"]]),
        {"last_day": "2026-03-31", "basis": "调整"},
        content_type="application/json",
    )

    assert given.status_code == 201
    assert ended.json()["ends_on"] == "2026-03-31"
    assert Post.unscoped.get(member=world.chen).kind == PostKind.PUBLICITY


def test_post_is_refused_with_its_code(world, as_):
    assert appoint(as_("li"), world, kind="officer").json() == {"code": "post_not_in_body"}
    assert appoint(as_("li"), world, member=world.wang.pk).status_code == 400
    assert appoint(as_("ran"), world).status_code in {400, 403}


def test_post_of_a_stranger_is_not_found(world, as_):
    post = make_post(world.chen, world.a, PostKind.PUBLICITY)

    response = as_("wang").post(
        reverse("api-members:post-end", args=[post.pk]),
        {"last_day": "2026-03-31", "basis": "调整"},
        content_type="application/json",
    )

    assert response.status_code == 404
