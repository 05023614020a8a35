"""Working days and the hour at which the portal speaks to people; Shanghai time, whatever the server's."""

from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.utils import timezone

SPEAKS_FROM = time(9, 0)
SPEAKS_UNTIL = time(18, 0)
SATURDAY = 5


def is_workday(day: date) -> bool:
    """By the published holiday table; Monday to Friday where that table does not reach."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def next_workday(day: date) -> date:
    """That day, or the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def send_time(day: date, at: datetime) -> datetime:
    """Nine o'clock of the first working day from `day` on; what is late, the next moment of office hours."""
    slot = _nine(next_workday(day))
    now = timezone.localtime(at)
    if slot >= now:
        return slot
    today = now.date()
    if is_workday(today) and SPEAKS_FROM <= now.time() < SPEAKS_UNTIL:
        return at
    is_early = is_workday(today) and now.time() < SPEAKS_FROM
    return _nine(next_workday(today if is_early else today + timedelta(days=1)))


def _nine(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, SPEAKS_FROM))
