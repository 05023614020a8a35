"""A backup of the whole database, restored beside it and put in its place, or nothing changed at all."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from branches.tests.factories import NOW
from members.tests.factories import make_user
from orgportal.core import audit, pg_tools
from orgportal.core.backup_files import Manifest, pack, unpack
from orgportal.core.locks import Lock
from orgportal.core.models import AuditEntry, SendHorizon, User
from orgportal.core.pg_tools import (
    BackupError,
    connect,
    connected_to,
    drop_database,
    find_tool,
    outside,
    run_tool,
)
from orgportal.core.tests import tampering
from orgportal.core.workflows import restoring
from orgportal.core.workflows.backing_up import Taken, take

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def points(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "kept" / "points")
    return Path(settings.AUDIT_CHECKPOINT_FILE)


@pytest.fixture
def taken(tmp_path: Path, points: Path) -> Taken:
    """Three entries, one account, one checkpoint."""
    make_user("chen", "陈党员")
    tampering.write_entries(3)
    audit.write_checkpoint(NOW, points)
    return take(tmp_path, at=NOW)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The name of a database beside that is gone afterwards with all that came of it."""
    name = f"{connection.settings_dict['NAME']}_away"[:30]
    yield name
    with outside() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"])
        for (each,) in cursor.fetchall():
            drop_database(cursor, each)


def databases(name: str) -> set[str]:
    with outside() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"])
        return {each for (each,) in cursor.fetchall()}


def restore(file: Path, name: str, *, replace: bool = False, at: datetime = LATER) -> restoring.Restored:
    with connected_to(name):
        return restoring.restore(file, replace=replace, at=at, say=lambda line: None)


def refusal(file: Path, name: str) -> str:
    """What it says, having changed nothing."""
    before = databases(name)
    with pytest.raises(BackupError) as found:
        restore(file, name)
    assert databases(name) == before
    return str(found.value)


def altered(taken: Taken, to: Path, **facts: Any) -> Path:
    """The same rows under a manifest that says something else, properly signed."""
    folder = to.with_suffix(".parts")
    folder.mkdir()
    pack(to, folder, replace(unpack(taken.file, folder), **facts))
    return to


# --- whole


def test_a_backup_comes_back_whole_where_there_was_nothing(taken: Taken, elsewhere: str) -> None:
    told = restore(taken.file, elsewhere)

    assert (told.kept_as, told.entries_lost) == ("", 0)
    with connected_to(elsewhere):
        assert list(User.objects.values_list("user_name", "display_name")) == [("chen", "陈党员")]
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.action, entry.actor, AuditEntry.objects.count()) == ("core.restored", None, 4)
        assert entry.changes["head"] == taken.manifest.audit_head
        horizon = SendHorizon.objects.get()
        assert (horizon.taken_at, horizon.restored_at) == (NOW, LATER)
        call_command("verify_audit", verbosity=0)


def test_the_manifest_says_what_is_in_it(taken: Taken) -> None:
    manifest = taken.manifest

    assert taken.file.name == "orgportal-2026-03-10T010000Z.tar"
    assert (manifest.tables["core_user"], manifest.tables["core_auditentry"]) == (1, 3)
    assert manifest.audit_entries == 3
    assert "0006_send_horizon" in manifest.migrations["core"]


def test_what_is_in_place_is_replaced_when_told_and_kept_under_another_name(
    taken: Taken, elsewhere: str
) -> None:
    restore(taken.file, elsewhere)

    assert "not empty: with --replace" in refusal(taken.file, elsewhere)
    told = restore(taken.file, elsewhere, replace=True, at=LATER + timedelta(hours=1))

    assert databases(elsewhere) == {elsewhere, told.kept_as}
    with connected_to(elsewhere):
        assert AuditEntry.objects.count() == 4


def test_a_database_nobody_wrote_to_is_empty(elsewhere: str) -> None:
    with outside() as cursor:
        cursor.execute(f'CREATE DATABASE "{elsewhere}" TEMPLATE template0')
    found = [restoring._is_empty(elsewhere)]
    line = connect(elsewhere)
    line.autocommit = True
    for statement in (
        "CREATE TABLE core_user (id int); CREATE TABLE core_auditentry (id int)",
        "INSERT INTO core_user VALUES (1)",
    ):
        line.cursor().execute(statement)
        found.append(restoring._is_empty(elsewhere))
    line.close()

    assert found == [True, True, False]


def test_an_older_backup_is_brought_to_todays_tables(tmp_path: Path, elsewhere: str) -> None:
    graph = MigrationLoader(connection).graph
    ((_, last),) = graph.leaf_nodes("core")
    (before,) = (parent.key[1] for parent in graph.node_map["core", last].parents if parent.key[0] == "core")
    call_command("migrate", "core", before, verbosity=0)
    try:
        old = take(tmp_path / "old.tar", at=NOW)
    finally:
        call_command("migrate", verbosity=0)

    restore(old.file, elsewhere)

    assert last not in old.manifest.migrations["core"]
    with connected_to(elsewhere):
        assert ("core", last) in MigrationRecorder(connection).applied_migrations()
        assert SendHorizon.objects.count() == 1


# --- the checkpoints outside


def test_entries_later_checkpoints_know_are_told_as_lost(taken: Taken, elsewhere: str, points: Path) -> None:
    tampering.write_entries(2)
    known = audit.write_checkpoint(NOW + timedelta(hours=1), points)

    told = restore(taken.file, elsewhere)

    assert (told.entries_lost, told.lost_since) == (2, known.at)
    (aside,) = points.parent.glob("points.before-restore-*")
    assert [one.entries for one in audit.read_checkpoints(aside)] == [3, 5]
    assert [one.entries for one in audit.read_checkpoints(points)] == [3, 4]


