"""kill -9 of worker and beat in mid-reminder, Redis FLUSHALL during use: nothing lost, nothing twice.

Run by `./portal drill broker-loss` with DATABASE_URL and REDIS_URL pointing at empty throw-away servers. Real
worker and beat processes send some hundred planned reminders; they are killed again and again meanwhile.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis

ROOT = Path(__file__).parent.parent
SHORT = {
    "REMINDER_LEASE_SECONDS": "8",
    "BEAT_TICK_SECONDS": "1",
    "CELERY_VISIBILITY_TIMEOUT": "5",
    "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "MAIL_AT_ANY_HOUR": "1",
    "LOG_LEVEL": "ERROR",
}
PATIENCE = 240


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found after the last restart."""

    planned: int
    sent: int
    notified: int
    twice: int
    mails: int
    repeated_mails: int
    kills: int
    seconds: float

    @property
    def is_sound(self) -> bool:
        return self.planned == self.sent == self.notified and self.planned > 0 and not self.twice

    def __str__(self) -> str:
        return (
            f"{self.planned} reminders, {self.sent} sent, {self.notified} notified, {self.twice} twice, "
            f"{self.mails} mails ({self.repeated_mails} repeated), {self.kills} kills, {self.seconds:.0f} s"
        )


class Processes:
    """A worker and a beat, each in a group of its own, so that a kill takes parent and children at once."""

    def __init__(self, env: dict[str, str], scratch: Path) -> None:
        self.env, self.scratch = env, scratch
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills = 0

    def start(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "celery", "-A", "orgportal.celery", name, "-l", "ERROR", *arguments]
        log = (self.scratch / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )

    def start_both(self) -> None:
        self.start("worker", "-c", "2", "--without-gossip", "--without-mingle")
        self.start("beat", "--pidfile=", "-s", str(self.scratch / f"schedule-{self.kills}"))

    def kill(self, *names: str) -> None:
        for name in names:
            process = self.running.pop(name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.kills += 1


@contextmanager
def processes(env: dict[str, str], scratch: Path) -> Iterator[Processes]:
    """Both running; whatever happens, none is left behind."""
    both = Processes(env, scratch)
    both.start_both()
    try:
        yield both
    finally:
        both.kill(*list(both.running))


def run(env: dict[str, str], expected: int, facts: "Facts") -> Figure:
    """Kill and flush while `expected` reminders are being sent; the figure of what arrived."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="broker-loss-") as folder:
        scratch = Path(folder)
        mail = scratch / "mail"
        mail.mkdir()
        env = {**env, **SHORT, "EMAIL_FILE_PATH": str(mail)}
        broker = redis.Redis.from_url(env["REDIS_URL"])
        with processes(env, scratch) as both:
            _until(lambda: facts.notified() >= expected // 5)
            both.kill("worker", "beat")
            broker.flushall()
            both.start_both()
            _until(lambda: facts.notified() >= expected // 2)
            broker.flushall()
            both.kill("worker")
            both.start("worker", "-c", "2")
            _until(lambda: facts.notified() >= expected * 3 // 4)
            both.kill("beat", "worker")
            both.start_both()
            _until(facts.is_settled)
            kills = both.kills
        ids = [line for file in mail.iterdir() for line in _message_ids(file)]
    return Figure(
        *facts.counts(),
        mails=len(ids),
        repeated_mails=sum(count - 1 for count in Counter(ids).values()),
        kills=kills,
        seconds=time.monotonic() - began,
    )


def _message_ids(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.lower().startswith("message-id:")]


def _until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError("the reminders stand still")
        time.sleep(0.05)


class Facts:
    """What the database says; asked through Django, which the caller has set up."""

    def __init__(self, reminder: Any, notification: Any) -> None:
        self.reminder, self.notification = reminder, notification

    def notified(self) -> int:
        return int(self.notification.unscoped.filter(reminder__isnull=False).count())

    def is_settled(self) -> bool:
        return not self.reminder.objects.filter(state="planned").exists()

    def counts(self) -> tuple[int, int, int, int]:
        in_app = self.reminder.objects.filter(channel="in_app")
        told = self.notification.unscoped.exclude(reminder=None).values_list("reminder", flat=True)
        twice = sum(count - 1 for count in Counter(told).values())
        return in_app.count(), in_app.filter(state="sent").count(), len(set(told)), twice


def main(size: int = 400) -> int:
    import django  # noqa: PLC0415  # the settings read the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from drills._waiting import plan_waiting  # noqa: PLC0415
    from orgportal.core.models import Notification, Reminder  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    expected = plan_waiting(size, at=timezone.now() - timedelta(seconds=1))
    figure = run(dict(os.environ), expected, Facts(Reminder, Notification))
    print(figure)
    return 0 if figure.is_sound and figure.planned == expected else 1


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:2])))
