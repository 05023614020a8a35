"""The activity card: issued once, checked once a year, ended with the stay; the verify page tells no more."""

from datetime import date

import pypdfium2
import pytest
from django.urls import reverse

from members.choices import LookKind, MobileReason, PaperState, SpellEnd, Standing
from members.models import CardCheck, Look, Member, MobileSpell, Paper
from members.provisions import PROVISIONS
from members.queries.mobile import card_of
from members.rules.mobile import card_warnings, check_is_due
from members.tests.factories import make_spell
from members.tests.mobile import SINCE, away, by, send_away
from members.tests.test_workflows_register import code_of
from members.tests.transfer_pages import text
from members.workflows import cards, mobile
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)


def issued(world, **fields):
    spell = make_spell(world.chen, starts_on=SINCE, **fields)
    return spell, cards.issue(spell, **by(world, "li"))


# --- rules


@pytest.mark.parametrize(
    ("reason", "since", "expected_on", "codes"),
    [
        (MobileReason.WORK, date(2025, 9, 11), None, []),
        (MobileReason.WORK, date(2025, 9, 10), None, ["card_long_stay"]),
        (MobileReason.STUDY, date(2026, 1, 1), date(2026, 7, 1), ["card_short_study"]),
        (MobileReason.STUDY, date(2026, 1, 1), date(2026, 7, 2), []),
        (MobileReason.STUDY, date(2026, 1, 1), None, []),
    ],
)
def test_warnings_name_the_rule_and_do_not_block(reason, since, expected_on, codes):
    found = card_warnings(reason, since, expected_on, BOOK, TODAY)

    assert [each.code for each in found] == codes
    assert all("流动党员活动证" in each.citation.instrument for each in found)


def test_a_check_is_due_once_in_each_later_year():
    assert not check_is_due(date(2026, 1, 1), [], BOOK, TODAY)
    assert check_is_due(date(2025, 12, 31), [2025], BOOK, TODAY)
    assert not check_is_due(date(2025, 1, 1), [2026], BOOK, TODAY)


# --- issue, check, end


def test_a_card_is_numbered_by_the_committee_above(world):
    _spell, card = issued(world)

    assert (card.issuer, card.number) == (
        world.committee_1,
        f"{world.committee_1.short_name}流字〔2026〕0001号",
    )
    assert (card.facts["name"], card.facts["place"], card.valid_until) == ("陈党员", "辽宁省大连市", None)
    assert "id_number" not in card.facts
    assert code_of(cards.issue, MobileSpell.unscoped.get(), **by(world, "li")) == "card_in_force"


def test_a_card_needs_a_running_stay_a_member_and_the_right(world):
    over = make_spell(world.sun, starts_on=SINCE, ends_on=SINCE, end_kind=SpellEnd.RETURNED)
    assert code_of(cards.issue, over, **by(world, "li")) == "spell_over"
    spell = make_spell(world.chen, contact_person=world.sun)
    with pytest.raises(NotAllowed):
        cards.issue(spell, **by(world, "sun"))
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.SUSPENDED)
    assert code_of(cards.issue, spell, **by(world, "li")) == "card_not_a_member"


def test_a_card_is_checked_once_a_year(world):
    _spell, card = issued(world)

    cards.check(card, world.today, **by(world, "li"))

    assert CardCheck.objects.get().year == 2026
    assert card_of(world.chen.pk).is_checked_in(2026)
    assert code_of(cards.check, card, world.today, **by(world, "li")) == "card_checked_already"
    for day in (date(2026, 3, 9), date(2026, 3, 11)):
        assert code_of(cards.check, card, day, **by(world, "li")) == "card_check_out_of_range"
    ended = cards.report_lost(card, **by(world, "chen"))
    assert (ended.state, ended.end_reason) == (PaperState.ENDED, "lost")
    assert code_of(cards.check, ended, world.today, **by(world, "li")) == "paper_ended_already"
    assert cards.issue(MobileSpell.unscoped.get(), **by(world, "li")).serial == 2


def test_a_card_goes_on_to_the_next_place_and_ends_with_the_return(world):
    spell = send_away(world)
    card = cards.issue(spell, **by(world, "li"))

    second = mobile.move_on(spell, away(since=date(2026, 3, 1)), seen_version=1, **by(world, "li"))
    assert cards.in_force(world.chen.pk) == card
    mobile.come_back(second, world.today, seen_version=1, **by(world, "li"))

    card.refresh_from_db()
    assert (card.state, card.end_reason) == (PaperState.ENDED, "returned")
    assert card_of(world.chen.pk) is None


def test_only_the_branch_or_the_holder_reports_a_loss(world):
    _spell, card = issued(world)

    with pytest.raises(NotAllowed):
        cards.report_lost(card, **by(world, "sun"))


# --- pages


def test_pages_issue_check_and_print(world, as_, on_the_day, fresh_limits):
    spell = make_spell(world.chen, starts_on=date(2025, 9, 10))
    client, address = as_("li"), reverse("members:card-issue", args=[spell.pk])

    assert "使用范围" in text(client.get(address))
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 422
    card = Paper.unscoped.get()
    assert card.number in text(client.get(spell.get_absolute_url()))
    assert client.post(reverse("members:card-check", args=[spell.pk])).status_code == 302
    assert client.post(reverse("members:card-check", args=[spell.pk])).status_code == 409

    sheet = as_("chen").get(reverse("members:card-pdf", args=[spell.pk]))
    assert sheet.headers["Content-Type"] == "application/pdf"
    book = pypdfium2.PdfDocument(sheet.content)
    assert len(book) == 1
    words = book[0].get_textpage().get_text_range()
    for word in ("流字〔2026〕0001", "陈党员", "没有表决权", "2026 年 3 月 10 日"):
        assert word in words
    assert AuditEntry.objects.filter(action="card.printed").count() == 1
    assert not Look.objects.filter(kind=LookKind.PAPER).exists()

    told = text(as_("anon").get(reverse("paper-verify", args=[card.token])))
    assert card.number in told
    assert "陈党员" not in told
    as_("chen").post(reverse("members:card-lost", args=[spell.pk]))
    assert "本件已终止" in text(as_("anon").get(reverse("paper-verify", args=[card.token])))
    assert client.get(reverse("members:card-pdf", args=[spell.pk])).status_code == 404


def test_a_card_printed_by_the_branch_stands_on_the_page_of_who_looked(world, as_, on_the_day):
    spell, card = issued(world)

    as_("li").get(reverse("members:card-pdf", args=[spell.pk]))

    look = Look.objects.get()
    assert (look.member, look.looker, look.kind, look.purpose) == (
        world.chen, world.li.user, LookKind.PAPER, card.number,
    )  # fmt: skip
    seen = text(as_("chen").get(reverse("members:own")))
    assert card.number in seen
    assert "打印了本人的凭证" in seen
