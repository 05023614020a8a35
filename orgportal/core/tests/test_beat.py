"""Beat after its machine's clock was put back."""

from datetime import timedelta

import pytest
from celery import Celery

from orgportal.core.beat import SteadyScheduler

HOUR = timedelta(hours=1)


@pytest.fixture
def beat(tmp_path):
    """Beat as it starts on one schedule file; nothing of it is due within the test."""
    app = Celery("clocks", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "often": {"task": "core.ping", "schedule": 60.0},
        "seldom": {"task": "core.ping", "schedule": 200.0},
    }
    return lambda: SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"))


def put_ahead(scheduler):
    for entry in scheduler.schedule.values():
        entry.last_run_at += HOUR


def waits(scheduler):
    """Seconds until each of the two is due."""
    return {name: scheduler.schedule[name].is_due().next for name in ("often", "seldom")}


def test_a_clock_put_back_between_two_starts_delays_nothing(beat):
    before = beat()
    put_ahead(before)
    before.close()

    after = beat()
    delay = after.tick()

    assert 50 < delay <= 60
    assert waits(after) == {"often": pytest.approx(60, abs=10), "seldom": pytest.approx(200, abs=10)}


def test_a_clock_put_back_under_a_running_beat_delays_nothing(beat):
    scheduler = beat()
    assert 50 < scheduler.tick() <= 60
    put_ahead(scheduler)
    scheduler._heap = [event._replace(time=event.time + 3600) for event in scheduler._heap]

    assert 50 < scheduler.tick() <= 60


def test_a_clock_that_is_right_keeps_what_was_written(beat):
    scheduler = beat()
    for entry in scheduler.schedule.values():
        entry.last_run_at -= timedelta(seconds=20)

    assert 30 < scheduler.tick() <= 40
