"""The demo district behind a real web server, and a browser that counts what a hand does."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from orgportal.core.pg_tools import drop_database

ROOT = Path(__file__).parent.parent
PHONE, DESK = {"width": 360, "height": 760}, {"width": 1280, "height": 800}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-quic",
)


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the demo answers, what is behind it, and who may sign in."""

    url: str
    env: dict[str, str]
    signins: tuple[dict[str, str], ...]

    def signin(self, user_name: str) -> dict[str, str]:
        return next(line for line in self.signins if line["user_name"] == user_name)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg2.connect(self.env["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def today(self) -> date:
        """By the portal's calendar, whatever the machine's."""
        ((today,),) = self.query("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
        return cast("date", today)

    def execute(self, sql: str, *values: Any, **named: Any) -> None:
        """Changes in one transaction, where the scenario needs a day no page has."""
        with psycopg2.connect(self.env["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'Asia/Shanghai'")
            cursor.execute(sql, named or values)


def chromium() -> str | None:
    """Debian's browser: nothing is downloaded."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def demo_stack(settings: str = "orgportal.settings", *, members: int | None = None) -> Iterator[Stack]:
    """The demo in a database of its own beside DATABASE_URL's, served by gunicorn; gone afterwards.

    `members`: a smaller district, for a scenario that lives in one branch of it.
    """
    with tempfile.TemporaryDirectory(prefix="portal-stack-") as folder, _database() as database:
        env = _environment(Path(folder), database, settings)
        load = ["load_demo", *([f"--members={members}"] if members else [])]
        for step in (["migrate", "-v0"], load, ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=env, check=True)
        signins = json.loads(Path(env["DEMO_SIGNINS_FILE"]).read_text(encoding="utf-8"))
        with _served(env) as url:
            yield Stack(url, env, tuple(signins))


@contextmanager
def _database() -> Iterator[str]:
    given = urlsplit(os.environ["DATABASE_URL"])
    name = f"stack_{os.getpid()}"
    admin = psycopg2.connect(os.environ["DATABASE_URL"])
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(given._replace(path=f"/{name}"))
        with admin.cursor() as cursor:
            drop_database(cursor, name)
    finally:
        admin.close()


def _environment(folder: Path, database: str, settings: str = "orgportal.settings") -> dict[str, str]:
    keys = ("SECRET_KEY", "ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        **{key: os.environ.get(key, f"{key}-of-a-throw-away-stack-{os.urandom(24).hex()}") for key in keys},
        "PORTAL_MODE": "demo",
        "DATABASE_URL": database,
        "DEMO_SIGNINS_FILE": str(folder / "signins.json"),
        "AUDIT_CHECKPOINT_FILE": str(folder / "checkpoints.jsonl"),
        "STATIC_ROOT": str(folder / "static"),
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def _served(env: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "orgportal.wsgi:application", "--workers", "2"]
    command += ["--timeout", "180"]  # a drill may share its machine with others
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket"]
    server = subprocess.Popen(command, cwd=ROOT, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/healthz")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


@contextmanager
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        raise SystemExit("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield running
        running.close()


@contextmanager
def signed_in(
    running: Browser,
    stack: Stack,
    user_name: str,
    *,
    size: dict[str, int] = DESK,
    language: str = "zh-hans",
    scripts: bool = True,
) -> Iterator[Page]:
    """A fresh browser profile, signed in, on the first screen; `scripts=False` runs none of the page's."""
    context: BrowserContext = running.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="zh-CN",
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("console", lambda message: _note(page, message.type, message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.goto(f"{stack.url}/")
    line = stack.signin(user_name)
    page.fill("input[name=username]", line["user_name"])
    page.fill("input[name=password]", line["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(rf"^{re.escape(stack.url)}/(?!sign-in)"))
    switch_language(page, language)
    yield page
    context.close()


def switch_language(page: Page, language: str) -> None:
    """Through the switch in the frame, as a person would; a page already in that language stays."""
    if not (page.get_attribute("html", "lang") or "").lower().startswith(language):
        page.locator('form[action*="language"] button').first.click()
        page.wait_for_load_state()


def _note(page: Page, kind: str, text: str) -> None:
    # htmx speaks of every request it gives up when the page is left; that is no fault of the page.
    if kind == "error" and not text.startswith("htmx:"):
        page.problems.append(text)  # type: ignore[attr-defined]


@dataclass(slots=True)
class Hands:
    """Counts each click, choice and typed field, as product.md 3 does; signing in is not counted."""

    page: Page
    done: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.done)

    def click(self, selector: str) -> None:
        self.done.append(f"click {selector}")
        self.page.locator(selector).first.click()

    def type(self, selector: str, text: str) -> None:
        self.done.append(f"type {selector}")
        self.page.locator(selector).first.fill(text)

    def choose(self, selector: str, value: str) -> None:
        self.done.append(f"choose {selector}")
        self.page.locator(selector).first.select_option(value)

    def pick_time(self, selector: str, value: str) -> None:
        """A time has a field of its own in the browser; it counts as any other."""
        Hands.type(self, selector, value)
