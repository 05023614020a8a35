"""The register written by hand: added, corrected, grouped, ended; and what each leaves behind."""

import time
from dataclasses import replace
from datetime import date
from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from branches.choices import PostKind
from branches.tests.factories import NOW, make_group, make_organization
from members.choices import PeriodReason, Standing
from members.models import BranchPeriod, Member, StandingPeriod
from members.queries import scope_for
from members.tests.factories import make_member, make_person, make_post
from members.tests.test_workflows_loader import id_number
from members.workflows.register import Correction, Entry, NeedsCare, PersonData, add_member, correct_member
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, OutboxEvent
from orgportal.core.sealing import blind, seal, unseal

NUMBER = id_number(date(1990, 1, 2), 5)
PERSON = PersonData(
    name="新来",
    gender="male",
    birth_on=date(1990, 1, 2),
    education="college",
    occupation="worker",
    joined_on=date(2015, 7, 1),
    confirmed_on=date(2016, 7, 1),
    id_number=NUMBER,
    mobile="13800001111",
)
ENTRY = Entry(person=PERSON, standing=Standing.FORMAL, since=date(2026, 3, 1), basis="支部党员大会")


def by(world, persona):
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": NOW}


def add(world, persona="li", branch=None, **changes):
    return add_member(branch or world.a, replace(ENTRY, **changes), **by(world, persona))


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


# --- adding


def test_add_writes_a_person_with_sealed_number_and_dated_history(world):
    group = make_group(world.a)

    member = add(world, group=group)

    assert member.number == f"P01{member.pk - (1 << 40):08d}"
    assert (member.name_key, member.initials) == ("xin lai|新来", "xl")
    assert unseal(member.id_number_sealed) == NUMBER
    assert (member.path, member.group) == (world.a.path, group)
    period = BranchPeriod.objects.get(member=member)
    assert (period.branch, period.starts_on, period.reason) == (
        world.a,
        date(2026, 3, 1),
        PeriodReason.ADMITTED,
    )
    assert [
        (p.standing, p.starts_on, p.ends_on, p.basis) for p in member.standing_periods.order_by("starts_on")
    ] == [
        ("probationary", date(2015, 7, 1), date(2016, 6, 30), ""),
        ("formal", date(2016, 7, 1), None, "支部党员大会"),
    ]


def test_add_leaves_a_trail_without_the_number(world):
    member = add(world)

    entry = AuditEntry.objects.get(action="member.added")
    assert entry.target_id == member.pk
    assert entry.changes["after"]["id_number"] == f"990{'*' * 11}{NUMBER[-4:]}"
    assert NUMBER not in str(entry.changes)
    assert OutboxEvent.objects.filter(topic="members.changed", key=str(world.a.pk)).exists()


@pytest.mark.parametrize(
    ("changes", "standings"),
    [
        (
            {
                "standing": Standing.PROBATIONARY,
                "person": replace(PERSON, joined_on=date(2025, 9, 1), confirmed_on=None),
            },
            ["probationary"],
        ),
        ({"person": replace(PERSON, confirmed_on=PERSON.joined_on), "insists": True}, ["formal"]),
    ],
)
def test_add_dates_the_standing(world, changes, standings):
    member = add(world, **changes)

    assert [p.standing for p in member.standing_periods.order_by("starts_on")] == standings


def test_add_needs_the_right_at_the_branch(world):
    with pytest.raises(NotAllowed):
        add(world, "zhao")
    with pytest.raises(NotAllowed):
        add(world, "li", world.c)


def test_add_refuses_what_is_no_branch_or_gone(world):
    make_post(world.li, world.b, PostKind.SECRETARY)
    world.b.dissolved_on = date(2026, 1, 1)
    world.b.save()
    scope = world.scope("li")

    with pytest.raises(NotAllowed):
        add_member(world.b, ENTRY, actor=world.li.user, scope=scope, at=NOW)


