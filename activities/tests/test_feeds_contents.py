"""What a calendar holds for whom, and that the right is asked at each reading."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache

from activities.choices import DutyState
from activities.models import Activity, Decision, Duty
from activities.tests.feeds import MEETING, events, fetch, follow_up, make, move, plan, record
from branches.choices import PostKind
from branches.tests.factories import NOW
from members.choices import Standing
from members.models import Member, Post
from members.tests.factories import make_post
from orgportal.core.models import User

pytestmark = pytest.mark.usefixtures("on_the_day", "_fresh_throttle")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def _fresh_throttle() -> None:
    cache.clear()


# --- what it holds


def test_a_branch_calendar_holds_what_was_held_and_planned_and_no_word_of_it(world: Any) -> None:
    held = record(world, "第一季度支部党员大会", there=[world.chen], note="会议记录正文", **MEETING)
    record(world, "别的支部", world.b)
    token = make(world, "li", world.a).token

    text = fetch(token).content.decode()
    event = events(token)["第一季度支部党员大会"]

    assert list(events(token)) == ["第一季度支部党员大会"]
    assert event["dtstart"].dt == datetime(2026, 3, 5, 9, 0, tzinfo=SHANGHAI)
    assert event["dtend"].dt == datetime(2026, 3, 5, 10, 30, tzinfo=SHANGHAI)
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert str(event["location"]) == "党群活动室"
    assert str(event["status"]) == "CONFIRMED"
    assert event["sequence"] == 1
    assert event["last-modified"].dt == event["dtstamp"].dt == NOW
    assert str(event["uid"]) == f"activity-{held.pk}@orgportal"
    assert str(event["url"]) == f"http://testserver/activities/{held.pk}/"
    assert event["categories"].to_ical().decode() == "支部党员大会"
    for secret in ("会议记录正文", *(person.name for person in (world.li, world.chen, world.ran))):
        assert secret not in text


def test_states_are_told_as_calendars_tell_them(world: Any) -> None:
    plan(world, "有钟点", **MEETING)
    plan(world, "只有开始", starts_at=MEETING["starts_at"])
    plan(world, "只有日子")
    for state in ("did_not_meet", "excused", "void"):
        record(world, state, state=state, reason="防汛")
    found = events(make(world, "li", world.a).token)

    assert {title: str(event["status"]) for title, event in found.items()} == {
        "有钟点": "CONFIRMED",
        "只有开始": "CONFIRMED",
        "只有日子": "TENTATIVE",
        "did_not_meet": "CANCELLED",
        "excused": "CANCELLED",
        "void": "CANCELLED",
    }
    assert found["只有日子"]["dtstart"].to_ical() == b"20260320"
    assert found["只有日子"]["dtend"].to_ical() == b"20260321"
    assert "TZID" not in found["只有日子"]["dtstart"].params
    assert "dtend" not in found["只有开始"]
    assert "防汛" not in str(found)


def test_the_window_is_six_months_back_and_twelve_ahead(world: Any) -> None:
    for day in (date(2025, 9, 9), date(2025, 9, 10), date(2027, 3, 10), date(2027, 3, 11)):
        plan(world, f"{day}", held_on=day)

    assert list(events(make(world, "li", world.a).token)) == ["2027-03-10", "2025-09-10"]


def test_a_branch_calendar_holds_the_days_open_duties_are_due(world: Any) -> None:
    shape = {"branch": world.a, "recorded_at": NOW, "decided_at": NOW, "starts_on": date(2026, 3, 1)}
    shape |= {"ends_on": date(2026, 3, 31), "due_on": date(2026, 3, 31)}
    group = world.a.groups.create(name="第一党小组", founded_on=date(2020, 1, 1))
    open_one = Duty.unscoped.create(rule="themeday.freq", **shape)
    Duty.unscoped.create(rule="meeting.group.freq", group=group, state=DutyState.MISSING, **shape)
    Duty.unscoped.create(rule="orglife.freq", state=DutyState.NOT_APPLICABLE, **shape)
    Duty.unscoped.create(rule="review.freq", **shape | {"branch": world.b})

    found = events(make(world, "li", world.a).token)

    assert list(found) == ["应办：主题党日", "应办：党小组会 · 第一党小组"]
    event = found["应办：主题党日"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 31), date(2026, 4, 1))
    assert str(event["transp"]) == "TRANSPARENT"
    assert str(event["uid"]) == f"duty-{open_one.pk}@orgportal"
    assert list(events(make(world, "chen").token)) == []


def test_a_member_finds_what_the_member_is_called_to(world: Any) -> None:
    own, other = (world.a.groups.create(name=name, founded_on=date(2020, 1, 1)) for name in ("一组", "二组"))
    Member.unscoped.filter(pk=world.chen.pk).update(group=own)
    here = {"there": [world.chen]}
    plan(world, "全体")
    plan(world, "本组", kind="group", group=own)
    plan(world, "别组", kind="group", group=other)
    plan(world, "支委会", kind="committee")
    plan(world, "别的支部", world.b)
    record(world, "到会", **here, **MEETING)
    record(world, "未列名")
    record(world, "作废", state="void", reason="录错", **here)
    token = make(world, "chen").token

    found = events(token)

    assert set(found) == {"全体", "本组", "到会", "作废"}
    assert "url" not in found["到会"]
    assert str(found["到会"]["location"]) == "党群活动室"


def test_a_secretary_finds_all_the_secretary_has_a_seat_in(world: Any) -> None:
    group = world.a.groups.create(name="一组", founded_on=date(2020, 1, 1))
    plan(world, "支委会", kind="committee")
    plan(world, "小组会", kind="group", group=group)
    record(world, "大会")
    found = events(make(world, "li").token)

    assert set(found) == {"支委会", "大会"}
    assert "url" in found["大会"]
    assert set(events(make(world, "ran").token)) == {"大会"}


def test_open_follow_ups_stand_on_their_day_in_the_own_calendar(world: Any) -> None:
    activity = record(world, "大会", version=3)
    mine = follow_up(activity, "公示一季度账目", world.chen, date(2026, 4, 1))
    follow_up(activity, "别人的事", world.sun, date(2026, 4, 1))
    Decision.unscoped.filter(pk=follow_up(activity, "办完的", world.chen, date(2026, 4, 2)).pk).update(
        done_on=date(2026, 3, 9), result="已办"
    )
    void = record(world, "作废", state="void", reason="录错")
    follow_up(void, "作废的", world.chen, date(2026, 4, 3))

    found = events(make(world, "chen").token)

    assert list(found) == ["待办：公示一季度账目"]
    event = found["待办：公示一季度账目"]
    assert event["dtstart"].dt == date(2026, 4, 1)
    assert str(event["url"]) == "http://testserver/activities/follow-ups/?mine=on"
    assert str(event["uid"]) == f"follow-up-{mine.pk}@orgportal"


def test_an_amendment_keeps_the_uid_and_raises_the_sequence(world: Any) -> None:
    activity = record(world, "大会")
    token = make(world, "li", world.a).token
    before = events(token)["大会"]

    Activity.unscoped.filter(pk=activity.pk).update(
        title="大会（改）", version=2, changed_at=NOW + timedelta(hours=1)
    )
    after = events(token)["大会（改）"]

    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (1, 2)
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(hours=1)


def test_words_of_the_portal_are_in_the_language_of_the_person(world: Any) -> None:
    follow_up(record(world, "大会"), "公示", world.chen, date(2026, 4, 1))
    token = make(world, "chen").token
    chinese = fetch(token)
    User.objects.filter(pk=world.chen.user_id).update(language="en")
    english = fetch(token, accept_language="zh")

    assert "X-WR-CALNAME:我的组织生活" in chinese.content.decode()
    assert chinese["Content-Language"] == "zh-hans"
    assert "SUMMARY:To do: 公示" in english.content.decode()
    assert "CATEGORIES;LANGUAGE=en:Follow-up" in english.content.decode()
    assert english["Content-Language"] == "en"


# --- the right is asked at each reading


def test_a_post_that_ended_leaves_an_empty_branch_calendar(world: Any) -> None:
    record(world, "大会")
    token = make(world, "li", world.a).token
    assert list(events(token)) == ["大会"]

    Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 9))

    assert events(token) == {}


def test_a_transfer_away_takes_the_branch_out_of_the_own_calendar(world: Any) -> None:
    plan(world, "老支部")
    plan(world, "新支部", world.b)
    token = make(world, "chen").token
    assert set(events(token)) == {"老支部"}

    move(world.chen, world.b)

    assert set(events(token)) == {"新支部"}


def test_who_left_the_party_finds_nothing(world: Any) -> None:
    plan(world, "大会")
    token = make(world, "chen").token

    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)

    assert events(token) == {}


def test_a_desk_takes_the_calendar_away(world: Any) -> None:
    plan(world, "大会")
    make_post(world.chen, world.a, PostKind.RECORDER, ends_on=date(2026, 12, 31))
    token = make(world, "chen", world.a).token

    User.objects.filter(pk=world.chen.user_id).update(desk="audit")

    assert events(token) == {}
