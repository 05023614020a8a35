"""What a member tells of the own transfer: once in a state, to whoever has to act, and nothing moves."""

import pytest

from members.choices import MemberReport, TransferState
from members.models import Transfer
from members.rules.reports import open_reports
from members.tests.test_workflows_register import by, code_of
from members.tests.transfers import act, begin, in_state
from members.workflows import reports
from orgportal.core.errors import NotAllowed
from orgportal.core.models import AuditEntry, Notification

pytestmark = pytest.mark.usefixtures("on_the_day")


def tell(world, transfer, what="arrived", persona="chen"):
    return reports.report(transfer, what, **by(world, persona))


def test_a_report_moves_nothing_and_reaches_the_owner_alone(world):
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    step = tell(world, transfer)

    now = Transfer.unscoped.get()
    assert (now.state, now.version, now.state_since) == (
        transfer.state, transfer.version, transfer.state_since,
    )  # fmt: skip
    assert (step.from_state, step.to_state, step.move) == ("at_receiver", "at_receiver", "report-arrived")
    told = Notification.unscoped.filter(rule="members.transfer_report-arrived")
    assert list(told.values_list("recipient__user_name", flat=True)) == ["wang"]
    assert AuditEntry.objects.get(action="transfer.report-arrived").actor_id == world.chen.user_id


def test_each_thing_is_told_once_in_a_state(world):
    transfer = begin(world, "chen", world.c)
    transfer = act(world, "li", transfer, "release")
    tell(world, transfer)
    assert code_of(lambda: tell(world, transfer)) == "report_not_now"

    transfer = act(world, "zhao", transfer, "approve")

    assert reports.open_reports(transfer, world.scope("chen")) == tuple(MemberReport)
    tell(world, transfer, "handed-in")
    tell(world, transfer)
    assert reports.open_reports(transfer, world.scope("chen")) == ()
    assert reports.open_reports(transfer, world.scope("li")) == ()


def test_nobody_tells_for_the_member(world):
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)

    with pytest.raises(NotAllowed):
        tell(world, transfer, persona="li")


@pytest.mark.parametrize("state", ["submitted", "accepted", "returned"])
def test_there_is_nothing_to_tell_before_it_left_or_after_it_ended(world, state):
    transfer = in_state(world, TransferState(state), world.c)

    assert open_reports(state, ()) == ()
    assert code_of(lambda: tell(world, transfer)) == "report_not_now"


def test_page_offers_it_and_says_when_it_is_said(world, as_):
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    address = f"{transfer.get_absolute_url()}report/arrived/"

    assert address in as_("chen").get(transfer.get_absolute_url()).content.decode()
    assert address in as_("chen").get("/").content.decode()
    assert address not in as_("wang").get(transfer.get_absolute_url()).content.decode()
    assert as_("chen").post(address).status_code == 302
    again = as_("chen").post(address)
    assert again.status_code == 409
    assert f'action="{address}"' not in again.content.decode()
    assert "已经报告过" in again.content.decode()
    assert as_("chen").post(address.replace("arrived", "elsewhere")).status_code == 404
    assert "已到" in as_("chen").get("/").content.decode()


def test_on_the_paper_way_handing_in_is_a_move_and_arriving_a_word(world):
    transfer = in_state(
        world, TransferState.AT_RECEIVER, None, outside_body="外地党支部", outside_committee="外地党委"
    )

    assert reports.open_reports(transfer, world.scope("chen")) == (MemberReport.ARRIVED,)
    assert tell(world, transfer).move == "report-arrived"
