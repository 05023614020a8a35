"""Whether a meeting can decide, and with how many votes. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from activities.choices import ActivityKind
from orgportal.core.rulebook import Citation, Rulebook


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must be there, how many votes a decision needs, and where that is written."""

    entitled: int
    needed: int
    votes: int | None
    citation: Citation

    def is_reached_by(self, present: int) -> bool:
        return self.entitled > 0 and present >= self.needed


def at_least(share: Fraction, of: int) -> int:
    """The smallest number of people that is this share or more."""
    return ceil(of * share)


def more_than(share: Fraction, of: int) -> int:
    """The smallest number of votes that is over this share."""
    return floor(of * share) + 1


def quorum_for(kind: ActivityKind, entitled: int, book: Rulebook, day: date) -> Quorum | None:
    """The quorum of a kind with so many entitled; None for kinds that take no vote, and before the rules.

    BR Art 11: half or more of those with voting rights, passed by over half of those who should attend.
    BR Art 12: half or more of the committee; the regulation gives no share of votes.
    """
    if not book.has("quorum.general", day):
        return None
    if kind == ActivityKind.GENERAL:
        share = Fraction(book.value("quorum.general", day))
        votes = more_than(Fraction(book.value("majority.general", day)), entitled)
        return Quorum(entitled, at_least(share, entitled), votes, book.cite("quorum.general", day))
    if kind == ActivityKind.COMMITTEE:
        share = Fraction(book.value("quorum.committee", day))
        return Quorum(entitled, at_least(share, entitled), None, book.cite("quorum.committee", day))
    return None


def voting_kind(kind: str, also_kinds: Collection[str]) -> ActivityKind | None:
    """As what the meeting votes: a general meeting held inside another activity is one."""
    if kind == ActivityKind.COMMITTEE:
        return ActivityKind.COMMITTEE
    return ActivityKind.GENERAL if ActivityKind.GENERAL in {kind, *also_kinds} else None
