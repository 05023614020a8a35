"""What was set aside is tried again or discarded at the system administrator's desk; jobs run again."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from orgportal.core import audit, outbox
from orgportal.core.errors import Refused
from orgportal.core.jobs import jobs
from orgportal.core.models import Channel, Desk, JobRun, OutboxEvent, Reminder, User
from orgportal.core.workflows.desks import demand_desk

TOPIC, ALL = "jobs.asked", "all"
PROMISE, RUN, NOTICES = "promise", "run", "notices"
KINDS = (PROMISE, RUN, NOTICES)


def parked_promises() -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(parked_at__isnull=False, discarded_at=None)


def parked_runs() -> QuerySet[JobRun]:
    return JobRun.objects.filter(state=JobRun.State.PARKED, settled_at=None)


def set_aside(kind: str, key: str) -> QuerySet[Any]:
    """Those of that kind that wait: one by its number, the notices of a rule, or all."""
    if kind == NOTICES:
        return Reminder.objects.filter(state=Reminder.State.FAILED, channel=Channel.IN_APP, rule=key)
    rows: QuerySet[Any] = parked_promises() if kind == PROMISE else parked_runs()
    return rows if key == ALL else rows.filter(pk=int(key)) if key.isdecimal() else rows.none()


def names_of(kind: str, rows: QuerySet[Any]) -> dict[str, int]:
    """What they are, and how many of each; nobody's name is among them."""
    column = {PROMISE: "topic", RUN: "job", NOTICES: "rule"}[kind]
    return dict(Counter(rows.order_by().values_list(column, flat=True)))


@transaction.atomic
def retry(kind: str, key: str, *, actor: User, at: datetime) -> int:
    """Start them again, counted from nothing; how many there were."""
    demand_desk(actor, Desk.SYSTEM)
    rows = set_aside(kind, key)
    told = names_of(kind, rows)
    if kind == PROMISE:
        # Not as if never claimed: an equal wish may be waiting, and only one may.
        rows.update(parked_at=None, attempts=0, claimed_until=at, error="")
        transaction.on_commit(outbox.poke)
    elif kind == NOTICES:
        rows.update(
            state=Reminder.State.PLANNED, planned_for=at, settled_at=None, outcome="", claimed_until=None,
            attempts=0,
        )  # fmt: skip
    else:
        for run in rows:
            _ask(run.job, run.on, at)
        rows.update(settled_at=at)
    return _noted("job.retried", kind, told, actor, at)


@transaction.atomic
def discard(kind: str, key: str, reason: str, *, actor: User, at: datetime) -> int:
    """Give them up for good; how many there were. Refuses without a reason."""
    demand_desk(actor, Desk.SYSTEM)
    if not reason.strip():
        raise Refused("reason_missing")
    rows = set_aside(kind, key)
    told = names_of(kind, rows)
    if kind == PROMISE:
        rows.update(discarded_at=at)
    elif kind == NOTICES:
        rows.update(state=Reminder.State.CANCELLED, settled_at=at, outcome="discarded")
    else:
        rows.update(settled_at=at)
    return _noted("job.discarded", kind, told, actor, at, reason=reason.strip())


def _noted(action: str, kind: str, told: dict[str, int], actor: User, at: datetime, **more: str) -> int:
    if told:
        changes = {"kind": kind, "what": told, **more}
        audit.record(actor=actor, action=action, target=None, at=at, changes=changes)
    return sum(told.values())


@transaction.atomic
def run_again(name: str, on: date, *, actor: User, at: datetime) -> None:
    """Have a job of the clock run for that day; asked twice while it waits, it runs once."""
    demand_desk(actor, Desk.SYSTEM)
    if not jobs()[name].takes_day:
        raise Refused("job_takes_no_day")
    _ask(name, on, at)
    changes = {"job": name, "on": on}
    audit.record(actor=actor, action="job.asked", target=None, at=at, changes=changes)


def _ask(name: str, on: date | None, at: datetime) -> None:
    day = on.isoformat() if on else ""
    outbox.emit(TOPIC, f"{name}:{day}", {"job": name, "on": day}, at=at)
