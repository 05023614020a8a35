from datetime import date
from itertools import product

import pytest

from branches.choices import PostKind
from members.choices import RefusalReason, Standing, TransferMove, TransferState
from members.provisions import PROVISIONS
from members.rules import transfer as rules
from members.rules.transfer import Case, Move, Side
from orgportal.core.rulebook import Rulebook
from scripts.draw_transfer import PAGE, page

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
STATES = list(TransferState)

# Written out by hand, so that a slip in the table of moves is seen: (state, side) -> the moves it has.
EXPECTED = {
    ("draft", "member"): {"submit", "withdraw"},
    ("submitted", "member"): {"withdraw"},
    ("submitted", "source"): {"release", "return", "withdraw"},
    ("sent", "member"): {"withdraw"},
    ("sent", "source"): {"withdraw"},
    ("sent", "committee"): {"approve", "return"},
    ("at_receiver", "member"): {"withdraw"},
    ("at_receiver", "source"): {"withdraw"},
    ("at_receiver", "target"): {"accept", "return", "refuse"},
    ("returned", "member"): {"withdraw"},
    ("returned", "source"): {"resubmit", "withdraw"},
}


def case(state: TransferState, **fields: bool) -> Case:
    was_sent = state not in {TransferState.DRAFT, TransferState.SUBMITTED}
    return Case(state, **{"is_by_member": True, "was_sent": was_sent, "is_inside": False, **fields})


@pytest.mark.parametrize(("state", "side"), list(product(STATES, Side)))
def test_each_side_has_exactly_these_moves(state: TransferState, side: Side) -> None:
    names = {row.name for row in rules.allowed(case(state), lambda row: row.side == side)}

    assert names == EXPECTED.get((state, side), set())


# What lies with a body outside: (the letter, side) -> the moves it has.
AWAY = {
    ("carried", "member"): {"hand-in", "lose", "withdraw"},
    ("carried", "source"): {"hand-in", "lose", "withdraw"},
    ("carried", "committee"): {"hand-in", "lose", "confirm", "reissue", "return", "refuse"},
    ("handed in", "member"): {"withdraw"},
    ("handed in", "source"): {"withdraw"},
    ("handed in", "committee"): {"confirm", "reissue", "return", "refuse"},
    ("void", "member"): {"withdraw"},
    ("void", "source"): {"withdraw"},
    ("void", "committee"): {"confirm", "reissue", "return", "refuse"},
}
LETTERS = {
    "carried": {"has_letter": True},
    "handed in": {"has_letter": True, "is_handed_in": True},
    "void": {},
}


@pytest.mark.parametrize(("letter", "side"), list(product(LETTERS, Side)))
def test_each_side_has_exactly_these_moves_on_the_paper_way(letter: str, side: Side) -> None:
    away = case(TransferState.AT_RECEIVER, is_outside=True, **LETTERS[letter])

    names = {row.name for row in rules.allowed(away, lambda row: row.side == side)}

    assert names == AWAY.get((letter, side), set())


def test_only_a_transfer_to_a_body_outside_gets_a_letter() -> None:
    sent = case(TransferState.SENT, is_outside=True)

    names = {row.name for row in rules.allowed(sent, lambda row: row.side == Side.COMMITTEE)}

    assert names == {"issue", "return"}
    assert case(TransferState.SENT).is_away is False


@pytest.mark.parametrize(
    ("letter", "side"),
    [("carried", Side.MEMBER), ("handed in", Side.COMMITTEE), ("void", Side.COMMITTEE)],
)
def test_whoever_has_the_paper_owns_what_is_away(letter: str, side: Side) -> None:
    away = case(TransferState.AT_RECEIVER, is_outside=True, **LETTERS[letter])

    assert rules.side_of(away) == side


def test_the_clock_voids_the_letter_and_never_loses_the_member() -> None:
    carried = case(TransferState.AT_RECEIVER, is_outside=True, has_letter=True)
    void = case(TransferState.AT_RECEIVER, is_outside=True)

    (lapse,), (expire,) = rules.named("lapse"), rules.named("expire")

    assert (rules.clock_move(carried), rules.clock_move(case(TransferState.SENT))) == ("lapse", "expire")
    assert (rules.applies(lapse, carried), rules.applies(lapse, void)) == (True, False)
    assert (rules.applies(expire, carried), rules.applies(expire, void)) == (False, False)


def test_the_committee_is_told_how_a_letter_ended() -> None:
    away = case(TransferState.AT_RECEIVER, is_outside=True, has_letter=True)
    accepted = case(TransferState.ACCEPTED, is_outside=True)

    assert rules.parties(away, accepted) == {Side.MEMBER, Side.SOURCE, Side.COMMITTEE}


