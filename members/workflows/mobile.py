"""Spells away: registered by the home branch or told by the member, moved on, ended. One at a time.

The running spell and `Member.mobile_state` are written together, under the lock of the member's row.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from branches.models import Organization
from branches.queries import rulebook_for
from members.choices import MobileState, PaperEnd, SpellEnd
from members.models import Member, MobileSpell
from members.provisions import PROVISIONS
from members.rules import mobile as rules
from members.rules.places import read_place
from members.workflows import cards, checks, inflow, mobile_notices, versions
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = "mobile.edit"
# What becomes of the activity card; whoever goes on to another place keeps it.
CARD_ENDS = {
    SpellEnd.RETURNED: PaperEnd.RETURNED,
    SpellEnd.TRANSFERRED: PaperEnd.USED,
    SpellEnd.MEMBERSHIP: PaperEnd.WITHDRAWN,
    SpellEnd.MISTAKE: PaperEnd.WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """What is said of a stay: where, why, since and until when, who keeps in touch, which branch hosts."""

    is_abroad: bool
    reason: str
    place: str
    since: date
    expected_on: date | None = None
    contact_id: int | None = None
    host: Organization | None = None


@transaction.atomic
def register(member: Member, away: Away, *, actor: User, scope: Scope, at: datetime) -> MobileSpell:
    """A member lives away from now on. Raises Refused if they already do, or the stay cannot be so."""
    person = _locked(member, scope)
    running = person.spells.running().first()
    if running is not None:
        raise Refused("spell_running", place=running.place, day=running.starts_on.isoformat())
    return _open(person, away, actor=actor, scope=scope, at=at)


@transaction.atomic
def move_on(
    spell: MobileSpell, away: Away, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> MobileSpell:
    """From one place to the next: the spell ends the day before, another one begins."""
    person, row = _running(spell, scope)
    if away.since <= row.starts_on:
        raise Refused("spell_too_early", day=(row.starts_on + timedelta(days=1)).isoformat())
    _demand_sound(person, away, at, besides=row.pk)
    _end(row, SpellEnd.MOVED_ON, away.since - timedelta(days=1), seen_version, at)
    # Whoever kept in touch goes on doing so.
    kept = replace(away, contact_id=away.contact_id or _contact_still_here(row, person))
    return _open(person, kept, actor=actor, scope=scope, at=at)


def _contact_still_here(row: MobileSpell, person: Member) -> int | None:
    contact = row.contact_person
    return contact.pk if contact is not None and _is_colleague(contact, person) else None


@transaction.atomic
def correct(
    spell: MobileSpell, away: Away, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> MobileSpell:
    """Put right what was entered of a running spell; naming another host ends the old one's care."""
    person, row = _running(spell, scope)
    place = _demand_sound(person, away, at, besides=row.pk)
    columns = _columns(away, place)
    before = {name: getattr(row, name) for name in columns}
    versions.keep(MobileSpell.unscoped.filter(pk=row.pk), at)
    after = update_versioned(row, seen_version=seen_version, changed_at=at, **columns)
    _cache(person, away.is_abroad)
    inflow.name_host(after, away.host, actor=actor, at=at)
    changes = {name: [before[name], columns[name]] for name in columns if before[name] != columns[name]}
    _trace("mobile.corrected", after, changes, actor, at)
    if after.contact_person_id not in {None, before["contact_person_id"]}:
        mobile_notices.contact_person_named(after, actor=actor, at=at)
    return after


