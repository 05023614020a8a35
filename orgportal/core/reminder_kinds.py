"""Which reminders belong together, and what a person may choose for them. Pure: no rows, no clock.

A duty may be gathered, never switched off; what is only a help may be weekly or off. Mail is at most one a
day, whatever is chosen: "at once" means with the next mail, without waiting for the person's own hour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from celery import current_app
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orgportal.core.workdays import SPEAKS_FROM, SPEAKS_UNTIL, WorkCalendar, next_workday, send_time


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    EMAIL = "email", _("E-mail")


class Frequency(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("Never")


OF_DUTIES = (Frequency.AT_ONCE, Frequency.DAILY)
HOURS = range(SPEAKS_FROM.hour, SPEAKS_UNTIL.hour)
USUAL_HOUR = SPEAKS_FROM.hour
Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Reminders a person chooses for together, and how they come where nothing is chosen."""

    key: str
    label: Any
    rules: tuple[str, ...]
    is_duty: bool = True
    for_everyone: bool = False  # members without a post may be meant as well
    in_app: Frequency = Frequency.AT_ONCE
    mail: Frequency = Frequency.DAILY
    # News has no day by which something is to be done, and nothing that could not apply to one.
    is_news: bool = False
    # Marks of its sentences that a text of a body's own may leave out; all others must stand in it.
    spare: tuple[str, ...] = ()

    def open_to(self) -> tuple[Frequency, ...]:
        """What may be chosen, on either channel."""
        return OF_DUTIES if self.is_duty else tuple(Frequency)

    def usual(self, channel: str) -> Frequency:
        return self.mail if channel == Channel.EMAIL else self.in_app

    def chosen(self, channel: str, choices: Choices) -> Frequency:
        """The person's choice where the kind is open to it, else the usual."""
        said = choices.get(self.key, {}).get(channel)
        if said is None:
            return self.usual(channel)
        return next((each for each in self.open_to() if each == said), self.usual(channel))


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Every kind of every app, in the order of the roof's table."""
    tables: list[str] = current_app.conf.reminder_kinds
    return tuple(kind for table in tables for kind in import_string(table))


@lru_cache(maxsize=1)
def kind_by_rule() -> dict[str, Kind]:
    return {rule: kind for kind in kinds() for rule in kind.rules}


def is_news(rule: str) -> bool:
    kind = kind_by_rule().get(rule)
    return kind is not None and kind.is_news


def tidy_choices(choices: Choices, known: Iterable[Kind]) -> dict[str, dict[str, str]]:
    """Only what differs from the usual and may be chosen is kept."""
    kept: dict[str, dict[str, str]] = {}
    for kind in known:
        for channel in Channel.values:
            said = kind.chosen(channel, choices)
            if said != kind.usual(channel):
                kept.setdefault(kind.key, {})[channel] = said.value
    return kept


def slot(frequency: Frequency, hour: int, day: date, at: datetime, calendar: WorkCalendar) -> datetime:
    """When something to be said from `day` on is said: office hours of a working day, never in the past."""
    if frequency == Frequency.AT_ONCE:
        return send_time(day, at, calendar)
    now = timezone.localtime(at)
    is_past = now.time() > time(hour)
    first = max(day, now.date() + timedelta(days=1) if is_past else now.date())
    found = next_workday(first, calendar)
    if frequency == Frequency.WEEKLY:
        while found != first_workday_of_week(found, calendar):
            found = next_workday(found + timedelta(days=1), calendar)
    return timezone.make_aware(datetime.combine(found, time(hour)))


def first_workday_of_week(day: date, calendar: WorkCalendar) -> date:
    return next_workday(day - timedelta(days=day.weekday()), calendar)


def speaks(at: datetime, calendar: WorkCalendar) -> bool:
    """Whether mail may leave at this moment: office hours of a working day."""
    now = timezone.localtime(at)
    return calendar.is_workday(now.date()) and SPEAKS_FROM <= now.time() < SPEAKS_UNTIL
