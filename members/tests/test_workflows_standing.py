"""Decisions about a standing: entered, approved, coming, in force; and everything that is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from activities.choices import ActivityKind
from activities.tests.factories import make_activity
from branches.choices import Kind, PostKind
from branches.queries import committee_above
from branches.tests.factories import make_organization
from members.choices import ChangeState, Standing
from members.models import BranchPeriod, Case, Member, Post, StandingChange, StandingPeriod
from members.queries import roster_for, scope_for
from members.queries.sheets import post_sheet
from members.queries.standing import file_of
from members.tasks import apply_standing
from members.tests.factories import make_member, make_person, make_post, make_transfer
from members.tests.test_workflows_register import by, code_of
from members.workflows import standing as work
from members.workflows.standing import Decision, Words
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry, Notification, User

TODAY = date(2026, 3, 10)
DEATH = Decision(kind="death", decided_on=date(2026, 3, 1), effect_on=date(2026, 3, 1), document="死亡证明")
STOP = Decision(kind="stop", decided_on=TODAY, effect_on=TODAY, document="党员大会决议3号", ground="lost")
CONFIRM = Decision(kind="confirm", decided_on=TODAY, effect_on=date(2026, 2, 1), document="决议4号")
LATER = date(2026, 4, 1)


def enter(world, decision, member=None, persona="li", version=None):
    member = member or world.chen
    version = version or Member.unscoped.get(pk=member.pk).version
    return work.enter(member, decision, seen_version=version, **by(world, persona))


def move(world, change, name, persona="zhao", **words):
    defaults = {"reason": "材料不齐", "approval": "东街党批〔2026〕2号"}
    return work.move(change, name, **by(world, persona), words=Words(**{**defaults, **words}))


@pytest.fixture
def new(world):
    """A probationary member of A whose year was served on 1 February."""
    return make_person(
        world.a, "ai", "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 2, 1),
        since=date(2025, 2, 1),
    )  # fmt: skip


def notices(user_name):
    rows = Notification.unscoped.filter(recipient__user_name=user_name).order_by("pk")
    return [rule.removeprefix("members.standing_") for rule in rows.values_list("rule", flat=True)]


# --- confirmation: proposed by the branch, approved above


def test_confirmation_waits_for_the_committee_and_then_dates_the_party_age(world, new):
    change = enter(world, CONFIRM, new)

    assert change.state == ChangeState.PROPOSED
    assert Member.unscoped.get(pk=new.pk).standing == Standing.PROBATIONARY
    assert notices("zhao") == ["yours"]

    change = move(world, change, "approve")

    member = Member.unscoped.get(pk=new.pk)
    assert (change.state, change.was_approved) == (ChangeState.IN_FORCE, True)
    assert (member.standing, member.confirmed_on) == (Standing.FORMAL, date(2026, 2, 1))
    periods = StandingPeriod.objects.filter(member=new).order_by("starts_on")
    assert list(periods.values_list("standing", "starts_on", "ends_on", "basis")) == [
        ("probationary", date(2025, 2, 1), date(2026, 1, 31), ""),
        ("formal", date(2026, 2, 1), None, "决议4号 · 东街党批〔2026〕2号"),
    ]
    assert notices("li") == ["take_effect"]
    assert notices("ai") == ["own"]
    actions = AuditEntry.objects.filter(target_id=new.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "standing.entered", "standing.approve", "standing.take_effect", "member.standing_changed",
    ]  # fmt: skip


def test_the_committee_refuses_with_a_reason_and_the_branch_withdraws(world, new):
    change = enter(world, CONFIRM, new)

    assert code_of(move, world, change, "refuse", reason=" ") == "change_needs_reason"
    assert move(world, change, "refuse").state == ChangeState.REFUSED
    second = enter(world, CONFIRM, new)
    assert move(world, second, "withdraw", persona="li").state == ChangeState.WITHDRAWN
    assert StandingChange.unscoped.open().count() == 0
    assert notices("li") == ["refuse"]


def test_who_may_move_it(world, new):
    change = enter(world, CONFIRM, new)

    with pytest.raises(NotAllowed):
        move(world, change, "approve", persona="li")
    with pytest.raises(NotAllowed):
        move(world, change, "withdraw", persona="zhao")
    assert code_of(move, world, change, "take_effect") == "standing_moved_on"
    assert code_of(move, world, change, "approve", approval="") == "approval_needs_document"
    with pytest.raises(StaleVersion):
        move(world, change, "approve", seen_version=7)
    move(world, change, "approve")
    assert code_of(move, world, change, "approve") == "standing_moved_on"


def test_nobody_decides_about_themselves(world):
    assert code_of(enter, world, STOP, world.li) == "not_oneself"
    own = make_member(world.a, "本人", standing="probationary", confirmed_on=None, joined_on=date(2025, 2, 1))
    User.objects.filter(pk=world.zhao.user_id).update(is_active=True)
    change = enter(world, CONFIRM, own)
    scope = replace(world.scope("zhao"), member_id=own.pk)
    assert work.allowed_moves(change, scope) == ()
    at = by(world, "zhao")
    assert (
        code_of(work.move, change, "approve", **{**at, "scope": scope}, words=Words(approval="文"))
        == "not_oneself"
    )


def test_a_committee_enters_its_own_decision_and_needs_no_second_look(world):
    expelled = Decision(
        kind="expelled",
        decided_on=TODAY,
        effect_on=TODAY,
        document="区纪〔2026〕1号",
        approval="区委〔2026〕2号",
    )

    change = enter(world, expelled, persona="zhao")

    assert (change.state, change.approved_by_id) == (ChangeState.IN_FORCE, world.zhao.user_id)
    assert change.basis == "区纪〔2026〕1号 · 区委〔2026〕2号"


def test_a_stranger_and_a_recorder_enter_nothing(world):
    for persona in ("wang", "ran", "chen"):
        with pytest.raises(NotAllowed):
            enter(world, STOP, world.sun, persona=persona)


def test_the_committee_is_the_nearest_one_above_and_no_general_branch(world):
    general = make_organization(world.committee_1, "社区党总支", kind=Kind.GENERAL_BRANCH)
    below = make_organization(general, "丁党支部")

    assert committee_above(below.path) == world.committee_1
    assert committee_above(world.district.path) is None


# --- basis


def test_a_recorded_meeting_is_the_basis_and_dates_the_decision(world, new):
    meeting = make_activity(world.a, world.li.user, kind=ActivityKind.GENERAL, held_on=date(2026, 3, 5))
    picked = replace(CONFIRM, decided_on=None, document="", meeting_id=meeting.pk)

    change = enter(world, picked, new)

    assert (change.decided_on, change.meeting_id, change.basis) == (date(2026, 3, 5), meeting.pk, "")


def test_a_meeting_of_another_branch_or_no_basis_at_all_is_refused(world, new):
    elsewhere = make_activity(world.b, world.li.user, kind=ActivityKind.GENERAL, held_on=date(2026, 3, 5))

    assert code_of(enter, world, replace(CONFIRM, meeting_id=elsewhere.pk), new) == "meeting_not_here"
    assert code_of(enter, world, replace(CONFIRM, document=""), new) == "basis_missing"
    assert code_of(enter, world, replace(CONFIRM, decided_on=None), new) == "basis_missing"


# --- extension, stop, restore, rights


def test_probation_is_extended_once_and_the_clock_follows(world, new):
    longer = Decision(kind="extend", decided_on=TODAY, document="决议", extend_months=6)

    change = move(world, enter(world, longer, new), "approve")

    assert (change.effect_on, change.extended_to) == (TODAY, date(2026, 8, 1))
    assert Member.unscoped.get(pk=new.pk).probation_until == date(2026, 8, 1)
    assert StandingPeriod.objects.filter(member=new).count() == 1
    assert code_of(enter, world, longer, new) == "extended_already"
    assert code_of(enter, world, CONFIRM, new) == "probation_not_served"


def test_probation_is_cancelled(world, new):
    cancelled = Decision(kind="cancelled", decided_on=TODAY, effect_on=TODAY, document="决议")

    move(world, enter(world, cancelled, new), "approve")

    assert StandingPeriod.objects.filter(member=new).latest("starts_on").end_kind == "cancelled"


def test_stop_ends_posts_and_restore_brings_back_what_was(world):
    make_post(world.chen, world.a, PostKind.PUBLICITY)

    stop = enter(world, STOP)

    assert stop.state == ChangeState.IN_FORCE
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.SUSPENDED
    assert Post.unscoped.get(member=world.chen).ends_on == date(2026, 3, 9)
    assert file_of(Member.unscoped.get(pk=world.chen.pk)).stopped_on == TODAY
    gone = Decision(kind="gone", decided_on=TODAY, effect_on=LATER, document="决议")
    assert code_of(enter, world, gone) == "stopped_too_short"
    restore = Decision(kind="restore", decided_on=TODAY, effect_on=LATER, document="决议9号")
    coming = move(world, enter(world, restore), "approve")
    assert coming.state == ChangeState.COMING
    assert apply_standing(on=LATER.isoformat()) == 1
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL


def test_rights_are_suspended_and_given_back(world):
    suspend = Decision(kind="suspend", decided_on=TODAY, effect_on=TODAY, document="区委〔2026〕7号")

    move(world, enter(world, suspend), "approve")

    line = next(row for row in roster_for(world.a, TODAY) if row.id == world.chen.pk)
    before = next(row for row in roster_for(world.a, date(2026, 3, 9)) if row.id == world.chen.pk)
    assert (line.standing, line.has_vote, before.has_vote) == ("formal", False, True)
    lift = Decision(kind="lift", decided_on=TODAY, effect_on=date(2026, 3, 11), document="区委〔2026〕8号")
    move(world, enter(world, lift), "approve")
    assert apply_standing(on="2026-03-11") == 1
    after = next(row for row in roster_for(world.a, date(2026, 3, 11)) if row.id == world.chen.pk)
    assert after.has_vote


# --- exits


def test_an_exit_closes_periods_posts_account_and_transfer(world):
    make_post(world.chen, world.a, PostKind.PUBLICITY)
    transfer = make_transfer(world.chen, world.b)

    enter(world, DEATH)

    row = Member.unscoped.get(pk=world.chen.pk)
    assert (row.standing, row.is_present) == (Standing.ENDED, False)
    assert BranchPeriod.objects.get(member=row).ends_on == DEATH.effect_on
    last = StandingPeriod.objects.filter(member=row).latest("starts_on")
    assert (last.standing, last.end_kind, last.starts_on, last.basis) == (
        "ended", "death", DEATH.effect_on + timedelta(days=1), "死亡证明",
    )  # fmt: skip
    assert Post.unscoped.get(member=row).ends_on == DEATH.effect_on
    world.chen.user.refresh_from_db()
    assert not world.chen.user.is_active
    assert scope_for(world.chen.user, TODAY).member_id is None
    transfer.refresh_from_db()
    assert transfer.state == "cancelled"
    connection.check_constraints()


def test_an_exit_cancels_posts_that_were_to_begin_and_they_do_not_bar_it(world):
    dated = make_post(world.chen, world.a, PostKind.RECORDER, starts_on=LATER, ends_on=date(2026, 5, 1))
    coming = make_post(world.chen, world.committee_1, PostKind.ORGANISER, starts_on=LATER)
    past = make_post(
        world.chen, world.a, PostKind.RECORDER, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 5)
    )

    enter(world, DEATH)

    for post in (dated, coming, past):
        post.refresh_from_db()
    assert (dated.cancelled_on, coming.cancelled_on, past.cancelled_on) == (TODAY, TODAY, None)
    assert post_sheet(world.a, TODAY).coming == []
    assert dated in post_sheet(world.a, TODAY).past
    changes = AuditEntry.objects.filter(action="member.standing_changed").latest("pk").changes
    assert changes["posts_cancelled"] == 2


def test_an_exit_of_somebody_without_account(world):
    member = make_member(world.a, "无号")

    assert enter(world, DEATH, member).state == ChangeState.IN_FORCE
    assert code_of(enter, world, DEATH, member) == "membership_ended"


def test_an_exit_before_the_present_place_began_is_refused(world):
    assert code_of(enter, world, replace(DEATH, effect_on=date(2015, 6, 30))) == "ends_too_early"
    make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=date(2026, 3, 5))
    assert code_of(enter, world, DEATH) == "ends_too_early"


def test_a_stale_version_is_refused(world):
    with pytest.raises(StaleVersion):
        enter(world, DEATH, version=4)


# --- coming changes


def test_a_coming_change_leaves_the_register_until_its_day_and_runs_once(world):
    change = enter(world, replace(STOP, effect_on=LATER))

    assert change.state == ChangeState.COMING
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL
    assert apply_standing(on="2026-03-31") == 0
    assert apply_standing(on="2026-04-01") == 1
    assert apply_standing(on="2026-04-01") == 0
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.SUSPENDED
    assert StandingPeriod.objects.filter(member=world.chen).latest("starts_on").starts_on == LATER
    assert not work.take_effect(change.pk, on=LATER, at=world.now)


def test_a_coming_change_is_withdrawn_before_its_day(world):
    change = enter(world, replace(STOP, effect_on=LATER))

    move(world, change, "withdraw", persona="li")

    assert apply_standing(on="2026-04-01") == 0
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL


def test_a_second_decision_waits_for_the_first(world):
    enter(world, replace(STOP, effect_on=LATER))

    assert code_of(enter, world, replace(STOP, kind="resigned")) == "change_is_open"


def test_the_index_decides_between_two_clerks(world):
    enter(world, replace(STOP, effect_on=LATER))
    rival = StandingChange(
        member=world.chen, kind="stop", state="coming", decided_on=TODAY, document="另", effect_on=LATER,
        ground="lost",
        entered_by=world.li.user, entered_at=world.now,
    )  # fmt: skip

    with transaction.atomic():
        assert code_of(work._insert, rival) == "standing_moved_on"


def test_a_death_ends_what_was_under_way(world):
    change = enter(world, replace(STOP, effect_on=LATER))

    enter(world, DEATH)

    change.refresh_from_db()
    assert (change.state, change.reason) == (ChangeState.WITHDRAWN, "member_died")


def test_a_coming_change_the_register_outran_lapses_and_the_branch_is_told(world):
    change = enter(world, replace(STOP, effect_on=LATER))
    StandingPeriod.objects.filter(member=world.chen).update(starts_on=date(2026, 4, 1))

    assert apply_standing(on="2026-04-01") == 0

    change.refresh_from_db()
    assert (change.state, change.reason) == (ChangeState.WITHDRAWN, "register_changed")
    assert notices("li")[-1] == "lapse"


# --- exits that only a disposition file leads to


@pytest.mark.parametrize("kind", ["struck_off", "advised_out", "gone"])
@pytest.mark.parametrize("persona", ["li", "zhao"])
def test_no_desk_enters_a_disposition_without_its_file(world, kind, persona):
    decision = Decision(kind=kind, decided_on=TODAY, effect_on=TODAY, document="决议5号", approval="批复")

    assert code_of(enter, world, decision, persona=persona) == "change_needs_file"
    assert not StandingChange.unscoped.exists()


def test_what_was_decided_before_the_takeover_is_entered_with_its_document(world):
    Member.unscoped.filter(pk=world.chen.pk).update(recorded_at=world.now)
    day = date(2026, 2, 1)
    old = Decision(kind="struck_off", decided_on=day, effect_on=day, document="县委〔2026〕3号")

    change = move(world, enter(world, old), "approve")

    assert (change.state, change.kind) == (ChangeState.IN_FORCE, "struck_off")


def test_a_proposal_without_a_file_is_not_approved_and_a_file_of_another_member_counts_for_nothing(world):
    change = StandingChange.unscoped.create(
        member=world.chen, kind="struck_off", state=ChangeState.PROPOSED, decided_on=TODAY, document="决议",
        effect_on=TODAY, entered_by=world.li.user, entered_at=world.now,
    )  # fmt: skip
    assert code_of(move, world, change, "approve") == "change_needs_file"
    move(world, change, "withdraw", "li")
    other = Case(member=make_member(world.a), kind="strike")
    decision = Decision(
        kind="struck_off", decided_on=TODAY, effect_on=TODAY, document="决议", approval="批复"
    )
    version = Member.unscoped.get(pk=world.chen.pk).version

    entered = lambda: work.enter(  # noqa: E731
        world.chen, decision, seen_version=version, **by(world, "zhao"), file=other
    )

    assert code_of(entered) == "change_needs_file"
