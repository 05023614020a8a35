"""Guests of another branch's activity: found by exact number and name, credited at home, never said back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from branches.models import Organization
from members.choices import Standing
from members.models import HostAttendance, Member
from members.queries.merging import people_of
from members.workflows import seen
from members.workflows.numbers import count_tries
from orgportal.core import audit
from orgportal.core.models import User

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """The activity somebody was a guest at: whose, when, what kind, which record."""

    host: Organization
    on: date
    what: str
    evidence: str


def announce_tries(fresh: Collection[Pair], *, actor: User, at: datetime) -> None:
    """Numbers typed for the first time in this record: counted by the hour, a line of the trail each."""
    if not fresh:
        return
    count_tries(len(fresh), actor=actor, at=at)
    for number, name in sorted(fresh):
        changes = {"number": number, "purpose": "guest", "found": bool(_found([(number, name)]))}
        audit.record(actor=actor, action="member.number_typed", target=None, at=at, changes=changes)


@transaction.atomic
def credit(pairs: Collection[Pair], visit: Visit) -> None:
    """What this record credits is exactly these guests, as far as they are members of other branches."""
    HostAttendance.objects.filter(evidence=visit.evidence).delete()
    guests = [pk for pk, branch in _found(pairs) if branch != visit.host.pk]
    HostAttendance.objects.bulk_create(
        HostAttendance(member_id=pk, host=visit.host, on=visit.on, what=visit.what, evidence=visit.evidence)
        for pk in guests
    )
    seen.note_attendance(guests, visit.on, visit.evidence)


def _found(pairs: Collection[Pair]) -> list[tuple[int, int]]:
    """Member and home branch of each pair that fits exactly."""
    wanted = set(pairs)
    numbers = [number for number, _name in wanted]
    gone = Q(standing=Standing.ENDED, merged_into=None)
    rows = Member.unscoped.filter(number__in=numbers).exclude(gone)
    known = rows.order_by("pk").values_list("pk", "number", "name")
    fits = [pk for pk, number, name in known if (number, name) in wanted]
    # The number of a record that was merged away still names the person.
    people = Member.unscoped.active().filter(pk__in=people_of(fits)).order_by("pk")
    return list(people.values_list("pk", "branch_id"))
