"""A decision about a member on the way: it is settled first, or it moves along; it never hangs."""

from datetime import date, timedelta
from typing import Any

import pytest

from members.choices import Standing
from members.messages import TRANSFER_REFUSALS
from members.models import Member, StandingChange, Transfer
from members.tasks import run_batch
from members.tests.factories import make_person
from members.tests.transfers import OUTSIDE, act, add_yang, begin, details
from members.workflows import batches, standing
from members.workflows.standing import Decision, Words
from members.workflows.transfer import Words as TransferWords
from members.workflows.transfer import objections
from orgportal.core.errors import Refused
from orgportal.core.models import Notification
from orgportal.core.refusals import sentence

pytestmark = pytest.mark.usefixtures("on_the_day")
CONFIRM = Decision(
    kind="confirm", decided_on=date(2026, 3, 10), effect_on=date(2026, 2, 1), document="决议4号"
)


@pytest.fixture
def ai(world: Any) -> Member:
    """On probation in A; the year was served on 1 February."""
    return make_person(
        world.a, "ai", "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 2, 1),
        since=date(2025, 2, 1),
    )  # fmt: skip


def decide(world: Any, member: Member, decision: Decision = CONFIRM, persona: str = "li") -> StandingChange:
    current = Member.unscoped.get(pk=member.pk)
    return standing.enter(
        current, decision, seen_version=current.version, actor=world.user(persona),
        scope=world.scope(persona), at=world.now,
    )  # fmt: skip


def approve(world: Any, change: StandingChange) -> StandingChange:
    return standing.move(
        change, "approve", actor=world.user("zhao"), scope=world.scope("zhao"), at=world.now,
        words=Words(approval="东街党批〔2026〕2号"),
    )  # fmt: skip


def codes(member: Member, world: Any, target: Any, **more: Any) -> list[str]:
    current = Member.unscoped.get(pk=member.pk)
    found = objections(current, details(target, dues_paid_to=date(2026, 3, 1), **more), at=world.now)
    return [each.code for each in found]


def test_before_it_starts_the_sending_branch_reads_what_is_open(world: Any, ai: Member) -> None:
    undecided = codes(ai, world, world.b)
    decide(world, ai)

    assert undecided == ["transfer_probation_papers", "transfer_probation_over"]
    assert codes(ai, world, world.b)[1:] == ["transfer_confirmation_along"]
    assert codes(ai, world, world.c)[1:] == ["transfer_confirmation_first"]
    assert codes(ai, world, None, outside=OUTSIDE)[1:] == ["transfer_confirmation_first"]


def test_inside_one_committee_the_confirmation_moves_along_and_is_settled_there(
    world: Any, ai: Member
) -> None:
    add_yang(world)
    change = decide(world, ai)
    transfer = begin(world, "li", world.b, ai)
    Notification.unscoped.all().delete()

    accepted = act(world, "qian", transfer, "accept")

    assert accepted.steps.latest("pk").details["decision_came_along"] == change.pk
    told = Notification.unscoped.filter(rule="members.standing_came_along")
    assert list(told.values_list("recipient__user_name", flat=True)) == ["yang"]
    approve(world, change)
    ai.refresh_from_db()
    assert (ai.branch, ai.standing, ai.confirmed_on) == (world.b, Standing.FORMAL, date(2026, 2, 1))


def test_between_committees_it_is_settled_first_and_nothing_is_half_done(world: Any, ai: Member) -> None:
    transfer = begin(world, "li", world.c, ai)
    change = decide(world, ai)

    with pytest.raises(Refused, match="transfer_confirmation_first"):
        act(world, "zhao", transfer, "approve")
    transfer.refresh_from_db()
    assert (transfer.state, transfer.steps.count()) == ("sent", 1)

    approve(world, change)
    accepted = act(world, "wang", act(world, "zhao", transfer, "approve"), "accept")
    ai.refresh_from_db()
    assert (accepted.state, ai.branch, ai.standing) == ("accepted", world.c, Standing.FORMAL)
    assert "decision_came_along" not in accepted.steps.latest("pk").details


def test_one_entered_while_the_member_is_on_the_way_holds_the_acceptance_up(world: Any, ai: Member) -> None:
    transfer = act(world, "zhao", begin(world, "li", world.c, ai), "approve")
    change = decide(world, ai)

    with pytest.raises(Refused, match="transfer_confirmation_first"):
        act(world, "wang", transfer, "accept")
    page = world.client("wang").get(transfer.get_absolute_url()).content.decode()
    address = f"/api/v1/transfers/{transfer.pk}/accept/"
    answer = world.client("wang").post(address, '{"version": 2}', content_type="application/json")
    shown = world.client("wang").get(f"/api/v1/transfers/{transfer.pk}/").json()
    pressed = world.client("wang").post(f"/members/transfers/{transfer.pk}/accept/", {"version": 2})

    assert "现在还不能继续办理" in page
    assert (answer.status_code, answer.json()) == (409, {"code": "transfer_confirmation_first"})
    assert (shown["held_up"], shown["held_up_words"]) == (
        "transfer_confirmation_first",
        sentence(Refused("transfer_confirmation_first"), TRANSFER_REFUSALS),
    )
    assert "转正" in shown["held_up_words"]
    assert pressed.status_code == 422
    assert "转正" in pressed.content.decode()
    ai.refresh_from_db()
    assert (ai.branch, StandingChange.unscoped.get(pk=change.pk).state) == (world.a, "proposed")
    standing.move(
        change, "withdraw", actor=world.user("li"), scope=world.scope("li"), at=world.now,
        words=Words(reason="由接收支部讨论"),
    )  # fmt: skip
    assert act(world, "wang", transfer, "accept").state == "accepted"


