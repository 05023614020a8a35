"""Stays with something to see to: lists, counts, the API's fields, and reminders to the branch."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from members.choices import MobileReason, MobileState
from members.models import MobileSpell, Paper
from members.queries import stays
from members.tests.factories import make_member, make_spell, make_transfer
from members.tests.matrix_mobile import chen_overdue
from members.tests.mobile import by
from members.tests.test_workflows_mobile import reminder
from members.workflows import cards, stay_reminders
from orgportal.core.models import LocalProvision
from orgportal.core.tests.asking import objection

LIST = reverse("members:mobile-list")


def listed(world, name, persona="li"):
    return {spell.member_id for spell in stays.todo(name, world.scope(persona), world.today)}


def local(world, key, value, path):
    LocalProvision.objects.create(
        key=key, path=path, value=value, instrument="本级规定", article="一", valid_from=date(2020, 1, 1),
        recorded_at=world.now,
    )  # fmt: skip


def test_half_a_year_at_one_place_is_listed_by_each_branchs_own_rule(world):
    make_spell(world.chen, starts_on=date(2025, 9, 10))
    make_spell(world.sun, starts_on=date(2025, 9, 11))
    make_spell(world.ran, starts_on=date(2025, 1, 1), state=MobileState.ABROAD)
    make_spell(world.li, starts_on=date(2025, 1, 1), reason=MobileReason.GRADUATED)
    quick = make_member(world.b, "乙快")
    make_spell(quick, starts_on=date(2025, 12, 10))
    local(world, "move.when", 3, world.b.path)

    assert listed(world, "transfer", "zhao") == {world.chen.pk, quick.pk}
    assert stays.counts(world.scope("zhao"), world.today) == {"transfer": 2, "cards": 0, "return": 0}
    make_transfer(world.chen, world.c)
    assert listed(world, "transfer", "zhao") == {quick.pk}


def test_nobody_away_means_nothing_to_see_to(world):
    assert stays.counts(world.scope("li"), world.today) == {"transfer": 0, "cards": 0, "return": 0}


def test_a_return_is_overdue_the_day_after(world):
    make_spell(world.chen, expected_on=world.today)
    make_spell(world.sun, expected_on=world.today - timedelta(days=1))

    assert listed(world, "return") == {world.sun.pk}


def test_a_card_of_an_earlier_year_waits_for_its_check(world):
    chen_overdue(world)
    assert listed(world, "cards") == {world.chen.pk}
    card = Paper.unscoped.get()
    cards.check(card, world.today, **by(world, "li"))
    assert listed(world, "cards") == set()
    local(world, "card.issue", 0, world.a.path)
    card.card_checks.all().delete()
    assert listed(world, "cards") == set()


@pytest.mark.parametrize(
    ("key", "words"), [("transfer", "应转接组织关系"), ("return", "逾期未归"), ("cards", "活动证待查验")]
)
def test_the_lists_are_tabs_with_their_counts(world, as_, key, words):
    empty = as_("li").get(f"{LIST}?list={key}").content.decode()
    assert words in empty
    assert f"{words} (1)" not in empty
    chen_overdue(world)
    page = as_("li").get(f"{LIST}?list={key}").content.decode()
    assert f"{words} (1)" in page
    assert f'data-id="{MobileSpell.unscoped.get().pk}"' in page
    assert "2026年2月1日" in as_("li").get(MobileSpell.unscoped.get().get_absolute_url()).content.decode()


def test_the_api_says_what_a_stay_asks_for(world, as_):
    chen_overdue(world)
    url = reverse("api-members:spell-detail", args=[MobileSpell.unscoped.get().pk])

    shown = as_("li").get(url).json()
    assert (shown["transfer_due"], shown["card_check_due"], shown["return_overdue"]) == (True, True, True)
    assert as_("li").get(reverse("api-members:spell-list") + "?todo=nothing").status_code == 400


def planned(world, days=0):
    drafts = stay_reminders.drafts(world.today + timedelta(days=days))
    return [(draft.rule.removeprefix("members."), draft.step, draft.recipients) for draft in drafts]


def test_the_branch_is_reminded_on_the_day_and_once_again(world):
    li = frozenset({world.li.user_id})
    make_spell(world.chen, starts_on=date(2025, 9, 11), expected_on=world.today + timedelta(days=1))

    assert planned(world, -1) == []
    assert planned(world) == [("stay_transfer_due", 0, li), ("stay_return_due", 0, li)]
    assert planned(world, 14) == [("stay_transfer_due", 14, li), ("stay_return_due", 14, li)]
    assert planned(world, 60) == []


def test_cards_are_asked_for_in_their_month(world):
    chen_overdue(world)

    assert "card_check_due" not in [rule for rule, *_ in planned(world)]
    october = (date(2026, 9, 30) - world.today).days
    assert planned(world, october) == [("card_check_due", 0, frozenset({world.li.user_id}))]


def test_it_is_asked_again_whether_it_must_still_go_out(world):
    spell = make_spell(world.chen, expected_on=world.today)
    (draft,) = stay_reminders.drafts(world.today)
    ours, theirs = reminder(world, "li", draft), reminder(world, "sun", draft)

    assert objection(stay_reminders.objections, ours, world.now) == ""
    assert objection(stay_reminders.objections, theirs, world.now) == "not_in_office"
    MobileSpell.unscoped.filter(pk=spell.pk).update(expected_on=world.today - timedelta(days=1))
    assert objection(stay_reminders.objections, ours, world.now) == "put_off"
    MobileSpell.unscoped.filter(pk=spell.pk).update(expected_on=None)
    assert objection(stay_reminders.objections, ours, world.now) == "already_done"
