"""Which letters can be taken in, on which day, and who may come back."""

from datetime import date

import pytest

from members.choices import EndKind
from members.provisions import PROVISIONS
from members.rules import arrivals as rules
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
ISSUED, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("issued_on", "valid_until", "code"),
    [
        (ISSUED, LAST, ""),
        (TODAY, TODAY, ""),
        (date(2026, 3, 11), LAST, "date_in_future"),
        (ISSUED, date(2026, 2, 28), "letter_days_in_order"),
        (ISSUED, date(2026, 3, 9), "arrival_letter_over"),
    ],
)
def test_the_letter_itself(issued_on: date, valid_until: date, code: str) -> None:
    assert rules.letter_objection(issued_on, valid_until, TODAY) == code


def test_a_term_beyond_the_rule_is_odd_and_no_more() -> None:
    assert rules.letter_doubts(ISSUED, date(2026, 5, 30), BOOK, TODAY) == ()
    (doubt,) = rules.letter_doubts(ISSUED, date(2026, 5, 31), BOOK, TODAY)

    assert (doubt.code, doubt.refuses) == ("letter_term_long", False)


@pytest.mark.parametrize(
    ("accepted_on", "left_on", "code"),
    [
        (TODAY, None, ""),
        (ISSUED, date(2026, 2, 1), ""),
        (date(2026, 3, 11), None, "date_in_future"),
        (date(2026, 2, 28), None, "arrival_before_letter"),
        (date(2026, 3, 5), date(2026, 3, 5), "arrival_before_leaving"),
    ],
)
def test_the_day_of_acceptance(accepted_on: date, left_on: date | None, code: str) -> None:
    found = rules.acceptance_objection(accepted_on, ISSUED, LAST, left_on, TODAY)

    assert (found.code if found else "") == code


def test_nobody_is_accepted_after_the_last_day() -> None:
    found = rules.acceptance_objection(TODAY, ISSUED, date(2026, 3, 9), None, TODAY)

    assert found is not None
    assert found.code == "arrival_letter_over"


@pytest.mark.parametrize("kind", EndKind)
def test_only_a_transfer_leads_back(kind: EndKind) -> None:
    assert rules.may_come_back(kind) is (kind == EndKind.TRANSFERRED_OUT)


def test_the_branch_answers_within_the_days_of_the_rule_and_of_the_letter() -> None:
    assert rules.act_by(TODAY, LAST, BOOK, TODAY) == date(2026, 3, 20)
    assert rules.act_by(TODAY, date(2026, 3, 15), BOOK, TODAY) == date(2026, 3, 15)
    late = rules.clock(date(2026, 2, 20), LAST, BOOK, TODAY)
    assert (late.days, late.act_by, late.days_over, late.is_overdue) == (18, date(2026, 3, 2), 8, True)


def test_the_ladder_is_a_provision_with_its_citation() -> None:
    assert rules.ladder(BOOK, TODAY) == (0, 7, 14)
    assert BOOK.cite("arrival.escalate_days", TODAY).article == "线下转入逐级提醒"
