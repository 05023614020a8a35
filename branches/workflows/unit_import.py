"""Puts many units on the lists from a file: all rows or none, every bad cell named; taken back as a whole.

A unit that stands on the list already is left as it is and counted; the checks are over sets.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from branches.choices import BODY_KINDS, CoverageKind, Kind, LeaveListReason, UnitEventKind, UnitKind
from branches.models import AdviserVisit, Organization, Unit, UnitCoverage, UnitEvent, UnitImport
from branches.queries.units import EDIT_RIGHT
from branches.rules.units import code_doubt
from branches.workflows.table_file import Fault, Line
from branches.workflows.unit_file import read_units
from branches.workflows.unit_history import UNDO_DAYS
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locks import Lock
from orgportal.core.models import User
from orgportal.core.names import place_initials, place_key
from orgportal.core.scoping import Scope

LONGEST_NAME = 60


@dataclass(frozen=True)
class UnitPlan:
    """What a file would do: its faults; or the rows that are new, and those that stand there already."""

    new: tuple[Line, ...]
    known: tuple[Line, ...]
    faults: tuple[Fault, ...]
    digest: str

    @property
    def kinds(self) -> dict[UnitKind, int]:
        found = Counter(line.kind for line in self.new)
        return {kind: found[kind] for kind in UnitKind if found[kind]}

    @property
    def in_rows(self) -> bool:
        """Something is to be put right in rows, not in the file as a whole."""
        return any(fault.row > 1 for fault in self.faults)

    @property
    def doubtful(self) -> int:
        """Rows whose credit code is warned of; they are taken."""
        return sum(bool(code_doubt(line.credit_code)) for line in self.new)


class UnitFileFaulty(Refused):
    """The file was refused as a whole."""

    def __init__(self, plan: UnitPlan) -> None:
        super().__init__("file_has_faults", count=len(plan.faults))
        self.plan = plan


@dataclass(frozen=True)
class Around:
    """What the file touches, read once."""

    bodies: dict[str, Organization]
    by_code: dict[str, Unit]
    by_name: dict[tuple[str, str], Unit]


def plan_units(data: bytes, *, scope: Scope, at: datetime) -> UnitPlan:
    """Reads and checks a file without writing."""
    table = read_units(data)
    digest = hashlib.sha256(data).hexdigest()
    if not table.lines:
        return UnitPlan((), (), table.faults, digest)
    around = _around(table.lines)
    known = {line.number for line in table.lines if _known(line, around)}
    faults = [*table.faults, *_faults(table.lines, known, around, scope, at)]
    faults.sort(key=lambda fault: (fault.row, fault.column))
    if faults:
        return UnitPlan((), (), tuple(faults), digest)
    new = tuple(line for line in table.lines if line.number not in known)
    return UnitPlan(new, tuple(line for line in table.lines if line.number in known), (), digest)


def _around(lines: Iterable[Line]) -> Around:
    codes = {line.committee_code for line in lines} | {
        line.covered_by for line in lines if line.coverage in BODY_KINDS
    }
    bodies = {row.code: row for row in Organization.unscoped.filter(code__in=codes)}
    rows = Unit.unscoped.current().select_related("committee")
    with_code = rows.filter(credit_code__in={line.credit_code for line in lines} - {""})
    named = rows.filter(
        name__in={line.name for line in lines}, committee__in=[row.pk for row in bodies.values()]
    )
    return Around(
        bodies,
        {unit.credit_code: unit for unit in with_code},
        {(unit.committee.code, unit.name): unit for unit in named},
    )


def _known(line: Line, around: Around) -> bool:
    """On the same committee's list already, by its credit code or else by its name."""
    same_code = around.by_code.get(line.credit_code)
    if same_code is not None:
        return bool(same_code.committee.code == line.committee_code)
    same_name = around.by_name.get((line.committee_code, line.name))
    return same_name is not None and line.credit_code in {"", same_name.credit_code}


# --- checks


def _faults(
    lines: tuple[Line, ...], known: set[int], around: Around, scope: Scope, at: datetime
) -> Iterator[Fault]:
    names: dict[tuple[str, str], int] = {}
    codes: dict[str, int] = {}
    for line in lines:
        yield from _committee_faults(line, around, scope)
        yield from _coverage_faults(line, around)
        if line.listed_on and line.listed_on > timezone.localdate(at):
            yield Fault(line.number, "listed_on", "unit_date_in_future")
        yield from _twice(line, "name", (line.committee_code, line.name), names)
        if line.credit_code:
            yield from _twice(line, "credit_code", line.credit_code, codes)
        if line.number not in known:
            yield from _taken(line, around, scope)


def _committee_faults(line: Line, around: Around, scope: Scope) -> Iterator[Fault]:
    if not line.committee_code:
        return
    body = around.bodies.get(line.committee_code)
    if body is None or body.dissolved_on is not None or not scope.may(EDIT_RIGHT, body):
        yield Fault(line.number, "committee_code", "committee_unknown", {"value": line.committee_code})
    elif body.kind == Kind.BRANCH:
        yield Fault(line.number, "committee_code", "committee_is_branch", {"name": body.name})


def _coverage_faults(line: Line, around: Around) -> Iterator[Fault]:
    if not line.coverage:
        if line.covered_by:
            yield Fault(line.number, "coverage", "coverage_missing")
    elif not line.covered_by:
        yield Fault(line.number, "covered_by", "cell_empty")
    elif line.coverage in BODY_KINDS:
        body = around.bodies.get(line.covered_by)
        if body is None or body.dissolved_on is not None:
            yield Fault(line.number, "covered_by", "coverer_unknown", {"value": line.covered_by})
        elif line.listed_on and body.established_on > line.listed_on:
            yield Fault(line.number, "listed_on", "body_younger", {"name": body.name})
    elif len(line.covered_by) > LONGEST_NAME:
        yield Fault(line.number, "covered_by", "too_long", {"limit": LONGEST_NAME})


