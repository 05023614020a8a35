"""Thin wrappers: a day or an id in, one workflow, a count out."""

from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from orgportal.core.locks import Lock
from orgportal.core.tasks import one_at_a_time
from orgportal.health.workflows import (
    assessments,
    coverage,
    nudges,
    reminders,
    robots,
    summaries,
    summary_notices,
)


def _day(on: str | None) -> date:
    return date.fromisoformat(on) if on else timezone.localdate()


@shared_task(name="health.refresh_assessment")
def refresh_assessment(branch_id: int, **_: Any) -> int:
    now = timezone.now()
    return assessments.refresh_assessment(branch_id, on=timezone.localdate(now), at=now)


@shared_task(name="health.assess_all")
def assess_all(on: str | None = None, **_: Any) -> int:
    return assessments.assess_all(_day(on), at=timezone.now())


@shared_task(name="health.plan_reminders")
def plan_reminders(on: str | None = None, **_: Any) -> int:
    now = timezone.now()
    return reminders.plan(_day(on), at=now) + summary_notices.plan(_day(on), at=now)


@shared_task(name="health.note_nudges")
def note_nudges(on: str | None = None, **_: Any) -> int:
    return nudges.note_done(_day(on))


@shared_task(name="health.send_robots")
def send_robots(**_: Any) -> int:
    """Apart from mail and notices, so that a platform that hangs holds up neither."""
    return one_at_a_time(Lock.ROBOTS, "robots", robots.send_messages)


@shared_task(name="health.make_summaries")
def make_summaries(on: str | None = None, **_: Any) -> int:
    return summaries.make_summaries(_day(on), at=timezone.now())


@shared_task(name="health.freeze_coverage")
def freeze_coverage(on: str | None = None, **_: Any) -> int:
    return coverage.make_reviews(_day(on), at=timezone.now())
