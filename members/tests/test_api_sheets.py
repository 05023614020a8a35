"""Papers, cards and layouts as files by machine: the same sheet, the same rights, the same look."""

from typing import Any
from urllib.parse import unquote

import pytest

from members.choices import LookKind
from members.models import Look, Paper, PaperTemplate
from members.tests.factories import make_spell
from members.tests.transfers import with_letter
from members.tests.word import starter, uploaded, words_in
from members.workflows import cards
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")


def looks() -> list[tuple[Any, str, str]]:
    return [(look.looker, look.kind, look.purpose) for look in Look.objects.order_by("pk")]


def name_of(answer: Any) -> str:
    return unquote(answer["Content-Disposition"])


@pytest.fixture
def letter(world: Any) -> Paper:
    with_letter(world)
    return Paper.unscoped.get()


def test_a_letter_is_the_sheet_of_the_page_and_a_look(world: Any, as_: Any, letter: Paper) -> None:
    sheet = as_("zhao").get(f"/api/v1/papers/{letter.pk}/print/")
    page = as_("zhao").get(f"/members/papers/{letter.pk}/print.pdf")

    assert (sheet.status_code, sheet["Content-Type"]) == (200, "application/pdf")
    assert name_of(sheet) == f"attachment; filename*=UTF-8''{letter.number}.pdf"
    assert sheet.content.startswith(b"%PDF-")
    assert sheet.content == page.content
    assert looks() == [(world.zhao.user, LookKind.PAPER, letter.number)] * 2
    assert AuditEntry.objects.filter(action="paper.printed", target_id=letter.pk).count() == 2


def test_ones_own_letter_leaves_no_look(world: Any, as_: Any, letter: Paper) -> None:
    assert as_("chen").get(f"/api/v1/papers/{letter.pk}/print/").status_code == 200
    assert looks() == []


def test_who_prints_stands_on_the_page_of_looks_at_once(world: Any, as_: Any, letter: Paper) -> None:
    as_("zhao").get(f"/api/v1/papers/{letter.pk}/print/")

    (look,) = as_("chen").get("/api/v1/members/own/").json()["looks"]
    assert (look["who"], look["kind"], look["purpose"]) == ("赵组织", "paper", letter.number)


def test_a_card_is_printed_at_its_stay_and_nowhere_else(world: Any, as_: Any) -> None:
    spell = make_spell(world.chen, contact_person=world.sun)
    address = f"/api/v1/stays/{spell.pk}/card/print/"
    assert as_("li").get(address).status_code == 404
    card = cards.issue(spell, actor=world.user("li"), scope=world.scope("li"), at=world.now)

    sheet, page = as_("li").get(address), as_("li").get(f"/members/mobile/{spell.pk}/card.pdf")

    assert (sheet["Content-Type"], sheet.content) == ("application/pdf", page.content)
    assert name_of(sheet) == f"attachment; filename*=UTF-8''{card.number}.pdf"
    assert looks() == [(world.li.user, LookKind.PAPER, card.number)] * 2
    assert as_("sun").get(address).json() == {"code": "not_allowed", "right": "mobile.edit"}
    assert as_("li").get(f"/api/v1/papers/{card.pk}/print/").status_code == 404


def test_a_template_leaves_as_it_is_filled_and_as_a_beginning(world: Any, as_: Any) -> None:
    template = uploaded(world)
    address = f"/api/v1/paper-templates/{template.pk}"

    file, example = as_("zhao").get(f"{address}/file/"), as_("zhao").get(f"{address}/example/")
    begun = as_("zhao").get(f"/api/v1/branches/{world.committee_1.pk}/starters/letter/")

    assert file.content == bytes(PaperTemplate.unscoped.get().content)
    assert "{{" in words_in(file.content)
    assert "{{" not in words_in(example.content)
    assert words_in(begun.content) == words_in(starter())
    assert as_("zhao").get(f"/api/v1/branches/{world.committee_1.pk}/starters/card/").status_code == 404
    assert as_("wang").get(f"{address}/file/").status_code == 404


def test_a_paper_in_words_is_saved_under_its_number(world: Any, as_: Any, letter: Paper) -> None:
    uploaded(world)

    answer = as_("zhao").get(f"/api/v1/papers/{letter.pk}/document/")

    assert name_of(answer) == f"attachment; filename*=UTF-8''{letter.number}.docx"
    assert answer["X-Content-Type-Options"] == "nosniff"
