"""After a restore nothing is mailed twice, what the portal forgot is told again, and nobody is signed in."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from knox.models import AuthToken

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core import digests, planning, reminders
from orgportal.core.models import AuditEntry, Channel, Digest, Notification, Reminder, SendHorizon, User
from orgportal.core.workflows.rolling_back import Rolled, mark_restored

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Tuesday 10 March 2026; the backup of two days before.
TAKEN = NOW - 2 * DAY


def objections(rows: Any, at: Any) -> dict[int, str]:
    return {}


@pytest.fixture(autouse=True)
def _rules() -> Any:
    current_app.conf.reminder_checks["test.due"] = f"{__name__}.objections"
    current_app.conf.notice_texts["test"] = f"{__name__}.TEXTS"
    yield
    del current_app.conf.reminder_checks["test.due"], current_app.conf.notice_texts["test"]


TEXTS = {"test.due": "something is due"}


@pytest.fixture
def user(db: None) -> User:
    return make_user("chen", "陈党员", email="chen@example.cn")


def row(user: User, subject: str, channel: Channel, planned_for: datetime) -> Reminder:
    return Reminder.objects.create(
        rule="test.due", subject=subject, recipient=user, due_on=planned_for.date(), step=0, channel=channel,
        planned_for=planned_for, url="/inbox/", recorded_at=TAKEN,
    )  # fmt: skip


def roll_back(at: datetime = NOW) -> Rolled:
    return mark_restored(TAKEN, "0.1", 4, "ab", at=at)


def states() -> dict[str, tuple[str, str]]:
    return {one.subject: (one.state, one.outcome) for one in Reminder.objects.all()}


def test_mails_of_before_are_cancelled_and_later_ones_wait(user: User) -> None:
    row(user, "should have gone before the backup", Channel.EMAIL, TAKEN - HOUR)
    row(user, "went after the backup", Channel.EMAIL, NOW - HOUR)
    row(user, "is still to come", Channel.EMAIL, NOW + DAY)

    assert roll_back().mails_cancelled == 2
    assert states() == {
        "should have gone before the backup": ("cancelled", "before_restore"),
        "went after the backup": ("cancelled", "before_restore"),
        "is still to come": ("planned", ""),
    }
    digests.send_mails(at=NOW)
    assert mail.outbox == []
    digests.send_mails(at=NOW + DAY)
    assert len(mail.outbox) == 1


def test_a_mail_gathered_before_is_cancelled_and_lets_go_of_what_is_later(user: User) -> None:
    gathered = Digest.objects.create(recipient=user, on=NOW.date(), due_at=TAKEN, created_at=TAKEN)
    for subject, planned_for in (("old", TAKEN), ("later", NOW + HOUR)):
        row(user, subject, Channel.EMAIL, planned_for)
    Reminder.objects.update(digest=gathered)

    roll_back()

    gathered.refresh_from_db()
    assert (gathered.state, gathered.outcome, gathered.settled_at) == ("cancelled", "before_restore", NOW)
    assert states() == {"old": ("cancelled", "before_restore"), "later": ("planned", "")}
    assert Reminder.objects.get(subject="later").digest is None


def test_notices_the_portal_forgot_are_told_again_unless_stale(user: User) -> None:
    row(user, "forgotten", Channel.IN_APP, NOW - HOUR)
    row(user, "stale", Channel.IN_APP, NOW - planning.STALE - HOUR)

    assert roll_back().notices_cancelled == 1
    reminders.send_due(at=NOW)

    assert [one.reminder.subject for one in Notification.unscoped.all()] == ["forgotten"]
    assert states()["stale"] == ("cancelled", "before_restore")


@pytest.mark.parametrize(
    ("due_on", "outcome"),
    [
        (date(2026, 3, 9), ("cancelled", "before_restore")),
        (date(2026, 3, 10), ("cancelled", "before_restore")),
        (date(2026, 3, 11), ("planned", "")),
    ],
)
def test_planning_after_a_restore_raises_no_mail_from_the_dead(
    user: User, due_on: date, outcome: tuple[str, str]
) -> None:
    roll_back(NOW + 2 * HOUR)  # 11 o'clock: the mails of that morning may have gone
    draft = planning.Draft("test.due", "test:1", due_on, 0, "/inbox/", (user.pk,))

    assert reminders.plan(_wanted(draft)) == 2

    found = {one.channel: (one.state, one.outcome) for one in Reminder.objects.all()}
    assert found == {Channel.IN_APP: ("planned", ""), Channel.EMAIL: outcome}


def _wanted(draft: planning.Draft) -> list[planning.Planned]:
    return [
        planning.Planned(
            rule=draft.rule, subject=draft.subject, recipient_id=pk, due_on=draft.due_on, step=draft.step,
            channel=channel, planned_for=NOW + 3 * HOUR, params={}, url=draft.url, recorded_at=NOW + 3 * HOUR,
        )
        for pk in draft.recipients for channel in Channel
    ]  # fmt: skip


def test_nobody_stays_signed_in_and_no_token_comes_alive(user: User, client: Client) -> None:
    client.force_login(user, backend="orgportal.core.accounts.UserNameOrMobileBackend")
    AuthToken.objects.create(user)

    rolled = roll_back()

    assert (rolled.sessions_ended, rolled.tokens_ended) == (1, 1)
    assert not Session.objects.exists()
    assert client.get("/inbox/").status_code == 302
    assert User.objects.get().session_epoch == user.session_epoch + 1


def test_the_trail_tells_of_it(user: User) -> None:
    roll_back()

    entry = AuditEntry.objects.get(action="core.restored")
    assert entry.changes == {
        "taken_at": "2026-03-08T01:00:00Z", "app_version": "0.1", "head": "ab", "entries_lost": 4,
        "mails_cancelled": 0, "notices_cancelled": 0, "sessions_ended": 0, "tokens_ended": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "statement", ["UPDATE core_sendhorizon SET taken_at = now()", "DELETE FROM core_sendhorizon"]
)
def test_a_restore_is_never_struck_out(db: None, statement: str) -> None:
    roll_back()

    with pytest.raises(DatabaseError, match="never struck out"), transaction.atomic():
        connection.cursor().execute(statement)
    assert str(SendHorizon.objects.get()) == NOW.isoformat()
