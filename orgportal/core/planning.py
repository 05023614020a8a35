"""From "this subject, these people, this step" to reminder rows: shared by every app that plans."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from orgportal.core.batches import batches
from orgportal.core.holidays import work_calendar
from orgportal.core.preferences import Wish, wishes_of
from orgportal.core.reminder_kinds import Channel, Frequency, slot

AHEAD = timedelta(days=1)
# What was due to be said longer ago than this is dropped: the lists and matrices show it.
STALE = timedelta(days=30)
# No step in days lies further from a due day than this, whatever a body sets for itself.
HORIZON = timedelta(days=62)
# So many matters are planned at a time.
STRETCH = 5000


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


@dataclass(slots=True)
class Planned:
    """A reminder before it is a row of the table: one person, one channel, one moment."""

    rule: str
    subject: str
    recipient_id: int
    due_on: date
    step: int
    channel: str
    planned_for: datetime
    params: dict[str, Any]
    url: str
    recorded_at: datetime
    # A mail that must never go is cancelled as it comes (core.horizon).
    state: str = "planned"
    settled_at: datetime | None = None
    outcome: str = ""


def latest_step(due_on: date, steps: Iterable[int], on: date) -> int | None:
    """The last step reached by tomorrow: missed ones before it are merged into it, stale ones dropped."""
    days = (on - due_on).days
    last = max([step for step in steps if step <= days + AHEAD.days], default=None)
    return None if last is None or last < days - STALE.days else last


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; the last of the month where that has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_steps(due_on: date, months: Sequence[int]) -> list[int]:
    """Steps so many months before the due day, in days."""
    return [(months_before(due_on, count) - due_on).days for count in months]


def rows(drafts: Iterable[Draft], *, at: datetime) -> Iterator[Planned]:
    """A row for each person and each channel they are to be reminded on, at the hour they chose.

    What people chose is read for a stretch of drafts at a time.
    """
    calendar = work_calendar()

    @cache
    def moment(frequency: Frequency, hour: int, day: date) -> datetime:
        return slot(frequency, hour, day, at, calendar)

    def chosen(wish: Wish, rule: str, day: date) -> list[tuple[Channel, datetime]]:
        often = [(channel, wish.frequency(rule, channel)) for channel in Channel]
        return [(channel, moment(each, wish.hour, day)) for channel, each in often if each != Frequency.OFF]

    @cache
    def usual(has_mail: bool, rule: str, day: date) -> list[tuple[Channel, datetime]]:
        return chosen(Wish(has_mail=has_mail), rule, day)

    wishes: dict[int, Wish] = {}
    for stretch in batches(drafts, STRETCH):
        wishes |= wishes_of({pk for draft in stretch for pk in draft.recipients} - wishes.keys())
        for draft in stretch:
            day = draft.due_on + timedelta(days=draft.step)
            for recipient in sorted(draft.recipients):
                wish = wishes[recipient]
                times = (
                    usual(wish.has_mail, draft.rule, day) if wish.is_usual else chosen(wish, draft.rule, day)
                )
                for channel, told_at in times:
                    yield _row(draft, recipient, channel, told_at, at)


def _row(draft: Draft, recipient: int, channel: Channel, moment: datetime, at: datetime) -> Planned:
    return Planned(
        draft.rule,
        draft.subject,
        recipient,
        draft.due_on,
        draft.step,
        channel.value,
        moment,
        draft.params,
        draft.url,
        at,
    )
