"""pg_dump and pg_restore of the server's own major version, and databases beside the portal's own."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

DEBIAN = Path("/usr/lib/postgresql")
# Every cluster has it, and who may sign in at all may sign in here: names of databases change from outside.
OUTSIDE = "postgres"
Connection = Any


class BackupError(Exception):
    """A backup or restore cannot go on; the text is what its operator reads."""


def places() -> Iterator[Path]:
    """Where the machine may keep PostgreSQL's programs, best first (as `launcher/binaries.py`)."""
    if told := os.environ.get("PG_BIN"):
        yield Path(told)
    yield from sorted(DEBIAN.glob("*/bin"), reverse=True)
    if found := shutil.which("pg_dump"):
        yield Path(found).resolve().parent


def find_tool(name: str, major: int) -> Path:
    """Of that very major version: a newer one writes settings an older server does not know."""
    for place in places():
        if _major_of(place / name) == major:
            return place / name
    raise BackupError(
        f"no {name} of PostgreSQL {major} on this machine: apt-get install postgresql-client-{major}, "
        f"or say where it is with PG_BIN"
    )


def _major_of(program: Path) -> int | None:
    try:
        told = subprocess.run(  # noqa: S603  found by us
            [program, "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(match[1]) if match else None


def run_tool(name: str, major: int, *arguments: str | Path) -> None:
    """Raise BackupError with what it said where it fails. The password goes by the environment, unlisted."""
    done = subprocess.run(  # noqa: S603  found by us
        [find_tool(name, major), *arguments],
        env={**os.environ, **_line()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(f"{name} failed: {done.stderr.strip()[-600:]}")


def _line() -> dict[str, str]:
    """The portal's own server, as libpq reads it."""
    given = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {variable: str(given[key]) for variable, key in named.items() if given[key]}


def connect(name: str) -> Connection:
    """A connection of its own to a database of the portal's server, without the limits of web requests."""
    given = connection.settings_dict
    try:
        return psycopg2.connect(
            dbname=name,
            host=given["HOST"] or None,
            port=given["PORT"] or None,
            user=given["USER"] or None,
            password=given["PASSWORD"] or None,
        )
    except psycopg2.OperationalError as failure:
        raise BackupError(f"the database {name} does not answer: {str(failure).strip()}") from None


@contextmanager
def outside() -> Iterator[Any]:
    """A cursor beside all databases of the portal, each statement by itself."""
    line = connect(OUTSIDE)
    line.autocommit = True
    try:
        with line.cursor() as cursor:
            yield cursor
    finally:
        line.close()


def end_sessions(cursor: Any, name: str) -> None:
    """Ends who is in the database, as far as this role may.

    The server's own autovacuum is nobody's session: a role that is not a superuser is refused when it would
    end it, by WITH (FORCE) too, while DROP and RENAME ask it to leave and wait.
    """
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND pg_has_role(usesysid, 'USAGE')",
        [name],
    )


def drop_database(cursor: Any, name: str) -> None:
    """Gone with whoever is in it, if it was there; each statement must be by itself."""
    end_sessions(cursor, name)
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Meanwhile every row Django reads or writes is one of that database."""
    given = connection.settings_dict
    kept, options = given["NAME"], given["OPTIONS"]
    connection.close()
    given.update(NAME=name, OPTIONS={})
    try:
        yield
    finally:
        connection.close()
        given.update(NAME=kept, OPTIONS=options)
