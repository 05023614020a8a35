"""When members were last at an activity: one row each, the latest day with its evidence (house.md 15.4)."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from members.choices import SeenSource
from members.models import LastSeen


@transaction.atomic
def note_attendance(member_ids: Collection[int], on: date, evidence: str) -> None:
    """Seen that day; a later sighting already noted stays."""
    rows = [
        LastSeen(member_id=pk, source=SeenSource.ATTENDANCE, on=on, evidence=evidence)
        for pk in sorted(member_ids)
    ]
    LastSeen.objects.bulk_create(rows, ignore_conflicts=True)
    LastSeen.objects.filter(member_id__in=member_ids, source=SeenSource.ATTENDANCE, on__lt=on).update(
        on=on, evidence=evidence
    )


@transaction.atomic
def withdraw_attendance(evidence: str) -> set[int]:
    """Forget what rested on this record; return whose last sighting has to be found again."""
    rows = LastSeen.objects.filter(source=SeenSource.ATTENDANCE, evidence=evidence)
    members = set(rows.select_for_update(no_key=True).values_list("member_id", flat=True))
    rows.delete()
    return members
