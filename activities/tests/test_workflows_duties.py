"""Duties are opened and settled for all branches at once, and follow what is recorded."""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Duty
from activities.tasks import keep_duties, plan_reminders
from activities.tests.factories import make_activity
from activities.workflows.duties import apply_record, open_duties, settle_duties
from branches.choices import EventKind
from branches.models import OrganizationEvent
from branches.tests.factories import NOW, make_group, make_organization
from orgportal.core.models import LocalProvision, Reminder

MARCH_10 = date(2026, 3, 10)
APRIL_1 = date(2026, 4, 1)
GENERAL = "meeting.general.freq"


def state_of(branch: Any, rule: str = GENERAL, on: date = MARCH_10) -> str:
    return Duty.unscoped.get(branch=branch, rule=rule, starts_on__lte=on, ends_on__gte=on).state


def tell(
    branch: Any, on: date, kind: EventKind = EventKind.CHANGED, at: datetime = NOW, **changes: list[Any]
) -> None:
    """What became of the branch, as branches.workflows writes it down."""
    for name, (_, after) in changes.items():
        setattr(branch, name, after)
    branch.save()
    before, after = ({name: pair[side] for name, pair in changes.items()} for side in (0, 1))
    OrganizationEvent.objects.create(
        organization=branch, kind=kind, on=on, before=before, after=after, recorded_at=at
    )


def local_rule(body: Any, key: str, value: str, since: date) -> None:
    LocalProvision.objects.create(
        key=key,
        path=body.path,
        value=value,
        instrument="区委通知",
        article="",
        valid_from=since,
        recorded_at=NOW,
    )


def test_opening_is_safe_to_repeat_and_takes_the_same_queries_for_any_number_of_branches(
    world: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(11):
        first = open_duties(MARCH_10)

    assert first == 4 * 7  # four branches without groups: one row for each of seven rules
    with django_assert_num_queries(9):
        assert open_duties(MARCH_10) == 0
    for number in range(3):
        make_organization(world.committee_1, f"新{number}党支部")
    with django_assert_num_queries(11):
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

    with django_assert_num_queries(11):
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


def test_a_committee_elected_is_owed_from_the_next_month_and_what_was_missed_before_it_went_stays_missed(
    world: Any,
) -> None:
    tell(world.a, date(2026, 2, 10), has_committee=[False, True])
    tell(world.b, date(2025, 7, 1), at=NOW - timedelta(days=200), has_committee=[False, True])
    tell(world.b, date(2026, 2, 10), has_committee=[True, False])

    open_duties(MARCH_10, since=date(2026, 1, 1))

    rule = "meeting.committee.freq"
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    nothing, missing = DutyState.NOT_APPLICABLE, DutyState.MISSING
    assert [state_of(world.a, rule, day) for day in months] == [nothing, nothing, DutyState.NOT_DUE]
    assert [state_of(world.b, rule, day) for day in months] == [missing, nothing, nothing]


def test_what_the_portal_learns_late_is_followed_backwards(
    world: Any, django_assert_num_queries: Any
) -> None:
    rule = "meeting.committee.freq"
    for on in (date(2026, 1, 31), date(2026, 2, 28), MARCH_10):
        open_duties(on)
        settle_duties(on)
    assert state_of(world.a, rule, date(2026, 2, 1)) == DutyState.NOT_APPLICABLE

    tell(world.a, date(2026, 1, 20), has_committee=[False, True])
    tell(world.b, date(2026, 1, 20), phone=["", "0437-1"])
    with django_assert_num_queries(12):
        assert open_duties(MARCH_10) == 0

    months = [state_of(world.a, rule, date(2026, month, 1)) for month in (1, 2, 3)]
    assert months == [DutyState.NOT_APPLICABLE, DutyState.MISSING, DutyState.NOT_DUE]


def test_an_end_entered_late_takes_back_what_was_missing_after_it(world: Any) -> None:
    group = make_group(world.a)
    for on in (date(2026, 1, 31), date(2026, 2, 28), MARCH_10):
        open_duties(on)
        settle_duties(on)
    assert state_of(world.a, "meeting.group.freq", date(2026, 2, 1)) == DutyState.MISSING
    assert state_of(world.b, "themeday.freq", date(2026, 2, 1)) == DutyState.MISSING

    group.ended_on = date(2026, 1, 31)
    group.save()
    tell(world.b, date(2026, 1, 31), EventKind.DISSOLVED, dissolved_on=[None, date(2026, 1, 31)])
    open_duties(MARCH_10)

    assert state_of(world.a, "meeting.group.freq", date(2026, 1, 1)) == DutyState.MISSING
    assert state_of(world.a, "meeting.group.freq", date(2026, 2, 1)) == DutyState.NOT_APPLICABLE
    assert state_of(world.b, "themeday.freq", date(2026, 1, 1)) == DutyState.MISSING
    assert state_of(world.b, "themeday.freq", date(2026, 2, 1)) == DutyState.NOT_APPLICABLE


def test_a_frequency_of_the_district_replaces_ours_from_its_first_whole_period(world: Any) -> None:
    local_rule(world.committee_1, "lecture.freq", "2 per half_year", date(2026, 1, 1))
    local_rule(world.committee_2, "lecture.freq", "month", date(2026, 2, 15))
    first = make_activity(world.a, world.li.user, [world.li], kind=ActivityKind.LECTURE)
    open_duties(date(2026, 7, 1), since=date(2026, 1, 1))
    half = state_of(world.a, "lecture.freq", date(2026, 1, 1))
    apply_record(
        make_activity(world.a, world.li.user, [world.li], kind=ActivityKind.LECTURE, title="第二讲"), at=NOW
    )

    assert (half, first.pk) == (DutyState.MISSING, first.pk)
    assert state_of(world.a, "lecture.freq", date(2026, 1, 1)) == DutyState.ON_TIME
    starts = Duty.unscoped.filter(branch=world.c, rule="lecture.freq").order_by("ends_on", "starts_on")
    months = [(row.starts_on.month, row.ends_on.month) for row in starts]
    assert months == [(1, 3), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7)]


