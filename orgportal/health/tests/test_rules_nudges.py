"""Who is asked and who is left alone, without a database."""

import pytest

from orgportal.health.messages import LEFT_OUT, NOTICES, NUDGE_MATTERS
from orgportal.health.rules.nudges import MATTERS, Thing, divide

ROOT = "0001"


def thing(path: str = "00010001", objection: str = "") -> Thing:
    return Thing("duty:1", path, 1, "甲支部", "/x/", {}, objection)


@pytest.mark.parametrize(
    ("what", "people", "lately", "reason"),
    [
        (thing(), {"00010001": (7, 5)}, (), ""),
        (thing(), {"00010001": (5, 9)}, (), ""),
        (thing(objection="already_done"), {"00010001": (7,)}, (), "already_done"),
        (thing("00020001"), {"00020001": (7,)}, (), "elsewhere"),
        (thing(), {"00010001": (7,)}, ("duty:1",), "asked_lately"),
        (thing(), {"00010001": (9,)}, (), "nobody"),  # nobody asks themselves
        (thing(), {}, (), "nobody"),
        (thing("00020001", "postponed"), {}, ("duty:1",), "postponed"),  # what is done is said first
    ],
)
def test_who_is_asked(what: Thing, people: dict, lately: tuple, reason: str) -> None:
    targets, left = divide([what], people, lately, 9, ROOT)

    assert [each.reason for each in left] == ([reason] if reason else [])
    assert [each.people for each in targets] == (
        [] if reason else [tuple(sorted(set(people["00010001"]) - {9}))]
    )


def test_every_matter_has_a_sentence_and_a_name_and_every_reason_words() -> None:
    assert set(MATTERS) == set(NUDGE_MATTERS)
    assert {matter.rule for matter in MATTERS.values()} <= set(NOTICES)
    assert set(LEFT_OUT) == {
        "already_done", "not_due_yet", "postponed", "elsewhere", "asked_lately", "nobody"
    }  # fmt: skip
