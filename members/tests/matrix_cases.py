"""Addresses of disposition files: the branch's secretary and the committee's organiser, and nobody else."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.tests.factories import NOW
from members.choices import CaseKind
from members.models import Case
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
# Qian oversees the district but keeps no files; Zhao is the committee's organiser.
NOT_KEEPERS = f"qian|ran|chen|sun|{DESKS}"
PROPOSAL = {
    "kind": "correct", "grounds": ["passive"], "facts": "长期不参加组织生活", "proposed_on": "2026-03-10",
}  # fmt: skip


def a_case(world: Any) -> None:
    Case.unscoped.create(
        member=world.chen, kind=CaseKind.CORRECT, grounds=["passive"], facts="长期不参加组织生活",
        proposed_on=date(2026, 3, 1), opened_by=world.li.user, opened_at=NOW,
    )  # fmt: skip


def the_one(world: Any) -> dict[str, Any]:
    return {"pk": Case.unscoped.get().pk}


def act(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {**the_one(world), "act": name}


def step(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {"act": name, "on": "2026-03-10", "version": 1, "words": "已备案"}


def keepers(world: Any, persona: str) -> set[int]:
    return {Case.unscoped.get().pk} if persona in {"li", "zhao"} else set()


LIST = f"anon:302 li|zhao|wang:200 {NOT_KEEPERS}:403"
ONE = f"anon:302 li|zhao:200 wang:404 {NOT_KEEPERS}:403"
ROWS = [
    Row("members:case-list", LIST, prepare=a_case, ids=keepers),
    Row("members:case-open", ONE, kwargs=lambda world: {"pk": world.chen.pk}),
    Row(
        "members:case-open", f"anon:302 li|zhao:302 wang:404 {NOT_KEEPERS}:403",
        kwargs=lambda world: {"pk": world.chen.pk}, method="POST", data=lambda world: PROPOSAL,
    ),
    Row("members:case-detail", ONE, kwargs=the_one, prepare=a_case),
    Row(
        "members:case-step", f"anon:302 zhao:200 li:409 wang:404 {NOT_KEEPERS}:403", kwargs=act("prefile"),
        prepare=a_case,
    ),
    Row(
        "members:case-step", f"anon:302 zhao:302 li:403 wang:404 {NOT_KEEPERS}:403", kwargs=act("prefile"),
        method="POST", data=step("prefile"), prepare=a_case,
    ),
    Row(
        "api-members:case-list", f"anon:401 li|zhao|wang|{NOT_KEEPERS}:200", prepare=a_case, ids=keepers,
    ),
    Row(
        # Whoever keeps files elsewhere has no such member to choose (400).
        "api-members:case-list", f"anon:401 li|zhao:201 wang:400 {NOT_KEEPERS}:403", method="POST",
        data=lambda world: {**PROPOSAL, "member": world.chen.pk},
    ),
    Row(
        "api-members:case-detail", f"anon:401 li|zhao:200 wang:404 {NOT_KEEPERS}:403", kwargs=the_one,
        prepare=a_case,
    ),
    Row(
        "api-members:case-step", f"anon:401 zhao:200 li:403 wang:404 {NOT_KEEPERS}:403", kwargs=the_one,
        method="POST", data=step("prefile"), prepare=a_case,
    ),
]  # fmt: skip
