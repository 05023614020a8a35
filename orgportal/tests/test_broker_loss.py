"""The drill in small: a real worker, beat and Redis, killed and flushed while they send."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.utils import timezone

from drills._waiting import plan_waiting
from drills.broker_loss import Facts, run
from launcher.binaries import find_redis
from launcher.processes import free_port
from orgportal.core.models import Notification, Reminder

pytestmark = [pytest.mark.services, pytest.mark.timeout(400)]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of its own: flushing it is part of the test."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen([find_redis(None), *options], stdout=subprocess.DEVNULL)
    address = f"redis://127.0.0.1:{port}"
    for _ in range(100):
        with suppress(redis.ConnectionError):
            redis.Redis.from_url(address).ping()
            break
        time.sleep(0.1)
    yield address
    server.kill()
    server.wait()


def database_url() -> str:
    settings = connection.settings_dict
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{secret}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_killed_worker_and_beat_and_flushed_redis_lose_and_double_nothing(own_redis: str) -> None:
    expected = plan_waiting(60, at=timezone.now() - timedelta(seconds=1))
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": own_redis}

    figure = run(env, expected, Facts(Reminder, Notification))

    assert expected == 60
    assert figure.is_sound, figure
