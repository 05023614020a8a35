"""The bytes of files that were removed from their records long ago are deleted; the facts about them stay."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from activities.models import Attachment, AttachmentContent
from activities.provisions import PROVISIONS, REMOVED_FILES
from branches.queries import rulebooks_for
from orgportal.core import audit

# So many in one transaction: a night that is broken off has kept what it did.
AT_ONCE = 100


def sweep(*, at: datetime) -> int:
    """Returns how many files lost their bytes; run twice it finds nothing more."""
    due = _due(at)
    return sum(_clear(due[start : start + AT_ONCE], at) for start in range(0, len(due), AT_ONCE))


def _due(at: datetime) -> list[int]:
    """Removed longer ago than the rule of their branch keeps them."""
    today = timezone.localdate(at)
    rows = Attachment.unscoped.filter(removed_at__isnull=False, cleared_at=None).order_by("pk")
    facts = list(rows.values_list("pk", "removed_at", "activity__branch__path"))
    books = rulebooks_for({path for _pk, _at, path in facts}, PROVISIONS, today)
    days = {path: int(book.value(REMOVED_FILES.key, today)) for path, book in books.items()}
    return [
        pk
        for pk, removed_at, path in facts
        if removed_at and timezone.localdate(removed_at) + timedelta(days=days[path]) <= today
    ]


@transaction.atomic
def _clear(ids: list[int], at: datetime) -> int:
    """Asked again under the lock: what was brought back meanwhile keeps its bytes."""
    rows = Attachment.unscoped.select_for_update(of=("self",)).filter(
        pk__in=ids, removed_at__isnull=False, cleared_at=None
    )
    found = list(rows.order_by("pk"))
    kept = [row.pk for row in found]
    AttachmentContent.objects.filter(attachment__in=kept).delete()
    Attachment.unscoped.filter(pk__in=kept).update(cleared_at=at)
    for row in found:
        changes = {"activity": row.activity_id, "name": row.name, "size": row.size}
        audit.record(actor=None, action="attachment.cleared", target=row, at=at, changes=changes)
    return len(found)
