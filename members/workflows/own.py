"""What members do with their own line: say how to reach them, ask for the rest, look it over once a year.

A request changes nothing by itself: accepted, it goes through the register's own correction with its checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from members.choices import CorrectionState, OwnField
from members.models import Confirmation, Correction, Member
from members.queries.merging import ids_of
from members.queries.own import book_for
from members.rules import own as rules
from members.rules.register import MOBILE_SHAPE, mask_id_number
from members.workflows import checks, own_notices
from members.workflows.register import TYPED, PersonData, correct_member
from members.workflows.register import Correction as Typed
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.sealing import seal, unseal

DAYS = frozenset({OwnField.BIRTH_ON, OwnField.JOINED_ON, OwnField.CONFIRMED_ON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the member is reached, as typed, and the version it was typed over."""

    mobile: str
    employer: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What should stand in a field instead, and how the member knows."""

    field: OwnField
    wanted: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the branch says to a request, and which versions of request and member it saw."""

    words: str = ""
    version: int
    member_version: int = field(default=0)
    insists: bool = False


# --- at once


@transaction.atomic
def correct_contact(member: Member, contact: Contact, *, actor: User, scope: Scope, at: datetime) -> Member:
    """The member's own word on how to reach them; signing in by mobile follows. Raises StaleVersion."""
    before = checks.locked(member)
    _demand_own(before, scope)
    if contact.mobile and not MOBILE_SHAPE.fullmatch(contact.mobile):
        raise Refused("own_mobile_shape")
    changes = {
        name.value: [getattr(before, name), getattr(contact, name)]
        for name in rules.DIRECT
        if getattr(before, name) != getattr(contact, name)
    }
    row = update_versioned(
        before, seen_version=contact.version, mobile=contact.mobile, employer=contact.employer
    )
    if not changes:
        return row
    if OwnField.MOBILE in changes:
        _sign_in_by(contact.mobile, actor)
    Correction.unscoped.bulk_create(
        Correction(member=row, field=name, held=held, wanted=wanted, state=CorrectionState.MADE, asked_at=at)
        for name, (held, wanted) in changes.items()
    )
    audit.record(actor=actor, action="member.own_corrected", target=row, at=at, changes=changes)
    checks.announce([row.branch_id], at)
    own_notices.tell_made(row, [OwnField(name) for name in changes], at)
    return row


def _sign_in_by(mobile: str, actor: User) -> None:
    """Signing in follows; a number is one account's, whoever shares it signs in by name."""
    account = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if mobile and User.objects.filter(mobile=mobile).exclude(pk=account.pk).exists():
        raise Refused("own_mobile_taken")
    account.mobile = mobile or None
    account.save(update_fields=["mobile"])


def _demand_own(member: Member, scope: Scope) -> None:
    if member.pk != scope.member_id:
        raise NotAllowed("member.own")


# --- asked of the branch


@transaction.atomic
def ask(member: Member, wish: Wish, *, actor: User, scope: Scope, at: datetime) -> Correction:
    """Ask the branch to put one fact right. One open request for each fact."""
    row = checks.locked(member)
    _demand_own(row, scope)
    is_number = wish.field == OwnField.ID_NUMBER
    held = held_of(row, wish.field)
    if wish.wanted == held:
        raise Refused("correction_says_the_same")
    today = timezone.localdate(at)
    request = Correction(
        member=row, field=wish.field, held=held, why=wish.why, state=CorrectionState.OPEN, asked_at=at,
        wanted=mask_id_number(wish.wanted) if is_number else wish.wanted,
        wanted_sealed=seal(wish.wanted) if is_number else None,
        due_on=rules.answer_due(today, book_for(row.path, today)),
    )  # fmt: skip
    _insert(request)
    changes = {"request": request.pk, "field": wish.field, "wanted": [held, request.wanted]}
    audit.record(actor=actor, action="correction.asked", target=row, at=at, changes=changes)
    own_notices.tell_asked(request, actor.pk, at)
    return request


def held_of(member: Member, name: str) -> str:
    """What the register says, as text; an identity number masked."""
    if name == OwnField.OTHER:
        return ""
    if name == OwnField.ID_NUMBER:
        return mask_id_number(unseal(bytes(member.id_number_sealed))) if member.id_number_sealed else ""
    value: Any = getattr(member, name)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _insert(request: Correction) -> None:
    """The partial unique index decides between two taps."""
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as failure:
        raise Refused("correction_is_open") from failure


