"""Leaving takes its rows before its turn in the trail: nobody waits in a circle with a holder of one."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from branches.models import Organization
from members.choices import PaperEnd
from members.models import ContactProposal, Member, MobileSpell, Paper
from members.tests.factories import make_spell
from members.tests.transfers import act, begin, with_letter
from members.workflows import cards, standing
from members.workflows import transfer as work
from members.workflows.standing import Decision
from members.workflows.transfer import Words
from orgportal.core import audit
from orgportal.core.models import AuditEntry, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
SLIP = Words(accepted_on=date(2026, 3, 10), slip_number="南组回字12号")
STOPPED = Decision(kind="stop", decided_on=date(2026, 3, 10), document="决议8号", ground="lost")
GONE = Decision(kind="expelled", decided_on=date(2026, 3, 10), document="决议9号")


def in_thread(job: Callable[[], Any], found: list[Any]) -> Thread:
    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            found.append(job())
        except Exception as failure:
            found.append(failure)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
        )
        return bool(cursor.fetchone()[0])


def holder(world: Any, rows: Any, has_row: Event) -> Callable[[], None]:
    """Holds a row, waits until the other one waits for it, then writes a line of the trail."""

    def job() -> None:
        with transaction.atomic():
            list(rows.select_for_update())
            has_row.set()
            for _ in range(200):
                if waits_for_a_row():
                    break
                Event().wait(0.05)
            audit.record(actor=None, action="account.disabled", target=None, at=world.now)

    return job


def leave_on_paper(world: Any) -> Callable[[], Any]:
    transfer = with_letter(world)
    return lambda: act(world, "zhao", transfer, "confirm", SLIP).state


def be_accepted(world: Any) -> Callable[[], Any]:
    transfer = act(world, "zhao", begin(world, "li", world.c), "approve")
    return lambda: act(world, "wang", transfer, "accept").state


def be_expelled(world: Any) -> Callable[[], Any]:
    chen = Member.unscoped.get(pk=world.chen.pk)
    return lambda: standing.enter(
        chen, GONE, seen_version=chen.version, actor=world.user("zhao"), scope=world.scope("zhao"),
        at=world.now,
    ).state  # fmt: skip


def be_stopped(world: Any) -> Callable[[], Any]:
    ContactProposal.unscoped.create(
        member=world.chen, kind="stop", counts_from=date(2025, 9, 1), due_on=date(2026, 3, 1), evidence=[],
        opened_on=date(2026, 3, 1), recorded_at=world.now,
    )  # fmt: skip
    chen = Member.unscoped.get(pk=world.chen.pk)
    return lambda: (
        standing.enter(
            chen,
            STOPPED,
            seen_version=chen.version,
            actor=world.user("li"),
            scope=world.scope("li"),
            at=world.now,
        ).state
    )


def account(world: Any) -> Any:
    return User.objects.filter(pk=world.chen.user_id)


def card(world: Any) -> Any:
    return Paper.unscoped.filter(kind="card")


def proposal(world: Any) -> Any:
    return ContactProposal.unscoped.filter(member=world.chen)


def stay(world: Any) -> Any:
    return MobileSpell.unscoped.filter(member=world.chen)


@pytest.mark.parametrize(
    ("leaving", "row"),
    [
        (leave_on_paper, account), (leave_on_paper, card), (leave_on_paper, stay),
        (be_accepted, card), (be_accepted, stay),
        (be_expelled, account), (be_expelled, card), (be_expelled, work.Transfer),
        (be_stopped, proposal),
    ],
)  # fmt: skip
def test_leaving_waits_for_a_row_before_it_takes_its_turn_in_the_trail(
    world: Any, leaving: Any, row: Any
) -> None:
    spell = make_spell(world.chen)
    cards.issue(spell, actor=world.user("li"), scope=world.scope("li"), at=world.now)
    if row is work.Transfer:
        begin(world, "li", world.c)
    job = leaving(world)
    rows = work.Transfer.unscoped.open() if row is work.Transfer else row(world)
    has_row, first, second = Event(), [], []

    one = in_thread(holder(world, rows, has_row), first)
    has_row.wait(timeout=20)
    other = in_thread(job, second)
    for thread in (one, other):
        thread.join(timeout=60)

    assert first == [None]
    assert second in (["accepted"], ["in_force"])
    if row is proposal:
        return
    assert Paper.unscoped.get(kind="card").end_reason in PaperEnd.values
    assert AuditEntry.objects.filter(action="paper.ended").exists()


@pytest.mark.parametrize("act_on", ["start", "accept"])
def test_a_transfer_takes_its_bodies_before_its_member(world: Any, act_on: str) -> None:
    """Whoever moves or merges bodies holds the body and then reaches for its members."""
    start = lambda: begin(world, "li", world.c).state  # noqa: E731
    job = start if act_on == "start" else be_accepted(world)
    has_row, first, second = Event(), [], []

    def body_then_member() -> str:
        with transaction.atomic():
            list(Organization.unscoped.filter(pk=world.c.pk).select_for_update())
            has_row.set()
            for _ in range(200):
                if waits_for_a_row():
                    break
                Event().wait(0.05)
            Member.unscoped.select_for_update().get(pk=world.chen.pk)
            return "both"

    one = in_thread(body_then_member, first)
    has_row.wait(timeout=20)
    other = in_thread(job, second)
    for thread in (one, other):
        thread.join(timeout=60)

    assert first == ["both"]
    assert second == (["sent"] if act_on == "start" else ["accepted"])
