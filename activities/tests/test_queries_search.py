"""The room of activities in the search: what finds a record (by which index: `test_scale_data`)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from activities.choices import ActivityState
from activities.models import Activity
from activities.queries.search import activities_found
from branches.models import Organization
from conftest import World


def record(world: World, branch: Organization, days_ago: int, title: str, **more: Any) -> Activity:
    return Activity.unscoped.create(
        branch=branch, kind="other", title=title, held_on=world.today - timedelta(days=days_ago),
        recorded_at=world.now, changed_at=world.now, recorded_by=world.user("qian"),
        **{"state": ActivityState.HELD, **more},
    )  # fmt: skip


def titles(found: Sequence[Activity]) -> list[str]:
    return [activity.title for activity in found]


@pytest.mark.parametrize("text", ["清明", "扫墓 ", "烈士陵园", "AB", "ab"])
def test_a_record_is_found_by_any_part_of_subject_and_place(world: World, text: str) -> None:
    record(world, world.a, 3, "清明扫墓ab", place="烈士陵园")
    record(world, world.a, 2, "主题党日", place="活动室")

    assert titles(activities_found(text, world.scope("qian"), 9)) == ["清明扫墓ab"]


@pytest.mark.parametrize("text", ["乙社区", "yi", "YSQ"])
def test_a_record_is_found_by_its_branch_s_name_or_initials(world: World, text: str) -> None:
    record(world, world.a, 3, "甲的会")
    record(world, world.b, 2, "乙的会")

    found = titles(activities_found(text, world.scope("qian"), 9))

    assert found == ([] if text == "yi" else ["乙的会"])


def test_the_latest_first_each_once_and_no_more_than_asked_for(world: World) -> None:
    for days_ago in range(4):
        record(world, world.a, days_ago, f"甲社区第{days_ago}次")

    assert titles(activities_found("甲社区", world.scope("qian"), 3)) == [f"甲社区第{n}次" for n in range(3)]


def test_voided_records_and_those_out_of_reach_are_not_found(world: World) -> None:
    record(world, world.a, 1, "清明扫墓", state=ActivityState.VOID, reason="重复")
    record(world, world.c, 1, "清明扫墓")

    assert activities_found("清明", world.scope("li"), 9) == []


@pytest.mark.parametrize("number", [1, 3])
def test_two_statements_however_much_is_found(
    world: World, django_assert_num_queries: Any, number: int
) -> None:
    for days_ago in range(number):
        record(world, world.a, days_ago, "清明扫墓")
    scope = world.scope("qian")

    with django_assert_num_queries(2):
        found = activities_found("清明", scope, 9)
        assert [activity.branch.name for activity in found] == ["甲社区党支部"] * number
