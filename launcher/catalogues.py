"""Compiles message catalogues with Babel, whenever a .po file is newer than its .mo."""

from launcher import environment
from launcher.errors import LauncherError
from launcher.paths import ROOT


def compile_stale() -> None:
    """The .mo files are not committed, and Django reads no other."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        language = source.parent.parent.name
        command = [
            "-m",
            "babel.messages.frontend",
            "compile",
            "-l",
            language,
            "-i",
            str(source),
            "-o",
            str(target),
        ]
        done = environment.ask(command)
        if done.returncode != 0:
            raise LauncherError(f"{source} does not compile: {done.stderr.strip()[-800:]}")
