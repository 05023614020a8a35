"""What may become of a planned meeting, and which record takes its place."""

from datetime import date, time
from itertools import product

import pytest

from activities.choices import ActivityState, PlanMove
from activities.rules.plan_moves import (
    MOVE_BY_NAME,
    Appointment,
    Waiting,
    faults_of,
    is_outside,
    leave_refusal,
    moves_from,
    plan_recorded,
    plan_to_record,
    seen_of,
)

TODAY = date(2026, 3, 10)
PLANNED, POSTPONED = ActivityState.PLANNED, ActivityState.POSTPONED
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
ALLOWED = {
    (ActivityState.PLANNED, "move"), (ActivityState.PLANNED, "postpone"), (ActivityState.PLANNED, "cancel"),
    (ActivityState.POSTPONED, "move"), (ActivityState.POSTPONED, "cancel"), (ActivityState.CANCELLED, "move"),
}  # fmt: skip


@pytest.mark.parametrize(("state", "move"), list(product(ActivityState, PlanMove)))
def test_every_pair_of_state_and_move(state, move):
    assert (move in {each.name for each in moves_from(state)}) == ((state, move) in ALLOWED)
    assert MOVE_BY_NAME[move].label == move.label


@pytest.mark.parametrize(
    ("said", "is_workday", "may_be_day_off", "expected"),
    [
        (Appointment(TODAY), True, False, []),
        (Appointment(date(2026, 3, 9)), True, True, [("on", "plan_in_the_past")]),
        (Appointment(date(2027, 12, 31)), True, False, []),
        (Appointment(date(2028, 1, 1)), False, False, [("on", "plan_too_far_ahead")]),
        (Appointment(date(2026, 3, 15)), False, False, [("on", "plan_on_a_day_off")]),
        (Appointment(date(2026, 3, 15)), False, True, []),
        (Appointment(TODAY, time(9), time(9)), True, False, [("ends_at", "ends_before_it_starts")]),
        (Appointment(TODAY, None, time(9)), True, False, [("starts_at", "plan_end_without_start")]),
        (Appointment(TODAY, time(9), time(10)), True, False, []),
        (Appointment(TODAY, time(9)), True, False, []),
    ],
)
def test_what_is_wrong_with_an_appointment(said, is_workday, may_be_day_off, expected):
    assert faults_of(said, TODAY, is_workday=is_workday, may_be_day_off=may_be_day_off) == expected


@pytest.mark.parametrize(
    ("on", "period", "expected"),
    [
        (date(2026, 3, 1), MARCH, False),
        (date(2026, 3, 31), MARCH, False),
        (date(2026, 4, 1), MARCH, True),
        (date(2026, 2, 28), MARCH, True),
        (date(2026, 4, 1), (None, None), False),
        (date(2026, 4, 1), (date(2026, 3, 1), None), False),
    ],
)
def test_outside_its_period(on, period, expected):
    assert is_outside(on, *period) == expected


def waiting(pk, on, period=MARCH, state=PLANNED):
    return Waiting(pk, state, on, *period)


@pytest.mark.parametrize(
    ("plans", "on", "expected"),
    [
        ([waiting(1, date(2026, 3, 20))], date(2026, 3, 5), 1),
        ([waiting(1, date(2026, 3, 20))], date(2026, 4, 5), None),
        ([waiting(1, date(2026, 3, 20), (None, None))], date(2026, 3, 20), 1),
        ([waiting(1, date(2026, 3, 20), (None, None))], date(2026, 3, 21), None),
        # Moved out of its period: of its day all the same, and before the one of the period.
        ([waiting(1, date(2026, 3, 20)), waiting(2, date(2026, 3, 6), (date(2026, 2, 1), date(2026, 2, 28)))],
         date(2026, 3, 6), 2),
        # Two of one period: the nearer, then the older.
        ([waiting(1, date(2026, 3, 25)), waiting(2, date(2026, 3, 12))], date(2026, 3, 10), 2),
        ([waiting(2, date(2026, 3, 12)), waiting(1, date(2026, 3, 8))], date(2026, 3, 10), 1),
        # Postponed: its day says nothing, its period does.
        ([waiting(1, date(2026, 3, 5), (None, None), POSTPONED)], date(2026, 3, 5), None),
        ([waiting(1, date(2026, 3, 5), MARCH, POSTPONED)], date(2026, 3, 5), 1),
        ([], TODAY, None),
    ],
)  # fmt: skip
def test_which_plan_a_record_takes_the_place_of(plans, on, expected):
    found = plan_recorded(plans, on)

    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("period", "state", "expected"),
    [
        ((None, None), PLANNED, 7),
        ((None, None), POSTPONED, 7),
        # Of a period of its own: the days decide.
        ((date(2026, 4, 1), date(2026, 4, 30)), PLANNED, 1),
    ],
)
def test_the_plan_a_page_was_filled_from(period, state, expected):
    plans = [waiting(1, date(2026, 3, 10)), waiting(7, date(2026, 4, 20), period, state)]

    assert plan_recorded(iter(plans), date(2026, 3, 10), 7).id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12:3", (12, 3)), ("", None), ("12", None), ("x:1", None), ("1:²", None), ("1:2:3", None)],
)
def test_the_version_of_a_plan_a_page_was_filled_from(text, expected):
    assert seen_of(text) == expected


@pytest.mark.parametrize(
    ("plans", "expected"),
    [
        ([waiting(1, date(2026, 3, 20))], 1),
        ([waiting(1, date(2026, 3, 6), (None, None)), waiting(2, date(2026, 3, 20))], 1),
        ([waiting(1, date(2026, 1, 6), (None, None)), waiting(2, date(2026, 3, 20))], 2),
        ([waiting(1, date(2026, 4, 8), (date(2026, 4, 1), date(2026, 4, 30)))], None),
        ([waiting(1, date(2026, 3, 6), (None, None), POSTPONED)], None),
        ([waiting(1, date(2026, 3, 20), MARCH, POSTPONED)], 1),
    ],
)
def test_which_plan_the_page_starts_from(plans, expected):
    found = plan_to_record(plans, TODAY)

    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("state", "on", "expected"),
    [
        (ActivityState.PLANNED, TODAY, ""),
        (ActivityState.PLANNED, date(2026, 3, 9), "leave_day_passed"),
        (ActivityState.POSTPONED, TODAY, "leave_postponed"),
        (ActivityState.CANCELLED, TODAY, "leave_cancelled"),
        (ActivityState.HELD, TODAY, "leave_recorded"),
    ],
)
def test_when_leave_is_asked_too_late(state, on, expected):
    assert leave_refusal(state, on, TODAY) == expected
