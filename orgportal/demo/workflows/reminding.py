"""Reminders as the demo finds them: planned, one said not to apply, one mail the server would not take."""

from datetime import date, datetime, timedelta

from activities.workflows import reminders as activities_due
from members.workflows import reminders as members_due
from orgportal.core import reminders
from orgportal.core.models import Channel, Digest, Notification, Reminder
from orgportal.core.workflows.waivers import waive
from orgportal.health.workflows import reminders as health_due

REASON = "本月主题党日由上级党委统一组织，党支部不再单独开展"


def plan(on: date, now: datetime) -> int:
    plans = (members_due.plan, activities_due.plan, health_due.plan)
    planned = sum(plan(on, at=now) for plan in plans)
    _waive_one(now)
    _refuse_one(on, now)
    return planned


def _waive_one(now: datetime) -> None:
    """The first theme day that is due in the portal is told, and put away."""
    due = Reminder.objects.filter(rule="activities.duty_due", channel=Channel.IN_APP).order_by("pk")
    due = due.filter(params__duty__word="Theme day")
    for row in due.select_related("recipient")[:1]:
        notice = Notification.unscoped.create(
            recipient=row.recipient, rule=row.rule, params=row.params, url=row.url, due_on=row.due_on,
            reminder=row, key=f"reminder:{row.pk}", created_at=now,
        )  # fmt: skip
        reminders.settle([row.pk], now)
        waive(notice, REASON, actor=row.recipient, at=now)


def _refuse_one(on: date, now: datetime) -> None:
    """A mail of the day before, refused for good."""
    before = now - timedelta(days=1)
    mails = Reminder.objects.filter(channel=Channel.EMAIL).order_by("-pk").select_related("recipient")
    for row in mails[:1]:
        digest = Digest.objects.create(
            recipient=row.recipient, on=on - timedelta(days=1), due_at=before, created_at=before, attempts=1,
            address=row.recipient.email, **reminders.given_up(before, "smtp_550"),
        )  # fmt: skip
        Reminder.objects.filter(pk=row.pk).update(digest=digest, **reminders.given_up(before, "smtp_550"))
