"""A meeting is recorded once, whatever happens to its sending: the nine cases, by page and by API.

Two connections are two threads, a crash is a killed process; PostgreSQL is the real one.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client

from activities.models import Activity, Duty
from activities.tests.pages import CREATE, typed
from branches.models import Organization
from conftest import World
from orgportal.core.models import AuditEntry, IdempotencyKey, OutboxEvent

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1/activities/"
BACKEND = "orgportal.core.accounts.UserNameOrMobileBackend"
BUSY = 503


@dataclass(frozen=True)
class Road:
    """One of the two ways a meeting comes in."""

    name: str
    address: str
    done: int
    reused: int

    def body(self, world: World, **changes: Any) -> tuple[bytes, str]:
        if self.name == "page":
            return urlencode(typed(world, **changes)).encode(), "application/x-www-form-urlencoded"
        meeting = {
            "branch": world.a.pk, "kind": "general", "title": "第一季度支部党员大会", "held_on": "2026-03-05",
            "chair_id": world.li.pk, **changes,
        }  # fmt: skip
        return json.dumps(meeting).encode(), "application/json"


PAGE, PROGRAM = Road("page", CREATE, 302, 409), Road("api", API, 201, 422)


@pytest.fixture(params=[PAGE, PROGRAM], ids=lambda road: road.name)
def road(request: Any) -> Road:
    found: Road = request.param
    return found


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def signed_in(world: World, persona: str) -> Client:
    client = Client()
    client.force_login(world.user(persona), backend=BACKEND)
    return client


def send(client: Client, road: Road, world: World, key: str, **changes: Any) -> Any:
    body, kind = road.body(world, **changes)
    return client.generic("POST", road.address, body, content_type=kind, HTTP_IDEMPOTENCY_KEY=key)


def recorded() -> int:
    return Activity.unscoped.count()


# --- in one connection


@pytest.mark.usefixtures("on_the_day")
def test_replay_gives_the_first_answer_and_nothing_more(world: World, road: Road, key: str) -> None:
    client = signed_in(world, "li")

    first = send(client, road, world, key)
    traces = (AuditEntry.objects.count(), OutboxEvent.objects.count(), Duty.unscoped.count())
    second = send(client, road, world, key)

    assert first.status_code == second.status_code == road.done
    assert (first.content, first.headers.get("Location")) == (second.content, second.headers.get("Location"))
    assert second["Idempotent-Replay"] == "true"
    assert (AuditEntry.objects.count(), OutboxEvent.objects.count(), Duty.unscoped.count()) == traces
    assert recorded() == 1


@pytest.mark.usefixtures("on_the_day")
def test_early_refusal_leaves_no_trace_of_the_key(world: World, road: Road, key: str) -> None:
    nobody, stranger = Client(), signed_in(world, "chen")

    assert send(nobody, road, world, key).status_code in {302, 401}
    assert send(stranger, road, world, key).status_code in {400, 403}
    assert send(signed_in(world, "li"), road, world, "").status_code == 400
    assert not IdempotencyKey.objects.filter(status__isnull=False).exists()
    assert recorded() == 0


@pytest.mark.usefixtures("on_the_day")
def test_refused_text_may_be_put_right_under_the_same_key_or_a_new_one(
    world: World, road: Road, key: str
) -> None:
    client = signed_in(world, "li")

    refused = send(client, road, world, key, held_on="2026-03-11")
    again = send(client, road, world, key, held_on="2026-03-11")
    righted = send(client, road, world, key)
    other = send(client, road, world, str(uuid.uuid4()))

    assert refused.status_code == again.status_code == (422 if road is PAGE else 409)
    assert righted.status_code == road.done
    # A new key is a new act: the portal asks whether it is another meeting, and records nothing meanwhile.
    assert other.status_code == (422 if road is PAGE else 409)
    assert recorded() == 1


@pytest.mark.usefixtures("on_the_day")
def test_other_text_under_a_used_key_is_refused(world: World, road: Road, key: str) -> None:
    client = signed_in(world, "li")
    send(client, road, world, key)

    other = send(client, road, world, key, title="另一次会议", held_on="2026-03-06")

    assert other.status_code == road.reused
    assert recorded() == 1


@pytest.mark.usefixtures("on_the_day")
def test_the_key_of_another_person_is_another_key(world: World, road: Road, key: str) -> None:
    send(signed_in(world, "li"), road, world, key)

    other = send(signed_in(world, "ran"), road, world, key, held_on="2026-03-06")

    assert other.status_code == road.done
    assert recorded() == 2


# --- in several


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread and a connection of its own, started together."""
    answers: list[Any] = [None] * len(jobs)
    barrier = threading.Barrier(len(jobs))

    def run(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = jobs[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.usefixtures("committed_db", "on_the_day")
def test_eight_at_once_make_one_row_and_get_one_answer(world: World, road: Road, key: str) -> None:
    clients = [signed_in(world, "li") for _ in range(8)]

    answers = at_once([lambda client=client: send(client, road, world, key) for client in clients])

    done = [answer for answer in answers if answer.status_code == road.done]
    # A copy that waited its three seconds for the first is told so, and nothing was done for it.
    assert {answer.status_code for answer in answers} <= {road.done, BUSY}
    assert len({(answer.content, answer.headers.get("Location")) for answer in done}) == 1
    assert sum("Idempotent-Replay" not in answer for answer in done) == 1
    assert recorded() == 1


@contextmanager
def branch_held(world: World) -> Iterator[None]:
    """Another writer of the branch does not let go."""
    with transaction.atomic():
        Organization.unscoped.select_for_update(no_key=True).get(pk=world.a.pk)
        yield


@pytest.mark.usefixtures("committed_db", "on_the_day")
def test_a_busy_answer_is_repeated_with_the_same_key(world: World, road: Road, key: str) -> None:
    client = signed_in(world, "li")
    client.raise_request_exception = False

    with branch_held(world):
        busy = at_once([lambda: send(client, road, world, key)])[0]
    again = send(client, road, world, key)

    assert (busy.status_code, busy["Retry-After"]) == (BUSY, "5")
    assert again.status_code == road.done
    assert "Idempotent-Replay" not in again
    assert recorded() == 1


# --- a process that dies


@dataclass
class Server:
    """A portal of its own over the test's database."""

    process: subprocess.Popen[bytes]
    port: int

    def post(self, road: Road, world: World, client: Client, key: str, **headers: str) -> int | None:
        """The status; None where the answer never came."""
        body, kind = road.body(world)
        token = "t" * 32
        cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        sent = {
            "Cookie": f"{cookies}; {settings.CSRF_COOKIE_NAME}={token}", "X-CSRFToken": token,
            "Content-Type": kind, "Idempotency-Key": key, **headers,
        }  # fmt: skip
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            wire.request("POST", road.address, body, sent)
            return wire.getresponse().status
        except (http.client.HTTPException, OSError):
            return None
        finally:
            wire.close()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)


@contextmanager
def served() -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = connection.settings_dict
    address = (
        f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "orgportal.settings_test", "DATABASE_URL": address}
    command = [sys.executable, "-m", "activities.tests.dying_server", str(port)]
    server = Server(subprocess.Popen(command, cwd=ROOT, env=env), port)
    try:
        _wait_for(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close() or True)
        yield server
    finally:
        server.kill()


def _wait_for(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.05)
    raise TimeoutError


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Inside a transaction the view would answer as it did the first time.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.usefixtures("committed_db")
def test_a_crash_before_the_commit_leaves_nothing_and_the_key_free(
    world: World, road: Road, key: str
) -> None:
    client = signed_in(world, "li")
    answers: list[int | None] = []
    with served() as server:
        sending = threading.Thread(target=lambda: answers.append(server.post(road, world, client, key)))
        with branch_held(world):
            sending.start()
            _wait_for(waiting_for_a_lock)
            server.kill()
        sending.join()
    left = (answers, recorded())

    again = send(client, road, world, key)

    assert left == ([None], 0)
    assert again.status_code == road.done
    assert recorded() == 1


@pytest.mark.usefixtures("committed_db")
def test_a_crash_after_the_commit_is_answered_from_the_record(world: World, road: Road, key: str) -> None:
    client = signed_in(world, "li")
    with served() as server:
        lost = server.post(road, world, client, key, **{"X-Die-Unanswered": "1"})
    left = (lost, recorded())

    again = send(client, road, world, key)

    assert left == (None, 1)
    assert again.status_code == road.done
    assert again["Idempotent-Replay"] == "true"
    assert recorded() == 1
