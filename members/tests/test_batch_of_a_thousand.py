"""A batch as long as one may be: what its preview, its work and its report cost."""

import time
import tracemalloc
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.choices import BatchRowState, BatchState, PeriodReason
from members.models import Batch, BranchPeriod, Member, StandingPeriod, Transfer
from members.tests.factories import make_member
from members.tests.transfer_pages import text
from members.tests.transfers import details
from members.workflows import batches as work
from members.workflows.batch_preview import verdicts

pytestmark = pytest.mark.usefixtures("on_the_day")
ROWS = 1000
# One page of lists, not of records: generous, and far below what a worker process holds.
MOST_BYTES, MOST_MEMORY = 2_000_000, 80 * 1024 * 1024
TIMED = 20


def graduates(world: Any, count: int = ROWS) -> list[Member]:
    """Like the first, who is made by hand; the rest in four statements."""
    first = make_member(world.a, "毕业")
    facts = {
        field.attname: getattr(first, field.attname)
        for field in Member._meta.concrete_fields
        if field.attname not in {"id", "number", "mobile", "id_number_digest"}
    }
    people = Member.unscoped.bulk_create(
        Member(**{**facts, "pk": first.pk + 10_000 + n, "number": f"G{n:08d}", "name": f"毕业{n}"})
        for n in range(1, count)
    )
    since = {"starts_on": date(2015, 7, 1), "recorded_at": world.now}
    BranchPeriod.objects.bulk_create(
        BranchPeriod(member=each, branch=world.a, reason=PeriodReason.LOADED, **since) for each in people
    )
    StandingPeriod.objects.bulk_create(
        StandingPeriod(member=each, standing=each.standing, **since) for each in people
    )
    return [first, *people]


def queries_of(batch: Batch, world: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        verdicts(batch, world.scope("li"), world.today)
    return len(asked)


def prepared(world: Any, people: list[Member]) -> Batch:
    return work.prepare_start(
        people, details(world.b), actor=world.user("li"), scope=world.scope("li"), at=world.now
    )


def test_a_thousand_are_previewed_in_constant_queries_and_little_memory(world: Any) -> None:
    few = queries_of(prepared(world, [world.chen, world.sun]), world)
    batch = prepared(world, graduates(world))
    client = world.client("li")

    tracemalloc.start()
    preview = client.get(batch.get_absolute_url())
    _, memory = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert preview.status_code == 200
    assert "共 1,000 人" in text(preview)
    assert queries_of(batch, world) <= few
    assert (len(preview.content) < MOST_BYTES, memory < MOST_MEMORY) == (True, True)


def test_a_slice_of_a_thousand_ends_within_a_workers_time_and_all_are_reported(world: Any) -> None:
    batch = prepared(world, graduates(world))
    client, address = world.client("li"), batch.get_absolute_url()
    client.post(reverse("members:batch-begin", args=[batch.pk]))

    started = time.monotonic()
    settled = work.run(batch.pk, at=world.now, most=TIMED)
    per_row = (time.monotonic() - started) / TIMED
    running = text(client.get(address))
    batch.rows.filter(state=BatchRowState.WAITING).update(state=BatchRowState.REFUSED, code="batch_empty")
    work.run(batch.pk, at=world.now)
    report = text(client.get(address))

    assert (settled, Transfer.unscoped.filter(member__branch=world.a).count()) == (TIMED, TIMED)
    assert per_row * work.SLICE < settings.CELERY_TASK_SOFT_TIME_LIMIT / 2
    assert f"已完成 {TIMED} / 1000" in running
    assert "毕业999" not in running
    assert Batch.unscoped.get(pk=batch.pk).state == BatchState.DONE
    assert "毕业999" in report


def test_ticks_of_a_whole_batch_fit_into_one_request(world: Any) -> None:
    """A tick is one field; the queue sends those of its page, a program may send all."""
    picked = {"who": "picked", "pick": [str(n) for n in range(1, ROWS + 1)]}

    sent = world.client("zhao").post("/members/transfers/together/move-on/", picked)

    assert sent.status_code == 422
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS > 2 * work.MOST


def test_one_more_than_that_is_refused_before_anything_is_prepared(world: Any) -> None:
    graduates(world)
    client = world.client("li")
    place = "/members/transfers/together/start/?who=all"

    listed = text(client.get("/members/"))
    offered = text(client.get(place))
    sent = client.post(place, {"target": world.b.pk, "target_text": "乙社区", "reason": "study"})

    assert "一次最多一并办理 1000 人" in listed
    assert "一次最多一并办理 1000 人" in offered
    assert sent.status_code == 422
    assert not Batch.unscoped.exists()
