"""The file of a backup: read back whole, or refused for what is wrong with it, each thing by its name."""

import io
import json
import re
import stat
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launcher.paths import ROOT
from orgportal.core import backup_files
from orgportal.core.backup_files import MANIFEST, PARTS, Manifest, described, fingerprints, pack, unpack
from orgportal.core.configuration import OPEN, SECRETS, configuration
from orgportal.core.pg_tools import BackupError


def manifest_of(folder: Path) -> Manifest:
    return Manifest(
        taken_at="2026-03-10T01:00:00+00:00", app_version="0.1", server_major=15, salt="ab",
        migrations={"core": ["0001_initial"]}, tables={"core_user": 3}, audit_entries=2, audit_head="00",
        keys=fingerprints("ab"), parts={name: described(folder / name) for name in PARTS},
    )  # fmt: skip


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number, name in enumerate(PARTS):
        (folder / name).write_bytes(name.encode() * 500 * number)
    return folder


@pytest.fixture
def backup(parts: Path, tmp_path: Path) -> Path:
    pack(tmp_path / "one.tar", parts, manifest_of(parts))
    return tmp_path / "one.tar"


def refusal(file: Path, tmp_path: Path) -> str:
    to = tmp_path / "out"
    to.mkdir(exist_ok=True)
    with pytest.raises(BackupError) as found:
        unpack(file, to)
    return str(found.value)


def rebuilt(file: Path, to: Path, change: Any) -> Path:
    """The same archive with other contents, properly closed: put together by somebody who knows how."""
    with tarfile.open(file) as old:
        found = {entry.name: old.extractfile(entry).read() for entry in old}  # type: ignore[union-attr]
    change(found)
    with to.open("w+b") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name, content in found.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        backup_files.close(out)
    return to


def test_what_was_packed_is_unpacked_and_nobody_else_may_read_it(
    backup: Path, parts: Path, tmp_path: Path
) -> None:
    to = tmp_path / "out"
    to.mkdir()

    assert unpack(backup, to) == manifest_of(parts)
    assert {name: (to / name).read_bytes() for name in PARTS} == {
        name: (parts / name).read_bytes() for name in PARTS
    }
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("missing", [1, 70, 200, 9000])
def test_a_file_cut_off_is_refused(backup: Path, tmp_path: Path, missing: int) -> None:
    backup.write_bytes(backup.read_bytes()[:-missing])

    assert "cut off" in refusal(backup, tmp_path)


def test_an_empty_file_and_none_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert "cut off" in refusal(tmp_path / "empty", tmp_path)
    assert "is no file" in refusal(tmp_path / "none", tmp_path)


@pytest.mark.parametrize("place", [3, 300, 700, 5000, -3000, -40])
def test_a_turned_bit_is_refused(backup: Path, tmp_path: Path, place: int) -> None:
    content = bytearray(backup.read_bytes())
    content[place] ^= 4
    backup.write_bytes(content)

    assert "damaged" in refusal(backup, tmp_path)


@pytest.mark.parametrize("name", [MANIFEST, *PARTS])
def test_a_missing_part_is_named(backup: Path, tmp_path: Path, name: str) -> None:
    file = rebuilt(backup, tmp_path / "less.tar", lambda found: found.pop(name))

    assert refusal(file, tmp_path) == f"{name} is missing in the backup"


def test_another_part_under_the_old_manifest_is_refused(backup: Path, tmp_path: Path) -> None:
    file = rebuilt(backup, tmp_path / "other.tar", lambda found: found.update({PARTS[0]: b"other rows"}))

    assert "database.dump is not what the manifest says" in refusal(file, tmp_path)


def test_a_manifest_changed_by_hand_is_refused(backup: Path, tmp_path: Path) -> None:
    def change(found: dict[str, bytes]) -> None:
        facts = json.loads(found[MANIFEST])
        found[MANIFEST] = json.dumps({**facts, "audit_entries": 1}).encode()

    file = rebuilt(backup, tmp_path / "forged.tar", change)

    assert "the backup was altered" in refusal(file, tmp_path)


@pytest.mark.parametrize("name", backup_files.KEYS)
def test_another_key_is_named(backup: Path, tmp_path: Path, settings: Any, name: str) -> None:
    setattr(settings, name, "another-key-of-another-machine-0123456789")

    assert f"made under another {name}:" in refusal(backup, tmp_path)


def test_a_later_format_is_refused(parts: Path, tmp_path: Path) -> None:
    pack(tmp_path / "two.tar", parts, replace(manifest_of(parts), format=2))

    assert "format 2, this version reads 1" in refusal(tmp_path / "two.tar", tmp_path)


def test_no_key_can_be_read_from_its_fingerprint(settings: Any) -> None:
    told = fingerprints("one")

    assert all(getattr(settings, name) not in value for name, value in told.items())
    assert set(told.values()).isdisjoint(fingerprints("two").values())


# --- the list of configuration


def test_configuration_tells_values_and_never_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_HOST", "mail.example.cn")
    monkeypatch.delenv("VIRUS_SCANNER", raising=False)
    monkeypatch.setenv("SECRET_KEY", "hidden-words")
    monkeypatch.setenv("DATABASE_URL", "postgres://portal:hidden-words@db/orgportal")

    told = configuration()

    assert (told["EMAIL_HOST"], told["VIRUS_SCANNER"], told["SECRET_KEY"]) == (
        "mail.example.cn", None, "(secret)",
    )  # fmt: skip
    assert "hidden-words" not in json.dumps(told)


def test_every_setting_of_the_runbook_is_in_the_list_and_no_other() -> None:
    table = (ROOT / "docs/runbook.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    # What `./portal` alone reads says where things are on one machine.
    assert named - {"PORTAL_DATA", "PORTAL_VENV"} == {*OPEN, *SECRETS}


def test_every_setting_that_is_read_is_in_the_list() -> None:
    files = [ROOT / "orgportal/celery.py", *(ROOT / "orgportal").glob("settings*.py")]
    read = {
        name
        for file in files
        if file.name != "settings_test.py"
        for name in re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', file.read_text())
    }

    assert read <= {*OPEN, *SECRETS}
