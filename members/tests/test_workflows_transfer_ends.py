from datetime import date, timedelta
from typing import Any

import pytest

from branches.choices import PostKind
from branches.models import Organization
from members.choices import PeriodReason, Standing, TransferState
from members.models import BranchPeriod, Member, Transfer
from members.tests.factories import make_post, make_transfer
from members.tests.transfers import act, in_state
from members.workflows import transfer as work
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
    assert coming.ends_on == coming.starts_on
    assert transfer.steps.get().details == {"posts_ended": 2}
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
