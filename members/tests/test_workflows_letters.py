"""Out of the portal on paper: the letter, its loss and lapse, the slip, and the member who leaves with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from branches.choices import PostKind
from branches.models import Organization
from members.choices import EndKind, PaperKind, Standing
from members.models import BranchPeriod, Member, Paper, Post, StandingPeriod, Transfer
from members.tests.factories import make_member, make_post
from members.tests.transfers import OUTSIDE, REASON, REFUSAL, act, begin, begin_outside, details, with_letter
from members.workflows import transfer as work
from members.workflows.transfer import MoveRefused, Words
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Notification

LATER = timedelta(days=40)


def letters(transfer: Transfer) -> list[tuple[int, str, str]]:
    rows = Paper.unscoped.filter(transfer=transfer, kind=PaperKind.LETTER).order_by("pk")
    return list(rows.values_list("serial", "state", "end_reason"))


def slip(on: date, **more: Any) -> Words:
    return Words(accepted_on=on, slip_number="南组回字12号", **more)


def clock_strikes(world: Any) -> list[bool]:
    world.now += LATER
    world.today += LATER
    return [work.lapse(pk, on=world.today, at=world.now) for pk in work.lapsed(world.today)]


def check_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# --- starting


def test_a_body_outside_is_named_in_words(world: Any) -> None:
    transfer = begin_outside(world)

    assert (transfer.state, transfer.target, transfer.target_name) == ("sent", None, OUTSIDE.body)
    assert (transfer.outside_committee, transfer.outside_postcode) == (OUTSIDE.committee, "130022")
    assert (transfer.target_short_name, transfer.target_path) == (OUTSIDE.body, "")
    assert str(transfer).endswith(OUTSIDE.body)


def test_exactly_one_target_is_named(world: Any) -> None:
    for both_or_none in ({"outside": OUTSIDE}, {}):
        target = world.c if both_or_none else None
        with pytest.raises(Refused, match="transfer_needs_one_target"):
            begin(world, "li", target, **both_or_none)


def test_a_rival_to_a_body_outside_is_named(world: Any) -> None:
    begin_outside(world)

    with pytest.raises(Refused) as refused:
        begin(world, "li", world.b)

    assert refused.value.params["target"] == OUTSIDE.body


def test_details_can_be_corrected_to_a_branch_of_the_portal(world: Any) -> None:
    transfer = begin_outside(world, "li", keep_draft=True)

    corrected = work.correct(
        transfer, details(world.b), seen_version=1, actor=world.user("li"), scope=world.scope("li"),
        at=world.now,
    )  # fmt: skip

    assert (corrected.target, corrected.outside_body) == (world.b, "")
    assert corrected.steps.latest("pk").details["before"]["target"] == OUTSIDE.body


def test_the_committee_sends_it_back(world: Any) -> None:
    returned = act(world, "zhao", begin_outside(world), "return", REASON)

    assert (returned.state, letters(returned)) == ("returned", [])


# --- the letter


def test_the_committee_issues_the_letter(world: Any) -> None:
    transfer = with_letter(world)

    paper = Paper.unscoped.get()
    assert (transfer.state, transfer.valid_until) == ("at_receiver", world.today + timedelta(days=30))
    assert (paper.issuer, paper.branch, paper.number) == (
        world.committee_1, world.a, "东街道党工委介字〔2026〕0001号",
    )  # fmt: skip
    assert paper.facts == {
        "to": OUTSIDE.committee, "body": OUTSIDE.body, "to_address": OUTSIDE.address, "to_postcode": "130022",
        "from": "甲社区党支部", "dues_paid_to": "", "days": 30, "name": "陈党员", "gender": "男", "age": 45,
        "ethnicity": "汉族", "standing": "正式党员", "mobile": world.chen.mobile, "issuer": "东街道党工委",
        "issuer_address": world.committee_1.address, "issuer_phone": world.committee_1.phone,
    }  # fmt: skip
    assert transfer.steps.latest("pk").details == {"letter": paper.number}


def test_dues_stand_on_the_letter(world: Any) -> None:
    transfer = begin_outside(world, dues_paid_to=date(2026, 2, 1))

    act(world, "zhao", transfer, "issue")

    assert Paper.unscoped.get().facts["dues_paid_to"] == "2026-02"


@pytest.mark.parametrize(("days", "code"), [(91, "letter_days_too_many"), (0, "letter_days_missing")])
def test_a_term_beyond_the_rule_is_refused(world: Any, days: int, code: str) -> None:
    transfer = begin_outside(world)

    with pytest.raises(Refused, match=code):
        act(world, "zhao", transfer, "issue", Words(days=days))

    transfer.refresh_from_db()
    assert (transfer.state, Paper.unscoped.count()) == ("sent", 0)


def test_a_longer_term_stands_with_its_reason(world: Any) -> None:
    transfer = begin_outside(world)

    act(world, "zhao", transfer, "issue", Words(days=120, remark="跨省办理，路途较远"))

    transfer.refresh_from_db()
    assert transfer.valid_until == world.today + timedelta(days=120)
    assert transfer.steps.latest("pk").remark == "跨省办理，路途较远"


def test_inside_one_city_a_letter_is_shorter(world: Any) -> None:
    transfer = begin_outside(world)
    Organization.unscoped.filter(pk=world.committee_1.pk).update(address="长春市人民大街1号")

    act(world, "zhao", transfer, "issue")

    transfer.refresh_from_db()
    assert transfer.valid_until == world.today + timedelta(days=10)


def test_branch_cannot_issue(world: Any) -> None:
    with pytest.raises(NotAllowed):
        act(world, "li", begin_outside(world), "issue")


def test_each_move_has_one_line_and_tells_each_party_once(world: Any) -> None:
    transfer = begin_outside(world, "chen")
    act(world, "li", transfer, "release")
    Notification.unscoped.all().delete()
    audits = AuditEntry.objects.count()

    act(world, "zhao", transfer, "issue")

    assert AuditEntry.objects.count() - audits == 1
    assert sorted(Notification.unscoped.values_list("recipient__user_name", "rule")) == [
        ("chen", "members.transfer_yours_member"),
        ("li", "members.transfer_issue"),
    ]


def test_the_branch_is_told_for_a_member_without_an_account(world: Any) -> None:
    old = make_member(world.a, "高老")
    transfer = begin(world, "li", None, old, outside=OUTSIDE)
    Notification.unscoped.all().delete()

    act(world, "zhao", transfer, "issue")

    assert list(Notification.unscoped.values_list("recipient__user_name", "rule")) == [
        ("li", "members.transfer_yours"),
    ]


# --- on its way


@pytest.mark.parametrize("persona", ["chen", "li", "zhao"])
def test_the_letter_is_reported_as_handed_in(world: Any, persona: str) -> None:
    transfer = act(world, persona, with_letter(world), "hand-in")

    assert (transfer.state, transfer.handed_in_on) == ("at_receiver", world.today)
    with pytest.raises(MoveRefused):
        act(world, persona, transfer, "hand-in")


def test_a_lost_letter_is_void_and_a_new_one_names_it(world: Any) -> None:
    transfer = act(world, "chen", with_letter(world), "lose", Words(remark="车上遗失"))
    assert letters(transfer) == [(1, "ended", "lost")]

    act(world, "zhao", transfer, "reissue", Words(remark="补开", days=10))

    assert letters(transfer) == [(1, "ended", "lost"), (2, "issued", "")]
    second = Paper.unscoped.get(serial=2)
    assert (second.replaces.serial, second.valid_until) == (1, world.today + timedelta(days=10))


def test_a_new_letter_voids_the_one_in_force(world: Any) -> None:
    transfer = act(world, "zhao", with_letter(world), "reissue", Words(remark="抬头写错"))

    assert letters(transfer) == [(1, "ended", "corrected"), (2, "issued", "")]
    assert transfer.handed_in_on is None


def test_a_lapsed_letter_leaves_the_member_in_sight(world: Any) -> None:
    transfer = with_letter(world)

    assert clock_strikes(world) == [True]
    assert [work.lapse(pk, on=world.today, at=world.now) for pk in work.lapsed(world.today)] == [False]

    transfer.refresh_from_db()
    assert (transfer.state, letters(transfer)) == ("at_receiver", [(1, "ended", "expired")])
    assert Member.unscoped.get(pk=world.chen.pk).branch == world.a
    scope = world.scope("zhao")
    assert list(Transfer.objects.visible_to(scope).to_do(scope)) == [transfer]
    act(world, "zhao", transfer, "reissue", Words(remark="本人住院，情况属实"))
    assert letters(transfer) == [(1, "ended", "expired"), (2, "issued", "")]


def test_what_was_handed_in_does_not_lapse(world: Any) -> None:
    transfer = act(world, "chen", with_letter(world), "hand-in")

    assert clock_strikes(world) == [False]
    assert letters(transfer) == [(1, "issued", "")]


@pytest.mark.parametrize(
    ("persona", "name", "words", "state", "end"),
    [
        ("chen", "withdraw", Words(), "withdrawn", "withdrawn"),
        ("zhao", "return", REASON, "returned", "returned"),
        ("zhao", "refuse", REFUSAL, "refused", "returned"),
    ],
)
def test_other_ends_void_the_letter(
    world: Any, persona: str, name: str, words: Words, state: str, end: str
) -> None:
    transfer = act(world, persona, with_letter(world), name, words)

    assert (transfer.state, letters(transfer)) == (state, [(1, "ended", end)])


def test_a_transfer_cancelled_by_the_clock_voids_its_letter(world: Any) -> None:
    transfer = with_letter(world)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)

    assert clock_strikes(world) == [True]
    assert letters(transfer) == [(1, "ended", "withdrawn")]


def test_queues_agree_with_the_owner(world: Any) -> None:
    transfer = with_letter(world)
    for step, owner in (("", "chen"), ("hand-in", "zhao")):
        if step:
            act(world, "chen", transfer, step)
        for persona in ("chen", "li", "zhao", "wang"):
            scope = world.scope(persona)
            rows: Any = Transfer.objects.visible_to(scope)
            assert list(rows.to_do(scope)) == ([transfer] if persona == owner else []), persona
            waits = persona not in {owner, "wang"}
            assert list(rows.waiting(scope)) == ([transfer] if waits else []), persona
            assert list(rows.coming(scope)) == []


# --- the slip


def test_the_slip_takes_the_member_out_of_the_register(world: Any) -> None:
    make_post(world.chen, world.a, PostKind.PUBLICITY)
    transfer = act(world, "chen", with_letter(world), "hand-in")
    day = world.today + timedelta(days=3)
    world.now += timedelta(days=5)
    world.today += timedelta(days=5)

    done = act(world, "zhao", transfer, "confirm", slip(day))

    check_history()
    member = Member.unscoped.get(pk=world.chen.pk)
    assert (done.state, done.accepted_on, done.slip_number) == ("accepted", day, "南组回字12号")
    assert letters(done) == [(1, "ended", "used")]
    assert (member.standing, member.user.is_active) == (Standing.ENDED, False)
    period = StandingPeriod.objects.get(member=member, ends_on=None)
    assert (period.end_kind, period.starts_on) == (EndKind.TRANSFERRED_OUT, day)
    assert period.basis == f"{OUTSIDE.body} 南组回字12号"
    last = day - timedelta(days=1)
    assert BranchPeriod.objects.get(member=member).ends_on == last
    assert Post.unscoped.get(member=member).ends_on == last
    assert done.steps.latest("pk").details == {
        "ended_letter": "东街道党工委介字〔2026〕0001号", "posts_ended": 1, "posts_cancelled": 0,
        "left_on": day.isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("offset", "code"),
    [(-1, "slip_before_letter"), (6, "date_in_future"), (None, "slip_needs_day")],
)
def test_a_day_that_cannot_be_is_refused(world: Any, offset: int | None, code: str) -> None:
    transfer = with_letter(world)
    day = None if offset is None else world.today + timedelta(days=offset)

    with pytest.raises(Refused, match=code):
        act(world, "zhao", transfer, "confirm", Words(accepted_on=day))

    transfer.refresh_from_db()
    assert (transfer.state, letters(transfer)) == ("at_receiver", [(1, "issued", "")])
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL


def test_a_slip_after_the_last_day_needs_a_word(world: Any) -> None:
    transfer = with_letter(world, days=10)
    clock_strikes(world)
    day = world.today - timedelta(days=1)

    with pytest.raises(Refused, match="slip_after_validity"):
        act(world, "zhao", transfer, "confirm", slip(day))

    assert (
        act(world, "zhao", transfer, "confirm", slip(day, remark="对方已接收，情况属实")).state == "accepted"
    )


def test_a_slip_of_a_withdrawn_transfer_is_refused(world: Any) -> None:
    transfer = act(world, "chen", with_letter(world), "withdraw")

    with pytest.raises(MoveRefused, match="transfer_moved_on"):
        act(world, "zhao", transfer, "confirm", slip(world.today))


def test_a_member_who_left_meanwhile_is_not_sent_off_twice(world: Any) -> None:
    transfer = with_letter(world)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)

    with pytest.raises(Refused, match="transfer_member_moved"):
        act(world, "zhao", transfer, "confirm", slip(world.today))


def test_the_slip_cancels_posts_that_were_to_begin(world: Any) -> None:
    coming = make_post(
        world.chen, world.committee_1, PostKind.ORGANISER, starts_on=world.today + timedelta(days=20)
    )
    transfer = with_letter(world)

    left = act(world, "zhao", transfer, "confirm", Words(accepted_on=world.today))

    coming.refresh_from_db()
    assert coming.cancelled_on == world.today
    assert left.steps.latest("pk").details["posts_cancelled"] == 1


def test_nothing_of_the_member_may_begin_after_the_day_of_leaving(world: Any) -> None:
    transfer = with_letter(world)
    make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=world.today)

    with pytest.raises(Refused, match="ends_too_early"):
        act(world, "zhao", transfer, "confirm", slip(world.today))

    assert letters(transfer) == [(1, "issued", "")]
