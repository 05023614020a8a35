"""The scope guard: every way in is refused until narrowed, and narrowing shows exactly the right rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from branches.choices import PostKind
from branches.tests.factories import make_organization
from conftest import World
from members.models import Member, Post
from members.tests.factories import make_member, make_post
from orgportal.core.errors import NotAllowed, ScopeMissing
from orgportal.core.models import User
from orgportal.core.scoping import AFTER, NOBODY, Grant, Scope, reach, still_visible, within

WAYS_IN: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "contains": lambda rows: None in rows,
    "repr": repr,
    "iterator": lambda rows: list(rows.iterator()),
    "aggregate": lambda rows: rows.aggregate(),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "raw": lambda rows: rows.raw("SELECT * FROM members_member"),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.order_by("pk").last(),
    "latest": lambda rows: rows.latest("pk"),
    "earliest": lambda rows: rows.earliest("pk"),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "dates": lambda rows: list(rows.dates("birth_on", "year")),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "or": lambda rows: rows | rows,
    "and": lambda rows: rows & rows,
    "xor": lambda rows: rows ^ rows,
    "union": lambda rows: rows.union(rows),
    "intersection": lambda rows: rows.intersection(rows),
    "difference": lambda rows: rows.difference(rows),
    "custom": lambda rows: list(rows.filter(name="x").exclude(pk=1).order_by("pk")),
    "custom method": lambda rows: list(rows.active()),
}


@pytest.mark.parametrize("name", WAYS_IN)
def test_every_way_in_is_refused_until_narrowed(world: World, name: str) -> None:
    with pytest.raises(ScopeMissing), transaction.atomic():
        WAYS_IN[name](Member.objects.all())


def test_there_are_at_least_twenty_seven_ways_in() -> None:
    assert len(WAYS_IN) >= 27


@pytest.mark.parametrize("mix", ["__or__", "__and__", "union", "intersection", "difference"])
def test_an_unnarrowed_partner_is_refused(world: World, mix: str) -> None:
    narrowed = Member.objects.visible_to(world.scope("li"))

    with pytest.raises(ScopeMissing):
        getattr(narrowed, mix)(Member.objects.all())


def test_narrowed_rows_may_be_combined(world: World) -> None:
    mine, theirs = (Member.objects.visible_to(world.scope(each)) for each in ("li", "wang"))

    assert set(mine | theirs) == set(mine) | set(theirs)
    assert set(mine & theirs) == set()
    assert set(mine ^ theirs) == set(mine) | set(theirs)
    assert set(mine.union(theirs)) == set(mine) | set(theirs)
    assert set(mine.union(User.objects.none())) == set(mine)
    assert set(mine.intersection(mine)) == set(mine)
    assert set(mine.difference(theirs)) == set(mine)
    assert {row.pk for row in mine.iterator()} == {row.pk for row in mine}
    assert mine.aggregate() == {}
    assert "Scan" in mine.explain()
    assert list(mine.raw("SELECT * FROM members_member WHERE false")) == []


def test_writing_through_narrowed_rows_reaches_no_others(world: World) -> None:
    assert Member.objects.visible_to(world.scope("li")).update(employer="甲") == 4
    assert not Member.unscoped.filter(branch=world.c, employer="甲").exists()
    assert Post.objects.visible_to(world.scope("li")).delete()[0] == 2
    assert Post.unscoped.filter(organization=world.c).exists()


def test_the_plain_manager_serves_relations(world: World) -> None:
    assert world.a.members.count() == 4


@pytest.mark.parametrize(
    ("persona", "names"),
    [
        ("li", {"李书记", "冉记录", "陈党员", "孙党员"}),
        ("chen", {"陈党员"}),
        ("ran", {"冉记录"}),
        ("zhao", {"李书记", "冉记录", "陈党员", "孙党员", "赵组织"}),
        ("wang", {"王外人"}),
        ("sys", set()),
        ("sec", set()),
        ("aud", set()),
    ],
)
def test_each_person_sees_their_members(world: World, persona: str, names: set[str]) -> None:
    shown = Member.objects.visible_to(world.scope(persona)).values_list("name", flat=True)

    assert set(shown) == names


def test_nobody_sees_nothing(world: World) -> None:
    assert not Member.objects.visible_to(NOBODY).exists()
    assert not Post.objects.visible_to(NOBODY).exists()


def test_a_neighbour_with_a_longer_number_is_not_inside(world: World) -> None:
    inside, beside = Scope(grants=(Grant("0001", frozenset({"member.view"})),)), "00010002"

    assert inside.may("member.view", beside)
    assert not inside.may("member.view", "0002")
    assert not inside.may("member.edit", beside)
    assert AFTER > "z"


def test_roots_do_not_repeat_what_a_higher_root_holds() -> None:
    rights = frozenset({"branch.view"})
    scope = Scope(grants=(Grant("00010002", rights), Grant("0001", rights), Grant("0003", rights)))

    assert scope.roots_for("branch.view") == ("0001", "0003")
    assert scope.roots_for("branch.edit") == ()
    assert scope.may_somewhere("branch.view")
    assert not scope.may_somewhere("branch.edit")


def test_no_roots_means_no_rows(world: World) -> None:
    assert not Member.unscoped.filter(within("path", ())).exists()
    assert not Member.unscoped.filter(reach(Member, NOBODY)).exists()


def test_demand_names_the_right(world: World) -> None:
    scope = world.scope("li")

    scope.demand("member.edit", world.a)
    with pytest.raises(NotAllowed) as refused:
        scope.demand("member.edit", world.b)
    assert refused.value.params == {"right": "member.edit"}


def test_still_visible_after_a_write(world: World) -> None:
    scope = world.scope("li")
    here, there = make_member(world.a), make_member(world.c)

    assert still_visible(here, scope)
    assert not still_visible(there, scope)


def test_a_post_that_ended_or_a_body_that_was_dissolved_gives_nothing(world: World) -> None:
    other = make_organization(world.committee_1)
    make_post(world.chen, other, PostKind.SECRETARY, ends_on=world.today.replace(day=9))
    assert world.scope("chen").grants == ()

    type(world.a).unscoped.filter(pk=world.a.pk).update(dissolved_on=world.today)
    assert world.scope("li").grants == ()


def test_two_posts_add_up(world: World) -> None:
    make_post(world.li, world.c, PostKind.DISCIPLINE)
    scope = world.scope("li")

    assert scope.may("member.edit", world.a)
    assert scope.may("member.view", world.c)
    assert not scope.may("member.edit", world.c)
