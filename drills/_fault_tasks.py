"""Jobs that misbehave; only the drill's own workers know them (`celery worker -I drills._fault_tasks`)."""

import os
import signal
import time
from typing import Any

from celery import shared_task
from django.db import connection

from orgportal.celery import app


@shared_task(name="drill.note")
def note(*, name: str, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO drill_run (name) VALUES (%s)", [name])


@shared_task(name="drill.slow")
def slow(*, name: str, seconds: float, **_: Any) -> None:
    time.sleep(seconds)
    note(name=name)


@shared_task(name="drill.poison")
def poison(**_: Any) -> None:
    raise ValueError("poison")


@shared_task(name="drill.kill")
def kill(**_: Any) -> None:
    """As the kernel ends a process that asked for too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


TOPICS = {f"drill.{name}": f"drill.{name}" for name in ("note", "slow", "poison", "kill")}
app.conf.outbox_topics.update(TOPICS)