@transaction.atomic
def accept(request: Correction, answer: Answer, *, actor: User, scope: Scope, at: datetime) -> Correction:
    """Put it right. Raises NeedsCare and StaleVersion as the register's own correction does.

    "Something else" is put right where it is kept; the answer says what was done.
    """
    current = _locked(request, answer.version)
    scope.demand("member.edit", current.member)
    if current.field == OwnField.OTHER:
        if not answer.words.strip():
            raise Refused("correction_needs_words")
    else:
        typed = Typed(person=_person(current), version=answer.member_version, insists=answer.insists)
        correct_member(current.member, typed, actor=actor, scope=scope, at=at)
    return _settle(current, CorrectionState.ACCEPTED, answer.words, actor, at)


def _person(request: Correction) -> PersonData:
    """The member's line with the one fact as it was asked for."""
    member = request.member
    person = PersonData(**{name: getattr(member, name) for name in TYPED})
    value: Any = request.wanted
    if request.field == OwnField.ID_NUMBER:
        value = unseal(bytes(cast("bytes", request.wanted_sealed)))
    elif request.field in DAYS:
        value = date.fromisoformat(value) if value else None
    return replace(person, **{request.field: value})


@transaction.atomic
def decline(request: Correction, answer: Answer, *, actor: User, scope: Scope, at: datetime) -> Correction:
    """It stays as it is; the member reads why."""
    current = _locked(request, answer.version)
    scope.demand("member.edit", current.member)
    if not answer.words.strip():
        raise Refused("correction_needs_words")
    return _settle(current, CorrectionState.DECLINED, answer.words, actor, at)


@transaction.atomic
def withdraw(request: Correction, *, version: int, actor: User, scope: Scope, at: datetime) -> Correction:
    """The member takes the request back."""
    current = _locked(request, version)
    _demand_own(current.member, scope)
    return _settle(current, CorrectionState.WITHDRAWN, "", actor, at)


def _locked(request: Correction, seen_version: int) -> Correction:
    """The request as it is now, with its member's line kept from others until the commit."""
    checks.locked(request.member)
    current = Correction.unscoped.select_related("member__branch").get(pk=request.pk)
    if not current.is_open:
        raise Refused("correction_answered")
    if current.version != seen_version:
        raise StaleVersion(current)
    return current


def _settle(request: Correction, state: CorrectionState, words: str, actor: User, at: datetime) -> Correction:
    after = update_versioned(
        request, seen_version=request.version, state=state, answer=words, answered_by=actor, answered_at=at,
        wanted_sealed=None,
    )  # fmt: skip
    changes = {"request": after.pk, "field": after.field, **({"answer": words} if words else {})}
    audit.record(actor=actor, action=f"correction.{state}", target=after.member, at=at, changes=changes)
    own_notices.tell_answered(after, actor.pk, at)
    return after


# --- once a year


@transaction.atomic
def confirm(
    member: Member, *, seen_version: int, actor: User, scope: Scope, at: datetime, how: str = ""
) -> Confirmation:
    """What is held is right, says the member, or the branch for them and how they were asked.

    Done again within the year it is the first one that counts.
    """
    row = checks.locked(member)
    is_by_branch = row.pk != scope.member_id
    if is_by_branch:
        scope.demand("member.edit", row)
        if not how.strip():
            raise Refused("confirmation_says_how")
    checks.demand_present(row)
    year = timezone.localdate(at).year
    done = Confirmation.unscoped.filter(member__in=ids_of(row.pk), year=year).order_by("at").first()
    if done is not None:
        return done
    if row.version != seen_version:
        raise StaleVersion(row)
    made = Confirmation.unscoped.create(
        member=row, year=year, seen_version=seen_version, by=actor, is_by_branch=is_by_branch,
        how=how if is_by_branch else "", at=at,
    )  # fmt: skip
    action = "member.confirmed_for" if is_by_branch else "member.own_confirmed"
    audit.record(actor=actor, action=action, target=row, at=at, changes={"year": year, "how": made.how})
    own_notices.tell_confirmed(made, at)
    return made


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one member when many were confirmed: the row, or the code of what stood against it."""

    member: Member
    made: Confirmation | None
    code: str = ""


def confirm_many(
    picked: Sequence[tuple[Member, int]], *, actor: User, scope: Scope, at: datetime, how: str
) -> list[Outcome]:
    """For members who were asked one by one; each stands for itself, with a line of the trail of its own."""
    if not how.strip():
        raise Refused("confirmation_says_how")
    for member, _version in picked:
        scope.demand("member.edit", member)
    return [_confirmed(member, version, actor, scope, at, how) for member, version in picked]


def _confirmed(member: Member, version: int, actor: User, scope: Scope, at: datetime, how: str) -> Outcome:
    try:
        made = confirm(member, seen_version=version, actor=actor, scope=scope, at=at, how=how)
    except StaleVersion:
        return Outcome(member, None, "stale_version")
    except Refused as refusal:
        return Outcome(member, None, refusal.code)
    return Outcome(member, made)
