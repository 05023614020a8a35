from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from branches.choices import PostKind
from members.models import Member, Post, Term, Transfer
from members.queries import users_with_posts
from members.queries.recipients import accounts_by_body
from members.rules.transfer import BRANCH_POSTS, COMMITTEE_POSTS
from members.tasks import expire_transfers, plan_reminders
from members.tests.factories import make_member, make_person, make_post, make_term, make_transfer
from members.tests.transfers import act, in_state
from members.workflows import reminders
from orgportal.core import reminders as ground
from orgportal.core.models import Notification, Reminder
from orgportal.core.tests.asking import objection

TODAY = date(2026, 3, 10)
NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def planned() -> list[tuple[str, str, int, str]]:
    rows = Reminder.objects.values_list("rule", "recipient__user_name", "step", "channel")
    return sorted((rule.partition(".")[2], name, step, channel) for rule, name, step, channel in rows)


def waiting(world: Any, days: int, state: str = "submitted", **fields: Any) -> Transfer:
    """Chen's transfer, in its state for so many days."""
    since = world.now - timedelta(days=days)
    return in_state(world, state, world.c, state_since=since, started_at=since, **fields)


def leave_office(member: Member) -> None:
    Post.unscoped.filter(member=member).update(ends_on=date(2026, 3, 9))


# --- transfers


@pytest.mark.parametrize(
    ("days", "rows"),
    [
        (8, []),
        (9, [("transfer_waiting", "li", 0, "in_app")]),
        (10, [("transfer_waiting", "li", 0, "in_app")]),
        (17, [("transfer_waiting", "li", 7, "in_app")]),
        (
            24,
            [
                ("transfer_escalated", "zhao", 14, "in_app"),
                ("transfer_waiting", "li", 14, "in_app"),
            ],
        ),
        (60, []),
    ],
)
def test_owner_is_reminded_again_and_the_next_level_last(
    world: Any, days: int, rows: list[tuple[str, str, int, str]]
) -> None:
    waiting(world, days)

    reminders.plan(TODAY, at=NINE)

    assert planned() == rows


@pytest.mark.parametrize(
    ("state", "owner", "over"), [("sent", "zhao", "qian"), ("at_receiver", "wang", "qian")]
)
def test_reminder_goes_to_the_present_owner(world: Any, state: str, owner: str, over: str) -> None:
    waiting(world, 24, state)

    reminders.plan(TODAY, at=NINE)

    assert planned() == [
        ("transfer_escalated", over, 14, "in_app"), ("transfer_waiting", owner, 14, "in_app"),
    ]  # fmt: skip


def test_member_is_reminded_of_what_waits_for_them(world: Any) -> None:
    waiting(world, 10, "returned", sent_on=None)

    reminders.plan(TODAY, at=NINE)

    assert planned() == [("transfer_waiting_member", "chen", 0, "in_app")]


def test_the_own_branch_and_the_level_above_hear_last_of_what_waits_for_a_member(world: Any) -> None:
    waiting(world, 24, "returned", sent_on=None)

    reminders.plan(TODAY, at=NINE)

    assert planned() == [
        ("transfer_escalated", "li", 14, "in_app"), ("transfer_escalated", "zhao", 14, "in_app"),
        ("transfer_waiting_member", "chen", 14, "in_app"),
    ]  # fmt: skip


def test_member_without_an_account_is_not_reminded(world: Any) -> None:
    transfer = waiting(world, 10, "returned", sent_on=None)
    Member.unscoped.filter(pk=world.chen.pk).update(user=None)
    Transfer.unscoped.filter(pk=transfer.pk).update(started_by=world.li.user)

    reminders.plan(TODAY, at=NINE)

    assert planned() == [("transfer_waiting", "li", 0, "in_app")]


def test_mail_is_planned_for_those_with_an_address(world: Any) -> None:
    world.li.user.email = "li@example.org"
    world.li.user.save()
    waiting(world, 10)

    reminders.plan(TODAY, at=NINE)

    assert [row[3] for row in planned()] == ["email", "in_app"]


