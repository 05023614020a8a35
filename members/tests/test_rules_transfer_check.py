"""What is said before a transfer, and which decision about the member holds it up."""

from datetime import date

import pytest

from members.choices import ChangeKind, ChangeState, Standing, TransferState
from members.provisions import PROVISIONS
from members.rules import transfer_check as rules
from members.rules.transfer import Case
from members.rules.transfer_check import Open, Pending
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
DAY = date(2026, 3, 30)
CONFIRM = Pending(ChangeKind.CONFIRM, ChangeState.PROPOSED, DAY)
APPROVED = Pending(ChangeKind.CONFIRM, ChangeState.COMING, DAY)
EXTEND = Pending(ChangeKind.EXTEND, ChangeState.PROPOSED, DAY)
EXPEL = Pending(ChangeKind.EXPELLED, ChangeState.COMING, DAY)


def plan(**fields: object) -> rules.Plan:
    defaults = {
        "standing": Standing.FORMAL,
        "branch_id": 1,
        "target_id": 2,
        "is_target_branch": True,
        "is_target_dissolved": False,
        "dues_paid_to": date(2026, 3, 1),
    }
    return rules.Plan(**{**defaults, **fields})


BLOCKING = {
    "transfer_not_a_member", "transfer_own_branch", "transfer_target_not_branch", "transfer_target_dissolved",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"standing": Standing.SUSPENDED}, ["transfer_not_a_member"]),
        ({"standing": Standing.ENDED}, ["transfer_not_a_member"]),
        ({"target_id": 1}, ["transfer_own_branch"]),
        ({"is_target_branch": False}, ["transfer_target_not_branch"]),
        ({"is_target_dissolved": True}, ["transfer_target_dissolved"]),
        ({"standing": Standing.PROBATIONARY}, ["transfer_probation_papers"]),
        ({"pending": CONFIRM}, ["transfer_confirmation_first"]),
        ({"pending": CONFIRM, "is_inside": True}, ["transfer_confirmation_along"]),
        ({"pending": APPROVED}, ["transfer_confirmation_along"]),
        ({"pending": APPROVED, "target_id": None}, ["transfer_confirmation_coming"]),
        ({"pending": CONFIRM, "target_id": None}, ["transfer_confirmation_first"]),
        ({"pending": EXTEND, "is_inside": True}, ["transfer_decision_along"]),
        ({"pending": EXPEL, "is_inside": True}, ["transfer_matter_first"]),
        ({"has_matter": True}, ["transfer_matter_first"]),
        ({"has_matter": True, "is_inside": True}, ["transfer_matter_first"]),
        ({"has_matter": True, "pending": EXPEL}, ["transfer_matter_first"]),
        ({"has_matter": True, "pending": APPROVED}, ["transfer_confirmation_along", "transfer_matter_first"]),
        ({"probation_due": TODAY}, ["transfer_probation_over"]),
        ({"probation_due": date(2026, 6, 8)}, ["transfer_probation_ends"]),
        ({"probation_due": date(2026, 6, 9)}, []),
        ({"open": Open(posts_held=2)}, ["transfer_posts_end"]),
        ({"open": Open(posts_held=2), "target_id": None}, ["transfer_all_posts_end"]),
        ({"open": Open(posts_coming=1)}, ["transfer_posts_cancelled"]),
        ({"open": Open(follow_ups=3)}, ["transfer_follow_ups_stay"]),
        ({"open": Open(corrections=1)}, ["transfer_corrections_along"]),
        ({"open": Open(corrections=1), "target_id": None}, ["transfer_corrections_first"]),
        ({"open": Open(is_away=True, has_card=True)}, ["transfer_stay_ends", "transfer_card_ends"]),
        ({"open": Open(has_contacts=True)}, ["transfer_contacts_along"]),
        ({"open": Open(has_contacts=True), "target_id": None}, ["transfer_contacts_stay"]),
        ({"dues_paid_to": None}, ["transfer_dues_behind"]),
        ({"dues_paid_to": date(2026, 2, 28)}, ["transfer_dues_behind"]),
    ],
)
def test_what_stands_against_a_transfer(fields: dict[str, object], codes: list[str]) -> None:
    found = rules.objections(plan(**fields), BOOK, TODAY)

    assert [objection.code for objection in found] == codes
    assert {objection.code for objection in found if objection.is_blocking} == BLOCKING & {*codes}


