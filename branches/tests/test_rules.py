"""The tree's arithmetic and law, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches import rules
from branches.choices import Form, Kind, PostKind
from branches.provisions import PROVISIONS, RIGHTS, STRUCTURE
from branches.rules import Objection
from orgportal.core.rulebook import LocalRule, Rulebook, Version

DAY = date(2026, 3, 10)
BOOK = Rulebook.of(PROVISIONS)


@given(parent=st.integers(1, rules.MOST_CHILDREN), number=st.integers(1, rules.MOST_CHILDREN))
def test_a_path_gives_back_its_number_and_its_parent(parent, number):
    above = rules.step(parent)
    path = rules.child_path(above, number)

    assert rules.next_number(path) == number + 1
    assert (rules.parent_of(path), rules.ancestors(path), rules.depth(path)) == (above, [above], 2)


@given(st.lists(st.integers(1, rules.MOST_CHILDREN), min_size=2, unique=True))
def test_paths_sort_as_their_numbers(numbers):
    assert sorted(rules.step(number) for number in numbers) == [rules.step(n) for n in sorted(numbers)]


@pytest.mark.parametrize("number", [0, rules.MOST_CHILDREN + 1])
def test_a_number_outside_a_level_has_no_step(number):
    with pytest.raises(ValueError, match=str(number)):
        rules.step(number)


def test_the_first_child_has_number_one():
    assert rules.next_number(None) == 1


@pytest.mark.parametrize(
    ("kind", "form", "parent", "expected"),
    [
        (Kind.BRANCH, Form.JOINT, Kind.GENERAL_BRANCH, None),
        (Kind.COMMITTEE, Form.REGULAR, None, None),
        (Kind.BRANCH, Form.REGULAR, Kind.BRANCH,
         Objection("parent_kind_wrong", kinds=(Kind.COMMITTEE, Kind.WORK_COMMITTEE, Kind.GENERAL_BRANCH))),
        (Kind.GENERAL_BRANCH, Form.REGULAR, None,
         Objection("needs_parent", kinds=(Kind.COMMITTEE, Kind.WORK_COMMITTEE))),
        (Kind.COMMITTEE, Form.MOBILE, None, Objection("form_not_allowed", forms=(Form.REGULAR,))),
    ],
)  # fmt: skip
def test_the_structure_table_says_what_it_allows(kind, form, parent, expected):
    assert rules.placement_objection(kind, form, parent) == expected


def test_every_kind_has_a_row_and_every_post_has_rights():
    assert set(STRUCTURE) == set(Kind)
    assert set(RIGHTS) == set(PostKind)


def test_vacancies_follow_the_committee():
    assert rules.posts_expected(Kind.BRANCH, has_committee=False) == (PostKind.SECRETARY,)
    assert len(rules.posts_expected(Kind.BRANCH, has_committee=True)) == 4


def test_above_a_branch_a_secretary_oversees():
    assert "activity.record" in rules.rights_of(PostKind.SECRETARY, Kind.BRANCH)
    assert "activity.record" not in rules.rights_of(PostKind.SECRETARY, Kind.COMMITTEE)


def advice(form=Form.REGULAR, has_committee=False, formal=5, probationary=0, book=BOOK):
    lines = rules.set_up_advice(
        form=form, has_committee=has_committee, formal=formal, probationary=probationary, book=book, on=DAY
    )
    return [(line.code, line.measured, line.expected) for line in lines]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"formal": 6, "probationary": 9}, []),
        ({"formal": 7}, [("committee_due", 7, 7)]),
        ({"formal": 7, "form": Form.TEMPORARY}, []),
        ({"formal": 7, "has_committee": True}, []),
        ({"formal": 50, "has_committee": True}, []),
        ({"formal": 50, "probationary": 1, "has_committee": True}, [("split_due", 51, 50)]),
        ({"formal": 2, "probationary": 4}, [("join_due", 2, 3)]),
        ({"formal": 2, "form": Form.JOINT}, []),
    ],
)
def test_advice_follows_the_counts(facts, expected):
    assert advice(**facts) == expected


def test_advice_cites_the_rule_it_was_handed():
    local = LocalRule("branch.max_members_usual", "0001", Version(30, "龙组〔2026〕1号", "二", DAY))
    book = Rulebook.of(PROVISIONS, [local])
    lines = rules.set_up_advice(
        form=Form.REGULAR, has_committee=True, formal=31, probationary=0, book=book, on=DAY
    )

    assert advice(formal=31, has_committee=True) == []
    assert [(line.expected, line.citation.instrument) for line in lines] == [(30, "龙组〔2026〕1号")]
