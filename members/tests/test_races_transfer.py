"""Two clerks at once, on real connections: exactly one wins, the other is told where it stands."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations_with_replacement
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from members.models import BranchPeriod, Member, Transfer
from members.tests.factories import make_person, make_transfer
from members.tests.test_workflows_cases import LAZY
from members.tests.transfers import REFUSAL, details
from members.workflows import cases, standing
from members.workflows import transfer as work
from members.workflows.standing import Decision
from members.workflows.transfer import MoveRefused, RivalTransfer
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
# Who makes the move, by the state it starts from.
AT_RECEIVER = {"accept": "wang", "return": "wang", "refuse": "wang", "withdraw": "li", "expire": ""}
SENT = {"approve": "zhao", "return": "zhao", "withdraw": "li", "expire": ""}


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on its own connection; results or refusals in order.

    Raises whatever else one of them raised: a dead thread is no outcome.
    """
    barrier, found = Barrier(len(acts)), [None] * len(acts)
    broken: list[Exception] = []

    def one(place: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")  # waiting is what is tried here
            barrier.wait(timeout=20)
            found[place] = acts[place]()
        except Refused as refusal:
            found[place] = refusal
        except Exception as error:  # raised below, where the test sees it
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert not any(thread.is_alive() for thread in threads), "one of them never came back"
    if broken:
        raise broken[0]
    return found


def mover(world: Any, transfer: Transfer, name: str, persona: str) -> Callable[[], Any]:
    if name == "expire":
        return lambda: work.lapse(transfer.pk, on=world.today + timedelta(days=365), at=world.now) or None
    user, scope = world.user(persona), world.scope(persona)
    return lambda: work.move(transfer, name, actor=user, scope=scope, at=world.now, words=REFUSAL)


@pytest.mark.parametrize(("state", "moves"), [("at_receiver", AT_RECEIVER), ("sent", SENT)])
def test_of_two_moves_at_once_exactly_one_is_made(world: Any, state: str, moves: dict[str, str]) -> None:
    for number, pair in enumerate(combinations_with_replacement(moves, 2)):
        person = make_person(world.a, f"racer{number}", f"赛{number}")
        transfer = work.Transfer.unscoped.create(
            member=person, source=world.a, target=world.c, state=state, reason="job", started_by=person.user,
            started_at=world.now, state_since=world.now, sent_on=world.today, valid_until=date(2026, 6, 1),
        )  # fmt: skip
        audits = AuditEntry.objects.count()

        results = together(*(mover(world, transfer, name, moves[name]) for name in pair))

        transfer.refresh_from_db()
        made = [result for result in results if isinstance(result, Transfer) or result is True]
        # After an approval the paper may still be withdrawn, returned or expire: two moves one after another.
        in_turn = "approve" in pair and pair != ("approve", "approve")
        assert len(made) == 1 or (in_turn and len(made) == 2), (pair, results)
        refused = [result for result in results if isinstance(result, Refused)]
        assert all(isinstance(refusal, MoveRefused) for refusal in refused)
        assert all(refusal.params["state"] == transfer.state or in_turn for refusal in refused)
        assert transfer.steps.count() == AuditEntry.objects.count() - audits == len(made)
        member = Member.unscoped.get(pk=person.pk)
        assert (member.branch == world.c) is (transfer.state == "accepted")
        assert BranchPeriod.objects.filter(member=member, ends_on=None).get().branch == member.branch


def test_of_two_starts_at_once_one_is_the_other_s_rival(world: Any) -> None:
    for number in range(3):
        person = make_person(world.a, f"racer{number}", f"赛{number}")
        asks = [
            (person, person.user, work.scope_for(person.user, world.today)),
            (person, world.li.user, world.scope("li")),
        ]

        results = together(
            *(
                lambda whom=whom, user=user, scope=scope: work.start(
                    whom, details(world.c), actor=user, scope=scope, at=world.now
                )
                for whom, user, scope in asks
            )
        )

        (made,) = [result for result in results if isinstance(result, Transfer)]
        (refusal,) = [result for result in results if isinstance(result, RivalTransfer)]
        assert refusal.rival == made


def test_post_that_ends_meanwhile_waits_for_the_move_or_stops_it(world: Any) -> None:
    yesterday = world.today - timedelta(days=1)

    def leave() -> None:
        world.zhao.posts.update(ends_on=yesterday)

    for number in range(3):
        person = make_person(world.a, f"racer{number}", f"赛{number}")
        transfer = work.start(
            person, details(world.c), actor=world.li.user, scope=world.scope("li"), at=world.now
        )
        world.zhao.posts.update(ends_on=None)
        result, _ = together(mover(world, transfer, "approve", "zhao"), leave)

        transfer.refresh_from_db()
        assert (transfer.state == "at_receiver") is isinstance(result, Transfer)
        assert isinstance(result, Transfer) or result.code == "not_allowed"


def test_form_that_meets_a_lock_too_long_held_is_told_to_come_back(world: Any) -> None:
    """Nothing is saved, the key stays free, and the same form goes through once the lock is gone."""
    transfer = make_transfer(make_person(world.a, "queuer", "排队"), world.c, state="at_receiver")
    key = {"idempotency_key": "6f6e6365-0000-4000-8000-000000000001"}
    client = world.client("wang")
    client.raise_request_exception = False
    place = f"{transfer.get_absolute_url()}accept/"
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM members_transfer WHERE id = %s FOR UPDATE", [transfer.pk])
        met = client.post(place, {"version": 1, **key})
        cursor.execute("ROLLBACK")
    other.close()
    state = Transfer.unscoped.get(pk=transfer.pk).state
    again = client.post(place, {"version": 1, **key})

    assert (met.status_code, met["Retry-After"], state) == (503, "5", "at_receiver")
    assert "同时操作的人较多" in met.content.decode()
    assert (again.status_code, Transfer.unscoped.get(pk=transfer.pk).state) == (302, "accepted")


def test_of_an_acceptance_and_a_stop_at_once_one_is_told_of_the_other(world: Any) -> None:
    """Nobody who was stopped is accepted, and nobody is stopped by the branch they have left."""
    stopped = Decision(kind="stop", decided_on=world.today, document="决议8号", ground="lost")
    for number in range(8):
        person = make_person(world.a, f"racer{number}", f"赛{number}")
        transfer = make_transfer(person, world.c, state="at_receiver", sent_on=date(2026, 3, 1))
        found = together(
            mover(world, transfer, "accept", "wang"),
            lambda who=person: standing.enter(  # type: ignore[misc]
                who, stopped, seen_version=who.version, actor=world.user("li"), scope=world.scope("li"),
                at=world.now,
            ),
        )  # fmt: skip

        person.refresh_from_db()
        transfer.refresh_from_db()
        assert sum(isinstance(each, Refused) for each in found) == 1, found
        assert (person.branch_id, person.standing, transfer.state) in {
            (world.c.pk, "formal", "accepted"),
            (world.a.pk, "suspended", "cancelled"),
        }


def test_of_an_acceptance_and_a_file_opened_at_once_one_is_told_of_the_other(world: Any) -> None:
    """No file passes silently to the new branch, and nobody opens one of a member who has left."""
    for number in range(8):
        person = make_person(world.a, f"racer{number}", f"赛{number}")
        transfer = make_transfer(person, world.c, state="at_receiver", sent_on=date(2026, 3, 1))
        found = together(
            mover(world, transfer, "accept", "wang"),
            lambda who=person: cases.open_case(  # type: ignore[misc]
                who, LAZY, actor=world.user("li"), scope=world.scope("li"), at=world.now
            ),
        )

        person.refresh_from_db()
        codes = {each.code for each in found if isinstance(each, Refused)}
        is_open = person.cases.open().exists()
        assert (person.branch_id, is_open, codes) in (
            (world.c.pk, False, {"not_allowed"}),
            (world.a.pk, True, {"transfer_matter_first"}),
        ), found
