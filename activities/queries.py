"""Reads of the activities room: who should attend, what a record says, what was typed last time."""

from collections.abc import Collection
from datetime import date
from typing import Any

from activities.models import Activity
from activities.provisions import PROVISIONS
from activities.rules.records import Entry, Seat
from branches.models import Organization
from branches.queries import rulebook_for
from members.queries import names_of, roster_for
from orgportal.core.names import initials
from orgportal.core.rulebook import Rulebook

# The fields of a record two people can have changed differently, as the compare page lists them.
PLAIN = (
    "kind", "also_kinds", "group_id", "state", "reason", "title", "held_on", "starts_at", "ends_at", "place",
    "chair_id", "recorder_id", "note", "present_ids", "leave_ids", "absent_ids",
)  # fmt: skip


def branch_seats(branch: Organization, on: date, keep: Collection[int] = ()) -> tuple[Seat, ...]:
    """Everybody in the branch that day, and those a record of that day already names."""
    lines = [
        Seat(0, line.id, line.name, initials(line.name), line.group_id, line.posts, line.has_vote)
        for line in roster_for(branch, on)
    ]
    known = {seat.id for seat in lines}
    gone = names_of(set(keep) - known)
    lines += [Seat(0, pk, name, initials(name), has_vote=False) for pk, name in sorted(gone.items())]
    return tuple(lines)


def book_for(branch: Organization, on: date) -> Rulebook:
    return rulebook_for(branch.path, PROVISIONS, on)


def snapshot(activity: Activity) -> dict[str, Any]:
    """Everything the record says, as plain values: kept with each revision and compared field by field."""
    content = {name: getattr(activity, name) for name in PLAIN}
    content["exceptions"] = list(
        activity.exceptions.order_by("member_id").values("member_id", "presence", "reason", "remark")
    )
    content["items"] = [
        {
            "topic": item.topic,
            "discussion": item.discussion,
            "decisions": [
                {"text": decision.text, "owner_id": decision.owner_id, "due_on": decision.due_on}
                for decision in sorted(item.decisions.all(), key=lambda decision: decision.position)
            ],
        }
        for item in activity.items.order_by("position").prefetch_related("decisions")
    ]
    return content


def planned(before: dict[str, Any], columns: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The snapshot the record would have after an amendment."""
    content = {name: columns.get(name, before[name]) for name in PLAIN}
    content["exceptions"] = [
        {
            "member_id": absence.member_id,
            "presence": absence.presence,
            "reason": absence.reason or "",
            "remark": absence.remark,
        }
        for absence in sorted(entry.absences, key=lambda absence: absence.member_id)
    ]
    content["items"] = [
        {
            "topic": item.topic,
            "discussion": item.discussion,
            "decisions": [
                {"text": follow_up.text, "owner_id": follow_up.owner_id, "due_on": follow_up.due_on}
                for follow_up in item.decisions
            ],
        }
        for item in entry.items
    ]
    return content
