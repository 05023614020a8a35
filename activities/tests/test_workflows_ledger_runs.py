"""Ledgers of a whole body: drawn once each, resumed, the right asked twice, thrown away after their day."""

import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from activities.choices import LedgerForm, LedgerKind, RunState
from activities.models import Duty, LedgerFile, LedgerRun
from activities.rules.duties import Period
from activities.tasks import clear_ledgers, run_ledgers
from activities.tests.ledgers import quarter
from activities.workflows import ledger_runs as work
from activities.workflows.ledger_runs import Wanted, again, clear, order, take_all
from branches.tests.factories import make_organization
from members.models import Post
from members.queries import scope_for
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

Q1 = Period(date(2026, 1, 1), date(2026, 3, 31))
LONG_AGO = Period(date(1930, 1, 1), date(1930, 12, 31))
WANTED = Wanted(LedgerKind.QUARTER, Q1, LedgerForm.XLSX)


def how(world: Any, persona: str = "zhao") -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}


def ordered(world: Any, wanted: Wanted = WANTED) -> LedgerRun:
    return order(world.committee_1, wanted, **how(world))


def states(run: LedgerRun) -> list[str]:
    return list(run.files.order_by("pk").values_list("state", flat=True))


def drawn(world: Any) -> LedgerRun:
    run = ordered(world)
    work.run(run.pk, at=world.now)
    return LedgerRun.unscoped.select_related("organization").get(pk=run.pk)


def test_every_branch_of_the_body_gets_its_file(world: Any) -> None:
    quarter(world)

    run = drawn(world)

    assert (run.state, run.done_at, run.keep_until) == (
        RunState.DONE,
        world.now,
        world.today + timedelta(days=7),
    )
    assert list(run.files.order_by("pk").values_list("branch", "state", "name")) == [
        (world.a.pk, "done", "季度组织生活落实表_甲社区党支部_2026-Q1.xlsx"),
        (world.b.pk, "done", "季度组织生活落实表_乙社区党支部_2026-Q1.xlsx"),
    ]
    entry = AuditEntry.objects.get(action="ledger.ordered")
    assert entry.changes == {"kind": "quarter", "form": "xlsx", "period": "2026-Q1", "branches": 2}


def test_the_order_names_the_very_branches_in_sight(world: Any) -> None:
    make_organization(world.committee_1, "丁社区党支部", established_on=date(2026, 4, 1))
    make_organization(world.committee_1, "戊社区党支部", dissolved_on=date(2025, 12, 31))

    of_zhao = ordered(world)
    of_qian = order(world.district, WANTED, **how(world, "qian"))

    assert {row.branch_id for row in of_zhao.files.all()} == {world.a.pk, world.b.pk}
    assert {row.branch_id for row in of_qian.files.all()} == {
        world.a.pk,
        world.b.pk,
        world.c.pk,
        world.organ.pk,
    }


def test_nobody_orders_out_of_sight_or_for_nothing_or_too_much(world: Any, monkeypatch: Any) -> None:
    for persona in ("wang", "li"):
        with pytest.raises(NotAllowed):
            order(world.committee_1, WANTED, **how(world, persona))
    with pytest.raises(Refused, match="ledger_run_empty"):
        order(world.committee_1, Wanted(LedgerKind.BOOK, LONG_AGO, LedgerForm.PDF), **how(world))
    monkeypatch.setattr(work, "MOST", 1)
    with pytest.raises(Refused, match="ledger_run_too_long"):
        ordered(world)
    assert not LedgerRun.unscoped.exists()


def test_it_is_told_once_however_often_it_runs(world: Any) -> None:
    run = drawn(world)

    assert run_ledgers(run.pk) == 0
    told = Notification.unscoped.get(rule="activities.ledgers_ready")
    assert (told.recipient, told.url) == (world.zhao.user, run.get_absolute_url())
    assert told.params == {
        "body": "东街道党工委", "ledger": {"word": "Quarter sheet"}, "done": 2, "all": 2,
        "until": {"day": "2026-03-17"},
    }  # fmt: skip


