""" "Not applicable": a person says why a matter is none of theirs; those who oversee the duty read it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from orgportal.core import audit, bridges, inbox
from orgportal.core.errors import Refused
from orgportal.core.models import Notification, Reminder, User, Waiver
from orgportal.core.reminders import NOT_APPLICABLE
from orgportal.core.workflows.notices import mark_read

SAID = "core.waived"


@transaction.atomic
def waive(notice: Notification, reason: str, *, actor: User, at: datetime) -> Waiver:
    """No more reminders of this matter with this due day to this person; the duty itself stays as it is."""
    reminder = notice.reminder
    if reminder is None:
        raise Refused("not_a_reminder")
    path = bridges.place_of(reminder.subject)
    try:
        with transaction.atomic():
            waiver: Waiver = Waiver.unscoped.create(
                user=actor, rule=reminder.rule, subject=reminder.subject, due_on=reminder.due_on,
                params=reminder.params, text=notice.text, url=reminder.url, path=path, reason=reason,
                created_at=at,
            )  # fmt: skip
    except IntegrityError as clash:
        raise Refused("already_waived") from clash
    mark_read(notice, at=at)
    _tell_above(waiver, actor, at)
    changes = {"rule": waiver.rule, "subject": waiver.subject, "due_on": waiver.due_on, "reason": reason}
    audit.record(actor=actor, action="reminder.waived", target=waiver, at=at, changes=changes)
    return waiver


def _tell_above(waiver: Waiver, actor: User, at: datetime) -> None:
    if not waiver.path:
        return
    people = bridges.overseers(waiver.path, timezone.localdate(at)) - {actor.pk}
    params = {"name": actor.display_name, "reason": waiver.reason}
    url = reverse("core:waiver-list")
    inbox.notify(people, SAID, f"waiver:{waiver.pk}", params=params, url=url, at=at)


@transaction.atomic
def withdraw(waiver: Waiver, *, actor: User, at: datetime) -> Waiver:
    """It applies after all: what was held back for this reason is said now."""
    if waiver.user_id != actor.pk:
        raise Refused("not_yours")
    if not Waiver.unscoped.standing().filter(pk=waiver.pk).update(withdrawn_at=at):
        raise Refused("already_withdrawn")
    held = Reminder.objects.filter(recipient=actor, subject=waiver.subject, due_on=waiver.due_on)
    held.filter(state=Reminder.State.CANCELLED, outcome=NOT_APPLICABLE).update(
        state=Reminder.State.PLANNED, outcome="", settled_at=None, attempts=0, digest=None, planned_for=at
    )
    audit.record(actor=actor, action="reminder.waiver_withdrawn", target=waiver, at=at)
    return waiver
