"""What Prometheus reads: the state of the machinery, asked of PostgreSQL at each scrape, and how requests go.

Numbers of requests are kept by each web process in files of `METRICS_DIR` and added up by the exporter, a
process of its own on a port of its own (`manage serve_metrics`): nothing of this is on the public port.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connections
from django.db.models import Count, Max, Min, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from orgportal.core.audit import read_checkpoints
from orgportal.core.models import (
    AuditEntry,
    Channel,
    Digest,
    Heartbeat,
    JobRun,
    MailAddress,
    OutboxEvent,
    Reminder,
)

Clock = Callable[[], datetime]
REQUESTS = "portal_http_request_seconds"
UP = "portal_database_up"
# Every single figure by name, in the order it is told; docs/runbook.md has the alarms.
GAUGES = {
    UP: "1 if PostgreSQL answered this scrape",
    "portal_tick_seconds": "seconds since the last finished tick",
    "portal_outbox_open": "promises waiting to be kept",
    "portal_outbox_oldest_seconds": "age of the oldest of them",
    "portal_outbox_parked": "promises set aside",
    "portal_jobs_parked": "job runs set aside because they killed their worker",
    "portal_reminders_due": "reminders whose moment has come and that are not sent",
    "portal_reminders_oldest_seconds": "how long the oldest of them is due",
    "portal_reminders_failed": "notices in the portal set aside",
    "portal_mails_failed": "mails given up",
    "portal_mails_repeated": "mails that may have gone twice",
    "portal_mail_addresses_stopped": "addresses that get no more mail",
    "portal_summaries_behind": "finished periods not summed up",
    "portal_audit_head_seconds": "age of the last audit entry",
    "portal_audit_checkpoint_seconds": "age of the last checkpoint outside the database",
}
BY_JOB = {
    "portal_job_failures": "runs failed, vanished or set aside in the last 24 hours, by job",
    "portal_job_finished_seconds": "seconds since a job last finished, by job",
}
WRONG = (JobRun.State.FAILED, JobRun.State.VANISHED, JobRun.State.PARKED)


class PortalCollector(Collector):
    """Asks the database each time; one that is away is told as such, and nothing else is."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self.clock()
        try:
            told, jobs = {UP: 1.0, **figures(now)}, by_job(now)
        except Error:
            told, jobs = {UP: 0.0}, {}
        for name, words in GAUGES.items():
            if (value := told.get(name)) is not None:
                yield GaugeMetricFamily(name, words, value=value)
        for name, words in BY_JOB.items():
            family = GaugeMetricFamily(name, words, labels=["job"])
            for job, value in jobs.get(name, {}).items():
                family.add_metric([job], value)
            yield family


class ScrapedCollector(PortalCollector):
    """For a server: the thread of a scrape leaves no connection behind."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from super().collect()
        finally:
            connections.close_all()


def figures(now: datetime) -> dict[str, float | None]:
    """By name; None where there is nothing to be of any age."""
    waiting = OutboxEvent.objects.filter(done_at=None, parked_at=None)
    outbox = waiting.aggregate(count=Count("pk"), since=Min("created_at"))
    planned = Reminder.objects.filter(state=Reminder.State.PLANNED, planned_for__lte=now)
    due = planned.aggregate(count=Count("pk"), since=Min("planned_for"))
    mails = Digest.objects.aggregate(
        failed=Count("pk", filter=Q(state=Digest.State.FAILED)), repeats=Sum("repeats")
    )
    points = read_checkpoints(Path(settings.AUDIT_CHECKPOINT_FILE))
    return {
        "portal_tick_seconds": _age(Heartbeat.objects.filter(name="tick").aggregate(at=Max("at"))["at"], now),
        "portal_outbox_open": outbox["count"],
        "portal_outbox_oldest_seconds": _age(outbox["since"], now) or 0,
        "portal_outbox_parked": OutboxEvent.objects.filter(
            parked_at__isnull=False, discarded_at=None
        ).count(),
        "portal_jobs_parked": JobRun.objects.filter(state=JobRun.State.PARKED, settled_at=None).count(),
        "portal_reminders_due": due["count"],
        "portal_reminders_oldest_seconds": _age(due["since"], now) or 0,
        "portal_reminders_failed": Reminder.objects.filter(
            state=Reminder.State.FAILED, channel=Channel.IN_APP
        ).count(),
        "portal_mails_failed": mails["failed"],
        "portal_mails_repeated": mails["repeats"] or 0,
        "portal_mail_addresses_stopped": MailAddress.objects.filter(stopped_at__isnull=False).count(),
        "portal_audit_head_seconds": _age(AuditEntry.objects.aggregate(at=Max("at"))["at"], now),
        "portal_audit_checkpoint_seconds": _age(
            max((datetime.fromisoformat(one.at) for one in points), default=None), now
        ),
        **{name: _asked(path)(now) for name, path in current_app.conf.metric_sources.items()},
    }


def _asked(path: str) -> Callable[[datetime], float]:
    source: Callable[[datetime], float] = import_string(path)
    return source


def _age(at: datetime | None, now: datetime) -> float | None:
    """Never below nothing: two clocks may differ."""
    return None if at is None else max((now - at).total_seconds(), 0)


def by_job(now: datetime) -> dict[str, dict[str, float]]:
    wrong = Q(state__in=WRONG, started_at__gt=now - timedelta(days=1))
    done = Max("finished_at", filter=Q(state=JobRun.State.DONE))
    rows = list(
        JobRun.objects.order_by("job").values("job").annotate(wrong=Count("pk", filter=wrong), done=done)
    )
    return {
        "portal_job_failures": {row["job"]: row["wrong"] for row in rows},
        "portal_job_finished_seconds": {
            row["job"]: age for row in rows if (age := _age(row["done"], now)) is not None
        },
    }


def registry(folder: str) -> CollectorRegistry:
    """What the exporter tells: the figures, and requests of every web process that counts there."""
    found = CollectorRegistry()
    found.register(ScrapedCollector(timezone.now))  # noqa: TID251  asked anew at each scrape
    if folder:
        MultiProcessCollector(found, folder)  # type: ignore[no-untyped-call]
    return found


# --- requests


@lru_cache(maxsize=1)
def requests() -> Histogram:
    """Made on first use, once it is said where web processes write."""
    return Histogram(
        REQUESTS, "requests by method, page and class of answer", ["method", "page", "status"], registry=None
    )


class MetricsMiddleware:
    """Counts and times each request by the name of its page, never by its address; off without a folder."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_DIR:
            raise MiddlewareNotUsed
        Path(settings.METRICS_DIR).mkdir(parents=True, exist_ok=True)
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        page = found.view_name if found else "none"
        method = request.method if request.method in METHODS else "other"
        labels = (method, page, f"{response.status_code // 100}xx")
        requests().labels(*labels).observe(time.perf_counter() - began)
        return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
