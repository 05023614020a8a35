"""流动党员活动证: issued on a running stay, checked once a year, ended with the stay or when it is lost."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from branches.queries import committee_above
from members.choices import PaperEnd, PaperKind, Standing
from members.models import CardCheck, Member, MobileSpell, Paper
from members.workflows import checks, papers
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = "mobile.edit"
HOLDERS = (Standing.FORMAL, Standing.PROBATIONARY)


@transaction.atomic
def issue(spell: MobileSpell, *, actor: User, scope: Scope, at: datetime) -> Paper:
    """A numbered card under the committee above the branch. One at a time; a lost one is ended before."""
    person = checks.locked(spell.member)
    scope.demand(RIGHT, person)
    if not MobileSpell.unscoped.running().filter(pk=spell.pk).exists():
        raise Refused("spell_over")
    if person.standing not in HOLDERS:
        raise Refused("card_not_a_member")
    if in_force(person.pk) is not None:
        raise Refused("card_in_force")
    draft = papers.Draft(
        kind=PaperKind.CARD,
        issuer=committee_above(person.path) or person.branch,
        member=person,
        facts=_facts(person, spell),
    )
    return papers.issue(draft, actor=actor, at=at)


def _facts(person: Member, spell: MobileSpell) -> dict[str, str]:
    """What is printed: enough for a host to know the holder by, and whom to phone."""
    contact = spell.contact_person
    with translation.override("zh-hans"):  # a Chinese paper, whatever language the pages are read in
        gender, standing = str(person.get_gender_display()), str(person.get_standing_display())
    return {
        "name": person.name,
        "gender": gender,
        "birth_on": person.birth_on.isoformat(),
        "ethnicity": person.ethnicity,
        "standing": standing,
        "joined_on": person.joined_on.isoformat(),
        "member_number": person.number,
        "branch": person.branch.name,
        "branch_phone": person.branch.phone,
        "contact": contact.name if contact else "",
        "place": spell.place,
        "since": spell.starts_on.isoformat(),
    }


def in_force(member_id: int) -> Paper | None:
    return Paper.unscoped.standing().filter(member=member_id, kind=PaperKind.CARD).first()


@transaction.atomic
def check(card: Paper, on: date, *, actor: User, scope: Scope, at: datetime) -> CardCheck:
    """Looked through this year. Refused twice a year, before the issue, in the future, once it has ended."""
    scope.demand(RIGHT, card.branch)
    if card.is_ended:
        raise Refused("paper_ended_already", number=card.number)
    if not card.issued_on <= on <= timezone.localdate(at):
        raise Refused("card_check_out_of_range", day=card.issued_on.isoformat())
    try:
        with transaction.atomic():
            row = CardCheck.objects.create(card=card, year=on.year, on=on, checked_by=actor)
    except IntegrityError:
        raise Refused("card_checked_already", year=on.year) from None
    audit.record(actor=actor, action="card.checked", target=card, at=at, changes={"on": on})
    return row


@transaction.atomic
def report_lost(card: Paper, *, actor: User, scope: Scope, at: datetime) -> Paper:
    """The card is gone: whoever finds it reads on the verify page that it has ended."""
    if scope.member_id != card.member_id:
        scope.demand(RIGHT, card.branch)
    return papers.end(card, papers.PaperEnding(PaperEnd.LOST), actor=actor, at=at)


def end_for(member_id: int, reason: PaperEnd, *, at: datetime) -> None:
    """The stay is over, in the caller's transaction."""
    card = in_force(member_id)
    if card is not None:
        papers.end(card, papers.PaperEnding(reason), actor=None, at=at)
