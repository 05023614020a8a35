from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Activity, AgendaItem, Decision, Duty
from activities.tasks import plan_reminders
from activities.tests.factories import make_activity
from activities.workflows import reminders
from branches.choices import PostKind
from branches.models import Organization
from members.models import Member, Post
from members.tests.factories import make_member, make_person, make_post
from orgportal.core import reminders as ground
from orgportal.core.models import Notification, Reminder
from orgportal.core.tests.asking import objection

TODAY = date(2026, 3, 10)
NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def make_duty(world: Any, due_on: date, **fields: Any) -> Duty:
    return Duty.unscoped.create(
        **{
            "rule": "themeday.freq", "branch": world.a, "starts_on": due_on.replace(day=1), "ends_on": due_on,
            "due_on": due_on, "recorded_at": NINE, "decided_at": NINE, **fields,
        }
    )  # fmt: skip


def make_decision(world: Any, due_on: date, **fields: Any) -> Decision:
    activity = make_activity(world.a, world.li.user, [world.li, world.chen])
    item = AgendaItem.objects.create(activity=activity, position=1, topic="为民服务")
    return Decision.unscoped.create(
        **{"item": item, "text": "走访困难党员", "owner": world.chen, "due_on": due_on, **fields}
    )


def planned() -> list[tuple[str, str, int]]:
    rows = Reminder.objects.order_by("pk").values_list("rule", "recipient__user_name", "step")
    return [(rule.partition(".")[2], name, step) for rule, name, step in rows]


@pytest.mark.parametrize(
    ("due_on", "step"),
    [
        (date(2026, 3, 19), None),
        (date(2026, 3, 18), -7),
        (date(2026, 3, 12), -7),
        (date(2026, 3, 11), 0),
        (date(2026, 3, 4), 7),
        (date(2026, 1, 31), None),
    ],
)
def test_duty_is_reminded_before_on_and_after(world: Any, due_on: date, step: int | None) -> None:
    make_duty(world, due_on)

    reminders.plan(TODAY, at=NINE)

    assert planned() == ([] if step is None else [("duty_due", "li", step)])


@pytest.mark.parametrize("state", [DutyState.EXCUSED, DutyState.DID_NOT_MEET, DutyState.NOT_APPLICABLE])
def test_duty_that_is_answered_is_left_alone(world: Any, state: DutyState) -> None:
    make_duty(world, TODAY, state=state)

    reminders.plan(TODAY, at=NINE)

    assert planned() == []


@pytest.mark.parametrize(
    ("fields", "is_silent"),
    [
        ({"held_on": date(2026, 3, 12)}, True),
        ({"held_on": TODAY}, True),
        ({"held_on": date(2026, 3, 9)}, False),
        ({"held_on": date(2026, 3, 20)}, False),
        ({"held_on": date(2026, 3, 12), "state": ActivityState.POSTPONED, "reason": "防汛"}, False),
        ({"held_on": date(2026, 3, 12), "kind": ActivityKind.GENERAL}, False),
    ],
)
def test_a_duty_is_not_nagged_about_while_its_plan_is_to_come(
    world: Any, fields: dict[str, Any], is_silent: bool
) -> None:
    """Nor does a reminder planned before go out; once the day has passed it speaks."""
    make_duty(world, date(2026, 3, 12))
    reminders.plan(TODAY, at=NINE)
    waits = Reminder.objects.get()
    Reminder.objects.all().delete()

    shape = {"kind": ActivityKind.THEME_DAY, "state": ActivityState.PLANNED, "title": "主题党日"}
    make_activity(world.a, world.li.user, **{**shape, **fields})
    reminders.plan(TODAY, at=NINE)

    assert bool(planned()) is not is_silent
    assert reminders.duty_objections([waits], NINE).get(waits.pk, "") == ("planned" if is_silent else "")


@pytest.mark.parametrize(
    ("due_on", "step"),
    [(date(2026, 3, 15), None), (date(2026, 3, 14), -3), (date(2026, 3, 10), 0), (date(2026, 3, 3), 7)],
)
def test_follow_up_is_reminded_to_who_answers_for_it(world: Any, due_on: date, step: int | None) -> None:
    make_decision(world, due_on)

    reminders.plan(TODAY, at=NINE)

    above = [("decision_overdue", "li", step)] if step == 7 else []
    assert planned() == ([] if step is None else [("decision_due", "chen", step), *above])


