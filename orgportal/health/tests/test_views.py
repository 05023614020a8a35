"""The month of a committee: what stands first, what each number opens, how many queries that takes."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from activities.choices import DutyState
from activities.models import Duty
from activities.tests.factories import make_activity
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from members.choices import TransferState
from members.tests.factories import make_transfer
from orgportal.health.models import PeriodSummary
from orgportal.health.tests.factories import make_duty
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.reading import ids_of, numbers_of, text_of
from orgportal.health.workflows.assessments import assess_all
from orgportal.health.workflows.summaries import make_summaries

JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)
pytestmark = pytest.mark.usefixtures("on_the_day")


# --- the district


def test_district_shows_silent_branches_first(world: World, as_: Any) -> None:
    for branch in (world.a, world.b, world.c):
        make_duty(branch, DutyState.NOT_DUE, month=date(2025, 12, 1), due_on=date(2026, 12, 31))
    make_activity(world.a, world.li.user, held_on=TODAY)
    make_activity(world.c, world.li.user, held_on=TODAY)
    assess_all(TODAY, at=NOW)

    page = as_("qian").get(reverse("health:district"))

    assert ids_of(page) == [world.b.pk, world.a.pk, world.c.pk, world.organ.pk]
    assert "近期无活动" in text_of(page)


@pytest.mark.parametrize("query", ["", "?month=2026-01-01", "?q=b", "?sector=community"])
@pytest.mark.parametrize("persona", ["qian", "zhao"])
def test_each_number_opens_a_list_of_as_many(world: World, as_: Any, query: str, persona: str) -> None:
    a_month(world)
    for branch in (world.a, world.c):
        make_activity(branch, world.li.user, returned_at=NOW, recorded_at=NOW)
    client = as_(persona)

    numbers = numbers_of(client.get(reverse("health:district") + query))

    assert len(numbers) == 11
    for value, address in numbers:
        opened = client.get(urljoin(reverse("health:district"), address))
        assert opened.status_code == 200
        assert (address, len(ids_of(opened))) == (address, value)


def test_who_is_silent_is_asked_from_the_first_screen(world: World, as_: Any) -> None:
    a_month(world)
    client = as_("qian")
    page = client.get(reverse("health:district") + "?q=乙").content.decode()
    [ask] = re.findall(r'number__act"\s+href="([^"]+)"', page)

    preview = client.get(unescape(ask))

    assert preview.status_code == 200
    assert "乙社区党支部" in text_of(preview)
    assert "丙社区党支部" not in text_of(preview)
    # Who may not nudge, and a month that is over, are not offered it.
    assert "number__act" not in as_("li").get(reverse("health:district")).content.decode()
    assert "number__act" not in client.get(reverse("health:district") + "?month=2026-01-01").content.decode()


def test_district_counts_what_a_plain_count_finds(world: World, as_: Any) -> None:
    a_month(world)

    page = as_("qian").get(reverse("health:district") + "?month=2026-01-01")

    states = [duty.state for duty in Duty.unscoped.filter(due_on__gte=JAN, due_on__lte=date(2026, 1, 31))]
    values = [value for value, _address in numbers_of(page)]
    assert values[1] == states.count(DutyState.MISSING) == 2
    assert values[5] == len(states) == 3
    assert values[6:8] == [1, 1]


def test_district_of_a_past_month_shows_need_as_it_was_summed_up(world: World, as_: Any) -> None:
    a_month(world)

    page = as_("qian").get(reverse("health:district") + "?month=2026-01-01&need=silent")

    silent = PeriodSummary.unscoped.filter(starts_on=JAN, is_silent=True, organization__kind="branch")
    assert set(ids_of(page)) == set(silent.values_list("organization_id", flat=True))
    assert ids_of(page) == [world.b.pk, world.c.pk]


def test_a_cell_opens_the_duties_behind_it(world: World, as_: Any) -> None:
    quarter = make_duty(
        world.a, DutyState.NOT_DUE, rule="lecture.freq", month=JAN, ends_on=date(2026, 3, 31),
        due_on=date(2026, 3, 31),
    )  # fmt: skip
    assess_all(TODAY, at=NOW)
    client = as_("qian")

    page = client.get(reverse("health:district") + "?month=2026-02-01").content.decode()
    cells = re.findall(r'class="state-link" href="([^"]+)"', page)

    assert len(cells) == 1
    assert ids_of(client.get(cells[0].replace("&amp;", "&"))) == [quarter.pk]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?under={committee_1}", ["b", "a"]),
        ("?sector=organ", ["organ"]),
        ("?need=missing&month=2026-01-01", ["b", "c"]),
        ("?need=none", ["organ"]),
        ("?q=bsq", ["c"]),
        ("?q=没有这个支部", []),
        ("?month=nonsense&under=x", ["b", "a", "c", "organ"]),
    ],
)
def test_district_is_narrowed_by_the_address(world: World, as_: Any, query: str, names: list[str]) -> None:
    a_month(world)
    query = query.format(committee_1=world.committee_1.pk)

    page = as_("qian").get(reverse("health:district") + query)

    assert set(ids_of(page)) == {getattr(world, name).pk for name in names}


def test_district_answers_a_swap_with_the_part(world: World, as_: Any) -> None:
    page = as_("qian").get(reverse("health:district"), HTTP_HX_REQUEST="true")

    assert b"<html" not in page.content
    assert b'id="month"' in page.content


def test_district_takes_the_same_queries_for_one_branch_and_three(
    world: World, as_: Any, django_assert_num_queries: Any
) -> None:
    a_month(world)
    client = as_("qian")
    address = reverse("health:district") + "?q={}"
    client.get(address.format("甲"))
    with django_assert_num_queries(23):
        assert len(ids_of(client.get(address.format("甲")))) == 1
    with django_assert_num_queries(23):
        assert len(ids_of(client.get(address.format("社区")))) == 3


@pytest.mark.parametrize("name", ["duty-list", "transfer-list", "term-list", "returned-list", "summary-list"])
def test_lists_take_the_same_queries_for_one_row_and_three(
    world: World, as_: Any, django_assert_max_num_queries: Any, name: str
) -> None:
    a_month(world)
    for member, target in ((world.sun, world.b), (world.ran, world.c)):
        since = NOW - timedelta(days=30)
        make_transfer(member, target, state=TransferState.SENT, state_since=since, started_at=since)
    for branch in (world.a, world.b, world.c):
        make_activity(branch, world.li.user, returned_at=NOW)
    client = as_("qian")
    address = reverse(f"health:{name}")
    few, many = {"summary-list": ("?q=甲", "")}.get(name, ("?q=丙", ""))
    client.get(address)
    with django_assert_max_num_queries(30) as one:
        assert len(ids_of(client.get(address + few))) == 1
    with django_assert_max_num_queries(30) as all_:
        assert len(ids_of(client.get(address + many))) >= 3
    assert len(one) == len(all_)


def test_lists_go_on_after_fifty_rows(world: World, as_: Any) -> None:
    for number in range(51):
        branch = make_organization(world.committee_2, f"第{number}党支部")
        make_duty(branch, DutyState.MISSING, month=JAN, recorded_at=NOW - timedelta(days=60))
    assess_all(TODAY, at=NOW)
    make_summaries(TODAY, at=NOW)
    client = as_("qian")

    for name, query in (
        ("district", ""),
        ("duty-list", "?month=2026-01-01"),
        ("summary-list", "?kind=branch"),
    ):
        address = reverse(f"health:{name}")
        first = client.get(address + query)
        onward = re.search(r'rel="next"\s+href="([^"]+)"', first.content.decode())
        assert onward is not None
        second = client.get(address + onward[1].replace("&amp;", "&"))
        assert len(ids_of(first)) == 50
        assert ids_of(second)
        assert not set(ids_of(first)) & set(ids_of(second))


def test_trend_holds_a_body_against_its_own_past(world: World, as_: Any) -> None:
    a_month(world)

    page = as_("qian").get(reverse("health:district")).content.decode()

    assert page.count('class="trend__held"') == 1
    assert "2026年1月" in page


@pytest.mark.parametrize(
    "name", ["district", "duty-list", "transfer-list", "term-list", "returned-list", "summary-list"]
)
def test_empty_pages_say_what_would_stand_there(world: World, as_: Any, name: str) -> None:
    for query in ("", "?q=没有"):
        page = as_("qian").get(reverse(f"health:{name}") + query)
        assert page.status_code == 200


@pytest.mark.parametrize(
    "name", ["home", "district", "duty-list", "transfer-list", "term-list", "returned-list", "summary-list"]
)
def test_pages_speak_english_too(world: World, as_: Any, name: str) -> None:
    a_month(world)
    user = world.qian.user
    user.language = "en"
    user.save()

    page = as_("qian").get(reverse(f"health:{name}"), follow=True)

    words = text_of(page)
    assert any(
        each in words for each in ("Silent", "summaries", "Duties", "Elections", "waiting", "sent back")
    )
    assert not re.search("近期无活动|情况汇总|到期", words)