@pytest.mark.parametrize(("state", "name"), list(product(STATES, TransferMove)))
def test_no_move_leads_out_of_an_end(state: TransferState, name: TransferMove) -> None:
    found = [row for row in rules.named(name) if rules.applies(row, case(state))]

    if state not in rules.OPEN:
        assert found == []
    for row in found:
        assert rules.destination(row, case(state)) != state


def test_clock_ends_every_open_state_and_no_other() -> None:
    for name in ("expire", "cancel"):
        (row,) = rules.named(name)
        assert {state for state in STATES if rules.applies(row, case(state))} == rules.OPEN
        assert rules.allowed(case(TransferState.SENT), lambda each, end=row: each is end) == ()


def test_branch_writes_its_own_draft_and_the_member_has_no_say_in_it() -> None:
    draft = case(TransferState.DRAFT, is_by_member=False)

    assert {row.name for row in rules.allowed(draft, lambda row: row.side == Side.SOURCE)} == {
        "submit",
        "withdraw",
    }
    assert rules.allowed(draft, lambda row: row.side == Side.MEMBER) == ()


def test_branch_cannot_send_its_own_paper_back_to_itself() -> None:
    own = case(TransferState.SUBMITTED, is_by_member=False)

    assert {row.name for row in rules.allowed(own, lambda row: row.side == Side.SOURCE)} == {
        "release",
        "withdraw",
    }


def test_member_resends_what_the_own_branch_sent_back() -> None:
    mend = case(TransferState.RETURNED, was_sent=False)

    assert {row.name for row in rules.allowed(mend, lambda row: row.side == Side.MEMBER)} == {
        "resubmit",
        "withdraw",
    }
    assert {row.name for row in rules.allowed(mend, lambda row: row.side == Side.SOURCE)} == {"withdraw"}


@pytest.mark.parametrize("name", ["release", "resubmit"])
def test_committee_step_is_skipped_inside_one_committee(name: str) -> None:
    row = next(row for row in rules.named(name) if row.side == Side.SOURCE)

    assert rules.destination(row, case(TransferState.SUBMITTED)) == TransferState.SENT
    assert rules.destination(row, case(TransferState.SUBMITTED, is_inside=True)) == TransferState.AT_RECEIVER


def test_moves_outside_the_committee_step_lead_to_one_place() -> None:
    (row,) = rules.named("approve")

    assert rules.destination(row, case(TransferState.SENT, is_inside=True)) == TransferState.AT_RECEIVER


@pytest.mark.parametrize(
    ("state", "fields", "side"),
    [
        ("draft", {}, Side.MEMBER),
        ("draft", {"is_by_member": False}, Side.SOURCE),
        ("submitted", {}, Side.SOURCE),
        ("sent", {}, Side.COMMITTEE),
        ("at_receiver", {}, Side.TARGET),
        ("returned", {"was_sent": False}, Side.MEMBER),
        ("returned", {"was_sent": True}, Side.SOURCE),
        ("returned", {"was_sent": False, "is_by_member": False}, Side.SOURCE),
    ],
)
def test_somebody_owns_every_open_transfer(state: str, fields: dict[str, bool], side: Side) -> None:
    owner = rules.owner_of(case(TransferState(state), **fields))

    assert owner == rules.Owner(side, rules.POSTS[side])


@pytest.mark.parametrize("state", sorted(set(STATES) - rules.OPEN))
def test_nobody_owns_an_ended_transfer(state: TransferState) -> None:
    assert rules.owner_of(case(state)) is None


def test_owner_of_a_committee_step_is_its_organiser_or_an_officer_of_it() -> None:
    owner = rules.owner_of(case(TransferState.SENT))

    assert owner is not None
    assert PostKind.ORGANISER in owner.posts
    assert PostKind.ORGANISER not in rules.POSTS[Side.TARGET]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"is_by_member": True, "may_release": True}, "submitted"),
        ({"is_by_member": False, "may_release": False}, "submitted"),
        ({"is_by_member": False, "may_release": True}, "sent"),
        ({"is_by_member": False, "may_release": True, "is_inside": True}, "at_receiver"),
        ({"is_by_member": False, "may_release": True, "keep_draft": True}, "draft"),
    ],
)
def test_where_a_new_transfer_stands(fields: dict[str, bool], state: str) -> None:
    assert rules.first_state(**{"keep_draft": False, "is_inside": False, **fields}) == state


def test_move_says_its_label_and_whether_it_ends() -> None:
    accept, release = rules.named("accept")[0], rules.named("release")[0]

    assert (accept.is_end, release.is_end) == (True, False)
    assert isinstance(accept.label, str)


