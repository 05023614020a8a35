"""Restores a backup: all is checked first, built in a database beside, proved, and put in place at once.

Until the last step the portal's database is untouched; that step is two renames. What was in place before is
kept under another name.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from orgportal.core import audit
from orgportal.core.backup_files import CHECKPOINTS, DUMP, Manifest, unpack
from orgportal.core.locks import Lock
from orgportal.core.pg_tools import (
    BackupError,
    connect,
    connected_to,
    drop_database,
    end_sessions,
    outside,
    run_tool,
)
from orgportal.core.workflows.backing_up import applied, counted
from orgportal.core.workflows.rolling_back import Rolled, mark_restored

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place, what was there before ("" if nothing), and what is known to be lost."""

    manifest: Manifest
    kept_as: str
    rolled: Rolled
    entries_lost: int
    lost_since: str


@dataclass(frozen=True, slots=True)
class Target:
    """The portal's database, and the names beside it."""

    name: str
    stamp: str
    exists: bool

    @property
    def beside(self) -> str:
        return f"{self.name[:30]}_restore_{self.stamp}"

    @property
    def before(self) -> str:
        return f"{self.name[:30]}_before_{self.stamp}"


def restore(file: Path, *, replace: bool, at: datetime, say: Say) -> Restored:
    """Put the backup in the place of the portal's database; BackupError, and nothing changed, where not."""
    beside = file.parent if os.access(file.parent, os.W_OK) else None  # /tmp may be small
    with tempfile.TemporaryDirectory(prefix="restore-", dir=beside) as name, outside() as cursor:
        folder = Path(name)
        manifest = unpack(file, folder)
        target = _checked(cursor, manifest, at, replace=replace)
        run_tool("pg_restore", _major(cursor), "--list", "--file=/dev/null", folder / DUMP)
        say(f"the backup of {manifest.taken_at} is whole: {sum(manifest.tables.values())} rows")
        points = audit.read_checkpoints(folder / CHECKPOINTS)
        lost, since = _lost(manifest)
        with _built(cursor, target, manifest, folder):
            _prove(target, manifest, points)
            say("restored beside the portal's database: row counts and audit trail as in the backup")
            rolled = _finish(target, manifest, lost, at)
            points_file = _checkpoints_beside(folder / CHECKPOINTS)
            _swap(cursor, target)
        _renew_checkpoints(points_file, target.stamp, at)
        return Restored(manifest, target.before if target.exists else "", rolled, lost, since)


# --- before anything is touched


def _major(cursor: Any) -> int:
    major: int = cursor.connection.server_version // 10_000
    return major


def _checked(cursor: Any, manifest: Manifest, at: datetime, *, replace: bool) -> Target:
    if manifest.server_major > _major(cursor):
        raise BackupError(
            f"the backup is of PostgreSQL {manifest.server_major}, this server is {_major(cursor)}: "
            f"it would have to be as new"
        )
    known = set(MigrationLoader(None).disk_migrations)
    if newer := [f"{app}.{one}" for app, names in manifest.migrations.items() for one in names
                 if (app, one) not in known]:  # fmt: skip
        raise BackupError(
            f"the backup was made by a newer version ({manifest.app_version}) than this one "
            f"({settings.PORTAL_VERSION}): it has {newer[0]}, which is unknown here"
        )
    name = str(connection.settings_dict["NAME"])
    # A server may hold the databases of several installations: each is restored by itself.
    cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s)), rolcreatedb OR rolsuper FROM pg_roles "
                   "WHERE rolname = current_user", [Lock.RESTORE, name])  # fmt: skip
    is_alone, may_create = cursor.fetchone()
    _may_begin(is_alone=is_alone, may_create=may_create)
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    target = Target(name, f"{at.astimezone(UTC):%Y%m%d%H%M%S}", cursor.fetchone() is not None)
    if target.exists and not replace and not _is_empty(target.name):
        raise BackupError(
            f"the database {target.name} is not empty: with --replace the backup takes its place, and it is "
            f"kept under another name"
        )
    return target


def _may_begin(*, is_alone: bool, may_create: bool) -> None:
    if not is_alone:
        raise BackupError("another restore of this database is under way")
    if not may_create:
        raise BackupError("the portal's role may not make a database: ALTER ROLE … CREATEDB, then again")


