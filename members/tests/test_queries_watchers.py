"""Who can see it now: exactly those whom the scope lets in, whatever they read by."""

from datetime import date

import pytest

from branches.choices import PostKind
from members.models import BranchPeriod, HostAttendance, Inflow, Member
from members.queries.watchers import who_can_see
from members.rules.own import FieldClass, Part
from members.tests.factories import make_person, make_post, make_spell, make_transfer
from members.tests.matrix_cases import a_case

TODAY = date(2026, 3, 10)


def names(sheets, key, code):
    sheet = next(each for each in sheets if each.key == key)
    return {each.name for line in sheet.lines if line.code == code for each in line.holders}


def test_who_can_see_is_the_posts_and_their_rights_of_the_day(world):
    sheets = who_can_see(world.chen, None, TODAY)

    assert names(sheets, FieldClass.PERSONAL, "read") == {"李书记", "赵组织", "钱科长"}
    assert names(sheets, FieldClass.PERSONAL, "correct") == {"李书记"}
    assert names(sheets, FieldClass.SENSITIVE, "reveal") == {"李书记"}
    assert names(sheets, FieldClass.PERSONAL, "name_in_records") == {"李书记", "冉记录", "赵组织", "钱科长"}
    assert names(sheets, FieldClass.PERSONAL, "name_in_transfer") == set()
    assert {each.key for each in sheets} == {*FieldClass, *Part}


def test_each_named_reader_can_read_and_nobody_else_can(world):
    """Held against the scope itself: the page names exactly those who would be let in."""
    readers = names(who_can_see(world.chen, None, TODAY), FieldClass.PERSONAL, "read")

    people = {name: getattr(world, name) for name in ("li", "ran", "sun", "zhao", "qian", "wang")}
    let_in = {
        person.name
        for name, person in people.items()
        if world.scope(name).may("member.view", Member.unscoped.get(pk=world.chen.pk))
    }
    assert readers == let_in


def test_the_other_side_of_an_open_transfer_is_named(world):
    transfer = make_transfer(world.chen, world.c, state="submitted")

    sheets = who_can_see(world.chen, transfer, TODAY)

    assert names(sheets, FieldClass.PERSONAL, "name_in_transfer") == {"王外人"}
    assert names(sheets, FieldClass.SENSITIVE, "standing_in_transfer") == {"王外人"}
    assert "王外人" not in names(sheets, FieldClass.PERSONAL, "read")


def test_whoever_keeps_in_touch_hosts_or_dealt_with_a_paper_is_named(world):
    spell = make_spell(world.chen, contact_person=world.sun)
    Inflow.unscoped.create(
        host=world.c, number=world.chen.number, name=world.chen.name, member=world.chen, spell=spell,
        state="matched", since=TODAY, recorded_at=world.now, recorded_by=world.wang.user,
    )  # fmt: skip
    HostAttendance.objects.create(member=world.chen, host=world.c, on=TODAY, what="主题党日", evidence="x:1")

    sheets = who_can_see(world.chen, None, TODAY)

    assert names(sheets, FieldClass.PERSONAL, "name_and_mobile") == {"孙党员"}
    assert names(sheets, Part.CONTACTS, "read_to_reach") == {"孙党员"}
    assert names(sheets, FieldClass.PERSONAL, "name_and_number") == {"王外人"}
    assert names(sheets, Part.STAYS, "since_when_hosted") == {"王外人"}
    assert names(sheets, Part.ATTENDANCE, "guest_in_records") == {"王外人"}
    assert names(sheets, Part.STAYS, "read") == {"李书记", "赵组织", "钱科长"}


def test_a_contact_person_who_moved_on_is_named_no_more(world):
    make_spell(world.chen, contact_person=world.wang)

    assert names(who_can_see(world.chen, None, TODAY), Part.STAYS, "read_to_reach") == set()


def test_whoever_dealt_with_a_transfer_that_is_over_still_reads_it(world):
    make_transfer(world.chen, world.c, state="withdrawn", ended_at=world.now)

    assert names(who_can_see(world.chen, None, TODAY), Part.WAYS, "what_they_dealt_with") == {"王外人"}


def test_former_branches_keep_their_records(world):
    BranchPeriod.objects.filter(member=world.chen).update(ends_on=date(2025, 12, 31), branch=world.c)
    BranchPeriod.objects.create(
        member=world.chen,
        branch=world.a,
        starts_on=date(2026, 1, 1),
        reason="transfer",
        recorded_at=world.now,
    )  # fmt: skip

    assert names(who_can_see(world.chen, None, TODAY), Part.ATTENDANCE, "their_own_records") == {"王外人"}


def test_keepers_of_disposition_files_are_named_whether_or_not_there_is_one(world):
    before = who_can_see(world.chen, None, TODAY)

    a_case(world)

    assert names(before, Part.CASES, "keep") == {"李书记", "赵组织"}
    assert who_can_see(world.chen, None, TODAY) == before


def test_the_three_desks_are_named_by_what_they_can_read(world):
    sheets = who_can_see(world.chen, None, TODAY)

    for code, persona in (("account_only", "sys"), ("posts_only", "sec"), ("whole_trail", "aud")):
        assert names(sheets, Part.TRACES, code) == {world.user(persona).display_name}


@pytest.mark.parametrize("extra", [0, 3])
def test_who_can_see_costs_the_same_however_many_there_are(world, django_assert_num_queries, extra):
    for number in range(extra):
        make_post(make_person(world.a, f"k{number}", f"委员{number}"), world.a, PostKind.COMMITTEE_MEMBER)
        make_transfer(world.chen, world.c, state="withdrawn", ended_at=world.now)

    with django_assert_num_queries(9):
        who_can_see(world.chen, None, TODAY)