def test_dues_objection_cites_the_notice() -> None:
    (objection,) = rules.objections(plan(dues_paid_to=None), BOOK, TODAY)

    assert objection.citation == BOOK.cite("letter.dues_paid_to", TODAY)


def test_probation_objections_cite_the_constitution_and_pending_ones_the_duty_of_the_sender() -> None:
    (over,) = rules.objections(plan(probation_due=TODAY), BOOK, TODAY)
    (first,) = rules.objections(plan(pending=CONFIRM), BOOK, TODAY)

    assert (over.params, over.citation) == ({"day": "2026-03-10"}, BOOK.cite("probation.length", TODAY))
    assert first.citation == BOOK.cite("duty.sender", TODAY)


INSIDE = Case(TransferState.AT_RECEIVER, is_by_member=False, was_sent=True, is_inside=True)
BETWEEN = Case(TransferState.AT_RECEIVER, is_by_member=False, was_sent=True, is_inside=False)
OUTSIDE = Case(TransferState.SENT, is_by_member=False, was_sent=True, is_inside=False, is_outside=True)


@pytest.mark.parametrize(
    ("name", "pending", "case", "code"),
    [
        ("accept", None, BETWEEN, None),
        ("withdraw", CONFIRM, BETWEEN, None),
        ("accept", CONFIRM, BETWEEN, "transfer_confirmation_first"),
        ("accept", CONFIRM, INSIDE, None),
        ("accept", APPROVED, BETWEEN, None),
        ("accept", EXPEL, INSIDE, "transfer_matter_first"),
        ("issue", CONFIRM, OUTSIDE, "transfer_confirmation_first"),
        ("issue", APPROVED, OUTSIDE, "transfer_confirmation_coming"),
        ("reissue", CONFIRM, OUTSIDE, "transfer_confirmation_first"),
        ("reissue", EXPEL, OUTSIDE, "transfer_matter_first"),
        ("reissue", None, OUTSIDE, None),
    ],
)
def test_what_holds_a_move_up(name: str, pending: Pending | None, case: Case, code: str | None) -> None:
    found = rules.hindrance(name, pending, case)

    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("name", "pending", "case", "code"),
    [
        ("accept", None, INSIDE, "transfer_matter_first"),
        ("accept", APPROVED, BETWEEN, "transfer_matter_first"),
        ("accept", CONFIRM, BETWEEN, "transfer_confirmation_first"),
        ("issue", None, OUTSIDE, "transfer_matter_first"),
        ("withdraw", None, INSIDE, None),
    ],
)
def test_a_matter_of_the_few_holds_up_in_the_words_of_a_decision(
    name: str, pending: Pending | None, case: Case, code: str | None
) -> None:
    found = rules.hindrance(name, pending, case, has_matter=True)
    (warned,) = rules.objections(plan(has_matter=True), BOOK, TODAY)
    (decision,) = rules.objections(plan(pending=EXPEL), BOOK, TODAY)

    assert (found and found.code) == code
    assert warned == decision
    assert rules.hindrance("accept", EXPEL, BETWEEN) == rules.holds_up(None, BETWEEN, has_matter=True)


def test_an_approved_confirmation_names_its_day() -> None:
    held_up = rules.hindrance("confirm", APPROVED, OUTSIDE)
    (warned,) = rules.objections(plan(pending=APPROVED, target_id=None), BOOK, TODAY)

    assert held_up == rules.Objection("transfer_confirmation_coming", True, {"day": "2026-03-30"})
    assert (warned.params, warned.is_blocking) == ({"day": "2026-03-30"}, False)
    assert warned.citation == BOOK.cite("duty.sender", TODAY)


def test_what_holds_up_whatever_comes_next() -> None:
    submitted = Case(TransferState.SUBMITTED, is_by_member=True, was_sent=False, is_inside=False)

    assert rules.holds_up(CONFIRM, submitted) is None
    assert rules.holds_up(None, BETWEEN) is None
    assert rules.holds_up(CONFIRM, BETWEEN) == rules.hindrance("accept", CONFIRM, BETWEEN)
