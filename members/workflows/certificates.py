"""党员证明信: for a stay elsewhere of at most half a year, without a transfer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from branches.models import Organization
from branches.queries import committee_above, rulebook_for
from members.choices import PaperEnd, PaperKind, Standing
from members.models import Member, Paper
from members.provisions import PROVISIONS
from members.rules import letters as rules
from members.workflows import checks, letters, papers
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import User
from orgportal.core.rulebook import Citation
from orgportal.core.scoping import Scope

BRANCH_RIGHT, COMMITTEE_RIGHT = "branch.release_member", "committee.release_member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where the member will be, what for, and until when."""

    to: str
    purpose: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Longest:
    """For how many months a certificate may hold, and by which rule."""

    months: int
    rule: Citation


def longest(member: Member, today: date) -> Longest:
    book = rulebook_for(member.path, PROVISIONS, today)
    return Longest(int(book.value("certificate.valid_max", today)), book.cite("certificate.valid_max", today))


@transaction.atomic
def certify(member: Member, stay: Stay, *, actor: User, scope: Scope, at: datetime) -> Paper:
    """A certificate of the member's own branch, or of the committee above it if the person acts for that."""
    person, today = checks.locked(member), timezone.localdate(at)
    issuer = _issuer(person.branch, scope)
    if person.standing not in {Standing.FORMAL, Standing.PROBATIONARY}:
        raise Refused("transfer_not_a_member")
    book = rulebook_for(person.path, PROVISIONS, today)
    if code := rules.stay_objection(stay.valid_until, book, today):
        raise Refused(code, months=int(book.value("certificate.valid_max", today)))
    facts = {
        "to": stay.to,
        "purpose": stay.purpose,
        "from": person.branch.name,
        **letters.person_facts(person, today),
        **letters.body_facts(issuer),
    }
    draft = papers.Draft(
        kind=PaperKind.CERTIFICATE, issuer=issuer, member=person, valid_until=stay.valid_until, facts=facts
    )
    return papers.issue(draft, actor=actor, at=at)


def may_certify(scope: Scope, branch: Organization) -> bool:
    return any(scope.may(right, branch) for right in (BRANCH_RIGHT, COMMITTEE_RIGHT))


def _issuer(branch: Organization, scope: Scope) -> Organization:
    if scope.may(BRANCH_RIGHT, branch):
        return branch
    if not scope.may(COMMITTEE_RIGHT, branch):
        raise NotAllowed(BRANCH_RIGHT)
    return committee_above(branch.path) or branch


@transaction.atomic
def take_back(paper: Paper, ending: papers.PaperEnding, *, actor: User, scope: Scope, at: datetime) -> Paper:
    """A certificate handed back, lost or no longer needed. Papers of a transfer end with its moves alone."""
    if not may_certify(scope, paper.branch):
        raise NotAllowed(BRANCH_RIGHT)
    if paper.kind != PaperKind.CERTIFICATE or ending.reason not in TAKEN_BACK:
        raise Refused("paper_ends_otherwise")
    return papers.end(paper, ending, actor=actor, at=at)


# Refusals that speak of the last day.
ABOUT_DAYS = frozenset({"certificate_needs_days", "certificate_too_long"})
TAKEN_BACK = (PaperEnd.RETURNED, PaperEnd.LOST, PaperEnd.USED)
