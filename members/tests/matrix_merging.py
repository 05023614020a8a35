"""Addresses of merges: who answers for both records."""

from typing import Any

from branches.tests.factories import NOW
from members.models import Member, Merge
from members.tests.factories import make_member
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
PLAIN = f"ran|chen|sun|{DESKS}"


def a_double(world: Any) -> None:
    make_member(world.a, "陈党员", number="DOUBLE01")


def a_merge(world: Any) -> None:
    double = make_member(world.a, "陈党员", number="DOUBLE01")
    Merge.unscoped.create(
        kept=world.chen, merged=double, basis="同一人", taken={}, fingerprint="x", made_by=world.li.user,
        made_at=NOW,
    )  # fmt: skip


def both(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk, "other": Member.unscoped.get(number="DOUBLE01").pk}


def chen(world: Any) -> dict[str, Any]:
    return {"pk": world.chen.pk}


def the_merge(world: Any) -> dict[str, Any]:
    return {"pk": Merge.unscoped.get().pk}


def choice(world: Any) -> dict[str, Any]:
    return {"basis": "同一人", "version": 1, "other_version": 1, "mobile": "kept", "later": "kept"}


def found(world: Any, persona: str) -> set[int]:
    return {Member.unscoped.get(number="DOUBLE01").pk}


SEES = f"anon:302 li|zhao|qian:200 wang:404 {PLAIN}:403"
# Chen sees the own record and may not merge it.
SEES_API = f"anon:401 li|zhao|qian:200 chen:403 wang|ran|sun|{DESKS}:404"
ROWS = [
    Row("members:merge-pick", SEES, kwargs=chen, prepare=a_double, ids=found),
    Row("members:merge-form", SEES, kwargs=both, prepare=a_double),
    Row(
        "members:merge-form", f"anon:302 li|zhao|qian:302 wang:404 {PLAIN}:403", kwargs=both, method="POST",
        data=choice, prepare=a_double,
    ),
    Row("members:merge-detail", SEES, kwargs=the_merge, prepare=a_merge),
    Row(
        # Somebody has worked on it since: told, not undone.
        "members:merge-undo", f"anon:302 li|zhao|qian:409 wang:404 {PLAIN}:403", kwargs=the_merge,
        method="POST", prepare=a_merge,
    ),
    Row("api-members:merge-candidates", SEES_API, kwargs=chen, prepare=a_double, ids=found),
    Row("api-members:merge-preview", SEES_API, kwargs=both, prepare=a_double),
    Row(
        "api-members:merge-detail", f"anon:401 li|zhao|qian:200 wang|{PLAIN}:404", kwargs=the_merge,
        prepare=a_merge, ids=lambda world, persona: {Merge.unscoped.get().pk},
    ),
    Row(
        "api-members:merge-list", f"anon:401 li|zhao|qian|wang|{PLAIN}:200", prepare=a_merge,
        ids=lambda world, persona: {Merge.unscoped.get().pk} if persona in {"li", "zhao", "qian"} else set(),
    ),
    Row(
        "api-members:merge-list", f"anon:401 li|zhao|qian:201 wang|{PLAIN}:400",
        method="POST",
        data=lambda world: {
            "kept": world.chen.pk, "merged": both(world)["other"], "basis": "同一人", "version": 1,
            "other_version": 1,
        },
        prepare=a_double,
    ),
    Row(
        "api-members:merge-undo", f"anon:401 li|zhao|qian:409 wang|{PLAIN}:404", kwargs=the_merge,
        method="POST", prepare=a_merge,
    ),
]  # fmt: skip
