"""A reminder is planned once, asked again before it goes, and told exactly once in the inbox."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from threading import Barrier, get_ident
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.db import DataError, connection, connections

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core import reminders
from orgportal.core.locks import Lock
from orgportal.core.models import Channel, Heartbeat, Notification, Reminder, User
from orgportal.core.planning import Planned
from orgportal.core.reminder_rows import Asked, objected
from orgportal.core.tasks import ping, tick
from orgportal.core.tests.sessions import others_are_closed

DUE = date(2026, 3, 20)
OBJECTIONS: dict[str, str] = {}
# Called whenever the app is asked, by whoever tells the rows.
MEANWHILE: list[Callable[[Sequence[Asked]], object]] = []


def objections(rows: Sequence[Asked], at: Any) -> dict[int, str]:
    """Stands in for an app's own question at send time."""
    for call in MEANWHILE:
        call(rows)
    if any(row.subject == "crash" for row in rows):
        raise RuntimeError("killed")
    return objected(rows, lambda row: OBJECTIONS.get(row.subject, ""))


TEXTS = {"test.due": "{what} is due"}


@pytest.fixture(autouse=True)
def _rules() -> Any:
    OBJECTIONS.clear()
    MEANWHILE.clear()
    current_app.conf.reminder_checks["test.due"] = f"{__name__}.objections"
    current_app.conf.notice_texts["test"] = f"{__name__}.TEXTS"
    yield
    del current_app.conf.reminder_checks["test.due"], current_app.conf.notice_texts["test"]


@pytest.fixture
def user(db: None) -> User:
    return make_user("chen", "陈党员", email="chen@example.cn")


def make(user: User, subject: str = "test:1", **fields: Any) -> Planned:
    defaults = {
        "rule": "test.due",
        "subject": subject,
        "recipient_id": user.pk,
        "due_on": DUE,
        "step": -7,
        "channel": Channel.IN_APP,
        "planned_for": NOW,
        "params": {"what": "会议"},
        "url": "/inbox/",
        "recorded_at": NOW,
    }
    return Planned(**{**defaults, **fields})


def states() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("id").values_list("state", "outcome"))


def test_planning_twice_plans_once(user: User) -> None:
    reminders.plan([make(user), make(user)])
    reminders.plan([make(user), make(user, step=0)])

    assert Reminder.objects.count() == 2


def test_in_app_is_told_exactly_once_however_often_it_runs(user: User) -> None:
    reminders.plan([make(user)])

    assert [reminders.send_due(at=NOW) for _ in range(3)] == [1, 0, 0]

    notice = Notification.unscoped.get()
    assert (notice.recipient, notice.rule, notice.due_on, notice.url) == (user, "test.due", DUE, "/inbox/")
    assert reminders.sentence(notice.rule, notice.params) == "会议 is due"
    assert states() == [("sent", "")]


def test_not_yet_due_waits(user: User) -> None:
    reminders.plan([make(user, planned_for=NOW + timedelta(hours=1))])

    assert reminders.send_due(at=NOW) == 0
    assert reminders.send_due(at=NOW + timedelta(hours=1)) == 1


def test_what_is_done_meanwhile_is_cancelled_with_its_reason(user: User) -> None:
    reminders.plan([make(user)])
    OBJECTIONS["test:1"] = "already_done"

    reminders.send_due(at=NOW)

    assert states() == [("cancelled", "already_done")]
    assert not Notification.unscoped.exists()


def test_closed_account_is_not_reminded(user: User) -> None:
    reminders.plan([make(user)])
    User.objects.update(is_active=False)

    reminders.send_due(at=NOW)

    assert states() == [("cancelled", "recipient_inactive")]


def test_poison_is_set_aside_in_the_end_and_holds_up_no_other(user: User) -> None:
    reminders.plan([make(user, "test:1"), make(user, "crash"), make(user, "test:2")])
    at = NOW

    reminders.send_due(at=at)

    assert dict(Reminder.objects.values_list("subject", "state")) == {
        "test:1": "sent",
        "crash": "planned",
        "test:2": "sent",
    }
    for _ in range(reminders.MAX_ATTEMPTS - 1):
        at += timedelta(hours=1)
        assert reminders.send_due(at=at) == 1
    assert reminders.send_due(at=at + timedelta(hours=1)) == 0
    poison = Reminder.objects.get(subject="crash")
    assert (poison.state, poison.outcome) == ("failed", "RuntimeError: killed")
    assert Notification.unscoped.count() == 2


