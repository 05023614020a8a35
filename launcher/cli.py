"""Names the commands; each lives in the module it is taken from."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from launcher import catalogues, environment
from launcher.backups import backup, restore
from launcher.demo import demo, manage, signins
from launcher.errors import LauncherError
from launcher.lint import fmt, lint
from launcher.paths import ROOT
from launcher.testrun import refuse_other_servers, test, throwaway

HELP = """\
usage: ./portal COMMAND

  demo [--port N] [--data DIR]   run the whole system with demo data until Ctrl-C
  signins [--json] [--data DIR]  list the demo sign-ins
  backup [--to PATH] [--data DIR]            write a backup of the demo, or of where the environment points
  restore FILE [--replace] [--data DIR]      put a backup in place, or say why not
  test [--ci] [--no-skips] …     run the tests on fresh servers; the rest goes to pytest
  lint [STEP …]                  every check that is not a test
  fmt                            format Python and templates
  check                          lint, then test
  manage …                       Django's commands: on the demo's data, or where the environment points
  messages …                     extract, compile and check the message catalogues
  drill NAME …                   run drills/NAME.py on fresh servers
  bench NAME …                   run bench/NAME.py on fresh servers
"""


def messages(arguments: list[str]) -> int:
    environment.ensure(environment.DEVELOPMENT)
    return environment.hand_over(["scripts/messages.py", *arguments])


def check(arguments: list[str]) -> int:
    return lint([]) or test(arguments)


def script_in(folder: str) -> Callable[[list[str]], int]:
    """Runs one script of that folder with empty servers in DATABASE_URL and REDIS_URL."""

    def run(arguments: list[str]) -> int:
        known = sorted(file.stem for file in (ROOT / folder).glob("*.py") if not file.stem.startswith("_"))
        name = arguments[0].replace("-", "_") if arguments else ""
        if name not in known:
            listed = ", ".join(one.replace("_", "-") for one in known)
            raise LauncherError(f"{folder}/ has: {listed or 'nothing yet'}")
        refuse_other_servers(os.environ)
        environment.ensure(environment.DEVELOPMENT)
        catalogues.compile_stale()
        with ExitStack() as stack:
            _, env = throwaway(stack)
            return environment.hand_over(["-m", f"{folder}.{name}", *arguments[1:]], env)

    return run


COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "signins": signins,
    "backup": backup,
    "restore": restore,
    "test": test,
    "lint": lint,
    "fmt": fmt,
    "check": check,
    "manage": manage,
    "messages": messages,
    "drill": script_in("drills"),
    "bench": script_in("bench"),
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(HELP, end="")
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        print(f"portal: no command {arguments[0]!r}; ./portal help lists them", file=sys.stderr)
        return 2
    try:
        return command(arguments[1:])
    except LauncherError as failure:
        print(f"portal: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
