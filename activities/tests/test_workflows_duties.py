"""Duties are opened and settled for all branches at once, and follow what is recorded."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Duty
from activities.tasks import keep_duties, plan_reminders
from activities.tests.factories import make_activity
from activities.workflows.duties import apply_record, open_duties, settle_duties
from branches.tests.factories import NOW, make_group, make_organization
from orgportal.core.models import LocalProvision, Reminder

MARCH_10 = date(2026, 3, 10)
APRIL_1 = date(2026, 4, 1)
GENERAL = "meeting.general.freq"


def state_of(branch: Any, rule: str = GENERAL, on: date = MARCH_10) -> str:
    return Duty.unscoped.get(branch=branch, rule=rule, starts_on__lte=on, ends_on__gte=on).state


def test_opening_is_safe_to_repeat_and_takes_the_same_queries_for_any_number_of_branches(
    world: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(10):
        first = open_duties(MARCH_10)

    assert first == 4 * 7  # four branches without groups: one row for each of seven rules
    with django_assert_num_queries(8):
        assert open_duties(MARCH_10) == 0
    for number in range(3):
        make_organization(world.committee_1, f"新{number}党支部")
    with django_assert_num_queries(10):
        assert open_duties(MARCH_10) == 3 * 7


def test_opening_can_be_kept_to_a_subtree(world: Any) -> None:
    open_duties(MARCH_10, path=world.committee_2.path)

    assert set(Duty.unscoped.values_list("branch", flat=True)) == {world.c.pk}


def test_opening_since_a_day_gives_what_each_month_opened_and_settled_would_have(
    world: Any, django_assert_num_queries: Any
) -> None:
    make_activity(world.a, world.li.user, [world.li], held_on=date(2025, 12, 8))
    make_organization(world.committee_1, "新党支部", established_on=date(2026, 1, 15))
    columns = ("rule", "branch", "starts_on", "ends_on", "state", "activity", "is_owed")
    for month in (date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), MARCH_10):
        open_duties(month)
    settle_duties(MARCH_10)
    one_by_one = set(Duty.unscoped.values_list(*columns))
    Duty.unscoped.all().delete()

    with django_assert_num_queries(10):
        open_duties(MARCH_10, since=date(2025, 11, 20))

    assert set(Duty.unscoped.values_list(*columns)) == one_by_one


def test_opening_again_adds_a_new_group_and_follows_a_new_committee(world: Any) -> None:
    open_duties(MARCH_10)
    assert state_of(world.a, "meeting.committee.freq") == DutyState.NOT_APPLICABLE

    group = make_group(world.a)
    world.a.has_committee = True
    world.a.save()
    assert open_duties(MARCH_10) == 1

    assert state_of(world.a, "meeting.committee.freq") == DutyState.NOT_DUE
    assert Duty.unscoped.get(rule="meeting.group.freq").group == group


def test_settling_says_missing_once_and_only_past_the_due_day(world: Any) -> None:
    open_duties(MARCH_10)

    assert settle_duties(date(2026, 3, 31)) == 0
    settled = settle_duties(APRIL_1)

    assert settled == 4 * 3  # general meeting, lecture, theme day: no committee, the rest is yearly
    assert settle_duties(APRIL_1) == 0
    assert state_of(world.a) == DutyState.MISSING
    assert state_of(world.a, "orglife.freq") == DutyState.NOT_DUE


def test_settling_can_be_kept_to_a_subtree(world: Any) -> None:
    open_duties(MARCH_10)

    assert settle_duties(APRIL_1, path=world.committee_2.path) == 3


def test_a_branch_dissolved_inside_the_period_is_not_held_to_it(world: Any) -> None:
    open_duties(MARCH_10)
    group = make_group(world.b, founded_on=date(2026, 1, 1))
    open_duties(MARCH_10)
    world.b.dissolved_on = date(2026, 3, 20)
    world.b.save()
    group.ended_on = date(2026, 3, 20)
    group.save()

    settle_duties(APRIL_1)

    assert state_of(world.b) == DutyState.NOT_APPLICABLE
    assert state_of(world.b, "meeting.group.freq") == DutyState.NOT_APPLICABLE


def test_a_duty_opened_after_the_record_is_met_at_once(world: Any) -> None:
    meeting = make_activity(world.a, world.li.user, [world.li])

    open_duties(MARCH_10)

    duty = Duty.unscoped.get(branch=world.a, rule=GENERAL)
    assert (duty.state, duty.activity) == (DutyState.ON_TIME, meeting)


def test_a_record_for_a_period_never_opened_opens_just_its_own_duty(world: Any) -> None:
    meeting = make_activity(
        world.a, world.li.user, [world.li], held_on=date(2025, 5, 8), also_kinds=[ActivityKind.LECTURE]
    )

    met = apply_record(meeting, at=NOW)

    assert {(duty.rule, duty.state) for duty in met} == {
        (GENERAL, DutyState.LATE),
        ("lecture.freq", DutyState.LATE),
    }
    assert Duty.unscoped.count() == 2


def test_a_voided_record_leaves_its_duty_unmet_again(world: Any) -> None:
    open_duties(MARCH_10)
    meeting = make_activity(world.a, world.li.user, [world.li])
    apply_record(meeting, at=NOW)
    assert state_of(world.a) == DutyState.ON_TIME
    meeting.state, meeting.reason = ActivityState.VOID, "录错"
    meeting.save()

    assert apply_record(meeting, at=NOW) == []
    assert state_of(world.a) == DutyState.NOT_DUE

    apply_record(meeting, at=NOW + timedelta(days=40))
    assert state_of(world.a) == DutyState.MISSING


def test_what_lies_before_takeover_is_no_data(world: Any) -> None:
    LocalProvision.objects.create(
        key="duty.taken_over_on", path=world.committee_1.path, value="2026-02-01", instrument="区委通知",
        article="", valid_from=date(2026, 1, 1), recorded_at=NOW,
    )  # fmt: skip
    open_duties(MARCH_10)

    settle_duties(APRIL_1)

    assert state_of(world.a) == DutyState.NO_DATA
    assert state_of(world.a, "themeday.freq") == DutyState.MISSING
    assert state_of(world.c) == DutyState.MISSING


@pytest.mark.usefixtures("world", "on_the_day")
def test_the_task_opens_and_settles_twice_without_harm() -> None:
    assert keep_duties() == {"opened": 28, "settled": 0}
    assert keep_duties(on="2026-04-01") == {"opened": 4 * 4, "settled": 12}
    assert keep_duties(on="2026-04-01") == {"opened": 0, "settled": 0}


@pytest.mark.usefixtures("on_the_day")
def test_the_task_plans_reminders_once(world: Any) -> None:
    keep_duties(on="2026-03-31")

    first = plan_reminders(on="2026-03-31")
    rows = Reminder.objects.count()
    plan_reminders(on="2026-03-31")

    assert first == rows > 0
    assert Reminder.objects.count() == rows
    plan_reminders()
