"""Servers one may kill, and the portal's own programs on them: a new demo for every scenario."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from celery import Celery

from drills._stack import ROOT, _environment
from launcher.processes import Child, free_port
from launcher.servers import Servers, temporary_folder
from orgportal.core.pg_tools import drop_database

# A district small enough to be copied for each scenario.
MEMBERS = 1500
# Ten times what a quiet machine needs.
PATIENCE = 180.0
TOKEN = "d" * 32
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
TASKS = "from orgportal.celery import app; app.loader.import_default_modules()"
QUICK = {
    "REMINDER_LEASE_SECONDS": "6",
    "BEAT_TICK_SECONDS": "1",
    "CELERY_VISIBILITY_TIMEOUT": "5",
    "MAIL_AT_ANY_HOUR": "1",
    "LOG_LEVEL": "ERROR",
}


class Fell(AssertionError):
    """What a scenario found was not what was promised."""


def demand(is_so: object, words: str) -> None:
    if not is_so:
        raise Fell(words)


def until(is_true: Callable[[], object], words: str, seconds: float = PATIENCE) -> float:
    """Seconds until it was true."""
    began = time.monotonic()
    while not is_true():
        demand(time.monotonic() - began < seconds, f"{words}: not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


@dataclass
class Ground:
    """PostgreSQL and Redis of the drill's own, with the demo loaded once as a template."""

    scratch: Path
    servers: Servers
    template: dict[str, str]
    signins: tuple[dict[str, str], ...]
    number: int = 0

    @contextmanager
    def scenario(self, **settings: str) -> Iterator["Scenario"]:
        """The demo as it was loaded, an empty Redis; every program started here is gone afterwards."""
        self.number += 1
        folder = self.scratch / f"scenario{self.number}"
        (folder / "mail").mkdir(parents=True)
        source = urlsplit(self.template["DATABASE_URL"]).path[1:]
        name = f"scenario{self.number}"
        self.administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        redis.Redis.from_url(self.servers.env["REDIS_URL"]).flushall()
        here = {"DATABASE_URL": self.url_of(name), "EMAIL_FILE_PATH": str(folder / "mail")}
        env = {**self.template, **QUICK, **here, **settings}
        place = Scenario(self, folder, env)
        place.query("DELETE FROM core_outboxevent")  # what loading promised is no part of it
        try:
            yield place
        finally:
            place.stop_all()
            self.drop(name)

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.servers.env["DATABASE_URL"])._replace(path=f"/{name}"))

    def program(self, arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """A program of the project's, run to its end."""
        whole = {**self.template, **env}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=whole, text=True, check=False, capture_output=True)

    def administer(self, statement: str) -> None:
        with self._administrator() as cursor:
            cursor.execute(statement)

    def drop(self, name: str) -> None:
        with self._administrator() as cursor:
            drop_database(cursor, name)

    @contextmanager
    def _administrator(self) -> Iterator[Any]:
        connection = psycopg2.connect(self.servers.env["DATABASE_URL"])
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        child = self.servers.started[name]
        assert child.process is not None
        child.process.send_signal(how)
        child.process.wait(timeout=30)

    def pause(self, name: str, *, goes_on: bool = False) -> None:
        child = self.servers.started[name]
        assert child.process is not None
        child.process.send_signal(signal.SIGCONT if goes_on else signal.SIGSTOP)

    def start(self, name: str) -> None:
        self.servers.started[name].start()
        until(self._answers(name), f"{name} is back")

    def _answers(self, name: str) -> Callable[[], bool]:
        def asked() -> bool:
            with suppress(psycopg2.OperationalError, redis.RedisError):
                if name == "redis":
                    return bool(self.redis().ping())
                psycopg2.connect(self.servers.env["DATABASE_URL"], connect_timeout=2).close()
                return True
            return False

        return asked

    def redis(self) -> Any:
        return redis.Redis.from_url(self.servers.env["REDIS_URL"], socket_timeout=5)


