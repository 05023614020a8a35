"""The review of the two coverages: every number opens a list of as many, today and frozen, at every level."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from branches.choices import CoverageKind, PauseReason, UnitKind
from branches.models import Unit
from branches.tests.factories import NOW, TODAY, make_coverage, make_unit
from conftest import World
from members.tests.factories import make_member
from orgportal.health.workflows.coverage import make_reviews, revise_reviews

pytestmark = pytest.mark.usefixtures("on_the_day")
REVIEW = "/health/units/"
Q4 = date(2025, 10, 1)
TILE = re.compile(r'class="number__link" href="([^"]+)"><span class="number__value">([\d,]+)<')
CELL = re.compile(r'<td class="table__number[^"]*"[^>]*><a href="([^"]+)">([\d,]+)<')


def a_district(world: World) -> None:
    """Units of every sort in both committees and in the district itself."""
    own = make_unit(world.committee_1, "甲厂")
    make_coverage(own, CoverageKind.OWN, body=world.b)
    due = make_unit(world.committee_1, "乙厂", checked_on="2025-01-01")
    for number in range(3):
        make_member(world.a, f"员工{number}", employer="乙厂")
    asleep = make_unit(world.committee_1, "丙厂")
    asleep.pauses.create(reason=PauseReason.STOPPED, starts_on=Q4, recorded_at=NOW)
    club = make_unit(world.committee_2, "丁商会", kind=UnitKind.SOCIAL_BODY, hidden=3, hidden_on=TODAY)
    make_coverage(club, CoverageKind.ADVISER)
    make_unit(world.committee_2, "戊楼", kind=UnitKind.BUILDING)
    shared = make_unit(world.district, "己校", kind=UnitKind.SCHOOL)
    make_coverage(shared, CoverageKind.JOINT, body=world.c)
    make_unit(world.district, "庚国企", owner="state")
    Unit.unscoped.exclude(pk=due.pk).update(checked_on=TODAY)
    Unit.unscoped.update(recorded_at=NOW - timedelta(days=120))


def numbers(page: str) -> dict[str, int]:
    """Every number with a list behind it, by its address."""
    found = {
        unescape(href): int(value.replace(",", ""))
        for href, value in (*TILE.findall(page), *CELL.findall(page))
    }
    assert found
    return found


def listed(client: Any, href: str) -> int:
    answer = client.get(href)
    assert answer.status_code == 200, href
    return len(re.findall(r'data-id="(\d+)"', answer.content.decode()))


@pytest.mark.parametrize(
    ("persona", "query"),
    [
        ("qian", ""),
        ("zhao", ""),
        ("qian", "?under=committee_2"),
        ("qian", "?group=two_new"),
        ("qian", "?quarter=q4"),
    ],
)
def test_each_number_opens_a_list_of_as_many(world: World, as_: Any, persona: str, query: str) -> None:
    a_district(world)
    make_reviews(TODAY, at=NOW)
    client = as_(persona)
    query = query.replace("committee_2", str(world.committee_2.pk)).replace("q4", Q4.isoformat())

    page = client.get(REVIEW + query).content.decode()
    said = numbers(page)

    assert {href: listed(client, href) for href in said} == said
    assert len(said) > 15
    assert ("health/units/names" in next(iter(said))) == ("quarter" in query)


def test_both_denominators_are_cited_and_units_left_out_are_named(world: World, as_: Any) -> None:
    a_district(world)

    page = as_("qian").get(REVIEW).content.decode()

    # Two of six with a body; one of one that meets the condition is without.
    assert re.findall(r"coverage-share[^>]*>([^<]+)<", page) == ["33.3%", "16.6%", "0.0%", "50.0%"]
    assert "中办发〔2012〕11号" in page
    assert "2011—2012年党内统计公报口径" in page
    assert ">丙厂</a>（停产停业）" in page


def test_the_tree_is_walked_down_and_a_frozen_quarter_stays(world: World, as_: Any) -> None:
    a_district(world)
    make_reviews(TODAY, at=NOW)
    make_coverage(Unit.unscoped.get(name="乙厂"), CoverageKind.LIAISON, starts_on=Q4)
    revise_reviews(Q4, reason="补录联络员", actor=None, at=NOW)
    qian = as_("qian")

    top = qian.get(REVIEW).content.decode()
    below = qian.get(f"{REVIEW}?under={world.committee_1.pk}").content.decode()
    frozen = qian.get(f"{REVIEW}?quarter=2025-10-01&under={world.committee_1.pk}").content.decode()
    names = qian.get(f"{REVIEW}names/?quarter=2025-10-01&measure=liaison").content.decode()
    part = qian.get(REVIEW + "?group=village", headers={"HX-Request": "true"}).content.decode()

    assert f"?under={world.committee_1.pk}" in top
    assert "示范区委本级" in top
    assert "东街道党工委" in below
    assert "补录联络员" in frozen
    assert "第2次修订" in frozen
    assert "2025年第4季度" in frozen
    assert "党建联络员（周指导）" in names
    assert part.lstrip().startswith('<div id="review">')


def test_who_sees_no_unit_is_told_so(world: World, as_: Any) -> None:
    assert "还没有单位" in as_("zhao").get(REVIEW).content.decode()
    assert "没有符合" in as_("zhao").get(f"{REVIEW}?group=village").content.decode()
    assert "没有符合" in as_("li").get(f"{REVIEW}names/?measure=blank").content.decode()
    assert REVIEW in as_("zhao").get("/health/").content.decode()


def test_the_past_is_drawn_by_both_denominators_beside_its_numbers(world: World, as_: Any) -> None:
    a_district(world)
    make_reviews(TODAY, at=NOW)

    page = as_("qian").get(REVIEW).content.decode()
    group = as_("qian").get(f"{REVIEW}?group=chain").content.decode()

    # One quarter: a bar and a mark; of a group without a unit there is nothing to divide by.
    assert (page.count('class="trend__on-time"'), page.count('class="trend__before"')) == (1, 1)
    assert "以具备组建条件单位为分母" in page
    assert (group.count('class="trend__on-time"'), group.count('class="trend__before"')) == (0, 0)


def test_a_long_list_of_a_frozen_quarter_has_pages(world: World, as_: Any) -> None:
    for number in range(52):
        make_unit(world.committee_1, f"企业{number:02d}", recorded_at=NOW - timedelta(days=120))
    make_reviews(TODAY, at=NOW)
    address = f"{REVIEW}names/?quarter=2025-10-01"

    first = as_("zhao").get(address).content.decode()
    second = as_("zhao").get(f"{address}&page=2").content.decode()

    assert (len(re.findall("data-id=", first)), len(re.findall("data-id=", second))) == (50, 2)
    assert "page=2" in first
    assert "page=1" in second


def test_a_review_costs_the_same_for_few_and_for_many(
    world: World, as_: Any, django_assert_num_queries: Any
) -> None:
    qian = as_("qian")
    for rows in (1, 3):
        for _ in range(rows):
            make_coverage(make_unit(world.committee_1), CoverageKind.OWN, body=world.b)
        with django_assert_num_queries(19):
            qian.get(REVIEW)
