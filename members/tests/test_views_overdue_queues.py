"""What waits too long is counted by the rule of each body, not by that of whoever looks."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Arrival
from members.tests.arrivals import person, registered
from members.tests.factories import make_member, make_transfer
from members.tests.test_workflows_loader import id_number
from members.tests.transfer_pages import LIST, page, text
from members.views import arrival_queue, transfer_queues
from members.views.transfer_queues import waits_too_long
from orgportal.core.models import LocalProvision

pytestmark = pytest.mark.usefixtures("on_the_day")


def local(world: Any, key: str, path: str, days: int, **dates: Any) -> None:
    LocalProvision.objects.create(
        key=key, path=path, value=days, instrument="东街〔2025〕3号", article="二",
        recorded_at=world.now, **{"valid_from": date(2025, 1, 1), **dates},
    )  # fmt: skip


def sent(world: Any, branch: Any, days: int) -> Any:
    """On its way for so many days, out of a branch."""
    target = world.c if branch != world.c else world.a
    return make_transfer(
        make_member(branch, f"在途{branch.pk}-{days}"), target, state="submitted",
        state_since=world.now - timedelta(days=days),
    )  # fmt: skip


def overdue(world: Any, persona: str) -> dict[str, int]:
    """As the list says it, summed from the marks of every row's own clock."""
    late = waits_too_long(world.today)
    queues = [
        transfer_queues._queue(key, world.scope(persona), late, (0, 0)) for key in transfer_queues.LABELS
    ]
    return {queue.key: queue.overdue for queue in queues}


def test_each_transfer_is_late_by_the_rule_of_its_own_body(world: Any) -> None:
    """A has 5 days, its committee 20, the other committee the 10 of everybody."""
    local(world, "transfer.step_days", world.committee_1.path, 20)
    local(world, "transfer.step_days", world.a.path, 5)
    for branch in (world.a, world.b, world.c):
        for days in (7, 15, 25):
            sent(world, branch, days)

    found = {row.member.name for row in late_rows(world)}

    assert found == {
        f"在途{branch.pk}-{days}"
        for branch, limit in ((world.a, 5), (world.b, 20), (world.c, 10))
        for days in (7, 15, 25)
        if days > limit
    }


def late_rows(world: Any) -> Any:
    from_all = transfer_queues.Transfer.unscoped
    return from_all.filter(waits_too_long(world.today)).select_related("member")


def test_what_is_counted_is_what_the_clocks_of_the_rows_say(world: Any) -> None:
    local(world, "transfer.step_days", world.committee_1.path, 20)
    local(world, "transfer.step_days", world.a.path, 5)
    for branch in (world.a, world.b):
        for days in (5, 6, 20, 21):
            sent(world, branch, days)

    rows = transfer_queues.Transfer.unscoped.for_pages()
    shown = transfer_queues._with_clocks(list(rows), world.scope("zhao"), world.today)

    assert {row.transfer.pk for row in shown if row.clock and row.clock.is_overdue} == {
        row.pk for row in late_rows(world)
    }
    assert overdue(world, "zhao")["waiting"] == len(late_rows(world))
    assert "（4件超期）" in text(page(world, "zhao", f"{LIST}?queue=waiting"))


def test_a_rule_that_has_ended_or_comes_later_says_nothing(world: Any) -> None:
    local(world, "transfer.step_days", world.a.path, 3, valid_to=date(2025, 12, 31))
    local(world, "transfer.step_days", world.b.path, 3, valid_from=date(2026, 5, 1))
    sent(world, world.a, 7)
    sent(world, world.b, 7)

    assert overdue(world, "zhao")["waiting"] == 0


def test_letters_on_paper_too(world: Any) -> None:
    local(world, "arrival.step_days", world.a.path, 2)
    for place, persona, branch in ((1, "li", world.a), (3, "wang", world.c)):
        registered(
            world, persona, branch, letter={"number": f"{place}号"},
            person={
                "id_number": id_number(person().birth_on, place), "name": f"来{place}", "mobile": "",
            },
        )  # fmt: skip
    Arrival.unscoped.update(registered_at=world.now - timedelta(days=4))

    assert arrival_queue.counts(world.scope("li"), world.today)["todo"] == (1, 1)
    assert arrival_queue.counts(world.scope("wang"), world.today)["todo"] == (1, 0)


def test_the_number_of_queries_does_not_grow_with_the_rules(world: Any) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(world, "zhao", f"{LIST}?queue=waiting")
        return len(asked)

    sent(world, world.a, 7)
    cost()
    without = cost()
    for branch in (world.a, world.b, world.c, world.committee_1, world.committee_2):
        local(world, "transfer.step_days", branch.path, 5)

    assert cost() == without
