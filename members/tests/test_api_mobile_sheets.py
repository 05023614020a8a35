"""What stands beside stays by machine: the card and what speaks against it, how to reach, hosts reports."""

from datetime import date
from typing import Any

import pytest

from branches.choices import Form
from branches.models import Organization
from members.choices import LookKind, MobileReason
from members.models import Inflow, Look, Member
from members.tests.factories import make_member, make_spell
from members.tests.mobile import host, send_away
from members.workflows import cards

pytestmark = pytest.mark.usefixtures("on_the_day")


def test_the_card_of_a_stay_with_its_checks_and_what_speaks_against_it(world: Any, as_: Any) -> None:
    spell = make_spell(world.chen, starts_on=date(2025, 3, 1), reason=MobileReason.WORK)
    address = f"/api/v1/stays/{spell.pk}/card/"

    before = as_("li").get(address).json()
    card = cards.issue(spell, actor=world.user("li"), scope=world.scope("li"), at=world.now)
    cards.check(card, world.today, actor=world.user("li"), scope=world.scope("li"), at=world.now)
    after = as_("li").get(address).json()

    assert (before["card"], before["check_due"]) == (None, False)
    assert [each["code"] for each in before["warnings"]] == ["card_long_stay"]
    assert "6" in before["warnings"][0]["words"]
    assert (after["card"]["number"], after["checks"]) == (card.number, [{"year": 2026, "on": "2026-03-10"}])


def test_a_contact_person_reaches_the_member_who_reads_of_it(world: Any, as_: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(mobile="13800001111")
    spell = make_spell(world.chen, contact_person=world.sun)

    told = as_("sun").get(f"/api/v1/stays/{spell.pk}/reach/").json()

    assert told == {
        "member_id": world.chen.pk, "name": "陈党员", "mobile": "13800001111", "contact_by": "2026-06-10",
    }  # fmt: skip
    assert [(look.looker, look.kind) for look in Look.objects.all()] == [(world.sun.user, LookKind.PHONE)]
    assert as_("chen").get(f"/api/v1/stays/{spell.pk}/reach/").status_code == 200
    assert Look.objects.count() == 1


def test_stays_to_contact_this_week_or_never_planned(world: Any, as_: Any) -> None:
    soon = make_spell(world.chen, next_contact_on=date(2026, 3, 17))
    never = make_spell(world.sun, next_contact_on=None)
    make_spell(world.li, next_contact_on=date(2026, 3, 18))

    rows = as_("li").get("/api/v1/stays/", {"todo": "contact"}).json()["results"]

    assert [row["id"] for row in rows] == [soon.pk, never.pk]
    assert as_("li").get("/api/v1/stays/", {"todo": "all"}).json() == {"todo": "invalid_choice"}


def test_a_host_reports_one_of_ours_until_home_registers_the_stay(world: Any, as_: Any) -> None:
    row = host(world, world.chen.number, world.chen.name)

    reports = as_("li").get("/api/v1/hosted/reports/").json()["results"]
    unmatched = as_("wang").get(f"/api/v1/hosted/{row.pk}/").json()
    send_away(world, host=world.c)
    matched = as_("wang").get(f"/api/v1/hosted/{row.pk}/").json()

    assert reports == [
        {
            "member_id": world.chen.pk, "member__name": "陈党员", "host_id": world.c.pk,
            "host__name": world.c.name, "since": "2026-02-01",
        }
    ]  # fmt: skip
    assert as_("wang").get("/api/v1/hosted/reports/").json() == {"results": []}
    assert (unmatched["state"], unmatched["home"]) == ("registered", None)
    assert (matched["state"], matched["home"]) == ("matched", {"name": world.a.name, "phone": world.a.phone})
    assert as_("li").get("/api/v1/hosted/reports/").json() == {"results": []}


def test_branches_for_mobile_members_with_their_own_and_their_guests(world: Any, as_: Any) -> None:
    Organization.unscoped.filter(pk__in=[world.b.pk, world.c.pk]).update(form=Form.MOBILE)
    make_member(world.c, "流动甲")
    host(world, world.chen.number, world.chen.name)
    gone = host(world, "P0199999999", "何来客")
    Inflow.unscoped.filter(pk=gone.pk).update(state="ended", ended_on=world.today)

    rows = as_("qian").get("/api/v1/mobile-branches/").json()["results"]

    assert rows == [
        {"id": world.b.pk, "name": world.b.name, "members": 0, "hosted": 0},
        {"id": world.c.pk, "name": world.c.name, "members": 2, "hosted": 1},
    ]
    assert [row["id"] for row in as_("li").get("/api/v1/mobile-branches/").json()["results"]] == []
