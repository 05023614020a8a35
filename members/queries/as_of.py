"""The register as it was on a past day: who was where, in which standing, who was away, from the periods.

Rows hold what the history holds. Contact data and what is only known as of today are left out, and a member
who has left since is named to the branch they were in that day, no more (docs/crossings.md).

With a second day, the same as it was on record by then: what was entered later is left out, what was closed
or taken back later counts. Names, numbers and days of birth and joining are always as they are today.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.choices import SpellEnd, Standing
from members.models import Fact, FactKind, Member, MobileSpell
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
    "standing": "standing_then",
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
    """True at the end of `day`, as on record at the end of `known`; without that, as it is known today."""

    day: date
    known: date | None = None

    @property
    def known_before(self) -> datetime | None:
        return end_of(self.known) if self.known else None


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def members_on(on: AsOf, roots: Collection[str], own: int | None = None) -> MemberQuerySet:
    """Members of these subtrees that day, joined with their period there (`there`) and standing (`stood`)."""
    here = within("there__branch__path", tuple(roots))
    if own is not None:
        here |= Q(pk=own)
    there, stood, standing = _joins(on)
    return (
        Member.unscoped.annotate(there=there, stood=stood)
        .annotate(standing_then=standing, confirmed_then=_confirmed_then(on))
        .filter(here, there__isnull=False, standing_then__isnull=False)
    )


def _joins(on: AsOf) -> tuple[FilteredRelation, FilteredRelation, F]:
    """The periods of that day: the rows as they are, or what was on record by then."""
    before = on.known_before
    if before is None:
        return (
            FilteredRelation("branch_periods", condition=_covers(on.day, "branch_periods__")),
            FilteredRelation("standing_periods", condition=_covers(on.day, "standing_periods__")),
            F("stood__standing"),
        )
    covers = _covers(on.day, "facts__") & _on_record(before, "facts__")
    return (
        FilteredRelation("facts", condition=Q(facts__kind=FactKind.BRANCH) & covers),
        FilteredRelation("facts", condition=Q(facts__kind=FactKind.STANDING) & covers),
        F("stood__said"),
    )


def _covers(day: date, prefix: str = "") -> Q:
    still = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}starts_on__lte": day}) & still


def _on_record(before: datetime, prefix: str = "") -> Q:
    still = Q(**{f"{prefix}known_until__isnull": True}) | Q(**{f"{prefix}known_until__gte": before})
    return Q(**{f"{prefix}known_from__lt": before}) & still


def _confirmed_then(on: AsOf) -> Case:
    """A confirmation entered later was none yet: the standing of then tells."""
    told = Q(confirmed_on__lte=on.day)
    if on.known:
        told &= ~Q(stood__said=Standing.PROBATIONARY)
    return Case(When(told, then=F("confirmed_on")), default=None, output_field=DateField())


def facts_on(on: AsOf, kind: FactKind) -> QuerySet[Fact]:
    """What was on record of that day; asked where there is a day by which it was known."""
    before = cast("datetime", on.known_before)
    return Fact.objects.filter(_covers(on.day), _on_record(before), kind=kind)


# --- who was away


def spells_on(on: AsOf) -> MobileSpellQuerySet:
    """Stays of that day."""
    return MobileSpell.unscoped.on(on.day).exclude(end_kind=SpellEnd.MISTAKE)


def _stays(on: AsOf) -> list[QuerySet[Any]]:
    """Stays of the row's person (`where`), under whichever of their ids they were written.

    Apart, not in one condition: each way is found by an index, an OR of them reads every stay for every row.
    """
    before = on.known_before
    if before is None:
        rows = spells_on(on).annotate(where=F("state"))
        ways = ("member", "member__merged_into", "member__merged_into__merged_into")
        return [rows.filter(**{way: OuterRef("pk")}) for way in ways]
    facts = facts_on(on, FactKind.STAY).annotate(where=F("said"))
    once, twice = "member__merged_by__", "member__merged_by__kept__merged_by__"
    return [
        facts.filter(member=OuterRef("pk")),
        facts.filter(_was_merged(before, once), member__merged_by__kept=OuterRef("pk")),
        facts.filter(
            _was_merged(before, once), _was_merged(before, twice), **{f"{twice}kept": OuterRef("pk")}
        ),
    ]


def _was_merged(before: datetime, prefix: str) -> Q:
    still = Q(**{f"{prefix}undone_at": None}) | Q(**{f"{prefix}undone_at__gte": before})
    return Q(**{f"{prefix}made_at__lt": before}) & still


def away(rows: Any, on: AsOf, state: str) -> MemberQuerySet:
    """Those who were away that day: anywhere ("any"), or in that state."""
    asked = {} if state == "any" else {"where": state}
    found: MemberQuerySet = rows.filter(
        reduce(or_, (Q(Exists(stays.filter(**asked))) for stays in _stays(on)))
    )
    return found


def lookups(on: AsOf, fields: Collection[str], nullable: Collection[str] = ()) -> list[Any]:
    """Where each field of a row is found; a field the history does not hold is empty."""
    states = [Subquery(stays.values("where")[:1]) for stays in _stays(on)]
    state = Coalesce(*states, UNKNOWN_THEN)
    past = {**PAST, "mobile_state": state}
    return [past.get(name) or (NOT_KNOWN if name in nullable else UNKNOWN_THEN) for name in fields]


# --- posts as they were known


def holding(rows: Any, kind: str, on: AsOf) -> MemberQuerySet:
    """Those who held such a post that day, as it was on record."""
    posts = facts_on(on, FactKind.POST).filter(said=kind, member=OuterRef("pk"))
    found: MemberQuerySet = rows.filter(Exists(posts))
    return found


def posts_of(members: Collection[int], on: AsOf) -> dict[int, tuple[str, ...]]:
    """Post kinds held that day by member id, as it was on record."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = facts_on(on, FactKind.POST).filter(member__in=members).order_by("starts_on", "id")
    for member, kind in rows.values_list("member_id", "said"):
        found[member].append(kind)
    return {member: tuple(dict.fromkeys(kinds)) for member, kinds in found.items()}


# --- how a filter narrows such rows (their joins are unknown to the model)


def present(rows: Any) -> MemberQuerySet:
    """Without those whose membership had ended."""
    found: MemberQuerySet = rows.exclude(standing_then=Standing.ENDED)
    return found


def of_standing(rows: Any, standing: str) -> MemberQuerySet:
    found: MemberQuerySet = rows.filter(standing_then=standing)
    return found


def inside(rows: Any, path: str) -> MemberQuerySet:
    """In this body or below it that day."""
    found: MemberQuerySet = rows.filter(within("there__branch__path", (path,)))
    return found
