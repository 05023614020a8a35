"""What a line of the register must hold."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.choices import Kind, Sector
from members.choices import Gender, Standing
from members.provisions import PROVISIONS, TERM_YEARS, TERM_YEARS_LONG
from members.rules.register import (
    Doubt,
    IdNumber,
    Likeness,
    Particulars,
    add_months,
    add_years,
    age_on,
    check_character,
    doubts_of,
    is_mobile,
    likeness,
    mask_id_number,
    probation_ends_on,
    read_id_number,
    refusals,
    term_doubt,
    term_due_on,
)
from orgportal.core.rulebook import Force, Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
# GB 11643-1999, annex A.
EXAMPLE = "11010519491231002X"


def number(birth_on: date = date(1980, 5, 17), order: int = 1) -> str:
    first = f"990000{birth_on:%Y%m%d}{order:03d}"
    return first + check_character(first)


SOUND = Particulars(
    gender=Gender.MALE,
    birth_on=date(1980, 5, 17),
    standing=Standing.FORMAL,
    joined_on=date(2005, 7, 1),
    confirmed_on=date(2006, 7, 1),
    id_number=number(),
    mobile="13800001111",
)


def codes(person: Particulars, on: date = TODAY) -> list[tuple[str, str, bool]]:
    return [(doubt.field, doubt.code, doubt.refuses) for doubt in doubts_of(person, BOOK, on)]


# --- calendar


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
    ],
)
def test_months_are_clamped_to_the_last_day(day, months, then):
    assert add_months(day, months) == then


def test_age_counts_birthdays():
    assert age_on(date(1980, 3, 11), TODAY) == 45
    assert age_on(date(1980, 3, 10), TODAY) == 46


# --- identity number, mobile


def test_the_standards_own_example_holds():
    assert read_id_number(EXAMPLE) == IdNumber(date(1949, 12, 31), Gender.FEMALE, check_holds=True)


@pytest.mark.parametrize(
    "text", ["", "1101051949123100", "110105194912310021X", "11010519491331002X", "A" * 18]
)
def test_what_is_no_number_is_not_read(text):
    assert read_id_number(text) is None


@given(
    st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9)
)
def test_one_wrong_digit_never_passes(birth_on, order, place, shift):
    right = number(birth_on, order)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]

    said = read_id_number(wrong)

    assert said is None or not said.check_holds


def test_a_number_is_masked_but_for_province_and_end():
    assert mask_id_number("220402198005171234") == "220***********1234"
    assert mask_id_number("12345") == "*****"


@pytest.mark.parametrize(
    ("text", "holds"), [("13800001111", True), ("12800001111", False), ("1380000111", False)]
)
def test_mobile_shape(text, holds):
    assert is_mobile(text) is holds


# --- one person


def test_a_sound_person_raises_no_doubt():
    assert codes(SOUND) == []
    assert codes(replace(SOUND, id_number="", mobile="")) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"id_number": "123"}, [("id_number", "id_shape", True)]),
        ({"id_number": number()[:-1] + "0"}, [("id_number", "id_check_digit", False)]),
        ({"birth_on": date(1980, 5, 18)}, [("birth_on", "birth_differs_from_id", False)]),
        ({"gender": Gender.FEMALE}, [("gender", "gender_differs_from_id", False)]),
        ({"mobile": "12"}, [("mobile", "mobile_shape", True)]),
        (
            {"id_number": "", "birth_on": date(2027, 1, 1)},
            [("birth_on", "in_future", True), ("joined_on", "joined_before_birth", True)],
        ),
        (
            {"id_number": "", "birth_on": date(1900, 1, 1)},
            [("birth_on", "too_old", True)],
        ),
        ({"joined_on": date(2027, 1, 1)}, [("joined_on", "in_future", True)]),
        (
            {"joined_on": date(1998, 5, 16), "confirmed_on": date(1999, 5, 16)},
            [("joined_on", "joined_too_young", False)],
        ),
        ({"confirmed_on": None}, [("confirmed_on", "formal_needs_confirmation", True)]),
        ({"confirmed_on": None, "standing": Standing.SUSPENDED}, []),
        ({"confirmed_on": date(2027, 1, 1)}, [("confirmed_on", "in_future", True)]),
        ({"confirmed_on": date(2005, 6, 30)}, [("confirmed_on", "confirmed_before_joining", True)]),
        ({"confirmed_on": date(2006, 6, 30)}, [("confirmed_on", "probation_short", False)]),
        ({"standing": Standing.PROBATIONARY}, [("confirmed_on", "probationary_but_confirmed", True)]),
        (
            {"standing": Standing.PROBATIONARY, "confirmed_on": None},
            [("joined_on", "probation_over", False)],
        ),
        (
            {"standing": Standing.PROBATIONARY, "confirmed_on": None, "joined_on": date(2024, 3, 10)},
            [],
        ),
    ],
)
def test_each_doubt_is_named_with_its_weight(changes, found):
    assert codes(replace(SOUND, **changes)) == found


def test_old_rules_do_not_reach_back_before_they_were_in_force():
    veteran = replace(
        SOUND,
        id_number="",
        birth_on=date(1930, 5, 17),
        joined_on=date(1947, 7, 1),
        confirmed_on=date(1947, 10, 1),
    )

    assert codes(veteran) == []


def test_warnings_cite_their_rule():
    (doubt,) = doubts_of(replace(SOUND, confirmed_on=date(2006, 6, 30)), BOOK, TODAY)

    assert doubt.citation is not None
    assert (doubt.citation.key, doubt.citation.instrument) == ("probation.length", "中国共产党章程")
    assert refusals([doubt, Doubt("name", "missing")]) == [Doubt("name", "missing")]


def test_probation_lasts_a_year_and_once_another():
    joined = date(2024, 2, 29)

    assert probation_ends_on(joined, BOOK, TODAY) == date(2025, 2, 28)
    assert probation_ends_on(joined, BOOK, TODAY, is_extended=True) == date(2026, 2, 28)


# --- terms


@pytest.mark.parametrize(
    ("kind", "sector", "starts_on", "years"),
    [
        (Kind.BRANCH, Sector.VILLAGE, date(2021, 1, 10), 5),
        (Kind.BRANCH, Sector.COMMUNITY, date(2021, 1, 10), 5),
        (Kind.GENERAL_BRANCH, Sector.COMMUNITY, date(2021, 1, 10), 5),
        (Kind.BRANCH, Sector.ENTERPRISE, date(2024, 2, 29), 3),
        (Kind.GENERAL_BRANCH, Sector.SCHOOL, date(2021, 1, 10), 3),
        (Kind.COMMITTEE, Sector.TERRITORY, date(2021, 1, 10), 5),
        (Kind.WORK_COMMITTEE, Sector.TERRITORY, date(2015, 1, 10), 5),
        (Kind.BRANCH, Sector.VILLAGE, date(2017, 1, 10), 3),
    ],
)
def test_terms_last_as_the_rule_of_the_day_says(kind, sector, starts_on, years):
    assert term_due_on(kind, sector, starts_on, BOOK) == add_years(starts_on, years)


def test_too_long_a_term_is_refused_where_the_rule_binds_and_doubted_where_it_does_not():
    start = date(2021, 1, 10)

    village = term_doubt(Kind.BRANCH, Sector.VILLAGE, start, date(2026, 1, 11), BOOK)
    firm = term_doubt(Kind.BRANCH, Sector.ENTERPRISE, start, date(2024, 1, 11), BOOK)

    assert village is not None
    assert village.refuses
    assert firm is not None
    assert not firm.refuses
    assert term_doubt(Kind.BRANCH, Sector.VILLAGE, start, date(2026, 1, 10), BOOK) is None
    assert (TERM_YEARS_LONG.force, TERM_YEARS.force) == (Force.BINDING, Force.AS_A_RULE)


# --- likeness


def test_likeness_names_its_reasons_strongest_first():
    one = Likeness("张三", date(1980, 5, 17), "138", "digest")

    assert likeness(one, one) == ("id_number", "name_birth", "mobile")
    assert likeness(one, Likeness("张三", date(1980, 5, 17))) == ("name_birth",)
    assert likeness(one, Likeness("李四", date(1980, 5, 17), "138")) == ("mobile",)
    assert likeness(Likeness("张三", date(1981, 1, 1)), Likeness("李四", date(1981, 1, 1))) == ()
