"""What happened to a unit, line by line; and the last line taken back as long as nobody built upon it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from branches.choices import LeaveListReason, UnitEventKind
from branches.models import Organization, Unit, UnitCoverage, UnitEvent, UnitPause
from branches.queries.units import EDIT_RIGHT
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.locks import Lock
from orgportal.core.models import User
from orgportal.core.names import place_initials, place_key
from orgportal.core.scoping import Scope, still_visible

UNDO_DAYS = 30
# Steps that gave a name or a credit code free, which somebody may have taken meanwhile.
RETURNING = {UnitEventKind.CHANGED, UnitEventKind.LEFT}


def locked(unit: Unit, scope: Scope) -> Unit:
    """The row as it is now, kept from others until the commit, for whoever may write there."""
    row = Unit.unscoped.select_for_update(of=("self",)).select_related("committee").get(pk=unit.pk)
    scope.demand(EDIT_RIGHT, row.committee)
    return row


def demand_listed(unit: Unit, on: date, at: datetime) -> None:
    """The unit is on the list and the day lies between its listing and today."""
    if unit.left_on is not None:
        raise Refused("unit_left", on=unit.left_on.isoformat())
    if on > timezone.localdate(at):
        raise Refused("date_in_future")
    if on < unit.listed_on:
        raise Refused("unit_before_listing", on=unit.listed_on.isoformat())


def demand_visible(unit: Unit, scope: Scope) -> None:
    if not still_visible(unit, scope):
        raise NotAllowed(Unit.view_right)


def demand_free(committee: Organization, name: str, code: str, scope: Scope, besides: int = 0) -> None:
    """No other unit on a list has the name there or the credit code anywhere; writers of lists take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.UNITS])
    others = Unit.unscoped.current().exclude(pk=besides)
    if others.filter(committee=committee, name=name).exists():
        raise Refused("unit_name_taken", taken=name)
    holder = others.filter(credit_code=code).first() if code else None
    if holder is None:
        return
    if Unit.objects.visible_to(scope).filter(pk=holder.pk).exists():
        raise Refused("unit_code_taken", taken=code, name=holder.name)
    raise Refused("unit_code_elsewhere", taken=code)


def write(
    unit: Unit, kind: UnitEventKind, on: date, changes: Mapping[str, list[Any]], *, actor: User, at: datetime
) -> UnitEvent:
    """One line of the history and one of the trail; `changes` is field -> [before, after]."""
    audit.record(actor=actor, action=f"unit.{kind}", target=unit, at=at, changes={"on": on, **changes})
    return UnitEvent.objects.create(
        unit=unit,
        kind=kind,
        on=on,
        before={name: pair[0] for name, pair in changes.items()},
        after={name: pair[1] for name, pair in changes.items()},
        recorded_at=at,
        recorded_by=actor,
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


# --- the last step taken back


@transaction.atomic
def undo(unit: Unit, event_id: int, *, actor: User, scope: Scope, at: datetime) -> Unit:
    """Takes the last step back within a month. Raises Refused when another came after it."""
    row = locked(unit, scope)
    last = row.events.order_by("-pk").first()
    if last is None or last.pk != event_id or last.kind == UnitEventKind.UNDONE:
        raise Refused("unit_not_the_last_step")
    if at - last.recorded_at > timedelta(days=UNDO_DAYS):
        raise Refused("unit_undo_too_late", days=UNDO_DAYS)
    changes = UNDOING[UnitEventKind(last.kind)](row, last, at)
    if last.kind in RETURNING:
        demand_free(
            Organization.unscoped.get(pk=changes.get("committee_id", row.committee_id)),
            changes.get("name", row.name), changes.get("credit_code", row.credit_code), scope, besides=row.pk,
        )  # fmt: skip
    fresh = update_versioned(row, seen_version=row.version, **changes)
    told: dict[str, list[Any]] = {"step": [last.kind, None], "of": [last.pk, None]}
    write(fresh, UnitEventKind.UNDONE, timezone.localdate(at), told, actor=actor, at=at)
    fresh = Unit.unscoped.select_related("committee").get(pk=fresh.pk)
    scope.demand(EDIT_RIGHT, fresh.committee)
    return fresh


def may_undo(events: list[UnitEvent], at: datetime) -> UnitEvent | None:
    """The step a press would take back; `events` are newest first."""
    last = next(iter(events), None)
    if last is None or last.kind == UnitEventKind.UNDONE:
        return None
    return last if at - last.recorded_at <= timedelta(days=UNDO_DAYS) else None


def _columns_back(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    """The unit's own columns as they were; names of other things stand in the line for reading only."""
    own = {field.attname: field for field in Unit._meta.concrete_fields}  # noqa: SLF001
    found = {name: own[name].to_python(value) for name, value in event.before.items() if name in own}
    if "name" in found:
        found |= {"name_key": place_key(found["name"]), "initials": place_initials(found["name"])}
    return found


def _listing_back(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    return {"left_on": unit.listed_on, "left_reason": LeaveListReason.MISTAKE}


def _cover_back(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    UnitCoverage.unscoped.filter(pk=event.after["coverage_id"], unit=unit).update(voided_at=at)
    return {}


def _cover_reopened(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    rows = UnitCoverage.unscoped.filter(pk=event.after["coverage_id"], unit=unit)
    rows.update(ends_on=None, end_reason="")
    return {}


def _pause_back(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    UnitPause.objects.filter(pk=event.after["pause_id"], unit=unit).update(voided_at=at)
    return _columns_back(unit, event, at)


def _pause_reopened(unit: Unit, event: UnitEvent, at: datetime) -> dict[str, Any]:
    UnitPause.objects.filter(pk=event.after["pause_id"], unit=unit).update(ends_on=None)
    return _columns_back(unit, event, at)


UNDOING: dict[UnitEventKind, Callable[[Unit, UnitEvent, datetime], dict[str, Any]]] = {
    UnitEventKind.LISTED: _listing_back,
    UnitEventKind.CHANGED: _columns_back,
    UnitEventKind.COVERED: _cover_back,
    UnitEventKind.UNCOVERED: _cover_reopened,
    UnitEventKind.PAUSED: _pause_back,
    UnitEventKind.RESUMED: _pause_reopened,
    UnitEventKind.COUNTED: _columns_back,
    UnitEventKind.CHECKED: _columns_back,
    UnitEventKind.LEFT: _columns_back,
}
