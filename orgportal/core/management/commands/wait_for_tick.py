"""Exits 0 when beat's tick has been finished by a worker since this command started."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orgportal.core.management.commands.ping_worker import wait_for_heartbeat


class Command(BaseCommand):
    help = "Wait until a beat tick has finished."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=int, default=90)

    def handle(self, *args: Any, timeout: int, **options: Any) -> None:
        wait_for_heartbeat("tick", timezone.now(), timeout)
        self.stdout.write("beat ticked")
