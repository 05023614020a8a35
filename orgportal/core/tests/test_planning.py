from datetime import UTC, date, datetime

import pytest

from orgportal.core.planning import latest_step, month_steps, months_before
from orgportal.core.workdays import WorkCalendar, send_time

DUE = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("on", "step"),
    [
        (date(2026, 3, 22), None),
        (date(2026, 3, 23), -7),
        (date(2026, 3, 29), -7),
        (date(2026, 3, 30), 0),
        (date(2026, 4, 6), 7),
        (date(2026, 5, 7), 7),
        (date(2026, 5, 8), None),
    ],
)
def test_latest_step_merges_what_was_missed_and_drops_what_is_stale(on: date, step: int | None) -> None:
    assert latest_step(DUE, (-7, 0, 7), on) == step


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 3, 10), 3, date(2025, 12, 10)),
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
    ],
)
def test_months_before_clamps_to_the_last_day(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_month_steps_count_days() -> None:
    assert month_steps(DUE, (6, 2, 0)) == [-182, -59, 0]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 3, 10), True),
        (date(2026, 3, 14), False),
        (date(2099, 1, 5), True),
        (date(2099, 1, 4), False),
    ],
)
def test_working_days_follow_the_table_and_then_the_week(day: date, *, is_open: bool) -> None:
    assert WorkCalendar().is_workday(day) is is_open


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026 in Shanghai; the 14th and 15th are a weekend."""
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "sent"),
    [
        (11, shanghai(10, 20), shanghai(11, 9)),
        (14, shanghai(10, 20), shanghai(16, 9)),
        (10, shanghai(10, 8), shanghai(10, 9)),
        (10, shanghai(10, 11), shanghai(10, 11)),
        (10, shanghai(10, 19), shanghai(11, 9)),
        (9, shanghai(10, 8), shanghai(10, 9)),
        (10, shanghai(14, 11), shanghai(16, 9)),
        (10, shanghai(13, 19), shanghai(16, 9)),
    ],
)
def test_portal_speaks_in_office_hours_of_working_days(day: int, at: datetime, sent: datetime) -> None:
    assert send_time(date(2026, 3, day), at, WorkCalendar()) == sent
