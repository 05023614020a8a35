"""The whole sheet of any branch: a held record makes nothing worse, the order of entry changes nothing."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.choices import ActivityState, DutyState
from activities.provisions import PROVISIONS, RULE_BY_KEY
from activities.rules.duties import (
    BranchFacts,
    DutyFacts,
    GroupFacts,
    Period,
    RecordFacts,
    SetUp,
    calendar_on,
    decide,
    frequency_on,
    owed_in,
)
from activities.tests.test_rules_duties import WORTH, days
from branches.choices import Form, Sector
from orgportal.core.rulebook import LocalRule, Rulebook, Version

kinds = st.frozensets(st.sampled_from([rule.answered_by for rule in RULE_BY_KEY.values()]), min_size=1)
records = st.builds(
    RecordFacts,
    id=st.integers(1, 50),
    kinds=kinds,
    state=st.sampled_from(ActivityState),
    held_on=days,
    recorded_on=days,
    group_id=st.sampled_from([None, 3]),
    reason=st.just("因故"),
)
set_ups = st.builds(
    SetUp, until=days, form=st.sampled_from(Form), sector=st.sampled_from(Sector), has_committee=st.booleans()
)
branches = st.builds(
    BranchFacts,
    id=st.just(1),
    form=st.sampled_from(Form),
    sector=st.sampled_from(Sector),
    has_committee=st.booleans(),
    established_on=days,
    dissolved_on=st.none() | days,
    groups=st.lists(st.builds(GroupFacts, st.just(3), days, st.none() | days), max_size=1).map(tuple),
    before=st.lists(set_ups, max_size=3).map(lambda rows: tuple(sorted(rows, key=lambda row: row.until))),
)
books = st.sampled_from(["month", "quarter", "2 per half_year"]).map(
    lambda value: Rulebook.of(
        PROVISIONS, [LocalRule("lecture.freq", "0001", Version(value, "区委通知", "", date(2026, 2, 15)))]
    )
)


def sheet_of(
    branch: BranchFacts, book: Rulebook, said: list[RecordFacts], on: date
) -> dict[tuple[str, int | None, Period], DutyState]:
    """Every cell of the branch up to that day, as the workflows store them."""
    lines = {
        line for month in range(1, 7) for line in owed_in(branch, calendar_on(book, date(2026, month, 28)))
    }
    found = {}
    for line in lines:
        asked = frequency_on(line.rule, book, line.period.starts_on)
        duty = DutyFacts(
            RULE_BY_KEY[line.rule].answered_by, line.period, line.period.ends_on, line.is_owed, line.group_id,
            grace_days=7, times=asked.times if asked else 1,
        )  # fmt: skip
        found[line.rule, line.group_id, line.period] = decide(duty, said, on).state
    return found


@settings(deadline=None)
@given(branches, books, st.lists(records, max_size=6), days, records)
def test_adding_a_held_record_never_adds_a_missing_duty(
    branch: BranchFacts, book: Rulebook, said: list[RecordFacts], on: date, another: RecordFacts
) -> None:
    before = sheet_of(branch, book, said, on)
    after = sheet_of(branch, book, [*said, replace(another, id=99, state=ActivityState.HELD)], on)

    assert before.keys() == after.keys()
    assert all(WORTH[after[cell]] >= WORTH[before[cell]] for cell in before)


@settings(deadline=None)
@given(branches, books, st.lists(records, max_size=6, unique_by=lambda record: record.id), days, st.data())
def test_the_order_of_entry_does_not_change_the_sheet(
    branch: BranchFacts, book: Rulebook, said: list[RecordFacts], on: date, data: st.DataObject
) -> None:
    another = data.draw(st.permutations(said))

    assert sheet_of(branch, book, said, on) == sheet_of(branch, book, another, on)
