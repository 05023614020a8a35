"""A member's corrections, requests and yearly look: what changes, who is told, what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from branches.tests.factories import NOW
from members.choices import CorrectionState, OwnField
from members.models import Confirmation, Correction, Member
from members.queries.own import own_state, unconfirmed
from members.tests.factories import make_member
from members.tests.test_workflows_loader import id_number
from members.tests.test_workflows_register import by, code_of
from members.workflows import own as work
from members.workflows import own_notices, reminders
from members.workflows.own import Answer, Contact, Wish
from members.workflows.register import NeedsCare
from orgportal.core.accounts import find_user
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry, Notification, Reminder, User
from orgportal.core.sealing import seal, unseal
from orgportal.core.tests.asking import objection

TODAY = date(2026, 3, 10)
NEW = "13912340000"
EDUCATION = Wish(field=OwnField.EDUCATION, wanted="university", why="学历证书")


def chen(world):
    return Member.unscoped.get(pk=world.chen.pk)


def correct(world, persona="chen", **changes):
    typed = {"mobile": NEW, "employer": "龙山机械厂", "version": chen(world).version}
    return work.correct_contact(world.chen, Contact(**{**typed, **changes}), **by(world, persona))


def ask(world, wish=EDUCATION, persona="chen"):
    return work.ask(world.chen, wish, **by(world, persona))


def answer(world, request, act=work.accept, persona="li", **said):
    seen = {"version": request.version, "member_version": chen(world).version, "words": "已核对"}
    return act(request, Answer(**{**seen, **said}), **by(world, persona))


def confirm(world, persona="chen", member=None, version=None, **said):
    member = member or world.chen
    version = version or Member.unscoped.get(pk=member.pk).version
    return work.confirm(member, seen_version=version, **by(world, persona), **said)


def told(rule):
    rows = Notification.unscoped.filter(rule=f"members.{rule}").order_by("recipient__user_name")
    return list(dict.fromkeys(rows.values_list("recipient__user_name", flat=True)))


# --- at once


def test_contact_changes_at_once_and_the_branch_sees_who_did_it(world):
    before = chen(world)

    row = correct(world)

    assert (row.mobile, row.employer, row.version) == (NEW, "龙山机械厂", before.version + 1)
    made = {each.field: each for each in Correction.unscoped.all()}
    assert {name: (each.held, each.wanted, each.state) for name, each in made.items()} == {
        "mobile": (before.mobile, NEW, "made"),
        "employer": ("", "龙山机械厂", "made"),
    }
    assert told("own_corrected") == ["li"]
    assert AuditEntry.objects.get(action="member.own_corrected").changes["mobile"] == [before.mobile, NEW]


def test_signing_in_by_mobile_follows(world):
    User.objects.filter(pk=world.chen.user_id).update(mobile="13900000001")

    correct(world)

    assert find_user(NEW) == world.chen.user
    assert find_user("13900000001") is None
    correct(world, mobile="")
    assert User.objects.get(pk=world.chen.user_id).mobile is None


def test_a_number_another_account_signs_in_with_is_refused_whole(world):
    User.objects.filter(pk=world.sun.user_id).update(mobile=NEW)
    before = chen(world)

    with transaction.atomic():
        assert code_of(lambda: correct(world)) == "own_mobile_taken"
        transaction.set_rollback(True)

    assert chen(world).mobile == before.mobile


def test_nothing_changed_leaves_no_trace_but_the_version(world):
    correct(world, mobile=chen(world).mobile, employer="")

    assert not Correction.unscoped.exists()
    assert not AuditEntry.objects.filter(action="member.own_corrected").exists()


def test_employer_alone_leaves_the_sign_in_alone(world):
    correct(world, mobile=chen(world).mobile)

    assert User.objects.get(pk=world.chen.user_id).mobile is None


def test_contact_of_another_a_bad_number_and_a_stale_version_are_refused(world):
    with pytest.raises(NotAllowed):
        correct(world, persona="li")
    assert code_of(lambda: correct(world, mobile="12812345678")) == "own_mobile_shape"
    with pytest.raises(StaleVersion):
        correct(world, version=99)


# --- asked of the branch


def test_a_request_waits_with_a_day_and_changes_nothing(world):
    request = ask(world)

    assert (request.state, request.held, request.wanted) == ("open", "college", "university")
    assert request.due_on == date(2026, 3, 25)
    assert chen(world).education == "college"
    assert told("correction_asked") == ["li"]
    assert code_of(lambda: ask(world)) == "correction_is_open"
    assert code_of(lambda: ask(world, replace(EDUCATION, wanted="college"))) == "correction_says_the_same"
    with pytest.raises(NotAllowed):
        ask(world, persona="sun")


def test_accepted_it_goes_through_the_register_and_the_member_reads_it(world):
    done = answer(world, ask(world))

    assert (done.state, done.answer, done.answered_by_id) == ("accepted", "已核对", world.li.user_id)
    assert chen(world).education == "university"
    assert AuditEntry.objects.filter(action="member.corrected").count() == 1
    assert AuditEntry.objects.filter(action="correction.accepted").count() == 1
    assert told("correction_accepted") == ["chen"]


def test_an_identity_number_is_sealed_until_the_answer(world):
    number = id_number(date(1980, 5, 17), 7)
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_sealed=seal(id_number()))
    request = ask(world, Wish(field=OwnField.ID_NUMBER, wanted=number, why="身份证"))

    assert number not in (request.held, request.wanted)
    assert unseal(bytes(request.wanted_sealed)) == number
    trail = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert number not in trail

    done = answer(world, request)

    assert done.wanted_sealed is None
    assert unseal(bytes(chen(world).id_number_sealed)) == number


def test_days_come_back_as_days_and_may_be_emptied_where_that_is_lawful(world):
    request = ask(world, Wish(field=OwnField.BIRTH_ON, wanted="1981-05-17", why="户口簿"))
    assert answer(world, request).state == "accepted"
    assert chen(world).birth_on == date(1981, 5, 17)

    empty = ask(world, Wish(field=OwnField.CONFIRMED_ON, wanted="", why="从未转正"))
    with pytest.raises(NeedsCare):
        answer(world, empty)
    assert ask(world, Wish(field=OwnField.ID_NUMBER, wanted=id_number(), why="身份证")).held == ""


def test_oddities_ask_for_a_second_look_and_leave_the_request_open(world):
    make_member(world.a, "新名", birth_on=chen(world).birth_on)
    request = ask(world, Wish(field=OwnField.NAME, wanted="新名", why="户口簿"))

    with pytest.raises(NeedsCare):
        answer(world, request)
    assert Correction.unscoped.get(pk=request.pk).is_open

    assert answer(world, request, insists=True).state == "accepted"
    assert chen(world).name == "新名"


def test_something_else_is_put_right_elsewhere_and_says_so(world):
    request = ask(world, Wish(field=OwnField.OTHER, wanted="支部经历少了一段", why="介绍信"))

    assert code_of(lambda: answer(world, request, words=" ")) == "correction_needs_words"
    assert answer(world, request, words="已在经历中补录").state == "accepted"
    assert not AuditEntry.objects.filter(action="member.corrected").exists()


def test_declining_says_why(world):
    request = ask(world)

    assert code_of(lambda: answer(world, request, work.decline, words="")) == "correction_needs_words"
    done = answer(world, request, work.decline, words="证书未通过核验")

    assert (done.state, chen(world).education) == ("declined", "college")
    assert told("correction_declined") == ["chen"]
    assert code_of(lambda: answer(world, done)) == "correction_answered"


def test_only_the_branch_answers_and_only_the_member_takes_back(world):
    request = ask(world)

    for act in (work.accept, work.decline):
        with pytest.raises(NotAllowed):
            answer(world, request, act, persona="zhao")
    with pytest.raises(NotAllowed):
        work.withdraw(request, version=1, **by(world, "li"))
    done = work.withdraw(request, version=1, **by(world, "chen"))

    assert (done.state, done.answer) == ("withdrawn", "")
    assert told("correction_withdrawn") == ["li"]
    assert ask(world).is_open


def test_versions_of_request_and_member_are_both_held(world):
    request = ask(world)
    with pytest.raises(StaleVersion):
        answer(world, request, version=2)
    correct(world)
    with pytest.raises(StaleVersion):
        answer(world, request, member_version=1)
    with pytest.raises(StaleVersion):
        work.withdraw(request, version=2, **by(world, "chen"))


def test_a_decision_without_words_or_day_cannot_be_stored(world):
    request = ask(world)

    for wrong in ({"state": CorrectionState.ACCEPTED}, {"state": "declined", "answered_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Correction.unscoped.filter(pk=request.pk).update(**wrong)


# --- reminders


def plan(on):
    Reminder.objects.all().delete()
    reminders.plan(on, at=NOW)
    rows = Reminder.objects.filter(rule=own_notices.DUE, channel="in_app").order_by("recipient__user_name")
    return [(row.step, row.recipient.user_name) for row in rows.select_related("recipient")]


def test_the_branch_is_reminded_and_a_late_answer_is_the_committees_too(world):
    request = ask(world)

    assert plan(request.due_on - timedelta(days=10)) == []
    assert plan(request.due_on - timedelta(days=3)) == [(-3, "li")]
    assert plan(request.due_on) == [(0, "li")]
    assert plan(request.due_on + timedelta(days=7)) == [(7, "li"), (7, "zhao")]


def test_a_planned_reminder_is_asked_again_at_send_time(world):
    request = ask(world)
    plan(request.due_on + timedelta(days=7))
    of = {row.recipient.user_name: row for row in Reminder.objects.filter(rule=own_notices.DUE)}

    assert (
        objection(own_notices.objections, of["li"], NOW)
        == objection(own_notices.objections, of["zhao"], NOW)
        == ""
    )
    of["zhao"].step = 0
    assert objection(own_notices.objections, of["zhao"], NOW) == "not_in_office"
    work.withdraw(request, version=1, **by(world, "chen"))
    assert objection(own_notices.objections, of["li"], NOW) == "already_done"


# --- once a year


def test_a_member_confirms_once_a_year_however_often(world):
    first = confirm(world)

    assert (first.year, first.is_by_branch, first.by_id) == (2026, False, world.chen.user_id)
    assert confirm(world, "li", how="电话") == first
    assert Confirmation.unscoped.count() == 1
    assert AuditEntry.objects.filter(action="member.own_confirmed").count() == 1
    assert told("confirmed_for") == []


def test_the_branch_confirms_for_a_member_and_says_how(world):
    assert code_of(lambda: confirm(world, "li", how=" ")) == "confirmation_says_how"
    with pytest.raises(NotAllowed):
        confirm(world, "zhao", how="电话")
    made = confirm(world, "li", how="电话")

    assert (made.is_by_branch, made.how) == (True, "电话")
    assert told("confirmed_for") == ["chen"]
    silent = make_member(world.a, "无账号")
    assert confirm(world, "li", silent, how="上门").is_by_branch
    assert told("confirmed_for") == ["chen"]


def test_what_was_confirmed_is_what_was_seen(world):
    with pytest.raises(StaleVersion):
        confirm(world, version=7)


def test_the_home_task_goes_with_the_confirmation(world):
    state = own_state(world.chen, TODAY)
    assert (state.is_asked, state.is_late) == (True, False)
    assert own_state(world.chen, date(2026, 4, 1)).is_late

    confirm(world)

    assert not own_state(world.chen, TODAY).is_asked
    assert own_state(world.chen, date(2027, 1, 1)).is_asked


def test_who_has_not_is_a_list_within_the_scope(world):
    confirm(world)

    assert {row.name for row in unconfirmed(world.scope("li"), 2026)} == {"李书记", "冉记录", "孙党员"}
    assert not unconfirmed(world.scope("sun"), 2026).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.unscoped.create(
            member=world.sun, year=2026, seen_version=1, by=world.li.user, is_by_branch=True, at=NOW
        )
