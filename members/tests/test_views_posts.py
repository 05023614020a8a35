"""Pages of posts, terms, groups and mergers."""

import re
from datetime import date

import pytest
from django.urls import reverse

from branches.choices import PostKind
from branches.tests.factories import make_group
from members.models import Member, Post, Term
from members.tests.factories import make_post, make_term, make_transfer

pytestmark = pytest.mark.usefixtures("on_the_day")


def at(name, row):
    return reverse(f"members:{name}", args=[row.pk])


def ids(response) -> list[int]:
    return [int(each) for each in re.findall(r'<tr data-id="(\d+)"', response.content.decode())]


def test_posts_page_lists_held_coming_and_former(world, as_):
    make_term(world.a, due_on=date(2026, 1, 1), starts_on=date(2023, 1, 1))
    coming = make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 4, 1))
    former = make_post(
        world.sun, world.a, PostKind.DISCIPLINE, starts_on=date(2020, 1, 1), ends_on=date(2023, 1, 1)
    )

    response = as_("li").get(at("post-list", world.a))

    held = list(Post.unscoped.filter(kind__in=["secretary", "recorder"], organization=world.a).order_by("pk"))
    assert ids(response) == [held[0].pk, held[1].pk, coming.pk, former.pk]


def test_posts_page_links_no_person_to_who_may_not_see_members(world, as_):
    text = as_("ran").get(at("post-list", world.a)).content.decode()

    assert reverse("members:member-detail", args=[world.li.pk]) not in text
    assert at("post-create", world.a) not in text


def test_posts_page_of_a_body_without_posts_says_so(world, as_):
    assert "empty--first_use" in as_("qian").get(at("post-list", world.b)).content.decode()


@pytest.mark.parametrize("extra", [0, 2])
def test_posts_page_costs_the_same_with_more_rows(world, as_, django_assert_num_queries, extra):
    for member in (world.chen, world.sun)[:extra]:
        make_post(member, world.a, PostKind.COMMITTEE_MEMBER)
    client = as_("li")
    client.get(at("post-list", world.a))

    with django_assert_num_queries(14):
        client.get(at("post-list", world.a))


def values(**changes):
    return {"kind": "publicity", "starts_on": "2026-03-10", "ends_on": "", "basis": "党员大会", **changes}


def test_a_post_is_given_to_a_member_of_the_branch(world, as_):
    client = as_("li")
    assert client.get(at("post-create", world.a)).status_code == 200

    response = client.post(at("post-create", world.a), values(member=world.chen.pk))

    assert response.url == at("post-list", world.a)
    assert Post.unscoped.get(member=world.chen).kind == PostKind.PUBLICITY


def test_a_post_above_is_given_by_member_number(world, as_):
    client = as_("qian")
    assert client.get(at("post-create", world.committee_1)).status_code == 200

    client.post(at("post-create", world.committee_1), values(kind="organiser", member=world.sun.number))
    refused = client.post(at("post-create", world.committee_1), values(kind="organiser", member="P9"))

    assert Post.unscoped.get(member=world.sun).organization == world.committee_1
    assert refused.status_code == 422


def test_a_refused_post_says_why(world, as_):
    response = as_("li").post(at("post-create", world.a), values(kind="recorder", member=world.chen.pk))

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_a_post_is_ended(world, as_):
    post = make_post(world.sun, world.a, PostKind.PUBLICITY)
    client = as_("li")
    assert client.get(at("post-end", post)).status_code == 200

    response = client.post(at("post-end", post), {"last_day": "2026-03-09", "basis": "辞职"})
    again = client.post(at("post-end", post), {"last_day": "2026-03-10", "basis": "辞职"})

    post.refresh_from_db()
    assert response.status_code == 302
    assert again.status_code == 422
    assert post.ends_on == date(2026, 3, 9)


def test_a_term_is_opened_for_the_length_of_the_rule(world, as_):
    client = as_("li")
    assert client.get(at("term-create", world.a)).status_code == 200

    response = client.post(
        at("term-create", world.a), {"starts_on": "2026-03-01", "due_on": "", "extension_basis": ""}
    )
    again = client.post(
        at("term-create", world.a), {"starts_on": "2026-02-01", "due_on": "", "extension_basis": ""}
    )

    assert response.status_code == 302
    assert again.status_code == 422
    assert Term.unscoped.get().due_on == date(2031, 3, 1)


@pytest.mark.parametrize("name", ["post-create", "term-create"])
def test_posts_are_given_only_by_who_may(world, as_, name):
    assert as_("ran").get(at(name, world.a)).status_code == 403
    assert as_("wang").get(at(name, world.a)).status_code == 404
    make_post(world.wang, world.a, PostKind.DISCIPLINE)
    assert as_("wang").get(at(name, world.a)).status_code == 403


# --- groups


def test_members_are_put_into_a_group(world, as_):
    group = make_group(world.a)
    client = as_("li")

    assert ids(client.get(at("group-members", world.a))) == [
        world.chen.pk,
        world.li.pk,
        world.ran.pk,
        world.sun.pk,
    ]
    response = client.post(
        at("group-members", world.a), {"members": [world.chen.pk, world.sun.pk], "group": group.pk}
    )

    assert response.status_code == 302
    assert set(Member.unscoped.filter(group=group)) == {world.chen, world.sun}


def test_members_of_others_are_no_choice(world, as_):
    response = as_("li").post(at("group-members", world.a), {"members": [world.wang.pk], "group": ""})

    assert response.status_code == 422
    assert as_("zhao").get(at("group-members", world.a)).status_code == 403
    assert as_("li").get(at("group-members", world.committee_1)).status_code == 404


def test_an_empty_branch_has_nobody_to_put(world, as_):
    make_post(world.li, world.b, PostKind.SECRETARY)

    assert "empty--first_use" in as_("li").get(at("group-members", world.b)).content.decode()


# --- merger


def merger(world, **changes):
    return {
        "target": world.b.pk,
        "on": "2026-03-10",
        "basis": "区委组织部文件",
        "version": world.a.version,
        **changes,
    }


def test_a_branch_is_merged_after_a_look_at_what_moves(world, as_):
    client = as_("qian")

    preview = client.get(at("branch-merge", world.a)).content.decode()
    response = client.post(at("branch-merge", world.a), merger(world))

    world.a.refresh_from_db()
    assert re.search(r"<dd>\s*4\s*</dd>", preview)
    assert response.url == world.b.get_absolute_url()
    assert world.a.dissolved_on == date(2026, 3, 10)
    assert Member.unscoped.filter(branch=world.b).count() == 4


def test_a_refused_merger_says_why(world, as_):
    make_transfer(world.chen, world.c, state="sent")

    response = as_("qian").post(at("branch-merge", world.a), merger(world))

    assert response.status_code == 422
    assert "alert--warning" in response.content.decode()


def test_mergers_are_the_districts(world, as_):
    assert as_("zhao").get(at("branch-merge", world.a)).status_code == 403
    make_post(world.zhao, world.organ, PostKind.ORGANISER)
    assert as_("wang").get(at("branch-merge", world.a)).status_code == 403
