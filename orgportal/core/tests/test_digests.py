"""One mail a day to each person, under one Message-ID, against a real SMTP server that misbehaves."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from celery import current_app
from django.core import mail

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core import digests, mailing, preferences, reminders
from orgportal.core.models import (
    Channel,
    Digest,
    MailAddress,
    Notification,
    Reminder,
    ReminderSettings,
    User,
)
from orgportal.core.planning import Planned
from orgportal.core.reminder_rows import Asked, objected
from orgportal.core.tests.smtp_stub import SmtpStub

DUE = date(2026, 3, 20)
OBJECTIONS: dict[str, str] = {}
TEXTS = {"test.due": "{what} is due"}
DAY = timedelta(days=1)


def objections(rows: Sequence[Asked], at: Any) -> dict[int, str]:
    """Stands in for an app's own question at send time."""
    return objected(rows, lambda row: OBJECTIONS.get(row.subject, ""))


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    OBJECTIONS.clear()
    current_app.conf.reminder_checks["test.due"] = f"{__name__}.objections"
    current_app.conf.notice_texts["test"] = f"{__name__}.TEXTS"
    yield
    del current_app.conf.reminder_checks["test.due"], current_app.conf.notice_texts["test"]


@pytest.fixture
def user(db: None) -> User:
    return make_user("chen", "陈党员", email="chen@example.cn")


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpStub]:
    settings.EMAIL_BACKEND = "orgportal.core.mailing.TimedBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1
    with SmtpStub() as stub:
        settings.EMAIL_PORT = stub.port
        yield stub


def plan(user: User, *subjects: str, at: datetime = NOW) -> None:
    rows = [
        Planned(
            rule="test.due", subject=subject, recipient_id=user.pk, due_on=DUE, step=-7,
            channel=Channel.EMAIL, planned_for=at, params={"what": f"<会议'{subject}>"}, url="/inbox/",
            recorded_at=at,
        )
        for subject in subjects
    ]  # fmt: skip
    reminders.plan(rows)


def states() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("id").values_list("state", "outcome"))


def days() -> list[tuple[str, str, int]]:
    return list(Digest.objects.order_by("id").values_list("state", "outcome", "attempts"))


def people(count: int) -> list[User]:
    return [make_user(f"p{n}", f"党员{n}", email=f"p{n}@example.cn") for n in range(count)]


# --- one a day