def test_add_refuses_a_dissolved_branch_even_with_the_right(world):
    root = make_organization(world.committee_1, "总支", kind="general_branch")
    make_post(world.chen, root, PostKind.SECRETARY)
    child = make_organization(root, "下属支部", dissolved_on=date(2026, 1, 1))
    make_post(world.sun, child, PostKind.SECRETARY)
    scope = replace(
        world.scope("li"), grants=tuple(replace(g, root=child.path) for g in world.scope("li").grants)
    )

    assert code_of(add_member, child, ENTRY, actor=world.li.user, scope=scope, at=NOW) == "no_such_branch"


def test_add_demands_to_still_see_what_was_written(world):
    scope = world.scope("li")
    blinded = replace(
        scope, grants=tuple(replace(g, rights=g.rights - {"member.view"}) for g in scope.grants)
    )

    with pytest.raises(NotAllowed):
        add_member(world.a, ENTRY, actor=world.li.user, scope=blinded, at=NOW)


@pytest.mark.parametrize("since", [date(2015, 6, 30), date(2026, 3, 11)])
def test_add_refuses_a_day_before_joining_or_to_come(world, since):
    assert code_of(add, world, since=since) == "since_out_of_range"


def test_add_refuses_a_group_of_another_branch_or_ended(world):
    assert code_of(add, world, group=make_group(world.b)) == "group_not_here"
    assert (
        code_of(add, world, group=make_group(world.a, "旧组", ended_on=date(2025, 1, 1))) == "group_not_here"
    )


def test_add_names_the_holder_of_a_number_only_in_scope(world):
    here = make_member(world.a, "在此", id_number_digest=blind(NUMBER))
    assert code_of(add, world) == "id_in_register_here"
    Member.unscoped.filter(pk=here.pk).update(branch=world.c, path=world.c.path)
    BranchPeriod.objects.filter(member=here).update(branch=world.c)
    assert code_of(add, world) == "id_in_register_elsewhere"


def test_add_refuses_faults_even_when_insisted(world):
    wrong = replace(PERSON, mobile="12")

    with pytest.raises(NeedsCare) as refusal:
        add(world, person=wrong, insists=True)

    assert refusal.value.is_final
    assert [doubt.code for doubt in refusal.value.doubts] == ["mobile_shape"]


def test_add_asks_for_a_second_look_at_oddities_and_likenesses(world):
    twin = make_member(world.a, "新来", birth_on=date(1990, 1, 2))
    phone = make_member(world.a, "别人", mobile="13800001111")
    make_member(world.c, "新来", birth_on=date(1990, 1, 2))

    with pytest.raises(NeedsCare) as refusal:
        add(world, person=replace(PERSON, gender="female"))

    assert set(refusal.value.candidates) == {twin, phone}
    assert [doubt.code for doubt in refusal.value.doubts] == ["gender_differs_from_id"]
    assert not refusal.value.is_final
    assert add(world, person=replace(PERSON, gender="female"), insists=True).pk


def test_add_finds_no_likeness_without_a_mobile(world):
    make_member(world.a, "别人", mobile="")

    assert add(world, person=replace(PERSON, mobile="", id_number="")).id_number_sealed is None


@pytest.mark.django_db(transaction=True)
def test_two_clerks_enter_one_person_once():
    with transaction.atomic():
        district = make_organization(None, "区委", sector="territory")
        branch, other = make_organization(district, "支部"), make_organization(district, "另一支部")
        clerk = make_person(branch, "li", "李书记")
        make_post(clerk, branch, PostKind.SECRETARY)
    scope, is_entered = scope_for(clerk.user, date(2026, 3, 10)), Event()

    def enter_elsewhere():
        """The other clerk has entered the number and commits only while we already wait for it."""
        with transaction.atomic():
            make_member(other, "新来", id_number_digest=blind(NUMBER))
            is_entered.set()
            time.sleep(0.5)
        connection.close()

    colleague = Thread(target=enter_elsewhere)
    colleague.start()
    is_entered.wait(5)
    code = code_of(add_member, branch, ENTRY, actor=clerk.user, scope=scope, at=NOW)
    colleague.join()

    assert code == "id_in_register_elsewhere"
    assert Member.unscoped.filter(name="新来").count() == 1


# --- correcting