def test_the_reminder_of_a_follow_up_leads_where_the_person_can_go(world: Any, as_: Any) -> None:
    make_decision(world, TODAY)

    reminders.plan(TODAY, at=NINE)

    assert as_("chen").get(Reminder.objects.get().url).status_code == 200


def test_follow_up_of_a_record_merged_away_is_reminded_to_the_person(world: Any) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    make_decision(world, TODAY, owner=double)

    reminders.plan(TODAY, at=NINE)
    ground.send_due(at=NINE)

    assert planned() == [("decision_due", "chen", 0)]
    assert Reminder.objects.get().outcome == ""


def test_follow_up_planned_before_the_merge_still_goes_out(world: Any) -> None:
    """The account crossed over to the surviving record."""
    user, survivor = world.chen.user, make_member(world.a, "陈党员")
    make_decision(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    Member.unscoped.filter(pk=world.chen.pk).update(user=None, merged_into=survivor)
    Member.unscoped.filter(pk=survivor.pk).update(user=user)

    ground.send_due(at=NINE)

    assert Reminder.objects.get().outcome == ""


def test_follow_up_of_somebody_without_an_account_is_told_to_the_branch(world: Any) -> None:
    make_decision(world, TODAY, owner=make_member(world.a, "周党员"))

    reminders.plan(TODAY, at=NINE)
    ground.send_due(at=NINE)

    assert planned() == [("decision_unowned", "li", 0)]
    note = Notification.unscoped.get()
    with ground.translation.override("zh-hans"):
        said = ground.sentence(note.rule, note.params)
    assert ("周党员" in said, "走访困难党员" in said) == (True, True)


def test_an_account_that_was_closed_is_none_and_the_branch_is_told_once(world: Any) -> None:
    make_decision(world, date(2026, 3, 3))
    world.chen.user.is_active = False
    world.chen.user.save()

    reminders.plan(TODAY, at=NINE)

    assert planned() == [("decision_unowned", "li", 7)]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda world: Decision.unscoped.update(due_on=date(2026, 4, 1)), "put_off"),
        (lambda world: Decision.unscoped.update(owner=world.chen), "not_in_charge"),
        (
            lambda world: Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 9)),
            "not_in_office",
        ),
    ],
)
def test_what_the_branch_is_told_is_checked_again(world: Any, change: Any, outcome: str) -> None:
    make_decision(world, TODAY, owner=make_member(world.a, "周党员"))
    reminders.plan(TODAY, at=NINE)
    change(world)

    ground.send_due(at=NINE)

    assert Reminder.objects.get().outcome == outcome


def test_planning_twice_changes_nothing(world: Any, on_the_day: Any) -> None:
    make_duty(world, TODAY)
    make_decision(world, TODAY)

    plan_reminders()
    first = list(Reminder.objects.order_by("pk").values())
    plan_reminders(on="2026-03-10")

    assert len(first) == 2
    assert list(Reminder.objects.order_by("pk").values()) == first


