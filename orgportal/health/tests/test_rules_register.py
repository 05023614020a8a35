"""Findings on posts, members on the way, lost or from elsewhere, and gaps: thresholds at their edges."""

from datetime import date
from typing import Any

import pytest

from branches.choices import Form
from orgportal.core.rulebook import LocalRule, Rulebook, Version
from orgportal.health.rules import Dated, Seat, assess, totals_of
from orgportal.health.rules import register as rules
from orgportal.health.tests.test_rules import BOOK, ON, ago, branch

HELD = tuple(
    Seat(kind, is_held=True, vacant_since=None) for kind in ("discipline", "organisation", "publicity")
)


def said(finding: Any) -> tuple[Any, ...]:
    return finding.level.value, finding.code, finding.measured, finding.since, finding.evidence


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"posts": HELD}, ("good", "committee_posts_held", None, None, ())),
        (
            {"posts": HELD, "has_committee": False},
            ("not_applicable", "committee_posts_not_asked", None, None, ()),
        ),
        ({"form": Form.TEMPORARY}, ("not_applicable", "committee_posts_not_asked", None, None, ())),
        ({}, ("no_data", "committee_posts_unknown", None, None, ())),
        # A post that is not asked for says nothing of the others.
        (
            {"posts": (Seat("deputy_secretary", is_held=True, vacant_since=None),)},
            ("no_data", "committee_posts_unknown", None, None, ()),
        ),
        # Held again: the day its last holder before left is of no matter.
        (
            {"posts": (*HELD[:2], Seat("publicity", is_held=True, vacant_since=ago(9)))},
            ("good", "committee_posts_held", None, None, ()),
        ),
        (
            {"posts": (Seat("organisation", is_held=False, vacant_since=ago(9)), HELD[2])},
            ("warn", "committee_posts_vacant", "organisation,discipline", ago(9), ()),
        ),
        ({"posts": HELD[1:]}, ("warn", "committee_posts_vacant", "discipline", None, ())),
    ],
)
def test_posts_of_the_committee(facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert said(rules.committee_posts(branch(**facts), BOOK, ON)) == expected


def test_a_district_may_ask_for_fewer_posts() -> None:
    fewer = LocalRule("committee.posts", "0001", Version("organisation", "区委", "—", date(2025, 1, 1)))
    book = Rulebook.of(BOOK.provisions.values(), [fewer])

    found = rules.committee_posts(branch(posts=HELD[1:2]), book, ON)

    assert (found.code, found.expected) == ("committee_posts_held", "organisation")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("good", "nobody_in_transit", 0, None, ())),
        ({"on_the_way": (Dated(1, ago(30)),)}, ("good", "in_transit", 1, None, ())),
        (
            {"on_the_way": (Dated(1, ago(90)), Dated(2, ago(31)), Dated(3, ago(30)))},
            ("note", "in_transit_long", 2, ago(90), (1, 2)),
        ),
        (
            {"on_the_way": (Dated(1, ago(91)), Dated(2, ago(90)))},
            ("urgent", "in_transit_over", 1, ago(91), (1,)),
        ),
        # A letter that ran out is over, however young; the oldest is named first.
        (
            {"on_the_way": (Dated(5, ago(95)),), "lapsed": (Dated(1, ago(100)), Dated(2, ago(20)))},
            ("urgent", "in_transit_over", 3, ago(100), (1, 5, 2)),
        ),
    ],
)
def test_members_on_the_way_by_age(facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = rules.transit(branch(**facts), BOOK, ON)

    assert said(found) == expected
    assert found.expected == (90 if expected[1] == "in_transit_over" else 30)


def test_clocks_of_lost_contact_are_told_and_decide_nothing() -> None:
    clocks = (Dated(4, ago(200)), Dated(2, ago(190)))

    assert said(rules.lost(branch(lost=clocks), BOOK, ON)) == ("warn", "member_lost", 2, ago(200), (4, 2))
    assert said(rules.lost(branch(), BOOK, ON)) == ("good", "nobody_lost", 0, None, ())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("not_applicable", "nobody_hosted", None, None, ())),
        ({"hosted": 2}, ("good", "hosted_settled", 2, None, ())),
        ({"hosted": 1, "expected_here": (Dated(1, ago(10)),)}, ("note", "hosted_waiting", 1, ago(10), (1,))),
        (
            {"hosted": 3, "expected_here": (Dated(1, ago(11)), Dated(2, ago(10)))},
            ("warn", "hosted_waiting_long", 1, ago(11), (1,)),
        ),
    ],
)
def test_members_from_elsewhere(facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert said(rules.hosted(branch(**facts), BOOK, ON)) == expected


def test_a_gap_of_the_register_is_held_against_nobody() -> None:
    gaps = branch(unnumbered=(3, 8))

    assert said(rules.gaps(gaps, BOOK, ON)) == ("no_data", "register_gaps", 2, None, (3, 8))
    assert said(rules.gaps(branch(), BOOK, ON)) == ("good", "register_complete", 0, None, ())
    empty = branch(formal=0, probationary=0)
    assert said(rules.gaps(empty, BOOK, ON)) == ("not_applicable", "nobody_registered", None, None, ())
    assert assess(gaps, BOOK, ON).needs_help == assess(branch(), BOOK, ON).needs_help


def test_totals_count_who_is_on_the_way_and_what_the_register_lacks() -> None:
    facts = branch(on_the_way=(Dated(1, ago(3)),), lapsed=(Dated(2, ago(120)),), unnumbered=(3, 8))

    totals = totals_of(facts, assess(facts, BOOK, ON))

    assert (totals["members.on_the_way"], totals["members.unnumbered"]) == (2, 2)
    assert totals["finding.in_transit_over"] == 1
