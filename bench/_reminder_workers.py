"""Two worker processes that take the ticks in turn; the first is killed twice while it holds one.

Each names itself to PostgreSQL, so that the moment is known at which it, and not the other, is telling.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from celery import Celery
from django.db import connection
from django.utils import timezone

from bench._due import plan
from orgportal.core import reminders
from orgportal.core.locks import Lock

ROOT = Path(__file__).resolve().parent.parent
# Short ticks, so that the two take turns; the lease outlives every batch.
QUICK = {
    "REMINDER_LEASE_SECONDS": "20", "REMINDER_TICK_SECONDS": "1", "CELERY_VISIBILITY_TIMEOUT": "60",
    "LOG_LEVEL": "ERROR",
}  # fmt: skip
BEAT, PATIENCE = 0.3, 600.0
PLANS = "activities.plan_reminders"
FIRST, SECOND = "bench-worker-1", "bench-worker-2"
# The shares told by then from which the first worker is killed.
KILLED_AT = (0.1, 0.3)
HOLDS = """
    SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objid = %s AND application_name = %s AND state = 'active'
          AND datname = current_database())
"""
COUNTS = """
    SELECT count(*), count(*) FILTER (WHERE r.state = 'planned'), count(n.id),
           count(*) FILTER (WHERE r.state <> 'sent' OR n.id IS NULL),
           count(n.id) - count(DISTINCT n.reminder_id)
    FROM core_reminder r LEFT JOIN core_notification n ON n.reminder_id = r.id WHERE r.channel = 'in_app'
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """The reminders of the portal's own channel, and their notices."""

    planned: int
    waiting: int
    notices: int
    lost: int
    twice: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found in the end."""

    found: Counts
    kills: int
    added: int
    seconds: float

    @property
    def is_sound(self) -> bool:
        found = self.found
        is_whole = found.planned == found.notices > 0 == found.lost + found.twice + self.added
        return is_whole and self.kills == len(KILLED_AT)

    def __str__(self) -> str:
        return (
            f"2 workers, one killed {self.kills} times, {self.found.planned:,} in {self.seconds:.0f} s:"
            f" duplicates {self.found.twice}, lost {self.found.lost}, second run adds {self.added}"
        )


class Workers:
    """Each in a group of its own: a kill takes parent and child at once."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "orgportal.celery", "worker"]
        command += ["-l", "ERROR", "-c", "1", "-n", name, "--without-gossip", "--without-mingle"]
        env = {**self.env, "PGAPPNAME": name}
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def two_workers(env: dict[str, str]) -> Iterator[Workers]:
    """Both running; whatever happens, none is left behind."""
    workers = Workers(env)
    try:
        workers.start(FIRST)
        workers.start(SECOND)
        yield workers
    finally:
        for name in list(workers.running):
            workers.kill(name)


def told_by_workers(env: dict[str, str], on: date) -> Figure:
    """Planned and told by the workers' own tasks, then planned and told once more."""
    ask("TRUNCATE core_notification, core_reminder, core_jobrun")
    app = Celery(broker=env["REDIS_URL"], set_as_current=False)
    with two_workers({**env, **QUICK}) as workers:
        app.send_task(PLANS, kwargs={"on": on.isoformat()})
        until(lambda: ask("SELECT 1 FROM core_jobrun WHERE job = %s AND state = 'done'", PLANS), lambda: None)
        # Whatever the hour the bench is run at, they are due now.
        ask("UPDATE core_reminder SET planned_for = %s", timezone.now())
        began = time.monotonic()
        kills = tell(workers, lambda: app.send_task("core.tick"))
        took = time.monotonic() - began
    found = counts()
    plan(on, timezone.now())
    reminders.send_all_due(at=timezone.now())
    again = counts()
    added = again.planned - found.planned + again.notices - found.notices
    return Figure(found, kills, added, took)


def tell(workers: Workers, tick: Callable[[], object]) -> int:
    """Tick until nothing waits, killing the first worker as it tells; return how often it was."""
    kills = 0
    for share in KILLED_AT:
        until(lambda share=share: is_telling(FIRST, share), tick)
        if not counts().waiting:
            break
        workers.kill(FIRST)
        workers.start(FIRST)
        kills += 1
    until(lambda: not counts().waiting, tick)
    return kills


def is_telling(name: str, share: float) -> bool:
    """Whether it holds the tick and has a statement under way, so much being told; or all is."""
    now = counts()
    if not now.waiting:
        return True
    return now.notices >= share * now.planned and bool(ask(HOLDS, Lock.TICK.value, name)[0][0])


def until(is_true: Callable[[], object], meanwhile: Callable[[], object]) -> None:
    deadline, ticks = time.monotonic() + PATIENCE, time.monotonic()
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError("the reminders stand still")
        if time.monotonic() > ticks:
            meanwhile()
            ticks = time.monotonic() + BEAT
        time.sleep(0.02)


def counts() -> Counts:
    return Counts(*ask(COUNTS)[0])


def ask(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
