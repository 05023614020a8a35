"""The table of a record's life: every move from every state, and the day it locks."""

from datetime import date

import pytest

from activities.choices import ActivityState, LifeMove, LifeState
from activities.provisions import PROVISIONS
from activities.rules.life import (
    MOVES,
    RECORD,
    RETURN,
    WHY_NOT,
    Who,
    allowed,
    life_of,
    locks_on,
    objection,
)
from orgportal.core.rulebook import LocalRule, Rulebook, Version
from scripts import draw_life

TODAY = date(2026, 3, 10)
HAND = {
    # Written from the issue, not from the table: what may be done to a record in which state.
    "confirm": {"to_confirm"},
    "confirm-on-paper": {"to_confirm"},
    "amend": {"to_confirm", "confirmed", "returned"},
    "void": {"to_confirm", "confirmed", "returned"},
    "return": {"confirmed", "locked"},
    "lock": {"confirmed"},
    "files": {"locked"},
    "take-back": {"confirmed"},
}


@pytest.mark.parametrize("move", LifeMove)
@pytest.mark.parametrize("state", LifeState)
def test_every_move_from_every_state(move: LifeMove, state: LifeState) -> None:
    if state in HAND[move]:
        assert objection(move, state) == ""
    elif move not in (LifeMove.LOCK, LifeMove.FILES):
        assert objection(move, state) == WHY_NOT[move][state]


def test_what_was_not_held_has_no_life() -> None:
    assert objection(LifeMove.CONFIRM, None) == "not_a_meeting_held"
    assert allowed(None, is_chair=True, is_giver=True, may=lambda right: True) == frozenset()


@pytest.mark.parametrize(
    ("state", "is_confirmed", "day", "is_returned", "expected"),
    [
        ("held", False, None, False, "to_confirm"),
        ("held", True, date(2026, 3, 11), False, "confirmed"),
        ("held", True, date(2026, 3, 10), False, "locked"),
        ("held", True, date(2026, 3, 9), False, "locked"),
        ("held", False, None, True, "returned"),
        ("planned", False, None, False, None),
        ("did_not_meet", False, None, False, None),
        ("void", False, None, False, None),
    ],
)
def test_where_a_record_stands(
    state: str, is_confirmed: bool, day: date | None, is_returned: bool, expected: str | None
) -> None:
    found = life_of(state, is_confirmed=is_confirmed, locks_on=day, is_returned=is_returned, today=TODAY)

    assert found == expected


@pytest.mark.parametrize(
    ("state", "is_chair", "rights", "expected"),
    [
        ("to_confirm", True, (), {"confirm"}),
        ("to_confirm", False, (RECORD,), {"confirm-on-paper", "amend", "void"}),
        ("to_confirm", False, (RETURN,), set()),
        ("confirmed", True, (RECORD,), {"amend", "void"}),
        ("confirmed", False, (RETURN,), {"return"}),
        ("locked", True, (RECORD,), {"files"}),
        ("locked", False, (RETURN,), {"return"}),
        ("returned", True, (RECORD,), {"amend", "void"}),
        ("returned", False, (RETURN,), set()),
    ],
)
def test_who_may_do_what(state: str, is_chair: bool, rights: tuple[str, ...], expected: set[str]) -> None:
    may = rights.__contains__
    assert allowed(LifeState(state), is_chair=is_chair, is_giver=False, may=may) == expected


@pytest.mark.parametrize("state", LifeState)
def test_whoever_confirmed_takes_it_back_until_it_is_locked(state: LifeState) -> None:
    may = allowed(state, is_chair=False, is_giver=True, may=lambda right: False)

    assert may == ({LifeMove.TAKE_BACK} if state == LifeState.CONFIRMED else set())


def test_nobody_is_asked_to_lock_and_the_level_above_changes_nothing() -> None:
    above = {move.name for move in MOVES if move.who == Who.ABOVE}

    assert above == {LifeMove.RETURN}
    assert [move.right for move in MOVES if move.who == Who.CLOCK] == [""]
    assert LifeMove.LOCK not in allowed(
        LifeState.CONFIRMED, is_chair=True, is_giver=True, may=lambda right: right != ""
    )
    assert [move.label for move in MOVES if move.needs_reason] == [
        str(LifeMove.VOID.label), str(LifeMove.RETURN.label), str(LifeMove.FILES.label)
    ]  # fmt: skip


def test_the_day_it_locks_is_a_rule_a_body_above_can_set() -> None:
    local = LocalRule("record.lock_days", "0001", Version(10, "示范区委通知", "二", date(2026, 1, 1)))

    assert locks_on(TODAY, Rulebook.of(PROVISIONS)) == date(2026, 4, 9)
    assert locks_on(TODAY, Rulebook.of(PROVISIONS, [local])) == date(2026, 3, 20)


def test_the_page_of_the_docs_is_drawn_from_the_table() -> None:
    assert ActivityState.HELD == "held"
    assert draw_life.main(["--check"]) == 0
