"""What may stand in the text of a reminder: every fault is named, and what passes can be filled."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from orgportal.core.reminder_kinds import kinds
from orgportal.core.reminders import spoken
from orgportal.core.text_marks import (
    MARKS,
    OF_CHINESE,
    Bounds,
    faults_of,
    filled,
    in_chinese,
    kept,
    names_in,
)
from orgportal.core.texts import FRAME, entries, portal_words

DUTY = Bounds(("branch", "due_on"), ("days",), 60)
SAID = {"branch": "甲", "due_on": "3月", "days": 3}


def codes(text: str, bounds: Bounds = DUTY, where: str = "en") -> list[str]:
    return [fault.code for fault in faults_of(text, bounds, where)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("x" * 61, "text_too_long"),
        ("one\ntwo", "text_line_break"),
        ("<b>now</b>", "text_markup"),
        ("a &nbsp; b", "text_markup"),
        ("see https://evil.example/x", "text_address"),
        ("see www.evil.example", "text_address"),
        ("｛branch｝", "text_wide"),
        ("turned \u202e round", "text_unseen"),
        ("{{branch}}", "text_torn"),
        ("{branch", "text_torn"),
        ("branch}", "text_torn"),
        ("{}", "text_mark_unknown"),
        ("{branch!r}", "text_mark_near"),
        ("{branch.__class__}", "text_mark_near"),
        ("{0}", "text_mark_unknown"),
        ("{branches:>9}", "text_mark_near"),
    ],
)
def test_each_fault_is_named(text: str, code: str) -> None:
    assert code in codes(f"{{branch}} {{due_on}} {text}" if text else "")


def test_a_text_in_order_has_no_fault_and_is_filled() -> None:
    assert codes("{branch}: by {due_on}, {days} days, 2 < 3 & so on") == []
    assert filled("{branch}: by {due_on}", SAID) == "甲: by 3月"
    assert filled("{branch} {gone}", SAID) is None


def test_a_mark_that_is_missing_is_named_with_what_it_means() -> None:
    (fault,) = faults_of("{branch}", DUTY, "zh")

    assert (fault.code, fault.where, fault.params["mark"]) == ("text_mark_missing", "zh", "{期限}")


def test_a_mark_nearly_right_is_told_which_was_meant() -> None:
    found = [fault.params for fault in faults_of("{branch} {due_on} {day}", DUTY, "en")]
    other = [fault.params for fault in faults_of("{branch} {due_on} {qqq}", DUTY, "en")]

    assert found == [{"mark": "{day}", "near": "{days}"}]
    assert other == [{"mark": "{qqq}", "known": "{branch} {due_on} {days}"}]


def test_more_lines_where_more_are_allowed() -> None:
    bounds = Bounds((), (), 60, lines=2)

    assert codes("one\ntwo", bounds) == []
    assert codes("one\ntwo\nthree", bounds) == ["text_too_many_lines"]


def test_chinese_names_of_marks_mean_the_same() -> None:
    assert kept(" 请{党支部}于{ 期限 }前\r\n办理 ") == "请{branch}于{due_on}前\n办理"
    assert in_chinese("请{branch}于{due_on}前{other}") == "请{党支部}于{期限}前{other}"
    assert len(OF_CHINESE) == len(MARKS)
    assert not set(OF_CHINESE) & set(MARKS)


@given(st.text(alphabet="{}｛｝<>ab &;党支部branch_due on\n\u202e!.:[]0", max_size=80))
def test_nothing_that_passes_fails_to_be_filled(text: str) -> None:
    stored = kept(text)
    if not faults_of(stored, DUTY, "zh"):
        said = filled(stored, SAID)
        assert said is not None
        assert "{" not in said


# --- held against the sentences of the portal


def test_every_sentence_of_a_kind_can_be_worded_and_its_marks_are_known() -> None:
    rules = [rule for kind in kinds() for rule in kind.rules]

    assert list(entries()) == [*rules, *FRAME]
    assert {name for entry in entries().values() for name in entry.bounds.known} == set(MARKS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_portals_own_words_would_be_allowed_and_read_with_the_examples(language: str) -> None:
    with translation.override(language):
        values: dict[str, Any] = {name: spoken(mark.sample) for name, mark in MARKS.items()}
        for key, entry in entries().items():
            words = portal_words(key)
            assert faults_of(words, entry.bounds, "zh" if language == "zh-hans" else "en") == [], key
            assert set(names_in(words)) == set(entry.bounds.known) or entry.is_of_mail, key
            assert "{" not in words.format(**values)


def test_what_a_kind_spares_stands_in_its_sentences() -> None:
    for kind in kinds():
        with translation.override(None):
            names = {name for rule in kind.rules for name in names_in(portal_words(rule))}
        assert {*kind.spare} <= names, kind.key