def test_planning_twice_changes_nothing(world: Any) -> None:
    waiting(world, 24)
    make_term(world.a, due_on=date(2026, 4, 1))

    reminders.plan(TODAY, at=NINE)
    first = list(Reminder.objects.order_by("pk").values())
    reminders.plan(TODAY, at=NINE + timedelta(hours=1))

    assert list(Reminder.objects.order_by("pk").values()) == first


def test_planning_costs_the_same_for_one_transfer_and_ten(world: Any, django_assert_num_queries: Any) -> None:
    waiting(world, 10)
    with django_assert_num_queries(24):
        reminders.plan(TODAY, at=NINE)

    for number in range(9):
        person = make_person(world.a, f"p{number}", f"党员{number}")
        make_transfer(person, world.c, state="submitted", state_since=world.now - timedelta(days=10))
    with django_assert_num_queries(24):
        reminders.plan(TODAY, at=NINE)


def test_telling_costs_the_same_for_one_transfer_and_ten(world: Any, django_assert_num_queries: Any) -> None:
    waiting(world, 10)
    for number in range(10):
        person = make_person(world.a, f"p{number}", f"党员{number}")
        make_transfer(person, world.c, state="submitted", state_since=world.now - timedelta(days=10))
    reminders.plan(TODAY, at=NINE)

    for limit, told in ((1, 1), (10, 11)):
        with django_assert_num_queries(12):
            ground._tell_all(ground._claim(NINE, limit, ground.FRESH), NINE)
        assert Notification.unscoped.count() == told


def test_sent_reminder_says_why_you_and_by_when(world: Any) -> None:
    transfer = waiting(world, 10)
    reminders.plan(TODAY, at=NINE)

    ground.send_due(at=NINE)

    note = Notification.unscoped.get()
    words = ground.sentence(note.rule, note.params)
    assert (note.recipient, note.url) == (world.li.user, transfer.get_absolute_url())
    for said in (world.a.name, "陈党员", "2026年3月10日"):
        assert said in words


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (lambda world, row: act(world, "li", row, "release"), "moved_on"),
        (lambda world, row: act(world, "chen", row, "withdraw"), "moved_on"),
        (lambda world, row: leave_office(world.li), "not_in_office"),
    ],
)  # fmt: skip
def test_reminder_is_checked_again_before_it_goes_out(world: Any, happens: Any, outcome: str) -> None:
    transfer = waiting(world, 10)
    reminders.plan(TODAY, at=NINE)
    happens(world, transfer)

    ground.send_due(at=NINE)

    row = Reminder.objects.get()
    assert (row.state, row.outcome) == ("cancelled", outcome)
    assert not Notification.unscoped.filter(reminder__isnull=False).exists()


def test_escalation_is_dropped_when_the_overseer_left(world: Any) -> None:
    waiting(world, 24)
    reminders.plan(TODAY, at=NINE)
    Post.unscoped.filter(member=world.zhao).update(ends_on=date(2026, 3, 9))

    ground.send_due(at=NINE)

    assert Reminder.objects.get(rule="members.transfer_escalated").outcome == "not_in_office"
    assert Reminder.objects.get(rule="members.transfer_waiting").state == "sent"


# --- terms


@pytest.mark.parametrize(
    ("due_on", "step"),
    [
        (date(2026, 9, 12), None),
        (date(2026, 9, 11), -184),
        (date(2026, 9, 10), -184),
        (date(2026, 5, 10), -61),
        (date(2026, 3, 11), 0),
        (date(2026, 3, 1), 0),
        (date(2026, 2, 1), None),
    ],
)
def test_term_is_announced_six_and_two_months_before_and_on_the_day(
    world: Any, due_on: date, step: int | None
) -> None:
    make_term(world.a, due_on=due_on)

    reminders.plan(TODAY, at=NINE)

    expected = [] if step is None else [("term_ending", name, step, "in_app") for name in ("li", "zhao")]
    assert planned() == expected


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"ended_on": TODAY}, "already_done"),
        ({"due_on": date(2027, 1, 1)}, "put_off"),
        ({}, ""),
    ],
)
def test_term_reminder_is_checked_again(world: Any, changes: dict[str, Any], outcome: str) -> None:
    term = make_term(world.a, due_on=date(2026, 3, 11))
    reminders.plan(TODAY, at=NINE)
    Term.unscoped.filter(pk=term.pk).update(**changes)

    ground.send_due(at=NINE + timedelta(days=1))

    assert set(Reminder.objects.values_list("outcome", flat=True)) == {outcome}