def test_a_frequency_replaced_after_its_period_was_opened_asks_nothing_any_more(world: Any) -> None:
    open_duties(MARCH_10)
    local_rule(world.committee_1, "lecture.freq", "month", date(2026, 1, 1))

    settle_duties(APRIL_1)

    assert state_of(world.a, "lecture.freq") == DutyState.NOT_APPLICABLE
    assert state_of(world.c, "lecture.freq") == DutyState.MISSING


def test_a_record_from_before_the_rules_answers_nothing(world: Any) -> None:
    meeting = make_activity(world.a, world.li.user, [world.li], held_on=date(2017, 5, 8))

    assert apply_record(meeting, at=NOW) == []
    assert not Duty.unscoped.exists()


def test_the_order_of_entry_does_not_matter(world: Any) -> None:
    rows = [
        make_activity(world.a, world.li.user, [world.li], held_on=date(2026, 1, 8), also_kinds=["lecture"]),
        make_activity(world.a, world.li.user, held_on=date(2026, 2, 8), state="excused", reason="防汛"),
        make_activity(world.a, world.li.user, [world.li], kind="theme_day", held_on=date(2026, 2, 9)),
    ]
    sheets = set()
    for order in permutations(rows):
        Duty.unscoped.all().delete()
        open_duties(MARCH_10, since=date(2026, 1, 1), path=world.a.path)
        for row in order:
            apply_record(row, at=NOW)
        columns = ("rule", "starts_on", "state", "activity", "reason")
        sheets.add(frozenset(Duty.unscoped.filter(branch=world.a).values_list(*columns)))

    assert len(sheets) == 1


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
