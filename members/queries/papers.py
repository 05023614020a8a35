"""Reads over papers and arrivals: what a stranger may know, who issues, who was here before."""

from dataclasses import dataclass
from datetime import date

from branches.models import Organization
from branches.rules import ancestors
from members.choices import PaperKind, PaperState, Standing
from members.models import Member, Paper, StandingPeriod, Transfer
from members.rules import letters
from members.rules.papers import Verdict, verdict
from orgportal.core.rulebook import Citation, Rulebook


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


@dataclass(frozen=True, slots=True)
class LetterTerm:
    """For how many days a letter of this transfer is valid: usually, and at most as a rule."""

    usual: int
    most: int
    in_city: bool
    usual_rule: Citation
    most_rule: Citation


def letter_term(transfer: Transfer, book: Rulebook, today: date) -> LetterTerm:
    """By where it goes: inside one city the shorter one. The nearest body that names its city counts."""
    above = Organization.unscoped.filter(path__in=[*ancestors(transfer.source.path), transfer.source.path])
    home = [text for pair in above.order_by("-path").values_list("address", "name") for text in pair]
    away = (transfer.outside_address, transfer.outside_committee, transfer.outside_body)
    in_city = letters.in_one_city(home, away)
    return LetterTerm(
        letters.usual_days(book, today, in_city=in_city),
        int(book.value("letter.valid_max", today)),
        in_city,
        book.cite(letters.usual_key(in_city=in_city), today),
        book.cite("letter.valid_max", today),
    )
