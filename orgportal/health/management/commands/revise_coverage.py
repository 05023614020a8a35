"""Says again what the two coverages were in a quarter: bodies for which nothing differs keep theirs."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.errors import Refused
from orgportal.health.messages import REFUSALS
from orgportal.health.rules.quarters import quarter_of
from orgportal.health.workflows.coverage import revise_reviews


class Command(BaseCommand):
    help = (
        "Make the coverage review of a quarter again, with the reason; what was said before stays on record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="any month of it, YYYY-MM")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = date.fromisoformat(f"{options['quarter']}-01")
        except ValueError as failure:
            raise CommandError("the quarter is written as one of its months, YYYY-MM") from failure
        try:
            made = revise_reviews(quarter_of(month), reason=options["reason"], actor=None, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(REFUSALS[refusal.code]).format(**refusal.params)) from refusal
        self.stdout.write(f"{made} revisions")