def test_a_row_that_kills_its_worker_is_set_aside_the_third_time(user: User) -> None:
    """A killed worker leaves the lease: nothing else tells that it was there."""
    reminders.plan([make(user, "test:1"), make(user, "test:2")])
    at = NOW
    reminders._claim(at, 500, reminders.FRESH)
    for _ in range(2):
        at += reminders.LEASE * 2
        assert [row.subject for row in reminders._claim(at, 1, (1, 9))] == ["test:1"]

    assert reminders.send_due(at=at) == 1  # the other one, innocent
    at += reminders.LEASE * 2
    reminders.send_due(at=at)

    assert states() == [("failed", "worker_lost"), ("sent", "")]
    assert Notification.unscoped.count() == 1


def test_delivered_five_times_in_any_order_is_as_once(user: User) -> None:
    """F14: what a broker repeats changes nothing."""
    other = make_user("sun", "孙党员")
    rows = lambda: [make(who, f"test:{n}") for who in (user, other) for n in range(4)]  # noqa: E731
    calls = [lambda: reminders.plan(rows()), lambda: reminders.send_due(at=NOW)] * 5
    Random(7).shuffle(calls)  # noqa: S311

    for call in [lambda: reminders.plan(rows()), *calls]:
        call()
    reminders.send_due(at=NOW)

    assert Notification.unscoped.count() == Reminder.objects.count() == 8
    assert {state for state, _ in states()} == {"sent"}


def test_planning_and_telling_cost_the_same_for_three_rows_and_two_hundred(
    user: User, django_assert_num_queries: Any
) -> None:
    for count in (3, 200):
        with django_assert_num_queries(2):  # the last restore, the rows
            reminders.plan([make(user, f"test:{count}.{n}") for n in range(count)])
        OBJECTIONS.update({f"test:{count}.0": "already_done", f"test:{count}.1": "put_off"})
        # The claim; between a savepoint and its end: nothing divided, readers out of the ordinary, words of
        # bodies, notices, the cancelled.
        with django_assert_num_queries(8):
            told = reminders._tell_all(reminders._claim(NOW, 500, reminders.FRESH), NOW)
        assert told == count


@pytest.mark.django_db(transaction=True)
def test_what_is_planned_batch_by_batch_is_what_one_batch_plans(monkeypatch: Any) -> None:
    """A batch is written over another connection while the next is made."""
    reader = make_user("chen", "陈党员")
    rows = [make(reader, f"test:{number}", params={"what": str(number)}) for number in range(5)]
    reminders.plan(rows)
    at_once = list(Reminder.objects.order_by("pk").values("subject", "params", "planned_for", "state"))
    Reminder.objects.all().delete()

    monkeypatch.setattr(reminders, "BATCH", 2)
    assert reminders.plan(iter(rows)) == 5

    assert (
        list(Reminder.objects.order_by("pk").values("subject", "params", "planned_for", "state")) == at_once
    )
    assert others_are_closed()


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_cannot_be_written_stops_the_plan_and_the_next_has_the_rest(monkeypatch: Any) -> None:
    reader = make_user("chen", "陈党员")
    rows = [make(reader, f"test:{number}") for number in range(6)]
    bad = [*rows[:2], make(reader, "x" * 61), *rows[3:]]
    monkeypatch.setattr(reminders, "BATCH", 2)

    with pytest.raises(DataError):
        reminders.plan(bad)
    assert Reminder.objects.count() == 2

    assert reminders.plan(rows) == 6
    assert Reminder.objects.count() == 6


def test_each_is_cancelled_with_its_own_reason(user: User) -> None:
    reminders.plan([make(user, f"test:{n}") for n in range(3)])
    OBJECTIONS.update({"test:0": "already_done", "test:2": "put_off"})

    reminders.send_due(at=NOW)

    assert states() == [("cancelled", "already_done"), ("sent", ""), ("cancelled", "put_off")]


def test_what_was_settled_meanwhile_is_not_cancelled(user: User) -> None:
    reminders.plan([make(user)])
    row = Reminder.objects.get()
    reminders.send_due(at=NOW)

    reminders.cancel({row.pk: "withdrawn"}, NOW)

    assert states() == [("sent", "")]


def test_one_bad_row_is_found_by_halves(user: User, django_assert_max_num_queries: Any) -> None:
    """Of a hundred rows one is bad: seven halvings find it, the others are told in few statements."""
    reminders.plan([make(user, "crash" if n == 70 else f"test:{n}") for n in range(100)])

    with django_assert_max_num_queries(100):
        assert reminders.send_due(at=NOW) == 100

    assert Notification.unscoped.count() == 99
    bad = Reminder.objects.get(subject="crash")
    assert (bad.state, bad.attempts, bad.outcome) == ("planned", 1, "RuntimeError: killed")


