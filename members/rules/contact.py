"""The clocks of lost contact: what they propose, on which evidence, by which rule. They set nothing. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from members.choices import ChangeKind, ProposalKind, Standing
from members.provisions import STOP_LOST, STRIKE_LOST
from members.rules.register import add_months
from orgportal.core.rulebook import Citation, Rulebook

# The decision about the standing that answers each proposal.
ANSWERED_BY = {ProposalKind.STOP: ChangeKind.STOP, ProposalKind.STRIKE: ChangeKind.GONE}
ACTIVE = (Standing.FORMAL, Standing.PROBATIONARY)


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """The latest day one source knows of, with the record that says so."""

    on: date
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one member: standing and since when, and the latest sighting of every source."""

    standing: str
    standing_since: date
    sightings: tuple[Sighting, ...] = ()

    @property
    def last_seen(self) -> date | None:
        return max((each.on for each in self.sightings), default=None)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a clock proposes: since when it is due, what it counts from, the evidence and the rule."""

    kind: ProposalKind
    due_on: date
    counts_from: date
    sightings: tuple[Sighting, ...]
    citation: Citation


def proposal_for(case: Case, book: Rulebook, on: date) -> Proposed | None:
    """ED Art 24: stop after six months without contact, strike off after two years stopped and still lost.

    Whoever was never seen is unknown, which is held against nobody.
    """
    if case.standing in ACTIVE and case.last_seen is not None:
        return _reached(ProposalKind.STOP, STOP_LOST.key, case.last_seen, case, book, on)
    if case.standing == Standing.SUSPENDED and (
        case.last_seen is None or case.last_seen < case.standing_since
    ):
        return _reached(ProposalKind.STRIKE, STRIKE_LOST.key, case.standing_since, case, book, on)
    return None


def _reached(
    kind: ProposalKind, key: str, start: date, case: Case, book: Rulebook, on: date
) -> Proposed | None:
    due_on = add_months(start, int(book.value(key, on)))
    if due_on > on:
        return None
    newest_first = tuple(sorted(case.sightings, reverse=True))
    return Proposed(kind, due_on, start, newest_first, book.cite(key, on))


def as_evidence(sightings: Iterable[Sighting]) -> list[dict[str, Any]]:
    """The evidence list as it is stored with the proposal."""
    return [{"source": s.source, "on": s.on.isoformat(), "evidence": s.evidence} for s in sightings]
