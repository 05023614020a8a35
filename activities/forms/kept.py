"""What a phone keeps to log meetings without network: names of the own branch, how each kind usually goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from activities.choices import ActivityKind
from activities.forms.from_plan import as_planned
from activities.forms.starting import start, titled
from activities.models import Activity, LeaveRequest
from activities.provisions import ALSO_KINDS
from activities.queries import (
    Setting,
    book_for,
    branch_seats,
    branches_to_record_for,
    groups_to_record_for,
    kinds_to_record,
)
from activities.queries.paper import What, latest_of_each, leave_by_plan, open_plans_of
from activities.rules.away import write_away
from activities.rules.records import Seat, seats_for
from branches.models import Organization, PartyGroup
from orgportal.core.jinja import aside, month
from orgportal.core.planning import months_before
from orgportal.core.scoping import Scope

# The person's own branches; who records for more of them sits at a desk.
MOST_BRANCHES = 5
MONTHS_BACK, MONTHS_AHEAD = 12, 3


def kept_for(scope: Scope, today: date) -> list[dict[str, Any]]:
    """The branches the person records for, with no more than the form needs."""
    return [_branch(each, scope, today) for each in branches_to_record_for(scope)[:MOST_BRANCHES]]


def months_around(today: date) -> dict[str, str]:
    """ "2026-03" and how the month is written, for subjects typed on a later day."""
    first = today.replace(day=1)
    days = [months_before(first, back) for back in range(MONTHS_BACK, -MONTHS_AHEAD - 1, -1)]
    return {f"{day:%Y-%m}": month(day) for day in days}


def _branch(branch: Organization, scope: Scope, today: date) -> dict[str, Any]:
    everybody, book = branch_seats(branch, today), book_for(branch, today)
    groups = groups_to_record_for(branch, scope)
    last, plans = latest_of_each(branch, scope), open_plans_of(branch, scope)
    leave = leave_by_plan(plans, scope)
    return {
        "id": branch.pk,
        "name": branch.name,
        "people": [{"id": seat.id, "name": seat.name, "votes": seat.has_vote} for seat in everybody],
        "sittings": [
            _sitting(Setting(branch, kind, group, today, everybody, seats, None, book), last, plans, leave)
            for kind, group, seats in _seated(kinds_to_record(branch, groups, scope), groups, everybody)
        ],
    }


def _seated(
    kinds: Iterable[ActivityKind], groups: Sequence[PartyGroup], everybody: tuple[Seat, ...]
) -> Iterable[tuple[ActivityKind, PartyGroup | None, tuple[Seat, ...]]]:
    """Each kind of meeting with who should attend it; a party group's once for each group."""
    for kind in kinds:
        for group in groups if kind == ActivityKind.GROUP else [None]:
            yield kind, group, seats_for(kind, group.pk if group else None, everybody)


def _sitting(
    setting: Setting,
    last: Mapping[What, Activity],
    plans: Mapping[What, Sequence[Activity]],
    leave: Mapping[int, Sequence[LeaveRequest]],
) -> dict[str, Any]:
    what = setting.kind, setting.group_id
    known = start(setting, last.get(what))
    return {
        "kind": setting.kind,
        "label": str(setting.kind.label),
        "group": setting.group_id,
        "group_name": setting.group.name if setting.group else "",
        "roster": [seat.id for seat in setting.seats],
        "title": titled(setting, "{month}"),
        "place": known.get("place", ""),
        "starts_at": _hour(known.get("starts_at")),
        "ends_at": _hour(known.get("ends_at")),
        "chair": known["chair"],
        "recorder": known["recorder"],
        "also": [[kind, str(ActivityKind(kind).label)] for kind in sorted(ALSO_KINDS[setting.kind])],
        "plans": [_plan(row, setting, leave.get(row.pk, ())) for row in plans.get(what, ())],
    }


def _plan(row: Activity, setting: Setting, requests: Iterable[LeaveRequest]) -> dict[str, Any]:
    """What was planned, and who asked for leave of it: marked, and written where words stand beside it."""
    told = as_planned(row, replace(setting, on=row.held_on), requests)
    return {
        "seen": f"{row.pk}:{row.version}",
        "on": row.held_on.isoformat(),
        "is_postponed": not row.is_planned,
        "since": row.plan_starts_on and row.plan_starts_on.isoformat(),
        "until": row.plan_ends_on and row.plan_ends_on.isoformat(),
        "title": row.title,
        "place": row.place,
        "starts_at": _hour(row.starts_at),
        "ends_at": _hour(row.ends_at),
        "marks": told.marks,
        "away": write_away([each for each in told.absences if each.remark], setting.seats),
        "asked": [f"{each.member.name}{aside(each.words)}" for each in told.asked],
    }


def _hour(value: Any) -> str:
    return f"{value:%H:%M}" if value else ""
