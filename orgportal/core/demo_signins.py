"""The sign-ins of the demo, as its loader left them in a file; nothing outside demo mode."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class DemoSignin:
    role: str
    user_name: str
    password: str
    branch: str


def demo_signins() -> list[DemoSignin]:
    if settings.PORTAL_MODE != "demo" or not settings.DEMO_SIGNINS_FILE:
        return []
    file = Path(settings.DEMO_SIGNINS_FILE)
    if not file.is_file():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [DemoSignin(row["role"], row["user_name"], row["password"], row["branch"]) for row in rows]
