"""The plan of a year: which lines it has, how a branch is used to meet, and a working day for each."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.choices import ActivityKind, ActivityState, DutyState, PlanLineState
from activities.rules.duties import Period, periods_of
from activities.rules.planning import (
    Habit,
    Held,
    OwedPeriod,
    Planned,
    Workdays,
    day_for,
    habit_of,
    habits_of,
    lines_of,
    part_of,
    proposals_for,
    usual_of,
)
from orgportal.core.workdays import WorkCalendar

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
CALENDAR = WorkCalendar()
DAYS = [day for n in range(365) if CALENDAR.is_workday(day := YEAR.starts_on + timedelta(days=n))]
MONTHS = periods_of("month", YEAR.starts_on, YEAR.ends_on)
QUARTERS = periods_of("quarter", YEAR.starts_on, YEAR.ends_on)
GENERAL, THEME, GROUP = ActivityKind.GENERAL, ActivityKind.THEME_DAY, ActivityKind.GROUP
TODAY = date(2026, 3, 10)


def owed(period=MONTHS[2], kind=THEME, times=1, state=None, record=None, group=None):
    rules = {GENERAL: "meeting.general.freq", THEME: "themeday.freq", GROUP: "meeting.group.freq"}
    return OwedPeriod(rules[kind], kind, group, period, times, state, record)


def held(on, pk=1, kind=THEME, group=None, **fields):
    return Held(pk, frozenset({kind}), group, on, **fields)


def planned(on=date(2026, 3, 20), starts_on=date(2026, 3, 1), **fields):
    return Planned(**{"id": 7, "kind": THEME, "group_id": None, "state": ActivityState.PLANNED,
                      "held_on": on, "starts_on": starts_on, **fields})  # fmt: skip


def only(*args):
    (line,) = lines_of(*args, TODAY)
    return line.state, line.activity_id


# --- the lines


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (DutyState.ON_TIME, (PlanLineState.RECORDED, 5)),
        (DutyState.LATE, (PlanLineState.RECORDED, 5)),
        (DutyState.EXCUSED, (PlanLineState.RECORDED, 5)),
        (DutyState.DID_NOT_MEET, (PlanLineState.RECORDED, 5)),
        (DutyState.NOT_DUE, (PlanLineState.PLANNED, 7)),
        (DutyState.MISSING, (PlanLineState.PLANNED, 7)),
        (None, (PlanLineState.PLANNED, 7)),
    ],
)
def test_what_is_answered_comes_before_what_is_planned(state, expected):
    assert only([owed(state=state, record=5)], [planned()], []) == expected


def test_a_postponed_meeting_is_neither_planned_nor_open():
    assert only([owed()], [planned(state=ActivityState.POSTPONED)], []) == (PlanLineState.POSTPONED, 7)


@pytest.mark.parametrize(
    "other",
    [{"starts_on": date(2026, 4, 1)}, {"kind": GENERAL}, {"group_id": 3}, {"number": 2}],
)
def test_a_plan_of_something_else_leaves_it_open(other):
    assert only([owed()], [planned(**other)], []) == (PlanLineState.OPEN, None)


@pytest.mark.parametrize(
    ("month", "expected"), [(1, PlanLineState.OVER), (2, PlanLineState.OPEN), (3, PlanLineState.OPEN)]
)
def test_a_period_is_over_the_day_after_its_last(month, expected):
    assert only([owed(MONTHS[month])], [], []) == (expected, None)


def test_of_two_in_a_period_those_held_fill_the_first_lines():
    duty = owed(QUARTERS[0], kind=GENERAL, times=2)
    records = [
        held(date(2026, 2, 3), 4, GENERAL),
        held(date(2026, 2, 3), 5),
        held(date(2025, 12, 3), 6, GENERAL),
    ]

    assert [(line.state, line.activity_id) for line in lines_of([duty], [], records, TODAY)] == [
        (PlanLineState.RECORDED, 4),
        (PlanLineState.OPEN, None),
    ]
    second = planned(kind=GENERAL, starts_on=date(2026, 1, 1), number=1)
    assert [line.activity_id for line in lines_of([duty], [second], records, TODAY)] == [7, 4]
    whole = owed(QUARTERS[0], kind=GENERAL, times=2, state=DutyState.ON_TIME, record=9)
    assert [line.activity_id for line in lines_of([whole], [], records, TODAY)] == [9, 9]


# --- the habit


def test_the_habit_is_what_happened_most_and_last():
    rows = [
        held(date(2026, 3, 11), 1, starts_at=time(15), ends_at=time(16), place="会议室"),
        held(date(2026, 2, 11), 2, starts_at=time(9), ends_at=time(10), place="活动室"),
        held(date(2026, 1, 15), 3, starts_at=time(9), ends_at=time(10), place="活动室"),
    ]

    found = habits_of(rows, {THEME: 1})

    # Second Wednesday; nine o'clock and the room twice of three.
    assert found == {(THEME, None): Habit(2, 1, 0, time(9), time(10), "活动室")}
    assert habit_of([], 1) == Habit()


def test_only_the_last_six_of_each_kind_and_group_count():
    old = [held(date(2025, month, 5), month, GROUP, 3) for month in range(1, 8)]
    new = [held(date(2026, 1, 13 + n), 20 + n, GROUP, 3, place="新址") for n in range(6)]
    other = [held(date(2026, 2, 2), 40, GROUP, 4, place="别处"), held(date(2026, 2, 2), 41)]

    found = habits_of([*old, *new, *other], {GROUP: 1})

    assert set(found) == {(GROUP, 3), (GROUP, 4)}
    assert found[GROUP, 3].place == "新址"


# --- the day


@pytest.mark.parametrize(
    ("period", "habit", "expected"),
    [
        (MONTHS[3], Habit(2, 1, 0), date(2026, 4, 8)),
        # A fifth Wednesday April has, June has not.
        (MONTHS[3], Habit(2, 4, 0), date(2026, 4, 29)),
        (MONTHS[5], Habit(2, 4, 0), date(2026, 6, 24)),
        # The second month of the quarter.
        (QUARTERS[1], Habit(0, 2, 1), date(2026, 5, 18)),
        # No habit: the fifteenth of the last month; a month has at most its days.
        (QUARTERS[1], Habit(), date(2026, 6, 15)),
        # 1 October is a holiday, and so are the days around it.
        (MONTHS[9], Habit(3, 0, 0), date(2026, 10, 8)),
        # A habit of Saturdays: worked in exchange on 10 October, else the day beside.
        (MONTHS[9], Habit(5, 1, 0), date(2026, 10, 10)),
        (MONTHS[10], Habit(5, 1, 0), date(2026, 11, 13)),
    ],
)
def test_the_day_is_the_usual_one_or_the_nearest_working_day(period, habit, expected):
    (line,) = lines_of([owed(period)], [], [], TODAY)

    assert day_for(line, habit, Workdays(DAYS), usual_day=15, today=TODAY) == expected


def test_a_usual_day_that_has_passed_gives_the_next_such_weekday():
    (line,) = lines_of([owed()], [], [], TODAY)
    days = Workdays(DAYS)

    assert day_for(line, Habit(0, 0, 0), days, usual_day=15, today=TODAY) == date(2026, 3, 16)
    assert day_for(line, Habit(), days, usual_day=5, today=TODAY) == TODAY
    # Nothing but Tuesday the 31st is left: better that than none.
    assert day_for(line, Habit(0, 0, 0), days, usual_day=15, today=date(2026, 3, 31)) == date(2026, 3, 31)
    assert day_for(line, Habit(), Workdays([]), usual_day=15, today=TODAY) is None


def test_several_in_a_period_share_its_days():
    assert [part_of(QUARTERS[0], n, 2) for n in (1, 2)] == [
        Period(date(2026, 1, 1), date(2026, 2, 14)),
        Period(date(2026, 2, 15), date(2026, 3, 31)),
    ]
    first = part_of(QUARTERS[0], 1, 2)
    assert usual_of(first, Habit(), 15, whole=False) == date(2026, 1, 23)
    assert usual_of(first, Habit(0, 0, 0), 15, whole=False) == date(2026, 1, 26)
    assert usual_of(MONTHS[1], Habit(), 31, whole=True) == date(2026, 2, 28)


def test_what_was_missed_in_its_share_is_held_on_another_day_than_the_next():
    duty = owed(QUARTERS[0], kind=GENERAL, times=2)
    lines = lines_of([duty], [], [], date(2026, 3, 30))

    found = proposals_for(lines, {}, Workdays(DAYS), usual_day=15, today=date(2026, 3, 30))

    assert [each.on for each in found] == [date(2026, 3, 30), date(2026, 3, 31)]
    late = proposals_for(lines, {}, Workdays(DAYS), usual_day=15, today=date(2026, 3, 31))
    assert [each.on for each in late] == [date(2026, 3, 31)]


HABITS = st.builds(
    Habit, st.none() | st.integers(0, 6), st.integers(0, 4), st.none() | st.just(0),
    st.just(time(9)), st.none(), st.text(max_size=3),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    habits=st.fixed_dictionaries({(THEME, None): HABITS, (GENERAL, None): HABITS, (GROUP, 3): HABITS}),
    today=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    times=st.integers(1, 4),
    usual_day=st.integers(1, 31),
)
def test_every_proposal_lies_in_its_period_on_a_working_day_and_twice_proposes_nothing(
    habits, today, times, usual_day
):
    duties = [owed(period) for period in MONTHS] + [owed(p, GROUP, group=3) for p in MONTHS]
    duties += [owed(period, GENERAL, times) for period in QUARTERS]
    lines = lines_of(duties, [], [], today)

    found = proposals_for(lines, habits, Workdays(DAYS), usual_day=usual_day, today=today)

    for each in found:
        assert each.on in each.line.period
        assert each.on >= today
        assert CALENDAR.is_workday(each.on)
    days = [(each.line.kind, each.line.slot.group_id, each.on) for each in found]
    assert len(days) == len(set(days))
    plans = [
        Planned(n, p.line.kind, p.line.slot.group_id, ActivityState.PLANNED, p.on, p.line.slot.starts_on,
                p.line.slot.number)
        for n, p in enumerate(found)
    ]  # fmt: skip
    again = lines_of(duties, plans, [], today)
    missing = {line.slot for line in lines if line.is_open} - {each.line.slot for each in found}
    rest = proposals_for(again, habits, Workdays(DAYS), usual_day=usual_day, today=today)
    assert {each.line.slot for each in rest} <= missing
