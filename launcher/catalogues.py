"""Compiles the message catalogues whenever a .po file is newer than its .mo."""

from pathlib import Path

from launcher import environment
from launcher.errors import LauncherError
from launcher.paths import ROOT


def is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def compile_stale() -> None:
    """The .mo files are not committed, and Django reads no other."""
    if any(is_stale(source) for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        done = environment.ask(["scripts/messages.py", "compile"])
        if done.returncode != 0:
            raise LauncherError(f"the message catalogues do not compile:\n{done.stderr.strip()[-800:]}")