def test_term_reminder_is_dropped_for_who_left_office(world: Any) -> None:
    make_term(world.a, due_on=date(2026, 3, 11))
    reminders.plan(TODAY, at=NINE)
    Post.unscoped.filter(member=world.li).update(ends_on=TODAY)

    ground.send_due(at=NINE + timedelta(days=1))

    assert dict(Reminder.objects.values_list("recipient__user_name", "outcome")) == {
        "li": "not_in_office", "zhao": "",
    }  # fmt: skip


# --- who stands for a body


def test_plan_and_single_question_name_the_same_people(world: Any) -> None:
    yang = make_person(world.b, "yang", "杨副书记")
    make_post(yang, world.b, PostKind.DEPUTY_SECRETARY)
    bodies = [world.district, world.committee_1, world.committee_2, world.a, world.b, world.c, world.organ]

    for kinds in (BRANCH_POSTS, COMMITTEE_POSTS):
        for may in (("transfer.view",), ("member.edit",), ("branch.accept_member",), ("nothing",)):
            found = accounts_by_body({body.path for body in bodies}, kinds, TODAY, may=may)
            asked = {
                body.path: frozenset(users_with_posts(body.path, kinds, TODAY, may=may)) for body in bodies
            }
            assert found == asked


# --- tasks


def test_tasks_run_twice_without_harm(world: Any, on_the_day: Any) -> None:
    transfer = waiting(world, 10, valid_until=date(2026, 3, 10))

    counts = [
        plan_reminders(),
        plan_reminders(on="2026-03-10"),
        expire_transfers(on="2026-03-11"),
        expire_transfers(),
    ]

    assert Reminder.objects.count() == 1
    assert counts[2:] == [1, 0]
    transfer.refresh_from_db()
    assert transfer.state == "expired"


# --- probation


def on_probation(world: Any, joined_on: date, **fields: Any) -> Member:
    return make_member(
        world.a,
        "艾新",
        standing="probationary",
        confirmed_on=None,
        joined_on=joined_on,
        since=joined_on,
        **fields,
    )


@pytest.mark.parametrize(
    ("joined_on", "rows"),
    [
        (date(2025, 4, 12), []),
        (date(2025, 4, 11), [("probation_due", "li", -31, "in_app")]),
        (date(2025, 3, 10), [("probation_due", "li", 0, "in_app")]),
        (
            date(2025, 2, 10),
            [("probation_due", "li", 28, "in_app"), ("probation_due", "zhao", 28, "in_app")],
        ),
        (date(2024, 6, 1), []),
    ],
)
def test_probation_is_reminded_before_on_and_after_its_day(
    world: Any, joined_on: date, rows: list[tuple[str, str, int, str]]
) -> None:
    on_probation(world, joined_on)

    reminders.plan(TODAY, at=NINE)

    assert planned() == rows


def test_probation_with_a_decision_entered_is_not_reminded(world: Any) -> None:
    member = on_probation(world, date(2025, 3, 10))
    reminders.plan(TODAY, at=NINE)
    row = Reminder.objects.get()
    assert objection(reminders.probation_objections, row, NINE) == ""

    Member.unscoped.filter(pk=member.pk).update(probation_until=date(2026, 9, 10))
    assert objection(reminders.probation_objections, row, NINE) == "put_off"
    Member.unscoped.filter(pk=member.pk).update(probation_until=None)
    leave_office(world.li)
    assert objection(reminders.probation_objections, row, NINE) == "not_in_office"
    Member.unscoped.filter(pk=member.pk).update(standing="formal", confirmed_on=TODAY)
    assert objection(reminders.probation_objections, row, NINE) == "already_done"


def test_late_probation_reminder_asks_for_the_committees_office_too(world: Any) -> None:
    on_probation(world, date(2025, 2, 10))
    reminders.plan(TODAY, at=NINE)
    row = Reminder.objects.get(recipient=world.zhao.user)

    assert objection(reminders.probation_objections, row, NINE) == ""
    leave_office(world.zhao)
    assert objection(reminders.probation_objections, row, NINE) == "not_in_office"
