"""The ground floor's tasks: thin, keyword-only, safe to run twice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from celery import current_app, shared_task
from django.conf import settings
from django.db import connection
from django.utils import timezone

from orgportal.core import audit, confirmations, digests, job_runs, outbox, reminders
from orgportal.core.locks import Lock
from orgportal.core.models import Heartbeat, IdempotencyKey, User
from orgportal.core.workflows import mail_addresses
from orgportal.core.workflows.holidays import ask_for_notice
from orgportal.core.workflows.verification import verify_for

# A phone may wait a month for a network and repeat what it sent: the key outlives that (docs/offline.md).
KEEP_KEYS, KEEP_ANSWERS = timedelta(days=60), timedelta(days=2)


@shared_task(name="core.sweep_outbox")
def sweep_outbox(**_: Any) -> int:
    return outbox.deliver(at=timezone.now())


@shared_task(name="core.tick")
def tick(**_: Any) -> int:
    """What beat calls each minute: two beats or a late one change nothing."""
    return one_at_a_time(Lock.TICK, "tick", reminders.send_all_due)


@shared_task(name="core.send_mails")
def send_mails(**_: Any) -> int:
    """Apart from the tick, so that a mail server that hangs holds up no notice."""
    return one_at_a_time(Lock.MAIL, "mail", all_mails)


def all_mails(*, at: datetime) -> int:
    """First the links somebody waits for."""
    return confirmations.send_links(at=at) + digests.send_mails(at=at)


def one_at_a_time(lock: Lock, name: str, work: Callable[..., int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            return 0
        try:
            done = work(at=timezone.now())
            beat(name)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    return done


@shared_task(name="core.ping")
def ping(**_: Any) -> None:
    beat("ping")


@shared_task(name="core.checkpoint_audit")
def checkpoint_audit(**_: Any) -> int:
    return audit.write_checkpoint(timezone.now(), Path(settings.AUDIT_CHECKPOINT_FILE)).entries


@shared_task(name="core.verify_audit")
def verify_audit(*, actor_id: int, **_: Any) -> bool:
    return verify_for(User.objects.get(pk=actor_id), at=timezone.now()).is_sound


@shared_task(name="core.forget_old_keys")
def forget_old_keys(**_: Any) -> int:
    """What was answered goes first; that it was, and the address it led to, stays as long as the key."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_ANSWERS).exclude(body=b"").update(body=b"")
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP_KEYS).delete()[0]


@shared_task(name="core.forget_runs")
def forget_runs(**_: Any) -> dict[str, int]:
    now = timezone.now()
    return {
        "runs": job_runs.forget(now),
        "promises": outbox.forget(now),
        "links": mail_addresses.forget(now),
    }


@shared_task(name="core.run_job")
def run_job(*, job: str, on: str = "", **_: Any) -> dict[str, int]:
    """A job asked for by the administrator, under its own name."""
    day = date.fromisoformat(on) if on else None
    work = partial(current_app.tasks[job].run, **({"on": on} if on else {}))
    return job_runs.counted(job_runs.recorded(job, work, on=day))


@shared_task(name="core.ask_for_holidays")
def ask_for_holidays(**_: Any) -> int:
    return ask_for_notice(at=timezone.now())


def beat(name: str) -> None:
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
