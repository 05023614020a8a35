"""Promises made in a business transaction and kept by a worker; Redis only carries the wake-up call.

Which topic wakes which task is the table `outbox_topics` in `orgportal/celery.py`. The task runs inside the
deliverer and the row is done only when it returned, so a wiped broker loses nothing.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from orgportal.core.logs import Trace, trace
from orgportal.core.models import OutboxEvent

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 5
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
    """Run what is waiting, oldest first; return how many events were settled."""
    topics: dict[str, str] = current_app.conf.outbox_topics
    settled = 0
    for event in _claim(at, limit):
        task = topics.get(event.topic)
        token = trace.set(Trace(event.request_id or "-"))
        try:
            if task:
                current_app.tasks[task].run(**event.payload)
        except Exception as failure:  # one bad event must not hold up the rest
            logger.exception("outbox event %s failed", event.pk)
            _note_failure(event, failure, at)
        else:
            OutboxEvent.objects.filter(pk=event.pk).update(done_at=at, error="")
            settled += 1
        finally:
            trace.reset(token)
    return settled


def _claim(at: datetime, limit: int) -> list[OutboxEvent]:
    with transaction.atomic():
        waiting = (
            OutboxEvent.objects.filter(done_at=None, parked_at=None)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=at))
            .order_by("id")
            .select_for_update(skip_locked=True, no_key=True)[:limit]
        )
        events = list(waiting)
        OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(
            claimed_until=at + LEASE, attempts=F("attempts") + 1
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
