"""A machine is lost: the demo's backup is restored into a fresh cluster, and nobody is written to twice.

Run by `./portal drill restore`. The demo runs with web, worker and beat; a backup is taken; after it mails go
out, somebody signs in and a checkpoint is written. Then the file is restored into an empty cluster beside the
checkpoints the lost machine kept elsewhere (reliability.md A42, F40). Damaged files and other keys come
first: each is refused and changes nothing.
"""

import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drills._stack import ROOT, Stack, _served, demo_stack
from drills._visitor import Visitor
from launcher.servers import Servers, temporary_folder

DAMAGES = 10
# What a restore changes by its own rule; every other table has the rows of the backup.
CHANGED = {
    "django_session": -1,  # all of them
    "knox_authtoken": -1,
    "core_auditentry": 1,
    "core_sendhorizon": 1,
}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
WAITING = """
SELECT t.id, u.user_name FROM members_transfer t
JOIN members_post p ON p.organization_id = t.source_id AND p.kind = 'secretary' AND p.ends_on IS NULL
JOIN members_member m ON m.id = p.member_id JOIN core_user u ON u.id = m.user_id
WHERE t.state = 'submitted' AND u.user_name = ANY(%s) ORDER BY t.id LIMIT 1
"""
# Of the mails that wait, half should have gone before the backup, half go between backup and loss.
DUE_NOW = """
UPDATE core_reminder SET planned_for = now() + CASE WHEN id %% 2 = 0 THEN interval '-1 hour'
ELSE interval '1 second' END WHERE state = 'planned' AND channel = 'email' AND digest_id IS NULL
"""
PLANNERS = """
import django; django.setup()
from orgportal.celery import app
app.loader.import_default_modules()
for name in ("members", "activities", "health"):
    app.tasks[f"{name}.plan_reminders"].run()
"""


@dataclass(slots=True)
class Findings:
    """What was asked and what was found."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def hold(self, what: str, found: object, wanted: object = True) -> None:
        is_right = found == wanted
        self.right += is_right
        if not is_right:
            self.wrong.append(f"{what}: {found!r}, not {wanted!r}")
        print(f"{'ok ' if is_right else 'NOT'} {what}", flush=True)

    @property
    def figure(self) -> str:
        return f"{self.right} of {self.right + len(self.wrong)}"


def manage(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@contextmanager
def worker_and_beat(env: dict[str, str], folder: Path) -> Iterator[None]:
    """Real ones, with mail at any hour, until the block is left."""
    told = {
        **env,
        "MAIL_AT_ANY_HOUR": "1",
        "C_FORCE_ROOT": "1",
        "BEAT_TICK_SECONDS": "2",
        "LOG_LEVEL": "ERROR",
    }
    celery = [sys.executable, "-m", "celery", "-A", "orgportal.celery", "--quiet"]
    name = f"restore-{os.getpid()}@%h"
    beat = ["beat", "--loglevel", "ERROR", "--schedule", str(folder / "beat"), "--pidfile="]
    worker = [
        "worker", "--concurrency", "2", "--loglevel", "ERROR", "--without-mingle", "--without-gossip",
        "--hostname", name,
    ]  # fmt: skip
    running = [subprocess.Popen([*celery, *words], cwd=ROOT, env=told) for words in (beat, worker)]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def mails(folder: Path) -> int:
    """Counted in the files the mail back end wrote."""
    texts = [file.read_text(errors="replace") for file in (folder / "mail").glob("*")]
    return sum(len(re.findall(r"^Message-ID:", text, re.MULTILINE)) for text in texts)


def counts(stack: Stack) -> dict[str, int]:
    found = {}
    for (table,) in stack.query(TABLES):
        ((found[table],),) = stack.query(f'SELECT count(*) FROM "{table}"')
    return found


def settle(stack: Stack, seconds: int = 60) -> None:
    """Until no mail waits any more, or that long."""
    ends = time.monotonic() + seconds
    waits = "SELECT count(*) FROM core_reminder WHERE state = 'planned' AND planned_for < now()"
    while time.monotonic() < ends and stack.query(waits) != [(0,)]:
        time.sleep(1)
    time.sleep(6)  # three ticks more: what should not go out has its chance


# --- damaged files


def damaged(file: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Cut off at random places, and with one bit turned at random places."""
    chance, whole = random.Random(7), file.read_bytes()  # noqa: S311
    for number in range(DAMAGES):
        place = chance.randrange(len(whole))
        cut, turned = folder / "cut.tar", folder / "turned.tar"
        cut.write_bytes(whole[:place])
        yield f"cut at {place}", cut
        flipped = bytearray(whole)
        flipped[place] ^= 1 << number % 8
        turned.write_bytes(flipped)
        yield f"bit turned at {place}", turned


def refuse_damaged(file: Path, folder: Path, env: dict[str, str], held: Findings) -> None:
    for what, copy in damaged(file, folder):
        code, said = manage(env, "restore", str(copy))
        held.hold(f"{what} is refused", (code, "nothing was changed" in said), (1, True))
    for key in ("ID_NUMBER_KEY", "AUDIT_CHECKPOINT_KEY"):
        other = {**env, key: secrets.token_urlsafe(48)}
        code, said = manage(other, "restore", str(file))
        held.hold(f"another {key} is refused", (code, f"another {key}" in said), (1, True))


# --- before and after


