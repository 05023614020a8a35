"""Branches and bodies by period: every number opens as many summaries, each cell says what it knows."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from activities.choices import DutyState
from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from members.tests.factories import make_post
from orgportal.health.tests.factories import THEME_DAY, make_duty
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.test_views_unit_quarters import cells_of
from orgportal.health.tests.test_views_units import listed
from orgportal.health.workflows.summaries import make_summaries

pytestmark = pytest.mark.usefixtures("on_the_day")
MATRIX = "/health/summaries/matrix/"
FEB = date(2026, 2, 1)
COUNT = re.compile(r'<a href="([^"]+)">([\d,]+) <span>')
STATE = re.compile(r'class="state-link"\s+href="([^"]+)"')


def a_winter(world: World) -> None:
    """January as everywhere in these tests; in February A was excused and the others are not told of."""
    a_month(world)
    make_duty(world.a, DutyState.EXCUSED, month=FEB, reason="防汛")
    make_duty(world.a, DutyState.MISSING, month=FEB, rule="meeting.general.freq")
    make_summaries(TODAY, at=NOW)


def numbers(page: str) -> dict[str, int]:
    counted = {unescape(href): int(value) for href, value in COUNT.findall(page)}
    return counted | {unescape(href): 1 for href in STATE.findall(page)}


@pytest.mark.parametrize(
    ("persona", "query", "at_least"),
    [
        ("qian", "", 8),
        ("qian", f"?duty={THEME_DAY}", 8),
        ("qian", "?duty=each", 4),
        ("qian", "?direct=1", 2),
        ("qian", f"?period=2026-01&duty={THEME_DAY}", 4),
        ("zhao", "", 4),
        ("zhao", f"?duty={THEME_DAY}", 4),
        ("zhao", "?period=2026-01&duty=each", 2),
        ("li", "", 2),
        ("wang", f"?duty={THEME_DAY}", 2),
    ],
)
def test_every_number_and_state_opens_as_many_summaries(
    world: World, as_: Any, persona: str, query: str, at_least: int
) -> None:
    a_winter(world)
    client = as_(persona)

    said = numbers(client.get(MATRIX + query).content.decode())

    assert {href: listed(client, href) for href in said} == said
    assert len(said) >= at_least


def test_bodies_say_how_many_branches_stand_how(world: World, as_: Any) -> None:
    a_winter(world)
    qian = as_("qian")

    whole = cells_of(qian.get(MATRIX).content.decode())
    duty = cells_of(qian.get(f"{MATRIX}?duty={THEME_DAY}").content.decode())

    # January: A met, B and C said nothing. February: A left one duty without a word; the organ owes none.
    assert whole == {
        "示范区委（合计）": [
            "4 党支部 2 近期无活动 2 急需关注 2 无急需关注", "4 党支部 3 近期无活动 3 急需关注 1 无急需关注",
        ],
        "示范区委直属支部": ["1 党支部 1 无急需关注", "1 党支部 1 无急需关注"],
        "东街道党工委": ["2 党支部 1 近期无活动 1 急需关注 1 无急需关注", "2 党支部 2 近期无活动 2 急需关注"],
        "西街道党工委": ["1 党支部 1 近期无活动 1 急需关注", "1 党支部 1 近期无活动 1 急需关注"],
    }  # fmt: skip
    assert duty == {
        "示范区委（合计）": ["4 党支部 1 按时完成 2 缺失", "4 党支部 1 因故免开"],
        "示范区委直属支部": ["1 党支部 本期无应开展", "1 党支部 本期无应开展"],
        "东街道党工委": ["2 党支部 1 按时完成 1 缺失", "2 党支部 1 因故免开"],
        "西街道党工委": ["1 党支部 1 缺失", "1 党支部 本期无应开展"],
    }


def test_each_duty_of_one_period_has_a_column(world: World, as_: Any) -> None:
    a_winter(world)
    qian = as_("qian")

    page = qian.get(f"{MATRIX}?duty=each").content.decode()
    api = qian.get("/api/v1/summaries/matrix/?duty=each&period=2026-01").json()
    one = qian.get(f"{MATRIX}?duty=each&under={world.committee_1.pk}").content.decode()

    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert heads == [
        "党组织", "支部党员大会", "支部委员会会议", "党小组会", "党课", "主题党日", "组织生活会",
        "民主评议党员", "谈心谈话",
    ]  # fmt: skip
    assert "各项应开展活动，2026年2月" in page
    by_head = {name: dict(zip(heads[1:], cells, strict=True)) for name, cells in cells_of(page).items()}
    assert by_head["东街道党工委"]["支部党员大会"] == "1 缺失"
    assert by_head["东街道党工委"]["主题党日"] == "1 因故免开"
    assert by_head["西街道党工委"]["主题党日"] == "本期无应开展"
    assert cells_of(one)["甲社区党支部"][0] == "缺失"
    themes = [column["duty"] for column in api["periods"]].index(THEME_DAY)
    assert {column["starts_on"] for column in api["periods"]} == {"2026-01-01"}
    assert api["bodies"][0]["cells"][themes] == {"branches": 4, "on_time": 1, "missing": 2}


def test_branches_say_their_state_or_why_there_is_none(world: World, as_: Any) -> None:
    a_month(world)
    zhao = as_("zhao")

    waiting = cells_of(zhao.get(MATRIX).content.decode())
    for name, since in (("迟录支部", date(2025, 1, 1)), ("新建支部", FEB)):
        make_organization(world.committee_1, name, established_on=since)
    make_duty(world.a, DutyState.EXCUSED, month=FEB, reason="防汛")
    make_summaries(TODAY, at=NOW)
    both = cells_of(zhao.get(MATRIX).content.decode())
    duty = cells_of(zhao.get(f"{MATRIX}?duty={THEME_DAY}").content.decode())

    assert waiting == {
        "甲社区党支部": ["无急需关注", "待汇总"], "乙社区党支部": ["近期无活动", "待汇总"]
    }  # fmt: skip
    assert [cells[0] for cells in both.values()] == [
        "无急需关注", "近期无活动", "无数据", "当时尚未设立或已撤销"
    ]  # fmt: skip
    assert list(duty.values())[:2] == [["按时完成", "因故免开"], ["缺失", "本期无应开展"]]


def test_quarters_stand_beside_quarters_and_months_beside_months(world: World, as_: Any) -> None:
    a_month(world)
    make_summaries(date(2026, 4, 10), at=NOW)

    page = as_("zhao").get(f"{MATRIX}?period=2026-Q1").content.decode()

    assert re.findall(r'<th scope="col">([^<]+)</th>', page) == ["党支部", "2026年第1季度"]
    assert 'value="2026-Q1" selected' in page


def test_the_matrix_of_periods_is_swapped_cut_into_pages_and_begins_somewhere(world: World, as_: Any) -> None:
    zhao = as_("zhao")
    assert "暂无汇总" in zhao.get(MATRIX).content.decode()
    for _ in range(51):
        make_organization(world.committee_1)
    a_month(world)

    first = zhao.get(MATRIX).content.decode()
    [onward] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = zhao.get(MATRIX + unescape(onward)).content.decode()
    part = zhao.get(f"{MATRIX}?under=0", headers={"HX-Request": "true"}).content.decode()
    other = as_("qian").get(f"{MATRIX}?under={world.committee_1.pk}").content.decode()

    assert (first.count("<tr data-id="), second.count("<tr data-id="), other.count("<tr data-id=")) == (
        50,
        3,
        50,
    )
    assert part.lstrip().startswith('<div id="matrix">')


def test_two_places_in_sight_stand_side_by_side(world: World, as_: Any) -> None:
    a_winter(world)
    make_post(world.zhao, world.committee_2, PostKind.ORGANISER)
    client = as_("zhao")

    page = client.get(MATRIX).content.decode()
    said = numbers(page)

    assert list(cells_of(page)) == ["所辖全部", "东街道党工委", "西街道党工委"]
    assert {href: listed(client, href) for href in said} == said


def test_programs_read_the_same(world: World, as_: Any) -> None:
    a_winter(world)
    qian, address = as_("qian"), "/api/v1/summaries/matrix/"

    by_body = qian.get(f"{address}?duty={THEME_DAY}").json()
    by_branch = qian.get(f"{address}?under={world.committee_1.pk}").json()

    assert by_body["periods"] == [
        {"starts_on": "2026-01-01", "ends_on": "2026-01-31", "duty": THEME_DAY, "is_done": True},
        {"starts_on": "2026-02-01", "ends_on": "2026-02-28", "duty": THEME_DAY, "is_done": True},
    ]
    assert by_body["bodies"][0] == {
        "id": world.district.pk, "name": "示范区委", "is_direct": False, "is_sum": True,
        "cells": [{"branches": 4, "on_time": 1, "missing": 2}, {"branches": 4, "excused": 1}],
    }  # fmt: skip
    assert by_branch["branches"] == [
        {"id": world.a.pk, "name": world.a.name, "cells": ["none", "silent"]},
        {"id": world.b.pk, "name": world.b.name, "cells": ["silent", "silent"]},
    ]
    assert (by_branch["total"], by_branch["previous"], by_branch["next"]) == (2, "", "")


def test_the_matrix_of_periods_costs_the_same_for_few_and_for_many(
    world: World, as_: Any, django_assert_num_queries: Any
) -> None:
    a_month(world)
    qian, zhao = as_("qian"), as_("zhao")
    for rows in (1, 3):
        for _ in range(rows):
            make_organization(world.committee_1)
        make_summaries(TODAY, at=NOW)
        with django_assert_num_queries(11):
            qian.get(MATRIX)
        with django_assert_num_queries(13):
            zhao.get(MATRIX)
