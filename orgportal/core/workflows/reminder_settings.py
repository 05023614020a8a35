"""A person's own choices: how they are reminded."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from orgportal.core import audit
from orgportal.core.holidays import work_calendar
from orgportal.core.locking import update_versioned
from orgportal.core.models import Reminder, ReminderSettings, User
from orgportal.core.preferences import Wish, wishes_of
from orgportal.core.reminder_kinds import Choices, Frequency, kinds, slot, tidy_choices


@transaction.atomic
def save_settings(
    user: User, *, mail_hour: int, choices: Choices, seen_version: int, at: datetime
) -> ReminderSettings:
    """Keep the choices; what waits already follows them. Raises StaleVersion (`seen_version` 0: none yet)."""
    said: dict[str, Any] = {
        "mail_hour": mail_hour,
        "choices": tidy_choices(choices, kinds()),
        "changed_at": at,
    }
    row, is_new = ReminderSettings.objects.get_or_create(user=user, defaults=said)
    if not is_new:
        row = update_versioned(row, seen_version=seen_version, **said)
    _replan(user, at)
    changes = {"hour": mail_hour, "choices": row.choices}
    audit.record(actor=user, action="reminders.chosen", target=user, at=at, changes=changes)
    return row


def _replan(user: User, at: datetime) -> None:
    """Rows that wait move to the hour now chosen; those switched off are dropped when their hour comes."""
    waiting = Reminder.objects.filter(recipient=user, state=Reminder.State.PLANNED, digest=None, attempts=0)
    rows = list(waiting.select_for_update(no_key=True))
    wish = wishes_of({user.pk})[user.pk]
    Reminder.objects.bulk_update(_moved(rows, wish, at), ["planned_for"], batch_size=500)


def _moved(rows: Iterable[Reminder], wish: Wish, at: datetime) -> list[Reminder]:
    calendar, moved = work_calendar(), []
    for row in rows:
        frequency = wish.frequency(row.rule, row.channel)
        if frequency != Frequency.OFF:
            row.planned_for = slot(frequency, wish.hour, row.due_on + timedelta(days=row.step), at, calendar)
            moved.append(row)
    return moved
