"""Addresses of calendars: told once, renewed and ended by their person, dead with the account."""

from datetime import timedelta
from typing import Any

import pytest

from activities.models import CalendarFeed
from activities.workflows import feeds as work
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, User
from orgportal.core.workflows.accounts import new_slip, set_active


def make(world: Any, persona: str, branch: Any = None) -> work.MadeFeed:
    return work.make_feed(branch, actor=world.user(persona), scope=world.scope(persona), at=world.now)


def trail() -> list[tuple[str, int | None]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "target_id"))


def test_only_a_digest_of_the_address_is_kept(world: Any) -> None:
    made = make(world, "li", world.a)

    row = CalendarFeed.unscoped.values().get()
    assert len(made.token) == 43
    assert made.token not in str(row)
    assert made.token not in repr(made)
    assert made.token not in str(list(AuditEntry.objects.values()))
    assert row["digest"] == work.digest_of(made.token)
    assert work.opened_by(made.token) == made.feed
    assert trail() == [("calendar.made", world.a.pk)]


def test_a_calendar_has_one_address_a_person(world: Any) -> None:
    make(world, "li")
    make(world, "ran")

    with pytest.raises(Refused) as refused:
        make(world, "li")

    assert refused.value.code == "feed_exists"
    assert CalendarFeed.unscoped.count() == 2


def test_a_branch_is_for_those_who_may_read_its_records(world: Any) -> None:
    with pytest.raises(NotAllowed):
        make(world, "chen", world.a)
    with pytest.raises(NotAllowed):
        make(world, "wang", world.a)
    with pytest.raises(Refused) as refused:
        make(world, "sys")

    assert refused.value.code == "feed_needs_member"


def test_nobody_has_more_than_twenty(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MOST", 2)
    make(world, "zhao")
    make(world, "zhao", world.a)

    with pytest.raises(Refused) as refused:
        make(world, "zhao", world.b)

    assert (refused.value.code, refused.value.params) == ("too_many_feeds", {"limit": 2})


def test_renewing_ends_the_old_address_at_once(world: Any) -> None:
    old = make(world, "li", world.a)
    work.note_reading(old.feed, b"then", at=world.now)

    new = work.renew_feed(old.feed, actor=world.li.user, at=world.now + timedelta(hours=1))

    assert work.opened_by(old.token) is None
    opened = work.opened_by(new.token)
    assert opened == old.feed
    assert (opened.used_at, opened.content_digest, opened.content_at) == (None, "", None)
    assert trail()[-1] == ("calendar.renewed", world.a.pk)


def test_an_address_renewed_meanwhile_is_not_renewed_blindly(world: Any) -> None:
    made = make(world, "li")
    seen = CalendarFeed.unscoped.get(pk=made.feed.pk)
    work.renew_feed(made.feed, actor=world.li.user, at=world.now)

    with pytest.raises(Refused) as refused:
        work.renew_feed(seen, actor=world.li.user, at=world.now)

    assert refused.value.code == "feed_changed"


def test_a_feed_switched_off_is_gone(world: Any) -> None:
    made = make(world, "chen")

    assert work.end_feed(made.feed, actor=world.chen.user, at=world.now)
    assert not work.end_feed(made.feed, actor=world.chen.user, at=world.now)
    assert work.opened_by(made.token) is None
    assert CalendarFeed.unscoped.count() == 0
    assert trail() == [("calendar.made", world.chen.user.pk), ("calendar.ended", world.chen.user.pk)]


def test_others_cannot_renew_or_end_it(world: Any) -> None:
    made = make(world, "li", world.a)

    assert not work.end_feed(made.feed, actor=world.ran.user, at=world.now)
    with pytest.raises(Refused):
        work.renew_feed(made.feed, actor=world.ran.user, at=world.now)
    assert work.opened_by(made.token) == made.feed


def test_a_closed_account_has_no_calendar_even_when_reopened(world: Any) -> None:
    made = make(world, "chen")
    desk, user = world.user("sys"), User.objects.get(pk=world.chen.user_id)

    set_active(user, is_active=False, actor=desk, at=world.now)
    assert work.opened_by(made.token) is None
    set_active(user, is_active=True, actor=desk, at=world.now)
    assert work.opened_by(made.token) is None


def test_a_new_slip_ends_addresses_and_leaves_their_place(world: Any) -> None:
    old = make(world, "chen")
    user = User.objects.get(pk=world.chen.user_id)
    new_slip(user, actor=world.user("sys"), at=world.now)

    new = work.make_feed(None, actor=user, scope=world.scope("chen"), at=world.now)

    assert work.opened_by(old.token) is None
    assert work.opened_by(new.token) == new.feed
    assert CalendarFeed.unscoped.count() == 1


def test_readings_are_noted_hourly_and_changes_when_they_come(
    world: Any, django_assert_num_queries: Any
) -> None:
    made = make(world, "li", world.a)
    feed, start = made.feed, world.now

    def read(content: bytes, minutes: int, queries: int) -> Any:
        found = work.opened_by(made.token)
        with django_assert_num_queries(queries):
            return work.note_reading(found, content, at=start + timedelta(minutes=minutes))

    assert read(b"one", 0, 1) == start
    assert read(b"one", 30, 0) == start
    assert read(b"two", 40, 1) == start + timedelta(minutes=40)
    assert CalendarFeed.unscoped.get(pk=feed.pk).used_at == start
    assert read(b"two", 60, 1) == start + timedelta(minutes=40)
    assert CalendarFeed.unscoped.get(pk=feed.pk).used_at == start + timedelta(minutes=60)


def test_an_unknown_address_opens_nothing(world: Any) -> None:
    make(world, "li", world.a)

    assert work.opened_by("x" * 43) is None
