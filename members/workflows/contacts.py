"""The contact log: who was in touch with whom, how and when; "last seen" and the next contact follow."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from branches.queries import rulebook_for
from members.choices import SeenSource
from members.models import Contact, Member, MobileSpell
from members.provisions import PROVISIONS
from members.rules import mobile as rules
from members.rules.mobile import NextContact
from members.workflows import checks, seen
from members.workflows.mobile import RIGHT, demand_contact
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Talk:
    """A contact as it is told. `by_id` is whoever was in touch, the writer where it is left open."""

    method: str
    on: date
    note: str = ""
    next_on: date | None = None
    by_id: int | None = None


def running_spell(member: Member) -> MobileSpell | None:
    rows = MobileSpell.unscoped.running().select_related("contact_person", "member")
    return rows.filter(member=member).first()


@transaction.atomic
def log(member: Member, talk: Talk, *, actor: User, scope: Scope, at: datetime) -> Contact:
    """Somebody was in touch. Refused for a day to come, before the spell, or a next one not later."""
    person = checks.locked(member)
    spell = running_spell(person)
    demand_contact(spell, person, scope)
    checks.demand_present(person)
    by = _who(talk, person, scope)
    began = spell.starts_on if spell else person.joined_on
    today = timezone.localdate(at)
    # A day to come is refused below, however far off it is.
    latest = proposed(spell, min(talk.on, today), today) if spell else None
    if fault := rules.fault_of_contact(talk.on, began, talk.next_on, today, latest):
        day = latest.on if latest and fault == "contact_next_too_late" else began
        raise Refused(fault, day=day.isoformat())
    next_on = talk.next_on or (latest.on if latest else None)
    row = Contact.unscoped.create(
        member=person, spell=spell, by=by, method=talk.method, on=talk.on, note=talk.note, next_on=next_on,
        recorded_at=at, recorded_by=actor,
    )  # fmt: skip
    seen.note([person.pk], SeenSource.CONTACT, row.on, evidence(row.pk))
    if spell is not None:
        _plan_next(spell, today)
    changes = {"member": person.pk, "on": row.on, "method": row.method, "by": by.pk, "next_on": next_on}
    audit.record(actor=actor, action="contact.logged", target=row, at=at, changes=changes)
    checks.announce([person.branch_id], at)
    return row


def evidence(contact_id: int) -> str:
    return f"members.contact:{contact_id}"


def _who(talk: Talk, person: Member, scope: Scope) -> Member:
    """The writer, or a present member of the same branch; nobody is in touch with themselves."""
    pk = talk.by_id or scope.member_id or 0
    who = Member.unscoped.active().filter(pk=pk).exclude(pk=person.pk)
    by = (who if pk == scope.member_id else who.filter(branch=person.branch_id)).first()
    if by is None:
        raise Refused("contact_by_whom")
    return by


def proposed(spell: MobileSpell, after: date, today: date) -> NextContact:
    """When to be in touch again after a contact of that day, and by which rule."""
    book = rulebook_for(spell.member.path, PROVISIONS, today)
    return rules.next_contact(spell.state, after, book, today)


def is_late(contact: Contact, today: date) -> bool:
    """Whether the next one is planned for later than the rule has it: said where it is not refused."""
    spell = contact.spell
    return spell is not None and rules.is_late(contact.next_on, proposed(spell, contact.on, today))


def _plan_next(spell: MobileSpell, today: date) -> None:
    """The latest contact of the spell says when the next is due; without one it counts from the start."""
    latest = Contact.unscoped.standing().filter(spell=spell).order_by("-on", "-pk").first()
    due = latest.next_on if latest else max(proposed(spell, spell.starts_on, today).on, today)
    MobileSpell.unscoped.filter(pk=spell.pk).update(next_contact_on=due)


@transaction.atomic
def strike(contact: Contact, reason: str, *, actor: User, scope: Scope, at: datetime) -> Contact:
    """Entered wrongly: struck out with a reason. Last seen and next contact follow the others again."""
    person = checks.locked(contact.member)
    scope.demand(RIGHT, person)
    if not reason.strip():
        raise Refused("contact_needs_reason")
    if not Contact.unscoped.standing().filter(pk=contact.pk).update(void_reason=reason.strip()):
        raise Refused("contact_struck_already")
    rest = Contact.unscoped.standing().filter(member=person).order_by("-on", "-pk").first()
    if seen.withdraw(SeenSource.CONTACT, evidence(contact.pk)) and rest is not None:
        seen.note([person.pk], SeenSource.CONTACT, rest.on, evidence(rest.pk))
    spell = running_spell(person)
    if spell is not None and spell.pk == contact.spell_id:
        _plan_next(spell, timezone.localdate(at))
    row = Contact.unscoped.get(pk=contact.pk)
    audit.record(actor=actor, action="contact.struck", target=row, at=at, changes={"reason": row.void_reason})
    checks.announce([person.branch_id], at)
    return row
