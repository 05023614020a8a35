"""Open follow-ups of a branch that its next meeting can take up again."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from activities.choices import ActivityState
from activities.models import Decision
from activities.rules.follow_ups import OpenFollowUp
from branches.models import Organization, PartyGroup
from members.queries import names_of
from members.queries.merging import survivors_of
from orgportal.core.scoping import Scope

OFFERED = 20


def offered(
    branch: Organization, group: PartyGroup | None, on: date, scope: Scope, also: Collection[int] = ()
) -> list[OpenFollowUp]:
    """Due by that day or before, the oldest first; `also`: those already put on the agenda."""
    rows: Any = Decision.objects.visible_to(scope)
    found = open_in(rows, branch, group.pk if group else None, on)
    due = list(found.filter(due_on__lte=on)[:OFFERED])
    shown = {row.pk for row in due}
    rest = found.filter(pk__in=set(also) - shown) if set(also) - shown else []
    return as_offers([*due, *rest])


def open_in(rows: QuerySet[Any], branch: Organization, group_id: int | None, on: date) -> QuerySet[Any]:
    """Decided up to that day and still open: a party group's in its meetings, all others in the branch's."""
    return (
        rows.filter(Q(done_on=None, carried_to=None, owner__isnull=False, item__activity__branch=branch))
        .filter(item__activity__state=ActivityState.HELD, item__activity__held_on__lte=on)
        .filter(item__activity__group=group_id)
        .select_related("item__activity")
        .order_by("due_on", "pk")
    )


def as_offers(rows: Collection[Any]) -> list[OpenFollowUp]:
    """In charge is whoever the person named stands for today."""
    person = survivors_of({row.owner_id for row in rows})
    owners = {row.pk: person.get(row.owner_id, row.owner_id) for row in rows}
    names = names_of(set(owners.values()))
    return [
        OpenFollowUp(
            row.pk, row.text, owners[row.pk], names.get(owners[row.pk], ""), row.due_on,
            row.item.activity.held_on,
        )
        for row in rows
    ]  # fmt: skip
