"""The table of kinds, the table of moves and the probation clock: no database."""

from dataclasses import replace
from datetime import date

import pytest

from members.choices import ChangeKind, ChangeState, EndKind, Restriction, Standing
from members.provisions import PROVISIONS
from members.rules import standing as rules
from members.rules.standing import BRANCH, BY_NAME, COMMITTEE, File, Plan
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
FORMAL = File(
    standing=Standing.FORMAL,
    restriction=Restriction.NONE,
    joined_on=date(2005, 7, 1),
    confirmed_on=date(2006, 7, 1),
    probation_until=None,
    since=date(2015, 7, 1),
)
NEW = replace(
    FORMAL,
    standing=Standing.PROBATIONARY,
    joined_on=date(2025, 2, 1),
    confirmed_on=None,
    since=date(2025, 2, 1),
)
STOPPED = replace(FORMAL, standing=Standing.SUSPENDED, stopped_on=date(2024, 1, 15), since=date(2024, 2, 1))


def plan(name, effect_on=TODAY, decided_on=TODAY, **more):
    return Plan(BY_NAME[name], decided_on, effect_on, **more)


def code(name, file, **more):
    found = rules.objection(plan(name, **more), file, BOOK, TODAY)
    return found.code if found else ""


def test_every_kind_has_one_row_and_every_exit_a_kind_of_end():
    assert [kind.name for kind in rules.KINDS] == list(ChangeKind)
    # Whoever is transferred to a body outside leaves by letter, not by a decision.
    decided = {str(each) for each in EndKind if each != EndKind.TRANSFERRED_OUT}
    assert {kind.name.value for kind in rules.KINDS if kind.is_exit} == decided
    assert all(BOOK.has(kind.provision, TODAY) for kind in rules.KINDS)
    assert all(kind.ends_posts for kind in rules.KINDS if kind.is_exit)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        (FORMAL, "stop watch suspend resigned advised_out struck_off gone expelled death"),
        (
            NEW,
            "confirm extend cancelled stop suspend resigned advised_out struck_off gone expelled death",
        ),
        (STOPPED, "restore resigned gone expelled death"),
        (
            replace(FORMAL, restriction=Restriction.RIGHTS),
            "stop watch lift resigned advised_out struck_off gone expelled death",
        ),
        (replace(FORMAL, standing=Standing.ENDED), ""),
    ],
)
def test_what_can_be_decided_depends_on_the_standing(file, names):
    assert " ".join(kind.name for kind in rules.open_kinds(file)) == names


def test_where_a_change_leads():
    after = {kind.name: rules.standing_after(kind, NEW) for kind in rules.open_kinds(NEW)}

    assert after[ChangeKind.CONFIRM] == Standing.FORMAL
    assert after[ChangeKind.EXTEND] == Standing.PROBATIONARY
    assert after[ChangeKind.CANCELLED] == Standing.ENDED
    assert rules.standing_after(BY_NAME["restore"], STOPPED) == Standing.FORMAL
    assert rules.standing_after(BY_NAME["restore"], replace(STOPPED, confirmed_on=None)) == "probationary"


def test_rights_are_what_the_last_decision_says():
    watched = replace(FORMAL, restriction=Restriction.WATCH)
    suspended = replace(NEW, restriction=Restriction.RIGHTS)

    assert rules.restriction_after(BY_NAME["watch"], FORMAL) == Restriction.WATCH
    assert rules.restriction_after(BY_NAME["lift"], watched) == Restriction.NONE
    assert rules.restriction_after(BY_NAME["confirm"], suspended) == Restriction.RIGHTS


def test_an_exit_begins_the_day_after_the_last_day():
    assert BY_NAME["expelled"].begins(TODAY) == date(2026, 3, 11)
    assert BY_NAME["stop"].begins(TODAY) == TODAY
    assert BY_NAME["stop"].label


LOST = {"ground": "lost"}


