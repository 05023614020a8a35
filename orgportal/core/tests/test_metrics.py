"""Prometheus reads the machinery on a port of its own; the public port knows nothing of it."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from branches.tests.factories import NOW
from conftest import World
from launcher.paths import ROOT
from launcher.processes import free_port
from members.tests.factories import make_user
from orgportal.core import audit, metrics
from orgportal.core.management.commands import serve_metrics
from orgportal.core.models import Channel, Digest, Heartbeat, JobRun, MailAddress, OutboxEvent, Reminder
from orgportal.core.tests import tampering

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _points(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "points")


def scraped() -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus reads it."""
    found = CollectorRegistry()
    found.register(metrics.PortalCollector(lambda: NOW))
    lines = generate_latest(found).decode().splitlines()
    pairs = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def test_an_installation_that_never_ran_has_no_ages(db: None) -> None:
    assert scraped() == {
        "portal_database_up": 1, "portal_outbox_open": 0, "portal_outbox_oldest_seconds": 0,
        "portal_outbox_parked": 0, "portal_jobs_parked": 0, "portal_reminders_due": 0,
        "portal_reminders_oldest_seconds": 0, "portal_reminders_failed": 0, "portal_mails_failed": 0,
        "portal_mails_repeated": 0, "portal_mail_addresses_stopped": 0, "portal_summaries_behind": 0,
    }  # fmt: skip


def test_figures_are_those_of_the_rows(db: None, settings: Any) -> None:
    user = make_user("chen", email="chen@example.cn")
    Heartbeat.objects.create(name="tick", at=NOW - timedelta(seconds=70))
    event = {"topic": "a", "payload": {}, "created_at": NOW - HOUR}
    OutboxEvent.objects.create(key="1", **event)
    OutboxEvent.objects.create(key="2", parked_at=NOW, claimed_until=NOW, **event)
    OutboxEvent.objects.create(key="3", parked_at=NOW, claimed_until=NOW, discarded_at=NOW, **event)
    for number, (state, channel, planned_for) in enumerate(
        [("planned", Channel.EMAIL, NOW - 2 * HOUR), ("planned", Channel.IN_APP, NOW + HOUR),
         ("failed", Channel.IN_APP, NOW), ("failed", Channel.EMAIL, NOW)]
    ):  # fmt: skip
        Reminder.objects.create(
            rule="r", subject=str(number), recipient=user, due_on=date(2026, 3, 9), step=0, channel=channel,
            planned_for=planned_for, state=state, recorded_at=NOW,
        )  # fmt: skip
    Digest.objects.create(recipient=user, on=NOW, state="failed", due_at=NOW, created_at=NOW, repeats=2)
    MailAddress.objects.create(user=user, address="chen@example.cn", stopped_at=NOW)
    tampering.write_entries(1)
    audit.write_checkpoint(NOW - 3 * HOUR, Path(settings.AUDIT_CHECKPOINT_FILE))
    run = {"job": "core.tick", "started_at": NOW - HOUR, "finished_at": NOW - HOUR}
    for state in ("done", "failed", "vanished", "parked"):
        JobRun.objects.create(state=state, **run)
    JobRun.objects.create(job="core.ping", state="failed", started_at=NOW - 48 * HOUR, finished_at=NOW)

    assert scraped() == {
        "portal_database_up": 1, "portal_tick_seconds": 70, "portal_outbox_open": 1,
        "portal_outbox_oldest_seconds": 3600, "portal_outbox_parked": 1, "portal_jobs_parked": 1,
        "portal_reminders_due": 1, "portal_reminders_oldest_seconds": 7200, "portal_reminders_failed": 1,
        "portal_mails_failed": 1, "portal_mails_repeated": 2, "portal_mail_addresses_stopped": 1,
        "portal_summaries_behind": 0, "portal_audit_head_seconds": 0,
        "portal_audit_checkpoint_seconds": 3 * 3600, 'portal_job_failures{job="core.tick"}': 3,
        'portal_job_failures{job="core.ping"}': 0, 'portal_job_finished_seconds{job="core.tick"}': 3600,
    }  # fmt: skip


