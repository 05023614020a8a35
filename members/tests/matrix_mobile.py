"""Addresses of members who live away, contacts, hosts and proposals: who may, and which rows they see."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.choices import Form
from branches.models import Organization
from members.choices import ContactMethod, InflowState, ProposalKind
from members.models import Contact, ContactProposal, Inflow, MobileSpell, Paper
from members.tests.factories import make_spell
from members.workflows import cards
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
TODAY = "2026-03-10"
MEMBERS = "li|ran|zhao|qian|wang|chen|sun"
LISTS = f"anon:302 li|zhao|qian|wang:200 ran|chen|sun|{DESKS}:403"
EDITS = f"anon:302 li|zhao|qian:{{}} wang:404 ran|chen|sun|{DESKS}:403"
OWN = f"anon:302 {MEMBERS}:200 {DESKS}:404"
API_ALL = f"anon:401 {MEMBERS}|{DESKS}:200"
NEW_STAY = {"where": "in", "place": "大连", "reason": "work", "since": "2026-03-01"}
API_STAY = {"place": "大连", "reason": "work", "since": "2026-03-01", "version": 1}


def chen_away(world: Any) -> None:
    """Chen of A lives away; Sun keeps in touch; one call was noted."""
    spell = make_spell(world.chen, contact_person=world.sun, next_contact_on=date(2026, 3, 1))
    Contact.unscoped.create(
        member=world.chen, spell=spell, by=world.li, method=ContactMethod.PHONE, on=date(2026, 2, 1),
        recorded_at=world.now, recorded_by=world.li.user,
    )  # fmt: skip


def chen_at(state: InflowState) -> Callable[[Any], None]:
    """Chen away, and known to branch C."""

    def prepare(world: Any) -> None:
        chen_away(world)
        spell = None if state == InflowState.REGISTERED else MobileSpell.unscoped.get()
        Inflow.unscoped.create(
            host=world.c, number=world.chen.number, name="陈党员", member=world.chen, spell=spell,
            state=state, since=date(2026, 1, 1), recorded_at=world.now, recorded_by=world.wang.user,
        )  # fmt: skip

    return prepare


def chen_overdue(world: Any) -> None:
    """Away for long, expected back last month, with a card of last year."""
    spell = make_spell(world.chen, starts_on=date(2025, 3, 1), expected_on=date(2026, 2, 1))
    card = cards.issue(spell, actor=world.user("li"), scope=world.scope("li"), at=world.now)
    Paper.unscoped.filter(pk=card.pk).update(issued_on=date(2025, 3, 1))


def chen_lost(world: Any) -> None:
    ContactProposal.unscoped.create(
        member=world.chen, kind=ProposalKind.STOP, counts_from=date(2025, 8, 1), due_on=date(2026, 2, 1),
        opened_on=date(2026, 2, 1), recorded_at=world.now,
    )  # fmt: skip


def c_for_mobile_members(world: Any) -> None:
    Organization.unscoped.filter(pk=world.c.pk).update(form=Form.MOBILE)


def the(model: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {"pk": model.unscoped.get().pk}


def chen(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk}


def data(**fields: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: fields


def shown(model: Any, *personas: str) -> Callable[[Any, str], set[int]]:
    """The one row for these persons, nothing for the others."""
    return lambda world, persona: {model.unscoped.get().pk} if persona in personas else set()


ABOVE = ("li", "zhao", "qian")
ANNOUNCED, REGISTERED = chen_at(InflowState.ANNOUNCED), chen_at(InflowState.REGISTERED)
HOST_EDITS = f"anon:302 wang|qian:{{}} li|zhao:404 ran|chen|sun|{DESKS}:403"
CALL = {"method": "phone", "on": TODAY, "by": ""}
TOLD = {"number": "P0199999999", "name": "何来客", "since": TODAY}


def at_c(world: Any) -> dict[str, Any]:
    return {**TOLD, "branch": world.c.pk}


LISTED = [
    Row("members:mobile-list", LISTS, ids=shown(MobileSpell, *ABOVE), prepare=chen_away),
    Row(
        "members:mobile-list", LISTS, query="?list=away", ids=shown(MobileSpell, *ABOVE), prepare=chen_away
    ),
    Row(
        "members:mobile-list", LISTS, query="?list=hosted", ids=shown(Inflow, "wang", "qian"),
        prepare=ANNOUNCED,
    ),
    Row(
        "members:mobile-list", LISTS, query="?list=lost", ids=shown(ContactProposal, *ABOVE),
        prepare=chen_lost,
    ),
    Row("members:mobile-list", LISTS, query="?list=branches"),
    *[
        Row(
            "members:mobile-list", LISTS, query=f"?list={key}", ids=shown(MobileSpell, *ABOVE),
            prepare=chen_overdue,
        )
        for key in ("transfer", "return", "cards")
    ],
]  # fmt: skip

STAYS = [
    Row(
        "members:mobile-detail", f"anon:302 li|zhao|qian|sun:200 chen:302 ran|wang|{DESKS}:404",
        kwargs=the(MobileSpell), prepare=chen_away,
    ),
    Row("members:mobile-start", EDITS.format(200), kwargs=chen),
    Row("members:mobile-start", EDITS.format(302), kwargs=chen, method="POST", data=data(**NEW_STAY)),
    *[
        row
        for act in ("correct", "move")
        for row in (
            Row(f"members:mobile-{act}", EDITS.format(200), kwargs=the(MobileSpell), prepare=chen_away),
            Row(
                f"members:mobile-{act}", EDITS.format(302), kwargs=the(MobileSpell), prepare=chen_away,
                method="POST", data=data(**NEW_STAY, version=1),
            ),
        )
    ],
    Row("members:mobile-end", EDITS.format(200), kwargs=the(MobileSpell), prepare=chen_away),
    Row(
        "members:mobile-end", EDITS.format(302), kwargs=the(MobileSpell), prepare=chen_away, method="POST",
        data=data(on=TODAY, version=1),
    ),
    Row(
        "members:contact-log", f"anon:302 li|zhao|qian|sun:200 ran|chen|wang|{DESKS}:404", kwargs=chen,
        prepare=chen_away,
    ),
    Row(
        "members:contact-log", f"anon:302 li|zhao|qian|sun:302 ran|chen|wang|{DESKS}:404", kwargs=chen,
        prepare=chen_away, method="POST", data=data(**CALL),
    ),
    Row("members:contact-strike", EDITS.format(200), kwargs=the(Contact), prepare=chen_away),
    Row(
        "members:contact-strike", EDITS.format(302), kwargs=the(Contact), prepare=chen_away, method="POST",
        data=data(reason="登记有误"),
    ),
]  # fmt: skip

HOSTED = [
    Row("members:inflow-create", LISTS),
    Row(
        "members:inflow-create", f"anon:302 wang|qian:302 li|zhao:422 ran|chen|sun|{DESKS}:403",
        method="POST", data=at_c,
    ),
    Row(
        "members:inflow-detail", f"anon:302 wang|qian:200 li|zhao:404 ran|chen|sun|{DESKS}:403",
        kwargs=the(Inflow), prepare=ANNOUNCED,
    ),
    Row("members:inflow-correct", HOST_EDITS.format(200), kwargs=the(Inflow), prepare=REGISTERED),
    Row(
        "members:inflow-correct", HOST_EDITS.format(302), kwargs=the(Inflow), prepare=REGISTERED,
        method="POST", data=lambda world: {**at_c(world), "version": 1},
    ),
    *[
        row
        for act in ("confirm", "end")
        for row in (
            Row(f"members:inflow-{act}", HOST_EDITS.format(200), kwargs=the(Inflow), prepare=ANNOUNCED),
            Row(
                f"members:inflow-{act}", HOST_EDITS.format(302), kwargs=the(Inflow), prepare=ANNOUNCED,
                method="POST", data=data(on=TODAY, version=1),
            ),
        )
    ],
]  # fmt: skip

LOST = [
    Row(
        "members:proposal-detail", f"anon:302 li|zhao|qian:200 wang:404 ran|chen|sun|{DESKS}:403",
        kwargs=the(ContactProposal), prepare=chen_lost,
    ),
    Row(
        "members:proposal-detail", f"anon:302 li|zhao|qian:302 wang:404 ran|chen|sun|{DESKS}:403",
        kwargs=the(ContactProposal), prepare=chen_lost, method="POST",
        data=data(reason="searching", version=1),
    ),
]  # fmt: skip

OWN_PAGES = [
    Row("members:own-mobile", OWN, prepare=chen_away, ids=None),
    Row("members:own-away", OWN),
    Row(
        "members:own-away", f"anon:302 {MEMBERS}:302 {DESKS}:404", method="POST", data=data(**NEW_STAY)
    ),
    Row(
        "members:own-back", f"anon:302 chen:200 li|ran|zhao|qian|wang|sun:302 {DESKS}:404", prepare=chen_away
    ),
]  # fmt: skip

API_EDITS = f"anon:401 li|zhao|qian:{{}} sun:403 chen:{{}} wang|ran|{DESKS}:404"
HOST_API = f"anon:401 wang|qian:200 li|zhao|ran|chen|sun|{DESKS}:404"

API_OFFICES = f"anon:401 li|zhao|qian|wang:200 ran|chen|sun|{DESKS}:403"

API = [
    Row("api-members:spell-list", API_ALL, ids=shown(MobileSpell, *ABOVE, "chen", "sun"), prepare=chen_away),
    Row(
        "api-members:spell-list", f"anon:401 li|zhao|qian|chen:201 ran|wang|sun|{DESKS}:400", method="POST",
        data=lambda world: {**API_STAY, "member": world.chen.pk},
    ),
    Row(
        "api-members:spell-detail", f"anon:401 li|zhao|qian|chen|sun:200 ran|wang|{DESKS}:404",
        kwargs=the(MobileSpell), prepare=chen_away,
    ),
    *[
        Row(
            f"api-members:spell-{act}", API_EDITS.format(200, 200), kwargs=the(MobileSpell),
            prepare=chen_away, method="POST", data=data(**fields),
        )
        for act, fields in (
            ("correct", API_STAY), ("move", API_STAY), ("back", {"on": TODAY, "version": 1}),
            ("annul", {"version": 1}),
        )
    ],
    Row(
        "api-members:spell-list", API_ALL, query="?todo=return",
        ids=shown(MobileSpell, *ABOVE, "chen"), prepare=chen_overdue,
    ),
    Row(
        "api-members:spell-list", API_ALL, query="?todo=contact", prepare=chen_away,
        ids=shown(MobileSpell, *ABOVE, "chen", "sun"),
    ),
    Row(
        "api-members:spell-reach", f"anon:401 li|zhao|qian|chen|sun:200 ran|wang|{DESKS}:404",
        kwargs=the(MobileSpell), prepare=chen_away,
    ),
    Row(
        "api-members:inflow-detail", HOST_API, kwargs=the(Inflow), prepare=ANNOUNCED,
        ids=shown(Inflow, "wang", "qian"),
    ),
    Row("api-members:inflow-reports", API_OFFICES),
    Row(
        "api-members:mobile-branches", API_OFFICES, prepare=c_for_mobile_members,
        ids=lambda world, persona: {world.c.pk} if persona in {"wang", "qian"} else set(),
    ),
    Row("api-members:contact-list", API_ALL, ids=shown(Contact, *ABOVE, "chen"), prepare=chen_away),
    Row(
        "api-members:contact-list", f"anon:401 li|zhao|qian|sun:201 chen:403 ran|wang|{DESKS}:404",
        method="POST", prepare=chen_away,
        data=lambda world: {"member": world.chen.pk, "method": "phone", "on": TODAY},
    ),
    Row(
        "api-members:contact-strike", f"anon:401 li|zhao|qian:200 chen:403 ran|sun|wang|{DESKS}:404",
        kwargs=the(Contact), prepare=chen_away, method="POST", data=data(reason="登记有误"),
    ),
    Row("api-members:inflow-list", API_ALL, ids=shown(Inflow, "wang", "qian"), prepare=ANNOUNCED),
    Row(
        "api-members:inflow-list", f"anon:401 wang|qian:201 li|ran|zhao|chen|sun|{DESKS}:400",
        method="POST", data=lambda world: {**TOLD, "host": world.c.pk},
    ),
    Row(
        "api-members:inflow-correct", HOST_API, kwargs=the(Inflow), prepare=REGISTERED, method="POST",
        data=data(**TOLD, version=1),
    ),
    Row(
        "api-members:inflow-confirm", HOST_API, kwargs=the(Inflow), prepare=ANNOUNCED, method="POST",
        data=data(version=1),
    ),
    Row(
        "api-members:inflow-end", HOST_API, kwargs=the(Inflow), prepare=ANNOUNCED, method="POST",
        data=data(on=TODAY, version=1),
    ),
    Row("api-members:proposal-list", API_ALL, ids=shown(ContactProposal, *ABOVE), prepare=chen_lost),
    Row(
        "api-members:proposal-dismiss", f"anon:401 li|zhao|qian:200 ran|chen|sun|wang|{DESKS}:404",
        kwargs=the(ContactProposal), prepare=chen_lost, method="POST",
        data=data(reason="searching", version=1),
    ),
]  # fmt: skip


def with_card(world: Any) -> None:
    chen_away(world)
    cards.issue(MobileSpell.unscoped.get(), actor=world.user("li"), scope=world.scope("li"), at=world.now)


def a_stay(world: Any) -> dict[str, Any]:
    return {"pk": MobileSpell.unscoped.get().pk}


CARDS = [
    Row("members:card-issue", EDITS.format(200), kwargs=a_stay, prepare=chen_away),
    Row("members:card-issue", EDITS.format(302), kwargs=a_stay, prepare=chen_away, method="POST"),
    Row(
        "members:card-pdf", f"anon:302 li|zhao|qian|chen:200 sun:403 ran|wang|{DESKS}:404", kwargs=a_stay,
        prepare=with_card,
    ),
    Row(
        "members:card-check", f"anon:302 li|zhao|qian:302 chen|sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=with_card, method="POST",
    ),
    Row(
        "members:card-lost", f"anon:302 li|zhao|qian|chen:302 sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=with_card, method="POST",
    ),
    Row(
        "api-members:spell-card", f"anon:401 li|zhao|qian:201 chen|sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=chen_away, method="POST",
    ),
    Row(
        "api-members:spell-card", f"anon:401 li|zhao|qian|chen|sun:200 ran|wang|{DESKS}:404", kwargs=a_stay,
        prepare=with_card,
    ),
    Row(
        "api-members:spell-card-print", f"anon:401 li|zhao|qian|chen:200 sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=with_card,
    ),
    Row(
        "api-members:spell-card-check", f"anon:401 li|zhao|qian:200 chen|sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=with_card, method="POST", data=data(on=TODAY),
    ),
    Row(
        "api-members:spell-card-lost", f"anon:401 li|zhao|qian|chen:200 sun:403 ran|wang|{DESKS}:404",
        kwargs=a_stay, prepare=with_card, method="POST",
    ),
]  # fmt: skip

ROWS = [*CARDS, *LISTED, *STAYS, *HOSTED, *LOST, *OWN_PAGES, *API]
