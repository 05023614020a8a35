"""Stays away: registered, told, put right, moved on, ended; one at a time, in step with the roster."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from branches.tests.factories import make_organization
from members.choices import InflowState, MobileState, ProposalState, SpellEnd, TransferState
from members.models import ContactProposal, Inflow, Member, MobileSpell
from members.tests.factories import make_member, make_spell
from members.tests.matrix_mobile import chen_lost
from members.tests.mobile import SINCE, away, by, call, put_into, send_away
from members.tests.test_workflows_register import code_of
from members.tests.test_workflows_standing import DEATH, enter
from members.tests.transfers import act, in_state
from members.workflows import mobile, mobile_reminders
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry, Notification, Reminder
from orgportal.core.tests.asking import objection


def state_of(member):
    return Member.unscoped.get(pk=member.pk).mobile_state


def rules_told(world, persona):
    rows = Notification.unscoped.filter(recipient=world.user(persona)).order_by("pk")
    return list(rows.values_list("rule", flat=True))


def test_a_registered_stay_is_dated_cached_planned_and_told(world):
    spell = send_away(world, contact_id=world.sun.pk, expected_on=date(2026, 12, 1))

    assert (spell.place, spell.starts_on, spell.is_running, spell.is_abroad) == (
        "辽宁省大连市",
        SINCE,
        True,
        False,
    )
    assert spell.next_contact_on == date(2026, 5, 1)
    assert state_of(world.chen) == MobileState.OUT
    assert rules_told(world, "chen") == ["members.mobile_registered"]
    assert rules_told(world, "sun") == ["members.mobile_contact_person"]
    assert rules_told(world, "li") == []
    line = AuditEntry.objects.get(action="mobile.registered")
    assert (line.changes["place"], line.changes["told_by_member"]) == ("辽宁省大连市", False)


def test_a_member_tells_the_branch_and_has_been_in_touch_that_day(world):
    spell = send_away(world, persona="chen", since=date(2025, 6, 1), place="东京", is_abroad=True)

    assert (spell.state, state_of(world.chen)) == (MobileState.ABROAD, MobileState.ABROAD)
    assert spell.next_contact_on == date(2026, 9, 10)
    assert rules_told(world, "li") == ["members.mobile_told"]
    assert rules_told(world, "chen") == []


def test_a_stay_entered_late_is_due_for_contact_at_once(world):
    assert send_away(world, since=date(2025, 6, 1)).next_contact_on == world.today


def test_one_stay_at_a_time(world):
    send_away(world)

    assert code_of(send_away, world) == "spell_running"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_spell(world.chen, starts_on=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"place": "大连市中山区人民路1号"}, "place_too_fine"),
        ({"since": date(2026, 3, 11)}, "spell_in_future"),
        ({"since": date(1999, 1, 1)}, "spell_too_early"),
        ({"expected_on": SINCE}, "spell_expected_before"),
    ],
)
def test_a_stay_that_cannot_be_is_refused(world, fields, code):
    assert code_of(send_away, world, **fields) == code


def test_contact_person_and_host_have_to_fit(world):
    for pk in (world.wang.pk, world.chen.pk, 0):
        assert code_of(send_away, world, contact_id=pk) == "spell_contact_not_here"
    for host in (world.a, world.committee_1):
        assert code_of(send_away, world, host=host) == "spell_host_is_home"
    gone = make_organization(world.committee_2, "撤销支部", dissolved_on=world.today)
    assert code_of(send_away, world, host=gone) == "spell_host_dissolved"


def test_only_the_branch_those_above_and_the_member_may(world):
    for persona in ("ran", "sun", "wang"):
        with pytest.raises(NotAllowed):
            send_away(world, persona=persona)
    for persona, member in (
        ("li", world.chen),
        ("zhao", world.sun),
        ("qian", world.ran),
        ("wang", world.wang),
    ):
        assert send_away(world, member, persona).is_running


def test_whoever_moves_on_has_two_stays_and_keeps_the_contact_person(world):
    first = send_away(world, contact_id=world.sun.pk)

    second = mobile.move_on(
        first, away(place="青岛", since=date(2026, 3, 1)), seen_version=1, **by(world, "chen")
    )

    first.refresh_from_db()
    assert (first.ends_on, first.end_kind, first.next_contact_on) == (
        date(2026, 2, 28), SpellEnd.MOVED_ON, None,
    )  # fmt: skip
    assert (second.place, second.contact_person_id, state_of(world.chen)) == (
        "山东省青岛市", world.sun.pk, MobileState.OUT,
    )  # fmt: skip
    assert code_of(
        mobile.move_on, second, away(since=date(2026, 3, 1)), seen_version=1, **by(world, "li")
    ) == "spell_too_early"  # fmt: skip


def test_a_contact_person_who_left_does_not_go_on(world):
    first = send_away(world, contact_id=world.sun.pk)
    put_into(world.sun, world.b)

    second = mobile.move_on(first, away(since=date(2026, 3, 1)), seen_version=1, **by(world, "li"))

    assert second.contact_person is None


def test_a_stay_is_put_right_under_a_version_check(world):
    spell = send_away(world)

    after = mobile.correct(
        spell, away(place="首尔", is_abroad=True, contact_id=world.sun.pk), seen_version=1, **by(world, "li")
    )

    assert (after.place, after.version, state_of(world.chen)) == ("首尔", 2, MobileState.ABROAD)
    assert rules_told(world, "sun") == ["members.mobile_contact_person"]
    assert AuditEntry.objects.get(action="mobile.corrected").changes["place"] == ["辽宁省大连市", "首尔"]
    with pytest.raises(StaleVersion):
        mobile.correct(spell, away(), seen_version=1, **by(world, "li"))


def test_coming_back_ends_the_stay_and_the_hosts_care(world):
    spell = send_away(world, host=world.c)

    ended = mobile.come_back(spell, date(2026, 3, 9), seen_version=1, **by(world, "chen"))

    assert (ended.ends_on, ended.end_kind, state_of(world.chen)) == (date(2026, 3, 9), SpellEnd.RETURNED, "")
    assert Inflow.unscoped.get().state == InflowState.ENDED
    assert rules_told(world, "li") == ["members.mobile_back"]
    assert rules_told(world, "wang") == ["members.inflow_announced", "members.inflow_over"]
    assert code_of(
        mobile.come_back, ended, world.today, seen_version=2, **by(world, "li")
    ) == "spell_over"  # fmt: skip
    assert code_of(send_away, world, since=date(2026, 3, 9)) == "spell_too_early"
    assert send_away(world, since=world.today).is_running


@pytest.mark.parametrize(
    ("on", "code"), [(date(2026, 3, 11), "spell_in_future"), (date(2026, 1, 31), "spell_too_early")]
)
def test_the_last_day_lies_within_the_stay(world, on, code):
    spell = send_away(world)

    assert code_of(mobile.come_back, spell, on, seen_version=1, **by(world, "li")) == code


def test_a_stay_entered_by_mistake_counts_as_none(world):
    spell = send_away(world)

    annulled = mobile.annul(spell, seen_version=1, **by(world, "li"))

    assert (annulled.end_kind, state_of(world.chen)) == (SpellEnd.MISTAKE, "")
    assert send_away(world, since=SINCE).is_running


def test_the_end_of_membership_ends_the_stay(world):
    spell = send_away(world)

    enter(world, DEATH)

    spell.refresh_from_db()
    assert (spell.ends_on, spell.end_kind, state_of(world.chen)) == (
        DEATH.effect_on, SpellEnd.MEMBERSHIP, "",
    )  # fmt: skip
    assert code_of(send_away, world) == "membership_ended"


def test_an_accepted_transfer_ends_the_stay(world):
    spell = send_away(world)
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    act(world, "wang", transfer, "accept")

    spell.refresh_from_db()
    assert (spell.ends_on, spell.end_kind) == (world.today - timedelta(days=1), SpellEnd.TRANSFERRED)
    assert state_of(world.chen) == ""


def test_a_contact_person_sees_the_stay_while_both_are_in_the_branch(world):
    spell = send_away(world, contact_id=world.sun.pk)
    seen = MobileSpell.objects.visible_to(world.scope("sun"))

    assert list(seen) == [spell]
    put_into(world.sun, world.b)
    assert list(MobileSpell.objects.visible_to(world.scope("sun"))) == []
    assert list(MobileSpell.objects.visible_to(world.scope("wang"))) == []


def test_nobody_is_told_who_has_no_account_or_did_it(world):
    quiet = make_member(world.a, "无账号")
    spell = send_away(world, quiet, contact_id=make_member(world.a, "也无").pk)

    mobile.come_back(spell, world.today, seen_version=1, **by(world, "li"))
    mobile.close_for(quiet.pk, SpellEnd.MEMBERSHIP, world.today, world.now)

    assert not Notification.unscoped.exists()


def test_a_stay_outside_every_branch_of_mine_stays_unseen(world):
    make_spell(make_member(world.b, "乙甲"))

    assert not MobileSpell.objects.visible_to(world.scope("li")).exists()


# --- reminders


def planned(on):
    return list(mobile_reminders.drafts(on))


def test_the_contact_person_is_reminded_on_the_day_and_again(world):
    spell = make_spell(world.chen, contact_person=world.sun, next_contact_on=world.today)

    (draft,) = planned(world.today)
    assert (draft.rule, draft.step, draft.recipients) == (
        "members.contact_due", 0, frozenset({world.sun.user_id}),
    )  # fmt: skip
    (again,) = planned(world.today + timedelta(days=14))
    assert (again.step, again.subject) == (14, f"members.spell:{spell.pk}")
    assert planned(world.today - timedelta(days=2)) == []
    assert planned(world.today + timedelta(days=44))[0].step == 14
    for days in (45, 59, 60, 61):
        assert planned(world.today + timedelta(days=days)) == []


def test_without_a_contact_person_here_the_branch_is_reminded(world):
    make_spell(world.chen, next_contact_on=world.today)
    make_spell(world.ran, contact_person=world.wang, next_contact_on=world.today)
    make_spell(world.li, contact_person=make_member(world.a, "无账号"), next_contact_on=world.today)

    assert {draft.recipients for draft in planned(world.today)} == {frozenset({world.li.user_id})}


def reminder(world, persona, draft):
    row = Reminder(
        rule=draft.rule, subject=draft.subject, recipient=world.user(persona), due_on=draft.due_on,
        step=draft.step, channel="in_app", planned_for=world.now, params=draft.params, url=draft.url,
        recorded_at=world.now,
    )  # fmt: skip
    row.save()
    return row


def test_a_contact_reminder_is_asked_again_when_it_is_sent(world):
    spell = make_spell(world.chen, contact_person=world.sun, next_contact_on=world.today)
    (draft,) = planned(world.today)
    ours, theirs = reminder(world, "sun", draft), reminder(world, "li", draft)

    assert objection(mobile_reminders.contact_objections, ours, world.now) == ""
    assert objection(mobile_reminders.contact_objections, theirs, world.now) == "not_in_office"
    call(world, world.today)
    spell.refresh_from_db()
    assert objection(mobile_reminders.contact_objections, ours, world.now) == "already_done"


def test_a_proposal_is_asked_about_again_and_then_above(world):
    chen_lost(world)
    ContactProposal.unscoped.update(opened_on=world.today)

    def steps(days):
        return [(d.rule, d.step, d.recipients) for d in planned(world.today + timedelta(days=days))]

    branch, above = frozenset({world.li.user_id}), frozenset({world.zhao.user_id})
    assert steps(12) == [("members.out_of_contact", 0, branch)]
    assert steps(13) == [("members.out_of_contact", 14, branch)]
    assert steps(29) == [
        ("members.out_of_contact", 30, branch), ("members.out_of_contact_escalated", 30, above),
    ]  # fmt: skip
    assert steps(61) == []
    last = planned(world.today + timedelta(days=29))[1]
    assert objection(mobile_reminders.proposal_objections, reminder(world, "zhao", last), world.now) == ""
    assert (
        objection(mobile_reminders.proposal_objections, reminder(world, "li", last), world.now)
        == "not_in_office"
    )


def test_a_proposal_is_told_to_the_branch(world):
    chen_lost(world)
    ContactProposal.unscoped.update(opened_on=world.today)

    (draft,) = planned(world.today)
    ours, theirs = reminder(world, "li", draft), reminder(world, "sun", draft)

    assert (draft.recipients, draft.params["kind"]) == (
        frozenset({world.li.user_id}), {"word": "Stop the membership"},
    )  # fmt: skip
    assert objection(mobile_reminders.proposal_objections, ours, world.now) == ""
    assert objection(mobile_reminders.proposal_objections, theirs, world.now) == "not_in_office"
    ContactProposal.unscoped.update(state=ProposalState.OVERTAKEN, closed_on=world.today)
    assert objection(mobile_reminders.proposal_objections, ours, world.now) == "already_done"
