"""Each run leaves a row; a worker that dies is found; what kills three of them is set aside."""

from datetime import date, timedelta
from typing import Any

import pytest
from celery import current_app, shared_task
from django.db import DatabaseError, IntegrityError, connection, transaction

from branches.tests.factories import NOW
from orgportal.core import job_runs, outbox
from orgportal.core.errors import Refused
from orgportal.core.faults import fault_words
from orgportal.core.models import JobRun, OutboxEvent, User
from orgportal.core.tasks import forget_runs, run_job

pytestmark = pytest.mark.django_db
MESSAGE = "b2c3"


@shared_task(name="test.count")
def count(*, on: str = "", number: int = 3, **_: Any) -> int:
    if number < 0:
        raise ValueError("张三 410182199003075534")
    return number if not on else int(on[-2:])


def rows(*columns: str) -> list[Any]:
    return list(JobRun.objects.order_by("id").values_list(*columns))


def delivered(number: int = 3, message: str = MESSAGE, **more: Any) -> Any:
    """As a worker runs what it was handed."""
    task = current_app.tasks["test.count"]
    task.push_request(id=message, called_directly=False)
    try:
        return task(number=number, **more)
    finally:
        task.pop_request()


def test_a_run_tells_what_it_did_and_for_which_day() -> None:
    assert delivered() == 3
    assert delivered(on="2026-03-09", message="other") == 9

    assert rows("job", "state", "counts", "on", "message_id", "error") == [
        ("test.count", "done", {"": 3}, None, MESSAGE, ""),
        ("test.count", "done", {"": 9}, date(2026, 3, 9), "other", ""),
    ]
    run = JobRun.objects.all()[0]
    assert run.finished_at is not None
    assert run.finished_at >= run.started_at
    assert run.seconds == run.milliseconds / 1000
    assert str(run).startswith("test.count 20")


def test_a_task_called_as_a_function_is_no_run() -> None:
    assert count(number=2) == 2
    assert rows("job") == []


def test_runs_that_did_nothing_share_a_row_an_hour() -> None:
    for number in range(3):
        delivered(0, message=f"m{number}")

    assert rows("runs", "state", "counts") == [(3, "done", {})]
    assert JobRun.objects.get().hour.minute == 0


def test_asked_for_by_hand_it_is_told_even_if_it_did_nothing() -> None:
    assert run_job(job="test.count", on="2026-03-00"[:8] + "01") == {"": 1}
    assert run_job(job="test.count") == {"": 3}

    assert rows("job", "on", "counts") == [
        ("test.count", date(2026, 3, 1), {"": 1}),
        ("test.count", None, {"": 3}),
    ]


@pytest.mark.parametrize(
    ("result", "told"),
    [(None, {}), (True, {"": 1}), ({"opened": 2, "settled": 0}, {"opened": 2, "settled": 0}), ("text", {})],
)
def test_numbers_of_what_is_returned(result: Any, told: dict[str, int]) -> None:
    assert job_runs.counted(result) == told


def test_a_failure_is_told_without_anybodys_data() -> None:
    with pytest.raises(ValueError, match="张三"):
        delivered(-1)

    ((state, error),) = rows("state", "error")
    assert state == "failed"
    assert error.startswith("ValueError at orgportal/core/tests/test_job_runs.py:")


def test_words_of_a_fault_name_the_code_and_never_the_row() -> None:
    User.objects.create(user_name="zhang", display_name="张三", created_at=NOW)
    with pytest.raises(IntegrityError) as found, transaction.atomic():
        User.objects.create(user_name="ZHANG", display_name="张三", created_at=NOW)

    words = fault_words(found.value)
    assert words.startswith("IntegrityError 23505 user_name_once_in_any_case at orgportal/")
    assert "ZHANG" not in words
    assert fault_words(Refused("too_many")) == "Refused too_many"
    assert fault_words(KeyError("张三")) == "KeyError"


def test_a_database_that_is_away_does_not_hide_what_went_wrong(caplog: pytest.LogCaptureFixture) -> None:
    def away(*_: Any) -> None:
        raise DatabaseError("gone")

    def work() -> None:
        stack.__enter__()
        raise ValueError("first")

    stack = connection.execute_wrapper(away)
    with pytest.raises(ValueError, match="first"):
        job_runs.recorded("test.count", work)
    stack.__exit__(None, None, None)

    assert "the failure of test.count could not be noted" in caplog.text


