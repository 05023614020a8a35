"""Whose duty a reminder of the register is about: the body that should act, by its path."""

from typing import Any

from members.models import Arrival, ContactProposal, Correction, Inflow, Member, MobileSpell, Term, Transfer

# By the first part of the subject: where the row is, and where its path. A file of a case is told to nobody.
PLACES: dict[str, tuple[Any, str]] = {
    "members.arrival": (Arrival, "branch__path"),
    "members.correction": (Correction, "member__path"),
    "members.inflow": (Inflow, "host__path"),
    "members.probation": (Member, "path"),
    "members.proposal": (ContactProposal, "member__path"),
    "members.spell": (MobileSpell, "member__path"),
    "members.term": (Term, "organization__path"),
    "members.transfer": (Transfer, "source__path"),
}


def place_of(subject: str) -> str:
    """The path of the body, "" where the row is gone."""
    name, _, pk = subject.partition(":")
    model, path = PLACES[name]
    found: str | None = model.unscoped.filter(pk=int(pk)).values_list(path, flat=True).first()
    return found or ""
