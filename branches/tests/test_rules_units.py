"""The check sign of credit codes, and what a unit counts as: truth tables."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from branches.choices import CoverageKind, OwnerKind, UnitKind
from branches.provisions import COVERAGE_PROVISIONS
from branches.rules.coverage import (
    ALL,
    NON_PUBLIC,
    STATE_FIRMS,
    TWO_NEW,
    Cover,
    Limits,
    UnitFacts,
    belongs,
    figures_of,
    measures_of,
    shares_of,
)
from branches.rules.units import check_sign, code_doubt
from orgportal.core.rulebook import Rulebook

TODAY = date(2026, 3, 10)
LONG_AGO = date(2025, 1, 1)
BOOK = Rulebook.of(COVERAGE_PROVISIONS)
LIMITS = Limits.of(BOOK, TODAY)
FIRM = UnitFacts(
    id=1, name="甲", kind=UnitKind.ENTERPRISE, owner=OwnerKind.PRIVATE, committee_id=1, path="0001",
    checked_on=TODAY,
)  # fmt: skip
OWN = Cover(1, CoverageKind.OWN, LONG_AGO, body_id=7)
JOINT = Cover(2, CoverageKind.JOINT, LONG_AGO, body_id=8)
ADVISER = Cover(3, CoverageKind.ADVISER, LONG_AGO, holder="周指导")


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("", ""),
        ("91350100M000100Y43", ""),
        ("91110000101623741K", ""),
        ("91350211M0000XUF46", "check"),  # called real by its page, and kept for that
        ("91350100M000100Y4", "length"),
        ("91350100M000100YO3", "sign"),
    ],
)
def test_a_credit_code_is_doubted_and_never_refused(code: str, doubt: str) -> None:
    assert code_doubt(code) == doubt


def test_every_sign_of_the_alphabet_can_be_a_check_sign() -> None:
    codes = [f"{n:017d}" for n in range(2000)]

    assert {check_sign(code) for code in codes} == set("0123456789ABCDEFGHJKLMNPQRTUWXY")


@pytest.mark.parametrize(
    ("changes", "lists"),
    [
        ({}, {"operating", "uncovered"}),
        ({"pause": "stopped"}, {"not_operating"}),
        ({"pause": "stopped", "covers": (OWN,), "formal": 9}, {"not_operating"}),
        (
            {"covers": (OWN,), "formal": 3, "body_formal": 3, "body_members": 4},
            {"operating", "own", "covered", "work", "ripe", "ripe_covered"},
        ),
        (
            {"covers": (OWN,), "formal": 2, "body_formal": 2, "body_members": 3},
            {"operating", "own", "covered", "work", "small_body"},
        ),
        ({"covers": (OWN,)}, {"operating", "own", "covered", "work", "empty_body"}),
        (
            {"covers": (JOINT,), "body_formal": 2, "body_members": 2},
            {"operating", "joint", "covered", "work"},
        ),
        ({"formal": 3}, {"operating", "uncovered", "ripe", "to_build"}),
        ({"formal": 2, "hidden": 1}, {"operating", "uncovered", "to_ask", "hidden"}),
        ({"formal": 1, "hidden": 1}, {"operating", "uncovered", "hidden"}),
        ({"kind": UnitKind.BUILDING}, {"operating", "uncovered", "blank"}),
        (
            {"kind": UnitKind.CHAIN, "covers": (ADVISER,), "visited_on": TODAY},
            {"operating", "adviser", "work"},
        ),
        ({"covers": (ADVISER,)}, {"operating", "adviser", "work", "unvisited"}),
        ({"covers": (ADVISER,), "visited_on": date(2025, 12, 8)}, {"operating", "adviser", "work"}),
        (
            {"covers": (ADVISER,), "visited_on": date(2025, 12, 7)},
            {"operating", "adviser", "work", "unvisited"},
        ),
        # A visit of before this adviser was sent does not speak against them.
        (
            {"covers": (replace(ADVISER, since=TODAY),), "visited_on": LONG_AGO},
            {"operating", "adviser", "work"},
        ),
        ({"covers": (ADVISER,), "pause": "empty"}, {"not_operating"}),
        ({"checked_on": date(2025, 9, 8)}, {"operating", "uncovered"}),
        ({"checked_on": date(2025, 9, 7)}, {"operating", "uncovered", "unchecked"}),
        ({"checked_on": None}, {"operating", "uncovered", "unchecked"}),
        (
            {"covers": (Cover(4, CoverageKind.LIAISON, TODAY, holder="吴联络"),)},
            {"operating", "liaison", "work"},
        ),
        (
            {"covers": (Cover(5, CoverageKind.UNION_LEAGUE, TODAY, holder="工会"),)},
            {"operating", "union_league", "work"},
        ),
    ],
)
def test_a_unit_stands_on_its_lists_and_on_no_other(changes: dict[str, Any], lists: set[str]) -> None:
    assert measures_of(replace(FIRM, **changes), LIMITS) == {"listed", *lists}


@pytest.mark.parametrize(
    ("kind", "owner", "groups"),
    [
        (UnitKind.ENTERPRISE, OwnerKind.PRIVATE, {NON_PUBLIC, TWO_NEW}),
        (UnitKind.ENTERPRISE, OwnerKind.STATE, {STATE_FIRMS}),
        (UnitKind.SOCIAL_BODY, OwnerKind.OTHER, {UnitKind.SOCIAL_BODY.value, TWO_NEW}),
        (UnitKind.VILLAGE, OwnerKind.COLLECTIVE, {UnitKind.VILLAGE.value}),
    ],
)
def test_groups_keep_firms_of_the_state_apart(kind: UnitKind, owner: OwnerKind, groups: set[str]) -> None:
    facts = replace(FIRM, kind=kind, owner=owner)
    every = [ALL, TWO_NEW, NON_PUBLIC, STATE_FIRMS, *UnitKind.values]

    assert {group for group in every if belongs(facts.group, group)} == {ALL, *groups}


def test_both_denominators_stand_side_by_side() -> None:
    ripe = replace(FIRM, formal=5)
    with_body = replace(ripe, covers=(OWN,), body_formal=5, body_members=5)
    units = [with_body, ripe, replace(FIRM, covers=(JOINT,)), replace(FIRM, covers=(ADVISER,)), FIRM]
    asleep = replace(with_body, pause="stopped")
    figures = figures_of(measures_of(facts, LIMITS) for facts in [*units, asleep])

    found = {share.key: (share.part, share.whole, share.tenths) for share in shares_of(figures, BOOK, TODAY)}

    assert found == {
        "cov.org.rate": (2, 5, 400),
        "cov.single.rate": (1, 5, 200),
        "cov.rate.older": (1, 2, 500),
        "cov.work.rate": (3, 5, 600),
    }


def test_a_share_without_a_denominator_is_unknown_and_a_gap_is_never_rounded_away() -> None:
    gap = Counter(covered=9_999, operating=10_000)
    found = {share.key: share.tenths for share in shares_of(figures_of([]), BOOK, TODAY)}

    assert set(found.values()) == {None}
    assert shares_of(gap, BOOK, TODAY)[0].tenths == 999
