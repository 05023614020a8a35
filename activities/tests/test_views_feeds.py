"""The page of calendar subscriptions, and the same by the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from activities.models import CalendarFeed
from activities.tests.feeds import fetch, make
from activities.tests.pages import ids_on, page
from branches.tests.factories import NOW, make_organization
from members.models import Post
from orgportal.core.models import IdempotencyKey

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
URL, API = "/activities/calendars/", "/api/v1/calendars/"
ADDRESS = re.compile(r'value="(http://testserver/activities/calendars/([\w-]+)\.ics)"')


def shown_address(html: str) -> tuple[str, str]:
    found = ADDRESS.search(html)
    assert found, html
    return found[1], found[2]


def test_making_tells_the_address_once(world: Any, as_: As) -> None:
    client = as_("chen")
    assert "尚未生成地址" in page(client.get(URL))

    made = page(client.post(f"{URL}make/"))
    address, token = shown_address(made)

    assert f'href="webcal://{address.removeprefix("http://")}"' in made
    assert "只显示一次" in made
    again = page(client.get(URL))
    assert token not in again
    assert "尚未读取" in again
    assert ids_on(again) == [CalendarFeed.unscoped.get().pk]
    assert fetch(token).status_code == 200
    assert "最近读取于 2026年3月10日" in page(client.get(URL))


def test_sending_the_form_twice_makes_one_and_hides_the_address(world: Any, as_: As) -> None:
    client, key = as_("chen"), {"idempotency_key": "7b0d3e60-5f0e-4a3c-9d44-0f8a7f8f2f11"}
    headers = {"HTTP_IDEMPOTENCY_KEY": key["idempotency_key"]}

    first = client.post(f"{URL}make/", **headers)
    second = client.post(f"{URL}make/", **headers)

    token = shown_address(page(first))[1]
    assert (second.status_code, second["Location"]) == (303, URL)
    assert CalendarFeed.unscoped.count() == 1
    assert token.encode() not in bytes(IdempotencyKey.objects.get().body)


def test_a_second_address_of_the_same_calendar_is_refused_in_words(world: Any, as_: As) -> None:
    client = as_("chen")
    client.post(f"{URL}make/")

    answer = client.post(f"{URL}make/")

    assert answer.status_code == 422
    assert "此日历已有地址" in page(answer)


def test_renewing_shows_the_new_address_and_stops_the_old_one(world: Any, as_: As) -> None:
    old = make(world, "li", world.a)
    answer = page(as_("li").post(f"{URL}{old.feed.pk}/renew/"))
    token = shown_address(answer)[1]

    assert token != old.token
    assert (fetch(old.token).status_code, fetch(token).status_code) == (404, 200)


def test_switching_off_leaves_the_page_as_before(world: Any, as_: As) -> None:
    made = make(world, "chen")
    client = as_("chen")

    assert client.post(f"{URL}{made.feed.pk}/end/").status_code == 302

    assert fetch(made.token).status_code == 404
    assert "尚未生成地址" in page(client.get(URL))
    assert client.post(f"{URL}{made.feed.pk}/end/").status_code == 404


def test_branches_are_offered_to_those_who_may_read_them(world: Any, as_: As) -> None:
    make(world, "zhao", world.a)

    html = page(as_("zhao").get(URL))

    assert "乙社区党支部" in html
    assert "丙社区党支部" not in html
    assert f'name="branch" value="{world.a.pk}"' not in html
    assert f'name="branch" value="{world.b.pk}"' in html
    assert "党支部日历" not in page(as_("chen").get(URL))
    assert f'value="{world.a.pk}"' in page(as_("ran").get(URL))


def test_many_branches_are_found_by_name(world: Any, as_: As) -> None:
    for number in range(12):
        make_organization(world.committee_1, f"第{number}网格党支部")
    client = as_("zhao")

    assert "还有更多党支部" in page(client.get(URL))
    found = page(client.get(f"{URL}?q=第7网格"))
    assert found.count('name="branch"') == 1
    assert "empty--no_result" in page(client.get(f"{URL}?q=没有的"))


def test_a_branch_out_of_reach_says_that_it_shows_nothing(world: Any, as_: As) -> None:
    make(world, "li", world.a)
    Post.unscoped.filter(member=world.li).update(ends_on=NOW.date() - timedelta(days=1))

    html = page(as_("li").get(URL))

    assert "已不在您的职责范围内" in html
    assert "甲社区党支部" in html


def test_who_has_no_member_and_whose_reach_has_no_branch_is_told_so(world: Any, as_: As) -> None:
    assert "此账号未对应党员" in page(as_("sys").post(f"{URL}make/"))
    assert "只有党员才有本人的日历" in page(as_("sys").get(URL))
    world.a.dissolved_on = NOW.date()
    world.a.save()
    assert as_("li").get(URL).status_code == 200


def test_the_page_is_led_to(world: Any, as_: As) -> None:
    assert URL in page(as_("li").get("/activities/month/"))
    assert URL in page(as_("chen").get("/activities/follow-ups/"))
    assert URL in page(as_("chen").get("/"))
    assert URL in page(as_("chen").get("/members/own/"))


def test_the_page_in_english(world: Any, as_: As) -> None:
    make(world, "li", world.a)
    world.li.user.language = "en"
    world.li.user.save()

    html = page(as_("li").get(URL))

    assert "Calendar subscription" in html
    assert "never read yet" in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_queries_for_any_number_of_calendars(
    world: Any, as_: As, django_assert_num_queries: Any, rows: int
) -> None:
    for branch in (world.a, world.b, world.c)[:rows]:
        make(world, "qian", branch)
    client = as_("qian")

    with django_assert_num_queries(10):
        assert len(ids_on(page(client.get(URL)))) == rows


def test_last_read_is_told_to_the_hour(world: Any, as_: As) -> None:
    cache.clear()
    made = make(world, "chen")
    fetch(made.token)
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        fetch(made.token)
    assert "9:00" in page(as_("chen").get(URL)).split("最近读取于")[1][:30]


# --- the API


def test_api_makes_renews_and_ends(world: Any, as_: As) -> None:
    client = as_("li")

    made = client.post(API, {"branch": world.a.pk}, content_type="application/json")
    body = made.json()
    token = body["address"].rpartition("/")[2].removesuffix(".ics")

    assert made.status_code == 201
    assert body == {
        "id": body["id"], "branch_id": world.a.pk, "made_at": "2026-03-10T01:00:00Z", "used_at": None,
        "address": f"http://testserver/activities/calendars/{token}.ics",
    }  # fmt: skip
    assert fetch(token).status_code == 200
    (listed,) = client.get(API).json()["results"]
    assert set(listed) == {"id", "branch_id", "made_at", "used_at"}
    renewed = client.post(f"{API}{body['id']}/renew/").json()
    assert renewed["address"] != body["address"]
    assert fetch(token).status_code == 404
    assert client.delete(f"{API}{body['id']}/").status_code == 204
    assert client.get(API).json()["results"] == []


def test_api_tells_an_address_once(world: Any, as_: As) -> None:
    headers = {"HTTP_IDEMPOTENCY_KEY": "7b0d3e60-5f0e-4a3c-9d44-0f8a7f8f2f11"}
    client = as_("chen")
    client.post(API, {}, content_type="application/json", **headers)

    again = client.post(API, {}, content_type="application/json", **headers)

    assert (again.status_code, again["Location"]) == (303, API)
    assert client.post(API, {}, content_type="application/json").json()["code"] == "feed_exists"