def typed(member, **changes):
    person = PersonData(
        name=member.name,
        gender=member.gender,
        birth_on=member.birth_on,
        education=member.education,
        occupation=member.occupation,
        joined_on=member.joined_on,
        confirmed_on=member.confirmed_on,
        mobile=member.mobile,
    )
    return replace(person, **changes)


def correct(world, member=None, persona="li", version=1, insists=False, **changes):
    member = member or world.chen
    correction = Correction(person=typed(member, **changes), version=version, insists=insists)
    return correct_member(member, correction, **by(world, persona))


def test_correct_keeps_before_and_after(world):
    row = correct(world, name="陈当员", employer="印刷厂")

    assert (row.name_key, row.initials, row.version) == ("chen dang yuan|陈当员", "cdy", 2)
    assert AuditEntry.objects.get(action="member.corrected").changes == {
        "name": ["陈党员", "陈当员"],
        "employer": ["", "印刷厂"],
        "insisted": False,
    }


def test_correct_leaves_the_number_alone_unless_typed(world):
    Member.unscoped.filter(pk=world.chen.pk).update(
        id_number_sealed=seal(id_number()), id_number_digest=blind(id_number())
    )
    other = id_number(date(1980, 5, 17), 7)

    kept = correct(world)
    changed = correct(world, version=2, id_number=other)

    assert unseal(kept.id_number_sealed) == id_number()
    assert unseal(changed.id_number_sealed) == other
    entry = AuditEntry.objects.filter(action="member.corrected").latest("pk")
    assert entry.changes["id_number"] == [f"990{'*' * 11}{id_number()[-4:]}", f"990{'*' * 11}{other[-4:]}"]


def test_correct_checks_the_held_number_against_a_new_birth(world):
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_sealed=seal(id_number()))

    with pytest.raises(NeedsCare) as refusal:
        correct(world, birth_on=date(1980, 5, 18))

    assert [doubt.code for doubt in refusal.value.doubts] == ["birth_differs_from_id"]
    assert correct(world, birth_on=date(1980, 5, 18), insists=True).birth_on == date(1980, 5, 18)


def test_correct_refuses_a_stale_version_the_number_of_another_and_an_ended_file(world):
    make_member(world.a, "在此", id_number_digest=blind(NUMBER))

    with pytest.raises(StaleVersion):
        correct(world, version=7)
    assert code_of(correct, world, id_number=NUMBER) == "id_in_register_here"
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)
    assert code_of(correct, world) == "membership_ended"


def test_correct_needs_the_right(world):
    with pytest.raises(NotAllowed):
        correct(world, persona="zhao")


def test_correct_redates_the_standing(world):
    correct(world, joined_on=date(2004, 7, 1), confirmed_on=date(2005, 7, 1))
    correct(world, world.sun, confirmed_on=date(2005, 7, 1), insists=True)

    assert [
        (p.standing, p.starts_on, p.ends_on) for p in world.chen.standing_periods.order_by("starts_on")
    ] == [
        ("probationary", date(2004, 7, 1), date(2005, 6, 30)),
        ("formal", date(2005, 7, 1), None),
    ]
    assert [(p.standing, p.starts_on) for p in world.sun.standing_periods.all()] == [
        ("formal", date(2005, 7, 1))
    ]


def test_correct_refuses_days_that_history_has_passed(world):
    assert (
        code_of(correct, world, joined_on=date(2015, 7, 2), confirmed_on=date(2016, 7, 2))
        == "joined_after_branch"
    )
    StandingPeriod.objects.filter(member=world.chen).update(ends_on=date(2025, 12, 31))
    StandingPeriod.objects.create(
        member=world.chen, standing=Standing.SUSPENDED, starts_on=date(2026, 1, 1), recorded_at=NOW
    )
    assert code_of(correct, world, joined_on=date(2004, 7, 1)) == "standing_has_moved_on"


def test_a_database_error_of_another_kind_is_not_swallowed(world):
    with pytest.raises(IntegrityError):
        add(world, person=replace(PERSON, joined_on=date(2015, 7, 1), ethnicity=None))
