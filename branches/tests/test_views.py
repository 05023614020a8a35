"""Pages of bodies: who sees what, filters, constant queries, both ways of asking."""

import re

import pytest

from branches.choices import Kind, PostKind
from branches.tests.factories import make_group, make_organization
from members.tests.factories import make_member, make_post, make_term


def ids(response):
    return {int(pk) for pk in re.findall(r'data-id="(\d+)"', response.content.decode())}


@pytest.mark.django_db
def test_list_shows_the_bodies_of_the_scope(world, as_):
    response = as_("zhao").get("/branches/?state=current")

    assert ids(response) == {world.committee_1.pk, world.a.pk, world.b.pk}


@pytest.mark.django_db
def test_list_of_one_body_opens_it(world, as_):
    response = as_("li").get("/branches/")

    assert response.headers["Location"] == world.a.get_absolute_url()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=甲", "a"),
        ("q=JSQ", "a"),
        ("kind=work_committee", "committee_1 committee_2"),
        ("sector=organ", "organ"),
        ("form=joint", ""),
        ("state=dissolved", ""),
        ("state=all&kind=committee", "district"),
        ("under={committee_2}", "committee_2 c"),
        ("under=99", ""),
    ],
)
def test_list_filters_in_the_address(world, as_, query, names):
    response = as_("qian").get(f"/branches/?{query.format(committee_2=world.committee_2.pk)}")

    assert ids(response) == {getattr(world, name).pk for name in names.split()}


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [0, 2])
def test_list_takes_the_same_queries_for_one_and_three_rows(world, as_, django_assert_num_queries, extra):
    for _ in range(extra):
        make_organization(world.committee_2)
    client = as_("qian")

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get(f"/branches/?kind=branch&under={world.committee_2.pk}")

    assert len(ids(response)) == 1 + extra


LIST_QUERIES = 12
DIRECTORY_QUERIES = 10


@pytest.mark.django_db
def test_detail_shows_posts_term_groups_counts_and_advice(world, as_, on_the_day):
    make_group(world.a)
    make_term(world.a)
    make_post(make_member(world.a, "周组织"), world.a, PostKind.ORGANISATION)
    response = as_("li").get(world.a.get_absolute_url())

    page = response.content.decode()
    assert response.status_code == 200
    for words in ("甲社区党支部", "李书记", "周组织"):
        assert words in page


@pytest.mark.django_db
def test_detail_out_of_scope_is_not_found(world, as_):
    assert as_("wang").get(world.a.get_absolute_url()).status_code == 404
    assert as_("chen").get(world.a.get_absolute_url()).status_code == 403


def test_kinds_are_words():
    assert Kind.BRANCH.label


@pytest.mark.django_db
def test_directory_is_open_to_every_signed_in_person_and_shows_three_facts(world, as_):
    make_organization(world.committee_2, "有址党支部", address="不可示人的地址", phone="0437-7")
    page = as_("chen").get("/branches/directory/")
    part = as_("chen").get("/branches/directory/?q=yzdzb", headers={"HX-Request": "true"}).content.decode()

    assert len(ids(page)) == 8
    assert "不可示人的地址" not in page.content.decode()
    assert part.lstrip().startswith('<div id="rows">')
    assert ("有址党支部" in part, "tel:0437-7" in part, "甲社区" in part) == (True, True, False)


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [0, 2])
def test_directory_takes_the_same_queries_for_one_and_three_rows(
    world, as_, django_assert_num_queries, extra
):
    for number in range(extra):
        make_organization(world.committee_2, f"甲{number}")
    client = as_("chen")

    with django_assert_num_queries(DIRECTORY_QUERIES):
        response = client.get("/branches/directory/?q=甲")

    assert len(ids(response)) == 1 + extra


@pytest.mark.django_db
def test_list_part_is_what_the_page_includes(world, as_):
    part = as_("qian").get("/branches/?kind=branch", headers={"HX-Request": "true"})
    none = as_("qian").get("/branches/?q=无此名")

    assert part.content.decode().lstrip().startswith('<div id="rows">')
    assert ids(part) == {world.a.pk, world.b.pk, world.c.pk, world.organ.pk}
    assert ids(none) == set()


@pytest.mark.django_db
def test_tree_shows_the_scope_with_rolled_up_counts(world, as_):
    page = as_("qian").get("/branches/tree/")
    mine = as_("zhao").get("/branches/tree/")

    assert len(ids(page)) == 7
    assert ids(mine) == {world.committee_1.pk, world.a.pk, world.b.pk}
