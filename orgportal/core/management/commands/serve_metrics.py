"""Answers Prometheus on a port of its own until it is stopped."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import start_http_server

from orgportal.core.metrics import registry


class Command(BaseCommand):
    help = "Serve /metrics on METRICS_ADDRESS:METRICS_PORT."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("METRICS_PORT is not set: metrics are off")
        found = registry(settings.METRICS_DIR)
        _server, thread = start_http_server(settings.METRICS_PORT, settings.METRICS_ADDRESS, found)
        self.stdout.write(f"metrics on {settings.METRICS_ADDRESS}:{settings.METRICS_PORT}")
        thread.join()
