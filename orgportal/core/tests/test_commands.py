"""Commands that wait for the machinery, and the daily checkpoint."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from branches.tests.factories import NOW
from orgportal.core.audit import read_checkpoints
from orgportal.core.management.commands.ping_worker import wait_for_heartbeat
from orgportal.core.models import Heartbeat
from orgportal.core.tasks import checkpoint_audit, sweep_outbox
from orgportal.core.tests import tampering


def test_waiting_ends_with_a_younger_heartbeat(db: None) -> None:
    Heartbeat.objects.create(name="ping", at=NOW)

    wait_for_heartbeat("ping", NOW - timedelta(seconds=1), 1)
    with pytest.raises(CommandError, match="no ping within 1 s"):
        wait_for_heartbeat("ping", NOW + timedelta(seconds=1), 1)


@pytest.mark.parametrize(("command", "name"), [("ping_worker", "ping"), ("wait_for_tick", "tick")])
def test_commands_give_up_without_an_answer(db: None, command: str, name: str) -> None:
    with pytest.raises(CommandError, match=f"no {name}"):
        call_command(command, "--timeout", "0")


def test_the_daily_checkpoint_goes_to_its_file(db: None, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_CHECKPOINT_FILE = str(tmp_path / "points")
    tampering.write_entries(3)

    assert checkpoint_audit() == 3
    assert [point.entries for point in read_checkpoints(tmp_path / "points")] == [3]


def test_an_empty_outbox_is_swept_for_nothing(db: None) -> None:
    assert sweep_outbox() == 0
