"""The contact log: days, who was in touch, last seen and the next contact; struck entries count nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from members.choices import SeenSource
from members.models import Contact, LastSeen
from members.tests.factories import make_spell
from members.tests.mobile import by, call, put_into, send_away
from members.tests.test_workflows_register import code_of
from members.workflows import contacts, seen
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry

MARCH_1, MARCH_5 = date(2026, 3, 1), date(2026, 3, 5)


def last_seen(member):
    return (
        LastSeen.objects.filter(member=member, source=SeenSource.CONTACT).values_list("on", flat=True).first()
    )


def next_of(spell):
    spell.refresh_from_db()
    return spell.next_contact_on


def test_a_contact_moves_last_seen_and_the_next_day(world):
    spell = send_away(world)

    row = call(world, MARCH_5, note="近况良好")

    assert (row.by, row.spell, row.next_on) == (world.li, spell, date(2026, 6, 5))
    assert last_seen(world.chen) == MARCH_5
    assert next_of(spell) == date(2026, 6, 5)
    assert LastSeen.objects.get().evidence == f"members.contact:{row.pk}"
    assert AuditEntry.objects.get(action="contact.logged").changes["by"] == world.li.pk


def test_the_next_day_can_be_chosen_and_an_older_contact_does_not_change_it(world):
    spell = send_away(world)

    call(world, MARCH_5, next_on=date(2026, 4, 1))
    call(world, MARCH_1, by_id=world.sun.pk)

    assert next_of(spell) == date(2026, 4, 1)
    assert last_seen(world.chen) == MARCH_5


@pytest.mark.parametrize(
    ("on", "fields", "code"),
    [
        (date(2026, 3, 11), {}, "contact_in_future"),
        (date(2026, 1, 31), {}, "contact_before_spell"),
        (MARCH_5, {"next_on": MARCH_5}, "contact_next_before"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_left_half_done(world, on, fields, code):
    spell = send_away(world)
    due = spell.next_contact_on

    assert code_of(call, world, on, **fields) == code
    assert (Contact.unscoped.count(), last_seen(world.chen), next_of(spell)) == (0, None, due)


def test_whoever_was_in_touch_belongs_to_the_branch_or_writes_it(world):
    send_away(world)

    for pk in (world.wang.pk, world.chen.pk):
        assert code_of(call, world, MARCH_5, by_id=pk) == "contact_by_whom"
    assert call(world, MARCH_5, persona="zhao").by == world.zhao


def test_a_member_at_home_can_be_contacted_too(world):
    row = call(world, MARCH_5, world.sun)

    assert (row.spell, row.next_on, last_seen(world.sun)) == (None, None, MARCH_5)
    assert code_of(call, world, date(1999, 1, 1), world.sun) == "contact_before_spell"


def test_the_contact_person_may_note_it_and_a_colleague_may_not(world):
    spell = make_spell(world.chen, contact_person=world.sun)

    assert call(world, MARCH_5, persona="sun").by == world.sun
    with pytest.raises(NotAllowed):
        call(world, MARCH_5, persona="ran")
    put_into(world.sun, world.b)
    with pytest.raises(NotAllowed):
        call(world, MARCH_5, persona="sun")
    assert next_of(spell) == date(2026, 6, 5)


def test_a_struck_contact_gives_way_to_the_one_before(world):
    spell = send_away(world)
    first, second = call(world, MARCH_1), call(world, MARCH_5)

    struck = contacts.strike(second, " 登记有误 ", **by(world, "li"))

    assert (struck.is_void, struck.void_reason) == (True, "登记有误")
    assert (last_seen(world.chen), next_of(spell)) == (MARCH_1, first.next_on)
    assert code_of(contacts.strike, second, "再次", **by(world, "li")) == "contact_struck_already"
    contacts.strike(first, "登记有误", **by(world, "li"))
    assert last_seen(world.chen) is None
    assert next_of(spell) == date(2026, 5, 1)


def test_an_older_contact_struck_leaves_last_seen_alone(world):
    first, _second = call(world, MARCH_1, world.sun), call(world, MARCH_5, world.sun)

    contacts.strike(first, "登记有误", **by(world, "li"))

    assert last_seen(world.sun) == MARCH_5


def test_striking_needs_a_reason_and_the_right(world):
    row = call(world, MARCH_5, world.sun)

    assert code_of(contacts.strike, row, "  ", **by(world, "li")) == "contact_needs_reason"
    with pytest.raises(NotAllowed):
        contacts.strike(row, "有误", **by(world, "sun"))


def test_sightings_of_two_sources_stand_side_by_side(world):
    call(world, MARCH_1, world.sun)
    seen.note_attendance([world.sun.pk], MARCH_5, "activities.activity:1")
    seen.note_attendance([world.sun.pk], MARCH_1 - timedelta(days=9), "activities.activity:2")

    assert set(LastSeen.objects.values_list("source", "on")) == {
        ("contact", MARCH_1), ("attendance", MARCH_5),
    }  # fmt: skip


def test_abroad_the_next_contact_is_never_later_than_half_a_year(world):
    spell = send_away(world, is_abroad=True, place="日本")

    too_late = date(2026, 9, 6)
    assert code_of(call, world, MARCH_5, next_on=too_late) == "contact_next_too_late"
    assert code_of(call, world, MARCH_5, next_on=date(2036, 1, 1)) == "contact_next_too_late"
    assert not Contact.unscoped.exists()
    row = call(world, MARCH_5, next_on=date(2026, 9, 5))
    assert (next_of(spell), contacts.is_late(row, world.today)) == (date(2026, 9, 5), False)


def test_at_home_the_country_the_quarter_is_said_and_not_enforced(world):
    spell = send_away(world)

    row = call(world, MARCH_5, next_on=date(2026, 6, 6))

    assert (next_of(spell), contacts.is_late(row, world.today)) == (date(2026, 6, 6), True)
    assert not contacts.is_late(call(world, MARCH_5, next_on=date(2026, 6, 5)), world.today)
    assert not contacts.is_late(call(world, MARCH_5, member=world.sun), world.today)


def test_a_late_next_contact_is_said_on_the_page(world, as_):
    send_away(world)
    log = reverse("members:contact-log", args=[world.chen.pk])
    values = {"method": "phone", "on": "2026-03-05", "next_on": "2026-12-01"}

    page = as_("li").post(log, values, follow=True).content.decode()
    assert "晚于规定" in page
    abroad = send_away(world, world.sun, is_abroad=True, place="日本")
    refused = as_("li").post(reverse("members:contact-log", args=[abroad.member_id]), values)
    assert refused.status_code == 422
    assert "2026年9月5日" in refused.content.decode()
