"""Which duties a branch has and how each stands, without a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.provisions import DUTY_RULES, PROVISIONS, RULE_BY_KEY
from activities.rules.duties import (
    BranchFacts,
    DutyFacts,
    Frequency,
    GroupFacts,
    Owed,
    Period,
    RecordFacts,
    SetUp,
    Verdict,
    answers,
    calendar_on,
    decide,
    frequency,
    frequency_on,
    is_asked,
    is_owed,
    owed_in,
    period_of,
    periods_of,
)
from branches.choices import Form, Sector
from orgportal.core.rulebook import LocalRule, Rulebook, Version

BOOK = Rulebook.of(PROVISIONS)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
Q1 = Period(date(2026, 1, 1), date(2026, 3, 31))
BRANCH = BranchFacts(
    id=1, form=Form.REGULAR, sector=Sector.COMMUNITY, has_committee=True, established_on=date(2010, 7, 1)
)
DUTY = DutyFacts(answered_by=ActivityKind.GENERAL, period=Q1, due_on=Q1.ends_on, grace_days=7)
HELD = RecordFacts(
    id=5,
    kinds=frozenset({ActivityKind.GENERAL}),
    state=ActivityState.HELD,
    held_on=date(2026, 3, 5),
    recorded_on=date(2026, 3, 5),
)
# How well a state speaks for the branch: met, even late, is better than not known, and that than missing.
WORTH = {
    DutyState.MISSING: 0,
    DutyState.DID_NOT_MEET: 1,
    DutyState.EXCUSED: 2,
    DutyState.NOT_DUE: 2,
    DutyState.NO_DATA: 2,
    DutyState.NOT_APPLICABLE: 2,
    DutyState.LATE: 3,
    DutyState.ON_TIME: 4,
}


@pytest.mark.parametrize(
    ("length", "day", "first", "last"),
    [
        ("month", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2024, 2, 1), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 11, 21), date(2026, 10, 1), date(2026, 12, 31)),
        ("half_year", date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),
        ("half_year", date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2026, 6, 30), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_period_of_a_day(length: str, day: date, first: date, last: date) -> None:
    assert period_of(length, day) == Period(first, last)


def test_periods_of_a_range_touch_both_ends() -> None:
    found = periods_of("quarter", date(2025, 12, 31), date(2026, 4, 1))

    assert [period.starts_on for period in found] == [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
    assert periods_of("month", date(2026, 3, 2), date(2026, 3, 1)) == []


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(["month", "quarter", "half_year", "year"])
)
def test_periods_tile_the_calendar(day: date, length: str) -> None:
    period = period_of(length, day)

    assert day in period
    assert period_of(length, period.ends_on + timedelta(days=1)).starts_on == period.ends_on + timedelta(
        days=1
    )


def owed(branch: BranchFacts, day: date = date(2026, 3, 10), book: Rulebook = BOOK) -> dict[str, bool]:
    return {line.rule: line.is_owed for line in owed_in(branch, calendar_on(book, day))}


def test_a_branch_with_a_committee_owes_everything_but_group_meetings() -> None:
    found = owed(BRANCH)

    assert found == {rule.key: True for rule in DUTY_RULES if not rule.per_group}


def test_without_a_committee_no_committee_meeting_is_owed() -> None:
    found = owed(replace(BRANCH, has_committee=False))

    assert [key for key, binds in found.items() if not binds] == ["meeting.committee.freq"]


def test_a_temporary_branch_meets_but_reviews_nobody() -> None:
    found = owed(replace(BRANCH, form=Form.TEMPORARY))

    assert [key for key, binds in found.items() if not binds] == ["orglife.freq", "review.freq"]


def test_each_party_group_owes_its_own_meeting() -> None:
    groups = (
        GroupFacts(7, date(2015, 1, 1)),
        GroupFacts(8, date(2026, 3, 2)),
        GroupFacts(9, date(2015, 1, 1), date(2026, 2, 28)),
        GroupFacts(10, date(2015, 1, 1), date(2026, 3, 15)),
    )

    found = owed_in(replace(BRANCH, groups=groups), calendar_on(BOOK, date(2026, 3, 10)))

    assert [line for line in found if line.group_id] == [
        Owed("meeting.group.freq", 7, MARCH, True),
        Owed("meeting.group.freq", 8, MARCH, False),
        Owed("meeting.group.freq", 10, MARCH, False),
    ]


def test_a_branch_founded_or_dissolved_inside_the_period_is_not_held_to_it() -> None:
    born = replace(BRANCH, established_on=date(2026, 2, 15))
    gone = replace(BRANCH, dissolved_on=date(2026, 3, 20))

    assert owed(born)["meeting.general.freq"] is False
    assert owed(born)["themeday.freq"] is True
    assert owed(gone)["themeday.freq"] is False
    assert owed(replace(BRANCH, dissolved_on=date(2026, 3, 31)))["themeday.freq"] is True


def test_a_period_the_branch_never_stood_in_has_no_line() -> None:
    born = replace(BRANCH, established_on=date(2026, 4, 1))
    gone = replace(BRANCH, dissolved_on=date(2026, 2, 20))

    # The year of both was touched, the quarter of the first was not.
    assert set(owed(born)) == {"orglife.freq", "review.freq", "talk.freq"}
    assert "themeday.freq" not in owed(gone)
    assert owed(gone)["meeting.general.freq"] is False


def test_a_period_is_judged_by_what_the_branch_then_was() -> None:
    elected = SetUp(date(2026, 3, 14), Form.REGULAR, Sector.COMMUNITY, has_committee=False)
    task = SetUp(date(2025, 6, 30), Form.TEMPORARY, Sector.COMMUNITY, has_committee=False)
    branch = replace(BRANCH, before=(task, elected))

    months = {month: owed(branch, date(2026, month, 10))["meeting.committee.freq"] for month in (2, 3, 4)}

    assert months == {2: False, 3: False, 4: True}
    assert owed(branch)["review.freq"] is True
    # Temporary for half of that year.
    assert owed(branch, date(2025, 12, 10))["review.freq"] is False


def test_what_was_put_right_on_the_same_day_never_was() -> None:
    right = SetUp(date(2026, 3, 14), Form.REGULAR, Sector.COMMUNITY, has_committee=True)
    mistaken = replace(right, form=Form.TEMPORARY, has_committee=False)

    found = owed(replace(BRANCH, before=(right, mistaken)))

    assert found["meeting.committee.freq"] is True
    assert found["review.freq"] is True


def test_a_rule_can_be_kept_to_some_sectors() -> None:
    rule = replace(RULE_BY_KEY["talk.freq"], sectors=frozenset({Sector.ORGAN}))

    assert not is_owed(rule, BRANCH, Q1)
    assert is_owed(rule, replace(BRANCH, sector=Sector.ORGAN), Q1)


def test_a_body_above_may_ask_for_more() -> None:
    monthly = LocalRule(
        "lecture.freq", "0001", Version("month", "区委组织部通知", "第二条", date(2026, 1, 1))
    )

    book = Rulebook.of(PROVISIONS, [monthly])
    found = owed_in(BRANCH, calendar_on(book, date(2026, 3, 10)))

    assert [line.period for line in found if line.rule == "lecture.freq"] == [MARCH]


def test_a_new_frequency_begins_with_its_first_whole_period_and_the_running_one_ends_its_time() -> None:
    monthly = LocalRule("lecture.freq", "0001", Version("month", "区委通知", "", date(2026, 2, 15)))
    book = Rulebook.of(PROVISIONS, [monthly])

    found = {
        month: [
            period for rule, period in calendar_on(book, date(2026, month, 20)) if rule.key == "lecture.freq"
        ]
        for month in (1, 2, 3, 4)
    }

    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert found == {1: [Q1], 2: [Q1], 3: [MARCH, Q1], 4: [april]}
    assert not is_asked("lecture.freq", book, Period(april.starts_on, date(2026, 6, 30)))


def test_nothing_is_asked_before_a_rule_was_in_force() -> None:
    assert frequency_on("talk.freq", BOOK, date(2018, 1, 1)) is None
    assert {rule.key for rule, _ in calendar_on(BOOK, date(2018, 11, 20))} == {
        "meeting.committee.freq",
        "meeting.group.freq",
        "themeday.freq",
    }


@pytest.mark.parametrize(
    ("value", "read"), [("quarter", Frequency("quarter")), ("2 per half_year", Frequency("half_year", 2))]
)
def test_how_a_frequency_is_written(value: str, read: Frequency) -> None:
    assert frequency(value) == read


def test_where_two_are_asked_the_second_entered_answers() -> None:
    duty = replace(DUTY, times=2)
    second = replace(HELD, id=6, recorded_on=date(2026, 3, 20))
    third = replace(HELD, id=7, recorded_on=date(2026, 6, 1))

    assert decide(duty, [HELD], AFTER_DUE) == Verdict(DutyState.MISSING)
    assert decide(duty, [HELD, third, second], AFTER_DUE) == Verdict(DutyState.ON_TIME, 6)
    assert decide(duty, [HELD, third], AFTER_DUE) == Verdict(DutyState.LATE, 7)
    assert decide(duty, [HELD, EXCUSED], AFTER_DUE).state == DutyState.EXCUSED


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": frozenset({ActivityKind.THEME_DAY})},
        {"state": ActivityState.VOID},
        {"state": ActivityState.PLANNED},
        {"held_on": date(2026, 4, 1)},
        {"held_on": date(2025, 12, 31)},
        {"group_id": 3},
    ],
)
def test_a_record_that_says_nothing_about_the_duty(change: dict[str, object]) -> None:
    assert answers(DUTY, HELD)
    assert not answers(DUTY, replace(HELD, **change))


def test_a_lecture_inside_a_general_meeting_answers_both() -> None:
    both = replace(HELD, kinds=frozenset({ActivityKind.GENERAL, ActivityKind.LECTURE}))

    assert answers(DUTY, both)
    assert answers(replace(DUTY, answered_by=ActivityKind.LECTURE), both)


def test_a_group_duty_is_answered_by_its_own_group() -> None:
    duty = replace(DUTY, answered_by=ActivityKind.GROUP, group_id=3)
    record = replace(HELD, kinds=frozenset({ActivityKind.GROUP}), group_id=3)

    assert answers(duty, record)
    assert not answers(duty, replace(record, group_id=4))


DUE = Q1.ends_on
AFTER_DUE = DUE + timedelta(days=1)
SKIPPED = replace(HELD, id=6, state=ActivityState.DID_NOT_MEET, reason="防汛")
EXCUSED = replace(HELD, id=7, state=ActivityState.EXCUSED, reason="换届期间，经批准")
TAKEN_OVER = replace(DUTY, taken_over_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("duty", "records", "on", "verdict"),
    [
        (DUTY, [], DUE, Verdict(DutyState.NOT_DUE)),
        (DUTY, [], AFTER_DUE, Verdict(DutyState.MISSING)),
        (DUTY, [HELD], DUE, Verdict(DutyState.ON_TIME, 5)),
        (
            DUTY,
            [replace(HELD, recorded_on=DUE + timedelta(days=7))],
            AFTER_DUE,
            Verdict(DutyState.ON_TIME, 5),
        ),
        (DUTY, [replace(HELD, recorded_on=DUE + timedelta(days=8))], AFTER_DUE, Verdict(DutyState.LATE, 5)),
        (DUTY, [SKIPPED], DUE, Verdict(DutyState.DID_NOT_MEET, 6, "防汛")),
        (DUTY, [SKIPPED, EXCUSED], DUE, Verdict(DutyState.EXCUSED, 7, "换届期间，经批准")),
        (DUTY, [SKIPPED, EXCUSED, HELD], DUE, Verdict(DutyState.ON_TIME, 5)),
        # Two records: the one entered first shows the branch was in time.
        (
            DUTY,
            [replace(HELD, id=9, recorded_on=date(2026, 5, 1)), HELD],
            AFTER_DUE,
            Verdict(DutyState.ON_TIME, 5),
        ),
        (replace(DUTY, is_owed=False), [], AFTER_DUE, Verdict(DutyState.NOT_APPLICABLE)),
        (
            replace(DUTY, is_owed=False),
            [replace(HELD, recorded_on=date(2026, 6, 1))],
            AFTER_DUE,
            Verdict(DutyState.ON_TIME, 5),
        ),
        (replace(DUTY, taken_over_on=date(2026, 5, 1)), [], DUE, Verdict(DutyState.NO_DATA)),
        (TAKEN_OVER, [], DUE, Verdict(DutyState.NOT_DUE)),
        (TAKEN_OVER, [], AFTER_DUE, Verdict(DutyState.NO_DATA)),
        (TAKEN_OVER, [replace(HELD, recorded_on=date(2026, 6, 1))], AFTER_DUE, Verdict(DutyState.ON_TIME, 5)),
        (replace(DUTY, taken_over_on=Q1.starts_on), [], AFTER_DUE, Verdict(DutyState.MISSING)),
    ],
)
def test_how_a_duty_stands(duty: DutyFacts, records: list[RecordFacts], on: date, verdict: Verdict) -> None:
    assert decide(duty, records, on) == verdict


days = st.dates(date(2025, 12, 1), date(2026, 6, 30))
records = st.builds(
    RecordFacts,
    id=st.integers(1, 50),
    kinds=st.frozensets(st.sampled_from([ActivityKind.GENERAL, ActivityKind.LECTURE]), min_size=1),
    state=st.sampled_from(list(ActivityState)),
    held_on=days,
    recorded_on=days,
    group_id=st.sampled_from([None, 3]),
    reason=st.just("因故"),
)
duties = st.builds(
    DutyFacts,
    answered_by=st.just(ActivityKind.GENERAL),
    period=st.just(Q1),
    due_on=st.just(Q1.ends_on),
    is_owed=st.booleans(),
    group_id=st.none(),
    grace_days=st.integers(0, 30),
    taken_over_on=st.none() | days,
    times=st.integers(1, 3),
)


@given(duties, st.lists(records, max_size=5), days, records)
def test_a_held_record_never_makes_a_duty_worse(
    duty: DutyFacts, said: list[RecordFacts], on: date, another: RecordFacts
) -> None:
    before = decide(duty, said, on)
    after = decide(duty, [*said, replace(another, state=ActivityState.HELD)], on)

    assert WORTH[after.state] >= WORTH[before.state]


@given(duties, days)
def test_what_is_not_known_is_never_held_against_a_branch(duty: DutyFacts, on: date) -> None:
    state = decide(duty, [], on).state

    unknown = not duty.is_owed or on <= duty.due_on
    unknown = unknown or (duty.taken_over_on is not None and duty.taken_over_on > duty.period.starts_on)
    assert (state == DutyState.MISSING) is not unknown


@given(duties, st.lists(records, max_size=5), days)
def test_the_order_records_are_read_in_does_not_matter(
    duty: DutyFacts, said: list[RecordFacts], on: date
) -> None:
    unique = list({record.id: record for record in said}.values())

    assert decide(duty, unique, on) == decide(duty, unique[::-1], on)


def test_every_provision_is_cited_and_every_duty_has_one() -> None:
    keys = [provision.key for provision in PROVISIONS]

    assert len(keys) == len(set(keys))
    assert all(version.instrument and version.article for each in PROVISIONS for version in each.versions)
    assert set(RULE_BY_KEY) <= set(keys)
