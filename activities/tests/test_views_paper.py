"""A month of meetings typed from paper: read back in names, recorded together or not at all."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity
from activities.tests.pages import page, row
from activities.workflows.duties import open_duties
from branches.choices import PostKind
from branches.tests.factories import make_group
from members.tests.factories import make_member, make_post

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
PAPER = "/activities/paper/"
MARCH = f"{PAPER}?month=2026-03"


def test_the_month_asks_for_what_it_still_owes(world: Any, as_: As) -> None:
    open_duties(world.today)

    html = page(as_("li").get(MARCH))

    assert '<option value="general" selected>' in html
    assert '<option value="theme_day" selected>' in html
    assert '<option value="review" selected>' not in html
    assert 'name="m-0-chair" value="李书记"' in html


def test_meetings_of_a_month_are_recorded_together(world: Any, as_: As) -> None:
    client = as_("li")
    lecture = row(world, 1, what="lecture", day="6", away="", items="讲稿 => 印发 @陈党员 3-20")

    response = client.post(MARCH, row(world) | lecture)

    assert response.status_code == 302
    first, second = Activity.unscoped.order_by("held_on")
    assert (first.kind, first.held_on, first.present, first.expected) == ("general", date(2026, 3, 5), 3, 4)
    assert first.leave_ids == [world.sun.pk]
    assert (first.chair, first.title) == (world.li, "2026年3月支部党员大会")
    assert (second.kind, second.present) == ("lecture", 4)
    saved = page(client.get(response["Location"]))
    assert "已保存 2 条记录" in saved
    assert f'data-id="{first.pk}"' in saved
    assert "孙党员" in saved


def test_what_one_line_answers_stands_on_the_next_page(world: Any, as_: As) -> None:
    open_duties(world.today)
    client = as_("li")

    saved = page(client.get(client.post(MARCH, row(world))["Location"]))

    assert "state--on_time" in saved


def test_one_wrong_line_keeps_all_of_them_out(world: Any, as_: As) -> None:
    response = as_("li").post(MARCH, row(world) | row(world, 1, what="lecture", day="6", away="胡八 病假"))

    html = page(response)
    assert response.status_code == 422
    assert not Activity.unscoped.exists()
    assert "第 2 行" in html
    assert "胡八" in html
    assert 'value="4 病假"' in html


def test_numbers_count_only_once_their_names_were_seen(world: Any, as_: As) -> None:
    client = as_("li")

    asked = client.post(MARCH, row(world, roster=""))

    html = page(asked)
    assert asked.status_code == 200
    assert "请先核对姓名，再保存" in html
    assert "孙党员（" in html
    assert not Activity.unscoped.exists()
    seen = html.split('name="m-0-roster"')[1].split('value="')[1].split('"')[0]
    assert client.post(MARCH, row(world, roster=seen)).status_code == 302


def test_a_roster_that_changed_since_is_named(world: Any, as_: As) -> None:
    sent = row(world)
    make_member(world.a, "郑新来")

    response = as_("li").post(MARCH, sent)

    assert response.status_code == 422
    assert "郑新来" in page(response)
    assert not Activity.unscoped.exists()


def test_a_second_of_the_day_asks_first(world: Any, as_: As) -> None:
    client = as_("li")
    twice = row(world) | row(world, 1, away="")

    response = client.post(MARCH, twice)

    assert response.status_code == 422
    assert 'name="m-1-is_another"' in page(response)
    assert not Activity.unscoped.exists()
    assert client.post(MARCH, twice | {"m-1-is_another": "on"}).status_code == 302
    assert Activity.unscoped.count() == 2


def test_that_none_was_held_needs_no_day(world: Any, as_: As) -> None:
    open_duties(world.today)
    client = as_("li")

    response = client.post(
        MARCH, row(world, day="", away="", roster="", what="theme_day", not_held="防汛值守")
    )

    said = Activity.unscoped.get()
    assert response.status_code == 302
    assert (said.state, said.kind, said.reason) == (ActivityState.DID_NOT_MEET, "theme_day", "防汛值守")
    assert said.held_on == world.today
    assert "防汛值守" in page(client.get(response["Location"]))


def test_hours_and_place_are_as_last_time_unless_typed(world: Any, as_: As) -> None:
    client = as_("li")
    client.post(MARCH, row(world, starts_at="09:00", ends_at="10:30", place="党群活动室"))

    client.post(MARCH, row(world, day="6"))
    client.post(MARCH, row(world, day="7", place="村口"))

    _first, same, other = Activity.unscoped.order_by("held_on")
    assert (same.place, f"{same.starts_at:%H:%M}", f"{same.ends_at:%H:%M}") == (
        "党群活动室",
        "09:00",
        "10:30",
    )
    assert (other.place, other.starts_at) == ("村口", None)


def test_another_chair_is_named_by_number_or_name(world: Any, as_: As) -> None:
    client = as_("li")

    client.post(MARCH, row(world, chair="1"))
    refused = client.post(MARCH, row(world, day="6", chair="胡八"))

    assert Activity.unscoped.get().chair == world.chen
    assert refused.status_code == 422
    assert "胡八" in page(refused)


def test_without_a_usual_chair_one_is_asked_for(world: Any, as_: As) -> None:
    group = make_group(world.a)
    world.sun.group = group
    world.sun.save()

    response = as_("li").post(MARCH, row(world, what=f"group-{group.pk}", away=""))

    assert response.status_code == 422
    assert "请填写主持人。" in page(response)


def test_a_lecture_inside_the_meeting_is_ticked_beside_it(world: Any, as_: As) -> None:
    as_("li").post(MARCH, row(world, also_kinds=["lecture"]))

    assert Activity.unscoped.get().also_kinds == ["lecture"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"what": ""}, "请选择是哪一种会议。"),
        ({"day": ""}, "请填写日期（几号）。"),
        ({"day": "31", "month": "2026-02"}, "本月没有这一天。"),
        ({"day": "32"}, "几号"),
        ({"day": "11"}, "该日期尚未到来"),
        ({"not_held": "防汛"}, "要么召开"),
        ({"not_held": "防汛", "away": "", "guests": "2001 王外人"}, "要么召开"),
        ({"day": "", "away": "", "guests": "2001 王外人"}, "请填写日期（几号）。"),
        ({"away": "9 病假"}, "9"),
        ({"away": "1 2 3 4 缺席"}, "没有开会"),
        ({"ends_at": "08:00", "starts_at": "09:00"}, "结束时间早于开始时间"),
        ({"items": "甲 => 乙 @陈党员"}, "陈党员"),
        ({"what": "committee", "also_kinds": ["lecture"]}, "不能合并"),
        ({"what": "general", "also_kinds": ["general"]}, "错误"),
        ({"what": "group-999"}, "错误"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(world: Any, as_: As, changes: dict[str, Any], words: str) -> None:
    month = changes.pop("month", "2026-03")

    response = as_("li").post(f"{PAPER}?month={month}", row(world, **changes))

    html = page(response)
    assert response.status_code == 422
    assert words in html
    assert "第 1 行" in html
    assert not Activity.unscoped.exists()


def test_an_empty_page_says_what_is_needed(world: Any, as_: As) -> None:
    response = as_("li").post(MARCH, row(world, day="", away="", roster=""))

    assert response.status_code == 422
    assert "还没有填写内容" in page(response)


def test_more_rows_keep_what_was_typed_and_judge_nothing(world: Any, as_: As) -> None:
    response = as_("li").post(MARCH, row(world, day="", also_kinds=["lecture"]) | {"more": "1"})

    html = page(response)
    assert response.status_code == 200
    assert 'value="4 病假"' in html
    assert 'name="m-3-what"' in html
    assert "error-summary" not in html


def test_the_row_is_read_while_typing(world: Any, as_: As) -> None:
    url = "/activities/paper/check/?month=2026-03&row=2"
    client = as_("li")

    good = page(client.post(url, row(world, 2, roster=""), headers={"HX-Request": "true"}))
    bad = page(client.post(url, row(world, 2, away="胡八 病假"), headers={"HX-Request": "true"}))
    silent = page(
        client.post(url, row(world, 2, day="", away="", not_held="防汛"), headers={"HX-Request": "true"})
    )

    assert "未到：孙党员（生病）" in good
    assert 'name="m-2-roster"' in good
    assert "胡八" in bad
    assert "防汛" in silent
    assert client.post("/activities/paper/check/?row=x").status_code == 404
    assert client.post("/activities/paper/check/?row=40").status_code == 404
    assert not Activity.unscoped.exists()


def test_who_records_for_two_branches_chooses_first(world: Any, as_: As) -> None:
    make_post(world.li, world.b, PostKind.PUBLICITY)
    client = as_("li")

    assert f"?branch={world.b.pk}" in page(client.get(PAPER))
    assert f"?branch={world.b.pk}" in page(client.get("/activities/roster-sheet/"))
    assert client.post("/activities/paper/check/?row=0").status_code == 404


def test_a_group_leader_is_offered_the_own_group_only(world: Any, as_: As) -> None:
    group = make_group(world.a)
    make_group(world.a, "第二党小组")
    make_post(world.chen, world.a, PostKind.GROUP_LEADER, group=group)
    world.chen.group = group
    world.chen.save()
    client = as_("chen")

    html = page(client.get(MARCH))
    response = client.post(MARCH, row(world, what=f"group-{group.pk}", away="", roster=str(world.chen.pk)))

    assert "第二党小组" not in html
    assert '<option value="general"' not in html
    assert response.status_code == 302
    assert Activity.unscoped.get().group == group
    assert client.post(MARCH, row(world)).status_code == 422


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "x", "2026-13", "2027-01"])
def test_a_month_out_of_reach_is_this_month(world: Any, as_: As, month: str) -> None:
    assert "2026年3月" in page(as_("li").get(f"{PAPER}?month={month}"))


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_the_calendar_does_not_run_off_its_ends(world: Any, as_: As, month: str) -> None:
    assert as_("li").get(f"/activities/month/?month={month}").status_code == 200


def test_the_sheet_numbers_people_as_the_pages_do(world: Any, as_: As) -> None:
    client = as_("li")

    everybody = page(client.get("/activities/roster-sheet/"))
    committee = page(client.get("/activities/roster-sheet/?kind=committee&on=2026-03-05"))

    cells = [part.split("<")[0] for part in everybody.split('sheet__name">')[1:]]
    on_page = [part.split('"')[0] for part in page(client.get("/activities/new/")).split('roster__who">')[1:]]
    # Two columns: the second half stands beside the first.
    assert [cells[0], cells[2], cells[1], cells[3]] == [
        words.split(" ")[0].split("<")[0] for words in on_page
    ]
    assert "李书记" in committee
    assert 'sheet__name">孙党员' not in committee


def test_an_empty_roster_is_said(world: Any, as_: As) -> None:
    group = make_group(world.a)

    assert "没有" in page(as_("li").get(f"/activities/roster-sheet/?kind=group&group={group.pk}"))


@pytest.mark.parametrize("address", ["/activities/paper/", "/activities/roster-sheet/"])
@pytest.mark.parametrize(("persona", "status"), [("zhao", 403), ("chen", 403), ("wang", 404)])
def test_strangers_and_onlookers_have_no_paper_here(
    world: Any, as_: As, address: str, persona: str, status: int
) -> None:
    assert as_(persona).get(f"{address}?branch={world.a.pk}").status_code == status


def test_guests_are_kept_with_their_row(world: Any, as_: As) -> None:
    as_("li").post(MARCH, row(world, guests=f"{world.wang.number} 王外人"))

    assert Activity.unscoped.get().guests.get().number == world.wang.number


def test_somebody_elses_batch_is_not_shown(world: Any, as_: As) -> None:
    as_("li").post(MARCH, row(world))
    of = Activity.unscoped.get().pk

    assert as_("wang").get(f"/activities/paper/saved/{of}-x/").status_code == 404
    assert as_("li").get(f"/activities/paper/saved/{of}-{of}/").status_code == 200
    assert as_("li").get("/activities/paper/saved/x/").status_code == 404


def test_reading_a_row_costs_the_same_for_any_roster(
    world: Any, as_: As, django_assert_max_num_queries: Any
) -> None:
    client = as_("li")
    url = "/activities/paper/check/?month=2026-03&row=0"
    for number in range(20):
        make_member(world.a, f"党员{number}")
    client.post(url, row(world, roster=""))

    with django_assert_max_num_queries(22):
        client.post(url, row(world, roster=""))


def test_kinds_are_all_there(world: Any, as_: As) -> None:
    html = page(as_("li").get(MARCH))

    for kind in ActivityKind:
        assert (f'<option value="{kind}"' in html) is (kind != ActivityKind.GROUP)
