"""Provisions are dated, cited, and overridden by the nearest body's own rule."""

from datetime import date

import pytest

from orgportal.core.rulebook import (
    Citation,
    Finding,
    Force,
    Level,
    LocalRule,
    Provision,
    Rulebook,
    RuleNotInForce,
    Version,
    edition_name,
)

OLD = Version(60, "旧办法", "第一条", date(2006, 1, 1), date(2018, 12, 31))
NEW = Version(90, "新办法", "第二条", date(2019, 1, 1))
DAYS = Provision("letter.valid_max", "days", Force.AS_A_RULE, (OLD, NEW))
LAPSED = Provision("old.rule", "days", Force.BINDING, (OLD,))
TODAY = date(2026, 3, 10)


def local(path: str, value: int, starts: date = date(2025, 1, 1), ends: date | None = None) -> LocalRule:
    return LocalRule("letter.valid_max", path, Version(value, f"{path}办法", "第三条", starts, ends))


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2006, 1, 1), 60), (date(2018, 12, 31), 60), (date(2019, 1, 1), 90), (TODAY, 90)],
)
def test_version_in_force(day: date, value: int) -> None:
    assert Rulebook.of([DAYS]).value("letter.valid_max", day) == value


def test_before_the_first_and_after_the_last_there_is_none() -> None:
    book = Rulebook.of([DAYS, LAPSED])

    with pytest.raises(RuleNotInForce):
        book.value("letter.valid_max", date(2005, 12, 31))
    with pytest.raises(RuleNotInForce):
        book.value("old.rule", TODAY)
    assert [book.has(key, TODAY) for key in ("letter.valid_max", "old.rule", "unknown")] == [
        True,
        False,
        False,
    ]


def test_nearest_local_rule_wins_while_it_holds() -> None:
    rules = [local("0001", 60), local("00010002", 30, ends=date(2026, 1, 31)), local("000100020003", 15)]
    book = Rulebook.of([DAYS], rules)

    assert book.value("letter.valid_max", TODAY) == 15
    assert Rulebook.of([DAYS], rules[:2]).value("letter.valid_max", TODAY) == 60
    assert Rulebook.of([DAYS], rules[:2]).value("letter.valid_max", date(2026, 1, 31)) == 30
    assert book.value("letter.valid_max", date(2024, 12, 31)) == 90


def test_citation_is_that_of_the_value_used() -> None:
    book = Rulebook.of([DAYS], [local("0001", 60)])

    assert book.cite("letter.valid_max", TODAY) == Citation(
        "letter.valid_max", "0001办法", "第三条", date(2025, 1, 1)
    )
    assert book.cite("letter.valid_max", TODAY).as_json()["valid_from"] == "2025-01-01"
    assert book.force("letter.valid_max") == Force.AS_A_RULE


def test_an_edition_is_named_by_what_is_in_force() -> None:
    plain = Rulebook.of([DAYS, LAPSED])

    def name(book: Rulebook, day: date = TODAY) -> str:
        return edition_name(book.edition(day))

    assert name(plain) == name(Rulebook.of([DAYS]))
    assert name(plain) != name(plain, date(2018, 1, 1))
    assert name(plain) != name(Rulebook.of([DAYS], [local("0001", 60)]))


def test_edition_holds_each_value_in_force_with_its_source() -> None:
    assert Rulebook.of([DAYS, LAPSED], [local("0001", 60)]).edition(TODAY) == {
        "letter.valid_max": {
            "value": 60,
            "citation": {
                "key": "letter.valid_max", "instrument": "0001办法", "article": "第三条",
                "valid_from": "2025-01-01",
            },
        }
    }  # fmt: skip


def test_finding_as_json_holds_plain_values() -> None:
    finding = Finding("k", "c", Level.WARN, date(2026, 3, 5), 90, TODAY, (7, 8))

    assert finding.as_json() == {
        "key": "k",
        "code": "c",
        "level": "warn",
        "measured": "2026-03-05",
        "expected": 90,
        "since": "2026-03-10",
        "evidence": [7, 8],
    }
