"""Whether a vote carried: decided when a record is saved and kept with the rules it rests on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from activities.choices import ActivityKind, Base, Majority, Outcome
from activities.rules.quorum import at_least, more_than
from orgportal.core.rulebook import Citation, Rulebook

LARGEST = 9999
TONES = {Outcome.PASSED: "good", Outcome.NOT_PASSED: "neutral", Outcome.NO_QUORUM: "warn"}
_QUORUMS = {ActivityKind.GENERAL: "quorum.general", ActivityKind.COMMITTEE: "quorum.committee"}
_MAJORITIES = {ActivityKind.GENERAL: "majority.general", ActivityKind.COMMITTEE: "majority.committee"}


@dataclass(frozen=True, slots=True)
class Turnout:
    """Those with a vote: how many should attend, less whom the meeting left out, and how many came."""

    entitled: int
    there: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a vote ended: over half of whom, how many votes that is, and whether enough were there."""

    outcome: Outcome
    base: Base
    of: int
    needed: int
    entitled: int
    there: int
    quorum: int
    rule: Citation
    quorum_rule: Citation

    @property
    def tone(self) -> str:
        """The colour family; the word always stands beside it."""
        return TONES[self.outcome]

    @property
    def has_quorum(self) -> bool:
        return self.outcome != Outcome.NO_QUORUM

    def as_json(self) -> dict[str, Any]:
        """What is kept beside the outcome."""
        figures = {name: getattr(self, name) for name in ("of", "needed", "entitled", "there", "quorum")}
        rules = {"rule": self.rule.as_json(), "quorum_rule": self.quorum_rule.as_json()}
        return {"base": self.base.value, **figures, **rules}


def ruling_from(outcome: str, kept: dict[str, Any]) -> Ruling:
    """As it was decided then, whatever the rules say now."""
    words = {**kept, "rule": _cited(kept["rule"]), "quorum_rule": _cited(kept["quorum_rule"])}
    return Ruling(**{**words, "outcome": Outcome(outcome), "base": Base(kept["base"])})


def _cited(kept: dict[str, str]) -> Citation:
    return Citation(**{**kept, "valid_from": date.fromisoformat(kept["valid_from"])})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Vote:
    """The counts of one vote; the ruling is there once turnout and rules were held against them."""

    votes_for: int
    votes_against: int = 0
    votes_abstained: int = 0
    majority: Majority = Majority.ORDINARY
    ruling: Ruling | None = None

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.votes_abstained

    def as_json(self) -> dict[str, Any]:
        return {
            "votes_for": self.votes_for,
            "votes_against": self.votes_against,
            "votes_abstained": self.votes_abstained,
            "majority": self.majority.value,
            "outcome": self.ruling.outcome.value if self.ruling else "",
            "outcome_basis": self.ruling.as_json() if self.ruling else None,
        }


def vote_from(kept: Mapping[str, Any] | None) -> Vote | None:
    """The vote `as_json` kept."""
    if kept is None:
        return None
    basis = kept["outcome_basis"]
    return Vote(
        kept["votes_for"], kept["votes_against"], kept["votes_abstained"], Majority(kept["majority"]),
        ruling_from(kept["outcome"], basis) if basis else None,
    )  # fmt: skip


def ruling_on(vote: Vote, kind: ActivityKind, turnout: Turnout, book: Rulebook, day: date) -> Ruling | None:
    """Held against the rules of the day; None before there were any.

    BR Art 11: passed by over half of those who should attend. ER Art 18, 27: an election needs four fifths
    of them there and is won by over half of those present, unless a body above set the other base.
    """
    is_election = vote.majority == Majority.ELECTION
    quorum_key = "quorum.election" if is_election else _QUORUMS[kind]
    if not book.has(quorum_key, day):
        return None
    majority_key = "elect.majority" if is_election else _MAJORITIES[kind]
    base = Base(book.value("elect.majority_base", day)) if is_election else Base.EXPECTED
    of = turnout.there if base == Base.PRESENT else turnout.entitled
    needed = more_than(Fraction(book.value(majority_key, day)), of)
    quorum = at_least(Fraction(book.value(quorum_key, day)), turnout.entitled)
    return Ruling(
        _outcome(vote, needed, quorum, turnout), base, of, needed, turnout.entitled, turnout.there, quorum,
        book.cite(_base_key(majority_key, base), day), book.cite(quorum_key, day),
    )  # fmt: skip


def _base_key(majority_key: str, base: Base) -> str:
    """An election counted by the roll rests on whoever set that, not on the article of those present."""
    counted_by_roll = majority_key == "elect.majority" and base == Base.EXPECTED
    return "elect.majority_base" if counted_by_roll else majority_key


def _outcome(vote: Vote, needed: int, quorum: int, turnout: Turnout) -> Outcome:
    if not turnout.entitled or turnout.there < quorum:
        return Outcome.NO_QUORUM
    return Outcome.PASSED if vote.votes_for >= needed else Outcome.NOT_PASSED
