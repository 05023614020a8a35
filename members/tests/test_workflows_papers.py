"""Papers are numbered without gaps and end once."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from conftest import World
from members.choices import PaperEnd, PaperKind, TransferState
from members.models import Paper, PaperCounter
from members.tests.transfers import in_state
from members.workflows import papers
from members.workflows.papers import Draft, PaperEnding
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry


def issued(world: World, kind: PaperKind = PaperKind.CERTIFICATE, **fields: Any) -> Paper:
    draft = Draft(**{"kind": kind, "issuer": world.committee_1, "member": world.chen, **fields})
    return papers.issue(draft, actor=world.user("zhao"), at=world.now)


def test_numbers_run_for_each_body_kind_and_year(world: World) -> None:
    first, second = issued(world), issued(world)
    letter = issued(world, PaperKind.LETTER)
    elsewhere = issued(world, issuer=world.committee_2)

    assert [paper.serial for paper in (first, second, letter, elsewhere)] == [1, 2, 1, 1]
    assert first.number == "东街道党工委证字〔2026〕0001号"
    assert (first.branch, first.issued_on, first.year) == (world.a, world.today, 2026)


def test_a_failed_transaction_gives_its_number_back(world: World) -> None:
    with transaction.atomic():
        issued(world)
        transaction.set_rollback(True)

    assert issued(world).serial == 1
    assert PaperCounter.objects.get().last == 1


def test_tokens_differ_and_are_long(world: World) -> None:
    tokens = {issued(world).token for _ in range(3)}

    assert [len(token) for token in tokens] == [32, 32, 32]


def test_issuing_and_ending_leave_their_lines(world: World) -> None:
    paper = issued(world)

    ended = papers.end(paper, PaperEnding(PaperEnd.LOST, "路上遗失"), actor=world.user("zhao"), at=world.now)

    assert (ended.is_ended, ended.end_reason, ended.end_note) == (True, "lost", "路上遗失")
    assert (ended.ended_on, ended.version) == (world.today, 2)
    assert list(AuditEntry.objects.order_by("id").values_list("action", "target_name")) == [
        ("paper.issued", paper.number),
        ("paper.ended", paper.number),
    ]


def test_a_paper_ends_once(world: World) -> None:
    paper = issued(world)
    papers.end(paper, PaperEnding(PaperEnd.LOST), actor=world.user("zhao"), at=world.now)

    with pytest.raises(Refused, match="paper_ended_already"):
        papers.end(paper, PaperEnding(PaperEnd.USED), actor=world.user("zhao"), at=world.now)


def test_never_two_letters_of_one_transfer_in_force(world: World) -> None:
    transfer = in_state(world, TransferState.AT_RECEIVER, world.c)
    first = issued(world, PaperKind.LETTER, transfer=transfer)

    with pytest.raises(IntegrityError, match="paper_one_letter"), transaction.atomic():
        issued(world, PaperKind.LETTER, transfer=transfer)
    papers.end(first, PaperEnding(PaperEnd.LOST), actor=world.user("zhao"), at=world.now)
    second = issued(world, PaperKind.LETTER, transfer=transfer, replaces=first)

    assert (second.serial, second.replaces) == (2, first)
    assert list(Paper.unscoped.standing()) == [second]
