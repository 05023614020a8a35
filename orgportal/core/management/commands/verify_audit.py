"""Walks the audit trail and exits 1 at the first bad entry."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgportal.core import audit


class Command(BaseCommand):
    help = "Verify the audit trail's chain, and hold it against the checkpoints kept outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checkpoint", type=Path, default=Path(settings.AUDIT_CHECKPOINT_FILE))

    def handle(self, *args: Any, checkpoint: Path, **options: Any) -> None:
        points = audit.read_checkpoints(checkpoint)
        verdict = audit.verify(points)
        if not verdict.is_sound:
            entry = f" at entry {verdict.entry_id}" if verdict.entry_id else ""
            shown_by = f", shown by the checkpoint of {verdict.checkpoint}" if verdict.checkpoint else ""
            raise CommandError(f"{verdict.fault}{entry}{shown_by}; {verdict.entries} entries walked")
        self.stdout.write(f"sound: {verdict.entries} entries, {len(points)} checkpoints")
