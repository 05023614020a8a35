"""What may be chosen for a kind of reminder, and when a choice speaks."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from celery import current_app

from orgportal.core.messages import NOTICE_REASONS
from orgportal.core.reminder_kinds import (
    Channel,
    Frequency,
    Kind,
    kind_by_rule,
    kinds,
    slot,
    speaks,
    tidy_choices,
)
from orgportal.core.workdays import SpecialDate, WorkCalendar

RULE = re.compile(r"`([a-z]+\.[a-z_]+)`")
DUTY = Kind("duty", "Duty", ("a.b",))
HINT = Kind("hint", "Hint", ("a.c",), is_duty=False, mail=Frequency.WEEKLY)
AT_ONCE, DAILY, WEEKLY, OFF = Frequency
# Monday, 9 March 2026, is free here: the week begins on Tuesday.
CALENDAR = WorkCalendar(
    {2026: {date(2026, 3, 9): SpecialDate(date(2026, 3, 9), is_workday=False, name="节")}}
)


@pytest.mark.parametrize(
    ("kind", "said", "found"),
    [
        (DUTY, None, DAILY),
        (DUTY, "at_once", AT_ONCE),
        (DUTY, "daily", DAILY),
        (DUTY, "weekly", DAILY),
        (DUTY, "off", DAILY),
        (DUTY, "nonsense", DAILY),
        (HINT, None, WEEKLY),
        (HINT, "weekly", WEEKLY),
        (HINT, "off", OFF),
    ],
)
def test_a_duty_is_gathered_but_never_switched_off(kind: Kind, said: str | None, found: Frequency) -> None:
    choices = {kind.key: {"email": said}} if said else {}

    assert kind.chosen(Channel.EMAIL, choices) == found


def test_only_what_differs_from_the_usual_is_kept() -> None:
    said = {
        "duty": {"email": "off", "in_app": "daily"},
        "hint": {"email": "weekly", "in_app": "off"},
        "gone": {"email": "off"},
    }

    assert tidy_choices(said, (DUTY, HINT)) == {"duty": {"in_app": "daily"}, "hint": {"in_app": "off"}}


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "hour", "day", "at", "said"),
    [
        (AT_ONCE, 15, 10, shanghai(10, 11), shanghai(10, 11)),
        (AT_ONCE, 15, 11, shanghai(10, 11), shanghai(11, 9)),
        (DAILY, 9, 11, shanghai(10, 11), shanghai(11, 9)),
        (DAILY, 15, 10, shanghai(10, 11), shanghai(10, 15)),
        (DAILY, 10, 10, shanghai(10, 10), shanghai(10, 10)),
        (DAILY, 9, 10, shanghai(10, 11), shanghai(11, 9)),
        (DAILY, 9, 7, shanghai(6, 11), shanghai(10, 9)),  # Saturday, and the Monday is free
        (WEEKLY, 9, 10, shanghai(9, 8), shanghai(10, 9)),
        (WEEKLY, 9, 11, shanghai(10, 8), shanghai(16, 9)),
        (WEEKLY, 9, 10, shanghai(10, 11), shanghai(16, 9)),
    ],
)
def test_when_a_choice_speaks(
    frequency: Frequency, hour: int, day: int, at: datetime, said: datetime
) -> None:
    assert slot(frequency, hour, date(2026, 3, day), at, CALENDAR) == said


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (shanghai(10, 9), True),
        (shanghai(10, 17, 59), True),
        (shanghai(10, 18), False),
        (shanghai(10, 8, 59), False),
        (shanghai(9, 12), False),
        (shanghai(14, 12), False),
    ],
)
def test_mail_leaves_in_office_hours_of_working_days(at: datetime, *, is_open: bool) -> None:
    assert speaks(at, CALENDAR) is is_open


def test_every_rule_stands_in_the_table_of_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reminders.md").read_text(encoding="utf-8")
    named = {
        name
        for line in page.splitlines()
        if line.startswith("| `")
        for name in RULE.findall(line.split("|")[1])
    }

    assert named == set(current_app.conf.reminder_checks)


def test_every_rule_that_reminds_belongs_to_one_kind_and_says_why() -> None:
    rules = set(current_app.conf.reminder_checks)
    listed = [rule for kind in kinds() for rule in kind.rules]

    assert sorted(listed) == sorted(rules)
    assert set(kind_by_rule()) == rules
    assert rules - set(NOTICE_REASONS) == set()
    assert len({kind.key for kind in kinds()}) == len(kinds())
