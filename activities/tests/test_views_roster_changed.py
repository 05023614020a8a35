"""The roster changed between opening the page and saving: what was typed keeps its meaning."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.models import Activity, Decision
from activities.tests.pages import CREATE, page, typed
from activities.tests.test_workflows_meetings import move
from members.tests.factories import make_member

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def roster_on(html: str) -> str:
    found = re.search(r'name="roster"\s+value="([\d,]*)"', html)
    assert found
    return found[1]


def numbers_on(html: str) -> dict[int, int]:
    """Row number by member, as the page draws them."""
    rows = re.findall(r'data-seat="(\d+)".*?roster__number">\s*(\d+)', html, re.DOTALL)
    return {int(pk): int(number) for pk, number in rows}


def test_row_numbers_mean_the_same_people_after_somebody_came_and_went(world: Any, as_: As) -> None:
    client = as_("li")
    sent = typed(world, away="4 病假", items="经费公开 => 公示一季度账目 @3 4-1")
    came = make_member(world.a, "冯新来")
    gone = world.chen
    move(gone, world.b, date(2026, 3, 2))

    html = page(response := client.post(CREATE, sent))

    assert response.status_code == 422
    assert "冯新来" in html
    assert "陈党员" in html
    # The three who stayed keep the numbers of the sheet in the recorder's hand; who came stands behind them.
    assert numbers_on(html) == {world.li.pk: 2, world.ran.pk: 3, world.sun.pk: 4, came.pk: 5}
    again = {**sent, "roster": roster_on(html), f"p-{came.pk}": "here"}
    del again[f"p-{gone.pk}"]
    assert client.post(CREATE, again).status_code == 302
    row = Activity.unscoped.get()
    assert row.leave_ids == [world.sun.pk]
    assert set(row.present_ids) == {world.li.pk, world.ran.pk, came.pk}
    assert Decision.unscoped.get().owner == world.ran


def test_a_forged_roster_tells_no_name_of_another_branch(world: Any, as_: As) -> None:
    forged = ",".join(str(pk) for pk in (world.chen.pk, world.li.pk, world.ran.pk, world.wang.pk))

    response = as_("li").post(CREATE, typed(world, roster=forged))

    assert response.status_code == 422
    assert "孙党员" in page(response)
    assert world.wang.name not in page(response)


def test_a_number_of_somebody_gone_is_named_not_passed_on(world: Any, as_: As) -> None:
    client = as_("li")
    move(world.chen, world.b, date(2026, 3, 2))

    response = client.post(CREATE, typed(world, away="1 病假"))

    assert response.status_code == 422
    assert "“1”" in page(response)
    assert "陈党员" in page(response)
    assert not Activity.unscoped.exists()
