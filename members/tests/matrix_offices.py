"""Operations on posts, terms, groups and mergers of a body: whose office it is."""

from typing import Any

from members.models import Term
from members.tests.factories import make_term
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
EVERYBODY = f"li|ran|zhao|qian|wang|chen|sun|{DESKS}"
PLAIN = f"chen|sun|{DESKS}"
TODAY = "2026-03-10"


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


def terms(world: Any) -> None:
    make_term(world.a)
    make_term(world.c)


def terms_seen(world: Any, persona: str) -> set[int]:
    bodies = {"li": [world.a], "ran": [world.a], "zhao": [world.a], "qian": [world.a, world.c]}
    bodies["wang"] = [world.c]
    return set(Term.unscoped.filter(organization__in=bodies.get(persona, [])).values_list("pk", flat=True))


def new_term(world: Any) -> dict[str, Any]:
    return {"organization": world.a.pk, "starts_on": "2026-03-01"}


def out_of_any_group(world: Any) -> dict[str, Any]:
    return {"members": [world.chen.pk], "group": None}


def into_b(world: Any) -> dict[str, Any]:
    return {"target": world.b.pk, "on": TODAY, "basis": "文件", "version": world.a.version}


SEES_A = f"anon:401 li|ran|zhao|qian:200 wang|{PLAIN}:404"
ROWS = [
    Row("api-members:term-list", f"anon:401 {EVERYBODY}:200", prepare=terms, ids=terms_seen),
    Row(
        # Whom the body is out of sight to has no such choice (400); who only sees it may not (403).
        "api-members:term-list", f"anon:401 li|zhao|qian:201 ran:403 wang|{PLAIN}:400", method="POST",
        data=new_term,
    ),
    Row("api-members:offices", SEES_A, kwargs=of_a),
    Row(
        "api-members:grouping", f"anon:401 li:200 ran|zhao|qian:403 wang|{PLAIN}:404", kwargs=of_a,
        method="POST", data=out_of_any_group,
    ),
    Row("api-members:merger", f"anon:401 qian:200 li|ran|zhao:403 wang|{PLAIN}:404", kwargs=of_a),
    Row(
        "api-members:merger", f"anon:401 qian:200 li|ran|zhao:403 wang|{PLAIN}:404", kwargs=of_a,
        method="POST", data=into_b,
    ),
]  # fmt: skip
