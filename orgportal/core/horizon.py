"""What a restore means for what is sent: the portal forgot what it had mailed, and must not mail it again.

The written rule is in docs/runbook.md: a notice in the portal was rolled back with everything else, so it is
told again; a mail may have left, so none goes out whose moment lies before the restore.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from orgportal.core.models import Channel, Digest, Reminder, SendHorizon
from orgportal.core.planning import STALE, Planned
from orgportal.core.workdays import SPEAKS_FROM

BEFORE_RESTORE = "before_restore"


def last_restore() -> datetime | None:
    return SendHorizon.objects.order_by("-restored_at").values_list("restored_at", flat=True).first()


def withhold(rows: Iterable[Planned], restored_at: datetime) -> None:
    """Mail planned anew for a day whose office hours began before the restore is cancelled as it comes."""
    for row in rows:
        if row.channel == Channel.EMAIL and _moment(row) < restored_at:
            row.state, row.outcome = Reminder.State.CANCELLED, BEFORE_RESTORE
            row.settled_at = row.recorded_at


def _moment(row: Planned) -> datetime:
    day = row.due_on + timedelta(days=row.step)
    return timezone.make_aware(datetime.combine(day, SPEAKS_FROM))


def cancel_mails(restored_at: datetime) -> int:
    """Mails that may have left before the restore; how many reminders were in them."""
    waiting = Digest.objects.filter(state=Digest.State.PLANNED)
    later = Reminder.objects.filter(digest__in=waiting, planned_for__gte=restored_at)
    later.update(digest=None, claimed_until=None)  # only gathered early: their own moment is still to come
    settled = {"settled_at": restored_at, "outcome": BEFORE_RESTORE, "claimed_until": None}
    due = Reminder.objects.filter(
        state=Reminder.State.PLANNED, channel=Channel.EMAIL, planned_for__lt=restored_at
    )
    count = due.update(state=Reminder.State.CANCELLED, **settled)
    waiting.update(state=Digest.State.CANCELLED, **settled)
    return count


def cancel_stale_notices(restored_at: datetime) -> int:
    """Notices that would be told too late to help, by the rule planning itself goes by."""
    due = Q(state=Reminder.State.PLANNED, channel=Channel.IN_APP, planned_for__lt=restored_at - STALE)
    return Reminder.objects.filter(due).update(
        state=Reminder.State.CANCELLED,
        settled_at=restored_at,
        outcome=BEFORE_RESTORE,
        claimed_until=None,
    )
