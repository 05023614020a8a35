"""The one mail of a day: everything that waits for a person, gathered once and sent at least once.

A digest is made of the rows that are due, and from then on it is those rows: a repeat says the same under the
same Message-ID. No transaction is open while the mail server is asked; what it answered is written after.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation

from orgportal.core import mail_words
from orgportal.core.addresses import note_accepted, note_refused
from orgportal.core.holidays import work_calendar
from orgportal.core.mailing import Courier, Failure, Verdict
from orgportal.core.models import Channel, Digest, Reminder
from orgportal.core.provisions import MAIL_TRIES
from orgportal.core.reminder_kinds import is_news, speaks
from orgportal.core.reminders import (
    LEASE,
    LOST,
    MAX_LOST,
    cancel,
    given_up,
    locked,
    objections,
    sections,
    sentence,
    settle,
)

logger = logging.getLogger(__name__)

BATCH = 500
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as it goes out: its mail, and the rows it carries."""

    digest: Digest
    mail: EmailMessage
    rows: tuple[int, ...]


def send_mails(*, at: datetime, limit: int = BATCH) -> int:
    """Gather the day's mails and send them; return how many were settled. Silent outside office hours."""
    if not (settings.MAIL_AT_ANY_HOUR or speaks(at, work_calendar())):
        return 0
    gather(at, limit)
    settled = 0
    with Courier() as courier:
        while settled < limit and not courier.is_spent:
            digest = _claim(at)
            if digest is None:
                break
            letter = _write(digest, at)
            failure = courier.carry(letter.mail) if letter else None
            if letter and failure:
                _note_failure(letter, failure, at)
                if failure.verdict == Verdict.SERVER:
                    break
            elif letter:
                _note_sent(letter, at)
            settled += 1
    return settled


# --- made once a day


def gather(at: datetime, limit: int = BATCH) -> int:
    """A digest for each person something is due to, who has none today and none waiting.

    It takes along what would be due later today: there is no second one.
    """
    today = timezone.localdate(at)
    ends_at = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    with transaction.atomic():
        people = list(_waiting(today).filter(planned_for__lte=at).values_list("recipient_id", flat=True)
                      .order_by("recipient_id").distinct()[:limit])  # fmt: skip
        made = [Digest(recipient_id=pk, on=today, due_at=at, created_at=at) for pk in people]
        Digest.objects.bulk_create(made, ignore_conflicts=True)
        new = Digest.objects.filter(recipient=OuterRef("recipient"), state=Digest.State.PLANNED, attempts=0)
        theirs = _waiting(None).filter(recipient__in=people, planned_for__lt=ends_at)
        theirs.update(digest=Subquery(new.values("pk")[:1]))
    return len(made)


def _waiting(today: date | None) -> QuerySet[Reminder]:
    """Mail rows in no digest yet; with a day, of those only whose person may still get one that day."""
    rows = Reminder.objects.filter(state=Reminder.State.PLANNED, channel=Channel.EMAIL, digest=None)
    if today is None:
        return rows
    theirs = Digest.objects.filter(recipient=OuterRef("recipient"))
    had = theirs.filter(Q(state=Digest.State.PLANNED) | Q(state=Digest.State.SENT, on=today))
    return rows.exclude(Exists(had))


def _claim(at: datetime) -> Digest | None:
    """The next digest under a lease; one whose worker vanished counts the mail that may have gone."""
    with transaction.atomic():
        free = Q(claimed_until=None) | Q(claimed_until__lt=at)
        waiting = Digest.objects.filter(free, state=Digest.State.PLANNED, due_at__lte=at)
        found = waiting.select_related("recipient").order_by("due_at", "id")
        digest = found.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if digest is None:
            return None
        is_lost = digest.claimed_until is not None
        Digest.objects.filter(pk=digest.pk).update(
            claimed_until=at + LEASE,
            attempts=F("attempts") + 1,
            repeats=F("repeats") + int(is_lost),
            on=timezone.localdate(at),
            address=digest.recipient.email,
        )
        if is_lost and digest.attempts >= MAX_LOST:
            _give_up(digest, LOST, at)
        digest.refresh_from_db(fields=["attempts", "address", "state"])
    return digest


# --- written


def _write(digest: Digest, at: datetime) -> Letter | None:
    """What still holds of it; None where nothing is left to say."""
    if digest.state != Digest.State.PLANNED:
        return None
    with transaction.atomic():
        rows = locked(Reminder.objects.filter(digest=digest))
        reasons = objections(rows, at)
        cancel(reasons, at)
        keep = [row for row in rows if row.pk not in reasons]
        if not keep:
            Digest.objects.filter(pk=digest.pk).update(
                state=Digest.State.CANCELLED, outcome="nothing_left", settled_at=at, claimed_until=None
            )
            return None
    return Letter(digest, digest_mail(digest, keep), tuple(row.pk for row in keep))


def digest_mail(digest: Digest, rows: list[Reminder]) -> EmailMessage:
    """The digest in the recipient's language, under a Message-ID that is its own for good.

    It speaks in the texts that were in force when it was made, however often it is tried.
    """
    recipient = digest.recipient
    own = mail_words.own_words(recipient.pk, [row.rule for row in rows], digest.created_at)
    name = hashlib.sha256(f"digest:{digest.pk}:{digest.created_at.isoformat()}".encode()).hexdigest()[:32]
    with translation.override(recipient.language):
        told = sections(rows)
        lines = [
            {
                "text": sentence(row.rule, row.params, own.get(row.rule)),
                "due_on": None if is_news(row.rule) else row.due_on,
                "url": row.url,
                "section": told.get(row.pk, []),
            }
            for row in rows
        ]
        subject, body = mail_words.letter(recipient.display_name, lines, own)
    return EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [digest.address],
        headers={"Message-ID": f"<{name}@orgportal>"},
    )


# --- settled


@transaction.atomic
def _note_sent(letter: Letter, at: datetime) -> None:
    settle(letter.rows, at)
    Digest.objects.filter(pk=letter.digest.pk).update(
        state=Digest.State.SENT, outcome="", settled_at=at, claimed_until=None
    )
    note_accepted(letter.digest.recipient_id)


@transaction.atomic
def _note_failure(letter: Letter, failure: Failure, at: datetime) -> None:
    """Refused for good: given up, and the address counts it. Else it waits, and what is behind it too."""
    digest = letter.digest
    logger.warning("mail digest %s failed: %s", digest.pk, failure.outcome)
    if failure.verdict == Verdict.ADDRESS:
        note_refused(digest.recipient, digest.address, failure.outcome, at)
    is_final = failure.verdict in {Verdict.ADDRESS, Verdict.MESSAGE}
    if is_final or digest.attempts >= _tries(at):
        _give_up(digest, failure.outcome, at)
        return
    due_at = at + min(timedelta(minutes=2**digest.attempts), LONGEST_WAIT)
    waits: dict[str, Any] = {"due_at": due_at, "claimed_until": None}
    Digest.objects.filter(pk=digest.pk).update(outcome=failure.outcome, **waits)
    if failure.verdict == Verdict.SERVER:
        behind = Digest.objects.filter(state=Digest.State.PLANNED, due_at__lte=at, claimed_until=None)
        behind.update(due_at=due_at)


def _tries(at: datetime) -> int:
    version = MAIL_TRIES.on(timezone.localdate(at))
    return int(version.value) if version else 1


def _give_up(digest: Digest, outcome: str, at: datetime) -> None:
    Digest.objects.filter(pk=digest.pk).update(**given_up(at, outcome))
    Reminder.objects.filter(digest=digest, state=Reminder.State.PLANNED).update(**given_up(at, outcome))