def test_periods_not_summed_up_are_counted(db: None) -> None:
    from orgportal.health.models import SummaryRun  # noqa: PLC0415  a higher floor, as the roof wires it

    months = [(date(2025, 12, 1), date(2025, 12, 31), NOW), (date(2026, 1, 1), date(2026, 1, 31), None)]
    for starts_on, ends_on, finished_at in months:
        SummaryRun.objects.create(
            starts_on=starts_on, ends_on=ends_on, known_at=NOW, started_at=NOW, finished_at=finished_at
        )

    # January, which was begun, and February; what began before December is not known.
    assert scraped()["portal_summaries_behind"] == 2


def test_a_database_that_is_away_is_the_only_thing_told(db: None) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        assert scraped() == {"portal_database_up": 0}


# --- ports


@pytest.mark.parametrize("path", ["/metrics", "/metrics/"])
def test_the_public_port_knows_no_metrics(world: World, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert world.client("sys").get(path).status_code == 404


@pytest.mark.parametrize("folder", ["", "counted"])
def test_a_port_of_its_own_answers_until_it_is_stopped(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    said = []

    def read_once(port: int, address: str, found: CollectorRegistry) -> Any:
        server, thread = start_http_server(port, address, found)
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            said.append(answer.read().decode())
        server.shutdown()
        server.server_close()
        return server, thread

    monkeypatch.setattr(serve_metrics, "start_http_server", read_once)
    settings.METRICS_PORT, settings.METRICS_DIR = free_port(), str(tmp_path) if folder else ""

    call_command("serve_metrics")

    assert "\nportal_database_up 1.0\n" in said[0]


def test_metrics_are_off_unless_a_port_is_set(settings: Any) -> None:
    assert (settings.METRICS_PORT, settings.METRICS_ADDRESS) == (0, "127.0.0.1")
    with pytest.raises(CommandError, match="METRICS_PORT is not set"):
        call_command("serve_metrics")


def test_a_port_that_is_taken_is_no_exporter(db: None, settings: Any) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        settings.METRICS_PORT = held.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            call_command("serve_metrics")


# --- requests


def test_without_a_folder_requests_are_not_counted(settings: Any) -> None:
    settings.METRICS_DIR = ""

    with pytest.raises(MiddlewareNotUsed):
        metrics.MetricsMiddleware(lambda request: HttpResponse())


def test_requests_are_counted_by_page_and_never_by_address(settings: Any, tmp_path: Path) -> None:
    settings.METRICS_DIR = str(tmp_path / "counted")
    counting = metrics.MetricsMiddleware(lambda request: HttpResponse(status=404 if request.GET else 200))
    named = RequestFactory().get("/inbox/7/open/")
    named.resolver_match = resolve("/inbox/7/open/")
    odd = RequestFactory().generic("BREW", "/no/where?x=1")
    for request in (named, named, odd):
        counting(request)
    found = CollectorRegistry()
    found.register(metrics.requests())
    said = generate_latest(found).decode()

    assert (tmp_path / "counted").is_dir()
    for labels, count in (('method="GET",page="core:notice-open",status="2xx"', 2),
                          ('method="other",page="none",status="4xx"', 1)):  # fmt: skip
        assert f"portal_http_request_seconds_count{{{labels}}} {count}.0\n" in said
    assert "/inbox" not in said


COUNTS = """
import django; django.setup()
from django.test import RequestFactory
from django.http import HttpResponse
from orgportal.core import metrics
metrics.MetricsMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
"""


def test_requests_of_several_processes_are_added_up(tmp_path: Path) -> None:
    env = {**os.environ, "METRICS_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNTS], env=env, cwd=ROOT, check=True)
    found = CollectorRegistry()
    MultiProcessCollector(found, str(tmp_path))  # type: ignore[no-untyped-call]

    said = generate_latest(found).decode()

    assert 'portal_http_request_seconds_count{method="GET",page="none",status="2xx"} 2.0' in said


# --- the runbook


def test_every_metric_of_the_runbook_exists_and_every_metric_is_in_it() -> None:
    part = (
        (ROOT / "docs/runbook.md").read_text().partition("### Metrics and alarms")[2].partition("\n### ")[0]
    )
    named = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bportal_\w+", part)}

    assert named == {*metrics.GAUGES, *metrics.BY_JOB, metrics.REQUESTS}