@pytest.mark.parametrize(
    ("name", "file", "more", "expected"),
    [
        ("confirm", FORMAL, {}, "change_does_not_fit"),
        (
            "stop",
            FORMAL,
            {**LOST, "decided_on": date(2026, 3, 11), "effect_on": date(2026, 3, 11)},
            "decided_in_future",
        ),
        ("stop", FORMAL, {**LOST, "effect_on": date(2026, 3, 9)}, "effect_before_decision"),
        ("stop", FORMAL, {**LOST, "effect_on": date(2027, 3, 11)}, "effect_too_far"),
        ("stop", FORMAL, {**LOST, "effect_on": date(2027, 3, 10)}, ""),
        ("stop", replace(FORMAL, since=TODAY), LOST, "ends_too_early"),
        ("expelled", replace(FORMAL, since=TODAY), {}, ""),
        ("death", FORMAL, {"effect_on": date(2026, 3, 11), "decided_on": TODAY}, "date_in_future"),
        ("death", FORMAL, {"effect_on": date(2026, 3, 1)}, ""),
        ("confirm", NEW, {"effect_on": date(2026, 2, 1)}, ""),
        ("confirm", NEW, {"effect_on": date(2026, 1, 31)}, "probation_not_served"),
        ("confirm", replace(NEW, probation_until=date(2026, 8, 1)), {}, "probation_not_served"),
        ("extend", NEW, {"extended_to": date(2026, 8, 1)}, ""),
        ("extend", NEW, {"extended_to": date(2026, 7, 31)}, "extension_out_of_range"),
        ("extend", NEW, {"extended_to": date(2027, 2, 2)}, "extension_out_of_range"),
        ("extend", NEW, {}, "extension_out_of_range"),
        (
            "extend",
            replace(NEW, probation_until=date(2026, 8, 1)),
            {"extended_to": date(2026, 8, 1)},
            "extended_already",
        ),
        ("gone", STOPPED, {"effect_on": date(2026, 3, 10)}, ""),
        ("gone", replace(STOPPED, stopped_on=date(2024, 3, 11)), {}, "stopped_too_short"),
        ("gone", replace(STOPPED, stop_ground="lost"), {}, ""),
        ("gone", replace(STOPPED, stop_ground="settled"), {}, "stopped_not_lost"),
        ("gone", replace(STOPPED, stop_ground="study"), {}, "stopped_not_lost"),
        ("stop", FORMAL, {}, "stop_needs_ground"),
        ("stop", FORMAL, {"ground": "settled"}, ""),
        ("gone", FORMAL, {}, "change_needs_file"),
        ("struck_off", FORMAL, {}, "change_needs_file"),
        ("advised_out", NEW, {"has_file": True}, ""),
        ("struck_off", replace(FORMAL, taken_over_on=TODAY), {"document": "文"}, "change_needs_file"),
        (
            "struck_off",
            replace(FORMAL, taken_over_on=TODAY),
            {"document": "文", "decided_on": date(2026, 3, 9)},
            "",
        ),
        (
            "struck_off",
            replace(FORMAL, taken_over_on=TODAY),
            {"decided_on": date(2026, 3, 9)},
            "change_needs_file",
        ),
    ],
)
def test_what_stands_against_a_decision(name, file, more, expected):
    assert code(name, file, **more) == expected


def test_the_clock_runs_a_year_and_then_to_the_extended_day():
    clock = rules.probation_clock(NEW, BOOK, date(2026, 1, 30))
    longer = rules.probation_clock(replace(NEW, probation_until=date(2026, 8, 1)), BOOK, TODAY)

    assert (clock.due_on, clock.days_left, clock.is_over, clock.is_extended) == (
        date(2026, 2, 1), 2, False, False,
    )  # fmt: skip
    assert clock.citation.article == "第七条"
    assert (longer.due_on, longer.is_extended, longer.citation.key) == (
        date(2026, 8, 1), True, "probation.extend",
    )  # fmt: skip
    assert rules.probation_clock(NEW, BOOK, date(2026, 2, 1)).is_over


@pytest.mark.parametrize(
    ("state", "was_approved", "desk", "moves"),
    [
        ("proposed", False, COMMITTEE, "approve refuse"),
        ("proposed", False, BRANCH, "withdraw"),
        ("coming", True, COMMITTEE, "withdraw"),
        ("coming", True, BRANCH, ""),
        ("coming", False, BRANCH, "withdraw"),
        ("coming", False, COMMITTEE, ""),
        ("in_force", True, COMMITTEE, ""),
    ],
)
def test_who_can_move_what(state, was_approved, desk, moves):
    found = rules.allowed(state, was_approved=was_approved, may=lambda right: right == desk)

    assert " ".join(move.name for move in found) == moves


def test_a_committees_own_decision_needs_no_approval():
    assert rules.first_state(BY_NAME["confirm"], by_committee=False) == ChangeState.PROPOSED
    assert rules.first_state(BY_NAME["confirm"], by_committee=True) == ChangeState.COMING
    assert rules.first_state(BY_NAME["death"], by_committee=False) == ChangeState.COMING
    assert rules.named("approve").label
    assert rules.is_due(TODAY, TODAY)
    assert rules.since(FORMAL, TODAY).since == TODAY


def test_a_stop_cites_the_rule_of_its_ground():
    stop = BY_NAME["stop"]

    assert rules.rules_of(stop, "lost") == ("stop.lost",)
    assert rules.rules_of(stop, "settled") == rules.rules_of(stop, "study") == ("stop.abroad",)
    assert rules.rules_of(stop) == ("stop.lost", "stop.abroad")
    assert rules.rules_of(BY_NAME["restore"]) == ("restore",)
    assert all(BOOK.has(key, TODAY) for key in rules.rules_of(stop))
