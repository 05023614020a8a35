"""Writes a backup of the database, the audit checkpoints and the list of configuration."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.pg_tools import BackupError
from orgportal.core.workflows.backing_up import take


class Command(BaseCommand):
    help = "Write a backup to a file, or into a folder under a name of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=Path())

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        try:
            taken = take(to.resolve(), at=timezone.now())
        except BackupError as failure:
            raise CommandError(str(failure)) from None
        tables = taken.manifest.tables
        size = taken.file.stat().st_size / 1e6
        self.stdout.write(f"{taken.file}")
        self.stdout.write(f"{sum(tables.values())} rows of {len(tables)} tables, {size:.1f} MB")
