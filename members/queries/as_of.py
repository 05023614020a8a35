"""The register as it was on a past day: who was where, in which standing, who was away, from the periods.

Rows hold what the history holds. Contact data and what is only known as of today are left out, and a member
who has left since is named to the branch they were in that day, no more (docs/crossings.md).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.choices import SpellEnd, Standing
from members.models import Member, MobileSpell
from members.models.mobile import MobileSpellQuerySet
from members.models.register import MemberQuerySet
from orgportal.core.scoping import within

# What a list shows, and where it is found on a past day; the rest of a row is empty.
PAST = {
    "id": "id",
    "name_key": "name_key",
    "name": "name",
    "number": "number",
    "gender": "gender",
    "birth_on": "birth_on",
    "standing": "stood__standing",
    "branch_id": "there__branch_id",
    "branch": "there__branch__short_name",
    "joined_on": "joined_on",
    "confirmed_on": "confirmed_then",
    "version": "version",
}
UNKNOWN_THEN: Any = Value("", output_field=CharField())
NOT_KNOWN: Any = Value(None, output_field=CharField())
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AsOf:
    """True at the end of this day, as it is known today."""

    day: date


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def members_on(on: AsOf, roots: Collection[str], own: int | None = None) -> MemberQuerySet:
    """Members of these subtrees that day, joined with their period there (`there`) and standing (`stood`)."""
    here = within("there__branch__path", tuple(roots))
    if own is not None:
        here |= Q(pk=own)
    return (
        Member.unscoped.annotate(
            there=FilteredRelation("branch_periods", condition=_covers("branch_periods", on)),
            stood=FilteredRelation("standing_periods", condition=_covers("standing_periods", on)),
        )
        .annotate(
            confirmed_then=Case(
                When(confirmed_on__lte=on.day, then=F("confirmed_on")), default=None, output_field=DateField()
            )
        )
        .filter(here, there__isnull=False, stood__isnull=False)
    )


def _covers(relation: str, on: AsOf) -> Q:
    begun = Q(**{f"{relation}__starts_on__lte": on.day})
    still = Q(**{f"{relation}__ends_on__isnull": True}) | Q(**{f"{relation}__ends_on__gte": on.day})
    return begun & still


# --- who was away


def spells_on(on: AsOf) -> MobileSpellQuerySet:
    """Stays of that day."""
    return MobileSpell.unscoped.on(on.day).exclude(end_kind=SpellEnd.MISTAKE)


def _of_person(rows: MobileSpellQuerySet) -> list[MobileSpellQuerySet]:
    """Stays of the row's person, under whichever of their ids they were written.

    Apart, not in one condition: each way is found by an index, an OR of them reads every stay for every row.
    """
    ways = ("member", "member__merged_into", "member__merged_into__merged_into")
    return [rows.filter(**{way: OuterRef("pk")}) for way in ways]


def away(rows: Any, on: AsOf, state: str) -> MemberQuerySet:
    """Those who were away that day: anywhere ("any"), or in that state."""
    spells = spells_on(on) if state == "any" else spells_on(on).filter(state=state)
    found: MemberQuerySet = rows.filter(reduce(or_, (Q(Exists(stays)) for stays in _of_person(spells))))
    return found


def lookups(on: AsOf, fields: Collection[str], nullable: Collection[str] = ()) -> list[Any]:
    """Where each field of a row is found; a field the history does not hold is empty."""
    states = [Subquery(stays.values("state")[:1]) for stays in _of_person(spells_on(on))]
    state = Coalesce(*states, UNKNOWN_THEN)
    past = {**PAST, "mobile_state": state}
    return [past.get(name) or (NOT_KNOWN if name in nullable else UNKNOWN_THEN) for name in fields]


# --- how a filter narrows such rows (their joins are unknown to the model)


def present(rows: Any) -> MemberQuerySet:
    """Without those whose membership had ended."""
    found: MemberQuerySet = rows.exclude(stood__standing=Standing.ENDED)
    return found


def of_standing(rows: Any, standing: str) -> MemberQuerySet:
    found: MemberQuerySet = rows.filter(stood__standing=standing)
    return found


def inside(rows: Any, path: str) -> MemberQuerySet:
    """In this body or below it that day."""
    found: MemberQuerySet = rows.filter(within("there__branch__path", (path,)))
    return found
