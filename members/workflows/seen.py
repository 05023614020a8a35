"""When members were last seen, one row a source: the latest day with its evidence (house.md 15.4)."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from members.choices import SeenSource
from members.models import HostAttendance, LastSeen
from members.queries.merging import people_of


@transaction.atomic
def note(member_ids: Collection[int], source: SeenSource, on: date, evidence: str) -> None:
    """Seen that day; a later sighting already noted stays. An id merged away stands for the person."""
    people = people_of(member_ids)
    rows = [LastSeen(member_id=pk, source=source, on=on, evidence=evidence) for pk in sorted(people)]
    LastSeen.objects.bulk_create(rows, ignore_conflicts=True)
    LastSeen.objects.filter(member_id__in=people, source=source, on__lt=on).update(on=on, evidence=evidence)


@transaction.atomic
def withdraw(source: SeenSource, evidence: str) -> set[int]:
    """Forget what rested on this record; return whose last sighting has to be found again."""
    rows = LastSeen.objects.filter(source=source, evidence=evidence)
    members = set(rows.select_for_update(no_key=True).values_list("member_id", flat=True))
    rows.delete()
    return members


def note_attendance(member_ids: Collection[int], on: date, evidence: str) -> None:
    note(member_ids, SeenSource.ATTENDANCE, on, evidence)


def withdraw_attendance(evidence: str) -> set[int]:
    """Forget the record; whoever was a guest elsewhere is found there again at once, and is returned too."""
    orphans = withdraw(SeenSource.ATTENDANCE, evidence)
    elsewhere = HostAttendance.objects.filter(member__in=orphans).exclude(evidence=evidence)
    for row in elsewhere.order_by("member", "-on", "-id").distinct("member"):
        note_attendance([row.member_id], row.on, row.evidence)
    return orphans
