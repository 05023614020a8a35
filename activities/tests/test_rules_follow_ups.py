"""Earlier follow-ups on an agenda: what they become, and what is wrong with them."""

from datetime import date
from typing import Any

import pytest

from activities.rules.follow_ups import OpenFollowUp, faults_of_taken_up, filled
from activities.rules.records import FollowUp, Item, TakenUp

HELD = date(2026, 3, 5)
LATER = date(2026, 4, 1)
KNOWN = {7: OpenFollowUp(7, "公示" * 140, 3, "陈党员", date(2026, 3, 1), date(2026, 2, 5))}


def test_one_carried_on_is_decided_again_in_its_own_words_and_once() -> None:
    items = [Item("", taken_up=TakenUp(7, due_on=LATER)), Item("其他")]

    once = filled(items, KNOWN)

    again = FollowUp(KNOWN[7].text, 3, LATER, carries=7)
    assert once == (Item(("公示" * 140)[:200], "", (again,), TakenUp(7, due_on=LATER)), Item("其他"))
    assert filled(once, KNOWN) == once


@pytest.mark.parametrize("said", [TakenUp(7), TakenUp(7, "已公示"), TakenUp(8, due_on=LATER)])
def test_one_closed_discussed_or_unknown_decides_nothing(said: TakenUp) -> None:
    assert filled([Item("议题", taken_up=said)], KNOWN) == (Item("议题", taken_up=said),)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([TakenUp(8)], "follow_up_not_open"),
        ([TakenUp(7), TakenUp(7)], "follow_up_twice"),
        ([TakenUp(7, "已公示", LATER)], "follow_up_closed_and_carried"),
        ([TakenUp(7, due_on=HELD)], "follow_up_not_later"),
        ([TakenUp(7, due_on=LATER)], None),
        ([TakenUp(7, "已公示")], None),
        ([None], None),
    ],
)
def test_what_is_wrong_with_it(said: list[Any], code: str | None) -> None:
    items = [Item("议题", taken_up=each) for each in said]

    assert [fault.code for fault in faults_of_taken_up(items, KNOWN, HELD)] == ([code] if code else [])
