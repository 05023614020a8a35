"""Into the portal on paper: a letter registered and corrected, its bearer accepted, the slip issued."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.models import Organization
from branches.queries import committee_above, rulebook_for
from members.choices import PaperKind, PeriodReason, RefusalReason, TransferState
from members.models import Arrival, BranchPeriod, Member, Paper, StandingPeriod
from members.provisions import PROVISIONS
from members.queries import number_holder, users_with_posts
from members.queries.merging import aliases_of, survivors_of
from members.queries.papers import departed_twin, standing_now
from members.rules import arrivals as rules
from members.rules.register import mask_id_number
from members.rules.transfer import BRANCH_POSTS
from members.workflows import accounts, checks, letters, merging, papers, register, versions
from members.workflows.register import Entry, NeedsCare, PersonData
from orgportal.core import audit, inbox
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.sealing import seal, unseal

DECIDED = "arrival_decided"
RIGHTS = ("branch.accept_member", "committee.accept_member")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLetter:
    """A letter of introduction as it lies on the table."""

    number: str
    body: str
    from_branch: str
    issued_on: date
    valid_until: date
    address: str = ""
    phone: str = ""
    dues_paid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who brought it, as typed from letter and card, and whether the oddities were looked at."""

    person: PersonData
    standing: str
    insists: bool = False


