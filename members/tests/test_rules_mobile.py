"""Places, days of a stay and of a contact, and the clocks of lost contact: without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.choices import MobileState, ProposalKind, Standing
from members.provisions import PROVISIONS
from members.rules.contact import Case, Sighting, as_evidence, proposal_for
from members.rules.mobile import fault_of_contact, fault_of_spell, latest_start, next_contact, transfer_advice
from members.rules.places import OFFERED, read_place
from members.rules.register import add_months
from members.tests.mobile import Life, expected
from orgportal.core.rulebook import LocalRule, Rulebook, Version

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("大连", "辽宁省大连市"), ("辽宁大连", "辽宁省大连市"), (" 广东省 深圳市 ", "广东省深圳市"),
        ("吉林", "吉林省"), ("吉林市", "吉林省吉林市"), ("北京", "北京市"),
        ("延边", "吉林省延边朝鲜族自治州"),
        ("内蒙古呼伦贝尔", "内蒙古自治区呼伦贝尔市"),
        ("恩施", "湖北省恩施土家族苗族自治州"),
    ],
)  # fmt: skip
def test_place_is_read_from_what_people_write(typed, kept):
    assert read_place(typed, is_abroad=False) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("深圳市南山区科技路5号", "place_too_fine"), ("大连中山区", "place_too_fine"), ("", "place_missing"),
        ("火星", "place_unknown"), ("幸福小区3号楼", "place_too_fine"),
    ],
)  # fmt: skip
def test_place_finer_than_a_city_is_refused(typed, code):
    with pytest.raises(ValueError, match=code):
        read_place(typed, is_abroad=False)


def test_abroad_the_country_is_enough_and_a_street_is_refused():
    assert read_place(" 日本 东京", is_abroad=True) == "日本 东京"
    for typed in ("10 Downing Street", "某国某某大街12号", "x" * 21):
        with pytest.raises(ValueError, match="place_too_fine"):
            read_place(typed, is_abroad=True)


def test_every_place_offered_is_understood_as_itself():
    assert [read_place(place, is_abroad=False) for place in OFFERED] == list(OFFERED)


def test_next_contact_is_by_quarter_and_abroad_by_half_year():
    here = next_contact(MobileState.OUT, date(2026, 1, 31), BOOK, TODAY)
    there = next_contact(MobileState.ABROAD, date(2025, 8, 31), BOOK, TODAY)

    assert (here.on, here.citation.key) == (date(2026, 4, 30), "mobile.contact_freq")
    assert (there.on, there.citation.key) == (date(2026, 2, 28), "mobile.abroad_contact")


def test_half_a_year_at_one_place_calls_for_a_transfer_but_not_abroad():
    since = date(2025, 9, 10)

    assert transfer_advice(MobileState.OUT, "work", since + timedelta(days=1), BOOK, TODAY) is None
    assert transfer_advice(MobileState.ABROAD, "work", since, BOOK, TODAY) is None
    advice = transfer_advice(MobileState.OUT, "work", since, BOOK, TODAY)
    assert advice is not None
    assert (advice.months, advice.since, advice.citation.article) == (6, since, "第二十五条")


def test_a_graduate_may_leave_it_with_the_school_for_two_years():
    since = date(2024, 3, 10)

    assert transfer_advice(MobileState.OUT, "graduated", since + timedelta(days=1), BOOK, TODAY) is None
    advice = transfer_advice(MobileState.OUT, "graduated", since, BOOK, TODAY)
    assert advice is not None
    assert (advice.months, advice.citation.key) == (24, "graduate.keep_years")


@settings(deadline=None)
@given(on=st.dates(date(2023, 1, 1), date(2029, 1, 1)), months=st.integers(1, 30), ago=st.integers(0, 1000))
def test_the_latest_start_is_where_the_months_are_just_full(on, months, ago):
    start = on - timedelta(days=ago)

    assert (add_months(start, months) <= on) == (start <= latest_start(on, months))


@pytest.mark.parametrize(
    ("since", "expected_on", "fault"),
    [
        (TODAY, None, ""), (TODAY, TODAY + timedelta(days=1), ""),
        (TODAY + timedelta(days=1), None, "spell_in_future"), (date(2025, 12, 31), None, "spell_too_early"),
        (TODAY, TODAY, "spell_expected_before"),
    ],
)  # fmt: skip
def test_days_of_a_stay(since, expected_on, fault):
    assert fault_of_spell(since, expected_on, date(2026, 1, 1), TODAY) == fault


@pytest.mark.parametrize(
    ("on", "next_on", "fault"),
    [
        (TODAY, None, ""), (date(2026, 1, 1), TODAY, ""),
        (TODAY + timedelta(days=1), None, "contact_in_future"),
        (date(2025, 12, 31), None, "contact_before_spell"), (TODAY, TODAY, "contact_next_before"),
    ],
)  # fmt: skip
def test_days_of_a_contact(on, next_on, fault):
    assert fault_of_contact(on, date(2026, 1, 1), next_on, TODAY) == fault


def test_the_stop_is_proposed_six_months_after_the_latest_sighting_with_all_of_them():
    sightings = (
        Sighting(date(2025, 5, 1), "attendance", "activities.activity:1"),
        Sighting(date(2025, 8, 31), "contact", "members.contact:2"),
    )
    case = Case(Standing.FORMAL, date(2010, 7, 1), sightings)

    assert proposal_for(case, BOOK, date(2026, 2, 27)) is None
    found = proposal_for(case, BOOK, date(2026, 2, 28))

    assert found is not None
    assert (found.kind, found.due_on, found.counts_from) == (
        ProposalKind.STOP, date(2026, 2, 28), date(2025, 8, 31),
    )  # fmt: skip
    assert (found.citation.key, found.citation.article) == ("stop.lost", "第二十四条")
    assert [line["source"] for line in as_evidence(found.sightings)] == ["contact", "attendance"]


def days_of(found):
    assert found is not None
    return found.due_on, found.counts_from, [sighting.source for sighting in found.sightings]


@pytest.mark.parametrize(
    ("standing", "since"), [(Standing.FORMAL, date(2025, 9, 1)), (Standing.PROBATIONARY, date(2025, 9, 1))]
)
def test_whoever_was_restored_or_came_back_is_counted_from_that_day(standing, since):
    case = Case(
        standing, since, (Sighting(date(2023, 1, 5), "attendance", "a:1"),), "members.standingperiod:7"
    )

    assert proposal_for(case, BOOK, date(2026, 2, 28)) is None
    found = proposal_for(case, BOOK, date(2026, 3, 1))
    assert days_of(found) == (date(2026, 3, 1), since, ["standing", "attendance"])


def test_whoever_was_never_seen_is_counted_from_the_day_they_came():
    came = Sighting(date(2025, 9, 3), "came", "members.branchperiod:4")
    case = Case(Standing.FORMAL, date(2010, 7, 1), came=came)

    assert proposal_for(case, BOOK, date(2026, 3, 2)) is None
    assert days_of(proposal_for(case, BOOK, date(2026, 3, 3))) == (date(2026, 3, 3), came.on, ["came"])


def test_of_whom_not_even_the_coming_is_known_nothing_is_held():
    assert proposal_for(Case(Standing.FORMAL, date(2010, 7, 1)), BOOK, TODAY) is None


def test_what_lies_before_the_records_is_held_against_nobody():
    came = Sighting(date(2015, 7, 1), "came", "members.branchperiod:4")
    entered = Sighting(date(2025, 9, 10), "registered", "members.member:9")
    case = Case(Standing.FORMAL, date(2010, 7, 1), came=came, registered=entered)
    seen = Case(
        Standing.FORMAL, date(2010, 7, 1), (Sighting(date(2024, 1, 1), "contact", "c:1"),), registered=entered
    )
    stated = Version("2025-10-01", "本级规定", "一", date(1921, 7, 23))
    local = Rulebook.of(PROVISIONS, [LocalRule("duty.taken_over_on", "", stated)])

    assert days_of(proposal_for(case, BOOK, TODAY)) == (TODAY, entered.on, ["registered", "came"])
    assert proposal_for(case, BOOK, TODAY - timedelta(days=1)) is None
    assert days_of(proposal_for(case, local, date(2026, 4, 1)))[1:] == (
        date(2025, 10, 1),
        ["taken_over", "came"],
    )
    assert proposal_for(case, local, date(2026, 3, 31)) is None
    # An old sighting says that records go back that far; a stated day says from when they are complete.
    assert days_of(proposal_for(seen, BOOK, TODAY))[1] == date(2024, 1, 1)
    assert days_of(proposal_for(seen, local, date(2026, 4, 1)))[1] == date(2025, 10, 1)
    assert proposal_for(seen, local, date(2026, 3, 31)) is None


def lost_case(since, sightings=(), ground="lost"):
    return Case(Standing.SUSPENDED, since, sightings, ground=ground)


def test_the_strike_is_proposed_two_years_after_the_stop_unless_seen_since():
    stopped = date(2024, 3, 10)
    before = Sighting(date(2023, 8, 1), "attendance", "a:1")

    for sightings in ((), (before,)):
        found = proposal_for(lost_case(stopped, sightings), BOOK, TODAY)
        assert found is not None
        assert (found.kind, found.due_on, found.counts_from) == (ProposalKind.STRIKE, TODAY, stopped)
    assert proposal_for(lost_case(stopped), BOOK, TODAY - timedelta(days=1)) is None
    again = Sighting(stopped, "contact", "c:1")
    assert proposal_for(lost_case(stopped, (again,)), BOOK, TODAY) is None
    assert proposal_for(Case(Standing.ENDED, stopped, (before,)), BOOK, TODAY) is None


@pytest.mark.parametrize("ground", ["settled", "study", ""])
def test_nobody_is_struck_off_who_was_not_stopped_as_lost(ground):
    assert proposal_for(lost_case(date(2020, 1, 1), ground=ground), BOOK, TODAY) is None


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 1, 1))


stops = st.none() | st.tuples(days, st.sampled_from(["lost", "settled", "study", ""]))


@settings(deadline=None)
@given(
    seen=st.lists(days, max_size=4), since=days, stopped=stops, came=st.none() | days,
    entered=st.none() | days, taken_over=st.none() | days, on=days,
)  # fmt: skip
def test_the_clock_equals_the_oracle(seen, since, stopped, came, entered, taken_over, on):
    began = (("formal", min(since, on)),)
    standings = (*began, *((("suspended", *stopped),) if stopped and stopped[0] > began[0][1] else ()))
    life = Life(tuple(seen), standings, came, entered, taken_over)
    standing, start, *ground = [each for each in standings if each[1] <= on][-1]
    case = Case(
        standing, start, tuple(Sighting(day, "contact", "c") for day in seen if day <= on),
        came=came and Sighting(came, "came", "p"),
        registered=entered and Sighting(entered, "registered", "m"),
        ground="".join(ground),
    )  # fmt: skip
    stated = Version(taken_over.isoformat() if taken_over else "", "本级规定", "一", date(1921, 7, 23))

    found = proposal_for(case, Rulebook.of(PROVISIONS, [LocalRule("duty.taken_over_on", "", stated)]), on)

    assert (found and (str(found.kind), found.due_on)) == expected(life, on)
