"""The one statement against plain Python: the very ids, per branch, for a job and for each scope."""

from datetime import UTC, date, datetime, timedelta

import pytest

from activities.choices import ActivityState, DutyState
from activities.tests.factories import make_activity
from branches.choices import PostKind
from branches.models import Organization
from branches.tests.factories import NOW, TODAY, make_organization
from conftest import World
from members.choices import MobileState, SpellEnd, Standing, TransferState
from members.models import StandingPeriod
from members.tests.factories import make_member, make_post, make_spell, make_term, make_transfer
from orgportal.core.models import LocalProvision
from orgportal.core.scoping import NOBODY
from orgportal.health.queries.inputs import WHOLE_TREE, Books, Moment, Stretch, inputs_for, inputs_of
from orgportal.health.rules import BranchInputs, Dated
from orgportal.health.tests.factories import (
    THEME_DAY,
    make_campaign,
    make_decision,
    make_duty,
    make_pledge,
)

MOMENT = Moment.of(TODAY, NOW)
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
LONG_AGO = NOW - timedelta(days=90)


def of_branch(branch: Organization, moment: Moment = MOMENT) -> BranchInputs:
    (found,) = inputs_of(Stretch.under(branch.path), moment)
    return found


def standing_branches(day: date) -> set[int]:
    """Plain Python: branches founded by that day and not dissolved before it."""
    return {
        row.pk
        for row in Organization.unscoped.all()
        if row.is_branch
        and row.established_on <= day
        and (row.dissolved_on is None or row.dissolved_on >= day)
    }


def test_inputs_cover_the_branches_standing_that_day(world: World) -> None:
    gone = make_organization(world.committee_1, dissolved_on=TODAY - timedelta(days=1))
    last_day = make_organization(world.committee_1, dissolved_on=TODAY)
    new = make_organization(world.committee_2, established_on=TODAY + timedelta(days=1))

    ids = [branch.id for branch in inputs_of(WHOLE_TREE, MOMENT)]

    assert set(ids) == standing_branches(TODAY) == {
        world.a.pk, world.b.pk, world.c.pk, world.organ.pk, last_day.pk,
    }  # fmt: skip
    assert len(ids) == len(set(ids))
    assert gone.pk not in ids
    assert new.pk not in ids


@pytest.mark.parametrize("persona", World.personas)
def test_inputs_for_a_page_stay_inside_the_scope(world: World, persona: str) -> None:
    roots = {
        "li": [world.a], "zhao": [world.committee_1], "qian": [world.district], "wang": [world.c],
    }.get(persona, [])  # fmt: skip
    expected = {
        row.pk for row in Organization.unscoped.branches() for root in roots if row.path.startswith(root.path)
    }
    scope = world.scope(persona) if persona != "anon" else NOBODY

    assert {branch.id for branch in inputs_for(scope, WHOLE_TREE, MOMENT)} == expected


def test_inputs_count_members_by_their_standing_that_day(world: World) -> None:
    make_member(world.b, "甲", standing=Standing.PROBATIONARY, confirmed_on=None)
    make_member(world.b, "乙", since=TODAY + timedelta(days=1))
    ended = make_member(world.b, "丙")
    StandingPeriod.objects.filter(member=ended).update(ends_on=TODAY - timedelta(days=1))
    abroad = make_spell(
        make_member(world.b, "丁"), state=MobileState.ABROAD, starts_on=FEB, next_contact_on=date(2026, 3, 9)
    )
    make_spell(make_member(world.b, "戊"), starts_on=FEB)
    make_spell(make_member(world.b, "己"), starts_on=TODAY + timedelta(days=3))
    make_spell(make_member(world.b, "庚"), starts_on=FEB, ends_on=FEB, end_kind=SpellEnd.MISTAKE)

    found = of_branch(world.b)

    assert (found.formal, found.probationary, found.mobile, found.contact_unknown) == (4, 1, 2, 1)
    assert found.contacts == (Dated(abroad.pk, date(2026, 3, 9)),)
    assert of_branch(world.b, Moment.of(TODAY - timedelta(days=2), NOW)).formal == 5


