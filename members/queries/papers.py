"""Reads over papers: what a stranger may know of one."""

from dataclasses import dataclass
from datetime import date

from members.choices import PaperKind, PaperState
from members.models import Paper
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