def _twice(line: Line, column: str, key: Any, seen: dict[Any, int]) -> Iterator[Fault]:
    first = seen.setdefault(key, line.number)
    if first != line.number and line.cells[column]:
        yield Fault(line.number, column, "unit_twice", {"value": line.cells[column], "row": first})


def _taken(line: Line, around: Around, scope: Scope) -> Iterator[Fault]:
    """The name with another code, or the code on another list; whose, only where one sees it."""
    holder = around.by_code.get(line.credit_code)
    if holder is not None:
        name = holder.committee.name if scope.may(Unit.view_right, holder.committee) else ""
        code = "unit_code_of" if name else "unit_code_somewhere"
        yield Fault(line.number, "credit_code", code, {"value": line.credit_code, "name": name})
    elif (line.committee_code, line.name) in around.by_name:
        yield Fault(line.number, "name", "unit_name_with_code", {"value": line.name})


# --- writing


@transaction.atomic
def load_units(data: bytes, *, actor: User, scope: Scope, at: datetime) -> UnitImport:
    """Puts every new row on its list. Raises UnitFileFaulty, having written nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.UNITS])
    plan = plan_units(data, scope=scope, at=at)
    if plan.faults:
        raise UnitFileFaulty(plan)
    batch = UnitImport.unscoped.create(
        digest=plan.digest, rows=len(plan.new), known=len(plan.known), recorded_at=at, recorded_by=actor
    )
    codes = {line.committee_code for line in plan.new} | {line.covered_by for line in plan.new}
    bodies = {row.code: row for row in Organization.unscoped.filter(code__in=codes)}
    units = Unit.unscoped.bulk_create(_unit(line, bodies, batch, at) for line in plan.new)
    pairs = list(zip(plan.new, units, strict=True))
    UnitCoverage.unscoped.bulk_create(
        _coverage(line, unit, bodies, at) for line, unit in pairs if line.coverage
    )
    UnitEvent.objects.bulk_create(
        UnitEvent(
            unit=unit, kind=UnitEventKind.LISTED, on=line.listed_on, recorded_at=at, recorded_by=actor,
            after={"name": line.name, "committee": unit.committee.name, "import_id": batch.pk},
        )
        for line, unit in pairs
    )  # fmt: skip
    told = {"rows": batch.rows, "known": batch.known, "digest": batch.digest}
    audit.record(actor=actor, action="unit.import", target=batch, at=at, changes=told)
    return batch


def _unit(line: Line, bodies: dict[str, Organization], batch: UnitImport, at: datetime) -> Unit:
    copied = ("kind", "name", "owner", "credit_code", "area", "address", "staff")
    return Unit(
        committee=bodies[line.committee_code], name_key=place_key(line.name),
        initials=place_initials(line.name), checked_on=line.listed_on, listed_on=line.listed_on,
        recorded_at=at, batch=batch, **{name: line.cells[name] for name in copied},
    )  # fmt: skip


def _coverage(line: Line, unit: Unit, bodies: dict[str, Organization], at: datetime) -> UnitCoverage:
    is_body = line.coverage in BODY_KINDS
    return UnitCoverage(
        unit=unit, kind=CoverageKind(line.coverage), body=bodies[line.covered_by] if is_body else None,
        holder="" if is_body else line.covered_by, starts_on=line.listed_on, recorded_at=at,
    )  # fmt: skip


# --- taken back


@transaction.atomic
def undo_import(batch: UnitImport, *, actor: User, scope: Scope, at: datetime) -> tuple[list[int], int]:
    """Takes the units off again that nobody has touched since: their ids, and how many stay.

    Raises Refused a month later or a second time.
    """
    row = UnitImport.unscoped.select_for_update().get(pk=batch.pk)
    if row.undone_at is not None:
        raise Refused("unit_import_undone")
    if at - row.recorded_at > timedelta(days=UNDO_DAYS):
        raise Refused("unit_undo_too_late", days=UNDO_DAYS)
    units = row.units.select_for_update(of=("self",)).select_related("committee").order_by("pk")
    mine = [unit for unit in units if scope.may(EDIT_RIGHT, unit.committee)]
    visited = set(AdviserVisit.unscoped.filter(unit__in=mine).values_list("unit_id", flat=True))
    back = [unit for unit in mine if unit.version == 1 and not unit.has_left and unit.pk not in visited]
    ids = [unit.pk for unit in back]
    Unit.unscoped.filter(pk__in=ids).update(
        left_on=F("listed_on"), left_reason=LeaveListReason.MISTAKE, version=F("version") + 1
    )
    UnitCoverage.unscoped.filter(unit__in=ids).update(voided_at=at)
    UnitEvent.objects.bulk_create(
        UnitEvent(
            unit=unit, kind=UnitEventKind.UNDONE, on=timezone.localdate(at), recorded_at=at,
            recorded_by=actor, before={"step": UnitEventKind.LISTED},
        )
        for unit in back
    )  # fmt: skip
    UnitImport.unscoped.filter(pk=row.pk).update(undone_at=at, undone=len(ids))
    stay = row.rows - len(ids)
    told = {"rows": len(ids), "stay": stay, "digest": row.digest}
    audit.record(actor=actor, action="unit.import_undone", target=row, at=at, changes=told)
    return ids, stay
