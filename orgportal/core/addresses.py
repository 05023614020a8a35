"""What becomes of mail to an address: refused again and again it is left alone, and its owner told."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from orgportal.core.inbox import notify
from orgportal.core.models import MailAddress, User
from orgportal.core.provisions import MAIL_STOP_AFTER

STOPPED = "core.mail_stopped"


def note_accepted(user_id: int) -> None:
    """One mail taken: what was refused before no longer counts."""
    MailAddress.objects.filter(user=user_id).exclude(failures=0).update(failures=0, outcome="")


def note_refused(user: User, address: str, outcome: str, at: datetime) -> None:
    """Count it; at the provision's number no more mail goes there, and the person reads so in the portal."""
    begun = {"address": address, "failures": 0, "stopped_at": None}
    row, _ = MailAddress.objects.select_for_update(no_key=True).get_or_create(user=user, defaults=begun)
    failures = row.failures + 1 if row.address == address else 1
    limit = MAIL_STOP_AFTER.on(timezone.localdate(at))
    is_stopped = limit is not None and failures >= int(limit.value)
    MailAddress.objects.filter(pk=row.pk).update(
        address=address,
        failures=failures,
        outcome=outcome,
        failed_at=at,
        stopped_at=at if is_stopped else None,
    )
    if is_stopped:
        key, url = f"mail-stopped:{row.pk}:{at.isoformat()}", reverse("core:reminder-settings")
        notify({user.pk}, STOPPED, key, params={"address": address}, url=url, at=at)