@dataclass(frozen=True, slots=True)
class Retyped:
    """Letter and bearer as they should have been typed, and the version the person saw."""

    letter: PaperLetter
    bearer: Bearer
    version: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a letter goes back: one of the listed grounds, and words."""

    grounds: str
    remark: str


@transaction.atomic
def register_letter(
    branch: Organization, letter: PaperLetter, bearer: Bearer, *, actor: User, scope: Scope, at: datetime
) -> Arrival:
    """The letter and its bearer on file. Raises NeedsCare unless the person insists."""
    body, today = _locked_branch(branch), timezone.localdate(at)
    _demand(scope, body)
    if code := rules.letter_objection(letter.issued_on, letter.valid_until, today):
        raise Refused(code)
    _refuse_own_letter(letter.number)
    holder = _known(bearer.person, scope)
    _look_twice(body, letter, bearer, holder, scope, at)
    arrival = _insert(body, letter, bearer, actor, at)
    changes = {"branch": body.pk, "insisted": bearer.insists}
    audit.record(actor=actor, action="arrival.registered", target=arrival, at=at, changes=changes)
    told = users_with_posts(body.path, BRANCH_POSTS, today, may=RIGHTS) - {actor.pk}
    params = {"name": arrival.name, "branch": body.name, "body": letter.body}
    inbox.notify(
        told, "members.arrival_registered", f"arrival:{arrival.pk}", params=params,
        url=arrival.get_absolute_url(), at=at,
    )  # fmt: skip
    return arrival


def _demand(scope: Scope, branch: Organization) -> None:
    if not may_receive(scope, branch):
        raise NotAllowed(RIGHTS[0])


def may_receive(scope: Scope, branch: Organization) -> bool:
    return any(scope.may(right, branch) for right in RIGHTS)


def _locked_branch(branch: Organization) -> Organization:
    found = Organization.unscoped.select_for_update(no_key=True).get(pk=branch.pk)
    if not found.is_branch:
        raise Refused("no_such_branch")
    if found.is_dissolved:
        raise Refused("transfer_target_dissolved")
    return found


def _refuse_own_letter(number: str) -> None:
    """A letter of this portal comes back by its own transfer, and one that has ended not at all."""
    own = Paper.unscoped.filter(number=number, kind=PaperKind.LETTER).first()
    if own is not None:
        raise Refused("arrival_own_letter_ended" if own.is_ended else "arrival_own_letter", number=number)


def _known(person: PersonData, scope: Scope) -> Member | None:
    """The line of the register that goes on with this person, if there is one."""
    found = number_holder(person.id_number) or departed_twin(person.name, person.birth_on)
    if found is None:
        return None
    # A record that was merged into another one stands for the person of that one.
    now = survivors_of([found.pk]).get(found.pk)
    holder = Member.unscoped.get(pk=now) if now else found
    if holder.is_present:
        if scope.may("member.view", holder):
            raise Refused("id_in_register_here", name=holder.name, member=holder.pk)
        raise Refused("id_in_register_elsewhere")
    if found.name != person.name:
        raise Refused("arrival_other_name")
    if not rules.may_come_back(standing_now(holder).end_kind):
        raise Refused("arrival_ended_otherwise")
    return holder


def _look_twice(
    body: Organization, letter: PaperLetter, bearer: Bearer, holder: Member | None, scope: Scope, at: datetime
) -> None:
    today = timezone.localdate(at)
    book = rulebook_for(body.path, PROVISIONS, today)
    besides = holder.pk if holder else 0
    care = register.care_for(bearer.person, bearer.standing, body.path, scope, at, besides)
    doubts = rules.letter_doubts(letter.issued_on, letter.valid_until, book, today)
    if care or doubts:
        whole = NeedsCare((*(care.doubts if care else ()), *doubts), care.candidates if care else ())
        if whole.is_final or not bearer.insists:
            raise whole


def _insert(body: Organization, letter: PaperLetter, bearer: Bearer, actor: User, at: datetime) -> Arrival:
    row: Arrival = _save_once(
        lambda: Arrival.unscoped.create(
            branch=body, registered_by=actor, registered_at=at, **_columns(letter, bearer)
        ),
        letter.number,
    )
    return row


def _columns(letter: PaperLetter, bearer: Bearer) -> dict[str, Any]:
    typed = {name: _plain(value) for name, value in asdict(bearer.person).items()}
    number = typed.pop("id_number")
    return {
        "letter_number": letter.number, "letter_body": letter.body, "letter_address": letter.address,
        "letter_phone": letter.phone, "from_branch": letter.from_branch, "issued_on": letter.issued_on,
        "valid_until": letter.valid_until, "dues_paid_to": letter.dues_paid_to,
        "name": bearer.person.name, "standing": bearer.standing, "person": typed,
        "id_number_sealed": seal(number),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _save_once(write: Any, number: str) -> Any:
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as failure:
        raise Refused("arrival_twice", number=number) from failure


# --- until it is answered, what was typed wrong is put right


def may_correct(arrival: Arrival, scope: Scope) -> bool:
    """Whoever typed it, while they may receive there; and the office holders of the branch."""
    is_own = scope.user_id == arrival.registered_by_id and may_receive(scope, arrival.branch)
    return is_own or scope.may(RIGHTS[0], arrival.branch)


@transaction.atomic
def correct(arrival: Arrival, again: Retyped, *, actor: User, scope: Scope, at: datetime) -> Arrival:
    """Letter and bearer as they should have been typed. An empty identity number keeps the sealed one.

    The days are judged as of the registration: a letter in force then may have run out on the table.
    """
    letter, bearer = again.letter, again.bearer
    before, body = _taken_up(arrival, again.version, scope, entered="arrival_entered")
    if not may_correct(before, scope):
        raise NotAllowed(RIGHTS[0])
    known = unseal(bytes(before.id_number_sealed))
    whole = replace(bearer, person=replace(bearer.person, id_number=bearer.person.id_number or known))
    if code := rules.letter_objection(
        letter.issued_on, letter.valid_until, timezone.localdate(before.registered_at)
    ):
        raise Refused(code)
    _refuse_own_letter(letter.number)
    _look_twice(body, letter, whole, _known(whole.person, scope), scope, at)
    row: Arrival = _save_once(
        lambda: update_versioned(before, seen_version=again.version, **_columns(letter, whole)), letter.number
    )
    changes = _differences(before, row, known, whole.person.id_number)
    audit.record(
        actor=actor, action="arrival.corrected", target=row, at=at,
        changes={**changes, "insisted": bearer.insists},
    )  # fmt: skip
    _tell_others(row, body, actor, at)
    return row


LETTER_FIELDS = (
    "letter_number", "letter_body", "letter_address", "letter_phone", "from_branch", "issued_on",
    "valid_until", "dues_paid_to", "standing",
)  # fmt: skip


def _differences(before: Arrival, after: Arrival, known: str, typed: str) -> dict[str, list[Any]]:
    """Field -> [before, after]; identity numbers masked, as everywhere in the trail."""
    found = {
        field: [getattr(before, field), getattr(after, field)]
        for field in LETTER_FIELDS
        if getattr(before, field) != getattr(after, field)
    }
    found |= {
        field: [before.person.get(field), value]
        for field, value in after.person.items()
        if before.person.get(field) != value
    }
    if typed != known:
        found["id_number"] = [mask_id_number(known), mask_id_number(typed)]
    return found


def _tell_others(arrival: Arrival, body: Organization, actor: User, at: datetime) -> None:
    """The branch that answers, and whoever typed it first."""
    holders = users_with_posts(body.path, BRANCH_POSTS, timezone.localdate(at), may=RIGHTS)
    inbox.notify(
        {*holders, arrival.registered_by_id} - {actor.pk}, "members.arrival_corrected",
        f"arrival-corrected:{arrival.pk}:{arrival.version}",
        params={"name": arrival.name, "branch": body.name}, url=arrival.get_absolute_url(), at=at,
    )  # fmt: skip


# --- what becomes of it


@transaction.atomic
def accept(
    arrival: Arrival, accepted_on: date, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Arrival:
    """The bearer enters the register, or comes back into it, and the slip is issued: all or nothing."""
    current, body = _taken_up(arrival, seen_version, scope)
    person = person_of(current)
    holder = _known(person, scope)
    locked = checks.locked(holder) if holder else None
    left_on = standing_now(locked).starts_on if locked else None
    today = timezone.localdate(at)
    if found := rules.acceptance_objection(
        accepted_on, current.issued_on, current.valid_until, left_on, today
    ):
        raise Refused(found.code, **found.params)
    entry = Entry(person=person, standing=current.standing, since=accepted_on, basis=str(current)[:200])
    member = _reopen(locked, body, entry, at) if locked else _enter(body, entry, at)
    slip = papers.write(_slip(current, member, body, accepted_on, at), actor=actor, at=at)
    ended = update_versioned(
        current, seen_version=seen_version, state=TransferState.ACCEPTED, member=member, slip=slip,
        accepted_on=accepted_on, is_return=locked is not None, ended_at=at,
    )  # fmt: skip
    account = locked is not None and accounts.reopen(member, actor=actor, at=at)
    changes = {
        "member": member.pk, "slip": slip.number, "on": accepted_on, "returned": ended.is_return,
        "account_reopened": account,
    }  # fmt: skip
    audit.record(actor=actor, action="arrival.accepted", target=ended, at=at, changes=changes)
    checks.announce([body.pk], at)
    return ended


@transaction.atomic
def refuse(
    arrival: Arrival, answer: Refusal, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Arrival:
    """The letter goes back with listed grounds and words; nobody enters the register."""
    current, _body = _taken_up(arrival, seen_version, scope, must_stand=False)
    if answer.grounds not in RefusalReason.values:
        raise Refused("transfer_needs_grounds")
    if not answer.remark.strip():
        raise Refused("transfer_needs_reason")
    ended = update_versioned(
        current, seen_version=seen_version, state=TransferState.REFUSED, refusal=answer.grounds,
        remark=answer.remark, ended_at=at,
    )  # fmt: skip
    changes = {"grounds": answer.grounds, "remark": answer.remark}
    audit.record(actor=actor, action="arrival.refused", target=ended, at=at, changes=changes)
    return ended


def _taken_up(
    arrival: Arrival, seen_version: int, scope: Scope, *, must_stand: bool = True, entered: str = DECIDED
) -> tuple[Arrival, Organization]:
    current = Arrival.unscoped.select_for_update().get(pk=arrival.pk)
    body = _locked_branch(current.branch) if must_stand else current.branch
    _demand(scope, body)
    if not current.is_open:
        raise Refused(entered if current.state == TransferState.ACCEPTED else DECIDED)
    if current.version != seen_version:
        raise StaleVersion(current)
    return current, body


def person_of(arrival: Arrival) -> PersonData:
    typed = dict(arrival.person)
    for name in ("birth_on", "joined_on", "confirmed_on"):
        typed[name] = date.fromisoformat(typed[name]) if typed[name] else None
    return PersonData(**typed, id_number=unseal(bytes(arrival.id_number_sealed)))


def _enter(body: Organization, entry: Entry, at: datetime) -> Member:
    member = register.create_row(body, entry, at)
    register.open_periods(member, entry, at, PeriodReason.TRANSFERRED)
    return member


def _reopen(member: Member, body: Organization, entry: Entry, at: datetime) -> Member:
    """The same line goes on in the new branch; the days outside stay on it as what they were."""
    ended = StandingPeriod.objects.filter(member=member, ends_on=None)
    versions.amend(ended, at, ends_on=entry.since - timedelta(days=1))
    merging.bring_number(member, entry.person.id_number)
    row: Member = register.save_once(
        lambda: update_versioned(
            member, seen_version=member.version, branch=body, path=body.path, standing=entry.standing,
            **register.columns_of(entry.person),
        )
    )  # fmt: skip
    # Records merged into this one are read where the person is now.
    Member.unscoped.filter(pk__in=aliases_of([row.pk])).update(branch=body, path=body.path)
    BranchPeriod.objects.create(
        member=row, branch=body, starts_on=entry.since, reason=PeriodReason.TRANSFERRED, recorded_at=at
    )
    StandingPeriod.objects.create(
        member=row, standing=entry.standing, starts_on=entry.since, basis=entry.basis, recorded_at=at
    )
    return row


def _slip(
    arrival: Arrival, member: Member, body: Organization, accepted_on: date, at: datetime
) -> papers.Draft:
    issuer = committee_above(body.path) or body
    facts = {
        "to": arrival.letter_body,
        "letter": arrival.letter_number,
        "from": arrival.from_branch,
        "branch": body.name,
        "accepted_on": accepted_on.isoformat(),
        **letters.person_facts(member, timezone.localdate(at)),
        **letters.body_facts(issuer),
    }
    return papers.Draft(kind=PaperKind.SLIP, issuer=issuer, member=member, facts=facts)
