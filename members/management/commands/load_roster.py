"""`manage load_roster FILE.csv [--dry-run]`: the whole file or nothing, every bad row named."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from members.messages import DOUBTS, REFUSALS
from members.rules.roster_file import COLUMNS, REQUIRED, Fault
from members.workflows.loader import RosterRefused, load_roster
from orgportal.core.errors import Refused


class Command(BaseCommand):
    help = "Load a roster from a CSV file. Columns (or their Chinese headings): " + ", ".join(
        f"{column}{'*' if column in REQUIRED else ''} {heading}" for column, heading in COLUMNS.items()
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            report = load_roster(file, actor=None, at=timezone.now(), dry_run=dry_run)
        except RosterRefused as refusal:
            for fault in refusal.report.faults:
                self.stderr.write(_line(fault))
            raise CommandError(str(REFUSALS[refusal.code]).format(**refusal.params)) from None
        except (Refused, OSError) as refusal:
            code, params = getattr(refusal, "code", "roster_unreadable"), getattr(refusal, "params", {})
            raise CommandError(str(REFUSALS[code]).format(**params)) from None
        for fault in report.warnings:
            self.stderr.write(_line(fault))
        done = "loaded" if report.is_written else "checked, nothing written"
        self.stdout.write(
            f"{report.rows} rows {done}, {len(report.warnings)} warnings, sha256 {report.digest}"
        )


def _line(fault: Fault) -> str:
    """Row, column, value and what to do."""
    kind = "refused" if fault.refuses else "warning"
    heading = f"{fault.column} {COLUMNS[fault.column]}"
    return f"{kind}: row {fault.row}, {heading}, “{fault.value or '—'}”: {DOUBTS[fault.code]}"
