"""Whether a meeting can decide, and with how many votes. Pure."""

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


def quorum_for(kind: ActivityKind, entitled: int, book: Rulebook, day: date) -> Quorum | None:
    """The quorum of a kind with so many entitled; None for kinds that take no vote.

    BR Art 11: half or more of those with voting rights, passed by over half of those who should attend.
    BR Art 12: half or more of the committee; the regulation gives no share of votes.
    """
    if kind == ActivityKind.GENERAL:
        share = Fraction(book.value("quorum.general", day))
        majority = Fraction(book.value("majority.general", day))
        votes = floor(entitled * majority) + 1
        return Quorum(entitled, ceil(entitled * share), votes, book.cite("quorum.general", day))
    if kind == ActivityKind.COMMITTEE:
        share = Fraction(book.value("quorum.committee", day))
        return Quorum(entitled, ceil(entitled * share), None, book.cite("quorum.committee", day))
    return None
