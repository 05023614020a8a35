"""What was given up is started again at the system administrator's desk; contents are not read there."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from orgportal.core import audit
from orgportal.core.models import Channel, Desk, Digest, MailAddress, Reminder, User
from orgportal.core.workflows.desks import demand_desk

RETRIED = "retried"


def _anew(at: datetime) -> dict[str, Any]:
    return {
        "state": Reminder.State.PLANNED,
        "planned_for": at,
        "settled_at": None,
        "outcome": "",
        "claimed_until": None,
        "attempts": 0,
        "digest": None,
    }


@transaction.atomic
def retry_mails(digests: QuerySet[Digest], *, actor: User, at: datetime) -> int:
    """Mails given up go into the next mail of their person; return how many."""
    demand_desk(actor, Desk.SYSTEM)
    found = list(digests.filter(state=Digest.State.FAILED).select_for_update(no_key=True).order_by("pk"))
    ids = [row.pk for row in found]
    Reminder.objects.filter(digest__in=ids, state=Reminder.State.FAILED).update(**_anew(at))
    Digest.objects.filter(pk__in=ids).update(state=Digest.State.CANCELLED, outcome=RETRIED)
    return _noted("mails", len(ids), actor, at)


@transaction.atomic
def retry_notices(rule: str, *, actor: User, at: datetime) -> int:
    """Notices of a rule that were set aside are tried again; return how many."""
    demand_desk(actor, Desk.SYSTEM)
    set_aside = Reminder.objects.filter(rule=rule, state=Reminder.State.FAILED, channel=Channel.IN_APP)
    return _noted(rule, set_aside.update(**_anew(at)), actor, at)


@transaction.atomic
def restart_address(row: MailAddress, *, actor: User, at: datetime) -> MailAddress:
    """Mail goes to the address again, counted from nothing."""
    demand_desk(actor, Desk.SYSTEM)
    MailAddress.objects.filter(pk=row.pk).update(failures=0, stopped_at=None)
    audit.record(actor=actor, action="mail.address_restarted", target=row.user, at=at)
    return row


def _noted(what: str, count: int, actor: User, at: datetime) -> int:
    if count:
        changes = {"what": what, "count": count}
        audit.record(actor=actor, action="mail.retried", target=None, at=at, changes=changes)
    return count
