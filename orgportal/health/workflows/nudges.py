"""催办: one press asks exactly those who owe something, once; taken back while it has not gone out.

A nudge is its items and the planned reminders of their people, in one transaction: in the portal and in the
one mail of a day, at the hours each person chose, asked again before it is told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from branches.models import Organization
from orgportal.core import audit, planning, reminder_rows, reminders
from orgportal.core.errors import Refused
from orgportal.core.models import Channel, Notification, Reminder, User
from orgportal.core.planning import Draft
from orgportal.core.scoping import Scope
from orgportal.health.messages import NUDGE_NOTE
from orgportal.health.models import Nudge, NudgeItem
from orgportal.health.queries.nudges import RIGHT, SUBJECT, Selection, people_of, still_open, wait_days
from orgportal.health.rules.nudges import MOST, Target

LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever sends it says: by when, a word of their own, and the matters the preview showed them."""

    answer_by: date
    note: str
    seen: Collection[str]


@transaction.atomic
def send(selection: Selection, asked: Asked, *, actor: User, scope: Scope, at: datetime) -> Nudge:
    """Ask those who were seen in the preview and still are to be asked; nobody else, and nobody twice.

    Raises Refused: "nudge_too_many", "nudge_list_grew" (look again), "nobody_to_nudge".
    """
    scope.demand(RIGHT, selection.body)
    if len(selection.targets) > MOST:
        raise Refused("nudge_too_many", most=MOST)
    if set(selection.subjects) - set(asked.seen):
        raise Refused("nudge_list_grew")
    nudge = Nudge.unscoped.create(
        organization=selection.body, matter=selection.matter.key, note=asked.note,
        answer_by=asked.answer_by, sent_at=at, sent_by=actor,
    )  # fmt: skip
    items = _write(nudge, selection.targets)
    if not items:
        # All done or asked meanwhile: with the refusal the empty nudge goes too.
        raise Refused("nobody_to_nudge")
    people = {target.thing.subject: target.people for target in selection.targets}
    drafts = [_draft(nudge, item, people[item.subject]) for item in items]
    reminders.plan(planning.rows(drafts, at=at))
    told = {pk for draft in drafts for pk in draft.recipients}
    bodies = len({item.body_id for item in items})
    counts = {"matter": nudge.matter, "matters": len(items), "bodies": bodies, "people": len(told)}
    audit.record(actor=actor, action="nudge.sent", target=nudge, at=at, changes=counts)
    return nudge


def _write(nudge: Nudge, targets: Sequence[Target]) -> list[NudgeItem]:
    """What got in: a matter somebody else asked for in the same moment stays out (nudge_item_left_alone)."""
    on = timezone.localdate(nudge.sent_at)
    days = wait_days([target.thing.path for target in targets], on)
    rows = [
        NudgeItem(
            nudge=nudge, body_id=thing.body_id, subject=thing.subject, url=thing.url,
            params=params_of(nudge, thing.body, thing.params),
            asked_on=on, quiet_until=on + timedelta(days=days[thing.path]),
        )
        for thing in (target.thing for target in targets)
    ]  # fmt: skip
    NudgeItem.unscoped.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return list(NudgeItem.unscoped.filter(nudge=nudge).select_related("body").order_by("pk"))


def params_of(nudge: Nudge, body: str, of_matter: dict[str, Any]) -> dict[str, Any]:
    """What the sentence takes: who asks for whom, of whom, by when, and the sender's own word."""
    return {
        "asker": nudge.sent_by.display_name,
        "above": nudge.organization.name,
        "body": body,
        "answer_by": {"day": nudge.answer_by.isoformat()},
        "note": {"word": NUDGE_NOTE, "text": nudge.note} if nudge.note else "",
        **of_matter,
    }


def _draft(nudge: Nudge, item: NudgeItem, people: Collection[int]) -> Draft:
    step = (item.asked_on - nudge.answer_by).days
    rule = f"health.nudge_{nudge.matter}"
    return Draft(rule, f"{SUBJECT}:{item.pk}", nudge.answer_by, step, item.url, people, item.params)


# --- taken back


@transaction.atomic
def withdraw(nudge: Nudge, *, actor: User, scope: Scope, at: datetime) -> Nudge:
    """What has not gone out does not; what stands in an inbox says that it was withdrawn.

    Raises Refused: "already_withdrawn", "nudge_gone_out" once every mail of it has left.
    """
    scope.demand(RIGHT, nudge.organization)
    rows = list(_reminders(nudge).select_for_update(no_key=True))
    if not may_withdraw(rows):
        raise Refused("nudge_gone_out")
    changed = Nudge.unscoped.filter(pk=nudge.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=actor
    )
    if not changed:
        raise Refused("already_withdrawn")
    NudgeItem.unscoped.filter(nudge=nudge).update(is_withdrawn=True)
    waiting = [row.pk for row in rows if row.state == Reminder.State.PLANNED]
    reminders.cancel(dict.fromkeys(waiting, "withdrawn"), at)
    Notification.unscoped.filter(reminder__in=[row.pk for row in rows]).update(withdrawn_at=at)
    counts = {"stopped": len(waiting), "told": len(rows) - len(waiting)}
    audit.record(actor=actor, action="nudge.withdrawn", target=nudge, at=at, changes=counts)
    nudge.refresh_from_db()
    return nudge


def may_withdraw(rows: Sequence[Reminder]) -> bool:
    """While a mail of it waits, or none has left: a mail cannot be called back."""
    mails = [row.state for row in rows if row.channel == Channel.EMAIL]
    return Reminder.State.PLANNED in mails or Reminder.State.SENT not in mails


def is_withdrawable(nudge: Nudge) -> bool:
    return nudge.withdrawn_at is None and may_withdraw(list(_reminders(nudge)))


def _reminders(nudge: Nudge) -> Any:
    items = NudgeItem.unscoped.filter(nudge=nudge).values_list("pk", flat=True)
    return Reminder.objects.filter(subject__in=[f"{SUBJECT}:{pk}" for pk in items]).order_by("pk")


# --- what came of it, and asked again at send time


def note_done(on: date) -> int:
    """Items whose matter is settled keep the day it was seen; return how many."""
    items = list(NudgeItem.unscoped.standing().filter(done_on=None))
    open_now = still_open(items)
    done = [item.pk for item in items if item.pk not in open_now]
    return NudgeItem.unscoped.filter(pk__in=done).update(done_on=on)


def objections(rows: Sequence[reminder_rows.Asked], at: datetime) -> dict[int, str]:
    """Why a nudge must not be told after all: taken back, done meanwhile, or no longer theirs."""
    wanted = {row.pk: int(row.subject.rpartition(":")[2]) for row in rows}
    items = NudgeItem.unscoped.filter(pk__in=set(wanted.values())).select_related("body")
    by_id = {item.pk: item for item in items}
    open_now = still_open(list(by_id.values()))
    people = people_of(list(by_id.values()), timezone.localdate(at))
    found = {}
    for row in rows:
        item = by_id[wanted[row.pk]]
        if item.is_withdrawn:
            found[row.pk] = "withdrawn"
        elif item.pk not in open_now:
            found[row.pk] = "already_done"
        elif row.recipient_id not in people[item.pk]:
            found[row.pk] = "not_in_office"
    return found


def place_of(subject: str) -> str:
    """The path of the body that was asked, "" where it is gone."""
    rows = Organization.unscoped.filter(nudges_received=int(subject.partition(":")[2]))
    return rows.values_list("path", flat=True).first() or ""
