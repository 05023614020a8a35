"""Addresses of a record's life: the chair confirms, the branch notes paper, the level above sends back."""

from collections.abc import Callable
from datetime import date
from typing import Any

from activities.models import Activity
from activities.tests.factories import make_activity
from branches.tests.factories import NOW
from members.tests.factories import make_member
from orgportal.tests.matrix import Row

# Chen has no post, and chaired.
CHAIR = "anon:302 chen:{} li|ran|zhao|qian:403 wang|sun|sys|sec|aud:404"
BRANCH = "anon:302 li|ran:{} zhao|qian|chen|sun|sys|sec|aud:403 wang:404"
ABOVE = "anon:302 zhao|qian:{} li|ran|wang|chen|sun|sys|sec|aud:403"
API_CHAIR = "anon:401 chen:200 li|ran|zhao|qian:403 wang|sun|sys|sec|aud:404"
API_BRANCH = "anon:401 li|ran:200 zhao|qian:403 wang|chen|sun|sys|sec|aud:404"
API_ABOVE = "anon:401 zhao|qian:200 li|ran:403 wang|chen|sun|sys|sec|aud:404"
API_ALL = "anon:401 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud:200"

ALL = "anon:302 li|ran|chen|sun|zhao|qian|wang|sys|sec|aud"
# Whoever may settle it is led on; everybody else reads why it stays as it is.
MANY = "anon:302 chen:302 li|ran|sun|zhao|qian|wang|sys|sec|aud:422"
TAKEN = "anon:302 li:302 chen|ran|sun|zhao|qian|wang|sys|sec|aud:422"


def waiting(world: Any) -> None:
    """One record in each branch waits for chen, who belongs to A, and one for li."""
    for branch, chair, recorder in (
        (world.a, world.chen, world.ran), (world.b, world.li, world.li), (world.c, world.wang, world.wang)
    ):  # fmt: skip
        make_activity(branch, recorder.user, [recorder], held_on=date(2026, 3, 4), chair=chair)


def on_paper(world: Any) -> None:
    make_activity(world.a, world.ran.user, [world.li], chair=make_member(world.a, "老支书"))


def confirmed(world: Any) -> None:
    make_activity(
        world.a, world.ran.user, [world.li], chair=world.li, confirmed_at=NOW, confirmed_by=world.li.user,
        locks_on=date(2026, 4, 9),
    )  # fmt: skip


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": Activity.unscoped.get(branch=world.a).pk}


def chaired(world: Any, persona: str) -> set[int]:
    branch = {"chen": world.a, "li": world.b, "wang": world.c}.get(persona)
    return {Activity.unscoped.get(branch=branch).pk} if branch else set()


def ticked(world: Any) -> dict[str, Any]:
    return {"records": [f"{of_a(world)['pk']}:1"]}


def named(world: Any) -> dict[str, Any]:
    return {"records": [{"id": of_a(world)["pk"], "version": 1}]}


BACK: dict[str, Any] = {"reason": "counts", "remark": "票数不符", "version": 1}
PAPER: dict[str, Any] = {"on": "2026-03-09", "version": 1}


def _both(name: str, page: str, api: str, data: dict[str, Any], prepare: Callable[[Any], None]) -> list[Row]:
    said: Any = {"kwargs": of_a, "prepare": prepare}
    send: Any = {**said, "method": "POST", "data": lambda world: data}
    return [
        Row(f"activities:{name}", page.format(200), **said),
        Row(f"activities:{name}", page.format(302), **send),
        Row(f"api-activities:{name}", api, **send),
    ]


LIFE_ROWS = [
    *_both("activity-confirm", CHAIR, API_CHAIR, {"version": 1}, waiting),
    *_both("activity-confirm-on-paper", BRANCH, API_BRANCH, PAPER, on_paper),
    *_both("activity-return", ABOVE, API_ABOVE, BACK, confirmed),
    Row("activities:confirm-many", f"{ALL}:200", prepare=waiting),
    Row("activities:confirm-many", MANY, method="POST", prepare=waiting, data=ticked),
    Row("activities:take-back-many", TAKEN, method="POST", prepare=confirmed, data=ticked),
    Row("api-activities:confirm-many", API_ALL, method="POST", prepare=waiting, data=named),
    Row("api-activities:take-back-many", API_ALL, method="POST", prepare=confirmed, data=named),
    Row("api-activities:to-confirm-list", API_ALL, ids=chaired, prepare=waiting),
]
