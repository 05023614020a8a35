"""Recording, amending and voiding: one transaction each, with everything that hangs on it."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, DutyState, LeaveReason, Presence
from activities.models import Activity, ActivityRevision, Decision, Duty
from activities.rules.records import Absence, Entry, FollowUp, Item
from activities.workflows.duties import open_duties
from activities.workflows.meetings import NotHeld, amend_meeting, record_meeting, record_not_held, void_record
from branches.choices import Kind, PostKind
from branches.tests.factories import NOW, make_group, make_organization
from members.choices import PeriodReason, Standing
from members.models import BranchPeriod, LastSeen
from members.tests.factories import make_member, make_post
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification, OutboxEvent

TODAY = date(2026, 3, 10)
GENERAL = "meeting.general.freq"


def entry_for(world: Any, **changes: Any) -> Entry:
    ids = (world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk)
    base = Entry(
        kind=ActivityKind.GENERAL,
        title="第一季度支部党员大会",
        held_on=date(2026, 3, 5),
        starts_at=time(9),
        ends_at=time(10, 30),
        place="党群活动室",
        chair_id=world.li.pk,
        recorder_id=world.ran.pk,
        roster_ids=ids,
        absences=(Absence(world.sun.pk, Presence.LEAVE, LeaveReason.ILLNESS, "住院"),),
        items=(
            Item("经费公开", "逐项说明", (FollowUp("公示一季度账目", world.chen.pk, date(2026, 4, 1)),)),
            Item("其他"),
        ),
    )
    return replace(base, **changes)


def record(world: Any, persona: str = "li", is_another: bool = False, **changes: Any) -> Activity:
    return record_meeting(
        entry_for(world, **changes), branch=world.a, actor=world.user(persona), scope=world.scope(persona),
        at=NOW, is_another=is_another,
    )  # fmt: skip


def amend(world: Any, activity: Activity, entry: Entry, persona: str = "li", version: int = 1) -> Activity:
    return amend_meeting(
        activity, entry, seen_version=version, actor=world.user(persona), scope=world.scope(persona),
        at=NOW + timedelta(hours=1),
    )  # fmt: skip


def void(world: Any, activity: Activity, reason: str = "录错支部", version: int = 1) -> Activity:
    return void_record(
        activity, reason=reason, seen_version=version, actor=world.user("li"), scope=world.scope("li"),
        at=NOW + timedelta(hours=1),
    )  # fmt: skip


def move(member: Any, branch: Any, on: date) -> None:
    """As an accepted transfer leaves it."""
    BranchPeriod.objects.filter(member=member).update(ends_on=on - timedelta(days=1))
    BranchPeriod.objects.create(
        member=member, branch=branch, starts_on=on, reason=PeriodReason.TRANSFERRED, recorded_at=NOW
    )
    member.branch, member.path = branch, branch.path
    member.save()


def test_recording_writes_everything_that_hangs_on_it(world: Any) -> None:
    open_duties(TODAY)

    activity = record(world, also_kinds=(ActivityKind.LECTURE,))

    assert (activity.present, activity.expected) == (3, 4)
    assert (activity.voters_present, activity.voters_expected) == (3, 4)
    assert activity.present_ids == [world.chen.pk, world.li.pk, world.ran.pk]
    assert list(activity.exceptions.values_list("member", "presence", "reason", "remark")) == [
        (world.sun.pk, "leave", "illness", "住院")
    ]
    assert [(item.topic, item.position) for item in activity.items.order_by("position")] == [
        ("经费公开", 1),
        ("其他", 2),
    ]
    decision = Decision.unscoped.get()
    assert (decision.owner, decision.due_on) == (world.chen, date(2026, 4, 1))
    met = set(Duty.unscoped.filter(activity=activity).values_list("rule", "state"))
    assert met == {(GENERAL, DutyState.ON_TIME), ("lecture.freq", DutyState.ON_TIME)}
    assert set(LastSeen.objects.values_list("member", "on")) == {
        (pk, date(2026, 3, 5)) for pk in activity.present_ids
    }
    assert AuditEntry.objects.get(action="activity.recorded").target_id == activity.pk
    assert OutboxEvent.objects.get(topic="activity.changed").payload == {"branch_id": world.a.pk}
    notice = Notification.unscoped.get()
    assert (notice.recipient, notice.rule) == (world.chen.user, "activities.decision_assigned")


@pytest.mark.parametrize("persona", ["zhao", "qian", "wang", "chen", "sys"])
def test_only_the_branch_records(world: Any, persona: str) -> None:
    with pytest.raises(NotAllowed):
        record(world, persona)

    assert not Activity.unscoped.exists()


def test_a_recorder_records(world: Any) -> None:
    assert record(world, "ran").recorded_by == world.ran.user


def test_a_group_leader_records_the_own_group_only(world: Any) -> None:
    own, other = make_group(world.a), make_group(world.a, "第二党小组")
    make_post(world.chen, world.a, PostKind.GROUP_LEADER, group=own)
    for member in (world.chen, world.sun):
        member.group = own
        member.save()
    group_entry = {
        "kind": ActivityKind.GROUP, "group_id": own.pk, "roster_ids": (world.chen.pk, world.sun.pk),
        "chair_id": world.chen.pk,
    }  # fmt: skip

    activity = record(world, "chen", **group_entry)

    assert (activity.group, activity.present, activity.expected) == (own, 1, 2)
    with pytest.raises(NotAllowed):
        record(world, "chen", **{**group_entry, "group_id": other.pk})
    with pytest.raises(NotAllowed):
        record(world, "chen")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": date(2026, 3, 11)}, "held_in_the_future"),
        ({"ends_at": time(8)}, "ends_before_it_starts"),
        ({"kind": ActivityKind.GROUP, "roster_ids": None}, "group_missing"),
        ({"group_id": 10**6}, "group_unknown"),
        ({"chair_id": 10**6}, "chair_not_on_roster"),
        ({"held_on": date(2009, 1, 1)}, "before_the_branch"),
        ({"absences": tuple(Absence(pk, Presence.ABSENT) for pk in range(5))}, "more_away_than_on_roster"),
        ({"absences": (Absence(10**6, Presence.ABSENT),)}, "not_on_roster"),
    ],
)
def test_recording_refuses(world: Any, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        record(world, **changes)

    assert refusal.value.code == code
    assert not Activity.unscoped.exists()


def test_a_committee_or_a_dissolved_branch_records_nothing(world: Any) -> None:
    scope = world.scope("li")
    world.a.kind = Kind.GENERAL_BRANCH
    world.a.save()
    with pytest.raises(Refused, match="branch_expected"):
        record_meeting(entry_for(world), branch=world.a, actor=world.li.user, scope=scope, at=NOW)
    world.a.kind, world.a.dissolved_on = Kind.BRANCH, date(2026, 3, 1)
    world.a.save()
    with pytest.raises(Refused, match="branch_dissolved"):
        record_meeting(entry_for(world), branch=world.a, actor=world.li.user, scope=scope, at=NOW)


def test_a_second_of_the_same_kind_on_the_same_day_has_to_be_confirmed(world: Any) -> None:
    record(world)

    with pytest.raises(Refused) as refusal:
        record(world)
    assert (refusal.value.code, refusal.value.params["title"]) == (
        "same_kind_same_day",
        "第一季度支部党员大会",
    )

    record(world, is_another=True)
    record(world, kind=ActivityKind.THEME_DAY)
    assert Activity.unscoped.count() == 3


def test_a_roster_that_changed_meanwhile_names_who_came_and_went(world: Any) -> None:
    move(world.sun, world.b, date(2026, 3, 2))
    make_member(world.a, "郑新来")

    with pytest.raises(Refused) as refusal:
        record(world)

    assert refusal.value.code == "roster_changed"
    assert refusal.value.params == {"joined": "郑新来", "left": "孙党员"}


def test_probationary_members_attend_but_do_not_count_as_voters(world: Any) -> None:
    new = make_member(world.a, "郑预备", standing=Standing.PROBATIONARY, confirmed_on=None)

    activity = record(world, roster_ids=(*entry_for(world).roster_ids, new.pk))

    assert (activity.expected, activity.voters_expected, activity.voters_present) == (5, 4, 3)


def test_saying_no_meeting_was_held_answers_the_duty(world: Any) -> None:
    said = NotHeld(ActivityKind.GENERAL, TODAY, "防汛抢险", is_excused=False)

    activity = record_not_held(said, branch=world.a, actor=world.li.user, scope=world.scope("li"), at=NOW)

    duty = Duty.unscoped.get(rule=GENERAL)
    assert activity.state == ActivityState.DID_NOT_MEET
    assert (duty.state, duty.reason, duty.activity) == (DutyState.DID_NOT_MEET, "防汛抢险", activity)

    excused = record_not_held(
        replace(said, is_excused=True), branch=world.a, actor=world.li.user, scope=world.scope("li"), at=NOW
    )
    duty.refresh_from_db()
    assert (duty.state, duty.activity) == (DutyState.EXCUSED, excused)
    assert AuditEntry.objects.filter(action__in=["activity.not_held", "activity.excused"]).count() == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (NotHeld(ActivityKind.GENERAL, TODAY, " "), "reason_missing"),
        (NotHeld(ActivityKind.GENERAL, date(2026, 3, 11), "防汛"), "held_in_the_future"),
        (NotHeld(ActivityKind.GROUP, TODAY, "防汛"), "group_missing"),
        (NotHeld(ActivityKind.GENERAL, date(2026, 3, 6), "防汛"), "already_held"),
    ],
)
def test_saying_no_meeting_is_refused(world: Any, said: NotHeld, code: str) -> None:
    record(world)

    with pytest.raises(Refused, match=code):
        record_not_held(said, branch=world.a, actor=world.li.user, scope=world.scope("li"), at=NOW)
    assert Activity.unscoped.count() == 1


def test_a_group_is_not_named_where_the_branch_did_not_meet(world: Any) -> None:
    said = NotHeld(ActivityKind.GENERAL, TODAY, "防汛", group_id=make_group(world.a).pk)

    with pytest.raises(Refused, match="group_not_wanted"):
        record_not_held(said, branch=world.a, actor=world.li.user, scope=world.scope("li"), at=NOW)


def test_amending_keeps_what_was_said_before_and_follows_up_everywhere(world: Any) -> None:
    activity = record(world)
    Decision.unscoped.update(done_on=date(2026, 3, 9), result="已公示")
    before = Decision.unscoped.get()
    new_items = (
        Item("新增议题", "", (FollowUp("另议", world.sun.pk, date(2026, 5, 1)),)),
        Item("经费公开", "逐项说明", (FollowUp("公示一季度账目", world.chen.pk, date(2026, 4, 2)),)),
    )
    entry = entry_for(
        world, place="二楼会议室", held_on=date(2026, 2, 26),
        absences=(Absence(world.chen.pk, Presence.ABSENT),), items=new_items,
    )  # fmt: skip

    amended = amend(world, activity, entry)

    revision = ActivityRevision.objects.get()
    assert (amended.version, amended.place, amended.present) == (2, "二楼会议室", 3)
    assert (revision.version, revision.content["place"]) == (1, "党群活动室")
    assert revision.content["items"][0]["decisions"][0]["due_on"] == "2026-04-01"
    kept = Decision.unscoped.get(pk=before.pk)
    assert (kept.done_on, kept.due_on, kept.item.position) == (date(2026, 3, 9), date(2026, 4, 2), 2)
    assert Decision.unscoped.count() == 2
    assert set(LastSeen.objects.values_list("member", "on")) == {
        (member.pk, date(2026, 2, 26)) for member in (world.li, world.ran, world.sun)
    }
    changes = AuditEntry.objects.get(action="activity.amended").changes
    assert sorted(changes) == [
        "absent_ids", "exceptions", "held_on", "items", "leave_ids", "place", "present_ids"
    ]  # fmt: skip


def test_an_amendment_that_changes_nothing_leaves_no_trace(world: Any) -> None:
    activity = record(world)

    assert amend(world, activity, entry_for(world)).version == 1
    assert not ActivityRevision.objects.exists()


def test_a_record_moved_to_another_quarter_moves_its_duty(world: Any) -> None:
    open_duties(TODAY)
    activity = record(world)

    amend(world, activity, entry_for(world, held_on=date(2025, 12, 20)))

    states = dict(Duty.unscoped.filter(branch=world.a, rule=GENERAL).values_list("starts_on", "state"))
    assert states == {date(2026, 1, 1): DutyState.NOT_DUE, date(2025, 10, 1): DutyState.LATE}


def test_two_people_amending_at_once_the_second_is_shown_the_first(world: Any) -> None:
    activity = record(world)
    amend(world, activity, entry_for(world, place="甲处"), "ran")

    with pytest.raises(StaleVersion) as refusal:
        amend(world, activity, entry_for(world, place="乙处"))

    assert refusal.value.current.place == "甲处"


def test_whoever_has_left_stays_on_the_record_of_that_day(world: Any) -> None:
    activity = record(world)
    move(world.sun, world.b, date(2026, 3, 2))

    amended = amend(world, activity, entry_for(world, place="二楼"))

    assert (amended.expected, amended.leave_ids) == (4, [world.sun.pk])


def test_only_what_was_held_is_amended(world: Any) -> None:
    said = NotHeld(ActivityKind.GENERAL, TODAY, "防汛")
    activity = record_not_held(said, branch=world.a, actor=world.li.user, scope=world.scope("li"), at=NOW)

    with pytest.raises(Refused, match="not_held"):
        amend(world, activity, entry_for(world))


def test_voiding_takes_the_record_out_of_every_count_and_keeps_it(world: Any) -> None:
    open_duties(TODAY)
    earlier = record(world, kind=ActivityKind.THEME_DAY, held_on=date(2026, 1, 15), absences=())
    activity = record(world)

    voided = void(world, activity)

    assert (voided.state, voided.reason, voided.version) == (ActivityState.VOID, "录错支部", 2)
    assert ActivityRevision.objects.get().content["state"] == "held"
    assert (
        Duty.unscoped.get(rule=GENERAL, starts_on=date(2026, 1, 1), branch=world.a).state == DutyState.NOT_DUE
    )
    assert set(LastSeen.objects.values_list("on", "evidence")) == {
        (date(2026, 1, 15), f"activities.activity:{earlier.pk}")
    }
    assert LastSeen.objects.count() == 4
    assert AuditEntry.objects.get(action="activity.voided").changes == {"reason": "录错支部"}


def test_voiding_the_only_record_leaves_nobody_seen(world: Any) -> None:
    void(world, record(world))

    assert not LastSeen.objects.exists()


def test_voiding_needs_a_reason_and_happens_once(world: Any) -> None:
    activity = record(world)

    with pytest.raises(Refused, match="reason_missing"):
        void(world, activity, reason=" ")
    void(world, activity)
    with pytest.raises(StaleVersion):
        void(world, activity)
    with pytest.raises(Refused, match="already_void"):
        void(world, activity, version=2)
    with pytest.raises(NotAllowed):
        void_record(
            activity, reason="x", seen_version=2, actor=world.wang.user, scope=world.scope("wang"), at=NOW
        )


def test_whoever_typed_the_decision_or_has_no_account_gets_no_notice(world: Any) -> None:
    silent = make_member(world.a, "郑无号")
    items = (
        Item("甲", "", (FollowUp("自己办", world.li.pk, TODAY), FollowUp("他办", silent.pk, TODAY))),
        Item("乙", "", (FollowUp("都同意"),)),
    )

    record(world, items=items, roster_ids=None)

    assert not Notification.unscoped.exists()


def test_a_branch_elsewhere_is_not_touched(world: Any) -> None:
    make_organization(world.committee_1)
    record(world)

    assert set(Duty.unscoped.values_list("branch", flat=True)) == {world.a.pk}


def test_whoever_typed_a_record_learns_that_it_was_voided(world: Any) -> None:
    activity = record(world, "ran", items=())

    void(world, activity)

    notice = Notification.unscoped.exclude(rule="activities.record_to_confirm").get()
    assert (notice.recipient, notice.rule) == (world.ran.user, "activities.record_voided")
    assert notice.params == {"title": activity.title, "held_on": "2026-03-05", "reason": "录错支部"}
