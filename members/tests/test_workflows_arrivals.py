"""Into the portal on paper: registered, accepted with a slip, refused; known members come back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from branches.choices import PostKind
from members.choices import PeriodReason, Standing, TransferState
from members.models import Arrival, BranchPeriod, Member, Paper, Post, StandingPeriod
from members.tests.arrivals import NUMBER, accepted, registered
from members.tests.factories import make_member, make_person, make_post
from members.tests.transfers import act, with_letter
from members.workflows import accounts
from members.workflows import arrivals as work
from members.workflows.arrivals import Refusal
from members.workflows.register import NeedsCare
from members.workflows.transfer import Words
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, Notification, User
from orgportal.core.sealing import blind, seal
from orgportal.core.workflows.accounts import set_active


def check_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def gave_back(world: Any, arrival: Arrival, grounds: str, remark: str, persona: str = "li") -> Arrival:
    return work.refuse(
        arrival, Refusal(grounds, remark), seen_version=arrival.version, actor=world.user(persona),
        scope=world.scope(persona), at=world.now,
    )  # fmt: skip


def chen_left(world: Any, days_ago: int = 5) -> Member:
    """Chen, whose number is on file, went to a body outside some days ago."""
    Member.unscoped.filter(pk=world.chen.pk).update(
        id_number_sealed=seal(NUMBER), id_number_digest=blind(NUMBER), birth_on=date(1990, 1, 2)
    )
    transfer = with_letter(world)
    world.now += timedelta(days=days_ago)
    act(world, "zhao", transfer, "confirm", Words(accepted_on=world.today))
    world.today += timedelta(days=days_ago)
    return Member.unscoped.get(pk=world.chen.pk)


def chen_back(world: Any, **fields: Any) -> Arrival:
    typed = {"name": "陈党员", **fields.pop("person", {})}
    return registered(world, "wang", world.c, person=typed, **fields)


# --- registering


def test_a_letter_is_registered_and_the_branch_is_told(world: Any) -> None:
    arrival = registered(world, "zhao")

    assert (arrival.state, arrival.branch, arrival.name) == (TransferState.AT_RECEIVER, world.a, "𠮷来")
    assert "id_number" not in arrival.person
    assert Member.unscoped.filter(name="𠮷来").count() == 0
    told = list(Notification.unscoped.values_list("recipient__user_name", "rule"))
    assert told == [("li", "members.arrival_registered")]
    assert AuditEntry.objects.get().action == "arrival.registered"


@pytest.mark.parametrize("persona", ["wang", "chen", "ran"])
def test_only_the_receiving_side_registers(world: Any, persona: str) -> None:
    with pytest.raises(NotAllowed):
        registered(world, persona)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"valid_until": date(2026, 3, 9)}, "arrival_letter_over"),
        ({"issued_on": date(2026, 3, 11)}, "date_in_future"),
    ],
)
def test_a_letter_that_cannot_count_is_refused(world: Any, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        registered(world, letter=fields)

    assert Arrival.unscoped.count() == 0


def test_the_target_must_be_a_branch_that_stands(world: Any) -> None:
    with pytest.raises(Refused, match="no_such_branch"):
        registered(world, "zhao", world.committee_1)
    world.a.dissolved_on = world.today
    world.a.save()
    with pytest.raises(Refused, match="transfer_target_dissolved"):
        registered(world, "zhao")


def test_a_bad_check_digit_is_looked_at_twice(world: Any) -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")

    with pytest.raises(NeedsCare) as care:
        registered(world, person={"id_number": wrong})

    assert [doubt.code for doubt in care.value.doubts] == ["id_check_digit"]
    assert registered(world, person={"id_number": wrong}, bearer={"insists": True}).is_open


def test_what_is_wrong_cannot_be_insisted_on(world: Any) -> None:
    with pytest.raises(NeedsCare) as care:
        registered(world, person={"joined_on": date(1980, 1, 1)}, bearer={"insists": True})

    assert care.value.is_final


def test_a_long_term_is_looked_at_twice(world: Any) -> None:
    with pytest.raises(NeedsCare) as care:
        registered(world, letter={"valid_until": date(2026, 8, 1)})

    assert [doubt.code for doubt in care.value.doubts] == ["letter_term_long"]


def test_one_letter_is_taken_in_once(world: Any) -> None:
    registered(world)

    with pytest.raises(Refused, match="arrival_twice"):
        registered(world, "wang", world.c)


def test_a_refused_letter_may_be_presented_again(world: Any) -> None:
    gave_back(world, registered(world), "not_here", "不在本辖区")

    assert registered(world, "wang", world.c).is_open


def test_a_letter_of_this_portal_comes_back_by_its_own_transfer(world: Any) -> None:
    transfer = with_letter(world)
    number = Paper.unscoped.get().number
    with pytest.raises(Refused, match=r"arrival_own_letter$"):
        registered(world, "wang", world.c, letter={"number": number})

    act(world, "chen", transfer, "withdraw")

    with pytest.raises(Refused, match="arrival_own_letter_ended"):
        registered(world, "wang", world.c, letter={"number": number})


def test_a_person_in_the_register_is_told_within_reach_only(world: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_digest=blind(NUMBER))

    with pytest.raises(Refused, match="id_in_register_here"):
        registered(world)
    with pytest.raises(Refused, match="id_in_register_elsewhere"):
        registered(world, "wang", world.c)


# --- accepting


def test_acceptance_enters_the_person_and_issues_the_slip(world: Any) -> None:
    arrival = accepted(world, registered(world), on=date(2026, 3, 5))

    check_history()
    member = Member.unscoped.get(name="𠮷来")
    assert (arrival.state, arrival.member, arrival.is_return) == (TransferState.ACCEPTED, member, False)
    assert (member.branch, member.standing) == (world.a, Standing.FORMAL)
    period = BranchPeriod.objects.get(member=member)
    assert (period.starts_on, period.reason) == (date(2026, 3, 5), PeriodReason.TRANSFERRED)
    assert arrival.slip.number == "东街道党工委回字〔2026〕0001号"
    assert arrival.slip.facts == {
        "to": "中共长春市南关区委组织部", "letter": "南组介字〔2026〕88号", "from": "明珠社区党支部",
        "branch": "甲社区党支部", "accepted_on": "2026-03-05", "name": "𠮷来", "gender": "男", "age": 36,
        "ethnicity": "汉族", "standing": "正式党员", "mobile": "13800001111", "issuer": "东街道党工委",
        "issuer_address": "", "issuer_phone": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "code"),
    [(date(2026, 2, 28), "arrival_before_letter"), (date(2026, 3, 11), "date_in_future")],
)
def test_a_day_that_cannot_be_changes_nothing(world: Any, on: date, code: str) -> None:
    arrival = registered(world)

    with pytest.raises(Refused, match=code):
        accepted(world, arrival, on=on)

    assert Arrival.unscoped.get().is_open
    assert not Paper.unscoped.exists()
    assert not Member.unscoped.filter(name="𠮷来").exists()


def test_a_letter_that_ran_out_meanwhile_is_refused(world: Any) -> None:
    arrival = registered(world)
    world.now += timedelta(days=60)
    world.today += timedelta(days=60)

    with pytest.raises(Refused, match="arrival_letter_over"):
        accepted(world, arrival)
    assert accepted(world, arrival, on=date(2026, 3, 31)).accepted_on == date(2026, 3, 31)


def test_a_branch_dissolved_meanwhile_takes_nobody_in_but_can_give_back(world: Any) -> None:
    arrival = registered(world)
    world.a.dissolved_on = world.today
    world.a.save()

    with pytest.raises(Refused, match="transfer_target_dissolved"):
        accepted(world, arrival, "zhao")
    assert gave_back(world, arrival, "wrong_target", "支部已撤销", "zhao").state == "refused"


def test_what_is_decided_stays_so_and_a_stale_page_is_told(world: Any) -> None:
    arrival = registered(world)
    arrival.version = 7
    with pytest.raises(StaleVersion):
        accepted(world, arrival)
    arrival.version = 1
    accepted(world, arrival)

    with pytest.raises(Refused, match="arrival_decided"):
        accepted(world, arrival)
    with pytest.raises(NotAllowed):
        accepted(world, arrival, "chen")


@pytest.mark.parametrize(
    ("grounds", "remark", "code"),
    [("", "不在", "transfer_needs_grounds"), ("not_here", " ", "transfer_needs_reason")],
)
def test_a_bare_refusal_is_not_possible(world: Any, grounds: str, remark: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        gave_back(world, registered(world), grounds, remark)


# --- coming back


def test_who_left_by_a_letter_comes_back_as_the_same_line(world: Any) -> None:
    left = chen_left(world)
    arrival = chen_back(world, letter={"issued_on": world.today})

    done = accepted(world, arrival, "wang")

    check_history()
    back = Member.unscoped.get(pk=left.pk)
    assert (done.member, done.is_return, Member.unscoped.filter(name="陈党员").count()) == (back, True, 1)
    assert (back.branch, back.path, back.standing) == (world.c, world.c.path, Standing.FORMAL)
    assert back.number == left.number
    first = date(2026, 3, 10)
    outside = StandingPeriod.objects.get(member=back, standing=Standing.ENDED)
    assert (outside.starts_on, outside.ends_on) == (first, world.today - timedelta(days=1))
    days = list(
        BranchPeriod.objects.filter(member=back).order_by("starts_on").values_list("starts_on", "ends_on")
    )
    assert days[-2][1] == first - timedelta(days=1)
    assert days[-1] == (world.today, None)


def test_the_account_of_who_comes_back_is_open_and_waits_for_a_slip(world: Any, on_the_day: Any) -> None:
    chen_left(world)
    before = User.objects.get(pk=world.chen.user_id)
    done = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    user = User.objects.get(pk=world.chen.user_id)
    assert (before.is_active, user.is_active, user.has_usable_password()) == (False, True, False)
    assert user.session_epoch == before.session_epoch + 1
    assert list(
        Notification.unscoped.filter(rule="members.account_reopened").values_list(
            "recipient__user_name", "url"
        )
    ) == [("wang", f"/members/accounts/{world.chen.pk}/slip/")]
    line = AuditEntry.objects.get(action="arrival.accepted")
    assert line.changes["account_reopened"] is True
    assert AuditEntry.objects.filter(action="account.enabled", target_id=user.pk).count() == 1
    assert f"/members/accounts/{world.chen.pk}/slip/" in page_of(world, "wang", done)
    assert "由本支部负责党员账号的人员签发" in page_of(world, "qian", done)
    assert world.client("wang").post(f"/members/accounts/{world.chen.pk}/slip/").status_code == 200
    assert "账号：" in page_of(world, "wang", done)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    assert "账号：" not in page_of(world, "wang", done)


def test_everybody_who_may_issue_the_slip_is_told_and_nobody_else(world: Any, on_the_day: Any) -> None:
    for name, kind in (
        ("deputy", PostKind.DEPUTY_SECRETARY), ("org", PostKind.ORGANISATION), ("pub", PostKind.PUBLICITY),
    ):  # fmt: skip
        make_post(make_person(world.c, name, name), world.c, kind)
    chen_left(world)
    accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    told = Notification.unscoped.filter(rule="members.account_reopened")
    assert set(told.values_list("recipient__user_name", flat=True)) == {"wang", "deputy"}


def test_where_nobody_may_issue_the_slip_the_system_desk_is_told_without_a_branch(
    world: Any, on_the_day: Any
) -> None:
    make_post(world.zhao, world.committee_2, PostKind.ORGANISER)
    chen_left(world)
    Post.unscoped.filter(member=world.wang).update(kind=PostKind.ORGANISATION)
    accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    (told,) = Notification.unscoped.filter(rule__startswith="members.account_reopened")
    user = world.user("chen")
    assert (told.recipient, told.rule) == (world.user("sys"), "members.account_reopened_unkept")
    assert told.params == {"name": user.display_name, "user_name": user.user_name}
    assert world.client("sys").get(told.url).status_code == 200
    assert "的账号（" in world.client("sys").get("/inbox/").content.decode()


def test_the_account_is_told_only_while_the_member_is_there_and_in_sight(world: Any, on_the_day: Any) -> None:
    chen_left(world)
    done = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")
    chen = Member.unscoped.filter(pk=world.chen.pk)
    there = page_of(world, "wang", done)
    chen.update(branch=world.a, path=world.a.path)
    moved_on = page_of(world, "wang", done)
    chen.update(branch=world.c, path=world.c.path, standing=Standing.ENDED)

    assert "账号：" in there
    assert "账号：" not in moved_on
    assert "账号：" not in page_of(world, "wang", done)


def test_an_account_a_desk_closed_stays_closed_and_the_page_says_so(world: Any, on_the_day: Any) -> None:
    set_active(world.user("chen"), is_active=False, actor=world.user("sys"), at=world.now)
    chen_left(world)
    done = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    assert User.objects.get(pk=world.chen.user_id).is_active is False
    assert not Notification.unscoped.filter(rule="members.account_reopened").exists()
    assert "须由系统管理员恢复" in page_of(world, "wang", done)


def test_one_opened_again_by_the_desk_is_left_alone_and_one_without_account_too(
    world: Any, on_the_day: Any
) -> None:
    chen_left(world)
    set_active(User.objects.get(pk=world.chen.user_id), is_active=True, actor=world.user("sys"), at=world.now)
    epoch = User.objects.get(pk=world.chen.user_id).session_epoch
    done = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")
    assert User.objects.get(pk=world.chen.user_id).session_epoch == epoch

    Member.unscoped.filter(pk=world.chen.pk).update(user=None)
    assert "账号：" not in page_of(world, "wang", done)
    assert (
        accounts.reopen(Member.unscoped.get(pk=world.chen.pk), actor=world.user("wang"), at=world.now)
        is False
    )


def page_of(world: Any, persona: str, arrival: Arrival) -> str:
    return world.client(persona).get(arrival.get_absolute_url()).content.decode()


def test_nobody_comes_back_on_the_day_of_leaving(world: Any) -> None:
    chen_left(world)
    arrival = chen_back(world, letter={"issued_on": date(2026, 3, 10)})

    with pytest.raises(Refused, match="arrival_before_leaving"):
        accepted(world, arrival, "wang", on=date(2026, 3, 10))


def test_a_number_under_another_name_is_refused(world: Any) -> None:
    chen_left(world)

    with pytest.raises(Refused, match="arrival_other_name"):
        chen_back(world, person={"name": "程党员"})


def test_who_left_otherwise_does_not_come_back_by_a_letter(world: Any) -> None:
    left = chen_left(world)
    StandingPeriod.objects.filter(member=left, ends_on=None).update(end_kind="struck_off")

    with pytest.raises(Refused, match="arrival_ended_otherwise"):
        chen_back(world)


@pytest.mark.parametrize("twins", [0, 1])
def test_a_line_without_a_number_is_known_by_name_and_birth_if_there_is_one_only(
    world: Any, twins: int
) -> None:
    left = chen_left(world)
    Member.unscoped.filter(pk=left.pk).update(id_number_digest=None, id_number_sealed=None)
    for _ in range(twins):
        make_member(world.b, "陈党员", birth_on=date(1990, 1, 2), standing=Standing.ENDED)

    done = accepted(world, chen_back(world, letter={"issued_on": world.today}), "wang")

    assert (done.member.pk == left.pk) is (twins == 0)
    assert done.member.id_number_digest == blind(NUMBER)
