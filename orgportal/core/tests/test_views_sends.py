"""The administrator sees what was given up, to whom and why, and starts it again."""

from datetime import date
from typing import Any

import pytest

from branches.tests.factories import NOW
from conftest import World
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry, Channel, Digest, MailAddress, Reminder
from orgportal.core.outcomes import outcome_words
from orgportal.core.workflows import sends

URL = "/desks/system/sends/"


def given_up(world: World, name: str, channel: str = Channel.EMAIL) -> Reminder:
    user = world.user(name)
    user.email = f"{name}@example.cn"
    user.save()
    digest = None
    if channel == Channel.EMAIL:
        digest = Digest.objects.create(
            recipient=user, on=date(2026, 3, 10), state="failed", due_at=NOW, attempts=1, created_at=NOW,
            address=user.email, outcome="smtp_550", settled_at=NOW,
        )  # fmt: skip
    return Reminder.objects.create(
        rule="activities.duty_due", subject="activities.duty:1", recipient=user, due_on=date(2026, 3, 12),
        step=0, channel=channel, planned_for=NOW, params={"branch": "不给看"}, url="/", recorded_at=NOW,
        state="failed", outcome="RuntimeError: x", digest=digest, attempts=5,
    )  # fmt: skip


def test_nothing_given_up_is_said_so(world: World) -> None:
    page = world.client("sys").get(URL).content.decode()

    for words in ("没有停止发信的邮箱", "没有停止发送的邮件", "没有搁置的提醒"):
        assert words in page


def test_given_up_is_listed_without_its_contents_and_started_again(world: World, on_the_day: Any) -> None:
    one, two = given_up(world, "chen"), given_up(world, "sun")
    notice = given_up(world, "li", Channel.IN_APP)
    client = world.client("sys")
    page = client.get(URL).content.decode()
    for words in (
        "陈党员",
        "chen@example.cn",
        "邮件服务器拒收该邮箱或该邮件（550）",
        "党支部应完成的工作任务",
    ):
        assert words in page
    assert "不给看" not in page

    client.post(f"{URL}{one.digest_id}/retry/")
    client.post(f"{URL}notices/activities.duty_due/retry/")
    for row in (one, two, notice):
        row.refresh_from_db()
    assert (one.state, one.attempts, one.digest) == ("planned", 0, None)
    assert (notice.state, two.state) == ("planned", "failed")
    assert Digest.objects.get(recipient=one.recipient).outcome == "retried"

    client.post(f"{URL}retry/")
    two.refresh_from_db()
    assert two.state == "planned"
    assert "没有停止发送的邮件" in client.get(URL).content.decode()
    client.post(f"{URL}retry/")
    assert AuditEntry.objects.filter(action="mail.retried").count() == 3


def test_a_stopped_address_is_started_again(world: World, on_the_day: Any) -> None:
    user = given_up(world, "chen").recipient
    row = MailAddress.objects.create(
        user=user, address=user.email, failures=3, outcome="smtp_550", failed_at=NOW, stopped_at=NOW
    )
    client = world.client("sys")
    assert "恢复发信" in client.get(URL).content.decode()

    assert "已恢复" in client.post(f"{URL}addresses/{row.pk}/start/", follow=True).content.decode()

    row.refresh_from_db()
    assert (row.failures, row.stopped_at) == (0, None)
    assert AuditEntry.objects.filter(action="mail.address_restarted").count() == 1


def test_nobody_else_starts_anything_again(world: World) -> None:
    with pytest.raises(NotAllowed):
        sends.retry_mails(Digest.objects.all(), actor=world.user("li"), at=NOW)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("smtp_550", "邮件服务器拒收该邮箱或该邮件（550）。"),
        ("smtp_451", "邮件服务器暂时拒收（451）。"),
        ("smtp_250", "发送出错（250）。"),
        ("TimeoutError", "邮件服务器未及时应答。"),
        ("ValueError: x", "发送出错（ValueError: x）。"),
    ],
)
def test_every_outcome_has_words(code: str, words: str) -> None:
    assert outcome_words(code) == words