def test_words_are_kept_as_they_are_whatever_is_in_them(user: User) -> None:
    params = {"what": "党\\员 \"甲\"\t{'x': %s}\n", "due": {"day": "2026-03-20"}, "count": 3, "none": None}
    reminders.plan([make(user, params=params)])

    reminders.send_due(at=NOW)

    assert Reminder.objects.get().params == Notification.unscoped.get().params == params


def test_notice_written_but_row_unsettled_is_not_told_twice(user: User) -> None:
    reminders.plan([make(user)])
    row = Reminder.objects.get()
    reminders.send_due(at=NOW)
    Reminder.objects.filter(pk=row.pk).update(state="planned", claimed_until=None)

    reminders.send_due(at=NOW)

    assert Notification.unscoped.count() == 1


def test_row_settled_by_another_worker_is_passed_over(user: User) -> None:
    reminders.plan([make(user)])
    claimed = reminders._claim(NOW, 1, reminders.FRESH)
    Reminder.objects.update(state="cancelled")

    reminders._tell(claimed, NOW)

    assert not Notification.unscoped.exists()


def test_tick_sends_and_leaves_a_heartbeat(user: User) -> None:
    reminders.plan([make(user)])

    with time_machine.travel(NOW, tick=False):
        assert tick() == 1
        ping()

    assert dict(Heartbeat.objects.values_list("name", "at")) == {"tick": NOW, "ping": NOW}


def test_one_tick_tells_more_than_a_batch(user: User) -> None:
    reminders.plan([make(user, subject=f"test:{number}") for number in range(5)])

    assert reminders.send_all_due(at=NOW, batch=2) == 5
    assert states() == [("sent", "")] * 5
    assert reminders.send_all_due(at=NOW, batch=2) == 0


@pytest.mark.django_db(transaction=True)
def test_of_much_that_is_new_two_hands_tell_half_each() -> None:
    reader = make_user("chen", "陈党员")
    reminders.plan([make(reader, subject=f"test:{number}") for number in range(6)])
    both, batches = Barrier(2, timeout=30), list[tuple[int, int]]()

    def note(rows: Sequence[Asked]) -> None:
        batches.append((get_ident(), len(rows)))
        if len(batches) > 1:  # the first is told by one: whether there is more is not known yet
            both.wait()

    MEANWHILE.append(note)

    assert reminders.send_all_due(at=NOW, batch=2) == 6
    assert [size for _hand, size in batches] == [2, 2, 2]
    assert batches[1][0] != batches[2][0]
    assert states() == [("sent", "")] * 6
    assert Notification.unscoped.count() == 6
    assert others_are_closed()


@pytest.mark.django_db(transaction=True)
def test_what_was_tried_before_is_told_by_one_hand_after_all_that_is_new() -> None:
    """Where it kills its worker, nothing else may be under way that would be taken for the cause."""
    reader = make_user("chen", "陈党员")
    reminders.plan([make(reader, subject=f"tried:{number}") for number in range(3)])
    reminders._claim(NOW, 3, reminders.FRESH)
    at = NOW + 2 * reminders.LEASE
    reminders.plan([make(reader, subject=f"test:{number}") for number in range(4)])
    told: list[tuple[int, list[str]]] = []
    MEANWHILE.append(lambda rows: told.append((get_ident(), sorted(row.subject for row in rows))))

    assert reminders.send_all_due(at=at, batch=2) == 7
    *new, (hand, tried) = told
    assert (hand, tried) == (get_ident(), ["tried:0", "tried:1", "tried:2"])
    assert sorted(subject for _hand, subjects in new for subject in subjects) == [
        f"test:{n}" for n in range(4)
    ]


def test_a_tick_that_has_had_its_time_leaves_the_rest_to_the_next(user: User, monkeypatch: Any) -> None:
    reminders.plan([make(user)])
    monkeypatch.setattr(reminders, "SECONDS", 0)

    assert reminders.send_all_due(at=NOW) == 0
    assert states() == [("planned", "")]


def test_two_beats_at_once_change_nothing(user: User) -> None:
    reminders.plan([make(user)])
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [Lock.TICK])
        with time_machine.travel(NOW, tick=False):
            assert tick() == 0
    other.close()

    assert states() == [("planned", "")]
