"""PostgreSQL and Redis for one demo or one test run: those named by the environment, or our own."""

import hashlib
import os
import shutil
import signal
import socket
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from launcher.binaries import Postgres, find_postgres, find_redis
from launcher.errors import LauncherError
from launcher.paths import STATE
from launcher.processes import Account, Child, free_port, run_as, service_account, wait_for

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "jit": "off",
}
# Nothing of a test run is kept, so nothing needs to reach the disk.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
REDIS_SETTINGS = """\
bind 127.0.0.1
port {port}
dir "{folder}"
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
databases 64
"""


class Servers:
    """Entered, gives DATABASE_URL and REDIS_URL that answer; left, stops what it started."""

    def __init__(self, place: Path, logs: Path, passwords: tuple[str, str], *, durable: bool) -> None:
        self.account = service_account()
        self.place = reachable(place, self.account)
        self.logs = logs
        self.postgres_password, self.redis_password = passwords
        self.durable = durable
        self.env: dict[str, str] = {}
        # By name, those it started: one that was killed is started again as it was, on its port.
        self.started: dict[str, Child] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as guard:
            guard.callback(self._stack.close)
            self.env["DATABASE_URL"] = os.environ.get("DATABASE_URL") or self._start_postgres()
            self.env["REDIS_URL"] = os.environ.get("REDIS_URL") or self._start_redis()
            guard.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _folder(self, name: str) -> Path:
        """A folder only the server's own user may enter."""
        folder = self.place / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def _start_postgres(self) -> str:
        data = self.place / "postgres"
        made_by = data / "PG_VERSION"
        found = find_postgres(self.account, int(made_by.read_text()) if made_by.exists() else None)
        if not data.exists():
            self._make_cluster(found)
        port = free_port()
        settings = {**POSTGRES_SETTINGS, "port": str(port), **({} if self.durable else THROWAWAY_SETTINGS)}
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        # SIGINT is PostgreSQL's "fast" stop: sessions end, a checkpoint is written, it exits.
        server = Child(
            "PostgreSQL", [str(found.bin / "postgres"), "-D", str(data), *flags], self.logs / "postgres.log",
            account=self.account, stop_signal=signal.SIGINT, death_signal=signal.SIGINT,
        )  # fmt: skip
        server.start()
        self.started["postgres"] = server
        self._stack.callback(server.stop)
        wait_for(lambda: _says_ready(data / "postmaster.pid"), server, 60)
        return f"postgres://portal:{self.postgres_password}@127.0.0.1:{port}/orgportal"

    def _make_cluster(self, found: Postgres) -> None:
        """One ordinary role owning one database; the superuser has no password, so nobody signs in as it."""
        shutil.rmtree(self.place / "postgres.part", ignore_errors=True)  # of a start that was cut short
        data = self._folder("postgres.part")
        how = "-U postgres -E UTF8 --locale=C.UTF-8 --auth=reject" + ("" if self.durable else " --no-sync")
        made = run_as(self.account, [found.bin / "initdb", "-D", data, *how.split()])
        if made.returncode != 0:
            raise LauncherError(f"initdb failed: {(made.stdout + made.stderr).strip()[-1500:]}")
        (data / "pg_hba.conf").write_text(HBA)
        # Single-user mode speaks SQL before anybody can connect, and needs no driver or psql.
        statements = (
            f"CREATE ROLE portal LOGIN CREATEDB PASSWORD '{self.postgres_password}'\n"
            "CREATE DATABASE orgportal OWNER portal\n"
        )
        single: list[str | Path] = [found.bin / "postgres", "--single", "-D", data, "postgres"]
        spoken = run_as(self.account, single, said=statements)
        if spoken.returncode != 0 or "ERROR" in spoken.stderr:
            raise LauncherError(f"could not create the database: {spoken.stderr.strip()[-1500:]}")
        data.rename(self.place / "postgres")

    def _start_redis(self) -> str:
        folder = self._folder("redis")
        server, port = self._redis(folder)
        try:
            wait_for(lambda: self._redis_answers(port), server, 20)
        except LauncherError:
            if not any(folder.iterdir()):
                raise
            # Files of another Redis version. Redis holds nothing the database does not know: start afresh.
            server.stop()
            folder.rename(folder.with_name(f"redis-set-aside-{int(time.time())}"))
            server, port = self._redis(self._folder("redis"))
            wait_for(lambda: self._redis_answers(port), server, 20)
        self.started["redis"] = server
        self._stack.callback(server.stop)
        return f"redis://:{self.redis_password}@127.0.0.1:{port}"

    def _redis(self, folder: Path) -> tuple[Child, int]:
        port = free_port()
        settings = REDIS_SETTINGS.format(port=port, folder=folder, password=self.redis_password)
        server = Child(
            "Redis", [str(find_redis(self.account)), "-"], self.logs / "redis.log",
            account=self.account, stdin_text=settings,
        )  # fmt: skip
        server.start()
        return server, port

    def _redis_answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
                line.sendall(f"AUTH {self.redis_password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    more = line.recv(100)
                    if not more:
                        return False
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def _says_ready(pid_file: Path) -> bool:
    """PostgreSQL writes its state to the last line of this file."""
    try:
        return pid_file.read_text().rstrip().endswith("ready")
    except OSError:
        return False


def reachable(wanted: Path, account: Account | None) -> Path:
    """The folder itself, or its stand-in under /var/lib where the service account cannot enter it."""
    wanted.mkdir(parents=True, exist_ok=True)
    if account is None or run_as(account, ["test", "-x", wanted]).returncode == 0:
        return wanted
    stand_in = STATE / hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    stand_in.mkdir(parents=True, exist_ok=True)
    return stand_in


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Gone when closed; open enough for the service account to pass through."""
    folder = tempfile.TemporaryDirectory(prefix="orgportal-", ignore_cleanup_errors=True)
    Path(folder.name).chmod(0o711)
    return folder
