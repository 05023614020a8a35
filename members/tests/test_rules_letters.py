"""How long a letter may be valid, and which day a slip can name."""

from datetime import date

import pytest

from members.provisions import PROVISIONS
from members.rules import letters
from orgportal.core.rulebook import LocalRule, Rulebook, Version

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
ISSUED, LAST = date(2026, 2, 1), date(2026, 3, 3)


def test_a_letter_is_usually_valid_for_thirty_days() -> None:
    assert letters.usual_days(BOOK, TODAY) == 30
    assert letters.last_day(TODAY, 30) == date(2026, 4, 9)


def test_a_shorter_limit_of_the_place_shortens_the_usual_term() -> None:
    rule = LocalRule("letter.valid_max", "0001", Version(20, "本地", "一", date(2020, 1, 1)))

    assert letters.usual_days(Rulebook.of(PROVISIONS, [rule]), TODAY) == 20


@pytest.mark.parametrize(
    ("days", "has_reason", "code"),
    [
        (0, True, "letter_days_missing"),
        (1, False, ""),
        (90, False, ""),
        (91, False, "letter_days_too_many"),
        (91, True, ""),
        (999, True, ""),
        (1000, True, "letter_days_unwritable"),
    ],
)
def test_days_of_a_letter(days: int, has_reason: bool, code: str) -> None:
    assert letters.days_objection(days, BOOK, TODAY, has_reason=has_reason) == code


@pytest.mark.parametrize(
    ("home", "target", "in_city"),
    [
        (["", "中共长春市朝阳区委员会"], ["吉林省 长春市亚泰大街1号"], True),
        (["长春市人民大街1号"], ["吉林市船营区"], False),
        (["北京市海淀区"], ["", "中共北京市朝阳区委组织部"], True),
        (["东街道党工委"], ["长春市亚泰大街1号"], False),
        (["长春市人民大街1号"], ["明珠社区党支部"], False),
    ],
)
def test_inside_one_city_by_names_and_addresses(home: list[str], target: list[str], in_city: bool) -> None:
    assert letters.in_one_city(home, target) is in_city
    assert letters.usual_days(BOOK, TODAY, in_city=in_city) == (10 if in_city else 30)


@pytest.mark.parametrize(
    ("accepted_on", "valid_until", "has_reason", "code"),
    [
        (None, LAST, False, "slip_needs_day"),
        (date(2026, 3, 11), LAST, True, "date_in_future"),
        (date(2026, 1, 31), LAST, True, "slip_before_letter"),
        (ISSUED, LAST, False, ""),
        (LAST, LAST, False, ""),
        (date(2026, 3, 4), LAST, False, "slip_after_validity"),
        (date(2026, 3, 4), LAST, True, ""),
        (TODAY, None, False, ""),
    ],
)
def test_day_of_a_slip(
    accepted_on: date | None, valid_until: date | None, has_reason: bool, code: str
) -> None:
    found = letters.slip_objection(accepted_on, ISSUED, valid_until, TODAY, has_reason=has_reason)

    assert found == code


@pytest.mark.parametrize(
    ("valid_until", "code"),
    [
        (TODAY, "certificate_needs_days"),
        (date(2026, 9, 10), ""),
        (date(2026, 9, 11), "certificate_too_long"),
    ],
)
def test_a_certificate_lasts_half_a_year_at_most(valid_until: date, code: str) -> None:
    assert letters.stay_objection(valid_until, BOOK, TODAY) == code
