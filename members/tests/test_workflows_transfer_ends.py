from datetime import date, timedelta
from typing import Any

import pytest

from branches.choices import PostKind
from branches.models import Organization
from members.choices import PeriodReason, Standing, TransferState
from members.models import BranchPeriod, Member, Paper, Transfer
from members.queries import scope_for
from members.tests.factories import make_post, make_transfer
from members.tests.transfers import act, begin, details, in_state, with_letter
from members.workflows import standing
from members.workflows import transfer as work
from members.workflows.standing import Decision
from orgportal.core.errors import Refused
from orgportal.core.models import Notification, OutboxEvent

# --- acceptance


def test_acceptance_moves_the_member(world: Any) -> None:
    post = make_post(world.chen, world.a, PostKind.PUBLICITY)
    coming = make_post(world.chen, world.a, PostKind.DISCIPLINE, starts_on=world.today + timedelta(days=3))
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    act(world, "wang", transfer, "accept")

    chen = Member.unscoped.get(pk=world.chen.pk)
    assert (chen.branch, chen.path, chen.group, chen.version) == (world.c, world.c.path, None, 2)
    periods = BranchPeriod.objects.filter(member=chen).order_by("starts_on")
    assert list(periods.values_list("branch", "starts_on", "ends_on", "reason")) == [
        (world.a.pk, date(2015, 7, 1), date(2026, 3, 9), PeriodReason.LOADED),
        (world.c.pk, world.today, None, PeriodReason.TRANSFERRED),
    ]
    post.refresh_from_db()
    coming.refresh_from_db()
    assert post.ends_on == date(2026, 3, 9)
    assert (coming.cancelled_on, coming.ends_on) == (world.today, None)
    assert transfer.steps.get().details == {"posts_ended": 1, "posts_cancelled": 1}
    assert set(OutboxEvent.objects.values_list("topic", "key")) == {
        ("members.changed", str(world.a.pk)), ("members.changed", str(world.c.pk)),
    }  # fmt: skip


