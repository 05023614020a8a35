"""The command that makes a month's summaries again."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from activities.choices import DutyState
from activities.models import Duty
from conftest import World
from orgportal.health.models import PeriodSummary
from orgportal.health.tests.matrix import a_month

JAN = date(2026, 1, 1)


def test_revise_summaries_tells_how_many_differ(world: World, on_the_day: Any) -> None:
    a_month(world)
    Duty.unscoped.filter(branch=world.b, starts_on=JAN).update(state=DutyState.EXCUSED, reason="防汛")
    out = StringIO()

    call_command("revise_summaries", "2026-01", "--reason", "补充说明", stdout=out)

    assert out.getvalue() == "3 revisions\n"
    assert PeriodSummary.unscoped.filter(revision=2, reason="补充说明").count() == 3


@pytest.mark.parametrize(("month", "reason"), [("January", "x"), ("2019-01", "x"), ("2026-01", " ")])
def test_revise_summaries_refuses_in_words(world: World, on_the_day: Any, month: str, reason: str) -> None:
    a_month(world)

    with pytest.raises(CommandError):
        call_command("revise_summaries", month, "--reason", reason, stdout=StringIO())
