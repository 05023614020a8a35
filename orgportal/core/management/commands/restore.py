"""Puts a backup in the place of the portal's database, or says why not and changes nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.core.pg_tools import BackupError
from orgportal.core.workflows.restoring import Restored, restore


class Command(BaseCommand):
    help = "Restore a backup; a database that is not empty only with --replace."
    # The database may be empty or not there yet.
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            done = restore(file.resolve(), replace=replace, at=timezone.now(), say=self.stdout.write)
        except BackupError as failure:
            raise CommandError(f"nothing was changed: {failure}") from None
        for line in told(done):
            self.stdout.write(line)


def told(done: Restored) -> list[str]:
    """What whoever restored has to know."""
    rolled = done.rolled
    lines = [
        f"in place: {sum(done.manifest.tables.values())} rows as of {done.manifest.taken_at}",
        f"not sent again: {rolled.mails_cancelled} by mail, {rolled.notices_cancelled} stale notices",
        f"ended: {rolled.sessions_ended} sessions, {rolled.tokens_ended} API tokens",
    ]
    if done.entries_lost:
        lines.append(f"lost: {done.entries_lost} or more audit entries up to {done.lost_since}")
    if done.kept_as:
        lines.append(f"the database in place before is kept as {done.kept_as}; drop it when it is not needed")
    return lines
