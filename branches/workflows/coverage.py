"""How the party reaches a unit: coverage begun and ended, visits of advisers logged and struck out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from branches.choices import BODY_KINDS, CoverageKind, UnitEventKind
from branches.models import AdviserVisit, Organization, Unit, UnitCoverage
from branches.workflows.unit_history import demand_listed, locked, write
from branches.workflows.units import Step
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCoverage:
    """By which body, or by whom; and the document it rests on."""

    kind: CoverageKind
    body: Organization | None = None
    holder: str = ""
    phone: str = ""
    basis: str = ""


@transaction.atomic
def begin_coverage(
    unit: Unit, new: NewCoverage, step: Step, *, actor: User, scope: Scope, at: datetime
) -> UnitCoverage:
    """One kind runs once at a time, and a unit has a body of its own or shares one."""
    row = locked(unit, scope)
    demand_listed(row, step.on, at)
    is_body = new.kind in BODY_KINDS
    if is_body:
        _demand_body(new.body, step.on)
    elif not new.holder:
        raise Refused("coverage_needs_name")
    _demand_free_days(row, new.kind, step.on)
    fresh = update_versioned(row, seen_version=step.version)
    made = UnitCoverage.unscoped.create(
        unit=fresh, kind=new.kind, body=new.body if is_body else None, holder="" if is_body else new.holder,
        phone="" if is_body else new.phone, basis=new.basis, starts_on=step.on, recorded_at=at,
    )  # fmt: skip
    who = new.body.name if is_body and new.body else new.holder
    changes: dict[str, list[Any]] = {
        "coverage": [None, new.kind], "by": [None, who], "basis": [None, new.basis],
        "coverage_id": [None, made.pk],
    }  # fmt: skip
    write(fresh, UnitEventKind.COVERED, step.on, changes, actor=actor, at=at)
    return made


def _demand_body(body: Organization | None, on: date) -> None:
    if body is None:
        raise Refused("coverage_needs_body")
    if body.dissolved_on is not None and body.dissolved_on <= on:
        raise Refused("already_dissolved", on=body.dissolved_on.isoformat())
    if body.established_on > on:
        raise Refused("date_before_founding", on=body.established_on.isoformat())


def _demand_free_days(unit: Unit, kind: CoverageKind, on: date) -> None:
    """What the new period would overlap: any of its kind, or another body, that ends on the day or later."""
    kinds = BODY_KINDS if kind in BODY_KINDS else (kind,)
    later = [row for row in unit.coverages.standing().filter(kind__in=kinds) if _reaches(row, on)]
    if later:
        raise Refused("coverage_runs", kind=str(CoverageKind(later[0].kind).label))


def _reaches(row: UnitCoverage, on: date) -> bool:
    return row.ends_on is None or row.ends_on >= on


@transaction.atomic
def end_coverage(
    coverage: UnitCoverage, reason: str, step: Step, *, actor: User, scope: Scope, at: datetime
) -> UnitCoverage:
    """The day given is its last."""
    unit = locked(coverage.unit, scope)
    demand_listed(unit, step.on, at)
    row = UnitCoverage.unscoped.select_related("body").get(pk=coverage.pk)
    if not row.is_open:
        raise Refused("coverage_ended")
    if step.on < row.starts_on:
        raise Refused("coverage_ends_too_early", on=row.starts_on.isoformat())
    fresh = update_versioned(unit, seen_version=step.version)
    UnitCoverage.unscoped.filter(pk=row.pk).update(ends_on=step.on, end_reason=reason)
    who = row.body.name if row.body else row.holder
    changes: dict[str, list[Any]] = {
        "coverage": [row.kind, None],
        "by": [who, None],
        "reason": [None, reason],
    }
    changes["coverage_id"] = [row.pk, row.pk]
    write(fresh, UnitEventKind.UNCOVERED, step.on, changes, actor=actor, at=at)
    return UnitCoverage.unscoped.get(pk=row.pk)


# --- the log of visits


@dataclass(frozen=True, slots=True)
class NewVisit:
    """Who went there, when, and what was done."""

    visitor: str
    on: date
    text: str


@transaction.atomic
def log_visit(unit: Unit, new: NewVisit, *, actor: User, scope: Scope, at: datetime) -> AdviserVisit:
    row = locked(unit, scope)
    demand_listed(row, new.on, at)
    visit = AdviserVisit.unscoped.create(
        unit=row, visitor=new.visitor, on=new.on, text=new.text, recorded_at=at, recorded_by=actor
    )
    told = {"visitor": [None, new.visitor], "on": [None, new.on]}
    audit.record(actor=actor, action="unit.visit", target=row, at=at, changes=told)
    return visit


@transaction.atomic
def strike_visit(visit: AdviserVisit, *, actor: User, scope: Scope, at: datetime) -> AdviserVisit:
    """Out of the log; kept."""
    unit = locked(visit.unit, scope)
    if not AdviserVisit.unscoped.standing().filter(pk=visit.pk).update(struck_at=at):
        raise Refused("visit_struck")
    told = {"visitor": [visit.visitor, None], "on": [visit.on, None]}
    audit.record(actor=actor, action="unit.visit_struck", target=unit, at=at, changes=told)
    return AdviserVisit.unscoped.get(pk=visit.pk)
