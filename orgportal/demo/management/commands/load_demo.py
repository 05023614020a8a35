"""Loads the demo district into an empty demo database; on a loaded one it does nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgportal.demo.workflows.load import MEMBERS, SEED, NotADemo, load_demo


class Command(BaseCommand):
    help = "Load Longshan District with synthetic people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--members", type=int, default=MEMBERS)

    def handle(self, *args: Any, seed: int, members: int, **options: Any) -> None:
        try:
            loaded = load_demo(timezone.now(), seed=seed, members=members)
        except NotADemo as refusal:
            raise CommandError(f"the demo is not loaded here: {refusal.code}") from refusal
        if loaded is None:
            self.stdout.write("demo data is there already")
            return
        for name, count in loaded.counts.items():
            self.stdout.write(f"{name}: {count} ({loaded.seconds[name]} s)")
