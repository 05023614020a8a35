"""Contacts abroad planned too late before the rule was asked: brought back within half a year."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from members.choices import ContactMethod, MobileState
from members.models import Contact, MobileSpell
from members.tests.factories import make_member, make_spell

REPAIR = import_module("members.migrations.0029_contacts_abroad_within_half_a_year").WITHIN_HALF_A_YEAR
FAR = date(2036, 1, 1)


def repaired(spell: MobileSpell) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(REPAIR)
    return MobileSpell.unscoped.get(pk=spell.pk).next_contact_on


def away(world: Any, state: MobileState = MobileState.ABROAD, **fields: Any) -> MobileSpell:
    person = make_member(world.a, f"外出{MobileSpell.unscoped.count()}")
    facts = {"starts_on": date(2025, 8, 31), "next_contact_on": FAR, **fields}
    return make_spell(person, state=state, **facts)


def talked(world: Any, spell: MobileSpell, on: date, **fields: Any) -> Contact:
    return Contact.unscoped.create(
        member=spell.member, spell=spell, by=world.li, method=ContactMethod.PHONE, on=on, next_on=FAR,
        recorded_at=world.now, recorded_by=world.li.user, **fields,
    )  # fmt: skip


def test_it_counts_from_the_latest_contact_that_stands(world: Any) -> None:
    spell = away(world)
    talked(world, spell, date(2025, 10, 1))
    talked(world, spell, date(2025, 12, 5))
    talked(world, spell, date(2026, 3, 1), void_reason="录错")

    assert repaired(spell) == date(2026, 6, 5)
    assert set(Contact.unscoped.values_list("next_on", flat=True)) == {FAR}
    assert MobileSpell.unscoped.get(pk=spell.pk).version == spell.version + 1


def test_without_a_contact_from_the_first_day_away(world: Any) -> None:
    assert repaired(away(world)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "fields",
    [
        {"next_contact_on": date(2026, 2, 28)},
        {"next_contact_on": None},
        {"state": MobileState.OUT},
        {"ends_on": date(2026, 1, 5), "end_kind": "returned"},
    ],
)
def test_what_the_rule_does_not_reach_stays(world: Any, fields: dict[str, Any]) -> None:
    spell = away(world, **fields)

    assert (repaired(spell), MobileSpell.unscoped.get(pk=spell.pk).version) == (
        spell.next_contact_on,
        spell.version,
    )