def test_all_that_waits_is_one_mail_in_the_readers_language(user: User, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://portal.example.cn"
    plan(user, "1", "2")

    digests.send_mails(at=NOW)

    (sent,) = mail.outbox
    assert sent.to == ["chen@example.cn"]
    assert "2" in sent.subject
    assert "\n" not in sent.subject
    for words in (
        "陈党员",
        "<会议'1> is due",
        "2026年3月20日",
        "https://portal.example.cn/inbox/",
        "待您办理",
    ):
        assert words in sent.body
    assert states() == [("sent", "")] * 2
    assert days() == [("sent", "", 1)]


def test_english_reader_gets_an_english_mail(user: User) -> None:
    User.objects.update(language="en")
    plan(user, "1")

    digests.send_mails(at=NOW)

    assert mail.outbox[0].subject == "1 reminder from the branch portal"
    assert "by 20 Mar 2026" in mail.outbox[0].body


def test_never_a_second_mail_the_same_day_and_what_came_later_goes_the_next(user: User) -> None:
    plan(user, "1")
    plan(user, "2", at=NOW + timedelta(hours=5))  # due later today: it goes along
    digests.send_mails(at=NOW)
    plan(user, "3", at=NOW + timedelta(minutes=1))

    for hours in range(1, 8):
        digests.send_mails(at=NOW + timedelta(hours=hours))
    assert len(mail.outbox) == 1
    assert states() == [("sent", ""), ("sent", ""), ("planned", "")]

    digests.send_mails(at=NOW + DAY)
    assert len(mail.outbox) == 2
    assert "会议'3" in mail.outbox[1].body


@pytest.mark.parametrize("hours", [-2, 9, 24 * 4])  # before nine, after six, on Saturday
def test_mail_keeps_silent_outside_office_hours(user: User, hours: int) -> None:
    plan(user, "1", at=NOW - timedelta(days=1))

    assert digests.send_mails(at=NOW + timedelta(hours=hours)) == 0
    assert mail.outbox == []


def test_what_is_done_meanwhile_leaves_the_mail_and_an_empty_one_is_not_sent(user: User) -> None:
    other = make_user("sun", "孙党员", email="sun@example.cn")
    plan(user, "1", "2")
    plan(other, "2")
    OBJECTIONS["2"] = "already_done"

    digests.send_mails(at=NOW)

    assert [each.to for each in mail.outbox] == [["chen@example.cn"]]
    assert "会议'2" not in mail.outbox[0].body
    assert states() == [("sent", ""), ("cancelled", "already_done"), ("cancelled", "already_done")]
    assert days() == [("sent", "", 1), ("cancelled", "nothing_left", 1)]


def test_address_taken_away_meanwhile(user: User) -> None:
    plan(user, "1")
    User.objects.update(email="")

    digests.send_mails(at=NOW)

    assert states() == [("cancelled", "no_address")]


# --- the server answers, or does not


def test_a_worker_lost_between_yes_and_commit_repeats_at_most_one_mail_with_the_same_id(
    user: User, smtp: SmtpStub
) -> None:
    """F2: the server took it, the worker died before it could note so; counted."""
    plan(user, "1")
    digests.gather(NOW)
    digest = digests._claim(NOW)
    assert digest is not None
    letter = digests._write(digest, NOW)
    assert letter is not None
    with mailing.Courier() as courier:
        assert courier.carry(letter.mail) is None
    plan(user, "2")  # comes too late for this one

    assert digests.send_mails(at=NOW + timedelta(minutes=1)) == 0  # still leased
    digests.send_mails(at=NOW + reminders.LEASE * 2)

    one, two = smtp.taken
    assert one["Message-ID"] == two["Message-ID"]
    assert one.get_payload() == two.get_payload()
    assert Digest.objects.get().repeats == 1
    assert states() == [("sent", ""), ("planned", "")]


def test_a_mail_whose_worker_dies_three_times_is_set_aside(user: User) -> None:
    plan(user, "1")
    digests.gather(NOW)
    for number in range(3):
        digests._claim(NOW + number * 2 * reminders.LEASE)

    digests.send_mails(at=NOW + 6 * reminders.LEASE)

    assert days() == [("failed", "worker_lost", 4)]
    assert states() == [("failed", "worker_lost")]
    assert mail.outbox == []


def test_half_refused_only_those_wait_or_are_given_up(smtp: SmtpStub, db: None) -> None:
    """F35: each recipient has their own outcome, and only what was refused for now is tried again."""
    everybody = people(6)
    smtp.refuses = {
        "p1@example.cn": "550 no such user",
        "p3@example.cn": "451 later",
        "p5@example.cn": "452 full",
    }
    for user in everybody:
        plan(user, "1")

    digests.send_mails(at=NOW)

    assert {message["To"] for message in smtp.taken} == {f"p{n}@example.cn" for n in (0, 2, 4)}
    assert days() == [
        ("sent", "", 1), ("failed", "smtp_550", 1), ("sent", "", 1),
        ("planned", "smtp_451", 1), ("sent", "", 1), ("planned", "smtp_452", 1),
    ]  # fmt: skip

    smtp.refuses = {}
    digests.send_mails(at=NOW + timedelta(minutes=10))
    assert len(smtp.taken) == 5
    assert Reminder.objects.filter(state="sent").count() == 5


def test_a_mail_the_server_will_not_take_is_given_up_without_blame_on_the_address(
    user: User, smtp: SmtpStub
) -> None:
    smtp.data_answer = "554 not like this"
    plan(user, "1")

    digests.send_mails(at=NOW)

    assert states() == [("failed", "smtp_554")]
    assert not MailAddress.objects.exists()


@pytest.mark.parametrize("stage", ["greeting", "RCPT", "DATA"])
def test_a_hanging_server_does_not_hold_the_worker(
    smtp: SmtpStub, db: None, stage: str, monkeypatch: Any
) -> None:
    """F35: one waits for an answer, the others are not even tried; all wait for another time."""
    monkeypatch.setattr(mailing, "SECONDS", 3)
    smtp.hangs_at = stage
    for user in people(3):
        plan(user, "1")

    began = monotonic()
    digests.send_mails(at=NOW)

    assert monotonic() - began < 5
    assert smtp.sessions == 1
    assert [state for state, _, _ in days()] == ["planned"] * 3
    assert sum(attempts for _, _, attempts in days()) == 1
    assert digests.send_mails(at=NOW + timedelta(seconds=30)) == 0  # nobody is due yet

    smtp.hangs_at = ""
    digests.send_mails(at=NOW + timedelta(minutes=10))
    assert len(smtp.taken) == 3


def test_a_server_that_drips_is_cut_off(user: User, smtp: SmtpStub, monkeypatch: Any) -> None:
    """Each byte comes in time, the answer never: only the limit of the whole run ends it."""
    monkeypatch.setattr(mailing, "SECONDS", 2)
    smtp.drips = True
    plan(user, "1")

    began = monotonic()
    digests.send_mails(at=NOW)

    assert monotonic() - began < 4
    assert [state for state, _, _ in days()] == ["planned"]


def test_no_server_is_tried_again_and_given_up_in_the_end(user: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "orgportal.core.mailing.TimedBackend"
    settings.EMAIL_PORT = 1
    plan(user, "1")

    for day in range(4):
        for hour in range(4):
            digests.send_mails(at=NOW + day * DAY + timedelta(hours=hour))

    assert days() == [("failed", "ConnectionRefusedError", 8)]
    assert states() == [("failed", "ConnectionRefusedError")]


def test_the_limit_of_a_run_is_under_half_a_minute() -> None:
    assert mailing.SECONDS == 25


# --- an address that keeps failing


def test_an_address_refused_three_times_is_stopped_and_its_owner_told(user: User, smtp: SmtpStub) -> None:
    smtp.refuses = {"chen@example.cn": "550 no such user"}
    for number in range(3):
        plan(user, f"{number}", at=NOW + number * DAY)
        digests.send_mails(at=NOW + number * DAY)

    row = MailAddress.objects.get()
    assert (row.failures, row.outcome, row.stopped_at) == (3, "smtp_550", NOW + 2 * DAY)
    notice = Notification.unscoped.get()
    assert (notice.rule, notice.params) == ("core.mail_stopped", {"address": "chen@example.cn"})
    plan(user, "late", at=NOW + 2 * DAY)
    assert not preferences.wishes_of({user.pk})[user.pk].has_mail
    digests.send_mails(at=NOW + 3 * DAY)
    assert states()[-1] == ("cancelled", "address_stopped")

    User.objects.update(email="new@example.cn")
    assert preferences.wishes_of({user.pk})[user.pk].has_mail


def test_one_mail_taken_forgets_what_was_refused_before(user: User, smtp: SmtpStub) -> None:
    for number, answer in enumerate(["550 no", "550 no", "250 ok", "550 no"]):
        smtp.refuses = {"chen@example.cn": answer}
        plan(user, f"{number}", at=NOW + number * DAY)
        digests.send_mails(at=NOW + number * DAY)

    row = MailAddress.objects.get()
    assert (row.failures, row.stopped_at) == (1, None)


def test_what_is_no_address_is_not_asked_of_the_server(user: User, smtp: SmtpStub) -> None:
    User.objects.update(email="chen at example")
    plan(user, "1")

    digests.send_mails(at=NOW)

    assert (smtp.sessions, states()) == (0, [("failed", "malformed")])


# --- the choice of the person


def test_what_was_switched_off_meanwhile_stays_silent(user: User) -> None:
    ReminderSettings.objects.create(
        user=user, choices={"stays": {"email": "off"}, "duties": {"email": "off"}}, changed_at=NOW
    )
    plan(user, "1", "2")
    Reminder.objects.filter(subject="1").update(rule="members.stay_return_due")

    digests.send_mails(at=NOW)

    assert states() == [("cancelled", "switched_off"), ("sent", "")]
