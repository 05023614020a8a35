"""Promises survive a lost broker and a bad event, and are kept at least once."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app, shared_task
from django.db import transaction

from branches.tests.factories import NOW
from orgportal.core import outbox
from orgportal.core.logs import Trace, trace
from orgportal.core.models import OutboxEvent

SEEN: list[tuple[int, str]] = []


@shared_task(name="test.note")
def note(*, number: int, **_: Any) -> None:
    if number < 0:
        raise ValueError("poison")
    SEEN.append((number, trace.get().request_id))


@pytest.fixture(autouse=True)
def _topics(db: None) -> Any:
    SEEN.clear()
    current_app.conf.outbox_topics["test.noted"] = "test.note"
    yield
    del current_app.conf.outbox_topics["test.noted"]


def promise(number: int, key: object | None = None) -> None:
    outbox.emit("test.noted", key or number, {"number": number}, at=NOW)


def test_equal_wishes_become_one(django_capture_on_commit_callbacks: Any) -> None:
    promise(1, "same")
    promise(1, "same")
    promise(2, "other")

    assert outbox.deliver(at=NOW) == 2
    assert [number for number, _ in SEEN] == [1, 2]
    assert outbox.deliver(at=NOW) == 0


def test_a_wish_after_delivery_is_a_new_one() -> None:
    promise(1, "same")
    outbox.deliver(at=NOW)
    promise(1, "same")

    assert outbox.deliver(at=NOW) == 1
    assert OutboxEvent.objects.count() == 2


def test_worker_runs_under_the_id_of_the_request() -> None:
    token = trace.set(Trace("abc123"))
    promise(1)
    trace.reset(token)

    outbox.deliver(at=NOW)

    assert SEEN == [(1, "abc123")]


def test_poison_is_parked_and_holds_up_nobody() -> None:
    promise(-1)
    promise(1)
    at = NOW

    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.deliver(at=at)
        at += timedelta(hours=2)

    poison = OutboxEvent.objects.get(payload__number=-1)
    assert [number for number, _ in SEEN] == [1]
    assert (poison.attempts, poison.error, poison.done_at) == (
        outbox.MAX_ATTEMPTS,
        "ValueError: poison",
        None,
    )
    assert poison.parked_at is not None
    assert outbox.deliver(at=at) == 0
    assert OutboxEvent.objects.get(pk=poison.pk).attempts == outbox.MAX_ATTEMPTS


def test_failures_wait_longer_each_time() -> None:
    promise(-1)
    outbox.deliver(at=NOW)

    assert outbox.deliver(at=NOW + timedelta(minutes=1)) == 0
    assert OutboxEvent.objects.get().attempts == 1
    outbox.deliver(at=NOW + timedelta(minutes=3))
    assert OutboxEvent.objects.get().attempts == 2


def test_topic_nobody_listens_to_is_only_a_record() -> None:
    outbox.emit("nobody.listens", 1, {}, at=NOW)

    assert outbox.deliver(at=NOW) == 1


def test_rolled_back_business_promises_nothing() -> None:
    with transaction.atomic():
        promise(1)
        transaction.set_rollback(True)

    assert not OutboxEvent.objects.exists()


@pytest.fixture
def _redis_away(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    current_app._after_fork()  # forgets the connections made so far
    yield
    current_app._after_fork()


@pytest.mark.usefixtures("_redis_away")
def test_save_succeeds_while_redis_is_away_and_drains_later(
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as poked:
        promise(1)

    assert len(poked) == 1
    assert "broker away" in caplog.text
    assert OutboxEvent.objects.filter(done_at=None).count() == 1
    assert outbox.deliver(at=NOW) == 1
    assert SEEN[0][0] == 1


def test_a_dead_workers_claim_runs_out() -> None:
    promise(1)
    OutboxEvent.objects.update(claimed_until=NOW + outbox.LEASE, attempts=1)

    assert outbox.deliver(at=NOW + timedelta(minutes=9)) == 0
    assert outbox.deliver(at=NOW + timedelta(minutes=11)) == 1
