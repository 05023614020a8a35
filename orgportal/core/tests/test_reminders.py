"""A reminder is planned once, asked again before it goes, and told exactly once in the inbox."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.db import connection, connections

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core import reminders
from orgportal.core.locks import Lock
from orgportal.core.models import Channel, Heartbeat, Notification, Reminder, User
from orgportal.core.tasks import ping, tick

DUE = date(2026, 3, 20)
OBJECTIONS: dict[str, str] = {}


def objection(reminder: Reminder, at: Any) -> str:
    """Stands in for an app's own question at send time."""
    if reminder.subject == "crash":
        raise RuntimeError("killed")
    return OBJECTIONS.get(reminder.subject, "")


TEXTS = {"test.due": "{what} is due"}


@pytest.fixture(autouse=True)
def _rules() -> Any:
    OBJECTIONS.clear()
    current_app.conf.reminder_checks["test.due"] = f"{__name__}.objection"
    current_app.conf.notice_texts["test"] = f"{__name__}.TEXTS"
    yield
    del current_app.conf.reminder_checks["test.due"], current_app.conf.notice_texts["test"]


@pytest.fixture
def user(db: None) -> User:
    return make_user("chen", "陈党员", email="chen@example.cn")


def make(user: User, subject: str = "test:1", **fields: Any) -> Reminder:
    defaults = {
        "rule": "test.due",
        "subject": subject,
        "recipient": user,
        "due_on": DUE,
        "step": -7,
        "channel": Channel.IN_APP,
        "planned_for": NOW,
        "params": {"what": "会议"},
        "url": "/inbox/",
        "recorded_at": NOW,
    }
    return Reminder(**{**defaults, **fields})


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
    reminders.plan([make(user), make(user, channel=Channel.EMAIL)])
    User.objects.update(is_active=False)

    reminders.send_due(at=NOW)

    assert states() == [("cancelled", "recipient_inactive")] * 2
    assert mail.outbox == []


def test_crash_between_leaves_it_to_the_next_run_and_doubles_nothing(user: User) -> None:
    reminders.plan([make(user, "test:1"), make(user, "crash"), make(user, "test:2")])

    with pytest.raises(RuntimeError):
        reminders.send_due(at=NOW)
    assert Notification.unscoped.count() == 1

    Reminder.objects.filter(subject="crash").update(subject="test:3")
    assert reminders.send_due(at=NOW + timedelta(minutes=1)) == 0  # still leased
    assert reminders.send_due(at=NOW + timedelta(minutes=6)) == 2
    assert Notification.unscoped.count() == 3
    assert {state for state, _ in states()} == {"sent"}


def test_notice_written_but_row_unsettled_is_not_told_twice(user: User) -> None:
    reminders.plan([make(user)])
    row = Reminder.objects.get()
    reminders.send_due(at=NOW)
    Reminder.objects.filter(pk=row.pk).update(state="planned", claimed_until=None)

    reminders.send_due(at=NOW)

    assert Notification.unscoped.count() == 1


def test_row_settled_by_another_worker_is_passed_over(user: User) -> None:
    reminders.plan([make(user)])
    row = Reminder.objects.get()
    Reminder.objects.update(state="cancelled")

    reminders._send_in_app(row, NOW)

    assert not Notification.unscoped.exists()


def test_mails_of_one_person_are_one_digest_in_their_language(user: User, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://portal.example.cn"
    rows = [make(user, f"test:{n}", channel=Channel.EMAIL, params={"what": f"<会议'{n}>"}) for n in (1, 2)]
    reminders.plan(rows)

    reminders.send_due(at=NOW)

    (sent,) = mail.outbox
    assert sent.to == ["chen@example.cn"]
    assert "2" in sent.subject
    assert "\n" not in sent.subject
    assert "陈党员" in sent.body
    assert "<会议'1> is due" in sent.body
    assert "2026年3月20日" in sent.body
    assert "https://portal.example.cn/inbox/" in sent.body
    assert "待您办理" in sent.body
    assert states() == [("sent", "")] * 2


def test_english_reader_gets_an_english_mail(user: User) -> None:
    User.objects.update(language="en")
    reminders.plan([make(user, channel=Channel.EMAIL)])

    reminders.send_due(at=NOW)

    assert mail.outbox[0].subject == "1 reminder from the branch portal"
    assert "by 20 Mar 2026" in mail.outbox[0].body


def test_repeated_mail_has_the_same_message_id(user: User) -> None:
    reminders.plan([make(user, channel=Channel.EMAIL)])
    rows = list(Reminder.objects.select_related("recipient"))

    one, two = (reminders.digest_mail(rows).extra_headers["Message-ID"] for _ in range(2))

    assert one == two


def test_person_without_address_is_cancelled_for_mail(user: User) -> None:
    User.objects.update(email="")
    reminders.plan([make(user, channel=Channel.EMAIL)])

    reminders.send_due(at=NOW)

    assert states() == [("cancelled", "no_address")]


def test_mail_server_away_is_tried_again_and_given_up_in_the_end(user: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    reminders.plan([make(user, channel=Channel.EMAIL)])
    at = NOW

    for _ in range(reminders.MAX_ATTEMPTS - 1):
        reminders.send_due(at=at)
        assert Reminder.objects.get().state == "planned"
        at += timedelta(hours=2)
    reminders.send_due(at=at)

    assert states() == [("failed", "ConnectionRefusedError")]


def test_tick_sends_and_leaves_a_heartbeat(user: User) -> None:
    reminders.plan([make(user)])

    with time_machine.travel(NOW, tick=False):
        assert tick() == 1
        ping()

    assert dict(Heartbeat.objects.values_list("name", "at")) == {"tick": NOW, "ping": NOW}


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
