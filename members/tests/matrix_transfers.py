"""Addresses of transfers: who may, who may not, and which rows they are shown."""

from collections.abc import Callable
from typing import Any

from members.choices import TransferState
from members.models import Member, Transfer
from members.tests.transfers import begin_outside, in_state, with_letter
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
VERSION = {"version": 1}
WORDS = {**VERSION, "remark": "材料不全", "grounds": "not_here"}


def data(**fields: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: fields


def chen_to_c(state: TransferState) -> Callable[[Any], None]:
    """Chen's own transfer from A (committee 1) to C (committee 2)."""

    def prepare(world: Any) -> None:
        in_state(world, state, world.c)

    return prepare


def of_the_branch(world: Any) -> None:
    in_state(world, TransferState.DRAFT, world.c, started_by=world.li.user)


SUBMITTED, SENT = chen_to_c(TransferState.SUBMITTED), chen_to_c(TransferState.SENT)
AT_RECEIVER, RETURNED = chen_to_c(TransferState.AT_RECEIVER), chen_to_c(TransferState.RETURNED)


def the_one(world: Any) -> dict[str, Any]:
    return {"pk": Transfer.unscoped.get().pk}


def act(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {**the_one(world), "act": name}


def shown_to(*personas: str) -> Callable[[Any, str], set[int]]:
    """The one transfer for these persons, nothing for the others."""
    return lambda world, persona: {Transfer.unscoped.get().pk} if persona in personas else set()


def rosters(world: Any, persona: str) -> set[int]:
    """Members of the branches a person answers for, read off the cast and not off the scope."""
    branches = {
        "li": [world.a], "zhao": [world.a, world.b], "qian": [world.a, world.b, world.c, world.organ],
        "wang": [world.c],
    }[persona]  # fmt: skip
    return set(Member.unscoped.filter(branch__in=branches).values_list("pk", flat=True))


def every_branch(world: Any, persona: str) -> set[int]:
    return {world.a.pk, world.b.pk, world.c.pk, world.organ.pk}


def start_of_chen(world: Any) -> dict[str, Any]:
    return {
        "member": world.chen.pk,
        "target": world.c.pk,
        "target_text": "丙社区",
        "reason": "job",
        "step": "confirm",
    }


def start_own(world: Any) -> dict[str, Any]:
    return {"target": world.b.pk, "target_text": "乙社区", "reason": "job", "step": "confirm"}


MEMBERS = "li|ran|zhao|qian|wang|chen|sun"
LIST = f"anon:302 {MEMBERS}:200 {DESKS}:403"
SEES = f"anon:302 li|zhao|qian|wang|chen:200 ran|sun|{DESKS}:404"
STARTS = f"anon:302 li|zhao|qian|wang:200 ran|chen|sun|{DESKS}:403"

PAGES = [
    Row("members:transfer-list", LIST, query="?queue=todo", ids=shown_to("li"), prepare=SUBMITTED),
    Row(
        "members:transfer-list", LIST, query="?queue=waiting", ids=shown_to("zhao", "qian", "chen"),
        prepare=SUBMITTED,
    ),
    Row("members:transfer-list", LIST, query="?queue=coming", ids=shown_to("wang"), prepare=SUBMITTED),
    Row(
        "members:transfer-list", LIST, query="?queue=ended", prepare=chen_to_c(TransferState.WITHDRAWN),
        ids=shown_to("li", "zhao", "qian", "wang", "chen"),
    ),
    Row(
        "members:transfer-list", f"anon:302 chen:302 li|ran|zhao|qian|wang|sun:200 {DESKS}:403",
        prepare=SUBMITTED,
    ),
    Row("members:transfer-detail", SEES, kwargs=the_one, prepare=SUBMITTED),
    Row("members:transfer-start", STARTS),
    Row(
        "members:transfer-start", f"anon:302 li|zhao|qian:302 wang:422 ran|chen|sun|{DESKS}:403",
        method="POST", data=start_of_chen,
    ),
    Row("members:transfer-start-own", LIST),
    Row(
        "members:transfer-start-own", f"anon:302 {MEMBERS}:302 {DESKS}:403", method="POST", data=start_own
    ),
    Row(
        "members:transfer-targets", f"anon:302 {MEMBERS}|{DESKS}:200", query="?target_text=支部",
        ids=every_branch,
    ),
    Row("members:transfer-people", STARTS, ids=rosters),
    Row(
        "members:transfer-correct", f"anon:302 li|zhao|qian:200 wang|chen:409 ran|sun|{DESKS}:404",
        kwargs=the_one, prepare=RETURNED,
    ),
    Row(
        "members:transfer-correct", f"anon:302 li|zhao|qian:302 wang|chen:403 ran|sun|{DESKS}:404",
        kwargs=the_one, prepare=RETURNED, method="POST", data=lambda world: {**start_own(world), **VERSION},
    ),
    Row(
        "members:transfer-move", f"anon:302 li|zhao|qian|chen:200 wang:409 ran|sun|{DESKS}:404",
        kwargs=act("withdraw"), prepare=SUBMITTED,
    ),
    Row(
        "members:transfer-move", f"anon:302 li|zhao|qian:302 wang|chen:403 ran|sun|{DESKS}:404",
        kwargs=act("release"), prepare=SUBMITTED, method="POST", data=data(**VERSION),
    ),
    Row(
        "members:transfer-move", f"anon:302 wang|qian:302 li|zhao|chen:403 ran|sun|{DESKS}:404",
        kwargs=act("accept"), prepare=AT_RECEIVER, method="POST", data=data(**VERSION),
    ),
]  # fmt: skip


def api_move(name: str, who: str, prepare: Callable[[Any], None]) -> Row:
    return Row(
        f"api-members:transfer-{name}", f"anon:401 {who} ran|sun|{DESKS}:404", kwargs=the_one,
        prepare=prepare, method="POST", data=data(**WORDS),
    )  # fmt: skip


def paper_move(name: str, who: str, prepare: Callable[[Any], Any], **more: Any) -> Row:
    version = 1 if prepare is begin_outside else 2
    return Row(
        f"api-members:transfer-{name}", f"anon:401 {who} wang|ran|sun|{DESKS}:404", kwargs=the_one,
        prepare=prepare, method="POST", data=data(version=version, remark="情况属实", **more),
    )  # fmt: skip


API = [
    Row(
        "api-members:transfer-list", f"anon:401 {MEMBERS}|{DESKS}:200", prepare=SUBMITTED,
        ids=shown_to("li", "zhao", "qian", "wang", "chen"),
    ),
    Row(
        "api-members:transfer-list", f"anon:401 {MEMBERS}|{DESKS}:200", query="?queue=todo",
        prepare=SUBMITTED, ids=shown_to("li"),
    ),
    Row(
        "api-members:transfer-list", f"anon:401 {MEMBERS}|{DESKS}:200", query="?queue=coming",
        prepare=SUBMITTED, ids=shown_to("wang"),
    ),
    Row(
        "api-members:transfer-list", f"anon:401 {MEMBERS}|{DESKS}:200", query="?queue=waiting",
        prepare=SUBMITTED, ids=shown_to("zhao", "qian", "chen"),
    ),
    Row(
        "api-members:transfer-list", f"anon:401 li|zhao|qian|chen:201 ran|sun|wang|{DESKS}:400",
        method="POST", data=start_of_chen,
    ),
    Row(
        "api-members:transfer-check", f"anon:401 li|zhao|qian|chen:200 ran|sun|wang|{DESKS}:400",
        method="POST", data=start_of_chen,
    ),
    Row(
        "api-members:transfer-detail", f"anon:401 li|zhao|qian|wang|chen:200 ran|sun|{DESKS}:404",
        kwargs=the_one, prepare=SUBMITTED,
    ),
    api_move("submit", "li|zhao|qian:200 wang|chen:404", of_the_branch),
    Row(
        "api-members:transfer-correct", f"anon:401 li|zhao|qian:200 wang|chen:403 ran|sun|{DESKS}:404",
        kwargs=the_one, prepare=RETURNED, method="POST",
        data=lambda world: {"target": world.c.pk, "reason": "study", "version": 1},
    ),
    api_move("release", "li|zhao|qian:200 wang|chen:403", SUBMITTED),
    api_move("approve", "zhao|qian:200 li|wang|chen:403", SENT),
    api_move("accept", "wang|qian:200 li|zhao|chen:403", AT_RECEIVER),
    # Li and Zhao may return what lies with them; this one does not any more.
    api_move("return", "wang|qian:200 li|zhao:409 chen:403", AT_RECEIVER),
    api_move("resubmit", "li|zhao|qian:200 chen:409 wang:403", RETURNED),
    # Zhao records what a body outside refused; this one lies with a branch of the portal.
    api_move("refuse", "wang|qian:200 zhao|li|chen:403", AT_RECEIVER),
    api_move("withdraw", "li|zhao|qian|chen:200 wang:403", AT_RECEIVER),
    # The paper way: Chen to a body outside, which nobody in the portal stands for.
    paper_move("issue", "zhao|qian:200 li|chen:403", begin_outside),
    paper_move("hand-in", "li|zhao|qian|chen:200", with_letter),
    paper_move("lose", "li|zhao|qian|chen:200", with_letter),
    paper_move("reissue", "zhao|qian:200 li|chen:403", with_letter),
    paper_move("confirm", "zhao|qian:200 li|chen:403", with_letter, accepted_on="2026-03-10"),
]  # fmt: skip

ROWS = [*PAGES, *API]
