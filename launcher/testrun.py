"""`./portal test`: the suite on real servers made for this run alone."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from launcher import catalogues, environment
from launcher.errors import LauncherError
from launcher.paths import PYTHON, ROOT
from launcher.processes import die_with_parent
from launcher.servers import Servers, temporary_folder
from launcher.stage import test_environment

COUNTING = ["-p", "scripts.counting"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SKIPS = re.compile(r"\b(\d+) skipped\b")


def test(arguments: list[str]) -> int:
    """Exits with pytest's code; --ci adds coverage, and a skip then is a failure (as with --no-skips)."""
    is_ci, forbid_skips = "--ci" in arguments, {"--ci", "--no-skips"} & set(arguments)
    passed_on = [argument for argument in arguments if argument not in {"--ci", "--no-skips"}]
    refuse_other_servers(os.environ)
    environment.ensure(environment.DEVELOPMENT)
    catalogues.compile_stale()
    with ExitStack() as stack:
        scratch, env = throwaway(stack)
        versions = probe(env)
        several = workers(passed_on)
        if several:
            env.update(prepared(stack, passed_on, env))
        options = [*several, "-rs", "--no-fold-skipped", *(COUNTING if is_ci else [])]
        counted = scratch / "counted"
        counted.mkdir()
        code, closing = run_pytest([*options, *passed_on], {**env, "COUNTED_IN": str(counted)})
        if is_ci:
            code = code or environment.hand_over(["-m", "scripts.check_coverage", str(counted)], env)
        if code:
            show_server_trouble(scratch / "log" / "postgres.log")
    if forbid_skips and (skipped := SKIPS.search(closing)):
        print(f"{skipped[1]} tests were skipped, which is not allowed here (names above)")
        code = code or 1
    print("ran on " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    print(closing, flush=True)
    return code


def throwaway(stack: ExitStack) -> tuple[Path, dict[str, str]]:
    """A folder and an environment with both servers up, all gone when the stack closes."""
    scratch = Path(stack.enter_context(temporary_folder()))
    passwords = (secrets.token_hex(16), secrets.token_hex(16))
    servers = stack.enter_context(Servers(scratch, scratch / "log", passwords, durable=False))
    return scratch, test_environment(scratch, servers.env)


def refuse_other_servers(env: Mapping[str, str]) -> None:
    """A green run on another database would say nothing about this system."""
    for variable, schemes in (
        ("DATABASE_URL", ("postgres", "postgresql")),
        ("REDIS_URL", ("redis", "rediss")),
    ):
        url = env.get(variable, "")
        if url and url.partition("://")[0] not in schemes:
            raise LauncherError(
                f"{variable} must be {schemes[0]}://…, not {url.partition(':')[0]}: there is no other mode"
            )


def probe(env: Mapping[str, str]) -> dict[str, str]:
    """The versions of what the tests will run on, as the servers themselves tell them."""
    asked = environment.ask(["scripts/probe_servers.py"], env)
    if asked.returncode != 0:
        raise LauncherError(f"refusing to test: {asked.stderr.strip()}")
    versions: dict[str, str] = json.loads(asked.stdout)
    return {**versions, "Chromium": chromium_version() or "none (browser tests skipped)"}


def chromium_version() -> str | None:
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
            if match := re.search(r"\d+(\.\d+)+", told):
                return match[0]
    return None


def workers(arguments: list[str]) -> list[str]:
    """Half as many again as there are cores, for browsers and the database keep them waiting; each takes from
    the others once done. None if the caller says how many or debugs."""
    if any(re.match(r"-n\d*$|--numprocesses|--pdb|--trace$|--help$|-h$", argument) for argument in arguments):
        return []
    return ["-n", str(len(os.sched_getaffinity(0)) * 3 // 2), "--dist", "worksteal"]


def prepared(stack: ExitStack, arguments: list[str], env: Mapping[str, str]) -> dict[str, str]:
    """What each worker would do for itself, done once: every migration in a database they copy, and beside it
    the bytecode of the tests, which collecting them leaves behind."""
    name = f"migrated_{os.getpid()}"
    collecting = environment.begin(["-m", "pytest", "--collect-only", "-q", *arguments], env)
    made = environment.ask(["-m", "scripts.migrated", "make", name], env)
    stack.callback(environment.ask, ["-m", "scripts.migrated", "drop", name], env)
    collecting.communicate()  # what is wrong there the run itself will say
    if made.returncode != 0:
        raise LauncherError(f"no database to test on:\n{made.stderr.strip()[-2000:]}")
    return {"MIGRATED_DATABASE": name}


def run_pytest(arguments: list[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Pass the output on as it comes, but keep the closing line for the end."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [str(PYTHON), "-m", "pytest", *colour, *arguments]
    held: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  no threads here
    ) as run:
        for line in run.stdout or ():
            if line.strip() and held:
                print("\n".join(held), flush=True)
                held.clear()
            held.append(line.rstrip("\n"))
    return run.returncode, held[0] if held else ""


def show_server_trouble(log: Path) -> None:
    """A test that lost its connection says nothing of why; the server does."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    trouble = [line for line in lines if re.search(r"FATAL|PANIC|terminated by signal", line)]
    print("\n".join(f"PostgreSQL: {line}" for line in trouble[-5:]), end="\n" if trouble else "")
