"""Takes a backup: one snapshot of the database, the audit checkpoints and the list of configuration."""

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from orgportal.core.backup_files import (
    CHECKPOINTS,
    CONFIGURATION,
    DUMP,
    PARTS,
    Manifest,
    described,
    fingerprints,
    pack,
)
from orgportal.core.configuration import configuration
from orgportal.core.pg_tools import BackupError, connect, run_tool

TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Taken:
    file: Path
    manifest: Manifest


def take(to: Path, *, at: datetime) -> Taken:
    """Write the backup to that file, or under a name of its own into that folder."""
    file = to / f"orgportal-{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.tar" if to.is_dir() else to
    if file.exists():
        raise BackupError(f"{file} is there already: a backup is never written over another")
    if not file.parent.is_dir():
        raise BackupError(f"there is no folder {file.parent}")
    with tempfile.TemporaryDirectory(prefix="backup-", dir=file.parent) as name:
        folder = Path(name)
        # Before the snapshot, so that no checkpoint tells of entries the dump does not have.
        kept = Path(settings.AUDIT_CHECKPOINT_FILE)
        (folder / CHECKPOINTS).write_bytes(kept.read_bytes() if kept.exists() else b"")
        (folder / CONFIGURATION).write_text(json.dumps(configuration(), indent=1, sort_keys=True))
        manifest = _dump(folder, at)
        pack(file, folder, manifest)
    return Taken(file, manifest)


def _dump(folder: Path, at: datetime) -> Manifest:
    with _snapshot() as (cursor, snapshot):
        major = cursor.connection.server_version // 10_000
        name = str(connection.settings_dict["NAME"])
        run_tool(
            "pg_dump", major, "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", f"--file={folder / DUMP}", f"--dbname={name}",
        )  # fmt: skip
        entries, head = last_entry(cursor)
        migrations, tables = applied(cursor), counted(cursor)
    salt = secrets.token_hex(16)
    return Manifest(
        taken_at=at.astimezone(UTC).isoformat(),
        app_version=settings.PORTAL_VERSION,
        server_major=major,
        audit_entries=entries,
        audit_head=head,
        salt=salt,
        keys=fingerprints(salt),
        parts={part: described(folder / part) for part in PARTS},
        migrations=migrations,
        tables=tables,
    )


@contextmanager
def _snapshot() -> Iterator[tuple[Any, str]]:
    """What pg_dump writes and what is counted beside it are the same moment."""
    line = connect(str(connection.settings_dict["NAME"]))
    try:
        line.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with line.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            ((snapshot,),) = cursor.fetchall()
            yield cursor, snapshot
    finally:
        line.close()


def counted(cursor: Any) -> dict[str, int]:
    """Rows per table."""
    cursor.execute(TABLES)
    rows = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  a name out of pg_class
        ((rows[table],),) = cursor.fetchall()
    return rows


def applied(cursor: Any) -> dict[str, list[str]]:
    """Migrations by app, in the order they were applied."""
    found: dict[str, list[str]] = {}
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    for app, name in cursor.fetchall():
        found.setdefault(app, []).append(name)
    return found


def last_entry(cursor: Any) -> tuple[int, str]:
    cursor.execute("SELECT count(*) FROM core_auditentry")
    ((entries,),) = cursor.fetchall()
    cursor.execute("SELECT hash FROM core_auditentry ORDER BY id DESC LIMIT 1")
    row = cursor.fetchone()
    return entries, row[0] if row else ""
