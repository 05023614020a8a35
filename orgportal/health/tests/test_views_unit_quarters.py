"""Units and bodies by frozen quarter: each cell opens exactly its names, and says why it is empty."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from branches.choices import CoverageKind, PostKind
from branches.models import Unit
from branches.tests.factories import NOW, TODAY, make_coverage, make_unit
from conftest import World
from members.tests.factories import make_post
from orgportal.health.tests.test_views_units import a_district, listed
from orgportal.health.workflows.coverage import make_reviews

pytestmark = pytest.mark.usefixtures("on_the_day")
MATRIX = "/health/units/quarters/"
Q3, Q4 = date(2025, 7, 1), date(2025, 10, 1)
COUNT = re.compile(r'<a href="([^"]+)">([\d,]+) <span>')
STATE = re.compile(r'class="state-link"\s+href="([^"]+)"')


def frozen(world: World) -> None:
    """Q3 and Q4 of the district; in Q3 only what was on record by then is known."""
    a_district(world)
    Unit.unscoped.update(listed_on=date(2025, 1, 1), recorded_at=NOW - timedelta(days=200))
    make_reviews(TODAY, at=NOW)


def numbers(page: str) -> dict[str, int]:
    counted = {unescape(href): int(value) for href, value in COUNT.findall(page)}
    return counted | {unescape(href): 1 for href in STATE.findall(page)}


@pytest.mark.parametrize(
    ("persona", "query", "at_least"),
    [
        ("qian", "", 20),
        ("qian", "?group=two_new", 8),
        ("qian", "?measure=to_build", 4),
        ("qian", "?measure=ripe", 4),
        ("qian", "?quarter=2025-07-01", 10),
        ("qian", "?direct=1", 4),
        ("qian", "?under=committee_2", 4),
        ("zhao", "", 6),
    ],
)
def test_every_number_and_state_opens_as_many_names(
    world: World, as_: Any, persona: str, query: str, at_least: int
) -> None:
    frozen(world)
    client = as_(persona)

    page = client.get(MATRIX + query.replace("committee_2", str(world.committee_2.pk))).content.decode()
    said = numbers(page)

    assert {href: listed(client, href) for href in said} == said
    assert len(said) >= at_least


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", markup, flags=re.DOTALL)).strip()


def cells_of(page: str) -> dict[str, list[str]]:
    """What each row says, cell by cell."""
    rows = re.findall(r"<tr[ >].*?</tr>", page, re.DOTALL)[1:]
    return {
        words(re.findall(r"<th.*?</th>", row, re.DOTALL)[0]): [
            words(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for row in rows
    }


def test_a_body_says_both_coverages_and_their_gaps(world: World, as_: Any) -> None:
    frozen(world)
    qian = as_("qian")

    page = qian.get(MATRIX).content.decode()
    said = cells_of(page)

    assert list(said) == ["示范区委（合计）", "示范区委本级", "东街道党工委", "西街道党工委"]
    # Of three in the east one does not operate; one has a body, one is due one and has nobody.
    assert said["东街道党工委"][-1] == (
        "50.0% （实体运营2家） 1 组织已覆盖 1 工作已覆盖 1 应建未建 1 两个覆盖空白 1 未实体运营"
    )
    assert said["示范区委（合计）"][-1].startswith("33.3% （实体运营6家） 2 组织已覆盖 3 工作已覆盖")
    assert f"under={world.committee_1.pk}" in page
    assert f"under={world.district.pk}&amp;direct=1" in page
    # A group nobody has a unit of is no share of nothing.
    assert cells_of(qian.get(f"{MATRIX}?group=village").content.decode())["示范区委（合计）"] == [
        "台账内无单位", "台账内无单位"
    ]  # fmt: skip


def test_a_unit_says_how_it_was_reached_or_why_nothing_is_known(world: World, as_: Any) -> None:
    a_district(world)
    Unit.unscoped.update(listed_on=date(2025, 1, 1), recorded_at=NOW - timedelta(days=200))
    make_reviews(date(2025, 10, 10), at=NOW)
    make_unit(world.committee_1, "晚录厂", listed_on=date(2025, 1, 1))
    make_unit(world.committee_1, "新办厂", listed_on=date(2025, 11, 1))
    zhao = as_("zhao")

    waiting = cells_of(zhao.get(MATRIX).content.decode())
    make_reviews(TODAY, at=NOW)
    both = cells_of(zhao.get(MATRIX).content.decode())

    assert waiting == {
        "丙厂": ["两个覆盖空白", "待封存"], "甲厂": ["单独组建", "待封存"], "乙厂": ["应建未建", "待封存"]
    }  # fmt: skip
    assert both == {
        "丙厂": ["两个覆盖空白", "未实体运营"], "甲厂": ["单独组建", "单独组建"],
        "乙厂": ["应建未建", "应建未建"], "晚录厂": ["无数据", "两个覆盖空白"],
        "新办厂": ["不在台账", "两个覆盖空白"],
    }  # fmt: skip


def test_the_matrix_is_swapped_kept_in_the_address_and_cut_into_pages(world: World, as_: Any) -> None:
    for number in range(52):
        make_unit(world.committee_1, f"企业{number:02d}", recorded_at=NOW - timedelta(days=120))
    make_reviews(TODAY, at=NOW)
    client = as_("zhao")

    first = client.get(f"{MATRIX}?group=non_public").content.decode()
    [onward] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = client.get(MATRIX + unescape(onward)).content.decode()
    part = client.get(f"{MATRIX}?group=village", headers={"HX-Request": "true"}).content.decode()

    assert (len(re.findall("<tr data-id=", first)), len(re.findall("<tr data-id=", second))) == (50, 2)
    assert "group=non_public" in onward
    assert part.lstrip().startswith('<div id="matrix">')
    assert "没有符合" in part


def test_who_has_nothing_frozen_is_told_when_it_begins(world: World, as_: Any) -> None:
    assert "尚无已封存的季度" in as_("qian").get(MATRIX).content.decode()
    assert MATRIX in as_("qian").get("/health/units/").content.decode()


def test_two_places_in_sight_stand_side_by_side_and_a_branch_answers_for_none(world: World, as_: Any) -> None:
    frozen(world)
    make_post(world.zhao, world.committee_2, PostKind.ORGANISER)

    page = as_("zhao").get(MATRIX).content.decode()

    assert list(cells_of(page)) == ["所辖全部", "东街道党工委", "西街道党工委"]
    assert cells_of(page)["所辖全部"][-1].startswith("25.0% （实体运营4家）")
    assert "支部不负责单位台账" in as_("li").get(MATRIX).content.decode()


def test_programs_read_the_same(world: World, as_: Any) -> None:
    frozen(world)
    qian, address = as_("qian"), "/api/v1/coverage/matrix/"

    by_body = qian.get(address).json()
    by_unit = qian.get(f"{address}?under={world.committee_1.pk}").json()

    assert [quarter["starts_on"] for quarter in by_body["quarters"]] == ["2025-07-01", "2025-10-01"]
    assert [(row["name"], row["is_sum"], row["is_direct"]) for row in by_body["bodies"]] == [
        ("示范区委", True, False), ("示范区委", False, True),
        ("东街道党工委", False, False), ("西街道党工委", False, False),
    ]  # fmt: skip
    assert by_body["bodies"][0]["cells"][1]["listed"] == 7
    assert {row["name"]: row["cells"][1] for row in by_unit["units"]} == {
        "甲厂": "own", "乙厂": "to_build", "丙厂": "not_operating"
    }  # fmt: skip
    assert (by_unit["total"], by_unit["previous"], by_unit["next"]) == (3, "", "")


def test_the_matrix_costs_the_same_for_few_and_for_many(
    world: World, as_: Any, django_assert_num_queries: Any
) -> None:
    make_unit(world.committee_1, recorded_at=NOW - timedelta(days=120))
    for quarter in (Q3, Q4):
        make_reviews(quarter + timedelta(days=100), at=NOW)
    qian, zhao = as_("qian"), as_("zhao")
    for rows in (1, 3):
        for _ in range(rows):
            unit = make_unit(world.committee_1, recorded_at=NOW - timedelta(days=120))
            make_coverage(unit, CoverageKind.OWN, body=world.b)
        with django_assert_num_queries(12):
            qian.get(MATRIX)
        with django_assert_num_queries(14):
            zhao.get(MATRIX)
