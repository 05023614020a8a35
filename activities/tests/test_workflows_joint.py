"""Joint activities: invited, taken up by one's own record, declined, withdrawn, asked again."""

from datetime import date
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, InvitationState
from activities.models import Activity, Invitation
from activities.queries.joint import joint_sheet, waiting_for
from activities.rules.records import Entry
from activities.tests.factories import make_activity
from activities.workflows import joint as work
from activities.workflows.stamps import UNCONFIRMED
from branches.tests.factories import make_organization
from members.tests.test_races_transfer import together
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification

DAY = date(2026, 3, 4)
pytestmark = pytest.mark.usefixtures("on_the_day")


def by(world: Any, persona: str) -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}


def theme_day(world: Any, branch: Any = None, **fields: Any) -> Activity:
    shape = {"kind": ActivityKind.THEME_DAY, "title": "义务植树", "held_on": DAY, **fields}
    return make_activity(branch or world.a, world.li.user, [], **shape)


def entry_of(world: Any, **changes: Any) -> Entry:
    shape = {"kind": ActivityKind.THEME_DAY, "title": "义务植树", "held_on": DAY, "chair_id": world.wang.pk}
    return Entry(**{**shape, **changes})


def invited(world: Any, **fields: Any) -> Invitation:
    return work.invite(theme_day(world, **fields), world.c, **by(world, "li"))


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_the_invited_are_told_once_and_see_what_is_announced(world: Any) -> None:
    invitation = invited(world)

    again = work.invite(invitation.activity, world.c, **by(world, "ran"))

    assert again.pk == invitation.pk
    (told,) = Notification.unscoped.filter(rule="activities.joint_invited")
    assert (told.recipient, told.url) == (world.wang.user, invitation.get_absolute_url())
    assert AuditEntry.objects.filter(action="joint.invited").count() == 1
    assert list(waiting_for(world.scope("wang"))) == [invitation]
    assert not waiting_for(world.scope("li")).exists()
    assert not Activity.objects.visible_to(world.scope("wang")).exists()


def test_their_part_is_their_own_record_and_the_host_is_told(world: Any) -> None:
    invitation = invited(world)

    record = work.take_up(invitation, entry_of(world), **by(world, "wang"))

    assert (record.branch, record.present_ids) == (world.c, [world.wang.pk])
    row = Invitation.unscoped.get()
    assert (row.state, row.record, row.answered_by) == (InvitationState.TAKEN_UP, record, world.wang.user)
    assert Notification.unscoped.get(rule="activities.joint_taken_up").recipient == world.li.user
    assert not Activity.objects.visible_to(world.scope("li")).filter(pk=record.pk).exists()
    assert joint_sheet(record, world.scope("wang")).of == row
    assert joint_sheet(row.activity, world.scope("li")).invited == [row]
    assert code_of(work.take_up, invitation, entry_of(world), **by(world, "wang")) == "joint_answered"


def test_a_record_made_before_is_named_instead_of_typed_again(world: Any) -> None:
    invitation, own = invited(world), theme_day(world, world.c)

    assert work.link(invitation, own, **by(world, "wang")).record == own

    second = work.invite(theme_day(world, title="义务劳动"), world.c, **by(world, "li"))
    assert code_of(work.link, second, own, **by(world, "wang")) == "joint_record_taken"
    elsewhere = theme_day(world, world.b)
    assert code_of(work.link, second, elsewhere, **by(world, "wang")) == "joint_record_elsewhere"
    other_day = theme_day(world, world.c, held_on=date(2026, 3, 3))
    assert code_of(work.link, second, other_day, **by(world, "wang")) == "joint_other_meeting"


def test_an_entry_voided_since_leaves_the_invitation_open(world: Any) -> None:
    invitation = invited(world)
    record = work.take_up(invitation, entry_of(world), **by(world, "wang"))
    Activity.unscoped.filter(pk=record.pk).update(state=ActivityState.VOID, reason="录错", **UNCONFIRMED)
    assert list(waiting_for(world.scope("wang"))) == [invitation]

    assert work.decline(invitation, "改期", **by(world, "wang")).record is None


