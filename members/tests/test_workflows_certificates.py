"""Certificates for a stay elsewhere: who issues, for how long, how they end."""

from datetime import date
from typing import Any

import pytest

from members.choices import PaperEnd, PaperKind, Standing
from members.models import Look, Member, Paper
from members.tests.transfers import with_letter
from members.workflows import certificates as work
from members.workflows import papers
from members.workflows.certificates import Stay
from members.workflows.papers import PaperEnding
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry
from orgportal.core.sealing import seal

BACK = PaperEnding(PaperEnd.RETURNED, "已交回")


def certified(world: Any, persona: str = "li", until: date = date(2026, 6, 1)) -> Paper:
    stay = Stay(to="省委党校", purpose="培训", valid_until=until)
    return work.certify(world.chen, stay, actor=world.user(persona), scope=world.scope(persona), at=world.now)


def taken_back(world: Any, paper: Paper, persona: str = "li", ending: PaperEnding = BACK) -> Paper:
    return work.take_back(paper, ending, actor=world.user(persona), scope=world.scope(persona), at=world.now)


def test_the_branch_issues_its_own(world: Any) -> None:
    paper = certified(world)

    assert (paper.kind, paper.issuer, paper.transfer) == (PaperKind.CERTIFICATE, world.a, None)
    assert (paper.facts["to"], paper.facts["from"], paper.facts["issuer"]) == (
        "省委党校", "甲社区党支部", "甲社区党支部",
    )  # fmt: skip


def test_the_committee_issues_under_its_own_number(world: Any) -> None:
    assert certified(world, "zhao").number == "东街道党工委证字〔2026〕0001号"


@pytest.mark.parametrize("persona", ["chen", "ran", "wang"])
def test_nobody_else_does(world: Any, persona: str) -> None:
    with pytest.raises(NotAllowed):
        certified(world, persona)


@pytest.mark.parametrize(
    ("until", "code"),
    [(date(2026, 3, 10), "certificate_needs_days"), (date(2026, 9, 11), "certificate_too_long")],
)
def test_half_a_year_at_most(world: Any, until: date, code: str) -> None:
    with pytest.raises(Refused, match=code):
        certified(world, until=until)


def test_only_a_member_gets_one(world: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.SUSPENDED)

    with pytest.raises(Refused, match="transfer_not_a_member"):
        certified(world)


def test_it_is_handed_back(world: Any) -> None:
    ended = taken_back(world, certified(world))

    assert (ended.end_reason, ended.end_note) == ("returned", "已交回")


def test_a_stranger_cannot_end_it(world: Any) -> None:
    with pytest.raises(NotAllowed):
        taken_back(world, certified(world), "wang")


def test_a_letter_ends_with_its_transfer_alone(world: Any) -> None:
    with_letter(world)

    with pytest.raises(Refused, match="paper_ends_otherwise"):
        taken_back(world, Paper.unscoped.get())
    with pytest.raises(Refused, match="paper_ends_otherwise"):
        taken_back(world, certified(world), ending=PaperEnding(PaperEnd.EXPIRED))


def opened(world: Any, paper: Paper, persona: str) -> dict[str, Any]:
    return papers.open_for_print(paper, actor=world.user(persona), scope=world.scope(persona), at=world.now)


def test_a_print_opens_the_number_and_the_member_sees_who_printed(world: Any) -> None:
    Member.unscoped.filter(pk=world.chen.pk).update(id_number_sealed=seal("990000198005170011"))
    paper = certified(world)

    facts = opened(world, paper, "li")

    assert facts == {**paper.facts, "id_number": "990000198005170011"}
    assert list(Look.objects.values_list("member", "kind", "purpose")) == [
        (world.chen.pk, "paper", paper.number),
    ]
    assert AuditEntry.objects.latest("pk").action == "paper.printed"


def test_ones_own_print_leaves_no_line(world: Any) -> None:
    paper = certified(world)

    assert opened(world, paper, "chen")["id_number"] == ""
    assert not Look.objects.exists()


def test_whoever_may_not_issue_may_not_print(world: Any) -> None:
    with pytest.raises(NotAllowed):
        opened(world, certified(world), "ran")
