"""Places, days of a stay and of a contact, and the clocks of lost contact: without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.choices import MobileState, ProposalKind, Standing
from members.provisions import PROVISIONS
from members.rules.contact import Case, Sighting, as_evidence, proposal_for
from members.rules.mobile import fault_of_contact, fault_of_spell, next_contact, transfer_advice
from members.rules.places import OFFERED, read_place
from members.tests.mobile import Life, expected
from orgportal.core.rulebook import Rulebook

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

    assert transfer_advice(MobileState.OUT, since + timedelta(days=1), BOOK, TODAY) is None
    assert transfer_advice(MobileState.ABROAD, since, BOOK, TODAY) is None
    advice = transfer_advice(MobileState.OUT, since, BOOK, TODAY)
    assert advice is not None
    assert (advice.months, advice.since, advice.citation.article) == (6, since, "第二十五条")


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


def test_whoever_was_never_seen_is_not_held_to_be_lost():
    assert proposal_for(Case(Standing.FORMAL, date(2010, 7, 1)), BOOK, TODAY) is None


def test_the_strike_is_proposed_two_years_after_the_stop_unless_seen_since():
    stopped = date(2024, 3, 10)
    before = Sighting(date(2023, 8, 1), "attendance", "a:1")

    for sightings in ((), (before,)):
        found = proposal_for(Case(Standing.SUSPENDED, stopped, sightings), BOOK, TODAY)
        assert found is not None
        assert (found.kind, found.due_on, found.counts_from) == (ProposalKind.STRIKE, TODAY, stopped)
    assert proposal_for(Case(Standing.SUSPENDED, stopped), BOOK, TODAY - timedelta(days=1)) is None
    again = Sighting(stopped, "contact", "c:1")
    assert proposal_for(Case(Standing.SUSPENDED, stopped, (again,)), BOOK, TODAY) is None
    assert proposal_for(Case(Standing.ENDED, stopped, (before,)), BOOK, TODAY) is None


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 1, 1))


@given(seen=st.lists(days, max_size=4), stopped=st.none() | days, on=days)
def test_the_clock_equals_the_oracle(seen, stopped, on):
    standings = (("formal", date(2010, 7, 1)), *((("suspended", stopped),) if stopped else ()))
    life = Life(tuple(seen), standings)
    standing, since = [pair for pair in standings if pair[1] <= on][-1]
    case = Case(standing, since, tuple(Sighting(day, "contact", "c") for day in seen if day <= on))

    found = proposal_for(case, BOOK, on)

    assert (found and (str(found.kind), found.due_on)) == expected(life, on)