def test_a_no_has_a_reason_and_can_be_asked_again(world: Any) -> None:
    invitation = invited(world)
    assert code_of(work.decline, invitation, " ", **by(world, "wang")) == "reason_missing"

    work.decline(invitation, "同日有支部活动", **by(world, "wang"))

    assert Notification.unscoped.get(rule="activities.joint_declined").params["reason"] == "同日有支部活动"
    assert code_of(work.withdraw, invitation, **by(world, "li")) == "joint_answered"
    again = work.invite(invitation.activity, world.c, **by(world, "ran"))
    assert (again.pk, again.state, again.reason, again.answered_by) == (invitation.pk, "open", "", None)


def test_the_host_takes_back_what_nobody_answered(world: Any) -> None:
    invitation = invited(world)

    assert work.withdraw(invitation, **by(world, "li")).state == InvitationState.WITHDRAWN

    assert code_of(work.take_up, invitation, entry_of(world), **by(world, "wang")) == "joint_answered"
    assert not Activity.unscoped.filter(branch=world.c).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": ActivityKind.GENERAL}, "joint_not_this_kind"),
        ({"state": ActivityState.DID_NOT_MEET, "reason": "防汛"}, "joint_not_held"),
    ],
)
def test_what_is_not_held_together(world: Any, changes: dict[str, Any], code: str) -> None:
    assert code_of(work.invite, theme_day(world, **changes), world.c, **by(world, "li")) == code


def test_whom_one_cannot_invite(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    host = theme_day(world)
    gone = make_organization(world.committee_2, "已撤销党支部", dissolved_on=world.today)

    for branch, code in (
        (world.a, "joint_own_branch"), (world.committee_2, "branch_expected"), (gone, "branch_dissolved"),
    ):  # fmt: skip
        assert code_of(work.invite, host, branch, **by(world, "li")) == code
    monkeypatch.setattr(work, "MOST_INVITED", 1)
    work.invite(host, world.c, **by(world, "li"))
    assert code_of(work.invite, host, world.b, **by(world, "li")) == "joint_too_many"


def test_a_branch_to_be_dissolved_may_still_come(world: Any) -> None:
    closing = make_organization(world.committee_2, "将撤销党支部", dissolved_on=date(2026, 12, 31))

    assert work.invite(theme_day(world), closing, **by(world, "li")).is_open


def test_nobody_answers_for_another_branch_nor_what_the_host_voided(world: Any) -> None:
    invitation = invited(world)

    for persona in ("li", "zhao", "chen"):
        with pytest.raises(NotAllowed):
            work.take_up(invitation, entry_of(world), **by(world, persona))
    with pytest.raises(NotAllowed):
        work.invite(invitation.activity, world.b, **by(world, "wang"))
    other_kind = entry_of(world, kind=ActivityKind.LECTURE)
    assert code_of(work.take_up, invitation, other_kind, **by(world, "wang")) == "joint_other_meeting"
    Activity.unscoped.filter(pk=invitation.activity_id).update(
        state=ActivityState.VOID, reason="录错", **UNCONFIRMED
    )
    assert code_of(work.decline, invitation, "改期", **by(world, "wang")) == "joint_not_held"
    assert not waiting_for(world.scope("wang")).exists()


@pytest.mark.usefixtures("committed_db")
def test_of_two_who_take_it_up_at_once_one_records(world: Any) -> None:
    invitation = invited(world)

    def recorded() -> Activity:
        return work.take_up(invitation, entry_of(world), **by(world, "wang"))

    results = together(recorded, recorded)

    assert sorted(type(each).__name__ for each in results) == ["Activity", "Refused"]
    assert Activity.unscoped.filter(branch=world.c).count() == 1
