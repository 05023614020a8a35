"""Units of the two coverages: put on the list, changed, checked, counted, not operating, taken off again."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from branches.choices import Kind, LeaveListReason, OwnerKind, PauseReason, UnitEventKind, UnitKind
from branches.models import Organization, Unit, UnitEvent, UnitPause
from branches.models.units import lasting_on
from branches.queries.units import EDIT_RIGHT
from branches.workflows.unit_history import (
    demand_free,
    demand_listed,
    demand_visible,
    difference,
    locked,
    write,
)
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.names import place_initials, place_key
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDetails:
    """What is typed about a unit beside who answers for it."""

    kind: UnitKind
    name: str
    owner: OwnerKind
    credit_code: str = ""
    area: str = ""
    address: str = ""
    staff: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as it was typed, who answers for it, and the version that was seen."""

    committee: Organization
    details: UnitDetails
    version: int = 0


@dataclass(frozen=True, slots=True)
class NewPause:
    """Why a unit does not operate, and what was seen."""

    reason: PauseReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The day a step takes effect, and the version of the unit that was seen."""

    on: date
    version: int


@transaction.atomic
def add_unit(entry: Entry, on: date, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """A new unit on the committee's list, checked that day."""
    committee, details = entry.committee, entry.details
    scope.demand(EDIT_RIGHT, committee)
    _demand_committee(committee)
    if on > timezone.localdate(at):
        raise Refused("date_in_future")
    demand_free(committee, details.name, details.credit_code, scope)
    unit = Unit.unscoped.create(
        committee=committee, checked_on=on, listed_on=on, recorded_at=at, **_columns(details)
    )
    demand_visible(unit, scope)
    after = {**asdict(details), "committee": committee.name}
    changes = {name: [None, value] for name, value in after.items() if value not in ("", None)}
    write(unit, UnitEventKind.LISTED, on, changes, actor=actor, at=at)
    return unit


