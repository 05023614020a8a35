"""Promises made in a business transaction and kept by a worker; Redis only carries the wake-up call.

Which topic wakes which task is the table `outbox_topics` in `orgportal/celery.py`. The task runs inside the
deliverer and the row is done only when it returned, so a wiped broker loses nothing.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from orgportal.core import job_runs
from orgportal.core.logs import Trace, trace
from orgportal.core.models import OutboxEvent

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 5
# A promise whose worker died this often is set aside: it may be what kills them.
MAX_LOST = 3
BATCH = 100


def emit(topic: str, key: object, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Promise that the topic's task will run with this payload after the commit, at least once."""
    emit_all(topic, {key: payload}, at=at)


def emit_all(topic: str, payloads: Mapping[Any, Mapping[str, Any]], *, at: datetime) -> None:
    """Many promises of one topic, by key, in one statement and with one call to the worker."""
    asked = trace.get().request_id
    events = [
        OutboxEvent(topic=topic, key=str(key), payload=dict(payload), created_at=at, request_id=asked)
        for key, payload in payloads.items()
    ]
    OutboxEvent.objects.bulk_create(events, ignore_conflicts=True)
    transaction.on_commit(poke)


def poke() -> None:
    """Ask a worker to look now. A broker that is away costs nothing: beat sweeps each minute."""
    try:
        current_app.send_task("core.sweep_outbox", retry=False)
    except (OperationalError, OSError):
        logger.warning("broker away, the sweep will deliver")


def deliver(*, at: datetime, limit: int = BATCH) -> int:
    """Run what is waiting, oldest first; return how many events were settled.

    What was tried before is taken one by one: a promise that kills its worker takes no other with it.
    """
    settled = sum(_keep(event, at) for event in _claim(at, limit, Q(attempts=0)))
    tried = Q(attempts__gt=0)
    while settled < limit and (again := _claim(at, 1, tried)):
        settled += _keep(again[0], at)
    return settled


def _keep(event: OutboxEvent, at: datetime) -> bool:
    """Run the promise's task; whether it is settled."""
    topics: dict[str, str] = current_app.conf.outbox_topics
    task, began = topics.get(event.topic), monotonic()
    if event.claimed_until is not None and not event.error and not _is_worth_a_try(event, task, at):
        return False
    token = trace.set(Trace(event.request_id or "-"))
    try:
        if task:
            current_app.tasks[task].run(**event.payload)
    except Exception as failure:  # one bad event must not hold up the rest
        logger.exception("outbox event %s failed", event.pk)
        _note_failure(event, failure, at)
        job_runs.note_undelivered(task or event.topic, at, began, failure)
        return False
    finally:
        trace.reset(token)
    OutboxEvent.objects.filter(pk=event.pk).update(done_at=at, error="")
    job_runs.note_delivery(task or event.topic, at, began)
    return True


def _is_worth_a_try(event: OutboxEvent, task: str | None, at: datetime) -> bool:
    """Claimed and neither kept nor failed: its worker died, in it if it was taken alone."""
    if event.attempts > 1:
        job_runs.note_lost(task or event.topic, at)
    if event.attempts < MAX_LOST:
        return True
    OutboxEvent.objects.filter(pk=event.pk).update(parked_at=at, error=job_runs.LOST, claimed_until=at)
    return False


def _claim(at: datetime, limit: int, which: Q) -> list[OutboxEvent]:
    """As they were before; from now on they are held, and their last error is forgotten with their turn."""
    with transaction.atomic():
        waiting = (
            OutboxEvent.objects.filter(which, done_at=None, parked_at=None)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=at))
            .order_by("id")
            .select_for_update(skip_locked=True, no_key=True)[:limit]
        )
        events = list(waiting)
        OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(
            claimed_until=at + LEASE, attempts=F("attempts") + 1, error=""
        )
    return events


def _note_failure(event: OutboxEvent, failure: Exception, at: datetime) -> None:
    attempts = event.attempts + 1
    wait = timedelta(minutes=2**attempts)
    OutboxEvent.objects.filter(pk=event.pk).update(
        error=f"{type(failure).__name__}: {failure}"[:500],
        claimed_until=at + wait,
        parked_at=at if attempts >= MAX_ATTEMPTS else None,
    )


def forget(at: datetime) -> int:
    """Promises kept or given up so long ago that nobody asks for them."""
    old = at - timedelta(days=settings.JOB_RUNS_DAYS)
    return OutboxEvent.objects.filter(Q(done_at__lt=old) | Q(discarded_at__lt=old)).delete()[0]
