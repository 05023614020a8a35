"""Databases of a given size beside DATABASE_URL's: made once, kept while nothing changed."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench._scale.fill import fill
from orgportal.core.pg_tools import drop_database, outside

ROOT = Path(__file__).resolve().parent.parent.parent
EMPTY = "scale_empty"
SEED = 2026


@contextmanager
def installation(branches: int, members: int, seed: int = SEED) -> Iterator[str]:
    """This process works in such a database meanwhile; gives its URL for others."""
    home, name = connection.settings_dict["NAME"], f"scale_{branches}_{members}"
    wanted = f"{seed} {timezone.localdate()} {_makers()}"
    if _mark(name) != wanted:
        _drop(name)
        _migrated(home)
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{EMPTY}"')
        _work_in(name)
        filled = fill(branches, members, seed=seed, at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        _admin(f"COMMENT ON DATABASE \"{name}\" IS '{wanted}'")
        print(f"made {branches:,} branches and {members:,} members in {filled.total:.0f} s", flush=True)
    _work_in(name)
    try:
        yield url_of(name)
    finally:
        _work_in(home)


@contextmanager
def own_copy(branches: int, members: int, seed: int = SEED) -> Iterator[str]:
    """The same to write in, from several processes; gone afterwards."""
    home = connection.settings_dict["NAME"]
    with installation(branches, members, seed) as kept:
        source, name = urlsplit(kept).path[1:], f"scale_copy_{os.getpid()}"
        _work_in(home)
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        _work_in(name)
        try:
            yield url_of(name)
        finally:
            _work_in(home)
            _drop(name)


def url_of(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _work_in(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _migrated(home: str) -> None:
    """The empty schema, migrated once and copied."""
    if _mark(EMPTY) == _makers():
        return
    _drop(EMPTY)
    _admin(f'CREATE DATABASE "{EMPTY}"')
    _work_in(EMPTY)
    call_command("migrate", verbosity=0)
    _work_in(home)
    _admin(f"COMMENT ON DATABASE \"{EMPTY}\" IS '{_makers()}'")


def _makers() -> str:
    """A name for the code that shapes the data: migrations and makers."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("orgportal/*/migrations/*.py")]
    files += [*Path(__file__).parent.glob("*.py"), *Path(__file__).parent.glob("sql/*.sql")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:16]


def _mark(name: str) -> str | None:
    asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    found = _admin(asked, name)
    return found[0][0] if found else None


def _drop(name: str) -> None:
    with outside() as cursor:
        drop_database(cursor, name)


def _admin(order: str, *values: str) -> list[tuple[str | None]]:
    """Outside any transaction, as orders on whole databases are."""
    with outside() as cursor:
        cursor.execute(order, values or None)
        return cursor.fetchall() if cursor.description else []
