"""Addresses of units for the access matrix: who may, who may not, and which rows they are shown."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from branches.choices import CoverageKind
from branches.models import AdviserVisit, Unit, UnitCoverage, UnitImport
from branches.tests.factories import NOW, make_coverage, make_unit
from orgportal.tests.matrix import Row

# Committees answer for units: a branch sees its health and no unit.
READERS = "anon:302 li|zhao|qian|wang:200 ran|chen|sun|sys|sec|aud:403"
ONE = "anon:302 zhao|qian:200 li|wang:404 ran|chen|sun|sys|sec|aud:403"
EDITORS = "anon:302 zhao|qian:{} li|wang|ran|chen|sun|sys|sec|aud:403"
API_ALL = "anon:401 li|ran|zhao|qian|wang|chen|sun|sys|sec|aud:200"
API_ONE = "anon:401 zhao|qian:{} li|wang|ran|chen|sun|sys|sec|aud:404"
API_EDITORS = "anon:401 zhao|qian:{} li|wang|ran|chen|sun|sys|sec|aud:403"
STEP = {"on": "2026-03-09", "version": 1}


def units(world: Any) -> None:
    """One unit of each committee, one of the district itself, each with an adviser who was there."""
    for committee in (world.committee_1, world.committee_2, world.district):
        if not Unit.unscoped.filter(committee=committee).exists():
            unit = make_unit(committee)
            make_coverage(unit, CoverageKind.ADVISER)
            AdviserVisit.unscoped.create(
                unit=unit, visitor="周指导", on="2026-03-01", text="走访", recorded_at=NOW,
                recorded_by=world.zhao.user,
            )  # fmt: skip


def paused(world: Any) -> None:
    units(world)
    mine(world).pauses.create(reason="stopped", starts_on="2026-03-01", recorded_at=NOW)


def mine(world: Any) -> Unit:
    return Unit.unscoped.get(committee=world.committee_1)


def of_unit(world: Any) -> dict[str, Any]:
    return {"pk": mine(world).pk}


def of_coverage(world: Any) -> dict[str, Any]:
    return {"pk": UnitCoverage.unscoped.get(unit=mine(world)).pk}


def of_visit(world: Any) -> dict[str, Any]:
    return {"pk": AdviserVisit.unscoped.get(unit=mine(world)).pk}


def seen(world: Any, persona: str) -> set[int]:
    """Those of the committees below one's own."""
    committees = {
        "zhao": {world.committee_1.pk},
        "qian": {world.district.pk, world.committee_1.pk, world.committee_2.pk},
    }.get(persona, set())
    return {unit.pk for unit in Unit.unscoped.all() if unit.committee_id in committees}


def details(world: Any) -> dict[str, Any]:
    typed = {"committee": world.committee_1.pk, "kind": "enterprise", "name": "新厂", "owner": "private"}
    return {**typed, **STEP}


def step(**typed: Any) -> Any:
    return lambda world: {**STEP, **typed}


def visit(world: Any) -> dict[str, Any]:
    return {"visitor": "周指导", "on": "2026-03-09", "text": "走访"}


def event(world: Any) -> dict[str, Any]:
    return {"event": 0}


def a_file(world: Any) -> dict[str, Any]:
    head = "name,kind,owner,committee_code,listed_on"
    text = f"{head}\n新厂,enterprise,private,{world.committee_1.code},2026-01-15\n"
    return {"file": SimpleUploadedFile("units.csv", text.encode())}


def a_batch(world: Any) -> dict[str, Any]:
    """Zhao's own file: nobody else takes it back."""
    made = UnitImport.unscoped.first() or UnitImport.unscoped.create(
        digest="0" * 64, rows=0, known=0, recorded_at=NOW, recorded_by=world.zhao.user
    )
    return {"pk": made.pk}


def check(world: Any) -> dict[str, Any]:
    return {"units": [mine(world).pk], "expected": 1}


COVER, END = {"coverage": "liaison", "holder": "吴联络"}, {"reason": "调离"}
GET = ("edit", "cover", "pause", "resume", "members", "leave")
ADDRESS = {"members": "hidden"}
POSTED: dict[str, Any] = {
    "edit": details,
    "cover": step(**COVER),
    "pause": step(reason="stopped"),
    "members": step(number=1),
    "leave": step(reason="closed"),
}
# Drawn by the form, or checked: nothing is written by either.
WRITES = EDITORS.format(200)