@dataclass
class Scenario:
    """One copy of the demo and the programs running on it."""

    ground: Ground
    folder: Path
    env: dict[str, str]
    running: dict[str, Child] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, program: str = "", *, shift: str = "", **env: str) -> Child:
        """`web`, `worker` or `beat`, or a second one by another name; `shift`: seconds its clock is off."""
        environment = {**self.env, **env, **(faked(shift) if shift else {})}
        command = self._command(name, program or name)
        child = Child(name, command, self.folder / f"{name}.log", env=environment, cwd=ROOT)
        child.start()
        self.running[name] = child
        if (program or name) == "web":
            until(lambda: self.get("/healthz").status == HTTPStatus.OK, "the web answers")
        if (program or name) == "worker":
            self._is_heard()
        return child

    def send(self, task: str) -> None:
        """A message as beat sends it."""
        with Celery("drill", broker=f"{self.env['REDIS_URL']}/0") as sender:
            sender.send_task(task)

    def _is_heard(self) -> None:
        """The new worker, or one beside it, has done what it was asked."""
        self.query("DELETE FROM core_heartbeat WHERE name = 'ping'")
        self.send("core.ping")
        until(lambda: self.count("core_heartbeat", "name = 'ping'"), "a worker answers")

    def _command(self, name: str, program: str) -> list[str]:
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "orgportal.celery"]
        if program == "web":
            return [
                *python, "gunicorn", "orgportal.wsgi:application", "--workers", "2", "--bind",
                f"127.0.0.1:{self.port}", "--log-level", "warning", "--no-control-socket",
            ]  # fmt: skip
        if program == "worker":
            return [
                *celery, "worker", "-c", "2", "-l", "ERROR", "--without-gossip", "--without-mingle",
                "-n", f"{name}@{self.port}", "-I", "drills._fault_tasks",
            ]  # fmt: skip
        return [*celery, "beat", "-l", "ERROR", "--pidfile=", "-s", str(self.folder / f"{name}-schedule")]

    def kill(self, name: str) -> None:
        """At once, with every process of its own."""
        child = self.running.pop(name)
        assert child.process is not None
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def stop(self, name: str) -> float:
        """As a deployment does; seconds it took to go."""
        began = time.monotonic()
        self.running.pop(name).stop()
        return time.monotonic() - began

    def stop_all(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.env["DATABASE_URL"], connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def count(self, table: str, condition: str = "true") -> int:
        ((found,),) = self.query(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(found)

    def python(self, code: str, *, shift: str = "") -> str:
        """What a few lines of the portal's own print, with Django set up."""
        return self.program("-c", f"import django; django.setup()\n{TASKS}\n{code}", shift=shift)

    def program(self, *arguments: str, shift: str = "") -> str:
        done = self.ground.program(list(arguments), {**self.env, **(faked(shift) if shift else {})})
        demand(done.returncode == 0, done.stderr.strip()[-600:])
        return done.stdout.strip()

    def get(self, path: str, session: str = "", timeout: float = 30) -> "Answer":
        return self._ask(urllib.request.Request(self.url + path, headers=_headers(session)), timeout)

    def post(
        self, path: str, fields: dict[str, str], session: str = "", *, key: str = "", timeout: float = 30
    ) -> "Answer":
        body = urllib.parse.urlencode({**fields, "idempotency_key": key or str(uuid.uuid4())}).encode()
        return self._ask(urllib.request.Request(self.url + path, body, _headers(session)), timeout)

    def _ask(self, request: urllib.request.Request, timeout: float) -> "Answer":
        began = time.monotonic()
        try:
            with _OPENER.open(request, timeout=timeout) as response:
                return Answer(response.status, response.read().decode(), response.headers, began)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(errors="replace"), error.headers, began)
        except OSError:
            return Answer(0, "", {}, began)

    def sign_in(self, user_name: str) -> str:
        line = next(each for each in self.ground.signins if each["user_name"] == user_name)
        answer = self.post("/sign-in/", {"username": user_name, "password": line["password"]})
        found = re.search(r"session=(\w+)", " ".join(answer.headers.get_all("Set-Cookie") or ()))
        if found is None:
            raise Fell(f"{user_name} cannot sign in: {answer.status}")
        return found[1]

    def feedback(self, session: str, text: str, key: str = "") -> "Answer":
        """The plainest thing anybody saves: one row and one line of the audit trail."""
        return self.post("/feedback/new/", {"kind": "complaint", "text": text, "page": ""}, session, key=key)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    headers: Any
    began: float
    ended: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """A redirect is the answer."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _headers(session: str) -> dict[str, str]:
    cookie = f"csrf={TOKEN}" + (f"; session={session}" if session else "")
    return {"Cookie": cookie, "X-CSRFToken": TOKEN}


def faked(shift: str) -> dict[str, str]:
    """The environment in which a program's clock is off; the monotonic one too, or its waits are refused."""
    if not FAKETIME.exists():
        raise SystemExit("no faketime on this machine: apt-get install faketime")
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": shift}


@contextmanager
def ground() -> Iterator[Ground]:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(temporary_folder()))
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        secrets = (uuid.uuid4().hex, uuid.uuid4().hex)
        servers = stack.enter_context(Servers(scratch, scratch / "log", secrets, durable=True))
        folder = scratch / "template"
        folder.mkdir()
        env = {**_environment(folder, servers.env["DATABASE_URL"]), **servers.env}
        env["DATABASE_URL"] = servers.env["DATABASE_URL"]
        template = urlunsplit(urlsplit(env["DATABASE_URL"])._replace(path="/demo"))
        made = Ground(scratch, servers, {**env, "DATABASE_URL": template}, ())
        made.administer('CREATE DATABASE "demo"')
        for step in (
            ["migrate", "-v0"], ["load_demo", f"--members={MEMBERS}"], ["collectstatic", "--noinput", "-v0"],
        ):  # fmt: skip
            subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=made.template, check=True)
        made.signins = tuple(json.loads((folder / "signins.json").read_text(encoding="utf-8")))
        yield made
