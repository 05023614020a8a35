"""The background jobs there are: when each is called, what it does, how its last run went."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from celery import current_app
from celery.schedules import crontab
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from orgportal.core.job_runs import LOST
from orgportal.core.models import JobRun
from orgportal.core.reminder_kinds import kind_by_rule

State = JobRun.State
# Tone and icon of each state; the word beside them is its label.
LOOKS = {
    State.RUNNING: ("info", "loader"),
    State.DONE: ("good", "circle-check"),
    State.FAILED: ("warn", "circle-alert"),
    State.VANISHED: ("warn", "circle-x"),
    State.PARKED: ("said", "archive"),
}
MINUTE, HOUR, DAY = 60, 3600, 86_400
BY_SAVE = _("After a save")
# Late is what has not finished for so many times its distance.
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the roof wires it."""

    name: str
    label: Any
    when: Any
    every: int | None  # seconds; None where nothing but a save calls it
    takes_day: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A job with what is known of its runs."""

    job: Job
    last: JobRun | None
    finished_at: datetime | None
    seconds_since: int | None
    failed: int
    progress: tuple[tuple[int, int], ...]

    @property
    def is_late(self) -> bool:
        """Called by the clock, and not finished for too long; one never seen yet is only new."""
        every, since = self.job.every, self.seconds_since
        return every is not None and since is not None and since > PATIENCE * every + MINUTE


@lru_cache(maxsize=1)
def labels() -> dict[str, Any]:
    tables: list[str] = current_app.conf.job_texts
    return {name: label for table in tables for name, label in import_string(table).items()}


@lru_cache(maxsize=1)
def jobs() -> dict[str, Job]:
    """By name: those of the clock first, in its table's order, then those a save wakes."""
    current_app.loader.import_default_modules()  # a web process has no need of tasks until now
    table: dict[str, Any] = current_app.conf.beat_schedule
    found = {row["task"]: _job(row["task"], *_clock(row["schedule"])) for row in table.values()}
    for name in sorted({*current_app.conf.outbox_topics.values(), "core.ping"} - set(found)):
        found[name] = _job(name, BY_SAVE, None)
    return found


def _job(name: str, when: Any, every: int | None) -> Job:
    takes = "on" in inspect.signature(current_app.tasks[name].run).parameters
    return Job(name, labels().get(name, name), when, every, takes_day=takes and every is not None)


def _clock(schedule: Any) -> tuple[Any, int]:
    """In words, and in seconds from one call to the next."""
    if not isinstance(schedule, crontab):
        return _("Every minute") if schedule == MINUTE else f"{schedule:g} s", int(schedule)
    minutes, hours = (getattr(schedule, name) for name in ("minute", "hour"))
    return (_("Every hour"), HOUR) if len(hours) > 1 else (f"{min(hours):02d}:{min(minutes):02d}", DAY)


def lines(at: datetime) -> list[Line]:
    """Each job with its last run; three questions whatever there is, and one for each cursor."""
    last = {run.job: run for run in JobRun.objects.order_by("job", "-id").distinct("job")}
    known = JobRun.objects.order_by("job").values("job")
    wrong = Q(state__in=[State.FAILED, State.VANISHED, State.PARKED], started_at__gte=_midnight(at))
    told: dict[str, dict[str, Any]] = {
        row["job"]: dict(row)
        for row in known.annotate(
            done=Max("finished_at", filter=Q(state=State.DONE)), failed=Count("pk", filter=wrong)
        )
    }
    return [_line(job, last.get(name), told.get(name, {}), at) for name, job in jobs().items()]


def _midnight(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _line(job: Job, last: JobRun | None, told: dict[str, Any], at: datetime) -> Line:
    done = told.get("done")
    since = int((at - done).total_seconds()) if done else None
    return Line(job, last, done, since, told.get("failed", 0), _progress(job.name))


def _progress(name: str) -> tuple[tuple[int, int], ...]:
    asked: str | None = current_app.conf.job_progress.get(name)
    if asked is None:
        return ()
    progress: Callable[[], list[tuple[int, int]]] = import_string(asked)
    return tuple(progress())


def runs_matching(name: str, wanted: dict[str, Any]) -> QuerySet[JobRun]:
    """Of one job, by state and days."""
    rows = JobRun.objects.filter(job=name)
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    if first := wanted.get("first"):
        rows = rows.filter(started_at__gte=_start(first))
    if last := wanted.get("last"):
        rows = rows.filter(started_at__lt=_start(last + timedelta(days=1)))
    return rows


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


# --- words


def topic_labels() -> dict[str, Any]:
    """What the job does that a promise wakes."""
    topics: dict[str, str] = current_app.conf.outbox_topics
    return {topic: labels().get(name, name) for topic, name in topics.items()}


def rule_labels() -> dict[str, Any]:
    return {rule: kind.label for rule, kind in kind_by_rule().items()}


def since_words(seconds: int | None) -> str:
    """How long ago, in the largest unit that says something; "" where it never was."""
    if seconds is None:
        return ""
    for size, words in SPANS:
        if seconds >= 2 * size:
            return words(seconds // size)
    return _seconds(max(seconds, 0))


def _seconds(n: int) -> str:
    return ngettext("%(n)s second ago", "%(n)s seconds ago", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)s minute ago", "%(n)s minutes ago", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)s hour ago", "%(n)s hours ago", n) % {"n": n}


def _days(n: int) -> str:
    return ngettext("%(n)s day ago", "%(n)s days ago", n) % {"n": n}


SPANS = ((DAY, _days), (HOUR, _hours), (MINUTE, _minutes))


def why(error: str) -> str:
    """Class and place of a fault; the words of one that has some, and never the text it came with."""
    return (
        gettext("The worker was stopped in it.")
        if error == LOST
        else error.partition(":")[0]
        if ": " in error
        else error
    )