UNIT_ROWS = [
    Row("branches:unit-list", READERS, ids=seen, prepare=units),
    Row("branches:unit-export", READERS, prepare=units),
    Row("branches:unit-detail", ONE, kwargs=of_unit, prepare=units),
    Row("branches:unit-add", EDITORS.format(200)),
    Row("branches:unit-add", EDITORS.format(200), method="POST", data=details),
    Row("branches:unit-check", EDITORS.format(302), method="POST", prepare=units),
    *(
        Row(f"branches:unit-{ADDRESS.get(name, name)}", WRITES, kwargs=of_unit, prepare=units)
        for name in GET
    ),
    *(
        Row(
            f"branches:unit-{ADDRESS.get(name, name)}", WRITES, kwargs=of_unit, prepare=units, method="POST",
            data=data,
        )
        for name, data in POSTED.items()
    ),
    Row("branches:unit-resume", WRITES, kwargs=of_unit, prepare=paused, method="POST", data=step()),
    Row("branches:coverage-end", WRITES, kwargs=of_coverage, prepare=units),
    Row("branches:coverage-end", WRITES, kwargs=of_coverage, prepare=units, method="POST", data=step(**END)),
    Row("branches:unit-import", EDITORS.format(200)),
    Row("branches:unit-import", EDITORS.format(422), method="POST"),
    Row("branches:unit-template", EDITORS.format(200)),
    Row(
        "branches:unit-import-undo", "anon:302 zhao:302 qian:404 li|wang|ran|chen|sun|sys|sec|aud:403",
        kwargs=a_batch, method="POST",
    ),
    Row("branches:unit-undo", EDITORS.format(302), kwargs=of_unit, prepare=units, method="POST", data=event),
    Row("branches:visit-log", EDITORS.format(302), kwargs=of_unit, prepare=units, method="POST", data=visit),
    Row("branches:visit-strike", EDITORS.format(302), kwargs=of_visit, prepare=units, method="POST"),
    # --- the API
    Row("api-branches:unit-list", API_ALL, ids=seen, prepare=units),
    Row(
        "api-branches:unit-list", "anon:401 zhao|qian:201 li|wang|ran|chen|sun|sys|sec|aud:400",
        method="POST", data=details,
    ),
    Row("api-branches:unit-detail", API_ONE.format(200), kwargs=of_unit, prepare=units),
    Row(
        "api-branches:unit-detail", API_ONE.format(200), kwargs=of_unit, prepare=units, method="PUT",
        data=details,
    ),
    Row(
        "api-branches:unit-cover", API_ONE.format(200), kwargs=of_unit, prepare=units, method="POST",
        data=step(kind="liaison", holder="吴联络"),
    ),
    Row(
        "api-branches:unit-pause", API_ONE.format(200), kwargs=of_unit, prepare=units, method="POST",
        data=step(reason="stopped"),
    ),
    Row(
        "api-branches:unit-resume", API_ONE.format(200), kwargs=of_unit, prepare=paused, method="POST",
        data=step(),
    ),
    Row(
        "api-branches:unit-hidden", API_ONE.format(200), kwargs=of_unit, prepare=units, method="POST",
        data=step(number=1),
    ),
    Row(
        "api-branches:unit-leave", API_ONE.format(200), kwargs=of_unit, prepare=units, method="POST",
        data=step(reason="closed"),
    ),
    Row(
        "api-branches:unit-undo", API_ONE.format(409), kwargs=of_unit, prepare=units, method="POST",
        data=event,
    ),
    Row(
        "api-branches:visit-log", API_ONE.format(200), kwargs=of_unit, prepare=units, method="POST",
        data=visit,
    ),
    Row("api-branches:visit-strike", API_ONE.format(200), kwargs=of_visit, prepare=units, method="POST"),
    Row(
        "api-branches:coverage-end", API_ONE.format(200), kwargs=of_coverage, prepare=units, method="POST",
        data=step(**END),
    ),
    *[
        Row(
            f"api-branches:{name}", API_EDITORS.format(status), method="POST", data=a_file, is_upload=True
        )
        for name, status in (("unit-import-check", 200), ("unit-import", 201))
    ],
    Row(
        "api-branches:unit-import-undo", "anon:401 zhao:200 li|qian|wang|ran|chen|sun|sys|sec|aud:404",
        kwargs=a_batch, method="POST",
    ),
    Row("api-branches:unit-check", API_EDITORS.format(200), prepare=units, method="POST", data=check),
]  # fmt: skip