def lose(stack: Stack, folder: Path, held: Findings) -> tuple[Path, dict[str, int], Visitor, float, float]:
    """Back the demo up, let the world go on, and lose it."""
    line = stack.signins[0]
    visitor = Visitor(stack.url, line["user_name"], line["password"])
    manage(stack.env, "checkpoint_audit")
    stack.execute(DUE_NOW)
    before = counts(stack)
    began = time.monotonic()
    code, said = manage(stack.env, "backup", "--to", str(folder))
    seconds, taken = time.monotonic() - began, time.monotonic()
    held.hold("backup is written", code, 0)
    with worker_and_beat(stack.env, folder):
        settle(stack)
    held.hold("mails went out after the backup", mails(folder) > 0)
    Visitor(stack.url, line["user_name"], line["password"])
    manage(stack.env, "checkpoint_audit")
    print(f"{said.strip()}\n{mails(folder)} mails after the backup", flush=True)
    (file,) = folder.glob("*.tar")
    return file, before, visitor, seconds, time.monotonic() - taken


@contextmanager
def fresh_cluster(stack: Stack, folder: Path) -> Iterator[dict[str, str]]:
    """An empty PostgreSQL and Redis of its own, under the keys of the lost machine."""
    with ExitStack() as on_the_way:
        scratch = Path(on_the_way.enter_context(temporary_folder()))
        for name in ("DATABASE_URL", "REDIS_URL"):
            on_the_way.callback(os.environ.__setitem__, name, os.environ.pop(name))
        passwords = (secrets.token_hex(16), secrets.token_hex(16))
        servers = on_the_way.enter_context(Servers(scratch, scratch / "log", passwords, durable=False))
        (folder / "mail").mkdir()
        elsewhere = {"EMAIL_FILE_PATH": str(folder / "mail"), "AUDIT_CHECKPOINT_FILE": str(folder / "points")}
        (folder / "points").write_bytes(Path(stack.env["AUDIT_CHECKPOINT_FILE"]).read_bytes())
        yield {**stack.env, **servers.env, **elsewhere}


def rows_held(stack: Stack, before: dict[str, int], held: Findings) -> None:
    after = counts(stack)
    for table in sorted(before | after):
        grown = after.get(table, 0) - before.get(table, 0)
        wanted = {-1: -before.get(table, 0)}.get(CHANGED.get(table, 0), CHANGED.get(table, 0))
        held.hold(f"rows of {table}", grown, wanted)


def signed_out(url: str, visitor: Visitor) -> bool:
    """Whether the cookie of before leads to the sign-in page."""
    visitor.url = url
    return visitor.get("/")[2].startswith("/sign-in")


def move_one(stack: Stack, held: Findings) -> None:
    """A secretary signs in and sends a transfer on."""
    names = [line["user_name"] for line in stack.signins]
    ((transfer, user_name),) = stack.query(WAITING, names)
    visitor = Visitor(stack.url, user_name, stack.signin(user_name)["password"])
    held.hold("sign-in", visitor.get("/inbox/")[2], "/inbox/")
    visitor.send(f"/members/transfers/{transfer}/release/", {}, page=f"/members/transfers/{transfer}/")
    ((state,),) = stack.query("SELECT state FROM members_transfer WHERE id = %s", transfer)
    held.hold("a transfer moves", state != "submitted")


def go_on(stack: Stack, folder: Path, held: Findings) -> None:
    """Worker and beat run, every planner plans: notices come, mails do not."""
    cancelled = stack.query("SELECT mails_cancelled > 0 FROM core_sendhorizon")
    held.hold("mails that may have gone are cancelled, counted", cancelled, [(True,)])
    command = [sys.executable, "-c", PLANNERS]
    with worker_and_beat(stack.env, folder):
        held.hold("planners run", subprocess.run(command, cwd=ROOT, env=stack.env, check=False).returncode, 0)
        settle(stack)
    held.hold("old reminders mailed", mails(folder), 0)
    held.hold("trail sound after all", manage(stack.env, "verify_audit")[0], 0)


def bring_back(file: Path, before: dict[str, int], back: Stack, held: Findings) -> None:
    env = back.env
    code, said = manage(env, "restore", str(file))
    print(said.strip(), flush=True)
    held.hold("restore", code, 0)
    held.hold("what is lost is told", "lost: " in said)
    rows_held(back, before, held)
    held.hold("trail sound", manage(env, "verify_audit")[0], 0)
    restored = back.query("SELECT count(*) FROM core_auditentry WHERE action = 'core.restored'")
    held.hold("the trail shows the restore", restored, [(1,)])
    code, said = manage(env, "restore", str(file))
    held.hold("a second time is refused", (code, "--replace" in said), (1, True))


def main() -> int:
    held = Findings()
    with tempfile.TemporaryDirectory(prefix="portal-restore-") as one, demo_stack() as stack:
        folder, away = Path(one), Path(one) / "away"
        away.mkdir()
        stack.env["EMAIL_FILE_PATH"] = str(folder / "mail")
        file, before, visitor, backup_seconds, lost_seconds = lose(stack, folder, held)
        with fresh_cluster(stack, away) as env:
            refuse_damaged(file, folder, env, held)
            began = time.monotonic()
            bring_back(file, before, Stack("", env, stack.signins), held)
            with _served(env) as url:
                found = Stack(url, env, stack.signins)
                held.hold("who was signed in is not", signed_out(url, visitor))
                move_one(found, held)
                rto = time.monotonic() - began
                go_on(found, away, held)
    for line in held.wrong:
        print(line)
    print(f"backup {backup_seconds:.1f} s; RPO {lost_seconds:.0f} s (the time since the last backup); "
          f"RTO {rto:.0f} s (from the file to a transfer moved)")  # fmt: skip
    print(f"{held.figure} as they should be")
    return 1 if held.wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    sys.exit(main())
