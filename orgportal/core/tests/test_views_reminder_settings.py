"""How one is reminded: the page, the address, and the same for programs."""

from datetime import date, timedelta
from typing import Any

import pytest

from branches.tests.factories import NOW
from conftest import World
from orgportal.core.models import (
    AuditEntry,
    Channel,
    MailAddress,
    MailConfirmation,
    Reminder,
    ReminderSettings,
    User,
)
from orgportal.core.reminder_kinds import kinds
from orgportal.core.workflows import mail_addresses

URL, API, PASSWORD = "/inbox/settings/", "/api/v1/reminder-settings/", "Demo-pass-2026!"


def sent(version: int = 0, hour: int = 14, **chosen: str) -> dict[str, Any]:
    """All choices of the page as they are usual, but these: `stays_email="off"`."""
    usual = {
        f"{kind.key}-{channel}": kind.usual(channel).value for kind in kinds() for channel in Channel.values
    }
    changed = {
        "-".join(name.rsplit("_", 1)).replace("in-app", "in_app"): value for name, value in chosen.items()
    }
    return {**usual, **changed, "mail_hour": hour, "version": version}


def waiting(user: User, rule: str, channel: str) -> Reminder:
    return Reminder.objects.create(
        rule=rule, subject=f"test:{rule}", recipient=user, due_on=date(2026, 3, 12), step=0, channel=channel,
        planned_for=NOW + timedelta(days=2), params={}, url="/inbox/", recorded_at=NOW,
    )  # fmt: skip


@pytest.fixture
def li(world: World) -> User:
    user = world.user("li")
    user.set_password(PASSWORD)
    user.email = "li@example.cn"
    user.save()
    return user


def test_a_member_is_offered_what_can_be_meant_for_members(world: World) -> None:
    office, plain = (world.client(name).get(URL).content.decode() for name in ("li", "chen"))

    assert office.count("data-id=") == len(kinds())
    assert plain.count("data-id=") == sum(kind.for_everyone for kind in kinds()) < len(kinds())
    assert "不能关闭" in plain
    assert 'value="off"' not in office.partition('data-id="duties"')[2].partition("</tr>")[0]


def test_the_choice_is_kept_and_what_waits_follows_it(world: World, li: User, on_the_day: Any) -> None:
    row = waiting(li, "members.stay_return_due", Channel.EMAIL)
    gone = waiting(li, "members.card_check_due", Channel.EMAIL)
    client = world.client("li")

    answer = client.post(URL, sent(stays_email="weekly", duties_email="off"))

    assert answer.status_code == 422  # a duty is not open to "never"
    assert client.post(URL, sent(stays_email="weekly"), follow=True).status_code == 200
    held = ReminderSettings.objects.get()
    assert (held.mail_hour, held.choices, held.version) == (14, {"stays": {"email": "weekly"}}, 1)
    row.refresh_from_db()
    assert row.planned_for.isoformat() == "2026-03-16T06:00:00+00:00"  # Monday, 14:00
    assert 'value="weekly" selected' in client.get(URL).content.decode()

    client.post(URL, sent(1, stays_email="off"))
    before = gone.planned_for
    gone.refresh_from_db()
    assert gone.planned_for != before  # moved by the first choice, left by the second
    assert AuditEntry.objects.filter(action="reminders.chosen").count() == 2

    assert client.post(URL, sent(1, stays_email="weekly")).status_code == 422  # saved elsewhere meanwhile
    assert client.post(URL, sent(2, hour=3)).status_code == 422


def test_the_address_is_changed_with_the_password_alone(world: World, li: User, on_the_day: Any) -> None:
    MailAddress.objects.create(user=li, address=li.email, failures=3, stopped_at=NOW)
    row = waiting(li, "activities.duty_due", Channel.EMAIL)
    client = world.client("li")
    assert "已停止向li@example.cn发送邮件" in client.get(URL).content.decode()

    wrong = client.post(f"{URL}address/", {"email": "new@example.cn", "password": "wrong"})
    bad = client.post(f"{URL}address/", {"email": "nobody", "password": PASSWORD})
    right = client.post(f"{URL}address/", {"email": "new@example.cn", "password": PASSWORD}, follow=True)

    assert (wrong.status_code, bad.status_code) == (422, 422)
    assert "已停止" in right.content.decode()  # until the new one is confirmed
    (asked,) = MailConfirmation.objects.all()
    confirmed = client.post(mail_addresses.link_of(asked), follow=True).content.decode()
    assert "已停止" not in confirmed
    li.refresh_from_db()
    assert li.email == "new@example.cn"
    assert MailAddress.objects.get().stopped_at is None

    client.post(f"{URL}address/", {"email": "new@example.cn", "password": PASSWORD})
    client.post(f"{URL}address/", {"email": "", "password": PASSWORD})
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("cancelled", "no_address")
    entries = AuditEntry.objects.filter(action="account.mail_address_changed")
    assert [entry.changes for entry in entries.order_by("pk")] == [
        {"had": True, "has": True},
        {"had": True, "has": False},
    ]


def test_a_program_chooses_the_same(world: World, li: User) -> None:
    client = world.client("li")
    held = client.get(API).json()
    assert (held["mail_hour"], held["version"], held["has_mail"], held["is_stopped"]) == (9, 0, True, False)
    (stays,) = [row for row in held["kinds"] if row["key"] == "stays"]
    assert (stays["is_duty"], stays["email"], "off" in stays["open_to"]) == (False, "daily", True)

    chosen = [
        {"key": "stays", "in_app": "weekly", "email": "off"},
        {"key": "duties", "in_app": "off", "email": "off"},
    ]
    body = {"mail_hour": 10, "version": 0, "kinds": chosen}
    kept = client.put(API, body, content_type="application/json")

    assert kept.status_code == 200
    found = {row["key"]: (row["in_app"], row["email"]) for row in kept.json()["kinds"]}
    assert (found["stays"], found["duties"]) == (("weekly", "off"), ("at_once", "daily"))
    assert kept.json()["version"] == 1
    assert client.put(API, body, content_type="application/json").status_code == 412
    assert client.put(API, {**body, "mail_hour": 3}, content_type="application/json").status_code == 400
