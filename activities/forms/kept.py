"""What a phone keeps to log meetings without network: names of the own branch, how each kind usually goes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from activities.choices import ActivityKind
from activities.forms.starting import start, titled
from activities.models import Activity
from activities.provisions import ALSO_KINDS
from activities.queries import (
    Setting,
    book_for,
    branch_seats,
    branches_to_record_for,
    groups_to_record_for,
    kinds_to_record,
)
from activities.queries.paper import What, latest_of_each
from activities.rules.records import Seat, seats_for
from branches.models import Organization, PartyGroup
from orgportal.core.jinja import month
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
    last = latest_of_each(branch, scope)
    return {
        "id": branch.pk,
        "name": branch.name,
        "people": [{"id": seat.id, "name": seat.name, "votes": seat.has_vote} for seat in everybody],
        "sittings": [
            _sitting(Setting(branch, kind, group, today, everybody, seats, None, book), last)
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


def _sitting(setting: Setting, last: Mapping[What, Activity]) -> dict[str, Any]:
    known = start(setting, last.get((setting.kind, setting.group_id)))
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
    }


def _hour(value: Any) -> str:
    return f"{value:%H:%M}" if value else ""
