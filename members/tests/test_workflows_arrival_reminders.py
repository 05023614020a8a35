"""A paper letter on the table: its branch is reminded, the next level last, and the queues count it."""

import html
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from members.models import Arrival, Post
from members.tests.arrivals import accepted, registered
from members.tests.test_workflows_loader import id_number
from members.tests.transfer_pages import ids
from members.workflows import reminders
from orgportal.core import reminders as ground
from orgportal.core.models import Notification, Reminder

TODAY = date(2026, 3, 10)
NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def waiting(world: Any, days: int) -> Arrival:
    """On the table of branch A for so many days, its letter good until the end of May."""
    issued = TODAY - timedelta(days=60)
    arrival = registered(
        world, "zhao", letter={"issued_on": issued, "valid_until": date(2026, 5, 31)},
        bearer={"insists": True},
    )  # fmt: skip
    Arrival.unscoped.update(registered_at=world.now - timedelta(days=days))
    arrival.refresh_from_db()
    return arrival


def planned() -> list[tuple[str, str, int]]:
    rows = Reminder.objects.values_list("rule", "recipient__user_name", "step")
    return sorted((rule.partition("_")[2], name, step) for rule, name, step in rows)


@pytest.mark.parametrize(
    ("days", "rows"),
    [
        (8, []),
        (9, [("waiting", "li", 0)]),
        (17, [("waiting", "li", 7)]),
        (24, [("escalated", "zhao", 14), ("waiting", "li", 14)]),
        (60, []),
    ],
)
def test_the_branch_is_reminded_again_and_the_next_level_last(
    world: Any, days: int, rows: list[tuple[str, str, int]]
) -> None:
    waiting(world, days)

    reminders.plan(TODAY, at=NINE)
    reminders.plan(TODAY, at=NINE)

    assert planned() == rows


def test_the_last_day_of_the_letter_comes_first(world: Any) -> None:
    registered(world, letter={"valid_until": date(2026, 3, 11)})

    reminders.plan(TODAY, at=NINE)

    assert list(Reminder.objects.values_list("due_on", flat=True)) == [date(2026, 3, 11)]


def test_what_is_sent_says_who_what_and_by_when(world: Any) -> None:
    arrival = waiting(world, 24)
    Notification.unscoped.all().delete()
    reminders.plan(TODAY, at=NINE)

    ground.send_due(at=NINE)

    notes = {note.recipient.user_name: note for note in Notification.unscoped.select_related("recipient")}
    assert set(notes) == {"li", "zhao"}
    for note in notes.values():
        words = ground.sentence(note.rule, note.params)
        assert note.url == arrival.get_absolute_url()
        for said in (world.a.name, "𠮷来", arrival.letter_body):
            assert said in words


def leave_office(member: Any) -> None:
    Post.unscoped.filter(member=member).update(ends_on=date(2026, 3, 9))


@pytest.mark.parametrize(
    ("happens", "outcomes"),
    [
        (accepted, {"already_done"}),
        (lambda world, row: leave_office(world.zhao), {"not_in_office", ""}),
    ],
)
def test_it_is_checked_again_before_it_goes_out(world: Any, happens: Any, outcomes: set[str]) -> None:
    arrival = waiting(world, 24)
    reminders.plan(TODAY, at=NINE)
    happens(world, arrival)

    ground.send_due(at=NINE)

    assert set(Reminder.objects.values_list("outcome", flat=True)) == outcomes


# --- the queues


@pytest.mark.parametrize("persona", ["li", "zhao"])
def test_letters_stand_in_the_queues_with_those_too_late(world: Any, on_the_day: Any, persona: str) -> None:
    arrival = waiting(world, 24)

    page = world.client(persona).get("/members/transfers/")
    words = " ".join(page.content.decode().split())

    assert ids(page) == {arrival.pk}
    assert "1件超期" in words
    assert "线下转入" in words


def test_a_search_finds_letters_too_and_a_reason_leaves_them_out(world: Any, on_the_day: Any) -> None:
    arrival = waiting(world, 1)
    client = world.client("li")

    assert ids(client.get("/members/transfers/?q=𠮷来")) == {arrival.pk}
    assert ids(client.get(f"/members/transfers/?queue=todo&q={arrival.letter_number[-3:]}")) == {arrival.pk}
    assert ids(client.get("/members/transfers/?queue=todo&reason=job")) == set()
    assert ids(client.get("/members/transfers/?queue=todo&q=无此人")) == set()
    assert ids(client.get("/members/transfers/?queue=ended")) == set()


@pytest.mark.parametrize(
    ("persona", "asked", "link", "other"),
    [
        ("li", "", "?queue=todo", True),
        ("li", "?queue=todo&q=𠮷来&reason=", "?queue=todo&q=%F0%A0%AE%B7%E6%9D%A5", False),
        ("zhao", "?queue=coming", "?queue=coming", True),
        ("zhao", "?q=𠮷来", "?q=%F0%A0%AE%B7%E6%9D%A5&queue=coming", False),
    ],
)
def test_more_letters_than_fit_lead_to_the_very_same_ones(
    world: Any, on_the_day: Any, monkeypatch: pytest.MonkeyPatch,
    persona: str, asked: str, link: str, other: bool,
) -> None:  # fmt: skip
    arrival = waiting(world, 1)
    second = registered(
        world, person={"name": "吴外来", "id_number": id_number(date(1990, 1, 2), 6)},
        bearer={"insists": True},
        letter={"number": "南介2号"},
    )  # fmt: skip
    client = world.client(persona)
    monkeypatch.setattr("members.views.arrival_queue.SHOWN", 0)

    page = client.get(f"/members/transfers/{asked}").content.decode()
    address = f"/members/arrivals/{link}"
    listed = client.get(address)

    assert f'<a href="{html.escape(address)}">' in page
    assert ids(listed) == ({arrival.pk, second.pk} if other else {arrival.pk})


def test_a_queue_of_letters_leaves_those_of_the_other_out(world: Any, on_the_day: Any) -> None:
    arrival = waiting(world, 1)

    assert ids(world.client("li").get("/members/arrivals/?queue=coming")) == set()
    assert ids(world.client("zhao").get("/members/arrivals/?queue=todo")) == set()
    assert ids(world.client("zhao").get("/members/arrivals/?queue=todo&state=all")) == {arrival.pk}
    assert ids(world.client("zhao").get("/members/arrivals/?queue=other")) == {arrival.pk}


def test_the_page_names_the_owner_since_when_and_until_when(world: Any, on_the_day: Any) -> None:
    arrival = waiting(world, 24)
    page = world.client("li").get(arrival.get_absolute_url()).content.decode()
    done = accepted(world, arrival)

    assert "transfer__now" in page
    assert "书记" in page
    assert "2026年2月24日" in page or "2026-02-24" in page
    assert "transfer__now" not in world.client("li").get(done.get_absolute_url()).content.decode()


def test_the_api_says_by_when(world: Any, on_the_day: Any) -> None:
    arrival = waiting(world, 24)
    address = f"/api/v1/arrivals/{arrival.pk}/"
    client = world.client("li")
    before = client.get(address).json()
    accepted(world, arrival)
    after = client.get(address).json()

    assert (before["days"], before["act_by"], before["days_over"]) == (24, "2026-02-24", 10 + 4)
    assert (after["days"], after["act_by"], after["days_over"]) == (None, None, None)
