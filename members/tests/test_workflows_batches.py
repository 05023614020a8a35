"""Many transfers by one decision: each row stands for itself, and a worker may come twice or die half-way."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.choices import BatchRowState, BatchState, Standing, TransferReason
from members.models import Batch, Member, Paper, Post, Transfer
from members.queries.batches import row_counts
from members.tasks import run_batch
from members.tests.factories import make_member, make_person, make_transfer
from members.tests.transfers import OUTSIDE, act, add_yang, details, with_letter
from members.workflows import batches as work
from members.workflows.batch_preview import verdicts
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, OutboxEvent
from orgportal.core.outbox import deliver

pytestmark = pytest.mark.usefixtures("on_the_day")


def prepare(world: Any, persona: str, *people: Member, target: Any = None) -> Batch:
    return work.prepare_start(
        people, details(target or world.b, reason=TransferReason.STUDY), actor=world.user(persona),
        scope=world.scope(persona), at=world.now,
    )  # fmt: skip


def results(batch: Batch) -> dict[str, tuple[str, str]]:
    return {row.member.name: (row.state, row.code) for row in batch.rows.select_related("member")}


def test_every_row_becomes_a_transfer_of_its_own_and_a_refused_one_says_why(world: Any) -> None:
    rival = make_transfer(world.sun, world.c, state="submitted")
    stopped = make_member(world.a, "已停", standing=Standing.SUSPENDED)
    batch = prepare(world, "li", world.chen, world.sun, stopped)

    work.begin(batch, actor=world.user("li"), at=world.now)
    settled = run_batch(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (settled, batch.state, batch.done_at is not None) == (3, BatchState.DONE, True)
    assert results(batch) == {
        world.chen.name: (BatchRowState.DONE, ""),
        world.sun.name: (BatchRowState.REFUSED, "transfer_rival"),
        "已停": (BatchRowState.REFUSED, "transfer_not_a_member"),
    }
    assert batch.rows.get(member=world.sun).params == {"target": rival.target.name}
    made = Transfer.unscoped.get(member=world.chen)
    assert (made.target, made.reason, made.started_by) == (world.b, "study", world.li.user)
    assert row_counts(batch) == {"waiting": 0, "done": 1, "refused": 2}


def test_graduates_leave_together_for_a_body_outside_and_wait_for_their_letters(world: Any) -> None:
    stated = details(None, reason=TransferReason.STUDY, outside=OUTSIDE)
    batch = work.prepare_start(
        [world.chen, world.sun], stated, actor=world.user("li"), scope=world.scope("li"), at=world.now
    )
    work.begin(batch, actor=world.user("li"), at=world.now)
    run_batch(batch_id=batch.pk)
    waiting = Transfer.objects.visible_to(world.scope("zhao")).to_do(world.scope("zhao"))  # type: ignore[attr-defined]
    letters = work.prepare_moves(waiting, actor=world.user("zhao"), at=world.now)
    work.begin(letters, actor=world.user("zhao"), at=world.now)
    run_batch(batch_id=letters.pk)

    made = Transfer.unscoped.order_by("pk")
    begun = AuditEntry.objects.filter(action="transfer.batch_begun").earliest("pk")
    assert batch.target_name == OUTSIDE.body
    assert begun.changes["target"] == OUTSIDE.body
    assert {(row.target, row.outside_body, row.outside_committee, row.outside_phone) for row in made} == {
        (None, OUTSIDE.body, OUTSIDE.committee, OUTSIDE.phone)
    }
    assert {row.state for row in made} == {"at_receiver"}
    assert Paper.unscoped.filter(kind="letter", transfer__in=made).count() == 2
    assert row_counts(letters) == {"waiting": 0, "done": 2, "refused": 0}


def test_a_slip_is_confirmed_on_its_own_page_and_a_batch_says_so_before(world: Any) -> None:
    act(world, "chen", with_letter(world), "hand-in")
    scope = world.scope("zhao")
    waiting = Transfer.objects.visible_to(scope).to_do(scope)  # type: ignore[attr-defined]
    batch = work.prepare_moves(waiting, actor=world.user("zhao"), at=world.now)

    (said,) = verdicts(batch, scope, world.today)
    work.begin(batch, actor=world.user("zhao"), at=world.now)
    run_batch(batch_id=batch.pk)

    assert (said.is_possible, [each.code for each in said.found]) == (False, ["slip_needs_day"])
    assert results(batch) == {world.chen.name: (BatchRowState.REFUSED, "slip_needs_day")}


def test_a_batch_names_one_target_and_only_a_start_has_any(world: Any) -> None:
    for target, outside in [(None, None), (world.b, OUTSIDE)]:
        with pytest.raises(Refused) as unclear:
            work.prepare_start(
                [world.chen], details(target, outside=outside), actor=world.user("li"),
                scope=world.scope("li"), at=world.now,
            )  # fmt: skip
        assert unclear.value.code == "transfer_needs_one_target"
    for columns in [{"act": "start", "reason": "study"}, {"act": "move_on", "outside_body": "某支部"}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.unscoped.create(prepared_by=world.user("li"), recorded_at=world.now, **columns)


def test_a_second_worker_and_a_second_begin_change_nothing(world: Any) -> None:
    batch = prepare(world, "li", world.chen)
    work.begin(batch, actor=world.user("li"), at=world.now)
    first = run_batch(batch_id=batch.pk)

    second = run_batch(batch_id=batch.pk)
    with pytest.raises(Refused) as again:
        work.begin(batch, actor=world.user("li"), at=world.now)

    assert (first, second, again.value.code) == (1, 0, "batch_begun")
    assert Transfer.unscoped.filter(member=world.chen).count() == 1
    assert OutboxEvent.objects.filter(topic="transfers.batch").count() == 1
    assert AuditEntry.objects.filter(action="transfer.batch_begun").count() == 1


def test_work_left_half_way_is_finished_by_the_next_worker(world: Any) -> None:
    batch = prepare(world, "li", world.chen, world.sun)
    work.begin(batch, actor=world.user("li"), at=world.now)
    first = batch.rows.order_by("pk").first()
    assert first is not None
    work._settle(Batch.unscoped.get(pk=batch.pk), first.pk, world.now)
    again = work._settle(Batch.unscoped.get(pk=batch.pk), first.pk, world.now)

    settled = run_batch(batch_id=batch.pk)

    assert (again, settled) == (False, 1)
    assert Transfer.unscoped.filter(member__in=[world.chen, world.sun]).count() == 2


def test_rights_are_those_of_the_moment_it_runs(world: Any) -> None:
    batch = prepare(world, "li", world.chen)
    work.begin(batch, actor=world.user("li"), at=world.now)
    Post.unscoped.filter(member=world.li).update(ends_on=world.today.replace(day=1))

    run_batch(batch_id=batch.pk)

    assert results(batch) == {world.chen.name: (BatchRowState.REFUSED, "not_allowed")}
    assert not Transfer.unscoped.exists()


def test_transfers_of_a_queue_each_go_their_own_next_step(world: Any) -> None:
    add_yang(world)
    graduates = [make_person(world.a, f"grad{number}", f"毕业{number}") for number in range(3)]
    papers = [make_transfer(each, world.b, state="at_receiver", sent_on=world.today) for each in graduates]
    gone = make_transfer(world.chen, world.b, state="withdrawn", ended_at=world.now)
    batch = work.prepare_moves([*papers, gone], actor=world.user("yang"), at=world.now)
    stale = papers[2]
    Transfer.unscoped.filter(pk=stale.pk).update(version=5)

    work.begin(batch, actor=world.user("yang"), at=world.now)
    run_batch(batch_id=batch.pk)

    assert results(batch) == {
        "毕业0": (BatchRowState.DONE, ""),
        "毕业1": (BatchRowState.DONE, ""),
        "毕业2": (BatchRowState.REFUSED, "stale_version"),
        world.chen.name: (BatchRowState.REFUSED, "transfer_not_yours_now"),
    }
    arrived = Member.unscoped.filter(branch=world.b, name__startswith="毕业")
    assert set(arrived.values_list("name", flat=True)) == {"毕业0", "毕业1"}


def test_preparing_refuses_nobody_too_many_and_members_of_others(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused) as empty:
        prepare(world, "li")
    with pytest.raises(NotAllowed):
        prepare(world, "li", world.wang)
    monkeypatch.setattr(work, "MOST", 1)
    with pytest.raises(Refused) as long:
        prepare(world, "li", world.chen, world.sun)

    assert (empty.value.code, long.value.code) == ("batch_empty", "batch_too_long")
    assert long.value.params == {"most": 1}
    assert not Batch.unscoped.exists()


def test_only_its_preparer_begins_or_discards_and_only_before_it_runs(world: Any) -> None:
    batch = prepare(world, "li", world.chen)
    with pytest.raises(NotAllowed):
        work.begin(batch, actor=world.user("qian"), at=world.now)
    with pytest.raises(NotAllowed):
        work.discard(batch, actor=world.user("qian"))
    other = prepare(world, "li", world.sun)
    work.discard(other, actor=world.user("li"))
    work.begin(batch, actor=world.user("li"), at=world.now)
    with pytest.raises(Refused) as begun:
        work.discard(batch, actor=world.user("li"))

    assert begun.value.code == "batch_begun"
    assert set(Batch.unscoped.values_list("pk", flat=True)) == {batch.pk}


def test_the_outbox_wakes_the_worker(world: Any) -> None:
    batch = prepare(world, "li", world.chen)
    work.begin(batch, actor=world.user("li"), at=world.now)

    deliver(at=timezone.now())

    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_thousand_are_done_in_slices_that_ask_for_the_next(world: Any) -> None:
    batch = prepare(world, "li", world.chen, world.sun, world.li)
    work.begin(batch, actor=world.user("li"), at=world.now)
    OutboxEvent.objects.all().delete()

    first = work.run(batch.pk, at=world.now, most=2)
    batch.refresh_from_db()
    asked = OutboxEvent.objects.filter(topic="transfers.batch").get()
    last = work.run(batch.pk, at=world.now, most=2)

    assert (first, batch.state, last) == (2, BatchState.RUNNING, 1)
    assert asked.payload == {"batch_id": batch.pk}
    assert OutboxEvent.objects.filter(topic="transfers.batch").count() == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_batch_holds_a_thousand_by_the_setting() -> None:
    assert work.MOST == 1000


def test_of_a_transfer_out_of_sight_by_now_nothing_is_read(world: Any) -> None:
    add_yang(world)
    paper = make_transfer(world.chen, world.b, state="at_receiver", sent_on=world.today)
    batch = work.prepare_moves([paper], actor=world.user("yang"), at=world.now)

    (theirs,) = verdicts(batch, world.scope("yang"), world.today)
    (out_of_office,) = verdicts(batch, world.scope("wang"), world.today)

    assert (theirs.is_possible, theirs.step is not None) == (True, True)
    assert (out_of_office.is_possible, out_of_office.step) == (False, None)
    assert [said.code for said in out_of_office.found] == ["transfer_not_yours_now"]
