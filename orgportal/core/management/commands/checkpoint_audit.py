"""Appends a signed checkpoint of the audit trail to a file that should live on another volume."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orgportal.core import audit


class Command(BaseCommand):
    help = "Write the length and head of the audit trail, signed, outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=Path(settings.AUDIT_CHECKPOINT_FILE))

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        point = audit.write_checkpoint(timezone.now(), file)
        self.stdout.write(f"{point.entries} entries, head {point.head}")
