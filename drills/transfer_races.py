"""The two-sided transfer under long walks and real races (reliability.md B5).

1. Random walks of the state machine against a model in plain Python: 500 of up to 50 steps.
2. Every pair of moves that start from one state, fired together by two threads on PostgreSQL, 50 times each.
3. One planted fault for each of the ten invariants: each must be caught.

Runs `members/tests/drill_transfer.py` under pytest. Arguments: walks, steps, rounds.
"""

import os
import re
import subprocess
import sys
import time

FILE = "members/tests/drill_transfer.py"
PARTS = (
    ("walks", "long_walks"),
    ("pairs", "pair_fired_together"),
    ("planted faults", "planted_fault"),
)


def run(part: str, words: str, sizes: dict[str, str]) -> tuple[int, int]:
    """(passed, failed) of one part."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-o",
        "python_files=drill_*.py",
        "-k",
        words,
        FILE,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **sizes})
    passed, failed = (_count(word, done.stdout) for word in ("passed", "failed"))
    failed += _count("error", done.stdout)
    print(f"{part}: {passed} passed, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-30:]))
    return passed, failed or int(done.returncode != 0)


def _count(word: str, text: str) -> int:
    found = re.search(rf"(\d+) {word}", text)
    return int(found[1]) if found else 0


def main(walks: int = 500, steps: int = 50, rounds: int = 50) -> int:
    sizes = {"TRANSFER_WALKS": str(walks), "TRANSFER_STEPS": str(steps), "TRANSFER_ROUNDS": str(rounds)}
    figures = {part: run(part, words, sizes) for part, words in PARTS}
    failures = sum(failed for _, failed in figures.values())
    pairs, caught = figures["pairs"][0], figures["planted faults"][0]
    print(
        f"transfer races: {walks} walks of {steps} steps; {pairs} pairs x {rounds};"
        f" planted faults caught {caught} (of the ten invariants, the eighth in both halves);"
        f" failures {failures}"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:4])))
