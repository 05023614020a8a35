"""Earlier follow-ups taken up by a meeting: closed or carried on in the transaction that records it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from activities.models import Activity, Decision
from activities.queries.carried import as_offers, open_in
from activities.rules.follow_ups import faults_of_taken_up, filled
from activities.rules.records import Entry, Item
from branches.models import Organization
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User


def taken_up(entry: Entry, branch: Organization) -> Entry:
    """The entry with the words of what it takes up, held still; refused where that is open no more."""
    ids = {item.taken_up.decision_id for item in entry.items if item.taken_up}
    if not ids:
        return entry
    rows = open_in(Decision.unscoped.all(), branch, entry.group_id, entry.held_on)
    known = {each.id: each for each in as_offers(rows.filter(pk__in=ids).select_for_update(of=("self",)))}
    items = filled(entry.items, known)
    faults = faults_of_taken_up(items, known, entry.held_on)
    if faults:
        raise Refused(faults[0].code, **faults[0].params)
    return replace(entry, items=items)


def settle_follow_ups(activity: Activity, items: Sequence[Item], *, actor: User, at: datetime) -> None:
    """Close what was closed with its result, tie what was carried on to where it goes on."""
    for said in (item.taken_up for item in items if item.taken_up):
        if said.result:
            changes = {"done_on": activity.held_on, "result": said.result}
            action = "decision.done"
        elif said.due_on:
            after = Decision.unscoped.filter(item__activity=activity, item__follow_up=said.decision_id)
            changes = {"carried_to": after.order_by("-position").values_list("pk", flat=True)[0]}
            action = "decision.carried"
        else:
            continue
        _change(Decision.unscoped.get(pk=said.decision_id), action, changes, actor, at)


def release_follow_ups(activity: Activity, *, actor: User, at: datetime) -> None:
    """A voided record closed nothing and carried nothing on: what it took up is open again."""
    for row in Decision.unscoped.filter(carried_to__item__activity=activity):
        _change(row, "decision.reopened", {"carried_to": None}, actor, at)
    closed = Decision.unscoped.filter(taken_up__activity=activity, done_on=activity.held_on)
    for row in closed.distinct():
        _change(row, "decision.reopened", {"done_on": None, "result": ""}, actor, at)


def _change(row: Decision, action: str, columns: dict[str, object], actor: User, at: datetime) -> None:
    Decision.unscoped.filter(pk=row.pk).update(version=F("version") + 1, **columns)
    audit.record(actor=actor, action=action, target=row, at=at, changes=columns)
