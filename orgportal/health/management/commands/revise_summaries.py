"""Says again what a finished month was like: only bodies for which it differs get a new revision."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.errors import Refused
from orgportal.health.messages import REFUSALS
from orgportal.health.workflows.summaries import revise_summaries


class Command(BaseCommand):
    help = "Make the summaries of a month again, with the reason; what was said before stays on record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = date.fromisoformat(f"{options['month']}-01")
        except ValueError as failure:
            raise CommandError("the month is written YYYY-MM") from failure
        try:
            made = revise_summaries(month, reason=options["reason"], actor=None, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(REFUSALS[refusal.code]).format(**refusal.params)) from refusal
        self.stdout.write(f"{made} revisions")
