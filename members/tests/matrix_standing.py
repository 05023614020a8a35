"""Addresses of decisions about a standing: who may, who may not, and which rows they are shown."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.tests.factories import NOW
from members.choices import ChangeKind, ChangeState, Standing
from members.models import Member, StandingChange, StandingPeriod
from members.tests.factories import make_member
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
PLAIN = f"chen|sun|{DESKS}"
WORDS = {"version": 1, "reason": "材料不齐", "approval": "东街党批〔2026〕2号"}
STOP = {
    "kind": "stop", "decided_on": "2026-03-10", "effect_on": "2026-03-10", "document": "决议3号",
    "version": 1, "ground": "lost",
}  # fmt: skip


GROUND = {"ground": "settled", "document": "决议8号", "version": 1}


def a_change(state: ChangeState, kind: ChangeKind = ChangeKind.STOP) -> Callable[[Any], None]:
    """One open decision about Chen."""

    def prepare(world: Any) -> None:
        StandingChange.unscoped.create(
            member=world.chen, kind=kind, state=state, decided_on=date(2026, 3, 10), document="决议3号",
            effect_on=date(2026, 4, 1), entered_by=world.li.user, entered_at=NOW,
            ground="lost" if kind == ChangeKind.STOP else "",
        )  # fmt: skip

    return prepare


PROPOSED, COMING = a_change(ChangeState.PROPOSED, ChangeKind.EXPELLED), a_change(ChangeState.COMING)


def the_one(world: Any) -> dict[str, Any]:
    return {"pk": StandingChange.unscoped.get().pk}


def act(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {**the_one(world), "act": name}


def chen(**more: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: {"pk": world.chen.pk, **more}


def words(world: Any) -> dict[str, Any]:
    return WORDS


def shown_to(*personas: str) -> Callable[[Any, str], set[int]]:
    return lambda world, persona: {StandingChange.unscoped.get().pk} if persona in personas else set()


def on_probation(world: Any) -> None:
    make_member(
        world.a, "艾新", standing=Standing.PROBATIONARY, confirmed_on=None, joined_on=date(2025, 2, 1),
        since=date(2025, 2, 1),
    )  # fmt: skip


def stopped(world: Any) -> None:
    """Chen was stopped before the register was taken over; it did not say why."""
    StandingPeriod.objects.filter(member=world.chen).update(standing=Standing.SUSPENDED)
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.SUSPENDED)


def probationer_for(*personas: str) -> Callable[[Any, str], set[int]]:
    return lambda world, persona: {Member.unscoped.get(name="艾新").pk} if persona in personas else set()


PAGES = [
    Row(
        "members:standing-of", f"anon:302 li|zhao|qian:200 wang:404 ran|{PLAIN}:403", kwargs=chen(),
        prepare=COMING, ids=shown_to("li", "zhao", "qian"),
    ),
    Row(
        "members:change-enter", f"anon:302 li|zhao|qian:200 wang:404 ran|{PLAIN}:403",
        kwargs=chen(kind="stop"),
    ),
    Row(
        "members:change-enter", f"anon:302 li|zhao|qian:302 wang:404 ran|{PLAIN}:403",
        kwargs=chen(kind="stop"), method="POST", data=lambda world: STOP,
    ),
    Row(
        "members:stop-ground", f"anon:302 li|zhao|qian:200 wang:404 ran|{PLAIN}:403", kwargs=chen(),
        prepare=stopped,
    ),
    Row(
        "members:stop-ground", f"anon:302 li|zhao|qian:302 wang:404 ran|{PLAIN}:403", kwargs=chen(),
        prepare=stopped, method="POST", data=lambda world: GROUND,
    ),
    Row(
        "members:change-list", f"anon:302 li|zhao|qian|wang:200 ran|{PLAIN}:403", prepare=PROPOSED,
        ids=shown_to("li", "zhao", "qian"),
    ),
    Row(
        "members:probation-list", f"anon:302 li|zhao|qian|wang:200 ran|{PLAIN}:403", prepare=on_probation,
        ids=probationer_for("li", "zhao", "qian"),
    ),
    Row(
        "members:change-detail", f"anon:302 li|zhao|qian|chen:200 ran|sun|wang|{DESKS}:404", kwargs=the_one,
        prepare=COMING,
    ),
    Row(
        "members:change-move", f"anon:302 zhao|qian:200 li|chen:409 ran|sun|wang|{DESKS}:404",
        kwargs=act("approve"), prepare=PROPOSED,
    ),
    Row(
        "members:change-move", f"anon:302 zhao|qian:302 li:403 chen:422 ran|sun|wang|{DESKS}:404",
        kwargs=act("approve"), method="POST", data=words, prepare=PROPOSED,
    ),
    Row(
        "members:change-move", f"anon:302 li:302 zhao|qian:403 chen:422 ran|sun|wang|{DESKS}:404",
        kwargs=act("withdraw"), method="POST", data=words, prepare=COMING,
    ),
]  # fmt: skip
API_MOVES = f"anon:401 zhao|qian:200 li:403 chen:409 ran|sun|wang|{DESKS}:404"
API = [
    Row(
        "api-members:change-list", f"anon:401 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200", prepare=PROPOSED,
        ids=shown_to("li", "zhao", "qian", "chen"),
    ),
    Row(
        # Chen sees the own line as a choice, but decides nothing.
        "api-members:change-list", f"anon:401 li|zhao|qian:201 chen:403 ran|wang|sun|{DESKS}:400",
        method="POST", data=lambda world: {**STOP, "member": world.chen.pk},
    ),
    Row(
        "api-members:change-detail", f"anon:401 li|zhao|qian|chen:200 ran|sun|wang|{DESKS}:404",
        kwargs=the_one, prepare=PROPOSED,
    ),
    *(
        Row(
            f"api-members:change-{name}", API_MOVES, kwargs=the_one, method="POST", data=words,
            prepare=PROPOSED,
        )
        for name in ("approve", "refuse")
    ),
    Row(
        "api-members:change-withdraw", f"anon:401 li:200 zhao|qian:403 chen:409 ran|sun|wang|{DESKS}:404",
        kwargs=the_one, method="POST", data=words, prepare=PROPOSED,
    ),
    Row(
        "api-members:stop-ground", f"anon:401 li|zhao|qian:200 chen:403 ran|wang|sun|{DESKS}:400",
        prepare=stopped, method="POST", data=lambda world: {**GROUND, "member": world.chen.pk},
    ),
    Row(
        "api-members:probation-list", f"anon:401 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200",
        prepare=on_probation, ids=probationer_for("li", "zhao", "qian"),
    ),
]  # fmt: skip

ROWS = [*PAGES, *API]
