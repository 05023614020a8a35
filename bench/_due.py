"""A day on which very many duties are due: they lie in the register rule by rule, as they are opened."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from activities.workflows import reminders
from orgportal.core.workdays import SPEAKS_FROM, WorkCalendar

# One theme day more of each branch, due that day; branch after branch, then the next of each.
OWE = """
    INSERT INTO activities_duty (
        rule, branch_id, starts_on, ends_on, due_on, is_owed, state, reason, recorded_at, decided_at)
    SELECT 'themeday.freq', id, %(on)s::date - %(number)s::int, %(on)s, %(on)s, true, 'not_due', '', %(at)s,
           %(at)s
    FROM branches_organization WHERE kind = 'branch' AND dissolved_on IS NULL ORDER BY id LIMIT %(most)s
    ON CONFLICT DO NOTHING
"""


def last_workday(today: date, calendar: WorkCalendar) -> tuple[date, datetime]:
    """The latest day reminders are told on, and the moment they begin to be."""
    day = today
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day, timezone.make_aware(datetime.combine(day, time(SPEAKS_FROM.hour)))


def owe(count: int, on: date, at: datetime) -> int:
    """Add as many duties due that day, spread evenly over the branches; return how many rounds it took."""
    made, number = 0, 0
    with connection.cursor() as cursor:
        while made < count:
            number += 1
            cursor.execute(OWE, {"on": on, "number": number, "at": at, "most": count - made})
            made += cursor.rowcount
        cursor.execute("VACUUM ANALYZE activities_duty")
    return number


def plan(on: date, at: datetime) -> int:
    """What the portal's own job does that day."""
    return reminders.plan(on, at=at)
