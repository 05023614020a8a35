"""Records of meetings: entered once, amended under a version check, voided with a reason; the duty each
answers is decided in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.choices import ActivityKind, ActivityState, LifeMove
from activities.models import Activity, ActivityRevision, Duty
from activities.queries import book_for, branch_seats, columns_of, planned, snapshot
from activities.queries.rosters import roster_changes
from activities.rules import life
from activities.rules.records import (
    Attendance,
    Entry,
    Seat,
    attendance_of,
    faults_of,
    ids_named,
    named_in,
    redirected,
    ruled,
    seats_for,
    takes_votes,
)
from activities.workflows.contents import tell_owners, write_exceptions, write_guests, write_items
from activities.workflows.duties import apply_record
from activities.workflows.filling import keep_held_inside, put_in_place, refuse_changed_plan
from activities.workflows.follow_ups import release_follow_ups, settle_follow_ups, taken_up
from activities.workflows.plan_notices import announced, tell_invited
from activities.workflows.sightings import note_present, refresh_sightings
from activities.workflows.stamps import UNCONFIRMED, settle, stamps_for
from branches.models import Organization
from members.queries.merging import survivors_of
from members.workflows.merging import seal_merges
from orgportal.core import audit, outbox
from orgportal.core.errors import NotAllowed, Refused, StaleVersion, Unsound
from orgportal.core.inbox import notify
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = life.RECORD


@dataclass(frozen=True, slots=True)
class NotHeld:
    """ "Did not meet" or "excused" as typed: an answer as good as a meeting, with its reason."""

    kind: ActivityKind
    on: date
    reason: str
    is_excused: bool = False
    group_id: int | None = None


def may_record(scope: Scope, branch: Organization, kind: str, group_id: int | None) -> bool:
    """Whoever records for the branch; a party group leader for their own group's meetings only."""
    if scope.may(RIGHT, branch):
        return True
    return kind == ActivityKind.GROUP and group_id in scope.groups and scope.may("activity.view", branch)


@transaction.atomic
def record_meeting(
    entry: Entry, *, branch: Organization, actor: User, scope: Scope, at: datetime, is_another: bool = False
) -> Activity:
    """Record a meeting that was held. `is_another`: yes, a second of the same kind on the same day."""
    _demand(scope, branch, entry.kind, entry.group_id)
    branch = _lock(branch, entry.group_id, entry.held_on)
    refuse_changed_plan(entry, branch)
    entry = taken_up(entry, branch)
    entry = redirected(entry, survivors_of(ids_named(entry)))
    attendance = _check(entry, branch, at)
    entry = _ruled(entry, attendance, branch)
    if not is_another:
        _refuse_second(entry, branch)
    activity = put_in_place(
        branch, actor=actor, at=at, named=entry.plan_seen[0] if entry.plan_seen else None,
        state=ActivityState.HELD, **columns_of(entry, attendance),
        **stamps_for(entry.chair_id, branch, actor=actor, scope=scope, at=at),
    )  # fmt: skip
    write_exceptions(activity, entry.absences, entry.agreement)
    write_guests(activity, entry.guests, actor=actor, at=at)
    tell_owners(activity, write_items(activity, entry.items), actor=actor, at=at)
    settle_follow_ups(activity, entry.items, actor=actor, at=at)
    note_present(activity)
    settle(activity, None, actor=actor, at=at)
    finish(activity, "activity.recorded", actor, at, _gist(entry, attendance))
    return activity


@transaction.atomic
def record_not_held(
    said: NotHeld, *, branch: Organization, actor: User, scope: Scope, at: datetime
) -> Activity:
    """Record that no meeting was held, or that the branch is excused, with the reason."""
    _demand(scope, branch, said.kind, said.group_id)
    branch = _lock(branch, said.group_id, said.on)
    if not said.reason.strip():
        raise Refused("reason_missing")
    if said.on > timezone.localdate(at):
        raise Refused("held_in_the_future")
    if (said.kind == ActivityKind.GROUP) != (said.group_id is not None):
        raise Refused("group_missing" if said.group_id is None else "group_not_wanted")
    state = ActivityState.EXCUSED if said.is_excused else ActivityState.DID_NOT_MEET
    activity = put_in_place(
        branch, actor=actor, at=at, group_id=said.group_id, kind=said.kind, state=state, held_on=said.on,
        title=f"{ActivityKind(said.kind).label}", reason=said.reason.strip(),
    )  # fmt: skip
    action = "activity.excused" if said.is_excused else "activity.not_held"
    duties = finish(activity, action, actor, at, {"kind": said.kind, "reason": activity.reason})
    if not duties:
        raise Refused("already_held")
    return activity