@transaction.atomic
def come_back(
    spell: MobileSpell, on: date, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> MobileSpell:
    """The member is back; that day is the last one away."""
    person, row = _running(spell, scope)
    if on > timezone.localdate(at):
        raise Refused("spell_in_future")
    if on < row.starts_on:
        raise Refused("spell_too_early", day=row.starts_on.isoformat())
    ended = _end(row, SpellEnd.RETURNED, on, seen_version, at)
    _trace("mobile.ended", ended, {"on": on, "kind": SpellEnd.RETURNED}, actor, at)
    mobile_notices.ended(ended, by_member=scope.member_id == person.pk, actor=actor, at=at)
    return ended


@transaction.atomic
def annul(spell: MobileSpell, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> MobileSpell:
    """Entered by mistake: it stays in the history as such and counts as no stay at all."""
    _person, row = _running(spell, scope)
    last = max(row.starts_on, timezone.localdate(at))
    ended = _end(row, SpellEnd.MISTAKE, last, seen_version, at)
    _trace("mobile.annulled", ended, {"kind": SpellEnd.MISTAKE}, actor, at)
    return ended


def close_for(member_id: int, kind: SpellEnd, on: date, at: datetime) -> None:
    """The running spell ends with the transfer or the membership, in the caller's transaction."""
    row = MobileSpell.unscoped.running().select_related("member").filter(member=member_id).first()
    if row is not None:
        _end(row, kind, max(on, row.starts_on), row.version, at)


# --- what they share


def _locked(member: Member, scope: Scope) -> Member:
    """The member's row, for whoever may enter this: the branch, those above it, and the member."""
    row = checks.locked(member)
    if scope.member_id != row.pk:
        scope.demand(RIGHT, row)
    checks.demand_present(row)
    return row


def _running(spell: MobileSpell, scope: Scope) -> tuple[Member, MobileSpell]:
    person = _locked(spell.member, scope)
    rows = MobileSpell.unscoped.select_related("member", "contact_person", "member__branch")
    row = rows.get(pk=spell.pk)
    if not row.is_running:
        raise Refused("spell_over")
    return person, row


def _open(person: Member, away: Away, *, actor: User, scope: Scope, at: datetime) -> MobileSpell:
    place, today = _demand_sound(person, away, at), timezone.localdate(at)
    is_own = scope.member_id == person.pk
    # Whoever tells it has been in touch today.
    after = max(away.since, today) if is_own else away.since
    book = rulebook_for(person.path, PROVISIONS, today)
    columns = _columns(away, place)
    due = rules.next_contact(columns["state"], after, book, today).on
    spell = MobileSpell.unscoped.create(
        member=person, next_contact_on=max(due, today), recorded_at=at, recorded_by=actor, **columns
    )
    _cache(person, away.is_abroad)
    inflow.name_host(spell, away.host, actor=actor, at=at)
    _trace("mobile.registered", spell, {**columns, "told_by_member": is_own}, actor, at)
    mobile_notices.registered(spell, by_member=is_own, actor=actor, at=at)
    return spell


def _columns(away: Away, place: str) -> dict[str, Any]:
    return {
        "state": MobileState.ABROAD if away.is_abroad else MobileState.OUT,
        "reason": away.reason,
        "place": place,
        "starts_on": away.since,
        "expected_on": away.expected_on,
        "contact_person_id": away.contact_id,
    }


def _demand_sound(person: Member, away: Away, at: datetime, besides: int = 0) -> str:
    """The place as it is kept; refused where the stay, the contact person or the host cannot be so."""
    try:
        place = read_place(away.place, is_abroad=away.is_abroad)
    except ValueError as failure:
        raise Refused(str(failure)) from None
    last = person.spells.exclude(pk=besides).exclude(end_kind=SpellEnd.MISTAKE).exclude(ends_on=None)
    ended = last.order_by("-ends_on").values_list("ends_on", flat=True).first()
    earliest = ended + timedelta(days=1) if ended else person.joined_on
    if fault := rules.fault_of_spell(away.since, away.expected_on, earliest, timezone.localdate(at)):
        raise Refused(fault, day=earliest.isoformat())
    if away.contact_id is not None:
        contact = Member.unscoped.filter(pk=away.contact_id).first()
        if contact is None or not _is_colleague(contact, person):
            raise Refused("spell_contact_not_here")
    if away.host is not None and (away.host.pk == person.branch_id or not away.host.is_branch):
        raise Refused("spell_host_is_home")
    return place


def _is_colleague(one: Member, other: Member) -> bool:
    return one.is_present and one.branch_id == other.branch_id and one.pk != other.pk


def _end(row: MobileSpell, kind: SpellEnd, last: date, seen_version: int, at: datetime) -> MobileSpell:
    changes = {"ends_on": last, "end_kind": kind, "next_contact_on": None, "changed_at": at}
    versions.keep(MobileSpell.unscoped.filter(pk=row.pk), at)
    ended = update_versioned(row, seen_version=seen_version, **changes)
    Member.unscoped.filter(pk=row.member_id).update(mobile_state=MobileState.NONE)
    inflow.end_with(ended, at=at)
    if kind in CARD_ENDS:
        cards.end_for(row.member_id, CARD_ENDS[kind], at=at)
    return ended


def _cache(person: Member, is_abroad: bool) -> None:
    state = MobileState.ABROAD if is_abroad else MobileState.OUT
    Member.unscoped.filter(pk=person.pk).update(mobile_state=state)


def _trace(action: str, spell: MobileSpell, changes: dict[str, Any], actor: User, at: datetime) -> None:
    said = {**changes, "member": spell.member_id}
    audit.record(actor=actor, action=action, target=spell, at=at, changes=said)
    checks.announce([spell.member.branch_id], at)


def demand_contact(spell: MobileSpell | None, member: Member, scope: Scope) -> None:
    """Who may say they were in touch: the branch, those above, and the home contact person."""
    is_contact = spell is not None and spell.contact_person_id is not None
    if is_contact and spell is not None and spell.contact_person_id == scope.member_id:
        person = spell.contact_person
        if person is not None and person.branch_id == member.branch_id:
            return
    if not scope.may(RIGHT, member):
        raise NotAllowed(RIGHT)