@transaction.atomic
def change_unit(unit: Unit, entry: Entry, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """The unit with other details, or under another committee of the writer's."""
    row, today = locked(unit, scope), timezone.localdate(at)
    committee, details = entry.committee, entry.details
    scope.demand(EDIT_RIGHT, committee)
    demand_listed(row, today, at)
    _demand_committee(committee)
    demand_free(committee, details.name, details.credit_code, scope, besides=row.pk)
    before = {name: getattr(row, name) for name in asdict(details)}
    changes = difference(before, asdict(details))
    if committee.pk != row.committee_id:
        changes["committee_id"] = [row.committee_id, committee.pk]
        changes["committee"] = [row.committee.name, committee.name]
    fresh = update_versioned(row, seen_version=entry.version, committee=committee, **_columns(details))
    if changes:
        write(fresh, UnitEventKind.CHANGED, today, changes, actor=actor, at=at)
    return fresh


def _columns(details: UnitDetails) -> dict[str, Any]:
    name = details.name
    return {**asdict(details), "name_key": place_key(name), "initials": place_initials(name)}


def _demand_committee(committee: Organization) -> None:
    if committee.kind == Kind.BRANCH:
        raise Refused("unit_needs_committee")
    if committee.dissolved_on is not None:
        raise Refused("parent_dissolved", on=committee.dissolved_on.isoformat())


# --- operating or not


@transaction.atomic
def pause(unit: Unit, new: NewPause, step: Step, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """The unit does not operate since that day: it stays on the list and leaves the denominator."""
    row = locked(unit, scope)
    demand_listed(row, step.on, at)
    open_ended = row.pauses.filter(voided_at=None, ends_on=None)
    if open_ended.exists() or row.pauses.filter(lasting_on(step.on)).exists():
        raise Refused("unit_already_paused")
    made = UnitPause.objects.create(
        unit=row, reason=new.reason, note=new.note, starts_on=step.on, recorded_at=at
    )
    changes: dict[str, list[Any]] = {
        "pause": [None, new.reason],
        "note": [None, new.note],
        "pause_id": [None, made.pk],
    }
    return _noted(row, UnitEventKind.PAUSED, step, changes, actor=actor, at=at)


@transaction.atomic
def resume(unit: Unit, step: Step, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """The last day it did not operate is the day before."""
    row = locked(unit, scope)
    demand_listed(row, step.on, at)
    running = row.pauses.filter(voided_at=None, ends_on=None).first()
    if running is None:
        raise Refused("unit_not_paused")
    last = date.fromordinal(step.on.toordinal() - 1)
    if last < running.starts_on:
        raise Refused("unit_resumes_too_early", on=running.starts_on.isoformat())
    UnitPause.objects.filter(pk=running.pk).update(ends_on=last)
    changes: dict[str, list[Any]] = {"pause": [running.reason, None], "pause_id": [running.pk, running.pk]}
    return _noted(row, UnitEventKind.RESUMED, step, changes, actor=actor, at=at)


def _noted(
    row: Unit, kind: UnitEventKind, step: Step, changes: dict[str, list[Any]], *, actor: User, at: datetime
) -> Unit:
    """A step that is a check of the unit as well."""
    checked = max(row.checked_on, step.on)
    fresh = update_versioned(row, seen_version=step.version, checked_on=checked)
    told = {**changes, **difference({"checked_on": row.checked_on}, {"checked_on": checked})}
    write(fresh, kind, step.on, told, actor=actor, at=at)
    return fresh


# --- members not on the register there


@transaction.atomic
def count_hidden(unit: Unit, number: int, step: Step, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """How many formal members work there whom the register does not know there."""
    row = locked(unit, scope)
    demand_listed(row, step.on, at)
    if row.hidden_on is not None and step.on < row.hidden_on:
        raise Refused("unit_counted_later", on=row.hidden_on.isoformat())
    after = {"hidden": number, "hidden_on": step.on}
    changes = difference({"hidden": row.hidden, "hidden_on": row.hidden_on}, after)
    fresh = update_versioned(row, seen_version=step.version, **after)
    if changes:
        write(fresh, UnitEventKind.COUNTED, step.on, changes, actor=actor, at=at)
    return fresh


# --- checked and unchanged, many at a press


@transaction.atomic
def check_units(ids: Collection[int], expected: int, *, actor: User, scope: Scope, at: datetime) -> list[int]:
    """Marks these units as checked today; returns whom. Raises Refused when they are not the number seen.

    Only units on the list that the writer answers for; one checked today already is not marked again.
    """
    today = timezone.localdate(at)
    mine = Unit.objects.visible_to(scope).current().filter(pk__in=ids).select_related("committee")
    rows = [
        row
        for row in mine.select_for_update(of=("self",)).order_by("pk")
        if scope.may(EDIT_RIGHT, row.committee)
    ]
    if len(rows) != expected:
        raise Refused("units_not_as_seen", expected=expected, count=len(rows))
    due = [row for row in rows if row.checked_on < today]
    marked = [row.pk for row in due]
    Unit.unscoped.filter(pk__in=marked).update(checked_on=today, version=F("version") + 1)
    UnitEvent.objects.bulk_create(
        UnitEvent(
            unit=row, kind=UnitEventKind.CHECKED, on=today, before={"checked_on": row.checked_on},
            after={"checked_on": today}, recorded_at=at, recorded_by=actor,
        )
        for row in due
    )  # fmt: skip
    digest = hashlib.sha256(",".join(map(str, marked)).encode()).hexdigest()
    audit.record(
        actor=actor, action="unit.check_many", target=None, at=at,
        changes={"rows": len(marked), "digest": digest},
    )  # fmt: skip
    return marked


# --- off the list


@transaction.atomic
def leave_list(
    unit: Unit, reason: LeaveListReason, step: Step, *, actor: User, scope: Scope, at: datetime
) -> Unit:
    """The unit counts no longer from that day on; its record stays."""
    row = locked(unit, scope)
    demand_listed(row, step.on, at)
    after = {"left_on": step.on, "left_reason": reason}
    changes = difference({"left_on": row.left_on, "left_reason": row.left_reason}, after)
    fresh = update_versioned(row, seen_version=step.version, **after)
    write(fresh, UnitEventKind.LEFT, step.on, changes, actor=actor, at=at)
    return fresh


def take_away(count: int, what: dict[str, Any], *, actor: User, at: datetime) -> None:
    """A list of units leaves the portal as a file: who took it, how many, and which list."""
    audit.record(actor=actor, action="unit.export", target=None, at=at, changes={"rows": count, **what})
