"""A disposition file and a transfer: settled first, in words that tell nobody what it is."""

from datetime import date
from typing import Any

import pytest

from members.models import Case, Member, Transfer
from members.rules.transfer_check import MATTER_FIRST
from members.tests.test_workflows_cases import LAZY, open_, step
from members.tests.transfers import act, add_yang, begin, begin_outside, details, with_letter
from members.workflows import batches
from members.workflows.batch_preview import verdicts
from members.workflows.transfer import Words, objections
from orgportal.core.errors import Refused
from orgportal.core.models import LocalProvision

pytestmark = pytest.mark.usefixtures("on_the_day")
UNSAID = ("处置", "不合格", LAZY.facts)


def codes(world: Any, target: Any, **more: Any) -> list[str]:
    stated = details(target, dues_paid_to=date(2026, 3, 1), **more)
    return [each.code for each in objections(Member.unscoped.get(pk=world.chen.pk), stated, at=world.now)]


def refused(world: Any, persona: str, transfer: Transfer, name: str, words: Words | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        act(world, persona, transfer, name, words)
    return refusal.value.code


def switch_off(world: Any) -> None:
    LocalProvision.objects.create(
        key="transfer.case_first", path=world.district.path, value=False, instrument="龙组〔2025〕1号",
        article="三", valid_from=date(2025, 1, 1), recorded_at=world.now,
    )  # fmt: skip


def test_an_open_file_is_settled_before_the_acceptance_even_inside_one_committee(world: Any) -> None:
    add_yang(world)
    case = open_(world)
    warned = codes(world, world.b)
    transfer = begin(world, "li", world.b)
    held = refused(world, "yang", transfer, "accept")
    step(world, case, "drop")

    accepted = act(world, "yang", transfer, "accept")

    assert (warned, held, accepted.state) == ([MATTER_FIRST], MATTER_FIRST, "accepted")
    assert list(Case.objects.visible_to(world.scope("yang")).open()) == []  # type: ignore[attr-defined]


def test_neither_a_letter_nor_a_slip_takes_the_member_from_an_open_file(world: Any) -> None:
    sent = begin_outside(world)
    case = open_(world)
    held = refused(world, "zhao", sent, "issue")
    step(world, case, "drop")
    act(world, "zhao", sent, "issue")
    open_(world)

    assert held == MATTER_FIRST
    assert refused(world, "zhao", sent, "confirm", Words(accepted_on=world.today)) == MATTER_FIRST
    assert refused(world, "zhao", sent, "reissue", Words(remark="遗失")) == MATTER_FIRST


@pytest.mark.parametrize("persona", ["yang", "chen", "qian"])
def test_whoever_may_not_know_of_a_file_reads_of_a_matter_only(world: Any, persona: str) -> None:
    add_yang(world)
    open_(world)
    transfer = begin(world, "li", world.b)
    client = world.client(persona)

    page = client.get(transfer.get_absolute_url()).content.decode()
    told = client.get(f"/api/v1/transfers/{transfer.pk}/").json()

    assert "先行办结" in page
    assert told["held_up"] == MATTER_FIRST
    assert not [word for word in UNSAID if word in page or word in str(told)]


def test_a_batch_says_it_of_the_row_before_the_start_and_before_the_acceptance(world: Any) -> None:
    add_yang(world)
    open_(world)
    starts = batches.prepare_start(
        [world.chen, world.sun], details(world.b), actor=world.user("li"), scope=world.scope("li"),
        at=world.now,
    )  # fmt: skip
    papers = [begin(world, "li", world.b, each) for each in (world.chen, world.sun)]
    moves = batches.prepare_moves(papers, actor=world.user("yang"), at=world.now)
    before = {
        each.row.member_id: MATTER_FIRST in [found.code for found in each.found]
        for each in verdicts(starts, world.scope("li"), world.today)
    }
    after = {
        each.row.member_id: each.is_possible for each in verdicts(moves, world.scope("yang"), world.today)
    }

    assert before == {world.chen.pk: True, world.sun.pk: False}
    assert after == {world.chen.pk: False, world.sun.pk: True}


def test_where_the_local_rule_says_otherwise_the_file_goes_along_or_ends_with_the_leaving(world: Any) -> None:
    add_yang(world)
    switch_off(world)
    case = open_(world)
    inside = begin(world, "li", world.b)

    warned = codes(world, world.b)
    accepted = act(world, "yang", inside, "accept")

    assert (warned, accepted.state) == ([], "accepted")
    assert list(Case.objects.visible_to(world.scope("yang")).open()) == [case]  # type: ignore[attr-defined]


def test_a_file_left_open_ends_when_the_member_leaves_the_register(world: Any) -> None:
    switch_off(world)
    case = open_(world)
    transfer = with_letter(world)

    act(world, "zhao", transfer, "confirm", Words(accepted_on=world.today, slip_number="南组回字12号"))

    case.refresh_from_db()
    assert (case.state, case.change) == ("ended", None)
    assert "南组回字12号" in case.steps.get(act="ended").document
