"""Reads over the tree: rules in force, counts rolled up, the directory, all in constant queries."""

from datetime import date

import pytest
from django.utils import translation

from branches import queries
from branches.choices import Kind
from branches.models import Organization
from branches.provisions import PROVISIONS
from branches.queries import (
    Counts,
    body_sheet,
    committee_above,
    committee_above_row,
    committees_above,
    counts_of,
    rulebook_for,
    rulebooks_for,
    tree_of,
)
from branches.tables import history_lines
from branches.tests.factories import NOW, TODAY, make_group, make_organization
from branches.workflows import tree
from branches.workflows.history import Order
from branches.workflows.tree import Details, Names
from members.tests.factories import make_member
from orgportal.core.models import LocalProvision

KEY = "branch.max_members_usual"


def local(path, value, valid_from=date(2026, 1, 1), **fields):
    return LocalProvision.objects.create(
        key=fields.pop("key", KEY), path=path, value=value, instrument=f"本地{value}", valid_from=valid_from,
        recorded_at=NOW, **fields,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_nearest_local_rule_in_force_wins(world):
    local(world.district.path, 45)
    local(world.committee_1.path, 40)
    local(world.committee_1.path, 35, valid_from=date(2026, 2, 1))
    local(world.committee_1.path, 30, valid_from=date(2026, 4, 1))
    local(world.a.path, 20, valid_to=date(2026, 2, 28))
    local(world.a.path, 99, key="other.key")
    books = {
        name: rulebook_for(getattr(world, name).path, PROVISIONS, TODAY) for name in ("a", "c", "district")
    }

    assert {name: book.value(KEY, TODAY) for name, book in books.items()} == {
        "a": 35,
        "c": 45,
        "district": 45,
    }
    assert books["a"].cite(KEY, TODAY).instrument == "本地35"


@pytest.mark.django_db
def test_many_rulebooks_take_one_query(world, django_assert_num_queries):
    local(world.committee_1.path, 40)
    paths = [world.a.path, world.b.path, world.c.path]

    with django_assert_num_queries(1):
        books = rulebooks_for(paths, PROVISIONS, TODAY)

    assert [books[path].value(KEY, TODAY) for path in paths] == [40, 40, 50]


@pytest.mark.django_db
def test_counts_are_taken_at_the_leaf_and_rolled_up(world, django_assert_num_queries):
    make_member(world.b, standing="probationary", confirmed_on=None)
    make_member(world.b, standing="ended")
    bodies = [world.district, world.committee_1, world.a, world.b, world.committee_2]
    scope = world.scope("qian")

    with django_assert_num_queries(1):
        found = counts_of(bodies, scope)

    # Li, Ran, Chen, Sun in A; Zhao and Qian in the organ; Wang in C.
    assert [found[body.pk] for body in bodies] == [
        Counts(7, 1, 4), Counts(4, 1, 2), Counts(4, 0, 1), Counts(0, 1, 1), Counts(1, 0, 1),
    ]  # fmt: skip
    assert found[world.district.pk].members == 8


@pytest.mark.django_db
def test_counts_stop_at_the_scope(world):
    assert counts_of([world.district], world.scope("zhao"))[world.district.pk] == Counts(4, 0, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [0, 3])
def test_a_body_sheet_takes_constant_queries(world, django_assert_num_queries, extra):
    for _ in range(extra):
        make_member(make_organization(world.committee_1))
    scope = world.scope("qian")

    with django_assert_num_queries(SHEET_QUERIES):
        sheet = body_sheet(world.committee_1, scope, TODAY)

    assert len(sheet.children) == 2 + extra


SHEET_QUERIES = 6


@pytest.mark.django_db
def test_a_sheet_names_vacancies_groups_and_advice(world):
    group = make_group(world.a)
    world.chen.group = group
    world.chen.save()
    world.a.has_committee = True
    for _ in range(4):
        make_member(world.a)
    sheet = body_sheet(world.a, world.scope("li"), TODAY)

    assert [post.value for post in sheet.vacant] == ["organisation", "publicity", "discipline"]
    assert [(found.name, found.size) for found in sheet.groups] == [("第一党小组", 1)]
    assert sheet.advice == []
    world.a.has_committee = False
    assert [line.code for line in body_sheet(world.a, world.scope("li"), TODAY).advice] == ["committee_due"]


@pytest.mark.django_db
def test_a_dissolved_body_wants_nothing(world):
    gone = make_organization(world.committee_1, dissolved_on=date(2020, 1, 1))
    sheet = body_sheet(gone, world.scope("qian"), TODAY)

    assert (sheet.vacant, sheet.advice) == ([], [])


@pytest.mark.django_db
def test_a_very_large_tree_is_shown_without_its_branches(world, monkeypatch):
    whole = tree_of(world.scope("qian"))
    monkeypatch.setattr(queries, "MOST_NODES", 3)
    (root,) = tree_of(world.scope("qian"))

    assert [node.body.kind for node in whole[0].children] == [
        Kind.WORK_COMMITTEE, Kind.WORK_COMMITTEE, Kind.BRANCH,
    ]  # fmt: skip
    assert [(node.body, node.counts.members, node.children) for node in root.children] == [
        (world.committee_1, 4, []), (world.committee_2, 1, []),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_committee_above_is_the_same_for_one_for_many_and_for_each_row(world):
    general = make_organization(world.committee_1, "总支", kind=Kind.GENERAL_BRANCH)
    below, alone = make_organization(general, "丁"), make_organization(None, "独立支部", kind=Kind.BRANCH)
    expected = {
        world.a: world.committee_1, below: world.committee_1, world.c: world.committee_2,
        world.organ: world.district, alone: None,
    }  # fmt: skip

    rows = Organization.unscoped.filter(pk__in=[branch.pk for branch in expected])
    told = rows.annotate(up=committee_above_row("path"), called=committee_above_row("path", "name"))

    assert {branch: committee_above(branch.path) for branch in expected} == expected
    assert committees_above([branch.path for branch in expected]) == {
        branch.path: body for branch, body in expected.items() if body
    }
    assert {row: (row.up, row.called) for row in told} == {
        branch: (body.pk, body.name) if body else (None, None) for branch, body in expected.items()
    }
    assert committee_above(world.committee_1.path) == world.district
    assert committees_above([]) == {}


@pytest.mark.django_db
def test_history_tells_what_was_before_and_after(world):
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": NOW}
    order = Order(on=date(2026, 3, 1), basis="龙组3号", version=1)
    tree.rename(world.b, Names(name="乙一党支部"), order, **by)
    details = Details(sector="community", phone="0437-1", has_committee=True)
    tree.change_details(world.b, details, Order(on=order.on, version=2), **by)
    tree.mark_merged(world.b, world.a, Order(on=order.on, version=3), **by)
    with translation.override("en"):
        lines = history_lines(world.b.events.order_by("id"))

    assert [(line["title"], line["text"], line["who"]) for line in lines] == [
        ("Renamed", "Name: 乙社区党支部 → 乙一党支部; Basis: 龙组3号", "钱科长"),
        ("Details changed", "Phone: 0437-1; Branch committee: Yes", "钱科长"),
        ("Merged into another body", "甲社区党支部", "钱科长"),
    ]
