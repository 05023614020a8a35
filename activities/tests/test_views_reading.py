"""Lists, the month, paper, follow-ups."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind
from activities.models import Activity, Decision
from activities.tests.factories import make_activity
from activities.tests.pages import CREATE, ids_on, page, typed
from members.tests.factories import make_member

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def test_the_record_on_paper_has_lines_to_sign_on(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(CREATE, typed(world, note="第一段\n第二段"))
    activity = Activity.unscoped.get()

    html = page(client.get(reverse("activities:activity-print", kwargs={"pk": activity.pk})))

    assert html.count("signatures__line") == 2
    assert "住院" in html
    assert "第二段" in html


def test_the_list_filters_by_its_address(world: Any, as_: As) -> None:
    mine = make_activity(world.a, world.li.user, [world.li], also_kinds=[ActivityKind.LECTURE], place="东楼")
    theme = make_activity(
        world.a,
        world.li.user,
        [world.li],
        kind=ActivityKind.THEME_DAY,
        held_on=date(2026, 2, 1),
        title="植树",
    )
    other = make_activity(world.b, world.li.user, [])
    client = as_("zhao")

    def shown(query: str) -> list[int]:
        return ids_on(page(client.get(f"{reverse('activities:activity-list')}?{query}")))

    assert shown("") == [other.pk, mine.pk, theme.pk]
    assert shown("kind=lecture") == [mine.pk]
    assert shown("q=植树") == [theme.pk]
    assert shown("q=东楼") == [mine.pk]
    assert shown("since=2026-03-01&until=2026-03-31") == [other.pk, mine.pk]
    assert shown(f"branch={world.b.pk}") == [other.pk]
    assert shown("state=void") == []


@pytest.mark.parametrize("query", ["", "?q=没有的"])
def test_an_empty_list_says_why_and_what_next(world: Any, as_: As, query: str) -> None:
    html = page(as_("li").get(reverse("activities:activity-list") + query))

    assert ("empty--no_result" in html) is bool(query)
    assert "empty" in page(as_("zhao").get(reverse("activities:activity-list")))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("activity-list", 13), ("month", 10), ("decision-list", 14)])
def test_lists_cost_the_same_queries_for_any_number_of_rows(
    world: Any, as_: As, django_assert_num_queries: Any, rows: int, name: str, queries: int
) -> None:
    for number in range(rows):
        activity = make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 3, 1 + number))
        item = activity.items.create(position=1, topic="议题")
        item.decisions.create(text="决定", owner=world.chen, due_on=date(2026, 3, 20))
    client = as_("li")

    with django_assert_num_queries(queries):
        html = page(client.get(reverse(f"activities:{name}")))

    assert len(ids_on(html)) == rows


@pytest.mark.parametrize("people", [1, 3])
def test_a_record_costs_the_same_queries_for_any_number_of_people(
    world: Any, as_: As, django_assert_num_queries: Any, people: int
) -> None:
    activity = make_activity(world.a, world.li.user, [world.li])
    for number in range(people):
        activity.exceptions.create(member=make_member(world.a), presence="leave", reason="work")
        item = activity.items.create(position=number + 1, topic="议题")
        item.decisions.create(text="决定", owner=world.chen, due_on=date(2026, 3, 20))

    client = as_("li")
    with django_assert_num_queries(20):
        assert client.get(activity.get_absolute_url()).status_code == 200
    with django_assert_num_queries(18):
        assert client.get(CREATE).status_code == 200


def test_the_month_shows_what_was_held_on_which_day(world: Any, as_: As) -> None:
    march = make_activity(world.a, world.li.user, [world.li])
    february = make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 2, 25))
    client = as_("li")
    url = reverse("activities:month")

    assert ids_on(page(client.get(url))) == [march.pk]
    assert ids_on(page(client.get(f"{url}?month=2026-02"))) == [february.pk]
    assert ids_on(page(client.get(f"{url}?month=13"))) == [march.pk]
    assert "?month=2025-12" in page(client.get(f"{url}?month=2026-01"))


def test_follow_ups_show_what_is_open_and_take_what_came_of_it(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world, items="甲 => 乙 @陈党员 2026-03-08\n丙 => 丁 @李书记 2026-04-08"))
    mine = Decision.unscoped.get(text="乙")
    url, done = reverse("activities:decision-list"), reverse("activities:decision-done", args=[mine.pk])
    chen = as_("chen")

    meeting = f'href="{mine.item.activity.get_absolute_url()}"'

    assert ids_on(page(chen.get(url))) == [mine.pk]
    assert (meeting in page(chen.get(url)), meeting in page(as_("li").get(url))) == (False, True)
    assert len(ids_on(page(as_("li").get(url)))) == 2
    assert ids_on(page(as_("li").get(f"{url}?state=overdue"))) == [mine.pk]
    assert len(ids_on(page(as_("li").get(f"{url}?mine=on")))) == 1
    assert chen.get(done).status_code == 200
    assert chen.post(done, {"done_on": "2026-03-11", "result": "已公示", "version": "1"}).status_code == 422
    assert chen.post(done, {"done_on": "2026-03-09", "result": "已公示", "version": "1"}).status_code == 302
    assert ids_on(page(chen.get(url))) == []
    assert ids_on(page(chen.get(f"{url}?state=done"))) == [mine.pk]
    assert as_("wang").get(done).status_code == 404


def test_a_follow_up_is_opened_again(world: Any, as_: As) -> None:
    as_("li").post(CREATE, typed(world))
    decision = Decision.unscoped.get()
    Decision.unscoped.update(done_on=date(2026, 3, 9), result="已公示")
    url = reverse("activities:decision-reopen", args=[decision.pk])

    assert as_("li").post(url, {"version": "7"}).status_code == 302
    assert Decision.unscoped.get().done_on is not None
    as_("li").post(url, {"version": "1"})
    assert Decision.unscoped.get().done_on is None
