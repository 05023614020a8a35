"""Reads over papers and arrivals: what a stranger may know, who issues, who was here before."""

from dataclasses import dataclass
from datetime import date

from members.choices import PaperKind, PaperState, Standing
from members.models import Member, Paper, StandingPeriod
from members.rules.papers import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Told:
    """All that whoever holds a paper is told of it (docs/crossings.md): nothing on the person."""

    kind: str
    number: str
    issuer: str
    valid_until: date | None
    verdict: Verdict


def paper_by_token(token: str, today: date) -> Told | None:
    row = (
        Paper.unscoped.filter(token=token)
        .values_list("kind", "number", "issuer__name", "valid_until", "state")
        .first()
    )
    if row is None:
        return None
    kind, number, issuer, valid_until, state = row
    found = verdict(PaperState(state), valid_until, today)
    return Told(str(PaperKind(kind).label), number, issuer, valid_until, found)


def departed_twin(name: str, birth_on: date) -> Member | None:
    """The one person of that name and birth who left the register without a number on file."""
    same = Member.unscoped.filter(name=name, birth_on=birth_on, id_number_digest=None)
    found = list(same.filter(standing=Standing.ENDED)[:2])
    return found[0] if len(found) == 1 else None


def standing_now(member: Member) -> StandingPeriod:
    return StandingPeriod.objects.filter(member=member).latest("starts_on")
