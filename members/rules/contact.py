"""The clocks of lost contact: what they propose, on which evidence, by which rule. They set nothing. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.provisions import TAKEN_OVER
from members.choices import ChangeKind, ProposalKind, Standing, StartSource, StopGround
from members.provisions import STOP_LOST, STRIKE_LOST
from members.rules.register import add_months
from orgportal.core.rulebook import Citation, Rulebook

# The decision about the standing that answers each proposal.
ANSWERED_BY = {ProposalKind.STOP: ChangeKind.STOP, ProposalKind.STRIKE: ChangeKind.GONE}
ACTIVE = (Standing.FORMAL, Standing.PROBATIONARY)


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """The latest day one source knows of, with the record that says so; a day counted from is told alike."""

    on: date
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one member: standing and since when, the latest sighting of every source, and where
    there is none, the days they came into the branch and into the register here.
    """

    standing: str
    standing_since: date
    sightings: tuple[Sighting, ...] = ()
    period: str = ""  # the record of the present standing
    came: Sighting | None = None
    registered: Sighting | None = None
    ground: str = ""  # of a stop

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

    Whoever was stopped on another ground, or on one nobody has said, is not held to be lost.
    """
    if case.standing in ACTIVE:
        start = out_since(case, book, on)
        return _reached(ProposalKind.STOP, STOP_LOST.key, start, case, book, on) if start else None
    is_lost = case.standing == Standing.SUSPENDED and case.ground == StopGround.LOST
    if is_lost and (case.last_seen is None or case.last_seen < case.standing_since):
        return _reached(ProposalKind.STRIKE, STRIKE_LOST.key, _standing(case), case, book, on)
    return None


def out_since(case: Case, book: Rulebook, on: date) -> Sighting | None:
    """Nobody has seen the member after this: the last sighting, or the coming of whoever was never seen.

    It begins anew with the present standing, and never before the body's records do: what lies before is
    not known, and held against nobody. Of whom not even the coming is known, nothing is.
    """
    known = case.sightings or ((case.came,) if case.came else ())
    if not known:
        return None
    return max([max(known), _standing(case), *_records_begin(case, book, on)], key=lambda each: each.on)


def _standing(case: Case) -> Sighting:
    return Sighting(case.standing_since, StartSource.STANDING, case.period)


def _records_begin(case: Case, book: Rulebook, on: date) -> Iterable[Sighting]:
    """The takeover day the body has stated; else, for whoever was never seen, the day they were entered."""
    stated = book.value(TAKEN_OVER.key, on)
    if stated:
        yield Sighting(date.fromisoformat(stated), StartSource.TAKEN_OVER, "")
    elif case.registered and not case.sightings:
        yield case.registered


def _reached(
    kind: ProposalKind, key: str, start: Sighting, case: Case, book: Rulebook, on: date
) -> Proposed | None:
    due_on = add_months(start.on, int(book.value(key, on)))
    if due_on > on:
        return None
    told = {*case.sightings, start, *({case.came} if case.came else ())}
    return Proposed(kind, due_on, start.on, tuple(sorted(told, reverse=True)), book.cite(key, on))


def as_evidence(sightings: Iterable[Sighting]) -> list[dict[str, Any]]:
    """The evidence list as it is stored with the proposal."""
    return [{"source": s.source, "on": s.on.isoformat(), "evidence": s.evidence} for s in sightings]
