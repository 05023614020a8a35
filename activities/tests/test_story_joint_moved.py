"""The host moves, calls off, records and voids what it invited a branch to: the branch is told, once each."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, PlanMove
from activities.models import Activity, Invitation
from activities.rules.plan_moves import Appointment
from activities.tests.pages import page
from activities.tests.plans import THEME, by, entry, plan, record, told
from activities.workflows import joint
from activities.workflows.meetings import NotHeld, amend_meeting, record_not_held, void_record
from activities.workflows.plans import PlanWords, move_plan
from branches.tests.factories import make_organization
from orgportal.core.models import Notification

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]


def move(world: Any, row: Activity, name: PlanMove, on: date | None = None, reason: str = "") -> Activity:
    row.refresh_from_db()
    words = PlanWords(Appointment(on) if on else None, reason)
    return move_plan(row, name, words, seen_version=row.version, **by(world))


def news(world: Any) -> list[str]:
    return [rule.partition("joint_")[2] for rule in told(world, "wang") if "joint_" in rule]


def test_the_invited_hear_what_becomes_of_the_day(world: Any, as_: As) -> None:
    row = plan(world, title="义务植树")
    invitation = joint.invite(row, world.c, **by(world))
    refusing = joint.invite(row, make_organization(world.committee_2, "不来党支部"), **by(world))
    Invitation.unscoped.filter(pk=refusing.pk).update(
        state="declined", reason="无人", answered_at=world.now, answered_by=world.user("li")
    )
    address = invitation.get_absolute_url()
    assert "原定" not in page(as_("wang").get(address))

    move(world, row, PlanMove.MOVE, date(2026, 3, 24))
    moved = page(as_("wang").get(address))
    assert "原定于2026年3月20日" in moved.replace(" ", "")
    assert "invitation-record" not in moved
    move(world, row, PlanMove.POSTPONE, reason="防汛")
    assert "防汛" in page(as_("wang").get(address))
    assert as_("wang").get(f"/api/v1/invitations/{invitation.pk}/").json()["host_state"] == "postponed"
    move(world, row, PlanMove.CANCEL, reason="取消")
    move(world, row, PlanMove.MOVE, date(2026, 3, 24))

    assert news(world) == ["invited", "moved", "off", "off", "moved"]
    off = Notification.unscoped.filter(recipient=world.user("wang"), rule="activities.joint_off").earliest(
        "pk"
    )
    assert off.url == address
    assert "防汛" in page(as_("wang").get("/inbox/"))


def test_a_record_of_another_day_its_amendment_and_its_end_are_told(world: Any) -> None:
    row = plan(world, title="义务植树")
    joint.invite(row, world.c, **by(world))

    row = record(world, date(2026, 3, 5))
    row = amend_meeting(row, entry(world, date(2026, 3, 5), note="字"), seen_version=row.version, **by(world))
    row = amend_meeting(row, entry(world, date(2026, 3, 6)), seen_version=row.version, **by(world))
    void_record(row, reason="家事", seen_version=row.version, **by(world))

    assert news(world) == ["invited", "moved", "moved", "off"]
    assert Notification.unscoped.filter(rule="activities.joint_off").get().params["reason"] == ""


def test_not_held_and_held_inside_another_are_told(world: Any) -> None:
    first, lecture = plan(world, title="植树"), plan(world, kind=ActivityKind.LECTURE, title="党课")
    for row in (first, lecture):
        joint.invite(row, world.c, **by(world))

    record_not_held(NotHeld(THEME, date(2026, 3, 9), "防汛"), branch=world.a, **by(world))
    general = record(world, kind=ActivityKind.GENERAL, also_kinds=(ActivityKind.LECTURE,))
    void_record(general, reason="误录", seen_version=1, **by(world))

    lecture.refresh_from_db()
    assert lecture.state == ActivityState.PLANNED
    assert news(world) == ["invited", "invited", "off", "off", "moved"]
