"""An empty Debian 12 with Python and venv alone: `./portal demo` gets ready and `./portal test` ends green.

Once as root with the checkout under /root, which no service account can enter, and once as an ordinary
user. What the drill's own machine tells pip (index, certificate) goes in by environment and bind mounts;
nothing of it is written to the checkout. Needs root for chroot.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher.environment import pip_settings
from launcher.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path("/var/tmp/orgportal-fresh-machine")  # noqa: S108  kept between runs on purpose
PACKAGES = "python3,python3-venv"
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")
READY_SECONDS, TEST_SECONDS = 900, 3000
TAIL = 12


@dataclass(frozen=True)
class Person:
    name: str
    home: str

    @property
    def checkout(self) -> str:
        return f"{self.home}/orgportal"


ROOT_PERSON, ORDINARY_PERSON = Person("root", "/root"), Person("clerk", "/home/clerk")


def mirror() -> str:
    """The Debian mirror this machine itself installs from."""
    sources = [*Path("/etc/apt").glob("sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    for source in sources:
        for line in source.read_text(errors="replace").splitlines():
            found = re.match(r"(?:URIs:|deb\s+(?:\[[^]]*\]\s+)?)\s*(\S+/debian)/?(?:\s|$)", line)
            if found:
                return found[1]
    return "http://deb.debian.org/debian"


def base() -> Path:
    """The empty system, made once."""
    finished = CACHE / "base"
    if not finished.exists():
        part = CACHE / "base.part"
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        print(f"debootstrap minbase bookworm + {PACKAGES}", flush=True)
        command = [
            "debootstrap",
            "--variant=minbase",
            f"--include={PACKAGES}",
            "bookworm",
            str(part),
            mirror(),
        ]
        with (CACHE / "debootstrap.log").open("w") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True)
        part.rename(finished)
    return finished


def machine(person: Person) -> Path:
    """A fresh copy of it with that person and a clone of the commit under test."""
    system = CACHE / f"machine-{person.name}"
    shutil.rmtree(system, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base()), str(system)], check=True)
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(Path("/etc") / name, system / "etc" / name)
    if person is not ROOT_PERSON:
        subprocess.run(["chroot", str(system), "useradd", "--create-home", person.name], check=True)
    checkout = system / person.checkout.lstrip("/")
    subprocess.run(["git", "clone", "--quiet", "--no-local", str(ROOT), str(checkout)], check=True)
    subprocess.run(["chroot", str(system), "chown", "-R", f"{person.name}:", person.checkout], check=True)
    (system / person.home.lstrip("/")).chmod(0o700)
    return system


def pip_environment() -> dict[str, str]:
    """What pip is told here, as variables."""
    told = {f"PIP_{key.upper().replace('-', '_')}": value for key, value in pip_settings().items()}
    return told | {name: os.environ[name] for name in CERTIFICATE_VARIABLES if name in os.environ}


def needed_paths(variables: dict[str, str]) -> Iterator[str]:
    """Files and folders those variables point at."""
    for value in variables.values():
        for word in value.split():
            path = word.removeprefix("file://")
            if path.startswith("/") and Path(path).exists():
                yield str(Path(path.rstrip("/").removesuffix("/simple")))


def enter(system: Path, person: Person, command: str) -> list[str]:
    """A command line that becomes that command inside; its mounts vanish with it."""
    variables = pip_environment()
    mounts = [f"mount -t proc proc {system}/proc", f"mount --rbind /dev {system}/dev"]
    for path in sorted(set(needed_paths(variables))):
        inside = f"{system}{path}"
        make = (
            f"mkdir -p {inside}" if Path(path).is_dir() else f"mkdir -p $(dirname {inside}) && touch {inside}"
        )
        mounts.append(f"{make} && mount --bind -o ro $(readlink -f {path}) {inside}")
    settings = [f"{name}={value}" for name, value in variables.items()]
    shell = " && ".join(mounts) + ' && exec "$@"'
    plain = ["env", "-i", f"HOME={person.home}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *settings]
    chroot = ["chroot", f"--userspec={person.name}:", str(system), *plain]
    return [
        "unshare",
        "--mount",
        "sh",
        "-c",
        shell,
        "sh",
        *chroot,
        "sh",
        "-c",
        f"cd {person.checkout} && exec {command}",
    ]


def left_running(system: Path) -> list[str]:
    """Processes that still live inside."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "root").readlink() == system:
                found.append((process / "cmdline").read_text().replace("\0", " ")[:100])
        except OSError:
            continue
    return found


def run_demo(system: Path, person: Person, port: int) -> float:
    """Seconds to `ready:`; then a page and the sign-ins must come, and SIGTERM must leave nothing behind."""
    began, lines = time.monotonic(), []
    command = enter(system, person, f"./portal demo --port {port}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        timer = subprocess.Popen(["sh", "-c", f"sleep {READY_SECONDS} && kill {demo.pid}"])
        for line in demo.stdout or ():
            lines.append(line)
            if line.startswith("ready:"):
                break
        seconds = time.monotonic() - began
        timer.kill()
        timer.wait()
        ready = bool(lines) and lines[-1].startswith("ready:")
        if ready:
            check_running(system, person, port)
        demo.send_signal(signal.SIGTERM)
        lines += list(demo.stdout or ())
    show(f"{person.name}: ./portal demo", lines, f"ready after {seconds:.0f} s" if ready else "NOT READY")
    if not ready or demo.returncode != 0:
        raise SystemExit(f"{person.name}: demo exited {demo.returncode}")
    if still := left_running(system):
        raise SystemExit(f"{person.name}: still running after the stop: {still}")
    return seconds


def check_running(system: Path, person: Person, port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as page:
        print(f"readyz: {page.status} {page.read()[:300].decode(errors='replace')}")
    asked = subprocess.run(
        enter(system, person, "./portal signins --json"), capture_output=True, text=True, check=True
    )
    print(f"signins: {len(json.loads(asked.stdout))} listed", flush=True)


def run_test(system: Path, person: Person) -> float:
    began = time.monotonic()
    done = subprocess.run(
        enter(system, person, "./portal test"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=TEST_SECONDS,
    )  # fmt: skip
    seconds = time.monotonic() - began
    show(
        f"{person.name}: ./portal test",
        done.stdout.splitlines(keepends=True),
        f"exit {done.returncode}, {seconds:.0f} s",
    )
    if done.returncode != 0:
        raise SystemExit(f"{person.name}: tests failed")
    if still := left_running(system):
        raise SystemExit(f"{person.name}: still running after the tests: {still}")
    return seconds


def show(title: str, lines: list[str], verdict: str) -> None:
    print(f"\n--- {title}: {verdict}")
    print("".join(lines[-TAIL:]).rstrip(), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--person", choices=("root", "clerk"), help="one of the two only")
    parser.add_argument("--no-test", action="store_true", help="stop after the demo")
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("this drill needs root and debootstrap: apt-get install debootstrap")
    people = [one for one in (ROOT_PERSON, ORDINARY_PERSON) if options.person in (None, one.name)]
    figures = []
    for person in people:
        system = machine(person)
        first = run_demo(system, person, free_port())
        again = run_demo(system, person, free_port())
        figure = f"{person.name}: demo ready in {first:.0f} s, again in {again:.0f} s"
        if not options.no_test:
            figure += f", tests green in {run_test(system, person):.0f} s"
        figures.append(figure)
        shutil.rmtree(system)
    print("\nfresh machine: " + "; ".join(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
