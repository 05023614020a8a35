"""From "this subject, these people, this step" to reminder rows: shared by every app that plans."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from orgportal.core.holidays import work_calendar
from orgportal.core.models import Channel, Reminder
from orgportal.core.preferences import Wish, wishes_of
from orgportal.core.reminder_kinds import Frequency, slot
from orgportal.core.workdays import WorkCalendar

AHEAD = timedelta(days=1)
# What was due to be said longer ago than this is dropped: the lists and matrices show it.
STALE = timedelta(days=30)
# No step in days lies further from a due day than this, whatever a body sets for itself.
HORIZON = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing to say to some people. `step` counts days from the due day."""

    rule: str
    subject: str
    due_on: date
    step: int
    url: str
    recipients: Collection[int]
    params: dict[str, Any] = field(default_factory=dict)


def latest_step(due_on: date, steps: Iterable[int], on: date) -> int | None:
    """The last step reached by tomorrow: missed ones before it are merged into it, stale ones dropped."""
    reached = [step for step in steps if due_on + timedelta(days=step) <= on + AHEAD]
    if not reached or due_on + timedelta(days=max(reached)) < on - STALE:
        return None
    return max(reached)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; the last of the month where that has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_steps(due_on: date, months: Sequence[int]) -> list[int]:
    """Steps so many months before the due day, in days."""
    return [(months_before(due_on, count) - due_on).days for count in months]


def rows(drafts: Iterable[Draft], *, at: datetime) -> list[Reminder]:
    """A row for each person and each channel they are to be reminded on, at the hour they chose."""
    planned = list(drafts)
    wishes = wishes_of({pk for draft in planned for pk in draft.recipients})
    calendar = work_calendar()
    return [
        _row(draft, recipient, channel, at, (wishes[recipient], calendar))
        for draft in planned
        for recipient in sorted(draft.recipients)
        for channel in Channel
        if wishes[recipient].frequency(draft.rule, channel) != Frequency.OFF
    ]


def _row(
    draft: Draft, recipient: int, channel: Channel, at: datetime, how: tuple[Wish, WorkCalendar]
) -> Reminder:
    wish, calendar = how
    day = draft.due_on + timedelta(days=draft.step)
    return Reminder(
        rule=draft.rule,
        subject=draft.subject,
        recipient_id=recipient,
        due_on=draft.due_on,
        step=draft.step,
        channel=channel,
        planned_for=slot(wish.frequency(draft.rule, channel), wish.hour, day, at, calendar),
        params=draft.params,
        url=draft.url,
        recorded_at=at,
    )
