"""The inbox shows one's own notices alone, in words, and leads to the place."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from branches.tests.factories import NOW
from conftest import World
from orgportal.core import inbox
from orgportal.core.models import Notification


def give(
    world: World, persona: str, key: str, *, url: str = "/feedback/", due_on: date | None = None
) -> Notification:
    inbox.notify([world.user(persona).pk], "core.feedback_answered", key, params={}, url=url, at=NOW)
    notice = Notification.unscoped.get(recipient=world.user(persona), key=key)
    Notification.unscoped.filter(pk=notice.pk).update(due_on=due_on)
    return notice


def test_shows_own_unread_and_all(world: World) -> None:
    mine, read, other = give(world, "chen", "a"), give(world, "chen", "b"), give(world, "sun", "a")
    Notification.unscoped.filter(pk=read.pk).update(read_at=NOW)
    client = world.client("chen")

    unread, everything = (
        client.get("/inbox/").content.decode(),
        client.get("/inbox/?show=all").content.decode(),
    )

    assert [f'data-id="{each.pk}"' in unread for each in (mine, read, other)] == [True, False, False]
    assert [f'data-id="{each.pk}"' in everything for each in (mine, read, other)] == [True, True, False]
    assert "已有答复" in unread
    assert "因为由您提交" in unread


def test_says_by_when_and_what_is_overdue(world: World) -> None:
    give(world, "chen", "late", due_on=date(2026, 3, 5))

    with time_machine.travel(NOW, tick=False):
        page = world.client("chen").get("/inbox/").content.decode()

    assert "2026年3月5日" in page
    assert "已逾期" in page


def test_empty_inboxes_say_so_differently(world: World) -> None:
    client = world.client("chen")

    assert "没有未读消息" in client.get("/inbox/").content.decode()
    assert "暂无消息" in client.get("/inbox/?show=all").content.decode()


def test_opening_marks_read_and_leads_to_the_place(world: World) -> None:
    notice = give(world, "chen", "a", url="/members/own/")

    answer = world.client("chen").post(f"/inbox/{notice.pk}/open/")

    notice.refresh_from_db()
    assert answer["Location"] == "/members/own/"
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["", "https://evil.example/"])
def test_opening_leads_nowhere_else(world: World, url: str) -> None:
    notice = give(world, "chen", "a", url=url)

    assert world.client("chen").post(f"/inbox/{notice.pk}/open/")["Location"] == "/inbox/"


def test_marking_one_and_all(world: World) -> None:
    one, two, other = give(world, "chen", "a"), give(world, "chen", "b"), give(world, "sun", "a")
    client = world.client("chen")

    part = client.post(f"/inbox/{one.pk}/read/", headers={"hx-request": "true"}, follow=True)
    one.refresh_from_db()
    assert one.read_at is not None
    assert "<html" not in part.content.decode()

    client.post("/inbox/read/")
    two.refresh_from_db()
    other.refresh_from_db()
    assert two.read_at is not None
    assert other.read_at is None


def test_first_reading_is_kept(world: World) -> None:
    notice = give(world, "chen", "a")
    Notification.unscoped.filter(pk=notice.pk).update(read_at=NOW - timedelta(days=1))

    world.client("chen").post(f"/inbox/{notice.pk}/read/")

    notice.refresh_from_db()
    assert notice.read_at == NOW - timedelta(days=1)


@pytest.mark.parametrize("act", ["open", "read"])
def test_others_notices_are_not_found(world: World, act: str) -> None:
    notice = give(world, "sun", "a")

    assert world.client("chen").post(f"/inbox/{notice.pk}/{act}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_pages_of_fifty(world: World) -> None:
    for number in range(53):
        give(world, "chen", f"n{number:02d}")
    client = world.client("chen")

    first = client.get("/inbox/").content.decode()
    assert first.count("data-id=") == 50
    following = re.findall(r'href="(\?after=[^"]+)"', first)[0].replace("&amp;", "&")
    assert client.get(f"/inbox/{following}").content.decode().count("data-id=") == 3
