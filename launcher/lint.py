"""`./portal lint` and `fmt`: every check that needs no server, all run, failures summed up at the end."""

import os
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher import catalogues, environment
from launcher.paths import ROOT
from launcher.stage import NO_SERVERS, production_environment, test_environment

Step = tuple[str, list[str], Mapping[str, str]]


def steps(scratch: Path) -> list[Step]:
    """Name, arguments to Python, environment: in the order of house.md 9, quickest first."""
    production = production_environment(scratch)
    test = test_environment(scratch, NO_SERVERS)
    found: list[Step] = [
        ("ruff check", ["-m", "ruff", "check", "--quiet", "."], test),
        ("ruff format", ["-m", "ruff", "format", "--quiet", "--check", "."], test),
        ("sizes", ["scripts/check_sizes.py"], test),
        (
            "layers",
            ["-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"],
            test,
        ),
        ("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
        # No server is asked whether the history is consistent; the tests run every migration.
        (
            "migrations",
            ["-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"],
            test,
        ),
        ("types", ["-m", "mypy", "."], test),
    ]
    if any((ROOT / "templates").rglob("*.html")):
        found[3:3] = [
            ("templates", ["-m", "djlint", "--quiet", "--lint", "templates"], test),
            ("template format", ["-m", "djlint", "--check", "templates"], test),
        ]
    if (ROOT / "scripts/messages.py").exists():
        found.append(("messages", ["scripts/messages.py", "check"], test))
    return found


def lint(arguments: list[str]) -> int:
    """`./portal lint [STEP …]`: non-zero when any step fails."""
    environment.ensure(environment.DEVELOPMENT)
    catalogues.compile_stale()
    with tempfile.TemporaryDirectory(prefix="orgportal-lint-") as scratch:
        chosen = [step for step in steps(Path(scratch)) if not arguments or step[0] in arguments]
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            held = list(hands.map(lambda step: run_step(*step), chosen))
        failed = [name for (name, _, _), is_held in zip(chosen, held, strict=True) if not is_held]
    print(
        f"\n{len(chosen) - len(failed)} of {len(chosen)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed or not chosen else 0


def run_step(name: str, command: list[str], env: Mapping[str, str]) -> bool:
    began = time.monotonic()
    done = environment.ask(command, env)
    ok = done.returncode == 0
    said = f"{'ok    ' if ok else 'FAILED'} {name:16} {time.monotonic() - began:5.1f} s"
    # In one piece: steps run side by side.
    print(said if ok else f"{said}\n{(done.stdout + done.stderr).strip()}", flush=True)
    return ok


def fmt(_arguments: list[str]) -> int:
    """Put everything a tool can put right in order."""
    environment.ensure(environment.DEVELOPMENT)
    environment.hand_over(["-m", "ruff", "check", "--fix", "--exit-zero", "."])
    environment.hand_over(["-m", "ruff", "format", "."])
    if any((ROOT / "templates").rglob("*.html")):
        environment.hand_over(["-m", "djlint", "--quiet", "--reformat", "templates"])
    return 0