def test_the_receiving_side_reads_that_probation_is_served_and_nothing_decided(
    world: Any, ai: Member
) -> None:
    transfer = act(world, "zhao", begin(world, "li", world.c, ai), "approve")

    page = world.client("wang").get(transfer.get_absolute_url()).content.decode()

    assert "届满，尚未讨论转正" in page


def test_an_approved_confirmation_with_a_coming_day_takes_effect_in_the_new_branch(
    world: Any, ai: Member
) -> None:
    later = world.today + timedelta(days=20)
    change = approve(world, decide(world, ai, Decision(
        kind="confirm", decided_on=world.today, effect_on=later, document="决议4号"
    )))  # fmt: skip
    transfer = act(world, "zhao", begin(world, "li", world.c, ai), "approve")

    act(world, "wang", transfer, "accept")
    done = standing.take_effect(change.pk, on=later, at=world.now + timedelta(days=20))

    ai.refresh_from_db()
    assert (done, ai.branch, ai.standing, ai.confirmed_on) == (True, world.c, Standing.FORMAL, later)


def test_no_letter_and_no_slip_while_a_decision_waits(world: Any, ai: Member) -> None:
    transfer = begin(world, "li", None, ai, outside=OUTSIDE)
    change = decide(world, ai)

    with pytest.raises(Refused, match="transfer_confirmation_first"):
        act(world, "zhao", transfer, "issue")
    approve(world, change)

    assert act(world, "zhao", transfer, "issue").state == "at_receiver"


def test_an_approved_confirmation_holds_the_letter_up_until_its_day_and_says_which(
    world: Any, ai: Member
) -> None:
    later = world.today + timedelta(days=20)
    approve(world, decide(world, ai, Decision(
        kind="confirm", decided_on=world.today, effect_on=later, document="决议4号"
    )))  # fmt: skip
    transfer = begin(world, "li", None, ai, outside=OUTSIDE)

    with pytest.raises(Refused) as refusal:
        act(world, "zhao", transfer, "issue")
    page = world.client("zhao").get(transfer.get_absolute_url()).content.decode()

    assert (refusal.value.code, refusal.value.params) == (
        "transfer_confirmation_coming", {"day": later.isoformat()}
    )  # fmt: skip
    assert f"已获批准，自{later.year}年{later.month}月{later.day}日起生效" in page


def test_no_second_letter_while_a_decision_waits(world: Any, ai: Member) -> None:
    transfer = act(world, "zhao", begin(world, "li", None, ai, outside=OUTSIDE), "issue")
    decide(world, ai)

    with pytest.raises(Refused, match="transfer_confirmation_first"):
        act(world, "zhao", transfer, "reissue", TransferWords(remark="原件遗失"))


def test_whoever_is_to_leave_the_party_is_accepted_nowhere_and_the_kind_is_not_told(world: Any) -> None:
    add_yang(world)
    transfer = begin(world, "li", world.b)
    decide(world, world.chen, Decision(kind="expelled", decided_on=world.today, document="决议9号"))

    with pytest.raises(Refused, match="transfer_matter_first"):
        act(world, "yang", transfer, "accept")
    page = world.client("yang").get(transfer.get_absolute_url()).content.decode()

    assert "开除" not in page


def test_a_batch_says_it_on_the_row_before_and_after(world: Any, ai: Member) -> None:
    decide(world, ai)
    batch = batches.prepare_start(
        [ai, world.sun], details(world.c), actor=world.user("li"), scope=world.scope("li"), at=world.now
    )
    preview = world.client("li").get(batch.get_absolute_url()).content.decode()
    batches.begin(batch, actor=world.user("li"), at=world.now)
    run_batch(batch_id=batch.pk)

    sent = list(Transfer.unscoped.with_parties().filter(state="sent").order_by("pk"))
    onward = batches.prepare_moves(sent, actor=world.user("zhao"), at=world.now)
    before = world.client("zhao").get(onward.get_absolute_url()).content.decode()
    batches.begin(onward, actor=world.user("zhao"), at=world.now)
    run_batch(batch_id=onward.pk)

    assert "转正" in preview
    assert "不能办理" in before
    assert "转正" in before
    rows = onward.rows.order_by("member__pk").values_list("member__name", "state", "code")
    assert set(rows) == {("孙党员", "done", ""), ("艾新", "refused", "transfer_confirmation_first")}
