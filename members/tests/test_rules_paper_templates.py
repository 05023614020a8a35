"""The marks of each kind of paper: what a template is told, and what fills it."""

from datetime import date

import pytest

from members.choices import TEMPLATE_KINDS, PaperKind
from members.messages import PLACEHOLDERS, TEMPLATE_FAULTS
from members.rules import paper_templates as rules
from members.tests.word import letter, starter
from orgportal.core.word_files import Fault, parts_of
from orgportal.core.word_templates import Marks, marks

LETTER = PaperKind.LETTER
REQUIRED = ("number", "to", "name", "from", "body", "valid_until", "issuer", "issued_on")


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_a_starter_holds_every_mark_of_its_kind_and_nothing_is_against_it(kind: PaperKind) -> None:
    found = marks(parts_of(starter(kind)))

    assert rules.faults_of(kind, found) == []
    assert rules.names_of(kind, found.names) == tuple(each.name for each in rules.TABLE[kind])


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_names_of_a_kind_are_told_apart_and_explained(kind: PaperKind) -> None:
    table = rules.TABLE[kind]
    names = [name for each in table for name in (each.name, each.alias)]

    assert len(set(names)) == len(names)
    assert all(each.meaning == PLACEHOLDERS[each.name] and each.example for each in table)


def test_every_mark_explained_is_one_of_a_kind() -> None:
    assert {each.name for table in rules.TABLE.values() for each in table} == set(PLACEHOLDERS)


def test_a_mark_is_shown_in_both_languages() -> None:
    assert rules.TABLE[LETTER][0].marks == ("{{ 文号 }}", "{{ number }}")


def test_the_required_marks_alone_are_enough() -> None:
    assert rules.faults_of(LETTER, marks(parts_of(letter()))) == []


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_required_mark_is_named(name: str) -> None:
    found = Marks(names=tuple(each for each in REQUIRED if each != name))
    alias = next(each.alias for each in rules.TABLE[LETTER] if each.name == name)

    mark = f"{{{{ {alias} }}}} / {{{{ {name} }}}}"
    assert rules.faults_of(LETTER, found) == [Fault("template_missing", {"mark": mark})]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("nmae", "name"),
        ("Name", "name"),
        ("isued_on", "issued_on"),
        ("党员姓名", "姓名"),
        ("介绍信文号", "文号"),
    ],
)
def test_an_unknown_mark_gets_the_nearest_known_one(name: str, near: str) -> None:
    params = {"mark": f"{{{{ {name} }}}}", "near": f"{{{{ {near} }}}}"}

    assert rules.faults_of(LETTER, Marks(names=(*REQUIRED, name))) == [Fault("template_unknown_near", params)]


def test_an_unknown_mark_like_no_other_is_named() -> None:
    found = Marks(names=(*REQUIRED, "xyz"))

    assert rules.faults_of(LETTER, found) == [Fault("template_unknown", {"mark": "{{ xyz }}"})]


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = Marks(
        names=REQUIRED, others=("{% if %}",), torn=(" {{ 甲 ",), wide=("｛｛ 乙 ",), hidden=("{{ 丙 }}",)
    )

    assert rules.faults_of(LETTER, found) == [
        Fault("template_not_plain", {"mark": "{% if %}"}),
        Fault("template_torn", {"mark": "{{ 甲"}),
        Fault("template_wide_brackets", {"mark": "｛｛ 乙"}),
        Fault("template_hidden", {"mark": "{{ 丙 }}"}),
    ]


def test_every_sentence_of_a_fault_can_be_filled() -> None:
    params = {"most": "1024", "part": "a", "target": "b", "field": "c", "mark": "{{ d }}", "near": "{{ e }}"}

    assert all("{" not in str(words).format(**params).replace("{{", "") for words in TEMPLATE_FAULTS.values())


def test_what_stands_on_the_paper_is_written_as_papers_are_written() -> None:
    stored = {
        "number": "东街道介字〔2026〕0001号", "name": "陈党员", "age": 45, "issued_on": date(2026, 3, 1),
        "valid_until": "2026-04-09", "dues_paid_to": "2026-02", "to_postcode": "130022", "mobile": None,
        "issuer_phone": "0431-88",
    }  # fmt: skip

    filled = rules.values(LETTER, stored)

    names = ("number", "name", "age", "issued_on", "valid_until", "dues_paid_to", "to_postcode", "mobile")
    assert [filled[name] for name in names] == [
        "东街道介字〔2026〕0001号", "陈党员", "45", "2026年3月1日", "2026年4月9日", "2026年2月", "130022",
        rules.BLANK,
    ]  # fmt: skip
    assert (filled["issuer_phone"], filled["单位电话"], filled["to"]) == ("0431-88", "0431-88", rules.BLANK)


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_examples_and_pictures_stand_at_both_names(kind: PaperKind) -> None:
    marked = {name for each in rules.TABLE[kind] for name in (each.name, each.alias)}

    assert set(rules.examples(kind)) == set(rules.values(kind, {})) == marked
    assert rules.pictures(kind, b"png") == {"qr": b"png", "二维码": b"png"}
    assert "样例" in rules.examples(kind)["name"]
