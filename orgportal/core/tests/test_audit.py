"""The audit trail: insert-only in the database, chained, and every tampering found and named."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from branches.models import Organization
from branches.tests.factories import NOW
from conftest import World
from orgportal.core import audit
from orgportal.core.audit import FIRST, Verdict
from orgportal.core.logs import Trace, trace
from orgportal.core.models import AuditEntry
from orgportal.core.tests import tampering


@pytest.fixture
def trail(db: None) -> list[int]:
    return tampering.write_entries()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET actor_name = 'x'",
        "UPDATE core_auditentry SET hash = hash",
        "DELETE FROM core_auditentry",
        "INSERT INTO core_auditentry SELECT * FROM core_auditentry ON CONFLICT (id) DO UPDATE SET path = 'x'",
    ],
)
def test_database_refuses_change(trail: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_database_refuses_truncate(trail: list[int]) -> None:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_no_truncate")

    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE core_auditentry CASCADE")


def test_models_cannot_change_an_entry_either(trail: list[int]) -> None:
    entry = AuditEntry.objects.get(pk=trail[0])

    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_entry_says_who_what_where_and_under_which_request(world: World) -> None:
    token = trace.set(Trace("abc123", "10.1.2.3"))
    entry = audit.record(
        actor=world.user("li"),
        action="member.corrected",
        target=world.a,
        at=NOW,
        changes={"name": ["a", "b"]},
    )
    trace.reset(token)

    kept = AuditEntry.objects.get(pk=entry.pk)
    assert (kept.actor_name, kept.target_type, kept.target_id) == (
        "李书记",
        "branches.organization",
        world.a.pk,
    )
    assert (kept.path, kept.request_id, kept.address) == (world.a.path, "abc123", "10.1.2.3")
    assert kept.changes == {"name": ["a", "b"]}
    assert kept.previous_hash == FIRST
    assert audit.digest(kept) == kept.hash


def test_sound_trail_verifies(trail: list[int], tmp_path: Path) -> None:
    audit.write_checkpoint(NOW, tmp_path / "points")
    tampering.write_entries(3)
    audit.write_checkpoint(NOW, tmp_path / "points")

    assert audit.verify(audit.read_checkpoints(tmp_path / "points")) == Verdict(15)


def test_empty_trail_verifies(db: None, tmp_path: Path) -> None:
    audit.write_checkpoint(NOW, tmp_path / "new" / "points")

    assert audit.verify(audit.read_checkpoints(tmp_path / "new" / "points")) == Verdict(0)
    assert audit.read_checkpoints(tmp_path / "missing") == []


@pytest.mark.parametrize("name", tampering.ACTS)
def test_tampering_is_found_and_named(trail: list[int], tmp_path: Path, name: str) -> None:
    point = audit.write_checkpoint(NOW, tmp_path / "points")
    act, fault = tampering.ACTS[name]

    with tampering.as_table_owner():
        bad = act(trail)
    verdict = audit.verify([point])

    assert (verdict.fault, verdict.entry_id) == (fault, bad)


@pytest.mark.parametrize("name", ["cut tail", "whole rewrite"])
def test_the_chain_alone_cannot_see_these(trail: list[int], name: str) -> None:
    with tampering.as_table_owner():
        tampering.ACTS[name][0](trail)

    assert audit.verify().is_sound


def test_forged_checkpoint_is_found(trail: list[int], tmp_path: Path) -> None:
    file = tmp_path / "points"
    audit.write_checkpoint(NOW, file)
    line = json.loads(file.read_text())
    file.write_text(json.dumps({**line, "entries": 3}) + "\n\n")

    assert audit.verify(audit.read_checkpoints(file)).fault == "checkpoint_forged"


def test_commands(trail: list[int], tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "points"
    call_command("checkpoint_audit", "--file", str(file))
    call_command("verify_audit", "--checkpoint", str(file))
    assert "sound: 12 entries, 1 checkpoints" in capsys.readouterr().out

    with tampering.as_table_owner():
        tampering.edit(trail)
    with pytest.raises(CommandError, match=f"entry_altered at entry {trail[4]}"):
        call_command("verify_audit", "--checkpoint", str(file))


def test_command_names_the_checkpoint_that_shows_it(trail: list[int], tmp_path: Path) -> None:
    file = tmp_path / "points"
    point = audit.write_checkpoint(NOW, file)
    with tampering.as_table_owner():
        tampering.cut_tail(trail)

    with pytest.raises(CommandError, match=f"tail_cut, shown by the checkpoint of {point.at[:10]}"):
        call_command("verify_audit", "--checkpoint", str(file))


def test_action_fails_with_its_entry(world: World) -> None:
    def act() -> None:
        with transaction.atomic():
            Organization.unscoped.filter(pk=world.a.pk).update(name="改名")
            audit.record(actor=None, action="x" * 100, target=None, at=NOW)

    with pytest.raises(DatabaseError):
        act()

    world.a.refresh_from_db()
    assert world.a.name != "改名"


@pytest.mark.django_db(transaction=True)
def test_writers_take_turns_and_the_chain_holds() -> None:
    barrier = threading.Barrier(4)

    def write() -> None:
        barrier.wait()
        tampering.write_entries(10)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert audit.verify() == Verdict(40)
