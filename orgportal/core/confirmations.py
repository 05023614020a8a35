"""Mails with the link that confirms an address: at any hour, since somebody waits for them."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from orgportal.core.mailing import Courier, Failure, Verdict
from orgportal.core.models import MailConfirmation
from orgportal.core.provisions import MAIL_TRIES
from orgportal.core.workflows import mail_addresses

logger = logging.getLogger(__name__)

# Longer than a run may take: whoever died with a mail in hand is followed by another.
HOLD = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)


def send_links(*, at: datetime) -> int:
    """Mail the links that wait, each to its address alone; return how many were tried."""
    if not MailConfirmation.objects.filter(due_at__lte=at, expires_at__gt=at).exists():
        return 0
    tried = 0
    with Courier() as courier:
        while not courier.is_spent and (row := mail_addresses.claim(at, HOLD)):
            failure = courier.carry(letter(row))
            _note(row, failure, at)
            tried += 1
            if failure and failure.verdict == Verdict.SERVER:
                break
    return tried


def letter(row: MailConfirmation) -> EmailMessage:
    """In the person's language, the same at every try; it tells nothing but that a link was asked for."""
    name = hashlib.sha256(f"confirm:{row.pk}:{row.asked_at.isoformat()}".encode()).hexdigest()[:32]
    with translation.override(row.user.language):
        context = {
            "person": row.user.display_name,
            "link": f"{settings.SITE_ADDRESS}{mail_addresses.link_of(row)}",
            "until": row.expires_at,
        }
        subject = render_to_string("core/mail/confirm_subject.txt", context).strip()
        body = render_to_string("core/mail/confirm.txt", context)
    headers = {"Message-ID": f"<{name}@orgportal>"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [row.address], headers=headers)


def _note(row: MailConfirmation, failure: Failure | None, at: datetime) -> None:
    """Taken; refused for good, or too often: not tried again; else later."""
    if failure is None:
        mail_addresses.note(row, sent_at=at, outcome="", due_at=None)
        return
    logger.warning("link %s to confirm an address failed: %s", row.pk, failure.outcome)
    is_final = failure.verdict in {Verdict.ADDRESS, Verdict.MESSAGE}
    if is_final or row.attempts >= mail_addresses.value_of(MAIL_TRIES, at):
        mail_addresses.note(row, outcome=failure.outcome, due_at=None)
    else:
        due_at = at + min(timedelta(minutes=2**row.attempts), LONGEST_WAIT)
        mail_addresses.note(row, outcome=failure.outcome, due_at=due_at)
