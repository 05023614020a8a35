"""Keeps `.venv` equal to the pinned requirements: built once, stamped with their hash."""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import LauncherError
from launcher.paths import PYTHON, ROOT, VENV

RUNTIME, DEVELOPMENT, EMBEDDED = "requirements.txt", "requirements-dev.txt", "requirements-embedded.txt"
# Front-end code that comes as a wheel: what such a wheel asks for besides is never run.
PACKAGED = "requirements-packaged.txt"
UV = "uv==0.13.9"
# uv does not read pip's configuration; a machine set up for pip must serve uv too.
UV_FOR_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
LISTS_WITH_COMMAS = {"UV_FIND_LINKS"}


def included(name: str) -> list[str]:
    """The requirement file and every file it includes by `-r`, in order."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    inner = [line.split()[1] for line in lines if line.startswith("-r ")]
    return [name, *(found for one in inner for found in included(one))]


def stamp_for(name: str) -> str:
    """Changes with any line of the file or of those it includes, with Python, and with the place."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {VENV}".encode())
    for one in included(name):
        digest.update((ROOT / one).read_bytes())
    return digest.hexdigest()


def is_current(name: str) -> bool:
    stamp = VENV / f"stamp-{name}"
    return stamp.is_file() and stamp.read_text() == stamp_for(name)


def ensure(*names: str) -> Path:
    """The environment's Python, with these requirement files installed, and the packaged front end."""
    names = (*names, PACKAGED)
    if PYTHON.exists() and all(is_current(name) for name in names):
        return PYTHON
    with _one_builder():
        if not _works():
            create()
        for name in names:
            if not is_current(name):
                _install(name)
                for one in included(name):
                    (VENV / f"stamp-{one}").write_text(stamp_for(one))
    return PYTHON


@contextmanager
def _one_builder() -> Iterator[None]:
    VENV.parent.mkdir(parents=True, exist_ok=True)
    (ROOT / ".run").mkdir(exist_ok=True)
    with (ROOT / ".run" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _works() -> bool:
    if not PYTHON.exists():
        return False
    asked = ask(["-c", "import sys, pip; print(sys.version_info[:3])"])
    return asked.returncode == 0 and asked.stdout.strip() == str(tuple(sys.version_info[:3]))


def create() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise LauncherError("this Python cannot make a virtual environment: apt-get install python3-venv")
    print(f"making {VENV}", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise LauncherError(f"could not make {VENV}: {(made.stdout + made.stderr).strip()}")


def _install(name: str) -> None:
    """By uv, which is several times faster; by pip where uv cannot be had or fails."""
    print(f"installing {name}", flush=True)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = ["-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON), "--link-mode", "copy"]
    wanted = [*(["--no-deps"] if name == PACKAGED else []), "-r", str(ROOT / name)]
    if ask([*pip, UV]).returncode == 0:
        tried = ask([*uv, *wanted], {**os.environ, **uv_settings(pip_settings())})
        if tried.returncode == 0:
            return
        print(f"uv could not: {tried.stderr.strip()[-300:]}; trying pip", flush=True)
    tried = ask([*pip, *wanted])
    if tried.returncode != 0:
        raise LauncherError(f"could not install {name}:\n{tried.stderr.strip()[-2000:]}")


def ask(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python in the source tree, with output captured as text."""
    command = [str(PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def begin(arguments: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
    """The same without waiting: `communicate` gives what it said, errors included."""
    command = [str(PYTHON), *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def hand_over(arguments: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run the environment's Python on the user's own terminal; its exit code."""
    return subprocess.run([str(PYTHON), *arguments], cwd=cwd, env=env, check=False).returncode


def pip_settings() -> dict[str, str]:
    """What pip is told on this machine, by file or environment (the environment wins)."""
    listed = ask(["-m", "pip", "config", "list"]).stdout
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        found.update(re.findall(rf"^{re.escape(section)}\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    return found


def uv_settings(pip: Mapping[str, str]) -> dict[str, str]:
    """The same in uv's words; what the user already says to uv stands."""
    told: dict[str, str] = {}
    for key, variable in UV_FOR_PIP.items():
        if key in pip and variable not in os.environ:
            words = pip[key].split()
            told[variable] = ("," if variable in LISTS_WITH_COMMAS else " ").join(words)
    if "extra-index-url" in pip:  # pip looks for the best version in all of them
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told
