"""The plan of a year: laid out in one step, taken back while untouched; each meeting moved, postponed or
cancelled through one door. What a plan said before is kept, and whoever should attend is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.choices import ActivityKind, ActivityState, PlanMove
from activities.models import Activity
from activities.queries.plans import YearSheet, just_laid_out, year_sheet
from activities.rules.plan_moves import MOVE_BY_NAME, Appointment, Move, faults_of
from activities.rules.planning import PlanLine, Slot
from activities.workflows.duties import owing_of
from activities.workflows.filling import keep_revision
from activities.workflows.meetings import RIGHT, may_record
from activities.workflows.paper import LineRefused
from activities.workflows.plan_notices import announced, tell_expected, tell_invited
from branches.models import Organization, PartyGroup
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.holidays import work_calendar
from orgportal.core.jinja import month
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

VIEW = Activity.view_right
NOTICES = {
    PlanMove.MOVE: "activities.plan_moved",
    PlanMove.POSTPONE: "activities.plan_postponed",
    PlanMove.CANCEL: "activities.plan_cancelled",
}
ACTIONS = {
    PlanMove.MOVE: "plan.moved",
    PlanMove.POSTPONE: "plan.postponed",
    PlanMove.CANCEL: "plan.cancelled",
}
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One meeting of the sheet as it is to be planned; `is_sure`: on a day off, too."""

    slot: Slot
    appointment: Appointment
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class OnePlan:
    """One meeting more than the sheet proposes."""

    kind: ActivityKind
    group_id: int | None
    appointment: Appointment
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What was added; what somebody had planned or recorded meanwhile was left as it is."""

    added: list[Activity]
    left: int


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What a move says: the new day and hours, the reason, and that a day off is meant."""

    appointment: Appointment | None = None
    reason: str = ""
    is_sure: bool = False


def sheet_for(branch: Organization, year: int, *, scope: Scope, at: datetime) -> YearSheet:
    """The branch's year as the person may see it."""
    scope.demand(VIEW, branch)
    days = [date(year, number, 1) for number in MONTHS]
    owing, books = owing_of([branch], days, at)
    lines = [line for _branch, line in owing]
    return year_sheet(branch, year, lines, books[branch.pk], scope, timezone.localdate(at))


def may_plan(scope: Scope, branch: Organization, line: PlanLine) -> bool:
    return may_record(scope, branch, line.kind, line.slot.group_id)


@transaction.atomic
def lay_out(
    entries: Sequence[PlanEntry], *, branch: Organization, year: int, actor: User, scope: Scope, at: datetime
) -> LaidOut:
    """Plan all of these meetings or raise `LineRefused` for the first that cannot be.

    What was planned or recorded meanwhile is left alone, so that doing it twice adds nothing.
    """
    branch = _lock_branch(branch)
    lines = {row.line.slot: row.line for row in sheet_for(branch, year, scope=scope, at=at).rows}
    rows: list[Activity] = []
    for index, entry in enumerate(entries):
        try:
            line = _line(lines, entry, branch, scope)
            if line.is_open:
                rows.append(_row(line, entry, branch, actor, at))
                lines[entry.slot] = replace(line, state=ActivityState.PLANNED)  # type: ignore[arg-type]
        except NotAllowed:
            raise
        except Refused as refusal:
            raise LineRefused(index, refusal) from refusal
    added = Activity.unscoped.bulk_create(rows)
    if added:
        changes = {"year": year, "meetings": len(added), "ids": [row.pk for row in added]}
        audit.record(actor=actor, action="plan.laid_out", target=branch, at=at, changes=changes)
    return LaidOut(added, len(entries) - len(added))


