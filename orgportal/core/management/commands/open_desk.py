"""Makes the account of an administrator; the first thing done on a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orgportal.core.models import Desk
from orgportal.core.workflows.desks import open_desk


class Command(BaseCommand):
    help = "Open a system, security or audit administrator's account and print its one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--desk", required=True, choices=[desk.value for desk in Desk if desk])
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, desk: str, name: str, **options: Any) -> None:
        slip = open_desk(name, Desk(desk), at=timezone.now())
        self.stdout.write(f"user name: {slip.user_name}")
        self.stdout.write(f"one-time password: {slip.password}   (until {slip.expires_at:%Y-%m-%d})")