def test_inputs_read_duties_as_they_stand(world: World) -> None:
    met = make_activity(world.a, world.li.user, held_on=FEB, recorded_at=NOW - timedelta(days=30))
    make_duty(world.a, DutyState.ON_TIME, month=FEB, activity=met)
    missing = make_duty(world.a, DutyState.MISSING, month=JAN)
    make_duty(world.a, DutyState.NOT_DUE)
    make_duty(world.a, DutyState.MISSING, month=date(2024, 12, 1))

    found = of_branch(world.a)

    lines = {each.state: each for each in found.duties}
    assert {state: (each.number, each.in_period) for state, each in lines.items()} == {
        "missing": (1, 0), "not_due": (1, 0), "on_time": (1, 0),
    }  # fmt: skip
    assert (lines["missing"].rule, lines["missing"].ids) == (THEME_DAY, (missing.pk,))
    assert lines["missing"].due_days == (date(2026, 1, 31),)
    assert (found.first_duty_on, found.last_record_on) == (JAN, FEB)


def test_inputs_of_a_past_day_take_later_knowledge_back(world: World) -> None:
    end = date(2026, 1, 31)
    cut = datetime(2026, 2, 6, tzinfo=UTC)
    late = make_activity(
        world.a, world.li.user, held_on=date(2026, 1, 20), recorded_at=cut + timedelta(days=3)
    )
    make_duty(
        world.a, DutyState.LATE, month=JAN, activity=late, recorded_at=LONG_AGO, decided_at=late.recorded_at
    )
    quarter = make_activity(world.a, world.li.user, held_on=date(2026, 2, 3), recorded_at=cut)
    make_duty(
        world.a, DutyState.ON_TIME, rule="lecture.freq", month=JAN, due_on=date(2026, 3, 31),
        activity=quarter, recorded_at=LONG_AGO, decided_at=cut,
    )  # fmt: skip
    make_duty(
        world.a, DutyState.NOT_APPLICABLE, rule="meeting.committee.freq", month=JAN, recorded_at=LONG_AGO
    )

    then = of_branch(world.a, Moment(end, cut, JAN))
    later = of_branch(world.a, Moment(end, NOW, JAN))

    assert {(each.rule, each.state) for each in then.duties} == {
        (THEME_DAY, "missing"), ("lecture.freq", "not_due"), ("meeting.committee.freq", "not_applicable"),
    }  # fmt: skip
    assert then.last_record_on is None
    assert {(each.rule, each.state) for each in later.duties} == {
        (THEME_DAY, "late"), ("lecture.freq", "not_due"), ("meeting.committee.freq", "not_applicable"),
    }  # fmt: skip
    assert (later.last_record_on, later.held_in_period) == (date(2026, 1, 20), 1)


def test_inputs_know_what_was_never_owed_before_it_was_held_all_the_same(world: World) -> None:
    held = make_activity(
        world.a, world.li.user, held_on=date(2026, 2, 5), recorded_at=NOW - timedelta(days=20)
    )
    make_duty(
        world.a, DutyState.ON_TIME, rule="orglife.freq", month=JAN, due_on=date(2026, 12, 31), is_owed=False,
        activity=held, recorded_at=LONG_AGO, decided_at=held.recorded_at,
    )  # fmt: skip

    before = of_branch(world.a, Moment.of(date(2026, 1, 31), NOW))
    after = of_branch(world.a, Moment.of(date(2026, 2, 28), NOW))

    assert [line.state for line in before.duties] == ["not_applicable"]
    assert [line.state for line in after.duties] == ["on_time"]


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (ActivityState.HELD, True),
        (ActivityState.DID_NOT_MEET, True),
        (ActivityState.EXCUSED, True),
        (ActivityState.VOID, False),
        (ActivityState.PLANNED, False),
    ],
)
def test_inputs_take_any_answer_for_a_record(world: World, state: ActivityState, counts: bool) -> None:
    make_activity(world.a, world.li.user, state=state, reason="防汛值守", held_on=FEB)

    assert of_branch(world.a).last_record_on == (FEB if counts else None)


def test_inputs_find_the_term_and_the_vacant_post(world: World) -> None:
    term = make_term(world.a, due_on=date(2026, 8, 1))
    make_post(world.chen, world.b, PostKind.SECRETARY, ends_on=date(2025, 11, 30))

    a, b, organ = of_branch(world.a), of_branch(world.b), of_branch(world.organ)

    assert (a.term_id, a.term_due_on, a.has_secretary) == (term.pk, date(2026, 8, 1), True)
    assert (b.term_id, b.has_secretary, b.vacant_since) == (None, False, date(2025, 12, 1))
    assert organ.has_secretary is None