@transaction.atomic
def plan_one(said: OnePlan, *, branch: Organization, actor: User, scope: Scope, at: datetime) -> Activity:
    """Plan a meeting besides the sheet; where its period has none yet, it is the one of the period."""
    branch = _lock_branch(branch)
    if not may_record(scope, branch, said.kind, said.group_id):
        raise NotAllowed(RIGHT)
    group = _group(said, branch)
    on = said.appointment.on
    _refuse_faults(said.appointment, at, may_be_day_off=said.is_sure)
    same = Activity.unscoped.filter(
        branch=branch, kind=said.kind, group=group, held_on=on, state=ActivityState.PLANNED
    )
    if same.exists():
        raise Refused("plan_same_day")
    lines = (row.line for row in sheet_for(branch, on.year, scope=scope, at=at).rows if row.line.is_open)
    meant = (said.kind, said.group_id)
    fitting = (each for each in lines if (each.kind, each.slot.group_id) == meant and on in each.period)
    line = next(fitting, None)
    row = _planned(said.kind, group, said.appointment, line, branch, actor, at)
    row.save()
    audit.record(actor=actor, action="plan.added", target=row, at=at, changes={"held_on": on.isoformat()})
    tell_expected(row, "activities.plan_added", actor=actor, at=at)
    return row


@transaction.atomic
def take_back(branch: Organization, year: int, *, actor: User, scope: Scope, at: datetime) -> int:
    """Take the sheet one has just laid out back; what has been changed or asked leave for since stays."""
    if not scope.may(RIGHT, branch) and not scope.groups:
        raise NotAllowed(RIGHT)
    _lock_branch(branch)
    laid_out = just_laid_out(branch, year, scope, at)
    ids = [row.pk for row in laid_out if may_record(scope, branch, row.kind, row.group_id)]
    if not ids:
        raise Refused("plan_nothing_to_take_back")
    Activity.unscoped.filter(pk__in=ids).delete()
    changes = {"year": year, "meetings": len(ids), "ids": ids}
    audit.record(actor=actor, action="plan.taken_back", target=branch, at=at, changes=changes)
    return len(ids)


@transaction.atomic
def move_plan(  # noqa: PLR0913
    activity: Activity,
    name: PlanMove,
    words: PlanWords,
    *,
    seen_version: int,
    actor: User,
    scope: Scope,
    at: datetime,
) -> Activity:
    """Give a planned meeting another day, postpone or cancel it. Said again it changes nothing."""
    _lock_branch(activity.branch)
    row = _row_now(activity, scope)
    move = MOVE_BY_NAME[name]
    if row.version != seen_version:
        raise StaleVersion(row)
    if row.state not in move.from_states:
        raise Refused("plan_not_in_this_state")
    changes = _changes(row, move, words, at)
    told = {key: [getattr(row, key), value] for key, value in changes.items() if getattr(row, key) != value}
    if not told:
        return row
    was = announced(row)
    keep_revision(row, actor, at)
    row = update_versioned(row, seen_version=seen_version, changed_at=at, **changes)
    audit.record(actor=actor, action=ACTIONS[name], target=row, at=at, changes=told)
    tell_expected(row, NOTICES[name], actor=actor, at=at)
    tell_invited(was, row, at)
    return row


# --- what they share


def _lock_branch(branch: Organization) -> Organization:
    """As those who record do: plans and records of one branch take turns."""
    row = Organization.unscoped.select_for_update(no_key=True).get(pk=branch.pk)
    if not row.is_branch:
        raise Refused("branch_expected")
    if row.dissolved_on is not None:
        raise Refused("branch_dissolved")
    return row


def _row_now(activity: Activity, scope: Scope) -> Activity:
    rows = Activity.unscoped.select_for_update(no_key=True, of=("self",)).select_related("branch", "group")
    row = rows.get(pk=activity.pk)
    if not may_record(scope, row.branch, row.kind, row.group_id):
        raise NotAllowed(RIGHT)
    return row


def _line(lines: dict[Slot, PlanLine], entry: PlanEntry, branch: Organization, scope: Scope) -> PlanLine:
    line = lines.get(entry.slot)
    if line is None:
        raise Refused("plan_of_nothing_owed")
    if not may_plan(scope, branch, line):
        raise NotAllowed(RIGHT)
    return line