@pytest.mark.parametrize(
    ("name", "reason", "grounds", "code"),
    [
        ("accept", "", "", ""),
        ("return", "  ", "", "transfer_needs_reason"),
        ("return", "缺预备期材料", "", ""),
        ("refuse", "不在本辖区", "", "transfer_needs_grounds"),
        ("refuse", "不在本辖区", "because", "transfer_needs_grounds"),
        ("refuse", "", RefusalReason.NOT_HERE, "transfer_needs_reason"),
        ("refuse", "不在本辖区", RefusalReason.NOT_HERE, ""),
    ],
)
def test_bare_refusal_is_not_possible(name: str, reason: str, grounds: str, code: str) -> None:
    assert rules.missing_words(rules.named(name)[0], reason, grounds) == code


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, case(TransferState.DRAFT), {"member"}),
        (None, case(TransferState.DRAFT, is_by_member=False), {"source"}),
        (case(TransferState.DRAFT), case(TransferState.WITHDRAWN, was_sent=False), {"member"}),
        (case(TransferState.DRAFT), case(TransferState.SUBMITTED), {"member", "source"}),
        (
            case(TransferState.SUBMITTED),
            case(TransferState.SENT),
            {"member", "source", "committee"},
        ),
        (
            case(TransferState.SENT),
            case(TransferState.AT_RECEIVER),
            {"member", "source", "committee", "target"},
        ),
        (case(TransferState.AT_RECEIVER), case(TransferState.ACCEPTED), {"member", "source", "target"}),
        (
            case(TransferState.SENT),
            case(TransferState.WITHDRAWN),
            {"member", "source", "committee", "target"},
        ),
        (case(TransferState.RETURNED), case(TransferState.EXPIRED), {"member", "source", "target"}),
        (
            case(TransferState.SUBMITTED),
            case(TransferState.WITHDRAWN, was_sent=False),
            {"member", "source"},
        ),
    ],
)
def test_who_is_told(before: Case | None, after: Case, told: set[str]) -> None:
    assert rules.parties(before, after) == told


def test_clock_counts_days_and_what_is_over() -> None:
    early = rules.clock(date(2026, 3, 2), date(2026, 5, 31), BOOK, TODAY)
    late = rules.clock(date(2026, 2, 20), None, BOOK, TODAY)

    assert early == rules.Clock(8, date(2026, 3, 12), date(2026, 5, 31), 0)
    assert late == rules.Clock(18, date(2026, 3, 2), None, 8)
    assert (early.is_overdue, late.is_overdue) == (False, True)


def test_validity_is_ninety_days_from_the_notice_of_2006() -> None:
    assert rules.valid_until(TODAY, BOOK) == date(2026, 6, 8)
    assert BOOK.cite("letter.valid_max", TODAY).instrument == "组通字〔2006〕45号"


@pytest.mark.parametrize(("ends", "is_over"), [(None, False), (TODAY, False), (date(2026, 3, 9), True)])
def test_last_day_of_validity_still_counts(ends: date | None, *, is_over: bool) -> None:
    assert rules.has_expired(ends, TODAY) is is_over


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ((Standing.ENDED, True, True), "member_ended"),
        ((Standing.SUSPENDED, True, True), "member_stopped"),
        ((Standing.FORMAL, True, True), "target_dissolved"),
        ((Standing.PROBATIONARY, False, True), "member_moved"),
        ((Standing.FORMAL, False, False), ""),
    ],
)
def test_why_a_transfer_loses_its_object(facts: tuple[Standing, bool, bool], reason: str) -> None:
    standing, dissolved, left = facts

    assert rules.why_cancel(standing, target_dissolved=dissolved, has_left_source=left) == reason


def test_paper_is_mended_only_by_the_side_that_holds_it() -> None:
    draft, sent = case(TransferState.DRAFT), case(TransferState.SENT)

    assert rules.may_correct(draft, Side.MEMBER)
    assert not rules.may_correct(draft, Side.SOURCE)
    assert not rules.may_correct(sent, Side.COMMITTEE)


def test_table_is_sound() -> None:
    for row in rules.MOVES:
        assert isinstance(row, Move)
        assert row.from_states <= rules.OPEN
        assert bool(row.rights) == (row.side not in {Side.MEMBER, Side.SYSTEM})
        assert not row.needs_grounds or row.needs_reason
    keys = [(row.name, row.side, state) for row in rules.MOVES for state in row.from_states]
    assert len(keys) == len(set(keys))


def test_drawing_in_the_documents_is_that_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text
