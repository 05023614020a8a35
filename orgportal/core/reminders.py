"""Owns the reminder row: planned by the apps, claimed under a lease, re-checked, sent once.

An in-app notice and the row's "sent" are one transaction, so exactly once. Mail is at least once with a
fixed Message-ID: a crash between the server's yes and our commit may repeat one mail, nothing else may.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from orgportal.core.jinja import day
from orgportal.core.models import Channel, Notification, Reminder

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.REMINDER_LEASE_SECONDS)
MAX_ATTEMPTS = 5
BATCH = 500


def plan(rows: Iterable[Reminder]) -> int:
    """Add reminders; those already planned, sent or cancelled under the same key stay as they are."""
    return len(Reminder.objects.bulk_create(list(rows), ignore_conflicts=True, batch_size=BATCH))


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """Claim what is due and send it; return how many were settled (sent, cancelled or failed)."""
    claimed = _claim(at, limit)
    mails: dict[int, list[Reminder]] = defaultdict(list)
    for reminder in claimed:
        if reminder.channel == Channel.EMAIL:
            mails[reminder.recipient_id].append(reminder)
        else:
            _send_in_app(reminder, at)
    for batch in mails.values():
        _send_mail(batch, at)
    return len(claimed)


def _claim(at: datetime, limit: int) -> list[Reminder]:
    with transaction.atomic():
        due = list(
            Reminder.objects.filter(state=Reminder.State.PLANNED, planned_for__lte=at)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=at))
            .order_by("planned_for", "id")
            .select_related("recipient")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit]
        )
        Reminder.objects.filter(pk__in=[row.pk for row in due]).update(
            claimed_until=at + LEASE, attempts=F("attempts") + 1
        )
    return due


def objection(reminder: Reminder, at: datetime) -> str:
    """Why a planned reminder must not go out after all ("" if it must): asked again at send time."""
    if not reminder.recipient.is_active:
        return "recipient_inactive"
    checks: dict[str, str] = current_app.conf.reminder_checks
    check: Callable[[Reminder, datetime], str] = import_string(checks[reminder.rule])
    return check(reminder, at)


def _send_in_app(reminder: Reminder, at: datetime) -> None:
    with transaction.atomic():
        row = Reminder.objects.select_for_update(no_key=True).get(pk=reminder.pk)
        if row.state != Reminder.State.PLANNED:
            return
        reason = objection(row, at)
        if not reason:
            notice = Notification(
                recipient_id=row.recipient_id,
                rule=row.rule,
                params=row.params,
                url=row.url,
                due_on=row.due_on,
                reminder=row,
                key=f"reminder:{row.pk}",
                created_at=at,
            )
            Notification.unscoped.bulk_create([notice], ignore_conflicts=True)
        _settle([row.pk], at, reason)


def _send_mail(batch: list[Reminder], at: datetime) -> None:
    """One digest for one person; the rows stay locked while the mail server answers."""
    with transaction.atomic():
        rows = list(
            Reminder.objects.filter(pk__in=[row.pk for row in batch], state=Reminder.State.PLANNED)
            .select_related("recipient")
            .order_by("due_on", "id")
            .select_for_update(no_key=True, of=("self",))
        )
        keep: list[Reminder] = []
        for row in rows:
            reason = objection(row, at) or ("" if row.recipient.email else "no_address")
            if reason:
                _settle([row.pk], at, reason)
            else:
                keep.append(row)
        if not keep:
            return
        try:
            digest_mail(keep).send()
        except (SMTPException, OSError) as failure:
            logger.warning("mail digest failed: %s", type(failure).__name__)
            _retry_later(keep, at, type(failure).__name__)
        else:
            _settle([row.pk for row in keep], at, "")


def digest_mail(rows: list[Reminder]) -> EmailMessage:
    """The digest in the recipient's language, under a Message-ID fixed by the rows it carries."""
    recipient = rows[0].recipient
    name = hashlib.sha256(",".join(str(row.pk) for row in rows).encode()).hexdigest()[:32]
    with translation.override(recipient.language):
        lines = [
            {"text": sentence(row.rule, row.params), "due_on": row.due_on, "url": row.url} for row in rows
        ]
        context = {"person": recipient.display_name, "lines": lines, "site": settings.SITE_ADDRESS}
        subject = render_to_string("core/mail/digest_subject.txt", context).strip()
        body = render_to_string("core/mail/digest.txt", context)
    return EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [recipient.email],
        headers={"Message-ID": f"<{name}@orgportal>"},
    )


def sentence(rule: str, params: dict[str, Any]) -> str:
    """The words of a notice in the active language; texts belong to the app that plans it."""
    texts: dict[str, str] = current_app.conf.notice_texts
    app_texts: dict[str, Any] = import_string(texts[rule.partition(".")[0]])
    return str(app_texts[rule]).format(**{name: _spoken(value) for name, value in params.items()})


def _spoken(value: Any) -> Any:
    """`{"word": msgid}` and `{"day": iso}` are kept as they are and put into words for each reader."""
    if not isinstance(value, dict):
        return value
    into_words = translation.gettext
    return into_words(value["word"]) if "word" in value else day(date.fromisoformat(value["day"]))


def _settle(ids: list[int], at: datetime, reason: str) -> None:
    state = Reminder.State.CANCELLED if reason else Reminder.State.SENT
    Reminder.objects.filter(pk__in=ids).update(state=state, settled_at=at, outcome=reason, claimed_until=None)


def _retry_later(rows: list[Reminder], at: datetime, outcome: str) -> None:
    for row in rows:
        is_last = row.attempts >= MAX_ATTEMPTS
        Reminder.objects.filter(pk=row.pk).update(
            state=Reminder.State.FAILED if is_last else Reminder.State.PLANNED,
            planned_for=at + timedelta(minutes=2**row.attempts),
            claimed_until=None,
            outcome=outcome,
        )
