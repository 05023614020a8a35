"""The launcher finds what is usable, keeps its promises about the environment, and refuses in one line."""

import ast
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import binaries, environment, testrun
from launcher.cli import COMMANDS, HELP, main
from launcher.demo import RESTARTS_ALLOWED, only_one, supervise
from launcher.errors import LauncherError
from launcher.lint import run_step
from launcher.paths import ROOT
from launcher.processes import Child
from launcher.stage import KEYS, demo_environment, kept_secrets


def program(file: Path, says: str, code: int = 0) -> Path:
    """A stand-in for a server binary: answers --version."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    file.chmod(0o755)
    return file


def postgres_at(prefix: Path, version: str, initdb_version: str | None = None, code: int = 0) -> Path:
    program(prefix / "bin/postgres", f"postgres (PostgreSQL) {version}", code)
    program(prefix / "bin/initdb", f"initdb (PostgreSQL) {initdb_version or version}")
    for name in binaries.EXTENSIONS:
        control = prefix / "share/extension" / f"{name}.control"
        control.parent.mkdir(parents=True, exist_ok=True)
        control.touch()
    return prefix / "bin"


def test_launcher_needs_only_the_standard_library():
    allowed = set(sys.stdlib_module_names) | {"launcher"}
    files = [ROOT / "portal", *(ROOT / "launcher").glob("*.py")]

    imported = {
        (file.name, name.split(".")[0])
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert {pair for pair in imported if pair[1] not in allowed} == set()


def test_postgres_is_looked_for_where_told_then_newest_of_debian_then_on_the_path(tmp_path, monkeypatch):
    told = tmp_path / "told"
    old, new = postgres_at(tmp_path / "debian/9", "9.6"), postgres_at(tmp_path / "debian/17", "17.2")
    on_path = postgres_at(tmp_path / "local", "16.1")
    monkeypatch.setenv("PG_BIN", str(told))
    monkeypatch.setenv("PATH", str(on_path))
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "debian")

    assert list(binaries.postgres_places()) == [told, new, old, on_path]


def test_postgres_found_by_a_link_on_the_path_is_its_real_folder(tmp_path, monkeypatch):
    real = postgres_at(tmp_path / "real", "16.1")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/postgres").symlink_to(real / "postgres")
    monkeypatch.setenv("PATH", str(tmp_path / "links"))
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "none")

    assert list(binaries.postgres_places()) == [real]


def test_postgres_is_used_when_it_runs_and_has_the_extensions(tmp_path):
    place = postgres_at(tmp_path, "15.18")

    assert binaries.inspect_postgres(place, None) == binaries.Postgres(place, "15.18")


def test_postgres_that_does_not_run_is_passed_over(tmp_path):
    assert binaries.inspect_postgres(postgres_at(tmp_path / "broken", "15.1", code=127), None) is None
    assert binaries.inspect_postgres(tmp_path / "nothing/bin", None) is None


def test_postgres_too_old_or_mixed_is_passed_over(tmp_path):
    assert binaries.inspect_postgres(postgres_at(tmp_path / "old", "14.9"), None) is None
    assert binaries.inspect_postgres(postgres_at(tmp_path / "mixed", "16.1", "15.3"), None) is None


def test_postgres_without_an_extension_is_passed_over(tmp_path):
    place = postgres_at(tmp_path, "16.1")
    (tmp_path / "share/extension/pg_trgm.control").unlink()

    assert binaries.inspect_postgres(place, None) is None


def test_postgres_of_the_version_that_made_the_data_is_chosen(tmp_path, monkeypatch):
    postgres_at(tmp_path / "17", "17.2")
    fifteen = postgres_at(tmp_path / "15", "15.4")
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)

    assert binaries.find_postgres(None, major=15).bin == fifteen
    assert binaries.find_postgres(None).version == "17.2"


def test_valkey_counts_as_redis(tmp_path, monkeypatch):
    found = program(tmp_path / "valkey-server", "Valkey server v=9.1.0 sha=00000000:0 malloc=libc bits=64")
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + "/bin")
    program(tmp_path / "redis-server", "broken", code=1)

    assert binaries.find_redis(None) == found


def test_stamp_changes_with_an_included_file(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "dev.txt").write_text("-r run.txt\npytest==1\n")
    (tmp_path / "run.txt").write_text("django==1\n")
    before = environment.stamp_for("dev.txt")

    (tmp_path / "run.txt").write_text("django==2\n")

    assert environment.stamp_for("dev.txt") != before
    assert environment.included("dev.txt") == ["dev.txt", "run.txt"]


def test_packaged_front_end_comes_without_what_its_wheel_asks_for(tmp_path, monkeypatch):
    asked = []

    def ask(arguments, env=None):
        asked.append([*arguments])
        return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", tmp_path)
    monkeypatch.setattr(environment, "_works", lambda: True)
    monkeypatch.setattr(environment, "ask", ask)
    for name in ("run.txt", environment.PACKAGED):
        (tmp_path / name).write_text("one==1\n")

    environment.ensure("run.txt")
    environment.ensure("run.txt")

    installs = [words[words.index("copy") + 1 :] for words in asked if "copy" in words]
    assert installs == [
        ["-r", str(tmp_path / "run.txt")],
        ["--no-deps", "-r", str(tmp_path / environment.PACKAGED)],
    ]


def test_environment_is_current_only_under_its_own_stamp(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    (tmp_path / "run.txt").write_text("django==1\n")
    absent = environment.is_current("run.txt")
    (tmp_path / "stamp-run.txt").write_text(environment.stamp_for("run.txt"))
    stamped = environment.is_current("run.txt")
    (tmp_path / "run.txt").write_text("django==2\n")

    assert (absent, stamped, environment.is_current("run.txt")) == (False, True, False)


def test_uv_is_told_what_pip_is_told(monkeypatch):
    for name in (*environment.UV_FOR_PIP.values(), "UV_INDEX_STRATEGY"):
        monkeypatch.delenv(name, raising=False)
    pip = {
        "index-url": "https://mirror/simple",
        "extra-index-url": "file:///a file:///b",
        "find-links": "/x /y",
    }

    told = environment.uv_settings(pip)

    assert told == {
        "UV_DEFAULT_INDEX": "https://mirror/simple",
        "UV_INDEX": "file:///a file:///b",
        "UV_FIND_LINKS": "/x,/y",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_what_the_user_tells_uv_stands(monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine/simple")

    assert environment.uv_settings({"index-url": "https://mirror/simple"}) == {}


def test_python_without_venv_is_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(LauncherError, match=r"^this Python .*: apt-get install python3-venv$"):
        environment.create()


def test_demo_on_a_taken_port_is_one_clear_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code = main(["demo", "--port", str(port)])

    assert code == 2
    assert capsys.readouterr().err == (
        f"portal: port {port} is taken: stop what listens there, or choose another with --port\n"
    )


def test_second_demo_on_the_same_data_is_refused(tmp_path):
    with only_one(tmp_path), pytest.raises(LauncherError, match="already running"), only_one(tmp_path):
        pass


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "sqlite:///db.sqlite3"), ("DATABASE_URL", "mysql://a@b/c"), ("REDIS_URL", "memory://")],
)
def test_tests_refuse_any_other_kind_of_server(variable, url, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(variable, url)

    assert main(["test"]) == 2
    assert "there is no other mode" in capsys.readouterr().err


def test_tests_refuse_a_database_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    nobody = {
        **os.environ,
        "DATABASE_URL": "postgres://portal@127.0.0.1:9/x",
        "REDIS_URL": "redis://127.0.0.1:9",
    }

    with pytest.raises(LauncherError, match="refusing to test: DATABASE_URL is not answered by PostgreSQL"):
        testrun.probe(nobody)


def test_pytests_closing_line_is_kept_for_the_end(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(testrun, "PYTHON", Path(sys.executable))
    (tmp_path / "test_two.py").write_text(
        "import pytest\ndef test_one(): pass\n@pytest.mark.skip(reason='no browser')\ndef test_two(): pass\n"
    )

    code, closing = testrun.run_pytest(
        [
            "-c",
            os.devnull,
            "-p",
            "no:django",
            "-p",
            "no:cacheprovider",
            "-rs",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        dict(os.environ),
    )

    assert code == 0
    assert "1 passed, 1 skipped" in closing
    assert testrun.SKIPS.search(closing)[1] == "1"
    assert "no browser" in capsys.readouterr().out


def test_callers_own_choice_of_workers_stands():
    assert testrun.workers(["-n0", "-x"]) == []
    assert testrun.workers(["-n", "4"]) == []
    assert testrun.workers(["members"])[0] == "-n"


def test_secrets_are_made_once_and_private(tmp_path):
    first, again = kept_secrets(tmp_path), kept_secrets(tmp_path)

    assert first == again
    assert len(set(first.values())) == len(first) >= len(KEYS)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_demo_mail_and_checkpoints_stay_in_its_data_folder(tmp_path):
    env = demo_environment(tmp_path, kept_secrets(tmp_path), {})

    assert env["PORTAL_MODE"] == "demo"
    assert {
        Path(env[name]).parent for name in ("EMAIL_FILE_PATH", "AUDIT_CHECKPOINT_FILE", "STATIC_ROOT")
    } == {tmp_path}


def test_signins_are_listed_as_the_loader_noted_them(tmp_path, capsys):
    row = {"role": "secretary", "user_name": "li", "password": "Demo-1", "branch": "甲社区党支部"}
    (tmp_path / "signins.json").write_text(json.dumps([row]))

    assert main(["signins", "--json", "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == [row]
    assert main(["signins", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == ["li", "Demo-1", "secretary", "甲社区党支部"]


def test_signins_before_the_first_demo_are_one_clear_line(tmp_path, capsys):
    assert main(["signins", "--data", str(tmp_path)]) == 2
    assert (
        capsys.readouterr().err
        == f"portal: no demo has been loaded on {tmp_path} yet: ./portal demo does it\n"
    )


def test_child_dies_with_a_killed_launcher(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from launcher.processes import Child\n"
        f"child = Child('sleeper', ['sleep', '300'], Path({str(tmp_path / 'log')!r}))\n"
        "child.start(); print(child.process.pid, flush=True); time.sleep(300)\n"
    )
    launcher = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = Path("/proc") / launcher.stdout.readline().strip()
    assert child.exists()

    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    launcher.stdout.close()

    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def is_running(process: Path) -> bool:
    """A zombie nobody reaps (no init in a container) is dead all the same."""
    try:
        return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_child_that_ignores_the_request_is_killed(tmp_path):
    stubborn = (
        "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('up', flush=True); time.sleep(300)"
    )
    child = Child("stubborn", [sys.executable, "-c", stubborn], tmp_path / "log", grace_seconds=0.2)
    child.start()
    while "up" not in child.tail():
        time.sleep(0.02)

    child.stop()

    assert child.process.returncode == -signal.SIGKILL


def test_child_that_will_not_stay_up_ends_the_demo_with_its_log(tmp_path, capsys):
    child = Child("beat", ["sh", "-c", "echo no broker; exit 3"], tmp_path / "log")
    child.start()

    with pytest.raises(LauncherError, match=r"(?s)^beat stopped 5 times.*no broker"):
        supervise([child], pause=0.05)

    assert capsys.readouterr().out.count("beat stopped: starting it again") == RESTARTS_ALLOWED


def test_failed_lint_step_is_named_with_its_output(monkeypatch, capsys):
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))

    ok = run_step("layers", ["-c", "import sys; print('upward import'); sys.exit(1)"], dict(os.environ))

    assert not ok
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["FAILED", "layers"],
        ["upward", "import"],
    ]


def test_help_names_every_command(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out == HELP
    assert {line.split()[0] for line in HELP.splitlines() if line.startswith("  ")} == set(COMMANDS)


def test_unknown_command_is_refused(capsys):
    assert main(["deom"]) == 2
    assert "no command 'deom'" in capsys.readouterr().err


def test_unknown_drill_lists_the_known_ones(capsys):
    assert main(["drill", "no-such"]) == 2
    assert "fresh-machine" in capsys.readouterr().err
