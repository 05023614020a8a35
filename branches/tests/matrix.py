"""Addresses of the tree: who may, who may not, and which rows they are shown."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Organization, PartyGroup
from branches.tests.factories import make_group
from branches.tests.matrix_texts import TEXT_ROWS
from branches.tests.matrix_units import UNIT_ROWS
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
ORDER = {"on": "2026-03-01", "basis": "龙组〔2026〕3号"}
SEEN = {**ORDER, "version": 1}
DETAILS = {"sector": "village", "form": "regular"}


def seen_by(world: Any, persona: str) -> set[int]:
    """The bodies a person answers for, read off the cast and not off the scope."""
    found = {
        "li": {world.a.pk},
        "ran": {world.a.pk},
        "zhao": {world.committee_1.pk, world.a.pk, world.b.pk},
        "qian": {row.pk for row in Organization.unscoped.all()},
        "wang": {world.c.pk},
    }
    return found.get(persona, set())


def everything(world: Any, persona: str) -> set[int]:
    return {row.pk for row in Organization.unscoped.filter(dissolved_on=None)}


def groups_seen(world: Any, persona: str) -> set[int]:
    own = {row.pk for row in PartyGroup.unscoped.filter(branch=world.a)}
    return own if persona in {"li", "ran", "zhao", "qian"} else set()


def of_a(world: Any) -> dict[str, Any]:
    return {"pk": world.a.pk}


def of_group(world: Any) -> dict[str, Any]:
    return {"pk": PartyGroup.unscoped.get(branch=world.a).pk}


def with_group(world: Any) -> None:
    if not PartyGroup.unscoped.filter(branch=world.a).exists():
        make_group(world.a)


def data(**typed: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda world: typed


def new_body(world: Any) -> dict[str, Any]:
    typed = {"parent": world.committee_1.pk, "code": "N1", "kind": "branch", "name": "新党支部"}
    return {**typed, **DETAILS, **ORDER}


def new_place(world: Any) -> dict[str, Any]:
    return {"parent": world.committee_2.pk, **SEEN}


def new_group(world: Any) -> dict[str, Any]:
    return {"branch": world.a.pk, "name": "一组", **ORDER}


def a_file(world: Any) -> dict[str, Any]:
    head = "code,name,kind,sector,parent_code,established_on"
    text = f"{head}\nN1,新党支部,branch,village,{world.committee_1.code},2020-01-01\n"
    return {"file": SimpleUploadedFile("bodies.csv", text.encode())}


SEES = f"anon:302 li|ran|zhao|qian|wang:200 chen|sun|{DESKS}:403"
SEES_A = f"anon:302 li|ran|zhao|qian:200 wang:404 chen|sun|{DESKS}:403"
OFFICER = f"anon:302 qian:200 li|ran|zhao|wang|chen|sun|{DESKS}:403"
OVERSEER = f"anon:302 zhao|qian:200 li|ran|wang|chen|sun|{DESKS}:403"
KEEPER = f"anon:302 li:200 wang:404 ran|zhao|qian|chen|sun|{DESKS}:403"
EVERYBODY = f"anon:302 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200"

PAGES = [
    Row("branches:organization-list", SEES, query="?state=current", ids=seen_by),
    Row("branches:organization-list", f"anon:302 li|ran|wang:302 zhao|qian:200 chen|sun|{DESKS}:403"),
    Row("branches:organization-tree", SEES, ids=seen_by),
    Row("branches:organization-detail", SEES_A, kwargs=of_a),
    Row("branches:organization-directory", EVERYBODY, ids=everything),
    Row("branches:organization-create", OFFICER),
    Row("branches:organization-create", OFFICER, method="POST", data=new_body),
    Row("branches:organization-edit", OVERSEER, kwargs=of_a),
    Row("branches:organization-edit", OVERSEER, kwargs=of_a, method="POST", data=data(**DETAILS, **SEEN)),
    Row("branches:organization-rename", OVERSEER, kwargs=of_a),
    Row("branches:organization-rename", OVERSEER, kwargs=of_a, method="POST", data=data(name="新", **SEEN)),
    Row("branches:organization-move", OFFICER, kwargs=of_a),
    Row("branches:organization-move", OFFICER, kwargs=of_a, method="POST", data=new_place),
    Row("branches:organization-dissolve", OFFICER, kwargs=of_a),
    Row(
        "branches:organization-dissolve", OFFICER, method="POST", data=data(**SEEN),
        kwargs=lambda world: {"pk": world.b.pk},
    ),
    Row("branches:organization-import", OFFICER),
    Row("branches:organization-import", OFFICER.replace("200", "422"), method="POST"),
    Row("branches:import-template", OFFICER),
    Row("branches:group-create", KEEPER, kwargs=of_a),
    Row("branches:group-create", KEEPER, kwargs=of_a, method="POST", data=data(name="一组", **ORDER)),
    Row("branches:group-rename", KEEPER, kwargs=of_group, prepare=with_group),
    Row(
        "branches:group-rename", KEEPER, kwargs=of_group, prepare=with_group, method="POST",
        data=data(name="二组", **SEEN),
    ),
    Row("branches:group-end", KEEPER, kwargs=of_group, prepare=with_group),
    Row("branches:group-end", KEEPER, kwargs=of_group, prepare=with_group, method="POST", data=data(**SEEN)),
]  # fmt: skip

API_ALL = f"anon:401 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200"
API_A = f"anon:401 li|ran|zhao|qian:200 wang|chen|sun|{DESKS}:404"
API_OVERSEER = f"anon:401 zhao|qian:200 li|ran:403 wang|chen|sun|{DESKS}:404"
API_OFFICER = f"anon:401 qian:200 li|ran|zhao:403 wang|chen|sun|{DESKS}:404"
API_KEEPER = f"anon:401 li:200 ran|zhao|qian:403 wang|chen|sun|{DESKS}:404"

API = [
    Row("api-branches:organization-list", API_ALL, ids=seen_by),
    Row(
        # To whom the body above is out of sight it is no choice (400).
        "api-branches:organization-list", f"anon:401 qian:201 zhao:403 li|ran|wang|chen|sun|{DESKS}:400",
        method="POST", data=new_body,
    ),
    Row("api-branches:organization-detail", API_A, kwargs=of_a),
    Row(
        "api-branches:organization-rename", API_OVERSEER, kwargs=of_a, method="POST",
        data=data(name="新", **SEEN),
    ),
    Row(
        "api-branches:organization-change", API_OVERSEER, kwargs=of_a, method="POST",
        data=data(**DETAILS, **SEEN),
    ),
    Row(
        "api-branches:organization-move", f"anon:401 qian:200 li|ran|zhao:400 wang|chen|sun|{DESKS}:404",
        kwargs=of_a, method="POST", data=new_place,
    ),
    Row(
        "api-branches:organization-dissolve", f"anon:401 qian:200 zhao:403 li|ran|wang|chen|sun|{DESKS}:404",
        kwargs=lambda world: {"pk": world.b.pk}, method="POST", data=data(**SEEN),
    ),
    Row("api-branches:organization-history", API_A, kwargs=of_a),
    *[
        Row(
            f"api-branches:{name}", f"anon:401 qian:{status} li|ran|zhao|wang|chen|sun|{DESKS}:403",
            method="POST", data=a_file, is_upload=True,
        )
        for name, status in (("organization-import-check", 200), ("organization-import", 201))
    ],
    Row("api-branches:group-list", API_ALL, ids=groups_seen, prepare=with_group),
    Row(
        "api-branches:group-list", f"anon:401 li:201 ran|zhao|qian:403 wang|chen|sun|{DESKS}:400",
        method="POST", data=new_group,
    ),
    Row(
        "api-branches:group-rename", API_KEEPER, kwargs=of_group, prepare=with_group, method="POST",
        data=data(name="二组", **SEEN),
    ),
    Row(
        "api-branches:group-end", API_KEEPER, kwargs=of_group, prepare=with_group, method="POST",
        data=data(**SEEN),
    ),
    Row("api-branches:directory-list", API_ALL, ids=everything),
]  # fmt: skip

ROWS = [*PAGES, *API, *UNIT_ROWS, *TEXT_ROWS]
