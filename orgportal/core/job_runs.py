"""Each run of a background job leaves a row, written here alone; who died in one is found at the next.

A message is handed out again when its worker dies. One that has killed three workers is not run a fourth
time: it is set aside for the administrator, and the jobs behind it go on (reliability.md F3, F15).
"""

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from orgportal.core.faults import fault_words
from orgportal.core.models import JobRun

logger = logging.getLogger(__name__)

MAX_KILLS = 3
LOST = "worker_lost"
# Celery ends every task long before; what runs longer has nobody running it.
LONGEST = timedelta(seconds=2 * settings.CELERY_TASK_TIME_LIMIT)
State = JobRun.State
# When a run began and ended is what the clock says; everything else is told its time.
clock = timezone.now  # noqa: TID251
# Called at each save: what it delivers is noted under the jobs themselves.
GATHERED = ("core.sweep_outbox",)


def recorded(job: str, work: Callable[[], Any], *, message_id: str = "", on: date | None = None) -> Any:
    """What `work` returns, or its exception, with a row of it; None where the message is set aside."""
    row = _begin(job, message_id, on)
    if row.state == State.PARKED:
        logger.error("job %s killed %d workers and is set aside", job, MAX_KILLS)
        return None
    began = time.monotonic()
    try:
        result = work()
    except Exception as failure:
        _note_failure(row, failure, _since(began))
        raise
    _note_done(row, counted(result), _since(began))
    return result


def counted(result: Any) -> dict[str, int]:
    """What a task returned, as numbers by name."""
    if isinstance(result, dict):
        return {str(name): int(value) for name, value in result.items()}
    return {"": int(result)} if isinstance(result, int) else {}


def note_delivery(job: str, at: datetime, began: float) -> None:
    """A promise of the outbox that was kept: a number in the row of the hour."""
    _add_to_hour(job, at, _since(began))


def note_undelivered(job: str, at: datetime, began: float, failure: BaseException) -> None:
    JobRun.objects.create(
        job=job, state=State.FAILED, started_at=at, finished_at=at, milliseconds=_since(began),
        error=fault_words(failure),
    )  # fmt: skip


def note_lost(job: str, at: datetime) -> None:
    """A delivery whose worker died in it."""
    JobRun.objects.create(job=job, state=State.VANISHED, started_at=at, finished_at=at, error=LOST)


def forget(at: datetime) -> int:
    """Rows older than `JOB_RUNS_DAYS`, unless they still wait for somebody."""
    waiting = Q(state=State.RUNNING) | Q(state=State.PARKED, settled_at=None)
    old = JobRun.objects.filter(started_at__lt=at - timedelta(days=settings.JOB_RUNS_DAYS))
    return old.exclude(waiting).delete()[0]


# --- the row


def _begin(job: str, message_id: str, on: date | None) -> JobRun:
    now = clock()
    gone = Q(started_at__lt=now - LONGEST)
    if message_id:
        gone |= Q(message_id=message_id)
    JobRun.objects.filter(gone, state=State.RUNNING).update(state=State.VANISHED, finished_at=now, error=LOST)
    row = JobRun(job=job, message_id=message_id, on=on, started_at=now)
    if message_id and _kills(message_id) >= MAX_KILLS:
        row.state, row.finished_at, row.error = State.PARKED, now, LOST
    row.save(force_insert=True)
    return row


def _kills(message_id: str) -> int:
    return JobRun.objects.filter(message_id=message_id, state=State.VANISHED).count()


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _note_failure(row: JobRun, failure: Exception, milliseconds: int) -> None:
    """The job's own exception is the one to be seen, also where the database is away for this too."""
    try:
        JobRun.objects.filter(pk=row.pk).update(
            state=State.FAILED,
            finished_at=clock(),
            milliseconds=milliseconds,
            error=fault_words(failure),
        )
    except DatabaseError:
        logger.warning("the failure of %s could not be noted", row.job)


def _note_done(row: JobRun, counts: dict[str, int], milliseconds: int) -> None:
    """What did nothing, and was not asked for by hand, goes into the row of its hour."""
    now = clock()
    if row.job in GATHERED or (row.on is None and not any(counts.values())):
        with transaction.atomic():
            _add_to_hour(row.job, now, milliseconds)
            JobRun.objects.filter(pk=row.pk).delete()
        return
    JobRun.objects.filter(pk=row.pk).update(
        state=State.DONE, finished_at=now, milliseconds=milliseconds, counts=counts, error=""
    )


def _add_to_hour(job: str, at: datetime, milliseconds: int) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    shared = JobRun.objects.filter(job=job, hour=hour)
    more = {"runs": F("runs") + 1, "milliseconds": F("milliseconds") + milliseconds, "finished_at": at}
    if shared.update(**more):
        return
    first = JobRun(
        job=job, hour=hour, state=State.DONE, started_at=at, finished_at=at, milliseconds=milliseconds
    )
    JobRun.objects.bulk_create([first], ignore_conflicts=True)
