"""Leave asked beforehand: once, for the day the meeting has, read by whoever records it."""

from datetime import date
from typing import Any

from activities.choices import ActivityKind, LeaveReason
from activities.models import LeaveRequest
from activities.tests.plans import by, plan, record, refused, told
from activities.workflows.leave import LeaveWords, ask_leave, withdraw_leave
from branches.tests.factories import NOW
from members.models import Post
from members.tests.factories import make_member


def test_leave_is_asked_once_and_told_once(world: Any) -> None:
    row, words = plan(world), LeaveWords(LeaveReason.AWAY, " 出差 ")

    asked = ask_leave(row, words, **by(world, "chen"))

    assert (asked.member_id, asked.for_day, asked.remark, asked.words) == (
        world.chen.pk, row.held_on, "出差", "外出 · 出差",
    )  # fmt: skip
    refused("leave_asked_already", lambda: ask_leave(row, words, **by(world, "chen")))
    withdraw_leave(row, **by(world, "chen"))
    refused("leave_not_asked", lambda: withdraw_leave(row, **by(world, "chen")))
    ask_leave(row, words, **by(world, "chen"))
    assert LeaveRequest.unscoped.get().version == 3
    assert told(world, "ran") == [
        "activities.leave_asked", "activities.leave_withdrawn", "activities.leave_asked",
    ]  # fmt: skip
    # Without a recorder the secretary is told.
    Post.unscoped.filter(member=world.ran).delete()
    ask_leave(row, words, **by(world, "sun"))
    assert told(world, "li") == ["activities.leave_asked"]


def test_the_reason_is_for_whoever_records_and_for_oneself(world: Any) -> None:
    ask_leave(plan(world), LeaveWords(LeaveReason.ILLNESS), **by(world, "chen"))

    seen = {
        persona: LeaveRequest.objects.visible_to(world.scope(persona)).count()
        for persona in ("li", "ran", "chen", "sun", "zhao", "qian", "wang", "sys")
    }
    assert seen == {"li": 1, "ran": 1, "chen": 1, "sun": 0, "zhao": 0, "qian": 0, "wang": 0, "sys": 0}


def test_leave_refused_in_words(world: Any) -> None:
    words = LeaveWords(LeaveReason.WORK)
    refused("leave_day_passed", lambda: ask_leave(plan(world, date(2026, 3, 9)), words, **by(world, "chen")))
    refused("leave_not_expected", lambda: ask_leave(plan(world, plan_number=2), words, **by(world, "wang")))
    committee = plan(world, kind=ActivityKind.COMMITTEE)
    refused("leave_not_expected", lambda: ask_leave(committee, words, **by(world, "chen")))
    refused("leave_needs_member", lambda: ask_leave(committee, words, **by(world, "sys")))


def test_leave_of_a_recorded_meeting_is_not_withdrawn(world: Any) -> None:
    row = plan(world, date(2026, 3, 10))
    ask_leave(row, LeaveWords(LeaveReason.WORK), **by(world, "chen"))
    record(world, date(2026, 3, 10))

    refused("leave_recorded", lambda: withdraw_leave(row, **by(world, "chen")))


def test_leave_asked_under_a_record_merged_away_is_the_persons(world: Any) -> None:
    double = make_member(world.a, "陈党员", merged_into=world.chen)
    row = plan(world)
    LeaveRequest.unscoped.create(
        activity=row, member=double, for_day=row.held_on, reason=LeaveReason.WORK, asked_at=NOW
    )

    assert LeaveRequest.objects.visible_to(world.scope("chen")).count() == 1
    refused("leave_asked_already", lambda: ask_leave(row, LeaveWords(LeaveReason.WORK), **by(world, "chen")))
