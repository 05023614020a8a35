"""`./portal demo`: the whole system on its own data, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launcher import catalogues, environment
from launcher.errors import LauncherError
from launcher.paths import PYTHON, ROOT, RUN
from launcher.processes import Child, is_taken, wait_for
from launcher.servers import Servers
from launcher.stage import PASSWORDS, demo_environment, kept_secrets, write_private

RESTARTS_ALLOWED = 5
# Seconds until silence counts as failure: ten times what a quiet machine needs.
PATIENCE = 180


def demo(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="portal demo", description="Run the whole system with demo data.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=RUN)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    if is_taken(options.port):
        raise LauncherError(
            f"port {options.port} is taken: stop what listens there, or choose another with --port"
        )
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.default_int_handler)
    try:
        with only_one(options.data.resolve()) as data, running_servers(data) as env, ExitStack() as stack:
            prepare(env)
            children = programs(env, data, options.port)
            stack.callback(stop_all, children)
            start_and_wait(children, env, options.port)
            announce(data, options.port, time.monotonic() - began)
            supervise(children)
    except KeyboardInterrupt:
        print("stopped", flush=True)
    return 0


@contextmanager
def only_one(data: Path) -> Iterator[Path]:
    """Two launchers on one data folder would be two beats and two masters of one database."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LauncherError(f"a demo is already running on {data}") from None
        yield data


@contextmanager
def running_servers(data: Path) -> Iterator[dict[str, str]]:
    """The demo's environment with both servers up; readable to `./portal manage` while it lasts."""
    environment.ensure(environment.RUNTIME)
    keys = kept_secrets(data)
    postgres, redis = (keys[name] for name in PASSWORDS)
    with Servers(data, data / "log", (postgres, redis), durable=True) as servers:
        env = demo_environment(data, keys, servers.env)
        running = data / "running.json"
        write_private(running, json.dumps(servers.env))
        try:
            yield env
        finally:
            running.unlink(missing_ok=True)


@contextmanager
def borrowed_servers(data: Path) -> Iterator[dict[str, str]]:
    """The servers of the demo that runs on this data now, or ours for the length of one command."""
    running = data / "running.json"
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(data))
        except LauncherError:
            if not running.exists():
                raise LauncherError(f"the demo on {data} is still starting") from None
            environment.ensure(environment.RUNTIME)
            yield demo_environment(data, kept_secrets(data), json.loads(running.read_text()))
        else:
            yield stack.enter_context(running_servers(data))


def prepare(env: Mapping[str, str]) -> None:
    """Everything here may be repeated on data that already has it."""
    catalogues.compile_stale()
    print("collecting static files, migrating, loading the demo data", flush=True)
    static = environment.begin(["manage.py", "collectstatic", "--noinput", "-v0"], env)
    ask_django(["migrate", "--noinput", "-v0"], env)
    ask_django(["load_demo"], env)
    said, _ = static.communicate()
    if static.returncode != 0:
        raise LauncherError(f"manage collectstatic failed:\n{said.strip()[-3000:]}")


def ask_django(arguments: list[str], env: Mapping[str, str]) -> str:
    """What the management command printed; a failure stops the launcher with what it said."""
    done = environment.ask(["manage.py", *arguments], env)
    if done.returncode != 0:
        raise LauncherError(f"manage {arguments[0]} failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")
    return done.stdout


def programs(env: Mapping[str, str], data: Path, port: int) -> list[Child]:
    """Web, worker and beat, in the order they start; each with its own log."""
    celery = ["-m", "celery", "-A", "orgportal.celery"]
    web = f"orgportal.wsgi:application --bind 127.0.0.1:{port} --workers 2 --no-control-socket"
    worker = (
        f"worker --concurrency 2 --loglevel INFO --without-mingle --without-gossip --hostname demo-{port}@%h"
    )
    commands = {
        "web": ["-m", "gunicorn", *web.split()],
        "worker": [*celery, *worker.split()],
        "beat": [
            *celery,
            "beat",
            "--loglevel",
            "INFO",
            "--schedule",
            str(data / "beat-schedule"),
            "--pidfile=",
        ],
    }
    return [
        Child(name, [str(PYTHON), *command], data / "log" / f"{name}.log", env=env, cwd=ROOT)
        for name, command in commands.items()
    ]


def stop_all(children: list[Child]) -> None:
    """Beat first, so that nothing new is sent; the web before the worker that serves its outbox."""
    for name in ("beat", "web", "worker"):
        next(child for child in children if child.name == name).stop()


def start_and_wait(children: list[Child], env: Mapping[str, str], port: int) -> None:
    """Return once a page, a task round trip and a beat tick have all answered."""
    print("starting web, worker and beat", flush=True)
    for child in children:
        child.start()
    web, worker, beat = children
    questions = {"ping_worker": worker, "wait_for_tick": beat}
    asked = {
        name: environment.begin(["manage.py", name, "--timeout", str(PATIENCE)], env) for name in questions
    }
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), web, PATIENCE)
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/sign-in/"), web, PATIENCE)
    for name, child in questions.items():
        said, _ = asked[name].communicate()
        if asked[name].returncode != 0:
            raise LauncherError(
                f"manage {name}: {said.strip()[-800:]}\nthe end of {child.log}:\n{child.tail()}"
            )
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"), web, PATIENCE)


def answers(address: str) -> bool:
    """Whether the page comes (after redirects, as a browser follows them)."""
    try:
        with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310  our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def announce(data: Path, port: int, seconds: float) -> None:
    print(f"\nready: http://127.0.0.1:{port}/", flush=True)
    print(f"({seconds:.0f} s; Ctrl-C stops everything)\n\n{table(listed(data))}\n", flush=True)


def listed(data: Path) -> list[dict[str, str]]:
    """The sign-ins as the demo's loader noted them."""
    file = data / "signins.json"
    if not file.exists():
        raise LauncherError(f"no demo has been loaded on {data} yet: ./portal demo does it")
    rows: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def table(rows: list[dict[str, str]]) -> str:
    return "\n".join(
        f"{row['user_name']:12}{row['password']:20}{row['role']:12}{row['branch']}" for row in rows
    )


def supervise(children: list[Child], pause: float = 1) -> None:
    """Restart what dies; give up, with its log, on one that will not stay up."""
    restarts = {child.name: 0 for child in children}
    while True:
        time.sleep(pause)
        for child in children:
            if child.is_alive:
                continue
            restarts[child.name] += 1
            if restarts[child.name] > RESTARTS_ALLOWED:
                raise LauncherError(
                    f"{child.name} stopped {RESTARTS_ALLOWED} times; the end of its log:\n{child.tail()}"
                )
            print(f"{child.name} stopped: starting it again ({child.log})", flush=True)
            child.start()


def manage(arguments: list[str]) -> int:
    """`./portal manage …`: on the servers the environment names, else on the demo's."""
    environment.ensure(environment.RUNTIME)
    command = [str(ROOT / "manage.py"), *arguments]
    if "DATABASE_URL" in os.environ and "SECRET_KEY" in os.environ:
        return environment.hand_over(command, cwd=Path.cwd())
    with borrowed_servers(RUN.resolve()) as env:
        return environment.hand_over(command, env, cwd=Path.cwd())


def signins(arguments: list[str]) -> int:
    """`./portal signins [--json] [--data DIR]`."""
    parser = argparse.ArgumentParser(prog="portal signins", description="List the demo sign-ins.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=RUN)
    options = parser.parse_args(arguments)
    rows = listed(options.data.resolve())
    print(json.dumps(rows, ensure_ascii=False, indent=1) if options.json else table(rows))
    return 0
