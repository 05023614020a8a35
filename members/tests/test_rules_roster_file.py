"""How a line of a roster file is read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.choices import Education, Gender, Occupation, Standing
from members.provisions import PROVISIONS
from members.rules.roster_file import COLUMNS, REQUIRED, WORDS, headings, read_date, read_line, read_mobile
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
CELLS = {
    "branch_code": "T1",
    "name": "张三",
    "gender": "男",
    "birth_on": "1980-05-17",
    "standing": "正式党员",
    "joined_on": "2005-07-01",
    "confirmed_on": "2006-07-01",
    "education": "大专",
    "occupation": "工人",
}


@pytest.mark.parametrize(
    "text", ["2005-07-01", "2005/7/1", "2005.7.1", "20050701", "2005年7月1日", "2005年07月01日"]
)
def test_dates_are_read_as_people_write_them(text):
    assert read_date(text) == date(2005, 7, 1)


@pytest.mark.parametrize("text", ["2005-02-30", "1/7/2005", "38534", "2005-07", "x", ""])
def test_other_dates_are_refused(text):
    with pytest.raises(ValueError, match="not_a_date"):
        read_date(text)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_survives_its_own_spelling(day):
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize("text", ["13800001111", "138 0000 1111", "+86 138-0000-1111", "8613800001111"])
def test_mobiles_are_tidied(text):
    assert read_mobile(text) == "13800001111"


def test_every_choice_has_a_chinese_word():
    assert set(WORDS["education"].values()) == set(Education.values)
    assert set(WORDS["occupation"].values()) == set(Occupation.values)
    assert set(WORDS["gender"].values()) == set(Gender.values)
    assert set(WORDS["standing"].values()) == set(Standing.values) - {Standing.ENDED}


def test_a_line_is_read_with_full_width_characters_and_stray_controls():
    line, faults = read_line(
        2, {**CELLS, "name": " 张三\u200b ", "mobile": "１３８００００１１１１"}, BOOK, TODAY
    )

    assert faults == []
    assert (line.values["name"], line.values["mobile"]) == ("张三", "13800001111")
    assert (line.values["ethnicity"], line.values["group"], line.values["since"]) == ("汉族", "", None)


def test_a_line_with_unreadable_cells_names_each():
    _line, faults = read_line(
        7, {**CELLS, "gender": "?", "birth_on": "x", "id_number": "1" * 41, "education": None}, BOOK, TODAY
    )

    assert [(fault.row, fault.column, fault.value, fault.code) for fault in faults] == [
        (7, "gender", "?", "unknown_word"),
        (7, "birth_on", "x", "not_a_date"),
        (7, "id_number", "…1111", "too_long"),
        (7, "education", "", "missing"),
    ]


def test_headings_are_read_in_either_language():
    english = dict.fromkeys(REQUIRED)
    chinese = [COLUMNS[column] for column in REQUIRED]

    assert list(headings(list(english)).values()) == list(REQUIRED)
    assert list(headings(chinese).values()) == list(REQUIRED)
    with pytest.raises(ValueError, match="unknown:shoe"):
        headings([*REQUIRED, "shoe"])
    with pytest.raises(ValueError, match="missing:name"):
        headings([column for column in REQUIRED if column != "name"])


def test_a_place_finer_than_a_city_is_a_fault_and_none_at_all_is_fine():
    away = {**CELLS, "mobile_state": "外出"}
    _line, faults = read_line(3, {**away, "mobile_place": "人民路12号"}, BOOK, TODAY)
    line, none = read_line(4, away, BOOK, TODAY)

    assert [(fault.row, fault.column) for fault in faults] == [(3, "mobile_place")]
    assert (line.values["mobile_place"], none) == ("", [])