# --- workers that die


def died(message: str = MESSAGE) -> None:
    """A run whose worker was killed in it: nobody wrote its end."""
    JobRun.objects.create(job="test.count", message_id=message, started_at=NOW)


def test_the_third_kill_sets_the_message_aside() -> None:
    died()
    for _ in range(2):
        delivered_and_killed()

    assert delivered() is None
    assert rows("state", "error") == [("vanished", "worker_lost")] * 3 + [("parked", "worker_lost")]
    assert delivered(message="another") == 3


def delivered_and_killed() -> None:
    """A worker that dies writes nothing more: a BaseException passes as a kill does."""
    with pytest.raises(KeyboardInterrupt):
        job_runs.recorded("test.count", killing, message_id=MESSAGE)


def killing() -> None:
    raise KeyboardInterrupt


def test_two_kills_are_forgiven() -> None:
    died()
    delivered_and_killed()

    assert delivered() == 3
    assert rows("state") == [("vanished",), ("vanished",), ("done",)]


def test_what_runs_far_too_long_is_taken_for_dead_by_the_next_job() -> None:
    died("of a worker long gone")

    job_runs.recorded("test.other", lambda: 1)

    assert rows("job", "state") == [("test.count", "vanished"), ("test.other", "done")]


def test_the_sweep_is_one_row_an_hour_whatever_it_delivers() -> None:
    for number in (3, 4):
        job_runs.recorded("core.sweep_outbox", lambda number=number: number)

    assert rows("job", "runs") == [("core.sweep_outbox", 2)]


# --- promises


@pytest.fixture
def _topic() -> Any:
    current_app.conf.outbox_topics["test.counted"] = "test.count"
    yield
    del current_app.conf.outbox_topics["test.counted"]


def promise(number: int, key: str = "1", **more: Any) -> OutboxEvent:
    return OutboxEvent.objects.create(
        topic="test.counted", key=key, payload={"number": number}, created_at=NOW, **more
    )


@pytest.mark.usefixtures("_topic")
def test_deliveries_are_counted_by_the_hour_and_failures_told_singly() -> None:
    promise(1)
    promise(2, "2")
    promise(-1, "3")

    assert outbox.deliver(at=NOW) == 2
    assert rows("job", "state", "runs") == [("test.count", "done", 2), ("test.count", "failed", 1)]
    assert JobRun.objects.get(state="failed").error.startswith("ValueError at ")


@pytest.mark.usefixtures("_topic")
def test_a_promise_that_killed_three_workers_is_set_aside_and_takes_no_other_with_it() -> None:
    lost = {"claimed_until": NOW - timedelta(minutes=1)}
    killer, innocent = promise(1, **lost, attempts=3), promise(2, "2", **lost, attempts=1)

    assert outbox.deliver(at=NOW) == 1

    killer.refresh_from_db()
    innocent.refresh_from_db()
    assert (killer.parked_at, killer.error, killer.done_at) == (NOW, "worker_lost", None)
    assert (innocent.done_at, innocent.attempts) == (NOW, 2)
    assert rows("state") == [("vanished",), ("done",)]
    assert outbox.deliver(at=NOW + timedelta(days=1)) == 0


@pytest.mark.usefixtures("_topic")
def test_what_was_tried_before_is_taken_one_by_one() -> None:
    for number in range(3):
        promise(number, str(number), attempts=1, error="x", claimed_until=NOW - timedelta(minutes=1))

    assert outbox.deliver(at=NOW, limit=2) == 2
    assert OutboxEvent.objects.filter(done_at=None).count() == 1


# --- forgotten


def test_old_runs_and_promises_are_forgotten_and_what_waits_is_kept(settings: Any) -> None:
    settings.JOB_RUNS_DAYS = 30
    old = NOW - timedelta(days=300)
    for state in JobRun.State:
        ended = None if state == "running" else old
        JobRun.objects.create(job="a", state=state, started_at=old, finished_at=ended)
    JobRun.objects.create(job="a", state="parked", started_at=old, finished_at=old, settled_at=old)
    promise(1, done_at=old)
    promise(2, "2", parked_at=old, claimed_until=old)
    promise(3, "3", parked_at=old, claimed_until=old, discarded_at=old)

    assert forget_runs() == {"runs": 4, "promises": 2, "links": 0}
    assert rows("state") == [("running",), ("parked",)]
    assert OutboxEvent.objects.get().payload == {"number": 2}