def test_planning_costs_the_same_for_one_duty_and_ten(world: Any, django_assert_num_queries: Any) -> None:
    make_duty(world, TODAY)
    make_decision(world, TODAY)
    with django_assert_num_queries(15):
        reminders.plan(TODAY, at=NINE)

    for number in range(9):
        make_duty(world, TODAY, starts_on=TODAY - timedelta(days=number))
        make_decision(world, TODAY)
    with django_assert_num_queries(15):
        reminders.plan(TODAY, at=NINE)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("主题党日", "2026年3月10日")), ("en", ("Theme day", "10 Mar 2026"))]
)
def test_words_of_a_duty_follow_the_reader(world: Any, language: str, words: tuple[str, ...]) -> None:
    make_duty(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    ground.send_due(at=NINE)

    note = Notification.unscoped.get()
    with ground.translation.override(language):
        said = ground.sentence(note.rule, note.params)
    for word in (*words, world.a.name):
        assert word in said


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda world: Duty.unscoped.update(state=DutyState.EXCUSED, reason="汛期"), "already_done"),
        (lambda world: Duty.unscoped.update(due_on=date(2026, 4, 1)), "put_off"),
        (
            lambda world: Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 9)),
            "not_in_office",
        ),
        (
            lambda world: Organization.unscoped.filter(pk=world.a.pk).update(dissolved_on=TODAY),
            "already_done",
        ),
        (lambda world: None, ""),
    ],
)
def test_duty_reminder_is_checked_again(world: Any, change: Any, outcome: str) -> None:
    make_duty(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    change(world)

    ground.send_due(at=NINE)

    assert Reminder.objects.get().outcome == outcome


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda world: Decision.unscoped.update(done_on=TODAY), "already_done"),
        (lambda world: Decision.unscoped.update(due_on=date(2026, 4, 1)), "put_off"),
        (lambda world: Decision.unscoped.update(owner=world.li), "not_in_charge"),
        (lambda world: Decision.unscoped.update(owner=None, due_on=None), "put_off"),
        (lambda world: Activity.unscoped.update(state=ActivityState.VOID, reason="误录"), "already_done"),
        (lambda world: None, ""),
    ],
)
def test_follow_up_reminder_is_checked_again(world: Any, change: Any, outcome: str) -> None:
    make_decision(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    change(world)

    ground.send_due(at=NINE)

    assert Reminder.objects.get().outcome == outcome


def test_the_branch_hears_of_an_overdue_follow_up_until_it_is_done(world: Any) -> None:
    decision = make_decision(world, date(2026, 3, 3))
    make_decision(world, date(2026, 3, 3), owner=world.li)  # the secretary answers for it: told once
    reminders.plan(TODAY, at=NINE)
    row = Reminder.objects.get(rule=reminders.DECISION_OVERDUE)

    assert (row.recipient, row.step) == (world.li.user, 7)
    assert objection(reminders.objections, row, NINE) == ""
    assert reminders.place_of(row.subject) == world.a.path
    row.recipient = world.chen.user
    assert objection(reminders.objections, row, NINE) == "not_in_office"
    Decision.unscoped.filter(pk=decision.pk).update(result="已走访", done_on=TODAY)
    assert objection(reminders.objections, row, NINE) == "already_done"
    Decision.unscoped.filter(pk=decision.pk).delete()
    assert reminders.place_of(row.subject) == ""


def test_a_vacant_post_is_reminded_through_who_stands_in(world: Any) -> None:
    """Secretary gone: the deputy; deputy gone: whoever of the committee records; then the level above."""
    make_duty(world, TODAY)
    Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 9))
    told = []
    for name, kind in (("fu", PostKind.DEPUTY_SECRETARY), ("bao", PostKind.PUBLICITY), ("", None)):
        post = make_post(make_person(world.a, name, name), world.a, kind) if kind else None
        Reminder.objects.all().delete()
        reminders.plan(TODAY, at=NINE)
        told.append(planned())
        if post:
            Post.unscoped.filter(pk=post.pk).update(ends_on=date(2026, 3, 9))

    assert told == [[("duty_due", name, 0)] for name in ("fu", "bao", "zhao")]


def test_a_right_taken_away_after_planning_is_asked_again(world: Any) -> None:
    """F39: no permission is remembered from when it was planned."""
    make_duty(world, TODAY)
    reminders.plan(TODAY, at=NINE)
    Post.unscoped.filter(member=world.li).update(ends_on=date(2026, 3, 9))

    ground.send_due(at=NINE)

    assert Reminder.objects.get().outcome == "not_in_office"
    assert not Notification.unscoped.exists()


def test_sending_costs_the_same_for_one_duty_and_ten(world: Any, django_assert_num_queries: Any) -> None:
    for number in range(11):
        make_duty(world, TODAY, starts_on=TODAY - timedelta(days=number))
    reminders.plan(TODAY, at=NINE)

    for limit, told in ((1, 1), (10, 11)):
        with django_assert_num_queries(10):
            ground._tell_all(ground._claim(NINE, limit, ground.FRESH), NINE)
        assert Notification.unscoped.count() == told
