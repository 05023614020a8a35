"""Reads for the out-of-contact clocks: the facts they run on, and what they propose."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from branches.queries import rulebook_for
from members.choices import ProposalKind, ProposalState, Standing
from members.models import ContactProposal, LastSeen, StandingPeriod
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
    """Members not seen for a while, with every source's latest sighting, in two statements."""
    sightings = LastSeen.objects.filter(member=OuterRef("member"))
    is_stale = Exists(sightings) & ~Exists(sightings.filter(on__gt=on - SHORTEST))
    that_day = StandingPeriod.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    who = that_day.filter(Q(standing__in=ACTIVE) & is_stale | Q(standing=Standing.SUSPENDED))
    rows = who.order_by("member_id").values_list("member_id", "member__path", "standing", "starts_on")
    known = _sightings(on)
    return [Facts(pk, path, Case(standing, day, known[pk])) for pk, path, standing, day in rows]


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