def _is_empty(name: str) -> bool:
    """No table, or tables nobody has written to: no account and no audit entry."""
    line = connect(name)
    try:
        with line.cursor() as cursor:
            cursor.execute("SELECT to_regclass('core_user') IS NULL")
            if cursor.fetchone()[0]:
                return True
            cursor.execute(
                "SELECT NOT EXISTS (SELECT FROM core_user) AND NOT EXISTS (SELECT FROM core_auditentry)"
            )
            return bool(cursor.fetchone()[0])
    finally:
        line.close()


def _lost(manifest: Manifest) -> tuple[int, str]:
    """Entries this machine's checkpoints know of and the backup has not, and the last checkpoint's moment."""
    points = [
        one for one in audit.read_checkpoints(Path(settings.AUDIT_CHECKPOINT_FILE))
        if one.is_genuine and one.entries > manifest.audit_entries
    ]  # fmt: skip
    last = max(points, key=lambda one: one.entries, default=None)
    return (last.entries - manifest.audit_entries, last.at) if last else (0, "")


# --- beside the portal's database


@contextmanager
def _built(cursor: Any, target: Target, manifest: Manifest, folder: Path) -> Iterator[None]:
    """The backup in a database of its own; gone again unless everything that follows succeeds."""
    cursor.execute(f'CREATE DATABASE "{target.beside}" TEMPLATE template0')
    try:
        run_tool(
            "pg_restore", _major(cursor), "--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2",
            f"--dbname={target.beside}", folder / DUMP,
        )  # fmt: skip
        yield
    except BaseException:
        drop_database(cursor, target.beside)
        raise


def _prove(target: Target, manifest: Manifest, points: list[audit.Checkpoint]) -> None:
    """Every row is there, and the audit trail is the one that was saved."""
    line = connect(target.beside)
    try:
        with line.cursor() as cursor:
            rows, migrations = counted(cursor), applied(cursor)
    finally:
        line.close()
    differing = {table for table in rows | manifest.tables if rows.get(table) != manifest.tables.get(table)}
    if differing or migrations != manifest.migrations:
        raise BackupError(f"restored rows are not those of the backup: {', '.join(sorted(differing)[:5])}")
    with connected_to(target.beside):
        verdict = audit.verify(points)
    if not verdict.is_sound:
        raise BackupError(f"the audit trail in the backup is not sound: {verdict.fault}")


def _finish(target: Target, manifest: Manifest, lost: int, at: datetime) -> Rolled:
    """Brought to this version's tables, and marked as restored."""
    with connected_to(target.beside):
        call_command("migrate", verbosity=0, interactive=False)
        return mark_restored(
            datetime.fromisoformat(manifest.taken_at), manifest.app_version, lost, manifest.audit_head, at=at
        )


def _swap(cursor: Any, target: Target) -> None:
    """Both names in one transaction: a program that reads the portal's database finds one or the other."""
    connection.close()
    if target.exists:
        # Or a worker that comes back at once would be in the way of the renaming.
        cursor.execute(f'ALTER DATABASE "{target.name}" ALLOW_CONNECTIONS false')
    try:
        for name in (target.name, target.beside):
            end_sessions(cursor, name)
        cursor.execute("BEGIN")
        if target.exists:
            cursor.execute(f'ALTER DATABASE "{target.name}" RENAME TO "{target.before}"')
        cursor.execute(f'ALTER DATABASE "{target.beside}" RENAME TO "{target.name}"')
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        if target.exists:
            cursor.execute(f'ALTER DATABASE "{target.name}" ALLOW_CONNECTIONS true')
        raise


def _checkpoints_beside(saved: Path) -> Path:
    """The backup's checkpoints where the machine's are, not yet under their name."""
    part = Path(settings.AUDIT_CHECKPOINT_FILE + ".part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(saved.read_bytes())
    except OSError as failure:
        raise BackupError(f"the audit checkpoints cannot be written: {failure}") from None
    return part


def _renew_checkpoints(part: Path, stamp: str, at: datetime) -> None:
    """From here on the trail is held against the backup's checkpoints; the machine's own are set aside."""
    file = Path(settings.AUDIT_CHECKPOINT_FILE)
    if file.exists():
        file.rename(file.with_name(f"{file.name}.before-restore-{stamp}"))
    part.rename(file)
    audit.write_checkpoint(at, file)
