"""`manage load_tree FILE.csv`: founds every body of the file, or none and says what to put right."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from branches.tables import fault_lines
from branches.workflows.tree_import import INSTALLATION, FileFaulty, load_tree


class Command(BaseCommand):
    help = "Load bodies from a CSV file (columns: docs/import-tree.md). All rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as failure:
            raise CommandError(str(failure)) from failure
        try:
            plan = load_tree(data, actor=None, scope=INSTALLATION, at=timezone.now())
        except FileFaulty as faulty:
            lines = [
                f"{line['row']}\t{line['column']}\t{line['text']}" for line in fault_lines(faulty.plan.faults)
            ]
            raise CommandError("\n".join([f"{len(lines)} faults, nothing loaded", *lines])) from faulty
        self.stdout.write(f"{len(plan.lines)} bodies loaded, sha256 {plan.digest}")