def _row(line: PlanLine, entry: PlanEntry, branch: Organization, actor: User, at: datetime) -> Activity:
    said = entry.appointment
    _refuse_faults(said, at, may_be_day_off=entry.is_sure)
    if said.on not in line.period:
        period = line.period
        raise Refused(
            "plan_outside_its_period", since=period.starts_on.isoformat(), until=period.ends_on.isoformat()
        )
    group = PartyGroup.unscoped.get(pk=line.slot.group_id) if line.slot.group_id else None
    return _planned(line.kind, group, said, line, branch, actor, at)


def _planned(  # noqa: PLR0913
    kind: ActivityKind, group: PartyGroup | None, said: Appointment, line: PlanLine | None,
    branch: Organization, actor: User, at: datetime,
) -> Activity:  # fmt: skip
    """The row of a meeting to come; without a line it stands for no period."""
    period = {
        "plan_starts_on": line.period.starts_on, "plan_ends_on": line.period.ends_on,
        "plan_number": line.slot.number,
    } if line else {}  # fmt: skip
    return Activity(
        branch=branch, group=group, kind=kind, state=ActivityState.PLANNED,
        title=said.title.strip() or title_on(kind, group, said.on), held_on=said.on,
        starts_at=said.starts_at, ends_at=said.ends_at, place=said.place, **period,
        recorded_at=at, recorded_by=actor, changed_at=at,
    )  # fmt: skip


def _group(said: OnePlan, branch: Organization) -> PartyGroup | None:
    if (said.kind == ActivityKind.GROUP) != (said.group_id is not None):
        raise Refused("group_missing" if said.group_id is None else "group_not_wanted")
    if said.group_id is None:
        return None
    found = PartyGroup.unscoped.current().filter(branch=branch, pk=said.group_id).first()
    if found is None:
        raise Refused("group_unknown")
    return found


def title_on(kind: ActivityKind | str, group: PartyGroup | None, on: date) -> str:
    """The subject a meeting has until somebody gives it another."""
    return _("%(month)s %(kind)s") % {"month": month(on), "kind": group or ActivityKind(kind).label}


def _refuse_faults(said: Appointment, at: datetime, *, may_be_day_off: bool) -> None:
    is_workday = work_calendar().is_workday(said.on)
    faults = faults_of(said, timezone.localdate(at), is_workday=is_workday, may_be_day_off=may_be_day_off)
    if faults:
        raise Refused(faults[0][1])


def _changes(row: Activity, move: Move, words: PlanWords, at: datetime) -> dict[str, Any]:
    reason = words.reason.strip()
    if move.needs_reason and not reason:
        raise Refused("reason_missing")
    if not move.needs_day:
        return {"state": move.to, "reason": reason}
    said = words.appointment
    if said is None:
        raise Refused("plan_day_missing")
    _refuse_faults(said, at, may_be_day_off=words.is_sure)
    _refuse_second_plan(row)
    return {
        "state": move.to, "reason": reason, "held_on": said.on, "starts_at": said.starts_at,
        "ends_at": said.ends_at, "place": said.place, "title": _title(row, said),
        "held_inside_id": None,
    }  # fmt: skip


def _title(row: Activity, said: Appointment) -> str:
    """The month in a subject nobody chose follows the day."""
    typed = said.title.strip() or row.title
    is_own = typed != title_on(row.kind, row.group, row.held_on)
    return typed if is_own else title_on(row.kind, row.group, said.on)


def _refuse_second_plan(row: Activity) -> None:
    """A cancelled one is taken up again only where nothing was planned in its place."""
    if row.is_open_plan or row.plan_starts_on is None:
        return
    others = Activity.unscoped.filter(
        branch=row.branch, kind=row.kind, group=row.group, plan_starts_on=row.plan_starts_on,
        plan_number=row.plan_number, state__in=(ActivityState.PLANNED, ActivityState.POSTPONED),
    )  # fmt: skip
    if others.exists():
        raise Refused("plan_exists")
