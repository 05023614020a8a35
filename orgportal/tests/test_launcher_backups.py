"""`./portal backup` and `restore` ask Django about the environment's installation, or about the demo."""

import stat
from pathlib import Path

import pytest

from launcher import backups, binaries, environment
from launcher.cli import main
from launcher.demo import only_one
from launcher.paths import ROOT
from launcher.stage import KEYS
from orgportal.tests.test_launcher import postgres_at


@pytest.fixture(autouse=True)
def asked(tmp_path, monkeypatch):
    """What Django was asked, and with which keys and programs."""
    said = tmp_path / "said"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> {said}\necho "$DATABASE_URL $PG_BIN $SECRET_KEY" >> {said}\n')
    python.chmod(stat.S_IRWXU)
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "is_current", lambda name: True)
    monkeypatch.delenv("PG_BIN", raising=False)
    return lambda: said.read_text().splitlines()[-2:]


def test_the_installation_of_the_environment_is_backed_up(tmp_path, monkeypatch, asked):
    monkeypatch.setenv("DATABASE_URL", "postgres://here")
    monkeypatch.setenv("SECRET_KEY", "kept")

    assert main(["backup", "--data", str(tmp_path / "data")]) == 0
    folder = tmp_path / "data" / "backups"
    assert asked() == [f"{ROOT}/manage.py backup --to {folder}", "postgres://here  kept"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert main(["restore", "one.tar", "--replace"]) == 0
    assert asked()[0] == f"{ROOT}/manage.py restore {Path.cwd()}/one.tar --replace"


def test_the_demo_is_backed_up_and_restored_with_its_own_keys(tmp_path, monkeypatch, asked):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://here")
    monkeypatch.setenv("REDIS_URL", "redis://here")
    data = tmp_path / "data"

    assert main(["backup", "--data", str(data), "--to", str(tmp_path / "one.tar")]) == 0
    command, (_url, _bin, key) = asked()[0], asked()[1].split(" ")
    assert command == f"{ROOT}/manage.py backup --to {tmp_path}/one.tar"
    assert key in (data / "secrets.json").read_text()
    assert main(["restore", "one.tar", "--data", str(data)]) == 0
    assert asked()[1].endswith(key)


def test_a_demo_that_runs_is_not_restored_over(tmp_path, monkeypatch, capsys):
    data = tmp_path / "data"
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with only_one(data):
        assert main(["restore", "one.tar", "--data", str(data)]) == 2
    assert "a demo is already running" in capsys.readouterr().err


def test_the_programs_are_those_of_the_demos_server(tmp_path, monkeypatch):
    postgres_at(tmp_path / "debian/17", "17.2")
    fifteen = postgres_at(tmp_path / "debian/15", "15.4")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(backups, "service_account", lambda: None)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/PG_VERSION").write_text("15\n")

    assert backups.with_tools({"A": "1"}, tmp_path) == {"A": "1", "PG_BIN": str(fifteen)}
