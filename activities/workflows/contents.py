"""The parts of a record: who was away and why, what was discussed, what was decided and who does it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from activities.models import VOTE_COLUMNS, Activity, AgendaItem, AttendanceException, Decision, Guest
from activities.rules.records import Absence, Agreement, GuestLine, Item
from members.models import Member
from members.workflows.guests import announce_tries
from orgportal.core.inbox import notify
from orgportal.core.models import User

NO_VOTE = {**dict.fromkeys(VOTE_COLUMNS), "majority": "", "outcome": ""}


def write_exceptions(activity: Activity, absences: Sequence[Absence], agreement: Agreement) -> None:
    activity.exceptions.all().delete()
    AttendanceException.objects.bulk_create(
        AttendanceException(
            activity=activity,
            member_id=absence.member_id,
            presence=absence.presence,
            reason=absence.reason or "",
            remark=absence.remark,
            ground=absence.ground or "",
            agreed_under=agreement.document.strip() if absence.ground else "",
            agreed_on=agreement.agreed_on if absence.ground else None,
        )
        for absence in absences
    )


def write_guests(activity: Activity, guests: Sequence[GuestLine], *, actor: User, at: datetime) -> None:
    """Put the guests in place as typed; only numbers that were not there before count as tries."""
    had = set(activity.guests.values_list("number", "name"))
    pairs = {(guest.number, guest.name) for guest in guests if guest.number}
    announce_tries(pairs - had, actor=actor, at=at)
    activity.guests.all().delete()
    Guest.objects.bulk_create(
        Guest(activity=activity, position=position, number=guest.number, name=guest.name, role=guest.role)
        for position, guest in enumerate(guests, start=1)
    )


def write_items(activity: Activity, items: Sequence[Item]) -> list[Decision]:
    """Put the items in place and return the decisions that are new or have a new owner.

    A decision that keeps its words keeps its row, so what was done about it is not lost by an amendment; an
    item that keeps its words keeps the follow-up it takes up.
    """
    old_items = list(activity.items.all())
    took_up = {row.topic: row.follow_up_id for row in old_items if row.follow_up_id}
    had: dict[str, list[Decision]] = defaultdict(list)
    for decision in Decision.unscoped.filter(item__in=old_items).order_by("pk"):
        had[decision.text].append(decision)
    # The new ones stand behind the old ones until those are gone: a position is taken once.
    after = max((row.position for row in old_items), default=0)
    rows = AgendaItem.objects.bulk_create(
        AgendaItem(
            activity=activity,
            position=number,
            topic=item.topic,
            discussion=item.discussion,
            follow_up_id=item.taken_up.decision_id if item.taken_up else took_up.get(item.topic),
        )
        for number, item in enumerate(items, start=after + 1)
    )
    fresh: list[Decision] = []
    for row, item in zip(rows, items, strict=True):
        for position, follow_up in enumerate(item.decisions, start=1):
            decision = had[follow_up.text].pop(0) if had[follow_up.text] else Decision(text=follow_up.text)
            if decision.pk is None or decision.owner_id != follow_up.owner_id:
                fresh.append(decision)
            decision.position = position
            decision.item, decision.owner_id, decision.due_on = row, follow_up.owner_id, follow_up.due_on
            for name, value in (follow_up.vote.as_json() if follow_up.vote else NO_VOTE).items():
                setattr(decision, name, value)
            decision.save()
    AgendaItem.objects.filter(pk__in=[row.pk for row in old_items]).delete()
    AgendaItem.objects.filter(activity=activity).update(position=F("position") - after)
    return fresh


def tell_owners(activity: Activity, decisions: Sequence[Decision], *, actor: User, at: datetime) -> None:
    """A line in the inbox of whoever was put in charge with an account, unless they typed it themselves."""
    owners = {decision.owner_id for decision in decisions if decision.owner_id}
    users = dict(Member.unscoped.filter(pk__in=owners, user__isnull=False).values_list("pk", "user_id"))
    for decision in decisions:
        user = users.get(decision.owner_id or 0)
        if user is None or user == actor.pk or decision.due_on is None:
            continue
        params = {
            "branch": activity.branch.short_name,
            "text": decision.text,
            "due_on": decision.due_on.isoformat(),
        }
        key = f"decision:{decision.pk}:{decision.owner_id}"
        url = reverse("activities:decision-list")
        notify([user], "activities.decision_assigned", key, params=params, url=url, at=at)
