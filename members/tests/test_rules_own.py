"""The yearly window, what a member corrects at once, and that the classes shown are the dictionary's."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from members.messages import OWN_ACCESS, OWN_CLASSES, OWN_FACTS
from members.provisions import PROVISIONS
from members.rules import own as rules
from members.rules.own import ACCESS, FIELDS, PARTS, Access, FieldClass, Holder, Part, Place
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
DICTIONARY = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary" / "members.yaml"
# Keys of the row, search keys, and copies of another column.
NOT_FACTS = {
    "id", "user", "path", "name_key", "initials", "reading", "recorded_at", "version", "id_number_digest",
    "id_number_end", "merged_into",
}  # fmt: skip


def test_classes_are_those_of_the_data_dictionary() -> None:
    stated = yaml.safe_load(DICTIONARY.read_text(encoding="utf-8"))["Member"]
    wanted: dict[str, set[str]] = {each.value: set() for each in FieldClass}
    for name, entry in stated.items():
        if name not in NOT_FACTS:
            wanted[entry["class"]].add(name.removesuffix("_sealed"))

    assert {key.value: set(names) for key, names in FIELDS.items()} == wanted


def test_every_fact_and_every_access_has_words() -> None:
    assert {name for names in FIELDS.values() for name in names} == set(OWN_FACTS)
    assert {each.code for lines in ACCESS.values() for each in lines} == set(OWN_ACCESS)
    assert {each.value for each in (*FieldClass, *Part)} == set(OWN_CLASSES)
    assert set(PARTS) == set(Part)
    assert set(ACCESS) == {*FieldClass, *Part}


@pytest.mark.parametrize(
    ("today", "is_open", "is_over"),
    [
        (date(2026, 1, 1), True, False),
        (date(2026, 3, 31), True, False),
        (date(2026, 4, 1), True, True),
    ],
)
def test_window_asks_from_its_first_day_and_is_late_after_its_last(today, is_open, is_over) -> None:
    window = rules.window(BOOK, today)

    assert (window.opens_on, window.closes_on) == (date(2026, 1, 1), date(2026, 3, 31))
    assert (window.is_open(today), window.is_over(today)) == (is_open, is_over)


def test_a_window_that_has_not_begun_asks_nobody() -> None:
    window = rules.Window(2026, date(2026, 2, 1), date(2026, 12, 31))

    assert not window.is_open(date(2026, 1, 31))


def test_an_answer_is_due_after_the_days_of_the_provision() -> None:
    assert rules.answer_due(date(2026, 3, 10), BOOK) == date(2026, 3, 25)
    assert rules.reminder_steps(BOOK, date(2026, 3, 10)) == (-3, 0, 7)


def test_the_other_side_of_a_transfer_has_only_what_it_has_there() -> None:
    rights = frozenset({"member.view", "transfer.view"})
    here, there = Holder("a", "p", "b", rights), Holder("c", "p", "d", rights, Place.TARGET)

    assert rules.who_can(Access("read", "member.view"), [here, there]) == (here,)
    assert rules.who_can(Access("t", "transfer.view", Place.TARGET), [here, there]) == (there,)


def test_every_fact_is_either_corrected_at_once_or_asked_for() -> None:
    assert set(rules.DIRECT) == {"mobile", "employer"}
    assert not set(rules.DIRECT) & set(rules.ASKED)
