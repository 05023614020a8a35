"""Says again what a finished period was like: only bodies for which it differs get a new revision."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.errors import Refused
from orgportal.health.messages import REFUSALS
from orgportal.health.rules.totals import span_named
from orgportal.health.workflows.summaries import revise_summaries


class Command(BaseCommand):
    help = "Make the summaries of a period again, with the reason; what was said before stays on record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", help="2026-01, 2026-Q1 or 2026")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        span = span_named(options["period"])
        if span is None:
            raise CommandError("the period is written 2026-01, 2026-Q1 or 2026")
        try:
            made = revise_summaries(span, reason=options["reason"], actor=None, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(REFUSALS[refusal.code]).format(**refusal.params)) from refusal
        self.stdout.write(f"{made} revisions")
