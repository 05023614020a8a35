"""Any past day on the pages and over the API: worked out by that day's facts and rules, acting on nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import DutyState
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from orgportal.core.models import LocalProvision
from orgportal.health.rules.findings import RULES_BEGIN
from orgportal.health.tests.factories import make_duty
from orgportal.health.tests.matrix import a_month, branches_of
from orgportal.health.tests.reading import ids_of, numbers_of, text_of

JAN = date(2026, 1, 1)
THEN = "?as_of=2026-02-01"
pytestmark = pytest.mark.usefixtures("on_the_day")


def page_of(world: World, name: str = "a") -> str:
    return reverse("health:branch", args=[getattr(world, name).pk])


def test_a_branch_on_a_past_day_says_so_and_acts_on_nothing(world: World, as_: Any) -> None:
    a_month(world)

    page = as_("li").get(page_of(world) + THEN)
    words = text_of(page)

    assert "2026年2月1日" in words
    assert "并非今日" in words
    # Today nothing has been said for over 45 days; then the branch had met in the middle of January.
    markup = page.content.decode()
    assert "finding--urgent" not in markup
    assert "finding--urgent" in as_("li").get(page_of(world)).content.decode()
    assert "finding__links" not in markup
    assert reverse("activities:activity-create") not in markup.split("<main")[1].split("</main")[0]


def test_what_was_entered_later_is_not_known_earlier(world: World, as_: Any) -> None:
    make_duty(
        world.a, DutyState.EXCUSED, month=JAN, reason="防汛", recorded_at=NOW - timedelta(days=60),
        decided_at=NOW - timedelta(days=1),
    )  # fmt: skip

    known_now = text_of(as_("li").get(page_of(world) + "?as_of=2026-02-10"))
    known_then = text_of(as_("li").get(page_of(world) + "?as_of=2026-02-10&known_at=2026-02-11"))

    assert "未作任何说明的周期" not in known_now
    assert "未作任何说明的周期" in known_then


def test_the_rules_are_those_of_that_day(world: World, as_: Any) -> None:
    a_month(world)
    LocalProvision.objects.create(
        key="health.silent_days", path=world.district.path, value=10, instrument="区委〔2026〕3号",
        valid_from=date(2026, 2, 20), recorded_at=NOW,
    )  # fmt: skip

    before = as_("qian").get(reverse("health:district") + "?as_of=2026-02-19").content.decode()
    since = as_("qian").get(reverse("health:district") + "?as_of=2026-02-21").content.decode()

    assert text_of_row(before, world.a.pk).count("近期无活动") == 0
    assert text_of_row(since, world.a.pk).count("近期无活动") == 1


def text_of_row(page: str, pk: int) -> str:
    return page.split(f'data-id="{pk}"')[1].split("</tr>")[0]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?as_of=2026-03-11", "该日期在未来。"),
        ("?as_of=2026-02-01&known_at=2026-03-11", "该日期在未来。"),
        ("?as_of=2020-07-12", "尚未全部施行"),
        ("?as_of=2026-02-01&known_at=2026-01-31", "当日之前"),
        ("?as_of=nonsense", "日期"),
    ],
)
@pytest.mark.parametrize("name", ["branch", "district"])
def test_what_cannot_be_worked_out_is_refused_in_words(
    world: World, as_: Any, query: str, words: str, name: str
) -> None:
    address = page_of(world) if name == "branch" else reverse("health:district")

    page = as_("qian").get(address + query)

    assert page.status_code == 200
    assert words in text_of(page)
    assert "并非今日" not in text_of(page)
    api = as_("qian").get(reverse("api-health:assessment-list") + query)
    assert api.status_code == 400


def test_the_first_day_of_all_rules_can_be_worked_out(world: World, as_: Any) -> None:
    page = as_("li").get(page_of(world) + f"?as_of={RULES_BEGIN.isoformat()}")

    assert "并非今日" in text_of(page)


def test_a_branch_that_did_not_stand_is_said_not_to(world: World, as_: Any) -> None:
    new = make_organization(world.committee_1, "新党支部", established_on=date(2026, 3, 1))
    gone = make_organization(world.committee_1, "旧党支部", dissolved_on=date(2026, 2, 20))
    client = as_("zhao")

    assert "这一天还没有这个党支部" in text_of(client.get(reverse("health:branch", args=[new.pk]) + THEN))
    assert "并非今日" in text_of(client.get(reverse("health:branch", args=[gone.pk]) + THEN))
    assert client.get(reverse("health:branch", args=[gone.pk])).status_code == 404
    api = client.get(reverse("api-health:assessment-detail", args=[new.pk]) + THEN)
    assert (api.status_code, list(api.json())) == (400, ["as_of"])


@pytest.mark.parametrize("persona", ["li", "zhao", "qian", "wang"])
def test_a_past_day_shows_no_more_than_today(world: World, as_: Any, persona: str) -> None:
    a_month(world)
    client = as_(persona)

    assert set(ids_of(client.get(reverse("health:district") + THEN))) == branches_of(world, persona)
    rows = client.get(reverse("api-health:assessment-list") + THEN).json()["results"]
    assert {row["id"] for row in rows} == branches_of(world, persona)
    for name in "abc":
        seen = getattr(world, name).pk in branches_of(world, persona)
        assert client.get(page_of(world, name) + THEN).status_code == (200 if seen else 404)
        api = reverse("api-health:assessment-detail", args=[getattr(world, name).pk]) + THEN
        assert client.get(api).status_code == (200 if seen else 404)


def test_numbers_of_a_past_day_open_as_many(world: World, as_: Any) -> None:
    a_month(world)
    client, place = as_("qian"), reverse("health:district")

    numbers = numbers_of(client.get(f"{place}?as_of=2026-02-10"))

    assert len(numbers) == 5
    for value, address in numbers:
        assert (address, len(ids_of(client.get(place + address)))) == (address, value)
    assert [value for value, _ in numbers] == [2, 2, 2, 2, 4]


def test_a_committee_is_chosen_and_the_list_goes_on(world: World, as_: Any) -> None:
    for number in range(51):
        make_organization(world.committee_2, f"第{number}党支部")
    client, place = as_("qian"), reverse("health:district")
    query = f"?as_of=2026-02-10&under={world.committee_2.path}"

    first = client.get(place + query)
    second = client.get(place + query + "&page=2")

    assert (len(ids_of(first)), len(ids_of(second))) == (50, 2)
    assert 'rel="next"' in first.content.decode()
    assert 'rel="prev"' in second.content.decode()
    assert ids_of(client.get(place + query + "&need=silent")) == []


def test_the_api_says_what_the_page_says(world: World, as_: Any) -> None:
    a_month(world)
    client = as_("zhao")

    silent = client.get(reverse("api-health:assessment-list") + "?as_of=2026-02-10&is_silent=true").json()
    one = client.get(
        reverse("api-health:assessment-detail", args=[world.b.pk]) + "?as_of=2026-02-10&known_at=2026-02-11"
    ).json()

    assert [row["id"] for row in silent["results"]] == [world.b.pk]
    assert (one["as_of"], one["is_silent"], one["silent_since"]) == ("2026-02-10", True, "2026-02-01")
    assert one["facts"]["duties"] == {}
    assert {finding["code"] for finding in one["findings"]} >= {"duty_missing", "silent_on_duty"}


def test_a_past_day_takes_the_same_queries_for_one_branch_and_many(
    world: World, as_: Any, django_assert_max_num_queries: Any
) -> None:
    client, place = as_("qian"), reverse("health:district") + "?as_of=2026-02-10"
    client.get(place)
    with django_assert_max_num_queries(30) as few:
        client.get(place)
    for number in range(5):
        make_organization(world.committee_2, f"第{number}党支部")
    with django_assert_max_num_queries(30) as many:
        assert len(ids_of(client.get(place))) == 9
    assert len(few) == len(many)


def test_a_past_day_speaks_english_too(world: World, as_: Any) -> None:
    a_month(world)
    user = world.qian.user
    user.language = "en"
    user.save()

    for address in (page_of(world), reverse("health:district")):
        assert "not today" in text_of(as_("qian").get(address + THEN))
    assert TODAY > RULES_BEGIN
