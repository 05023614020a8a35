"""Addresses of batches: each is its preparer's alone, whoever else oversees the same members."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from members.choices import TransferState
from members.models import Batch, BatchRow, Transfer
from members.tests.matrix_transfers import DESKS, STARTS, rosters
from members.tests.transfers import OUTSIDE, details, in_state
from members.workflows import batches as work
from orgportal.tests.matrix import Row

MINE = f"anon:302 li:{{}} zhao|qian|wang|ran|chen|sun|{DESKS}:404"


def of_li(world: Any) -> None:
    """Li chose two members of A to go to B."""
    work.prepare_start(
        [world.chen, world.sun], details(world.b), actor=world.user("li"), scope=world.scope("li"),
        at=world.now,
    )  # fmt: skip


def begun(world: Any) -> None:
    of_li(world)
    work.begin(Batch.unscoped.get(), actor=world.user("li"), at=world.now)


def the_batch(world: Any) -> dict[str, Any]:
    return {"pk": Batch.unscoped.get().pk}


def the_members(world: Any, persona: str) -> set[int]:
    return {world.chen.pk, world.sun.pk}


def its_preparer(world: Any, persona: str) -> set[int]:
    return {Batch.unscoped.get().pk} if persona == "li" else set()


def to_b(world: Any) -> dict[str, Any]:
    return {"target": world.b.pk, "target_text": "乙社区", "reason": "study"}


def to_a_body_outside(world: Any) -> dict[str, Any]:
    words = {f"outside_{name}": text for name, text in asdict(OUTSIDE).items()}
    return {"target_text": "", "reason": "study", **words}


def submitted(world: Any) -> None:
    in_state(world, TransferState.SUBMITTED, world.c)


def the_transfer(**more: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {"pick": [Transfer.unscoped.get().pk], "who": "picked", **more}


def rows_of_li(world: Any, persona: str) -> set[int]:
    return set(BatchRow.objects.values_list("pk", flat=True)) if persona == "li" else set()


MINE_API = f"anon:401 li:{{}} zhao|qian|wang|ran|chen|sun|{DESKS}:404"

ROWS = [
    Row("members:batch-list", STARTS, ids=its_preparer, prepare=of_li),
    # All of the list, whoever asks: never more than the rosters they may start transfers for.
    Row("members:batch-create", STARTS, query="?who=all", ids=rosters),
    Row(
        "members:batch-create", f"anon:302 li|zhao|qian|wang:302 ran|chen|sun|{DESKS}:403", query="?who=all",
        method="POST", data=to_b,
    ),
    Row(
        "members:batch-create", f"anon:302 li|zhao|qian|wang:302 ran|chen|sun|{DESKS}:403", query="?who=all",
        method="POST", data=to_a_body_outside,
    ),
    Row("members:batch-detail", MINE.format(200), kwargs=the_batch, ids=the_members, prepare=of_li),
    Row("members:batch-begin", MINE.format(302), kwargs=the_batch, prepare=of_li, method="POST"),
    Row("members:batch-begin", MINE.format(409), kwargs=the_batch, prepare=begun, method="POST"),
    Row("members:batch-discard", MINE.format(302), kwargs=the_batch, prepare=of_li, method="POST"),
    # Only what waits for the person can be taken: of one that waits for Li others find nothing to choose.
    Row(
        "members:batch-move-on", f"anon:302 li:302 zhao|qian|wang:422 ran|chen|sun|{DESKS}:403",
        prepare=submitted, method="POST", data=the_transfer(),
    ),
]  # fmt: skip

API = [
    Row(
        "api-members:batch-list", f"anon:401 li|zhao|qian|wang|ran|chen|sun|{DESKS}:200", prepare=of_li,
        ids=its_preparer,
    ),
    # Wang is told that Chen is not there: whose members these are is seen from no other branch.
    Row(
        "api-members:batch-list", f"anon:401 li|zhao|qian:201 wang:400 ran|chen|sun|{DESKS}:403",
        method="POST",
        data=lambda world: {"members": [world.chen.pk], "target": world.b.pk, "reason": "study"},
    ),
    Row(
        "api-members:batch-list", f"anon:401 li|zhao|qian:201 wang:400 ran|chen|sun|{DESKS}:403",
        method="POST",
        data=lambda world: {"members": [world.chen.pk], "outside": asdict(OUTSIDE), "reason": "study"},
    ),
    Row(
        "api-members:batch-moves", f"anon:401 li:201 zhao|qian|wang:400 ran|chen|sun|{DESKS}:403",
        method="POST", prepare=submitted, data=lambda world: {"transfers": [Transfer.unscoped.get().pk]},
    ),
    Row("api-members:batch-detail", MINE_API.format(200), kwargs=the_batch, prepare=of_li),
    Row("api-members:batch-rows", MINE_API.format(200), kwargs=the_batch, prepare=of_li, ids=rows_of_li),
    Row("api-members:batch-begin", MINE_API.format(200), kwargs=the_batch, prepare=of_li, method="POST"),
    Row("api-members:batch-begin", MINE_API.format(409), kwargs=the_batch, prepare=begun, method="POST"),
    Row("api-members:batch-discard", MINE_API.format(204), kwargs=the_batch, prepare=of_li, method="POST"),
]  # fmt: skip
ROWS += API
