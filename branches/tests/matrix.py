"""Addresses of the tree: who may, who may not, and which rows they are shown."""

from typing import Any

from branches.models import Organization
from orgportal.tests.matrix import Row


def seen_by(world: Any, persona: str) -> set[int]:
    """The bodies a person answers for, read off the cast and not off the scope."""
    committee_1 = {world.committee_1.pk, world.a.pk, world.b.pk}
    return {
        "li": {world.a.pk},
        "ran": {world.a.pk},
        "zhao": committee_1,
        "qian": {row.pk for row in Organization.unscoped.all()},
        "wang": {world.c.pk},
    }[persona]


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


ROWS = [
    Row(
        "branches:organization-list",
        "anon:302 li|ran|zhao|qian|wang:200 chen|sun|sys|sec|aud:403",
        query="state=current",
        ids=seen_by,
    ),
    Row(
        "branches:organization-detail",
        "anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|sys|sec|aud:403",
        kwargs=of_a,
    ),
]
