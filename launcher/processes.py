"""Starts child processes so that none outlives the launcher, and stops them in order."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.errors import LauncherError

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child between fork and exec must not import or allocate much.
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """A system user a server runs as when the launcher itself is root."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """The user for PostgreSQL and Redis: none unless we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LauncherError(
        "running as root needs a user 'postgres' or 'nobody' to run PostgreSQL as: found neither"
    )


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A preexec step; subprocess runs it after the change of user, which would clear the setting."""
    parent = os.getpid()

    def apply() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the launcher died between fork and prctl
            os._exit(1)

    return apply


def identity(account: Account | None) -> dict[str, Any]:
    """The part of a subprocess call that makes it run as that user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def run_as(
    account: Account | None, command: Sequence[str | Path], said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to completion as that user, with output captured as text; `said` goes to its standard input."""
    words = [str(part) for part in command]
    with_input = {"input": said} if said is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        timeout=120,
        **with_input,
        **identity(account),
    )


@dataclass
class Child:
    """One long-running process with its log file; `stop` asks, waits, then insists."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 25
    stdin_text: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the launcher only, which then stops in order.
            self.process = subprocess.Popen(
                list(self.command),
                env=None if self.env is None else dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL if self.stdin_text is None else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(self.death_signal),  # noqa: PLW1509  no threads here
                **identity(self.account),
            )
        if self.stdin_text is not None and self.process is not None and self.process.stdin is not None:
            self.process.stdin.write(self.stdin_text.encode())
            self.process.stdin.close()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.grace_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines: int = 15) -> str:
        """The end of the log, for the message that says the process died."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def wait_for(answered: Callable[[], bool], child: Child, seconds: float) -> None:
    """Return when the child answers; say what its log says when it dies or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answered():
            return
        if not child.is_alive:
            raise LauncherError(f"{child.name} stopped at start; the end of {child.log}:\n{child.tail()}")
        time.sleep(0.1)
    raise LauncherError(
        f"{child.name} did not answer within {seconds:.0f} s; the end of {child.log}:\n{child.tail()}"
    )