def test_a_slice_at_a_time_it_asks_for_the_next(world: Any) -> None:
    run = ordered(world)
    OutboxEvent.objects.all().delete()

    assert work.run(run.pk, at=world.now, most=1) == 1
    run.refresh_from_db()
    assert (run.state, states(run)) == (RunState.RUNNING, ["done", "waiting"])
    event = OutboxEvent.objects.get(topic="ledgers.run")
    assert run_ledgers(**event.payload) == 1
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_what_another_worker_has_is_left_to_it(world: Any) -> None:
    run = ordered(world)
    first = run.files.order_by("pk").first()
    LedgerFile.objects.filter(pk=first.pk).update(state="done", name="x")

    assert work._settle(run, first.pk, world.now) is False


def test_whoever_lost_the_right_meanwhile_gets_nothing(world: Any) -> None:
    run = ordered(world)
    Post.unscoped.filter(member=world.zhao).update(ends_on=world.today - timedelta(days=1))

    work.run(run.pk, at=world.now)

    assert states(run) == ["refused", "refused"]
    run = LedgerRun.unscoped.get(pk=run.pk)
    with pytest.raises(Refused, match="ledger_run_no_files"):
        take_all(run, actor=world.zhao.user, scope=scope_for(world.zhao.user, world.today), at=world.now)


def test_the_archive_holds_the_branches_in_sight_at_that_moment(world: Any) -> None:
    run = drawn(world)
    taken = take_all(run, **how(world))

    names = zipfile.ZipFile(BytesIO(taken.content)).namelist()
    assert names == [
        "001_季度组织生活落实表_甲社区党支部_2026-Q1.xlsx",
        "002_季度组织生活落实表_乙社区党支部_2026-Q1.xlsx",
    ]
    assert taken.name == "季度组织生活落实表_东街道党工委_2026-Q1.zip"
    entry = AuditEntry.objects.get(action="ledger.taken_all")
    assert entry.changes["branches"] == [world.a.pk, world.b.pk]
    li = scope_for(world.li.user, world.today)
    only_a = take_all(run, actor=world.zhao.user, scope=li, at=world.now)
    assert len(zipfile.ZipFile(BytesIO(only_a.content)).namelist()) == 1


def test_the_files_are_whoevers_ordered_them(world: Any) -> None:
    run = drawn(world)

    with pytest.raises(NotAllowed):
        take_all(run, **how(world, "qian"))
    with pytest.raises(NotAllowed):
        again(run, actor=world.qian.user, at=world.now)
    assert not LedgerRun.objects.visible_to(world.scope("qian")).exists()


def test_one_branch_that_cannot_be_drawn_holds_up_no_other_and_is_tried_again(world: Any) -> None:
    quarter(world)
    run = ordered(world, Wanted(LedgerKind.BOOK, Q1, LedgerForm.XLSX))
    Duty.unscoped.filter(branch=world.a, rule="review.freq").update(ends_on=Q1.ends_on, rule="nothing.known")

    work.run(run.pk, at=world.now)

    run = LedgerRun.unscoped.get(pk=run.pk)
    assert (run.state, states(run)) == (RunState.DONE, ["failed", "done"])
    Duty.unscoped.filter(rule="nothing.known").update(rule="review.freq")
    later = world.now + timedelta(minutes=5)
    again(run, actor=world.zhao.user, at=later)
    work.run(run.pk, at=later)
    assert states(run) == ["done", "done"]
    assert Notification.unscoped.filter(rule="activities.ledgers_ready").count() == 2
    with pytest.raises(Refused, match="ledger_run_nothing_failed"):
        again(LedgerRun.unscoped.get(pk=run.pk), actor=world.zhao.user, at=later)


def test_nothing_is_tried_again_while_it_runs(world: Any) -> None:
    with pytest.raises(Refused, match="ledger_run_nothing_failed"):
        again(ordered(world), actor=world.zhao.user, at=world.now)


def test_files_are_thrown_away_after_their_day(world: Any) -> None:
    run, left = drawn(world), ordered(world)

    assert clear(at=world.now + timedelta(days=7)) == 0
    assert clear(at=world.now + timedelta(days=8)) == 2
    run.refresh_from_db()
    assert (run.state, set(run.files.values_list("content", flat=True))) == (RunState.CLEARED, {None})
    with pytest.raises(Refused, match="ledger_run_no_files"):
        take_all(run, **how(world))
    assert work.run(left.pk, at=world.now) == 0
    assert clear_ledgers() == 0
    assert timezone.is_aware(LedgerRun.unscoped.get(pk=left.pk).done_at)
