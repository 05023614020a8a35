"""kill -9 of the process that tells reminders, at a random moment of its batch, twenty times over.

Run by `./portal drill reminders` with DATABASE_URL and REDIS_URL pointing at empty throw-away servers. A
batch of five hundred is begun, its process killed after a random wait, begun again; in the end each reminder
has exactly one notice, and sent, cancelled and failed add up to what was planned (reliability.md F1). Beside
it the rate without kills.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SIZE, SEEDS = 500, 20
SEND = """
import django; django.setup()
import sys
from datetime import datetime
from orgportal.core import reminders
print("ready", flush=True)
sys.stdin.readline()
print(reminders.send_due(at=datetime.fromisoformat(sys.argv[1])), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found after the last run of one seed."""

    planned: int
    settled: dict[str, int]
    notices: int
    twice: int
    kills: int

    @property
    def is_sound(self) -> bool:
        sent = self.settled.get("sent", 0)
        return sum(self.settled.values()) == self.planned and self.notices == sent > 0 and not self.twice


def send(at: datetime, wait: float | None = None) -> tuple[bool, float]:
    """One run in a process of its own, killed after `wait` seconds; whether it was, and how long it took."""
    command = [sys.executable, "-c", SEND, at.isoformat()]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        began = time.monotonic()
        process.stdin.write("\n")
        process.stdin.flush()
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True, time.monotonic() - began
        return False, time.monotonic() - began


def run_seed(seed: int, whole: float, rooms: Any) -> Figure:
    """Plan anew, kill once to three times at random moments of the batch, then let it finish."""
    at = rooms.plan(seed)
    chance, kills = random.Random(seed), 0  # noqa: S311
    for _ in range(chance.randint(1, 3)):
        kills += send(at, chance.uniform(0, whole))[0]
        at += timedelta(minutes=10)  # past the lease
    while rooms.waiting():
        send(at)
        at += timedelta(minutes=10)
    return rooms.figure(kills)


class Rooms:
    """The portal's own tables, asked through Django, which the caller has set up."""

    def __init__(self, duties: list[Any], recipient: Any, models: Any, at: datetime) -> None:
        self.duties, self.recipient, self.models, self.at = duties, recipient, models, at

    def plan(self, seed: int) -> datetime:
        """The same five hundred matters, due again."""
        from orgportal.core import planning, reminders  # noqa: PLC0415  # the settings read the environment first

        self.models.Notification.unscoped.all().delete()
        self.models.Reminder.objects.all().delete()
        rows = [
            planning.Planned(
                rule="activities.duty_due", subject=f"activities.duty:{duty}", recipient_id=self.recipient.pk,
                due_on=due_on, step=seed, channel="in_app", planned_for=self.at, recorded_at=self.at, url="",
                params={"branch": "甲", "duty": {"word": "Theme day"}, "due_on": {"day": due_on.isoformat()}},
            )
            for duty, due_on in self.duties
        ]  # fmt: skip
        reminders.plan(rows)
        return self.at

    def waiting(self) -> bool:
        return bool(self.models.Reminder.objects.filter(state="planned").exists())

    def figure(self, kills: int) -> Figure:
        states = Counter(self.models.Reminder.objects.values_list("state", flat=True))
        told = list(self.models.Notification.unscoped.values_list("reminder", flat=True))
        return Figure(len(self.duties), dict(states), len(set(told)), len(told) - len(set(told)), kills)


def main(seeds: int = SEEDS) -> int:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from drills._waiting import owed_duties  # noqa: PLC0415
    from orgportal.core import models  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    duties, recipient, at = owed_duties(SIZE)
    rooms = Rooms(duties, recipient, models, at)
    rooms.plan(0)
    _, whole = send(at)
    clean = rooms.figure(0)
    figures = [run_seed(seed, whole, rooms) for seed in range(1, seeds + 1)]
    for seed, figure in enumerate(figures, 1):
        if not figure.is_sound:
            print(f"seed {seed}: {figure}")
    sound = sum(figure.is_sound for figure in figures)
    kills = sum(figure.kills for figure in figures)
    rate = f"{SIZE} in {whole:.2f} s ({SIZE / whole:.0f} a second)"
    print(f"{sound} of {seeds} seeds sound, {kills} kills, {rate}")
    return 0 if sound == seeds and clean.is_sound and kills >= seeds // 2 else 1


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    sys.exit(main(*(int(text) for text in sys.argv[1:2])))
