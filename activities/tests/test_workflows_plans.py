"""Plans laid out, moved and called off; records that take their place."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from activities.choices import ActivityKind, ActivityState, LeaveReason, PlanMove
from activities.models import Activity, LeaveRequest
from activities.queries.plans import first_proposals, workdays
from activities.rules.plan_moves import Appointment
from activities.rules.planning import Slot
from activities.tests.factories import make_activity
from activities.tests.plans import MARCH, THEME, by, entry, plan, proposed, record, refused, told
from activities.workflows.duties import open_duties, owing_of
from activities.workflows.leave import LeaveWords, ask_leave, withdraw_leave
from activities.workflows.meetings import NotHeld, amend_meeting, record_not_held, void_record
from activities.workflows.paper import LineRefused
from activities.workflows.plans import PlanEntry, PlanWords, lay_out, move_plan, sheet_for, take_back
from branches.choices import PostKind
from branches.models import PartyGroup
from branches.tests.factories import NOW
from members.models import Post
from members.tests.factories import make_post
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.holidays import work_calendar
from orgportal.core.models import AuditEntry, LocalProvision


def laid_out(world: Any, entries: list[PlanEntry], persona: str = "li") -> Any:
    return lay_out(entries, branch=world.a, year=2026, **by(world, persona))


# --- the sheet


def test_stored_duties_count_as_decided_and_periods_to_come_by_the_rules(world: Any) -> None:
    open_duties(date(2026, 1, 5))
    open_duties(world.today)
    make_activity(world.a, world.li.user, kind=THEME, held_on=date(2026, 2, 4), state=ActivityState.HELD)

    sheet = sheet_for(world.a, 2026, scope=world.scope("zhao"), at=NOW)

    theme = [row for row in sheet.rows if row.line.slot.rule == "themeday.freq"]
    assert [row.line.state for row in theme] == ["over", "over", *["open"] * 10]
    assert sheet.counts["open"] == len(sheet.proposals)
    # Opened ones carry what was decided; later ones nothing yet.
    assert [row.line.duty_state for row in theme][2:4] == ["not_due", None]
    assert {row.period_words for row in sheet.rows} >= {"2026年3月", "2026年第1季度", "2026年"}
    assert not [row for row in sheet.rows if row.line.slot.rule == "meeting.committee.freq"]


def test_two_of_a_period_are_two_lines_and_a_local_half_year_is_told_in_days(world: Any) -> None:
    LocalProvision.objects.create(
        key="lecture.freq", path=world.a.path, value="2 per half_year", instrument="区委通知",
        valid_from=date(2026, 1, 1), recorded_by=world.qian.user, recorded_at=NOW,
    )  # fmt: skip

    rows = [
        row
        for row in sheet_for(world.a, 2026, scope=world.scope("li"), at=NOW).rows
        if row.line.kind == ActivityKind.LECTURE
    ]

    assert [(row.line.slot.number, row.period_words) for row in rows] == [
        (number, words)
        for words in ("2026年1月1日 – 2026年6月30日", "2026年7月1日 – 2026年12月31日")
        for number in (1, 2)
    ]
    laid_out(world, proposed(world))
    days = Activity.unscoped.filter(kind=ActivityKind.LECTURE).order_by("plan_starts_on", "plan_number")
    assert len({row.held_on for row in days}) == 4


def test_a_branch_with_nothing_planned_gets_the_same_days_in_bulk(world: Any) -> None:
    days = [date(2026, month, 1) for month in range(3, 13)]
    owing, books = owing_of([world.a], days, NOW)
    lines = [line for _branch, line in owing]

    found = first_proposals(lines, books[world.a.pk], [], workdays(2026, work_calendar()), world.today)

    mine = {(each.slot, each.appointment.on) for each in proposed(world)}
    assert {(each.line.slot, each.on) for each in found} == mine


def test_laying_out_twice_adds_nothing_and_leaves_what_was_recorded(world: Any) -> None:
    entries = proposed(world)

    assert (len(laid_out(world, entries).added), laid_out(world, entries).left) == (
        len(entries),
        len(entries),
    )
    assert Activity.unscoped.count() == len(entries)
    assert laid_out(world, entries[:1] * 2, "ran").added == []
    row = Activity.unscoped.latest("pk")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_same_meeting_twice_in_one_sending_is_planned_once(world: Any) -> None:
    assert len(laid_out(world, proposed(world)[:1] * 2).added) == 1


@pytest.mark.parametrize(
    ("slot", "said", "code"),
    [
        (("no.rule", 3), date(2026, 3, 20), "plan_of_nothing_owed"),
        (("themeday.freq", 4), date(2026, 3, 20), "plan_outside_its_period"),
        (("themeday.freq", 3), date(2026, 3, 15), "plan_on_a_day_off"),
    ],
)
def test_one_refused_line_leaves_none_and_is_named(world: Any, slot: Any, said: date, code: str) -> None:
    wrong = PlanEntry(Slot(date(2026, slot[1], 1), slot[0], None), Appointment(said))

    with pytest.raises(LineRefused) as refusal:
        laid_out(world, [*proposed(world)[:1], wrong])

    assert (refusal.value.index, refusal.value.code) == (1, code)
    assert not Activity.unscoped.exists()


def test_who_only_reads_and_who_stands_elsewhere_plan_nothing(world: Any) -> None:
    entries = proposed(world)

    for persona in ("zhao", "wang", "chen"):
        with pytest.raises(NotAllowed):
            laid_out(world, entries, persona)
    assert not Activity.unscoped.exists()


def test_bodies_above_and_branches_that_ended_plan_nothing(world: Any) -> None:
    above = by(world, "zhao")
    refused("branch_expected", lambda: lay_out([], branch=world.committee_1, year=2026, **above))
    world.a.dissolved_on = date(2026, 3, 1)
    world.a.save()
    refused("branch_dissolved", lambda: laid_out(world, []))


def test_a_group_leader_plans_the_group_alone_and_takes_back_the_own_sheet_alone(world: Any) -> None:
    group = PartyGroup.unscoped.create(branch=world.a, name="第一小组", founded_on=date(2025, 1, 1))
    make_post(world.sun, world.a, PostKind.GROUP_LEADER, group=group)
    entries = proposed(world, "sun")
    own = [each for each in entries if each.slot.group_id == group.pk]

    with pytest.raises(NotAllowed):
        laid_out(world, entries, "sun")
    assert len(laid_out(world, own, "sun").added) == len(own) > 0
    assert Activity.unscoped.filter(group=group, title="2026年4月第一小组").count() == 1
    assert take_back(world.a, 2026, **by(world, "sun")) == len(own)
    # Leave from the group's meeting is told its leader.
    row = plan(world, kind=ActivityKind.GROUP, group=group)
    world.chen.group = group
    world.chen.save()
    ask_leave(row, LeaveWords(LeaveReason.WORK), **by(world, "chen"))
    assert (told(world, "sun"), told(world, "ran")) == (["activities.leave_asked"], [])
    assert LeaveRequest.objects.visible_to(world.scope("sun")).count() == 1
    Post.unscoped.filter(member=world.sun).delete()
    withdraw_leave(row, **by(world, "chen"))
    assert told(world, "ran") == ["activities.leave_withdrawn"]


def test_a_sheet_of_yesterday_or_of_a_post_since_lost_is_not_taken_back(world: Any) -> None:
    laid_out(world, proposed(world))

    by_now = replace(world.scope("zhao"), user_id=world.li.user.pk)
    with pytest.raises(NotAllowed):
        take_back(world.a, 2026, actor=world.li.user, scope=by_now, at=NOW)
    later = by(world, at=NOW + timedelta(days=1))
    refused("plan_nothing_to_take_back", lambda: take_back(world.a, 2026, **later))


# --- moves


def to(on: date, **fields: Any) -> PlanWords:
    return PlanWords(Appointment(on), **fields)


def moved(world: Any, row: Activity, name: PlanMove, words: PlanWords, persona: str = "li") -> Activity:
    return move_plan(row, name, words, seen_version=row.version, **by(world, persona))


def test_what_a_move_refuses(world: Any) -> None:
    row = plan(world)
    refused("plan_day_missing", lambda: moved(world, row, PlanMove.MOVE, PlanWords()))
    refused("plan_in_the_past", lambda: moved(world, row, PlanMove.MOVE, to(date(2026, 3, 9))))
    refused("plan_on_a_day_off", lambda: moved(world, row, PlanMove.MOVE, to(date(2026, 3, 15))))
    refused("reason_missing", lambda: moved(world, row, PlanMove.CANCEL, PlanWords(reason=" ")))
    for persona in ("zhao", "wang", "chen"):
        with pytest.raises(NotAllowed):
            moved(world, row, PlanMove.CANCEL, PlanWords(reason="防汛"), persona)
    with pytest.raises(StaleVersion):
        move_plan(row, PlanMove.CANCEL, PlanWords(reason="防汛"), seen_version=9, **by(world))
    held = make_activity(world.a, world.li.user)
    refused("plan_not_in_this_state", lambda: moved(world, held, PlanMove.CANCEL, PlanWords(reason="防汛")))
    assert told(world, "chen") == []


def test_a_move_said_again_changes_and_tells_nothing(world: Any) -> None:
    row = moved(world, plan(world), PlanMove.MOVE, to(date(2026, 4, 2), reason="场地"))
    again = moved(world, row, PlanMove.MOVE, to(date(2026, 4, 2), reason="场地"))

    assert (again.version, again.title, told(world, "sun")) == (2, "主题党日", ["activities.plan_moved"])


def test_the_month_in_a_subject_nobody_chose_follows_the_day(world: Any) -> None:
    row = plan(world, title="2026年3月主题党日")

    assert moved(world, row, PlanMove.MOVE, to(date(2026, 4, 2))).title == "2026年4月主题党日"


def test_a_cancelled_meeting_is_taken_up_again_only_in_a_free_place(world: Any) -> None:
    off = PlanWords(reason="防汛")
    first = moved(world, plan(world), PlanMove.CANCEL, off)
    other = plan(world)
    refused("plan_exists", lambda: moved(world, first, PlanMove.MOVE, to(date(2026, 3, 24))))
    moved(world, other, PlanMove.CANCEL, off)
    back = moved(world, first, PlanMove.MOVE, to(date(2026, 3, 15), is_sure=True))
    assert (back.state, back.reason) == ("planned", "")
    free = plan(world, kind=ActivityKind.OTHER, plan_starts_on=None, plan_ends_on=None, plan_number=None)
    free = moved(world, free, PlanMove.CANCEL, off)
    assert moved(world, free, PlanMove.MOVE, to(date(2026, 3, 24))).is_planned


def test_nobody_is_told_of_a_plan_whose_day_has_passed(world: Any) -> None:
    moved(world, plan(world, date(2026, 3, 2)), PlanMove.CANCEL, PlanWords(reason="防汛"))

    assert told(world, "chen") == []


# --- the record


def test_a_record_of_the_period_takes_the_place_of_the_plan(world: Any) -> None:
    row = plan(world, starts_at=time(15), reason="旧")

    held = record(world)

    assert (held.pk, held.state, held.version, held.reason) == (row.pk, "held", 2, "")
    assert held.recorded_at == NOW
    revision = held.revisions.get()
    assert (revision.content["state"], revision.content["held_on"]) == ("planned", "2026-03-20")
    assert record(world, date(2026, 3, 6)).pk != row.pk


def test_a_record_of_another_period_or_kind_leaves_the_plan(world: Any) -> None:
    row = plan(world)

    record(world, date(2026, 2, 27))
    record(world, kind=ActivityKind.GENERAL)

    row.refresh_from_db()
    assert row.is_planned


def test_not_held_takes_the_place_and_keeps_the_subject(world: Any) -> None:
    open_duties(world.today)
    row = plan(world, date(2026, 3, 4))

    said = record_not_held(NotHeld(THEME, date(2026, 3, 4), "防汛"), branch=world.a, **by(world))

    assert (said.pk, said.state, said.title, said.reason) == (row.pk, "did_not_meet", "主题党日", "防汛")


def test_a_plan_changed_since_it_was_seen_is_told_once(world: Any) -> None:
    row = plan(world, version=3, **dict.fromkeys(MARCH))
    refused("plan_changed", lambda: record(world, plan_seen=(row.pk, 2)))
    # Taken back by whoever laid it out, or of another kind: nothing was changed that this page stood on.
    assert record(world, date(2026, 3, 4), plan_seen=(row.pk + 1, 2)).pk != row.pk
    assert record(world, kind=ActivityKind.LECTURE, plan_seen=(row.pk, 2)).pk != row.pk

    # Planned besides what is owed, it is the one the page was about, on whatever day it was held.
    assert record(world, plan_seen=(row.pk, 3)).pk == row.pk


def test_what_is_held_in_one_meeting_is_not_held_again(world: Any) -> None:
    later = plan(world, kind=ActivityKind.LECTURE, title="党课")
    same = plan(world, date(2026, 3, 5), title="主题党日")

    record(world, kind=ActivityKind.GENERAL, also_kinds=(ActivityKind.LECTURE, THEME, ActivityKind.REVIEW))

    for row in (later, same):
        row.refresh_from_db()
        assert (row.state, row.reason) == ("cancelled", "已与“学习日”合并召开。")
    # Only of the one that people still have in their calendars for another day.
    assert told(world, "chen") == ["activities.plan_cancelled"]


def amend(world: Any, row: Activity, *args: Any, **fields: Any) -> Activity:
    said = entry(world, *args, kind=ActivityKind.GENERAL, **fields)
    return amend_meeting(row, said, seen_version=row.version, **by(world))


def test_what_an_amendment_takes_in_is_called_off_and_given_back(world: Any) -> None:
    """Kept while it is named and of the period; given back when it is not, or the record is void."""
    lecture = plan(world, kind=ActivityKind.LECTURE, title="党课")
    off = {"state": ActivityState.POSTPONED, "reason": "防汛"}
    day = plan(world, title="主题党日", **off)
    both = (ActivityKind.LECTURE, THEME)
    row = record(world, kind=ActivityKind.GENERAL)

    row = amend(world, row, also_kinds=both, note="补记党课")
    lecture.refresh_from_db()
    assert (lecture.state, lecture.held_inside) == ("cancelled", row)
    row = amend(world, row, also_kinds=both, note="改")
    lecture.refresh_from_db()
    assert lecture.version == 2

    row = amend(world, row, also_kinds=(ActivityKind.LECTURE,))
    day.refresh_from_db()
    assert (day.state, day.reason, day.held_inside) == ("postponed", "防汛", None)
    row = amend(world, row, date(2026, 2, 26), also_kinds=(ActivityKind.LECTURE,))
    lecture.refresh_from_db()
    assert (lecture.state, lecture.reason) == ("planned", "")
    row = amend(world, row, also_kinds=both)
    plan(world, date(2026, 3, 30), title="另一次")
    void_record(row, reason="误录", seen_version=row.version, **by(world))

    lecture.refresh_from_db()
    day.refresh_from_db()
    assert (lecture.state, lecture.held_inside) == ("planned", None)
    # Another was planned in its place meanwhile.
    assert (day.state, day.held_inside) == ("cancelled", None)
    assert AuditEntry.objects.filter(action="plan.given_back").count() == 3
    called_off = ["activities.plan_cancelled"] * 2
    assert told(world, "chen") == [*called_off, "activities.plan_moved"] * 2


# --- at once


@pytest.mark.django_db(transaction=True)
def test_two_recorders_and_two_clicks_at_once_make_one(world: Any) -> None:
    entries = proposed(world)[:6]
    row = plan(world, kind=ActivityKind.OTHER, plan_starts_on=None, plan_ends_on=None, plan_number=None)
    outcomes: list[Any] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            outcomes.append(work())
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    def together(*works: Callable[[], Any]) -> list[Any]:
        outcomes.clear()
        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(outcomes)

    sheets = together(lambda: laid_out(world, entries), lambda: laid_out(world, entries, "ran"))
    assert sorted(len(each.added) for each in sheets) == [0, 6]
    assert Activity.unscoped.exclude(pk=row.pk).count() == 6
    words = LeaveWords(LeaveReason.WORK)
    asked = together(*[lambda: ask_leave(row, words, **by(world, "chen"))] * 2)
    assert [each for each in asked if isinstance(each, str)] == ["leave_asked_already"]
    assert LeaveRequest.unscoped.count() == 1
