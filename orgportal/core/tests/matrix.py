"""Addresses of the ground floor and of the account pages: who may, who may not, and which rows they see."""

from typing import Any

from django.utils import timezone

from branches.tests.factories import NOW
from members.models import Post
from orgportal.core import audit, inbox
from orgportal.core.models import AuditEntry, Channel, Feedback, Notification, Reminder, User, Waiver
from orgportal.core.workflows import mail_addresses
from orgportal.tests.matrix import PERSONAS, Row

SIGNED_IN = "|".join(PERSONAS[1:])
EVERYBODY = "|".join(PERSONAS)


def but(*names: str) -> str:
    """Everybody signed in but these."""
    return "|".join(name for name in PERSONAS[1:] if name not in names)


def notices(world: Any) -> None:
    users = [world.user(name).pk for name in ("chen", "sun", "sys")]
    inbox.notify(users, "core.feedback_answered", "matrix", params={}, url="/inbox/", at=NOW)


def of_chen(world: Any) -> dict[str, Any]:
    return {"pk": Notification.unscoped.get(recipient=world.user("chen")).pk}


def own_notices(world: Any, persona: str) -> set[int]:
    return {each.pk for each in Notification.unscoped.all() if each.recipient_id == world.user(persona).pk}


def a_reminder(world: Any) -> None:
    """Chen is reminded of something of branch A."""
    user = world.user("chen")
    said = {
        "rule": "members.term_ending",
        "params": {"body": "甲", "due_on": ""},
        "url": "/",
        "due_on": NOW.date(),
    }
    row = Reminder.objects.create(
        subject="members.case:1", recipient=user, step=0, channel=Channel.IN_APP, planned_for=NOW,
        recorded_at=NOW, state="sent", **said,
    )  # fmt: skip
    Notification.unscoped.create(recipient=user, reminder=row, key="matrix", created_at=NOW, **said)


def reminded(world: Any) -> dict[str, Any]:
    return {"pk": Notification.unscoped.get(recipient=world.user("chen")).pk}


def a_link(world: Any) -> dict[str, Any]:
    """Chen has entered an address, and the link went there."""
    row = mail_addresses.ask(world.user("chen"), "chen@example.cn", at=timezone.now())
    assert row is not None
    return {"token": mail_addresses.link_of(row).rstrip("/").rpartition("/")[2]}


def a_waiver(world: Any) -> None:
    Waiver.unscoped.create(
        user=world.user("chen"), rule="members.term_ending", subject="members.term:1", due_on=NOW.date(),
        params={"body": "甲", "due_on": ""}, path=world.a.path, reason="matrix", created_at=NOW,
    )  # fmt: skip


def waived(world: Any) -> dict[str, Any]:
    return {"pk": Waiver.unscoped.get().pk}


def waivers_of(world: Any, persona: str) -> set[int]:
    mine = {"chen", "li", "zhao", "qian"}  # who said it, and those who oversee branch A
    return {each.pk for each in Waiver.unscoped.all()} if persona in mine else set()


def complaints(world: Any) -> None:
    for name in ("chen", "wang"):
        Feedback.objects.create(author=world.user(name), kind="complaint", text="打不开", created_at=NOW)


def complaint(world: Any) -> dict[str, Any]:
    return {"pk": Feedback.objects.get(author=world.user("chen")).pk}


def own_complaints(world: Any, persona: str) -> set[int]:
    return {each.pk for each in Feedback.objects.all() if each.author_id == world.user(persona).pk}


def all_complaints(world: Any, persona: str) -> set[int]:
    return {each.pk for each in Feedback.objects.all()}


def all_accounts(world: Any, persona: str) -> set[int]:
    return {each.pk for each in User.objects.all()}


def account_of_chen(world: Any) -> dict[str, Any]:
    return {"pk": world.user("chen").pk}


def an_entry(world: Any) -> None:
    audit.record(actor=world.user("li"), action="session.signed_in", target=world.user("li"), at=NOW)


def all_entries(world: Any, persona: str) -> set[int]:
    return {each.pk for each in AuditEntry.objects.all()}


def chen(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk}


def next_year(world: Any) -> dict[str, Any]:
    return {"year": world.today.year + 1}


def served(world: Any, persona: str) -> set[int]:
    branch_a = {world.li.pk, world.ran.pk, world.chen.pk, world.sun.pk}
    return {"li": branch_a, "wang": {world.wang.pk}}[persona]


def all_posts(world: Any, persona: str) -> set[int]:
    return {each.pk for each in Post.unscoped.all()}


