"""Attendance entered or put right after a merge counts for the person, whichever of the ids was written."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from activities.choices import Presence
from activities.forms.starting import absences_of, items_of, marks_of, over
from activities.models import Activity
from activities.queries import setting_for
from activities.rules.records import Absence, Entry, FollowUp, Item, ids_named, redirected
from activities.tests.pages import typed
from activities.workflows import meetings as work
from members.models import HostAttendance, LastSeen, Member, Merge
from members.queries.merging import aliases_of, ids_of, people_of, survivors_of
from members.tests.factories import make_member
from members.workflows.guests import Visit, credit
from members.workflows.merging import Choice, merge, undo
from members.workflows.seen import note_attendance
from orgportal.core.errors import Refused

pytestmark = pytest.mark.usefixtures("on_the_day")
HELD = date(2026, 3, 2)


@pytest.fixture
def double(world: Any) -> Member:
    """Chen was entered twice in A."""
    return make_member(world.a, "陈党员", since=date(2018, 7, 1))


def by(world: Any) -> dict[str, Any]:
    return {"actor": world.user("li"), "scope": world.scope("li"), "at": world.now}


def entry(**fields: Any) -> Entry:
    return Entry(**{"kind": "general", "title": "三月党员大会", "held_on": HELD, **fields})


def make_one(world: Any, double: Member) -> None:
    pair = [Member.unscoped.get(pk=pk) for pk in (world.chen.pk, double.pk)]
    choice = Choice(from_merged=(), basis="同一身份证")
    merge(*pair, choice, versions=(pair[0].version, pair[1].version), **by(world))


def absent(pk: int) -> Absence:
    return Absence(pk, Presence.ABSENT)


def test_ids_are_followed_to_the_person_however_often_they_were_merged(world: Any, double: Member) -> None:
    third = make_member(world.a, "陈党员", merged_into=double)
    Member.unscoped.filter(pk=double.pk).update(merged_into=world.chen)

    assert survivors_of([third.pk, double.pk, world.chen.pk, None]) == {
        third.pk: world.chen.pk, double.pk: world.chen.pk,
    }  # fmt: skip
    assert aliases_of([world.chen.pk]) == {third.pk: world.chen.pk, double.pk: world.chen.pk}
    assert ids_of(world.chen.pk) == sorted([world.chen.pk, double.pk, third.pk])
    assert people_of([third.pk, world.sun.pk]) == {world.chen.pk, world.sun.pk}


def test_an_entry_names_the_person_once() -> None:
    typed = entry(
        chair_id=2, recorder_id=None, absences=(absent(1), Absence(2, Presence.LEAVE), absent(3)),
        items=(Item("议题", "", (FollowUp("落实", 2, HELD), FollowUp("再议"))),),
    )  # fmt: skip

    done = redirected(typed, {2: 1})

    assert ids_named(typed) == {1, 2, 3}
    assert (done.chair_id, done.recorder_id) == (1, None)
    assert done.absences == (absent(1), absent(3))
    assert [each.owner_id for each in done.items[0].decisions] == [1, None]
    assert redirected(typed, {}) == typed


def test_an_absence_sent_under_the_other_id_is_the_person_s(world: Any, double: Member) -> None:
    make_one(world, double)

    row = work.record_meeting(entry(absences=(absent(double.pk),)), branch=world.a, **by(world))

    assert world.chen.pk in row.absent_ids
    assert double.pk not in {*row.present_ids, *row.absent_ids, *row.leave_ids}
    assert not LastSeen.objects.filter(member__in=[world.chen, double]).exists()


def test_a_record_from_before_the_merge_is_put_right_for_the_person(world: Any, double: Member) -> None:
    """The second record was there, the first marked absent: the person was there."""
    before = work.record_meeting(
        entry(absences=(absent(world.chen.pk), absent(world.sun.pk)), chair_id=double.pk,
              items=(Item("议题", "", (FollowUp("落实", double.pk, date(2026, 4, 1)),)),)),
        branch=world.a, **by(world),
    )  # fmt: skip
    make_one(world, double)
    row = Activity.unscoped.get(pk=before.pk)
    setting = setting_for(world.a, row.kind, None, HELD, [*row.present_ids, *row.absent_ids])

    assert double.pk not in setting.branch_ids
    assert set(marks_of(row)) == {world.sun.pk}
    assert over(row, setting)["chair"] == world.chen.pk
    assert over(row, setting)["recorder"] is None
    assert items_of(row)[0].decisions[0].owner_id == world.chen.pk

    shown = entry(
        absences=tuple(absences_of(row)), chair_id=double.pk, items=tuple(items_of(row)), place="会议室"
    )
    after = work.amend_meeting(row, shown, seen_version=row.version, **by(world))

    assert world.chen.pk in after.present_ids
    assert double.pk not in {*after.present_ids, *after.absent_ids}
    assert after.chair_id == world.chen.pk
    seen = LastSeen.objects.get(member=world.chen, source="attendance")
    assert (seen.on, LastSeen.objects.filter(member=double, on__gt=HELD).count()) == (HELD, 0)


def test_the_page_of_an_old_record_shows_the_person_once_and_saves(world: Any, double: Member) -> None:
    row = work.record_meeting(entry(), branch=world.a, **by(world))
    make_one(world, double)
    address = f"/activities/{row.pk}/amend/"

    client = world.client("li")
    page = client.get(address).content.decode()
    (roster,) = re.findall(r'name="roster"\s+value="([\d,]+)"', page)
    marks = {f"p-{pk}": "here" for pk in roster.split(",")}
    saved = client.post(address, typed(world, roster=roster, version=row.version, **marks))

    assert f'name="p-{world.chen.pk}"' in page
    assert f'name="p-{double.pk}"' not in page
    after = Activity.unscoped.get(pk=row.pk)
    assert (saved.status_code, after.version) == (302, row.version + 1)
    assert world.chen.pk in after.present_ids
    assert double.pk not in {*after.present_ids, *after.absent_ids, *after.leave_ids}


def test_a_merge_stays_once_an_old_record_was_put_right(world: Any, double: Member) -> None:
    said = entry(absences=(absent(world.chen.pk),))
    row = work.record_meeting(said, branch=world.a, **by(world))
    make_one(world, double)
    moved = replace(said, place="支部活动室")

    work.amend_meeting(row, moved, seen_version=row.version, **by(world))

    with pytest.raises(Refused) as refusal:
        undo(Merge.unscoped.get(), **by(world))
    assert refusal.value.code == "merge_touched"


def test_a_sighting_noted_late_under_the_other_id_is_the_person_s(world: Any, double: Member) -> None:
    make_one(world, double)

    note_attendance([double.pk, world.sun.pk], HELD, "activities.activity:7")

    assert set(LastSeen.objects.values_list("member_id", flat=True)) == {world.chen.pk, world.sun.pk}


def test_a_guest_with_the_old_number_is_credited_to_the_person(world: Any, double: Member) -> None:
    make_one(world, double)

    credit([(double.number, "陈党员")], Visit(world.b, HELD, "党员大会", "activities.activity:8"))

    assert HostAttendance.objects.get().member_id == world.chen.pk


def test_whoever_left_is_no_guest_by_an_old_number(world: Any, double: Member) -> None:
    Member.unscoped.filter(pk=double.pk).update(standing="ended")

    credit([(double.number, "陈党员")], Visit(world.b, HELD, "党员大会", "activities.activity:8"))

    assert not HostAttendance.objects.exists()


def test_replacing_keeps_what_else_was_typed() -> None:
    assert replace(redirected(entry(note="记录"), {}), note="") == entry()
