"""Deadline day: 500 meetings sent within 60 seconds to the demo stack (reliability.md F37).

Each is due at its own moment, whether the one before was answered or not, and is timed from that moment.
Between them, at the same pace and through the same middleware, the same people send to a view that inserts
one row: its p95 is what the ratio is held against. Nothing may be lost, doubled or answered with an error.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bench.stage import machine, p95
from drills._stack import ROOT, Stack, demo_stack

SENT, WITHIN = 500, 60.0
MOST_SECONDS, MOST_RATIO = 2.0, 8.0
TOKEN = "b" * 32


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """A redirect is the answer."""


OPENER = urllib.request.build_opener(NoRedirect)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    seconds: float


def send(url: str, session: str, typed: dict[str, str], due: float) -> Answer:
    """Post the form at its moment; seconds are counted from that moment."""
    body = urllib.parse.urlencode({**typed, "idempotency_key": str(uuid.uuid4())}).encode()
    headers = {"Cookie": f"session={session}; csrf={TOKEN}", "X-CSRFToken": TOKEN}
    time.sleep(max(0.0, due - time.monotonic()))
    try:
        with OPENER.open(urllib.request.Request(url, body, headers), timeout=30) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return Answer(status, time.monotonic() - due)


def storm(stack: Stack, seats: list[dict[str, Any]]) -> tuple[list[Answer], list[Answer]]:
    """(meetings, bare inserts), each evenly over the minute and half a beat apart."""
    beat, began = WITHIN / SENT, time.monotonic() + 1
    with ThreadPoolExecutor(max_workers=64) as hands:
        meetings, bare = [], []
        for number in range(SENT):
            seat, due = seats[number % len(seats)], began + number * beat
            where = f"{stack.url}/activities/new/?branch={seat['branch']}&kind=other"
            meetings.append(hands.submit(send, where, seat["session"], seat["typed"], due))
            row = {"branch": str(seat["branch"]), "title": seat["typed"]["title"]}
            there = f"{stack.url}/bench/insert/"
            bare.append(hands.submit(send, there, seat["session"], row, due + beat / 2))
        return [each.result() for each in meetings], [each.result() for each in bare]


def main() -> int:
    with demo_stack(settings="bench._bare_settings") as stack:
        made = subprocess.run(
            [sys.executable, "-m", "bench._seats"],
            cwd=ROOT,
            env=stack.env,
            check=True,
            stdout=subprocess.PIPE,
        )
        seats = json.loads(made.stdout)
        before = _counts(stack)
        storm_began = time.monotonic()
        meetings, bare = storm(stack, seats)
        took = time.monotonic() - storm_began
        written, rows = (after - was for after, was in zip(_counts(stack), before, strict=True))
    statuses = Counter(answer.status for answer in meetings)
    slow, plain = (p95(answer.seconds for answer in answers) for answers in (meetings, bare))
    print(
        f"{machine()}\nsecretaries: {len(seats)}; {took:.0f} s for {SENT} meetings and as many bare inserts"
    )
    print(f"answers: {dict(statuses)}; bare: {dict(Counter(answer.status for answer in bare))}")
    print(f"written: {written} meetings, {rows} bare rows; lost: {SENT - written}")
    print(f"p95: {slow * 1000:.0f} ms a meeting, {plain * 1000:.0f} ms a bare insert")
    print(
        f"submit: p95 {slow:.2f} s (bar {MOST_SECONDS:.0f}), {slow / plain:.1f} bare (bar {MOST_RATIO:.0f})"
    )
    is_whole = statuses == {HTTPStatus.FOUND: SENT} and written == SENT == rows
    return 0 if is_whole and slow < MOST_SECONDS and slow / plain <= MOST_RATIO else 1


def _counts(stack: Stack) -> tuple[int, int]:
    ((meetings, rows),) = stack.query(
        "SELECT (SELECT count(*) FROM activities_activity WHERE kind = 'other'),"
        " (SELECT count(*) FROM bench_row)"
    )
    return meetings, rows


if __name__ == "__main__":
    sys.exit(main())
