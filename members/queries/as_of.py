"""The register as it was on a past day: who was where and in which standing, from the periods alone.

Rows hold what the history holds. Contact data and what is only known as of today are left out, and a member
who has left since is named to the branch they were in that day, no more (docs/crossings.md).
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Case, CharField, DateField, F, FilteredRelation, Q, Value, When

from members.choices import Standing
from members.models import Member
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


def members_on(day: date, roots: Collection[str], own: int | None = None) -> MemberQuerySet:
    """Members of these subtrees that day, joined with their period there (`there`) and standing (`stood`)."""
    here = within("there__branch__path", tuple(roots))
    if own is not None:
        here |= Q(pk=own)
    return (
        Member.unscoped.annotate(
            there=FilteredRelation("branch_periods", condition=_covers("branch_periods", day)),
            stood=FilteredRelation("standing_periods", condition=_covers("standing_periods", day)),
        )
        .annotate(
            confirmed_then=Case(
                When(confirmed_on__lte=day, then=F("confirmed_on")), default=None, output_field=DateField()
            )
        )
        .filter(here, there__isnull=False, stood__isnull=False)
    )


def _covers(relation: str, day: date) -> Q:
    still = Q(**{f"{relation}__ends_on__isnull": True}) | Q(**{f"{relation}__ends_on__gte": day})
    return Q(**{f"{relation}__starts_on__lte": day}) & still


def lookups(fields: Collection[str], nullable: Collection[str] = ()) -> list[Any]:
    """Where each field of a row is found; a field the history does not hold is empty."""
    return [PAST.get(name) or (NOT_KNOWN if name in nullable else UNKNOWN_THEN) for name in fields]


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
