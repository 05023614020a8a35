"""An address is used once its link was opened and confirmed; the real SMTP server may refuse it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.tests.factories import NOW
from conftest import World
from orgportal.core import confirmations, tasks
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, MailAddress, MailConfirmation, User
from orgportal.core.tests.smtp_stub import SmtpStub
from orgportal.core.workflows import mail_addresses

URL, PASSWORD, NEW = "/inbox/settings/", "Demo-pass-2026!", "new@example.cn"
DAY = timedelta(days=1)


@pytest.fixture
def li(world: World) -> User:
    user = world.user("li")
    user.set_password(PASSWORD)
    user.email = "old@example.cn"
    user.save()
    return user


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpStub]:
    settings.EMAIL_BACKEND = "orgportal.core.mailing.TimedBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1
    settings.SITE_ADDRESS = "https://portal.example.cn"
    with SmtpStub() as stub:
        settings.EMAIL_PORT = stub.port
        yield stub


def entered(client: Any, address: str = NEW) -> Any:
    return client.post(f"{URL}address/", {"email": address, "password": PASSWORD}, follow=True)


def words_of(message: Any) -> str:
    return str(message.get_payload(decode=True).decode())


def link_in(message: Any) -> str:
    (found,) = re.findall(r"https://portal\.example\.cn(/inbox/settings/address/\S+/)", words_of(message))
    return str(found)


def email_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_entered_mailed_opened_confirmed(world: World, li: User, smtp: SmtpStub) -> None:
    client = world.client("li")
    page = entered(client).content.decode()
    assert "new@example.cn 等待确认" in page
    assert "确认邮件将在一两分钟内发出" in page
    assert "提醒邮件发往old@example.cn" in page

    assert tasks.send_mails() == 1
    assert tasks.send_mails() == 0

    (message,) = smtp.taken
    assert message["To"] == NEW
    link = link_in(message)
    assert "确认链接已于" in client.get(URL).content.decode()
    for _scan in range(2):  # a scanner that follows links, signed in or not
        assert world.client("anon").get(link).status_code == 302
        opened = client.get(link)
    assert "确认使用该邮箱" in opened.content.decode()
    assert email_of(li) == "old@example.cn"

    done = client.post(link, follow=True).content.decode()

    assert "已确认" in done
    assert email_of(li) == NEW
    assert "等待确认" not in done
    again = client.post(link)
    assert (again.status_code, "此链接已经使用" in again.content.decode()) == (409, True)
    actions = AuditEntry.objects.filter(actor=li).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["account.mail_address_asked", "account.mail_address_changed"]


def test_a_link_is_nobody_elses_and_not_to_be_forged(world: World, li: User) -> None:
    entered(world.client("li"))
    row = MailConfirmation.objects.get()
    link = mail_addresses.link_of(row)

    for who, address in (("wang", link), ("li", f"{link[:-3]}xx/"), ("li", f"{URL}address/nonsense/")):
        for method in ("get", "post"):
            answer = getattr(world.client(who), method)(address)
            assert (answer.status_code, "此链接不属于当前账号" in answer.content.decode()) == (409, True)
    assert email_of(li) == "old@example.cn"


def test_a_link_runs_out_and_another_takes_its_place(world: World, li: User) -> None:
    first = mail_addresses.ask(li, NEW, at=NOW)
    assert first is not None
    token = mail_addresses.link_of(first).rstrip("/").rpartition("/")[2]
    with pytest.raises(Refused, match="link_expired"):
        mail_addresses.confirm(token, li, at=NOW + timedelta(hours=48))
    assert mail_addresses.held(token, li, at=NOW + timedelta(hours=47)) == first

    second = mail_addresses.ask_again(li, at=NOW + DAY)

    assert second is not None
    with pytest.raises(Refused, match="link_replaced"):
        mail_addresses.held(token, li, at=NOW + DAY)
    assert confirmations.send_links(at=NOW + DAY) == 1
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert "链接已于" in world.client("li").get(URL).content.decode()  # by today it has run out


def test_links_are_limited_to_a_person_and_to_an_address(world: World, li: User) -> None:
    client = world.client("li")
    for number in range(5):
        entered(client, f"n{number}@example.cn")
    refused = client.post(f"{URL}address/", {"email": NEW, "password": PASSWORD})
    assert (refused.status_code, "一日内已发送5次链接" in refused.content.decode()) == (422, True)
    assert "一日内已发送5次链接" in client.post(f"{URL}address/again/", follow=True).content.decode()

    wang = world.user("wang")
    MailConfirmation.objects.update(address=NEW)
    with pytest.raises(Refused, match="too_many_links"):
        mail_addresses.ask(wang, NEW.upper(), at=timezone.now())
    assert mail_addresses.ask(wang, NEW, at=timezone.now() + DAY) is not None


def test_another_link_and_taking_it_back(world: World, li: User) -> None:
    client = world.client("li")
    assert client.post(f"{URL}address/again/", follow=True).status_code == 200
    assert not MailConfirmation.objects.exists()
    entered(client)

    assert "将重新发送确认邮件" in client.post(f"{URL}address/again/", follow=True).content.decode()
    page = client.post(f"{URL}address/take-back/", follow=True).content.decode()

    assert "等待确认" not in page
    assert MailConfirmation.objects.exclude(ended_at=None).count() == 2
    assert confirmations.send_links(at=timezone.now()) == 0
    assert AuditEntry.objects.filter(action="account.mail_address_kept").count() == 1
    client.post(f"{URL}address/take-back/")
    assert AuditEntry.objects.filter(action="account.mail_address_kept").count() == 1


def test_the_address_in_use_or_none_needs_no_link(world: World, li: User) -> None:
    MailAddress.objects.create(user=li, address=li.email, failures=3, stopped_at=NOW)
    client = world.client("li")
    entered(client)

    assert "提醒邮件发往old@example.cn" in entered(client, li.email).content.decode()
    assert mail_addresses.open_for(li) is None
    assert "不再向您发送邮件" in entered(client, "").content.decode()
    assert email_of(li) == ""
    assert MailAddress.objects.get().stopped_at is None
    entered(client, "")
    assert AuditEntry.objects.filter(action="account.mail_address_changed").count() == 1


# --- the mail with the link


def test_refused_for_good_is_said_and_not_tried_again(world: World, li: User, smtp: SmtpStub) -> None:
    smtp.refuses[NEW] = "550 no such user"
    mail_addresses.ask(li, NEW, at=timezone.now())

    assert tasks.send_mails() == 1

    row = MailConfirmation.objects.get()
    assert (row.outcome, row.due_at, row.sent_at) == ("smtp_550", None, None)
    page = world.client("li").get(URL).content.decode()
    assert "请核对邮箱" in page
    assert world.client("li").get("/api/v1/reminder-settings/").json()["is_waiting"] is True


def test_refused_for_now_is_tried_again_until_enough(world: World, li: User, smtp: SmtpStub) -> None:
    smtp.refuses[NEW] = "451 later"
    mail_addresses.ask(li, NEW, at=NOW)

    assert confirmations.send_links(at=NOW) == 1
    row = MailConfirmation.objects.get()
    assert (row.outcome, row.due_at, row.attempts) == ("smtp_451", NOW + timedelta(minutes=2), 1)
    assert confirmations.send_links(at=NOW + timedelta(minutes=1)) == 0
    for hour in range(1, 12):
        confirmations.send_links(at=NOW + timedelta(hours=hour))
    row.refresh_from_db()
    assert (row.due_at, row.attempts) == (None, 8)


def test_no_server_holds_up_the_links_behind(world: World, li: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "orgportal.core.mailing.TimedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    now = timezone.now()
    mail_addresses.ask(li, NEW, at=now)
    mail_addresses.ask(world.user("wang"), "wang@example.cn", at=now)

    assert confirmations.send_links(at=now) == 1
    assert sorted(MailConfirmation.objects.values_list("attempts", flat=True)) == [0, 1]
    assert "系统将再次发送" in world.client("li").get(URL).content.decode()


def test_a_link_replaced_while_it_was_mailed_stays_replaced(world: World, li: User, smtp: SmtpStub) -> None:
    """The person enters another address while the server still has the first mail in hand."""
    first = mail_addresses.ask(li, NEW, at=NOW)
    assert first is not None
    claimed = mail_addresses.claim(NOW, confirmations.HOLD)
    assert claimed == first

    mail_addresses.ask(li, "third@example.cn", at=NOW)
    mail_addresses.note(first, sent_at=NOW, due_at=None)

    first.refresh_from_db()
    assert (first.sent_at, first.ended_at) == (None, NOW)


def test_an_english_reader_gets_an_english_link(world: World, li: User, smtp: SmtpStub) -> None:
    User.objects.filter(pk=li.pk).update(language="en")
    mail_addresses.ask(li, NEW, at=NOW)

    confirmations.send_links(at=NOW)

    (message,) = smtp.taken
    assert message["Subject"] == "Confirm the address for reminder mails"
    assert "Sign in, open this link" in words_of(message)


def test_the_database_keeps_one_open_at_a_time(world: World, li: User) -> None:
    said = {"user": li, "address": NEW, "asked_at": NOW, "expires_at": NOW + DAY}
    MailConfirmation.objects.create(**said)

    with pytest.raises(IntegrityError), transaction.atomic():
        MailConfirmation.objects.create(**said)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailConfirmation.objects.create(**{**said, "expires_at": NOW}, ended_at=NOW)
    assert str(MailConfirmation.objects.get()) == NEW


def test_links_of_a_month_ago_are_forgotten_and_the_address_in_use_stays(li: User) -> None:
    mail_addresses.ask(li, "first@example.cn", at=NOW - 40 * DAY)
    mail_addresses.ask(li, NEW, at=NOW - 20 * DAY)

    assert mail_addresses.forget(NOW) == 1
    assert [row.address for row in MailConfirmation.objects.all()] == [NEW]
    assert email_of(li) == "old@example.cn"
