"""Reads for the out-of-contact clocks: the facts they run on, and what they propose."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, Subquery
from django.utils import timezone

from branches.queries import rulebook_for
from members.choices import (
    PeriodReason,
    ProposalKind,
    ProposalState,
    SeenSource,
    Standing,
    StartSource,
    StopGround,
)
from members.models import BranchPeriod, ContactProposal, HostAttendance, LastSeen, Member, StandingPeriod
from members.models.contact import ContactProposalQuerySet
from members.provisions import PROVISIONS, STOP_LOST, STRIKE_LOST
from members.rules.contact import ACTIVE, Case, Sighting
from orgportal.core.rulebook import Citation
from orgportal.core.scoping import Scope

# No clock is shorter than this, whatever a local rule says: whoever was seen since is not even looked at.
SHORTEST = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Facts:
    """A member a clock may have run out for."""

    member_id: int
    path: str
    case: Case


def candidates(on: date) -> list[Facts]:
    """Members not seen for a while, with every source's latest sighting or their coming: three statements."""
    seen_lately = LastSeen.objects.filter(member=OuterRef("member"), on__gt=on - SHORTEST)
    that_day = StandingPeriod.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    who = that_day.filter(Q(standing__in=ACTIVE) & ~Exists(seen_lately) | Q(ground=StopGround.LOST))
    rows = who.annotate(**_since()).order_by("member_id")
    known, came = _sightings(on), _comings(on)
    return [
        Facts(row["member"], row["member__path"], _case(row, known[row["member"]], came.get(row["member"])))
        for row in rows.values(*ROW)
    ]


ROW = ("id", "member", "member__path", "member__recorded_at", "standing", "ground", "changed_on",
       "first_on")  # fmt: skip


def _since() -> dict[str, Subquery]:
    """When the present standing began: a restriction of rights opens a new period, not a new standing."""
    own = StandingPeriod.objects.filter(member=OuterRef("member"), starts_on__lte=OuterRef("starts_on"))
    other = own.exclude(standing=OuterRef("standing")).order_by("-starts_on")
    first = own.values("member").annotate(day=Min("starts_on"))
    return {"changed_on": Subquery(other.values("ends_on")[:1]), "first_on": Subquery(first.values("day"))}


def _case(row: dict[str, Any], known: tuple[Sighting, ...], came: Sighting | None) -> Case:
    changed_on = row["changed_on"]
    return Case(
        standing=row["standing"],
        standing_since=changed_on + timedelta(days=1) if changed_on else row["first_on"],
        sightings=known,
        period=f"members.standingperiod:{row['id']}",
        ground=row["ground"],
        came=None if known else came,
        registered=Sighting(
            timezone.localdate(row["member__recorded_at"]),
            StartSource.REGISTERED,
            f"members.member:{row['member']}",
        ),
    )


def _comings(on: date) -> dict[int, Sighting]:
    """Whoever was never seen came into the branch this day; its own reorganisation is no coming."""
    seen = LastSeen.objects.filter(member=OuterRef("member"), on__lte=on)
    never = BranchPeriod.objects.filter(~Exists(seen), starts_on__lte=on)
    never = never.exclude(reason=PeriodReason.REORGANISED).exclude(member__standing=Standing.ENDED)
    rows = never.order_by("member", "-starts_on").distinct("member")
    return {
        member: Sighting(day, StartSource.CAME, f"members.branchperiod:{pk}")
        for member, day, pk in rows.values_list("member", "starts_on", "pk")
    }


def _sightings(on: date) -> defaultdict[int, tuple[Sighting, ...]]:
    """Of everybody with a sighting before the shortest clock: more than are needed, in one statement."""
    stale = LastSeen.objects.filter(on__lte=on)
    found: defaultdict[int, tuple[Sighting, ...]] = defaultdict(tuple)
    seen_lately = LastSeen.objects.filter(member=OuterRef("member"), on__gt=on - SHORTEST)
    wanted = stale.exclude(member__standing=Standing.ENDED)
    wanted = wanted.filter(~Exists(seen_lately) | Q(member__standing=Standing.SUSPENDED))
    for pk, day, source, evidence in wanted.values_list("member_id", "on", "source", "evidence"):
        found[pk] += (Sighting(day, source, evidence),)
    return found


def records_open(member: Member, evidence: Iterable[dict[str, Any]], scope: Scope) -> frozenset[str]:
    """Of the attendances named those whose record the reader may open: of the body the member was with."""
    named = {
        line["evidence"]: date.fromisoformat(line["on"])
        for line in evidence
        if line["source"] == SeenSource.ATTENDANCE
    }
    guest = HostAttendance.objects.filter(member=member, evidence__in=named)
    places = dict(guest.values_list("evidence", "host__path"))
    times = BranchPeriod.objects.filter(member=member).values_list("starts_on", "ends_on", "branch__path")
    for starts, ends, path in times:
        for record, on in named.items():
            if starts <= on and (ends is None or on <= ends):
                places.setdefault(record, path)
    return frozenset(record for record, path in places.items() if scope.may("activity.view", path))


def resting(on: date) -> set[tuple[int, str, date]]:
    """Proposals set aside that still rest: member, kind and what they counted from."""
    rows = ContactProposal.unscoped.filter(state=ProposalState.DISMISSED, rests_until__gt=on)
    return set(rows.values_list("member_id", "kind", "counts_from"))


def citation_of(row: ContactProposal) -> Citation:
    """The rule a proposal rests on, as it held on the day it came due."""
    key = (STOP_LOST if row.kind == ProposalKind.STOP else STRIKE_LOST).key
    return rulebook_for(row.member.path, PROVISIONS, row.opened_on).cite(key, row.opened_on)


def open_proposals(scope: Scope, **where: Any) -> ContactProposalQuerySet:
    """What the clocks propose and nobody has decided or set aside, within the scope, longest due first."""
    rows: ContactProposalQuerySet = ContactProposal.objects.visible_to(scope)
    return rows.open().filter(**where).select_related("member__branch").order_by("due_on", "pk")