@transaction.atomic
def amend_meeting(
    activity: Activity, entry: Entry, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Activity:
    """Put the record right. What it said before is kept as a revision; nothing changed adds nothing."""
    row = row_at(activity, seen_version)
    if not row.is_held:
        raise Refused("not_held")
    _demand(scope, row.branch, row.kind, row.group_id)
    demand_life(row, LifeMove.AMEND, at)
    _demand(scope, row.branch, entry.kind, entry.group_id)
    branch = _lock(row.branch, entry.group_id, entry.held_on)
    entry = redirected(entry, survivors_of(ids_named(entry)))
    keep = [*row.present_ids, *row.leave_ids, *row.absent_ids] if entry.held_on == row.held_on else []
    attendance = _check(entry, branch, at, keep)
    entry = _ruled(entry, attendance, branch)
    before, was_on = snapshot(row), row.held_on
    after = planned(before, columns_of(entry, attendance), entry)
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if not changed:
        return row
    stamps = stamps_for(entry.chair_id, branch, actor=actor, scope=scope, at=at)
    was, columns = row, columns_of(entry, attendance)
    row = update_versioned(row, seen_version=seen_version, changed_at=at, **columns, **stamps)
    # The other id is gone from the record: taken apart, the two could not be told from one another in it.
    seal_merges(named_in(before))
    write_exceptions(row, entry.absences, entry.agreement)
    write_guests(row, entry.guests, actor=actor, at=at)
    tell_owners(row, write_items(row, entry.items), actor=actor, at=at)
    _keep(row, seen_version, before, actor, at)
    refresh_sightings(row)
    keep_held_inside(row, actor, at)
    tell_invited(announced(was), row, at)
    settle(row, was, actor=actor, at=at)
    finish(row, "activity.amended", actor, at, changed, was_on)
    return row


@transaction.atomic
def void_record(
    activity: Activity, *, reason: str, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Activity:
    """Take a wrong entry out of every count; it stays in the list with the reason."""
    _demand(scope, activity.branch, activity.kind, activity.group_id)
    if not reason.strip():
        raise Refused("reason_missing")
    row = row_at(activity, seen_version)
    if row.is_void:
        raise Refused("already_void")
    if row.is_plan:
        raise Refused("plan_is_cancelled_instead")
    if row.is_held:
        demand_life(row, LifeMove.VOID, at)
    before, was = snapshot(row), row
    row = update_versioned(
        row, seen_version=seen_version, state=ActivityState.VOID, reason=reason.strip(), changed_at=at,
        **UNCONFIRMED,
    )  # fmt: skip
    _keep(row, seen_version, before, actor, at)
    settle(row, was, actor=actor, at=at)
    release_follow_ups(row, actor=actor, at=at)
    keep_held_inside(row, actor, at)
    tell_invited(announced(was), row, at)
    refresh_sightings(row)
    _tell_typist(row, actor, at)
    finish(row, "activity.voided", actor, at, {"reason": row.reason})
    return row


# --- what they share


def _demand(scope: Scope, branch: Organization, kind: str, group_id: int | None) -> None:
    if not may_record(scope, branch, kind, group_id):
        raise NotAllowed(RIGHT)


def _lock(branch: Organization, group_id: int | None, on: date) -> Organization:
    """Writers of one branch take turns: the roster and the records of the day hold still until the commit."""
    row = Organization.unscoped.select_for_update(no_key=True).get(pk=branch.pk)
    if not row.is_branch:
        raise Refused("branch_expected")
    if row.dissolved_on is not None and row.dissolved_on < on:
        raise Refused("branch_dissolved")
    if on < row.established_on:
        raise Refused("before_the_branch")
    if group_id is not None and not row.groups.filter(pk=group_id).exists():
        raise Refused("group_unknown")
    return row


def _check(entry: Entry, branch: Organization, at: datetime, keep: Sequence[int] = ()) -> Attendance:
    """Who should attend and who did, or everything that is wrong."""
    everybody = branch_seats(branch, entry.held_on, keep)
    seats = seats_for(entry.kind, entry.group_id, everybody)
    _refuse_other_roster(entry, seats, branch)
    faults = faults_of(entry, seats, frozenset(seat.id for seat in everybody), timezone.localdate(at))
    if faults:
        raise Unsound(faults)
    return attendance_of(seats, entry.absences)


def _ruled(entry: Entry, attendance: Attendance, branch: Organization) -> Entry:
    """Each vote decided here and now, under the rules of the day of the meeting."""
    if not takes_votes(entry.items):
        return entry
    return ruled(entry, attendance, book_for(branch, entry.held_on))


def _refuse_other_roster(entry: Entry, seats: Sequence[Seat], branch: Organization) -> None:
    """A transfer accepted meanwhile, or another day chosen: say who, and let the person look again."""
    if entry.roster_ids is None:
        return
    changes = roster_changes(entry.roster_ids, seats, branch)
    if changes is not None:
        raise Refused("roster_changed", **changes)


def _refuse_second(entry: Entry, branch: Organization) -> None:
    same = Activity.unscoped.filter(
        branch=branch, kind=entry.kind, group=entry.group_id, held_on=entry.held_on, state=ActivityState.HELD
    ).first()
    if same is not None:
        raise Refused("same_kind_same_day", title=same.title, activity=same.pk)


def row_at(activity: Activity, seen_version: int) -> Activity:
    rows = Activity.unscoped.select_for_update(no_key=True, of=("self",)).select_related("branch")
    row = rows.get(pk=activity.pk)
    if row.version != seen_version:
        raise StaleVersion(row)
    return row


def demand_life(row: Activity, move: LifeMove, at: datetime) -> None:
    """Refuse what the state of the record does not let happen."""
    code = life.objection(move, row.life(timezone.localdate(at)))
    if code:
        day = {} if row.locks_on is None else {"day": row.locks_on.isoformat()}
        raise Refused(code, **day)


def _tell_typist(row: Activity, actor: User, at: datetime) -> None:
    """Whoever entered it learns that it counts no more, unless they said so themselves."""
    if row.recorded_by_id == actor.pk:
        return
    params = {"title": row.title, "held_on": row.held_on.isoformat(), "reason": row.reason}
    key, url = f"void:{row.pk}", row.get_absolute_url()
    notify([row.recorded_by_id], "activities.record_voided", key, params=params, url=url, at=at)


def _keep(row: Activity, version: int, content: dict[str, Any], actor: User, at: datetime) -> None:
    ActivityRevision.objects.create(
        activity=row, version=version, content=content, replaced_at=at, replaced_by=actor
    )


def _gist(entry: Entry, attendance: Attendance) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "held_on": entry.held_on,
        "present": len(attendance.present),
        "expected": attendance.expected,
        "items": len(entry.items),
        **({"votes": votes} if (votes := _votes(entry)) else {}),
    }


def _votes(entry: Entry) -> list[dict[str, Any]]:
    """Every vote as it was ruled on, for the trail."""
    decisions = (decision for item in entry.items for decision in item.decisions)
    return [{"text": each.text, **each.vote.as_json()} for each in decisions if each.vote]


def finish(
    row: Activity, action: str, actor: User, at: datetime, changes: dict[str, Any], *also_on: date
) -> list[Duty]:
    """The same end for every change: the duty, the trail, the word to whoever computes from it."""
    duties = apply_record(row, at=at, also_on=also_on)
    leave_trail(row, action, actor, at, changes)
    return duties


def leave_trail(row: Activity, action: str, actor: User, at: datetime, changes: dict[str, Any]) -> None:
    audit.record(actor=actor, action=action, target=row, at=at, changes=changes)
    outbox.emit("activity.changed", row.branch_id, {"branch_id": row.branch_id}, at=at)
