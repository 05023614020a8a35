"""A calendar at its address: how it is written, and what a program is answered."""

import json
import logging
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from activities.models import Activity, Duty
from activities.tests.feeds import MEETING, events, fetch, follow_up, make, plan, record
from activities.workflows.feeds import end_feed, renew_feed
from branches.tests.factories import NOW
from orgportal.core.logs import JsonFormatter
from orgportal.core.models import User

pytestmark = pytest.mark.usefixtures("on_the_day", "_fresh_throttle")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def _fresh_throttle() -> None:
    cache.clear()


# --- how it is written


def test_long_chinese_lines_are_folded_and_signs_escaped(world: Any) -> None:
    title = "学习贯彻；讨论,表决\\第一项" + "党员大会议题" * 15
    record(world, title[:120], **MEETING)
    content = fetch(make(world, "li", world.a).token).content

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    content.decode()
    for line in content.split(b"\r\n"):
        line.decode()  # no character is torn in two
    assert [str(each["summary"]) for each in Calendar.from_ical(content).walk("VEVENT")] == [title[:120]]
    assert vobject.readOne(content.decode()).vevent.summary.value == title[:120]


def test_two_readers_agree_and_the_zone_is_defined(world: Any) -> None:
    record(world, "大会", **MEETING)
    plan(world, "只有日子")
    content = fetch(make(world, "li", world.a).token).content
    ours, theirs = Calendar.from_ical(content), vobject.readOne(content.decode())

    assert str(ours["version"]) == "2.0"
    assert str(ours["x-wr-calname"]) == str(ours["name"]) == world.a.short_name
    assert ours["refresh-interval"].dt == timedelta(hours=1)
    (zone,) = ours.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Asia/Shanghai"
    starts = {event.summary.value: event.dtstart.value for event in theirs.vevent_list}
    assert starts["大会"].utcoffset() == timedelta(hours=8)
    assert starts["大会"].astimezone(SHANGHAI) == datetime(2026, 3, 5, 9, 0, tzinfo=SHANGHAI)
    assert starts["只有日子"] == date(2026, 3, 20)


def test_an_empty_calendar_is_still_a_calendar(world: Any) -> None:
    token = make(world, "chen").token

    assert events(token) == {}
    assert vobject.readOne(fetch(token).content.decode()).name == "VCALENDAR"


# --- what a program is answered


def test_headers_keep_it_with_its_reader(world: Any) -> None:
    answer = fetch(make(world, "li", world.a).token)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies == {}


def test_what_has_not_changed_is_not_sent_again(world: Any) -> None:
    token = make(world, "li", world.a).token
    first = fetch(token)

    assert fetch(token, if_none_match=first["ETag"]).status_code == 304
    assert fetch(token, if_modified_since=first["Last-Modified"]).status_code == 304
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        record(world, "大会")
        changed = fetch(token, if_none_match=first["ETag"])
        assert changed.status_code == 200
        assert fetch(token, if_modified_since=first["Last-Modified"]).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        Activity.unscoped.all().delete()
        # Back to what it was: the mark fits again, the day of the change does not.
        assert fetch(token, if_modified_since=changed["Last-Modified"]).status_code == 200
        assert fetch(token, if_none_match=first["ETag"]).status_code == 304


@pytest.mark.parametrize("rows", [1, 3])
def test_a_reading_costs_the_same_queries_for_any_number_of_rows(
    world: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        activity = record(world, f"{number}", held_on=date(2026, 3, 1 + number))
        follow_up(activity, f"{number}", world.li, date(2026, 4, 1))
        plan(world, f"plan {number}")
        duty = {"starts_on": date(2026, 1 + number, 1), "ends_on": date(2026, 3, 31)}
        Duty.unscoped.create(
            rule="themeday.freq", branch=world.a, due_on=date(2026, 3, 31), recorded_at=NOW, decided_at=NOW,
            **duty,
        )  # fmt: skip
    own, branch = make(world, "li").token, make(world, "li", world.a).token
    member = make(world, "chen").token

    with django_assert_num_queries(10):
        assert len(events(own)) == 3 * rows
    with django_assert_num_queries(10):
        assert len(events(member)) == rows
    with django_assert_num_queries(6):
        fetch(branch)
    with django_assert_num_queries(5):
        fetch(branch)


def test_every_address_that_opens_nothing_gets_the_same_answer(world: Any) -> None:
    ended, old, closed = (make(world, persona) for persona in ("li", "ran", "chen"))
    end_feed(ended.feed, actor=world.li.user, at=NOW)
    renew_feed(old.feed, actor=world.ran.user, at=NOW)
    User.objects.filter(pk=world.chen.user_id).update(is_active=False)

    answers = [fetch(token) for token in (ended.token, old.token, closed.token, "x" * 43, "kurz")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({json.dumps(sorted(set(answer.headers) - {"X-Request-Id"})) for answer in answers}) == 1


def test_one_calendar_may_be_read_sixty_times_an_hour(world: Any) -> None:
    first, second = make(world, "li").token, make(world, "ran").token

    codes = [fetch(first).status_code for _ in range(61)]
    refused = fetch(first)

    assert codes == [200] * 60 + [429]
    assert int(refused["Retry-After"]) > 0
    assert fetch(second).status_code == 200


def test_guessing_from_one_place_is_limited_and_harms_no_reader(world: Any) -> None:
    good = make(world, "li").token

    codes = [fetch(f"{number:043}").status_code for number in range(31)]

    assert codes == [404] * 30 + [429]
    assert fetch(good).status_code == 200


def test_no_log_and_no_error_page_repeats_the_address(
    world: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make(world, "li").token
    monkeypatch.setattr("activities.views.feeds.calendar_of", lambda *args: 1 // 0)
    client = Client(raise_request_exception=False)
    address = f"/activities/calendars/{token}.ics"

    with caplog.at_level(logging.INFO):
        failed = client.get(address)
        refused = Client(enforce_csrf_checks=True).post(address)
        missing, mistaken = client.get(f"{address}/"), client.post(address)
        fetch("x" * 43)

    lines = [JsonFormatter().format(each) for each in caplog.records]
    answers = (failed, refused, missing, mistaken)
    assert [answer.status_code for answer in answers] == [500, 403, 404, 405]
    assert any("/activities/calendars/…" in line for line in lines)
    for text in (*lines, *(answer.content.decode() for answer in answers)):
        assert token not in text
        assert "x" * 43 not in text