def test_inputs_give_each_side_the_transfers_it_must_move(world: World) -> None:
    on = NOW - timedelta(days=12)
    since = {"state_since": on, "started_at": on}
    to_release = make_transfer(world.chen, world.c, state=TransferState.SUBMITTED, **since)
    to_take_in = make_transfer(world.wang, world.a, state=TransferState.AT_RECEIVER, **since)
    make_transfer(world.sun, world.c, state=TransferState.SENT, **since)

    ids = sorted([to_release.pk, to_take_in.pk])
    assert of_branch(world.a).waiting == tuple(Dated(pk, on.date()) for pk in ids)
    assert of_branch(world.c).waiting == ()


def test_inputs_leave_a_returned_transfer_to_whoever_has_to_mend_it(world: World) -> None:
    on = NOW - timedelta(days=12)
    since = {"state": TransferState.RETURNED, "state_since": on, "started_at": on}
    make_transfer(world.chen, world.c, started_by=world.chen.user, **since)
    sent_before = make_transfer(world.sun, world.c, started_by=world.sun.user, sent_on=on.date(), **since)
    by_branch = make_transfer(world.ran, world.c, started_by=world.li.user, **since)

    ids = sorted([sent_before.pk, by_branch.pk])
    assert of_branch(world.a).waiting == tuple(Dated(pk, on.date()) for pk in ids)


def test_inputs_of_a_past_day_show_a_transfer_where_it_was(world: World) -> None:
    transfer = make_transfer(
        world.chen, world.c, state=TransferState.ACCEPTED, started_at=LONG_AGO, state_since=NOW, ended_at=NOW
    )
    submitted = LONG_AGO + timedelta(days=1)
    transfer.steps.create(move="submit", from_state="draft", to_state="submitted", at=submitted)
    transfer.steps.create(move="accept", from_state="at_receiver", to_state="accepted", at=NOW)

    then = of_branch(world.a, Moment.of(TODAY - timedelta(days=5), NOW))

    assert then.waiting == (Dated(transfer.pk, submitted.date()),)
    assert of_branch(world.a).waiting == ()


def test_inputs_name_follow_ups_past_their_day(world: World) -> None:
    meeting = make_activity(world.a, world.li.user, held_on=FEB, recorded_at=LONG_AGO)
    open_one = make_decision(meeting, world.chen, date(2026, 3, 9))
    done = make_activity(world.a, world.li.user, held_on=FEB, recorded_at=LONG_AGO)
    make_decision(done, world.chen, date(2026, 3, 1), done_on=date(2026, 3, 2))
    void = make_activity(
        world.a, world.li.user, held_on=FEB, state=ActivityState.VOID, reason="重复", recorded_at=LONG_AGO
    )
    make_decision(void, world.chen, date(2026, 3, 1))

    assert of_branch(world.a).follow_ups == (Dated(open_one.pk, date(2026, 3, 9)),)


def test_inputs_name_campaigns_without_the_branchs_own_pledge(world: World) -> None:
    campaign = make_campaign(world.district, world.qian.user, world.a, world.b)
    make_pledge(campaign, world.a)
    make_pledge(campaign, world.b, world.chen)

    assert (of_branch(world.a).campaigns, of_branch(world.a).without_pledge) == (1, ())
    assert of_branch(world.b).without_pledge == (Dated(campaign.pk, date(2026, 1, 5)),)
    assert of_branch(world.c).campaigns == 0


def test_inputs_are_one_query_for_any_number_of_branches(
    world: World, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):
        inputs_of(WHOLE_TREE, MOMENT)
    for _ in range(5):
        make_organization(world.committee_1)
    with django_assert_num_queries(1):
        inputs_of(WHOLE_TREE, MOMENT)


def test_books_share_what_is_the_same_and_know_the_local_rule(world: World) -> None:
    LocalProvision.objects.create(
        key="health.silent_days", path=world.committee_1.path, value=30, instrument="东工委〔2026〕1号",
        valid_from=JAN, recorded_at=NOW,
    )  # fmt: skip

    books = Books([world.a.path, world.b.path, world.c.path, world.organ.path], TODAY)

    assert books.book(world.a.path) is books.book(world.b.path)
    assert books.book(world.c.path) is books.book(world.organ.path)
    assert books.book(world.a.path).value("health.silent_days", TODAY) == 30
    assert books.edition(world.a.path).name != books.edition(world.c.path).name
