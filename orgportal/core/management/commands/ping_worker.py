"""Exits 0 when a worker took a task and finished it."""

import time
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.models import Heartbeat


class Command(BaseCommand):
    help = "Send a task and wait until a worker has done it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=int, default=30)

    def handle(self, *args: Any, timeout: int, **options: Any) -> None:
        since = timezone.now()
        current_app.send_task("core.ping")
        wait_for_heartbeat("ping", since, timeout)
        self.stdout.write("worker answered")


def wait_for_heartbeat(name: str, since: Any, timeout: int) -> None:
    """Return once the named heartbeat is younger than `since`; CommandError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if Heartbeat.objects.filter(name=name, at__gte=since).exists():
            return
        time.sleep(0.2)
    raise CommandError(f"no {name} within {timeout} s")
