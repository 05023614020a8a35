"""Fills DATABASE_URL with an installation of any size, every key valid: `--branches N --members M --seed S`.

The last line tells rows, seconds and the most memory this process and its helpers held.
"""

import argparse
import resource
import sys
from time import monotonic

from django.core.management import call_command
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._scale.fill import fill


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=22_000)
    parser.add_argument("--members", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = monotonic()
    filled = fill(asked.branches, asked.members, seed=asked.seed, at=timezone.now())
    took = monotonic() - began
    print(stage.machine())
    for name, seconds in filled.seconds.items():
        print(f"{name:20} {seconds:8.1f} s")
    for table, rows in filled.rows.items():
        print(f"{table:36} {rows:12,}")
    most = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{sum(filled.rows.values()):,} rows in {took:.1f} s, at most {most / 1024:.0f} MB in a process and"
        " a helper"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