def test_before_acceptance_the_source_has_the_member_and_after_it_only_the_target(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    def holders() -> set[str]:
        return {
            persona
            for persona in ("li", "wang")
            if Member.objects.visible_to(world.scope(persona)).filter(pk=world.chen.pk).exists()
        }

    before = holders()
    act(world, "wang", transfer, "accept")

    assert (before, holders()) == ({"li"}, {"wang"})


def test_nobody_is_in_two_branches_on_one_day(world: Any) -> None:
    BranchPeriod.objects.filter(member=world.chen).update(starts_on=world.today)

    with pytest.raises(Refused, match="transfer_same_day"):
        act(world, "wang", in_state(world, TransferState.AT_RECEIVER, world.c), "accept")

    assert Member.unscoped.get(pk=world.chen.pk).branch == world.a


@pytest.mark.parametrize("ends_on", [None, date(2026, 6, 30)])
@pytest.mark.parametrize("days", [0, 20])
def test_a_post_not_begun_is_cancelled_and_gives_no_right_on_any_day(
    world: Any, days: int, ends_on: date | None
) -> None:
    first = world.today + timedelta(days=days)
    coming = make_post(world.chen, world.a, PostKind.DEPUTY_SECRETARY, starts_on=first, ends_on=ends_on)
    elsewhere = make_post(world.chen, world.committee_1, PostKind.ORGANISER, starts_on=first)
    warned = {each.code: each.params for each in work.objections(world.chen, details(world.c), at=world.now)}
    transfer = begin(world, "li", world.c)
    act(world, "zhao", transfer, "approve")

    accepted = act(world, "wang", transfer, "accept")

    assert warned["transfer_posts_cancelled" if days else "transfer_posts_end"] == {"count": 1}
    coming.refresh_from_db()
    elsewhere.refresh_from_db()
    done = accepted.steps.latest("pk").details
    assert (done["posts_ended"], done["posts_cancelled"]) == (0, 1)
    assert (coming.cancelled_on, coming.starts_on, coming.ends_on) == (world.today, first, ends_on)
    assert elsewhere.cancelled_on is None
    assert not any(
        scope_for(world.chen.user, first + timedelta(days=n)).may("branch.release_member", world.a)
        for n in range(2)
    )
    another = make_post(world.sun, world.a, PostKind.DEPUTY_SECRETARY, starts_on=first)
    assert another.runs_on(first)
    assert not coming.runs_on(first)


def test_dissolved_branch_accepts_nobody(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    Organization.unscoped.filter(pk=world.c.pk).update(dissolved_on=world.today)

    with pytest.raises(Refused, match="transfer_target_dissolved"):
        act(world, "qian", transfer, "accept")


def test_member_who_left_the_source_otherwise_is_not_accepted(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)

    with pytest.raises(Refused, match="transfer_member_moved"):
        act(world, "wang", transfer, "accept")


@pytest.mark.parametrize(
    ("state", "persona", "move"), [("at_receiver", "wang", "accept"), ("sent", "zhao", "approve")]
)
def test_whoever_was_stopped_on_the_way_is_not_moved_on_and_the_clock_cancels_it(
    world: Any, state: TransferState, persona: str, move: str
) -> None:
    transfer = in_state(world, state, world.c)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.SUSPENDED)

    with pytest.raises(Refused, match="transfer_not_a_member"):
        act(world, persona, transfer, move)

    assert lapse_all(world, world.today) == 1
    transfer.refresh_from_db()
    assert (transfer.state, transfer.steps.get().details) == ("cancelled", {"because": "member_stopped"})


def test_a_stop_cancels_the_transfer_under_way_and_says_so_to_both_sides(world: Any) -> None:
    transfer = act(world, "zhao", begin(world, "li", world.c), "approve")
    Notification.unscoped.all().delete()
    stop(world)

    with pytest.raises(work.MoveRefused) as late:
        act(world, "wang", transfer, "accept")

    transfer.refresh_from_db()
    world.chen.refresh_from_db()
    told = Notification.unscoped.filter(rule="members.transfer_cancel")
    assert (transfer.state, world.chen.branch, world.chen.standing) == ("cancelled", world.a, "suspended")
    assert transfer.steps.latest("pk").details == {"because": "member_stopped"}
    assert late.value.params["state"] == "cancelled"
    assert set(told.values_list("recipient__user_name", flat=True)) == {"chen", "li", "wang"}
    with pytest.raises(Refused, match="transfer_not_a_member"):
        begin(world, "li", world.b)


def test_a_stop_voids_the_letter_on_its_way(world: Any) -> None:
    transfer = with_letter(world)
    stop(world)

    transfer.refresh_from_db()
    letter = Paper.unscoped.get(kind="letter", transfer=transfer)
    assert (transfer.state, letter.state, letter.end_reason) == ("cancelled", "ended", "withdrawn")


def stop(world: Any) -> None:
    decision = Decision(kind="stop", decided_on=world.today, document="决议8号", ground="lost")
    chen = Member.unscoped.get(pk=world.chen.pk)
    standing.enter(
        chen,
        decision,
        seen_version=chen.version,
        actor=world.user("li"),
        scope=world.scope("li"),
        at=world.now,
    )


# --- the clock


def lapse_all(world: Any, on: date) -> int:
    return sum(work.lapse(pk, on=on, at=world.now) for pk in work.lapsed(on))


def test_letter_expires_after_its_last_day_and_once(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c, valid_until=world.today)

    on_the_day = lapse_all(world, world.today)
    after = lapse_all(world, world.today + timedelta(days=1))
    again = lapse_all(world, world.today + timedelta(days=1))

    assert (on_the_day, after, again) == (0, 1, 0)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.ended_at) == ("expired", world.now)
    step = transfer.steps.get()
    assert (step.move, step.actor) == ("expire", None)
    told = set(Notification.unscoped.values_list("recipient__user_name", flat=True))
    assert told == {"chen", "li", "wang"}


def test_transfer_that_lost_its_object_is_cancelled(world: Any) -> None:
    dead = in_state(world, TransferState.SENT, world.c)
    gone = make_transfer(world.sun, world.b, state="submitted")
    moved = make_transfer(world.ran, world.c, state="sent", source=world.b)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.ENDED)
    Organization.unscoped.filter(pk=world.b.pk).update(dissolved_on=world.today)

    assert lapse_all(world, world.today) == 3

    reasons = {step.transfer_id: step.details["because"] for step in work.TransferStep.objects.all()}
    assert reasons == {dead.pk: "member_ended", gone.pk: "target_dissolved", moved.pk: "member_moved"}
    assert set(Transfer.unscoped.values_list("state", flat=True)) == {"cancelled"}


def test_transfer_accepted_in_the_meantime_does_not_lapse(world: Any) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c, valid_until=date(2026, 3, 1))
    (found,) = work.lapsed(world.today)
    act(world, "wang", transfer, "accept")

    assert work.lapse(found, on=world.today, at=world.now) is False
    assert Transfer.unscoped.get().state == "accepted"


def test_transfer_sent_anew_in_the_meantime_does_not_lapse(world: Any) -> None:
    transfer = in_state(world, TransferState.RETURNED, world.c, valid_until=date(2026, 3, 1))
    (found,) = work.lapsed(world.today)
    act(world, "li", transfer, "resubmit")

    assert work.lapse(found, on=world.today, at=world.now) is False