def test_checkpoints_that_cannot_be_written_stop_it(
    taken: Taken, elsewhere: str, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "file" / "points")

    assert "the audit checkpoints cannot be written" in refusal(taken.file, elsewhere)


# --- refused, nothing changed


def facts(taken: Taken) -> dict[str, tuple[dict[str, Any], str]]:
    manifest: Manifest = taken.manifest
    newer = {**manifest.migrations, "core": [*manifest.migrations["core"], "0099_of_tomorrow"]}
    return {
        "newer schema": ({"migrations": newer}, "it has core.0099_of_tomorrow, which is unknown here"),
        "newer server": ({"server_major": 99}, "the backup is of PostgreSQL 99"),
        "row missing": (
            {"tables": {**manifest.tables, "core_user": 2}},
            "not those of the backup: core_user",
        ),
        "table missing": ({"tables": {**manifest.tables, "core_other": 1}}, "of the backup: core_other"),
    }


@pytest.mark.parametrize("what", ["newer schema", "newer server", "row missing", "table missing"])
def test_what_does_not_fit_is_refused(taken: Taken, elsewhere: str, tmp_path: Path, what: str) -> None:
    changed, said = facts(taken)[what]

    assert said in refusal(altered(taken, tmp_path / "altered.tar", **changed), elsewhere)


def test_a_trail_that_was_tampered_with_is_refused(tmp_path: Path, elsewhere: str) -> None:
    tampering.write_entries(3)
    with tampering.as_table_owner():
        AuditEntry.objects.filter(pk=AuditEntry.objects.order_by("id")[1].pk).update(action="x")

    assert "not sound: entry_altered" in refusal(take(tmp_path, at=NOW).file, elsewhere)


def test_two_restores_at_once_are_refused(taken: Taken, elsewhere: str) -> None:
    with outside() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [Lock.RESTORE, elsewhere])

        assert "another restore of this database is under way" in refusal(taken.file, elsewhere)


def test_a_role_that_may_not_make_databases_is_told_so() -> None:
    """The role of the tests may: only the word is shown here."""
    with pytest.raises(BackupError, match="ALTER ROLE … CREATEDB"):
        restoring._may_begin(is_alone=True, may_create=False)


def test_a_swap_that_fails_where_nothing_was_leaves_nothing(elsewhere: str) -> None:
    with outside() as cursor, pytest.raises(Exception, match="does not exist"):
        restoring._swap(cursor, restoring.Target(elsewhere, "20260310", exists=False))

    assert databases(elsewhere) == set()


def test_a_swap_that_fails_leaves_what_was_there(
    taken: Taken, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(taken.file, elsewhere)
    monkeypatch.setattr(restoring.Target, "before", property(lambda self: "postgres"))  # a name that is taken

    with pytest.raises(Exception, match='database "postgres" already exists'):
        restore(taken.file, elsewhere, replace=True)

    assert databases(elsewhere) == {elsewhere}
    with connected_to(elsewhere):
        assert AuditEntry.objects.count() == 4


# --- where to


def test_a_backup_is_never_written_over_another(taken: Taken, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="never written over another"):
        take(taken.file, at=NOW)
    with pytest.raises(BackupError, match="there is no folder"):
        take(tmp_path / "none" / "one.tar", at=NOW)


# --- the programs


def test_programs_of_another_version_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.2'\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pg_tools, "DEBIAN", tmp_path / "none")

    assert find_tool("pg_dump", 14) == program
    with pytest.raises(BackupError, match="no pg_dump of PostgreSQL 15 on this machine"):
        find_tool("pg_dump", 15)
    program.write_text("#!/bin/sh\necho nonsense\n")
    with pytest.raises(BackupError, match="PG_BIN"):
        find_tool("pg_dump", 14)


def test_programs_on_the_path_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(pg_tools, "DEBIAN", tmp_path)
    (tmp_path / "pg_dump").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert list(pg_tools.places()) == [Path("/bin/true").resolve().parent]


def test_what_a_program_says_is_told() -> None:
    with outside() as cursor:
        major = cursor.connection.server_version // 10_000

    with pytest.raises(BackupError, match=r"pg_restore failed: .*no-such-dump"):
        run_tool("pg_restore", major, "--list", "/no-such-dump")


def test_a_server_that_does_not_answer_is_said() -> None:
    with pytest.raises(BackupError, match="the database no_such_database does not answer"):
        connect("no_such_database")


# --- the commands


def test_commands_say_what_they_did(
    tmp_path: Path, elsewhere: str, points: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.tar"
    make_user("chen")
    with suppress(OSError):
        points.unlink()

    call_command("backup", "--to", str(file))
    with connected_to(elsewhere):
        call_command("restore", str(file))
        assert [one.entries for one in audit.read_checkpoints(points)] == [1]
        audit.write_checkpoint(timezone.now(), points)
        call_command("restore", str(file), "--replace")
    said = capsys.readouterr().out

    for words in (
        str(file),
        "rows of",
        "not sent again: 0",
        "ended: 0 sessions",
        "is kept as",
        "lost: 1 or more",
    ):
        assert words in said


def test_commands_say_why_not(tmp_path: Path) -> None:
    (tmp_path / "one.tar").touch()

    with pytest.raises(CommandError, match="never written over another"):
        call_command("backup", "--to", str(tmp_path / "one.tar"))
    with pytest.raises(CommandError, match="nothing was changed: the file is cut off"):
        call_command("restore", str(tmp_path / "one.tar"))