def desk(name: str, holder: str, status: int = 200, **more: Any) -> Row:
    """A page of one desk: everybody else is refused."""
    return Row(name, f"anon:302 {but(holder)}:403 {holder}:{status}", **more)


NO_KEY = {"key": "abcd1234"}

ROWS = [
    Row("core:healthz", f"{EVERYBODY}:200"),
    Row("core:readyz", f"{EVERYBODY}:200"),
    Row("core:sign-in", f"anon:200 {SIGNED_IN}:302"),
    Row("core:sign-in", f"{EVERYBODY}:422", method="POST"),
    Row("core:sign-out", f"{EVERYBODY}:302", method="POST"),
    Row("core:set-language", f"{EVERYBODY}:302", method="POST", data=lambda _: {"language": "en"}),
    Row("core:set-elder-mode", f"{EVERYBODY}:302", method="POST", data=lambda _: {"elder": "1"}),
    Row("core:password-change", f"anon:302 {SIGNED_IN}:200"),
    Row("core:password-change", f"anon:302 {SIGNED_IN}:422", method="POST"),
    Row("core:inbox", f"anon:302 {SIGNED_IN}:200", prepare=notices, ids=own_notices),
    Row("core:inbox-read", f"{EVERYBODY}:302", method="POST", prepare=notices),
    Row(
        "core:notice-open", f"anon|chen:302 {but('chen')}:404", kwargs=of_chen, method="POST", prepare=notices
    ),
    Row(
        "core:notice-read", f"anon|chen:302 {but('chen')}:404", kwargs=of_chen, method="POST", prepare=notices
    ),
    Row("core:reminder-settings", f"anon:302 {SIGNED_IN}:200"),
    Row("core:waiver-list", f"anon:302 {SIGNED_IN}:200", prepare=a_waiver, ids=waivers_of),
    Row("core:reminder-settings", f"anon:302 {SIGNED_IN}:422", method="POST"),
    Row("core:mail-address", f"anon:302 {SIGNED_IN}:422", method="POST"),
    Row("core:address-again", f"{EVERYBODY}:302", method="POST"),
    Row("core:address-take-back", f"{EVERYBODY}:302", method="POST"),
    Row("core:address-confirm", f"anon:302 chen:200 {but('chen')}:409", kwargs=a_link),
    Row("core:address-confirm", f"anon|chen:302 {but('chen')}:409", kwargs=a_link, method="POST"),
    Row("core:waiver-create", f"anon:302 chen:200 {but('chen')}:404", kwargs=reminded, prepare=a_reminder),
    Row(
        "core:waiver-create",
        f"anon:302 chen:422 {but('chen')}:404",
        kwargs=reminded,
        prepare=a_reminder,
        method="POST",
    ),
    Row(
        "core:waiver-withdraw",
        f"anon:302 chen|li|zhao|qian:302 {but('chen', 'li', 'zhao', 'qian')}:404",
        kwargs=waived,
        prepare=a_waiver,
        method="POST",
    ),
    desk("core:job-list", "sys"),
    desk("core:job-detail", "sys", kwargs=lambda _: {"job": "members.plan_reminders"}),
    desk("core:job-rerun", "sys", 422, kwargs=lambda _: {"job": "members.plan_reminders"}, method="POST"),
    desk("core:set-aside-retry", "sys", 302, kwargs=lambda _: {"kind": "promise", "key": "1"}, method="POST"),
    desk("core:set-aside-discard", "sys", 302, kwargs=lambda _: {"kind": "promise", "key": "1"}),
    desk(
        "core:set-aside-discard", "sys", 302, kwargs=lambda _: {"kind": "promise", "key": "1"}, method="POST"
    ),
    desk("core:send-list", "sys"),
    desk("core:send-retry-all", "sys", 302, method="POST"),
    desk("core:send-retry", "sys", 404, kwargs=lambda _: {"pk": 1}, method="POST"),
    desk(
        "core:send-notice-retry", "sys", 302, kwargs=lambda _: {"rule": "members.term_ending"}, method="POST"
    ),
    desk("core:address-restart", "sys", 404, kwargs=lambda _: {"pk": 1}, method="POST"),
    Row("api-core:reminder-settings", f"anon:401 {SIGNED_IN}:200"),
    Row("api-core:reminder-settings", f"anon:401 {SIGNED_IN}:400", method="PUT"),
    Row("api-core:notice-list", f"anon:401 {SIGNED_IN}:200", prepare=notices, ids=own_notices),
    Row("api-core:notices-read", f"anon:401 {SIGNED_IN}:204", method="POST", prepare=notices),
    Row(
        "api-core:notice-read",
        f"anon:401 chen:204 {but('chen')}:404",
        kwargs=of_chen,
        method="POST",
        prepare=notices,
    ),
    Row("api-core:waiver-list", f"anon:401 {SIGNED_IN}:200", prepare=a_waiver, ids=waivers_of),
    Row(
        "api-core:waiver-list",
        f"anon:401 chen:201 {but('chen')}:404",
        prepare=a_reminder,
        method="POST",
        data=lambda world: {"notice": reminded(world)["pk"], "reason": "无关"},
    ),
    Row(
        "api-core:waiver-withdraw",
        f"anon:401 chen:200 li|zhao|qian:409 {but('chen', 'li', 'zhao', 'qian')}:404",
        kwargs=waived,
        prepare=a_waiver,
        method="POST",
    ),
    Row("core:feedback-list", f"anon:302 {SIGNED_IN}:200", prepare=complaints, ids=own_complaints),
    Row("core:feedback-create", f"anon:302 {SIGNED_IN}:200"),
    Row("core:feedback-create", f"anon:302 {SIGNED_IN}:422", method="POST"),
    desk("core:feedback-desk", "sys", prepare=complaints, ids=all_complaints),
    desk("core:feedback-answer", "sys", kwargs=complaint, prepare=complaints),
    desk("core:feedback-answer", "sys", 422, kwargs=complaint, prepare=complaints, method="POST"),
    desk("core:account-list", "sys", ids=all_accounts),
    desk("core:account-detail", "sys", kwargs=account_of_chen),
    desk("core:account-reset", "sys", kwargs=account_of_chen, method="POST"),
    desk("core:account-close", "sys", 302, kwargs=account_of_chen, method="POST"),
    desk("core:account-reopen", "sys", 302, kwargs=account_of_chen, method="POST"),
    Row("core:holiday-list", f"anon:302 {SIGNED_IN}:200"),
    desk("core:holiday-edit", "sys", kwargs=next_year),
    desk("core:holiday-edit", "sys", 422, kwargs=next_year, method="POST"),
    desk("core:holiday-reading", "sys", kwargs=next_year, method="POST"),
    Row("api-core:holiday-list", f"anon:401 {SIGNED_IN}:200"),
    desk("core:lock-list", "sec"),
    desk("core:lock-lift", "sec", 302, method="POST"),
    desk("core:audit-list", "aud", prepare=an_entry, ids=all_entries),
    desk("core:audit-verify", "aud", 302, method="POST"),
    Row("core:help", f"{EVERYBODY}:200"),
    Row("core:api-docs", f"anon:302 {SIGNED_IN}:200"),
    Row("core:api-room", f"anon:302 {SIGNED_IN}:200", kwargs=lambda _: {"slug": "transfers"}),
    Row("core:token-list", f"anon:302 {SIGNED_IN}:200"),
    Row("core:token-make", f"anon:302 {SIGNED_IN}:200", method="POST"),
    Row("core:token-end", f"{EVERYBODY}:302", kwargs=lambda _: NO_KEY, method="POST"),
    Row("api-core:root", f"anon:401 {SIGNED_IN}:200"),
    Row("api-core:schema", f"anon:401 {SIGNED_IN}:200"),
    Row("api-core:token-list", f"anon:401 {SIGNED_IN}:200"),
    Row("api-core:token-list", f"{EVERYBODY}:400", method="POST"),
    Row("api-core:token-detail", f"anon:401 {SIGNED_IN}:404", kwargs=lambda _: NO_KEY, method="DELETE"),
    # Members' accounts stand in the members' room; their rows stay beside those of the accounts.
    Row("members:account-list", f"anon:302 {but('li', 'wang')}:403 li|wang:200", ids=served),
    Row("members:account-check", f"anon:302 {but('li', 'wang')}:403 li|wang:422"),
    Row("members:account-open", f"anon:302 {but('li', 'wang')}:403 li|wang:422", method="POST"),
    Row("members:account-reset", f"anon:302 {but('li', 'wang')}:403 li:200 wang:404", kwargs=chen),
    Row(
        "members:account-reset",
        f"anon:302 {but('li', 'wang')}:403 li:200 wang:404",
        kwargs=chen,
        method="POST",
    ),
    desk("members:account-by-number", "sys"),
    desk("members:account-by-number", "sys", 422, method="POST"),
    desk("members:grant-list", "sec", ids=all_posts),
    desk("members:right-list", "sec"),
]
