"""Lists the demo's sign-ins."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orgportal.core.demo_signins import demo_signins


class Command(BaseCommand):
    help = "List the demo sign-ins: role, user name, password, branch."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        rows = [asdict(row) for row in demo_signins()]
        if json:
            self.stdout.write(to_json(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['role']}  {row['user_name']}  {row['password']}  {row['branch']}")


def to_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)
