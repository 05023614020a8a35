"""Whether a vote carried, and what is wrong with one; without a database."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.choices import ActivityKind, Base, Ground, LeaveReason, Majority, Outcome, Presence
from activities.provisions import PROVISIONS
from activities.rules.quorum import quorum_for, voting_kind
from activities.rules.records import (
    Absence,
    Agreement,
    Entry,
    FollowUp,
    Item,
    Seat,
    attendance_of,
    faults_of,
    ruled,
    turnout_of,
)
from activities.rules.votes import Turnout, Vote, ruling_on, vote_from
from orgportal.core.rulebook import LocalRule, Rulebook, Version

BOOK = Rulebook.of(PROVISIONS)
BY_THE_ROLL = Rulebook.of(
    PROVISIONS,
    [LocalRule("elect.majority_base", "0001", Version("expected", "区委通知", "第二条", date(2025, 1, 1)))],
)
TODAY = date(2026, 3, 10)
GENERAL, COMMITTEE = ActivityKind.GENERAL, ActivityKind.COMMITTEE
ORDINARY, ELECTION = Majority.ORDINARY, Majority.ELECTION
SEATS = tuple(Seat(n, n, f"党员{n}", has_vote=n <= 6) for n in range(1, 9))
ROLL = frozenset(range(1, 9))
AGREED = Agreement("区委组织部复函", date(2026, 3, 1), is_adopted=True)
BEDRIDDEN = Absence(6, Presence.LEAVE, LeaveReason.ILLNESS, "", Ground.BEDRIDDEN)


def rule(vote: Vote, entitled: int, there: int, kind: ActivityKind = GENERAL, book: Rulebook = BOOK) -> tuple:
    found = ruling_on(vote, kind, Turnout(entitled, there), book, TODAY)
    assert found is not None
    return found.outcome, found.of, found.needed, found.quorum


@pytest.mark.parametrize(
    ("counts", "entitled", "there", "wanted"),
    [
        ((15, 15, 0), 30, 30, (Outcome.NOT_PASSED, 30, 16, 15)),
        ((16, 14, 0), 30, 30, (Outcome.PASSED, 30, 16, 15)),
        ((15, 0, 0), 30, 15, (Outcome.NOT_PASSED, 30, 16, 15)),
        ((14, 0, 0), 30, 14, (Outcome.NO_QUORUM, 30, 16, 15)),
        ((16, 15, 0), 31, 31, (Outcome.PASSED, 31, 16, 16)),
        ((0, 0, 0), 0, 0, (Outcome.NO_QUORUM, 0, 1, 0)),
    ],
)
def test_an_ordinary_vote_passes_with_over_half_of_those_who_should_attend(
    counts: tuple[int, int, int], entitled: int, there: int, wanted: tuple
) -> None:
    assert rule(Vote(*counts), entitled, there) == wanted


@pytest.mark.parametrize(
    ("counts", "entitled", "there", "wanted"),
    [
        ((13, 11, 0), 30, 24, (Outcome.PASSED, 24, 13, 24)),
        ((12, 12, 0), 30, 24, (Outcome.NOT_PASSED, 24, 13, 24)),
        ((24, 0, 0), 31, 24, (Outcome.NO_QUORUM, 24, 13, 25)),
        ((15, 13, 0), 34, 28, (Outcome.PASSED, 28, 15, 28)),
    ],
)
def test_an_election_needs_four_fifths_there_and_over_half_of_those_present(
    counts: tuple[int, int, int], entitled: int, there: int, wanted: tuple
) -> None:
    assert rule(Vote(*counts, majority=ELECTION), entitled, there) == wanted


def test_a_body_above_may_count_elections_by_the_roll_and_is_cited() -> None:
    vote = Vote(15, 13, 0, ELECTION)

    here = ruling_on(vote, GENERAL, Turnout(34, 28), BY_THE_ROLL, TODAY)
    before = ruling_on(vote, GENERAL, Turnout(34, 28), BY_THE_ROLL, date(2024, 12, 31))

    assert here is not None
    assert before is not None
    assert (here.base, here.of, here.needed, here.outcome) == (Base.EXPECTED, 34, 18, Outcome.NOT_PASSED)
    assert (here.rule.instrument, here.rule.article) == ("区委通知", "第二条")
    assert (before.base, before.outcome, before.rule.article) == (Base.PRESENT, Outcome.PASSED, "第二十七条")


def test_a_committee_decides_with_over_half_of_its_members_by_a_local_default() -> None:
    found = ruling_on(Vote(3), COMMITTEE, Turnout(5, 3), BOOK, TODAY)

    assert found is not None
    assert (found.outcome, found.needed, found.quorum) == (Outcome.PASSED, 3, 3)
    assert "默认值" in found.rule.instrument
    assert found.quorum_rule.article == "第十二条"
    assert rule(Vote(2), 4, 2, COMMITTEE)[0] == Outcome.NOT_PASSED


@pytest.mark.parametrize(("majority", "day"), [(ORDINARY, date(2018, 10, 27)), (ELECTION, date(2020, 7, 12))])
def test_before_the_rules_nothing_is_ruled(majority: Majority, day: date) -> None:
    assert ruling_on(Vote(3, majority=majority), GENERAL, Turnout(5, 5), BOOK, day) is None
    assert quorum_for(GENERAL, 5, BOOK, date(2018, 10, 27)) is None


def test_what_a_meeting_votes_as() -> None:
    assert voting_kind(COMMITTEE, ()) == COMMITTEE
    assert voting_kind(ActivityKind.THEME_DAY, (GENERAL,)) == GENERAL
    assert voting_kind(ActivityKind.THEME_DAY, (ActivityKind.LECTURE,)) is None


def test_a_vote_is_kept_whole() -> None:
    bare = Vote(3, 1, 1, ELECTION)
    full = replace(bare, ruling=ruling_on(bare, GENERAL, Turnout(5, 5), BOOK, TODAY))

    for vote in (bare, full):
        assert vote_from(json.loads(json.dumps(vote.as_json()))) == vote
    assert vote_from(None) is None
    assert full.ruling is not None
    assert (full.ruling.tone, full.ruling.has_quorum) == ("good", True)


votes = st.builds(Vote, *[st.integers(0, 40)] * 3, majority=st.sampled_from(Majority))


@given(votes, st.integers(0, 40), st.sampled_from([GENERAL, COMMITTEE]), st.sampled_from([BOOK, BY_THE_ROLL]))
def test_the_shares_hold_in_whole_numbers(vote: Vote, away: int, kind: ActivityKind, book: Rulebook) -> None:
    turnout = Turnout(vote.cast + away, vote.cast)

    found = ruling_on(vote, kind, turnout, book, TODAY)

    assert found is not None
    is_election = vote.majority == ELECTION
    enough = (
        5 * turnout.there >= 4 * turnout.entitled if is_election else 2 * turnout.there >= turnout.entitled
    )
    base = turnout.there if is_election and book is BOOK else turnout.entitled
    if not turnout.entitled or not enough:
        assert found.outcome == Outcome.NO_QUORUM
    else:
        assert (found.outcome == Outcome.PASSED) is (2 * vote.votes_for > base)


@given(votes, st.integers(0, 40))
def test_one_who_changes_from_against_to_for_never_undoes_a_vote(vote: Vote, away: int) -> None:
    turnout = Turnout(vote.cast + away + 1, vote.cast + 1)

    no = ruling_on(replace(vote, votes_against=vote.votes_against + 1), GENERAL, turnout, BOOK, TODAY)
    yes = ruling_on(replace(vote, votes_for=vote.votes_for + 1), GENERAL, turnout, BOOK, TODAY)

    assert no is not None
    assert yes is not None
    assert no.outcome != Outcome.PASSED or yes.outcome == Outcome.PASSED


# --- in a record


def entry(vote: Vote | None = None, **changes: object) -> Entry:
    items = (Item("议题", "", (FollowUp("决定", vote=vote), FollowUp("另一项"))),)
    return replace(Entry(GENERAL, "三月支部党员大会", TODAY, items=items), **changes)


def codes(said: Entry) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in faults_of(said, SEATS, ROLL, TODAY)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (entry(Vote(4, 1, 1)), []),
        (entry(Vote(4, 1, 0)), [("votes_not_those_present", "items")]),
        (entry(Vote(5, 2, 0)), [("votes_of_those_without", "items")]),
        (entry(Vote(6, 2, 0)), [("votes_of_those_without", "items")]),
        (entry(Vote(9)), [("votes_not_those_present", "items")]),
        (entry(Vote(6), kind=ActivityKind.THEME_DAY), [("vote_not_taken", "items")]),
        (entry(Vote(6), kind=ActivityKind.THEME_DAY, also_kinds=(GENERAL,)), []),
        (entry(kind=ActivityKind.THEME_DAY), []),
        (entry(Vote(8), kind=COMMITTEE), []),
        # Attendance comes first: the counts are held against it.
        (entry(Vote(1), absences=(BEDRIDDEN, BEDRIDDEN), agreement=AGREED), [("marked_twice", "away")]),
    ],
)
def test_what_is_wrong_with_a_vote(said: Entry, wanted: list[tuple[str, str]]) -> None:
    assert codes(said) == wanted


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, []),
        ({"kind": ActivityKind.THEME_DAY, "also_kinds": (GENERAL,)}, []),
        ({"kind": COMMITTEE}, [("exclusion_not_taken", "away")]),
        ({"absences": (replace(BEDRIDDEN, presence=Presence.ABSENT),)}, [("exclusion_of_absent", "away")]),
        ({"agreement": Agreement()}, [("exclusion_without_basis", "exclusion_document")]),
        ({"agreement": replace(AGREED, document=" ")}, [("exclusion_without_basis", "exclusion_document")]),
        ({"agreement": replace(AGREED, agreed_on=None)}, [("exclusion_without_basis", "exclusion_document")]),
        (
            {"agreement": replace(AGREED, agreed_on=date(2026, 3, 11))},
            [("exclusion_agreed_later", "exclusion_agreed_on")],
        ),
        (
            {"agreement": replace(AGREED, is_adopted=False)},
            [("exclusion_not_adopted", "exclusion_adopted")],
        ),
        ({"absences": ()}, [("exclusion_of_nobody", "away")]),
        ({"absences": (), "agreement": Agreement()}, []),
    ],
)
def test_what_leaving_somebody_out_needs(change: dict[str, object], wanted: list[tuple[str, str]]) -> None:
    said = replace(entry(), absences=(BEDRIDDEN,), agreement=AGREED)

    assert codes(replace(said, **change)) == wanted


def test_whoever_is_left_out_is_away_and_out_of_the_count_of_voters_only() -> None:
    probationary = replace(BEDRIDDEN, member_id=8)

    found = attendance_of(SEATS, [BEDRIDDEN, probationary])

    assert (found.expected, found.leave) == (8, (6, 8))
    assert (found.voters_expected, found.voters_present) == (5, 5)
    assert turnout_of(GENERAL, found) == Turnout(5, 5)
    assert turnout_of(COMMITTEE, found) == Turnout(8, 6)


def test_every_vote_of_a_record_is_ruled_on_and_nothing_else_changes() -> None:
    said = entry(Vote(3, 2, 0), absences=(BEDRIDDEN,), agreement=AGREED)
    attendance = attendance_of(SEATS, said.absences)

    done = ruled(said, attendance, BOOK)

    voted, other = done.items[0].decisions
    assert voted.vote is not None
    assert voted.vote.ruling is not None
    assert (voted.vote.ruling.outcome, voted.vote.ruling.of, voted.vote.ruling.needed) == (
        Outcome.PASSED,
        5,
        3,
    )
    assert other.vote is None
    assert ruled(entry(Vote(3, 1, 0)), attendance, BOOK).items == entry(Vote(3, 1, 0)).items
    theme_day = replace(said, kind=ActivityKind.THEME_DAY)
    assert ruled(theme_day, attendance, BOOK) == theme_day
