"""Adds to the register and corrects it by hand; every change is dated and audited."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from branches.models import Organization, PartyGroup
from branches.queries import rulebook_for
from members.choices import PeriodReason, Restriction, Standing
from members.models import BranchPeriod, Member, StandingPeriod
from members.provisions import PROVISIONS
from members.queries import number_holder, same_persons
from members.rules.register import Doubt, Particulars, doubts_of, mask_id_number, refusals
from members.workflows import checks, versions
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.names import initials, name_key
from orgportal.core.scoping import Scope, still_visible
from orgportal.core.sealing import blind, blind_end, seal, unseal

NEXT_ID = Path(__file__).resolve().parent.parent / "sql" / "next_member_id.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """What the register holds of a person, as typed."""

    name: str
    gender: str
    birth_on: date
    education: str
    occupation: str
    joined_on: date
    confirmed_on: date | None = None
    reading: str = ""
    id_number: str = ""
    mobile: str = ""
    ethnicity: str = "汉族"
    employer: str = ""

    def particulars(self, standing: str) -> Particulars:
        return Particulars(
            gender=self.gender,  # type: ignore[arg-type]  # the form's choices are the enum's values
            birth_on=self.birth_on,
            standing=Standing(standing),
            joined_on=self.joined_on,
            confirmed_on=self.confirmed_on,
            id_number=self.id_number,
            mobile=self.mobile,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry by hand: who, where, since when, on what basis."""

    person: PersonData
    standing: str
    since: date
    basis: str
    group: PartyGroup | None = None
    insists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Typed data put right, and the version the person saw."""

    person: PersonData
    version: int
    insists: bool = False


class NeedsCare(Refused):
    """Saved only after a second look: what is odd, and who in the register looks the same."""

    def __init__(self, doubts: Collection[Doubt], candidates: Collection[Member] = ()) -> None:
        super().__init__("needs_care")
        self.doubts = tuple(doubts)
        self.candidates = tuple(candidates)

    @property
    def is_final(self) -> bool:
        """Something is wrong, not merely odd: insisting does not help."""
        return bool(refusals(self.doubts))


# --- adding


@transaction.atomic
def add_member(branch: Organization, entry: Entry, *, actor: User, scope: Scope, at: datetime) -> Member:
    """A new line of the register. Raises NeedsCare unless the person insists that the oddities are right."""
    branch = _locked_branch(branch)
    scope.demand("member.edit", branch)
    _demand_free_number(entry.person.id_number, scope)
    care = care_for(entry.person, entry.standing, branch.path, scope, at)
    if care and (care.is_final or not entry.insists):
        raise care
    _demand_open_branch(branch, entry, at)
    member = create_row(branch, entry, at)
    open_periods(member, entry, at)
    if not still_visible(member, scope):
        raise NotAllowed("member.view")
    changes = {**_shown(asdict(entry.person)), "standing": entry.standing, "since": entry.since}
    audit.record(
        actor=actor,
        action="member.added",
        target=member,
        at=at,
        changes={"after": changes, "basis": entry.basis, "insisted": entry.insists},
    )
    checks.announce([branch.pk], at)
    return member


def _locked_branch(branch: Organization) -> Organization:
    return Organization.unscoped.select_for_update(no_key=True).get(pk=branch.pk)


def _demand_open_branch(branch: Organization, entry: Entry, at: datetime) -> None:
    if not branch.is_branch or branch.is_dissolved:
        raise Refused("no_such_branch")
    if not entry.person.joined_on <= entry.since <= timezone.localdate(at):
        raise Refused("since_out_of_range")
    checks.demand_group(entry.group, branch.pk)


def _demand_free_number(id_number: str, scope: Scope, besides: int = 0) -> None:
    """One identity number, one person. Out of scope the holder is not named."""
    holder = number_holder(id_number, besides) if id_number else None
    if holder is None:
        return
    if scope.may("member.view", holder):
        raise Refused("id_in_register_here", name=holder.name, member=holder.pk)
    raise Refused("id_in_register_elsewhere")


def care_for(
    person: PersonData, standing: str, path: str, scope: Scope, at: datetime, besides: int = 0
) -> NeedsCare | None:
    """What asks for a second look before this is saved."""
    today = timezone.localdate(at)
    doubts = doubts_of(person.particulars(standing), rulebook_for(path, PROVISIONS, today), today)
    candidates = same_persons(person.name, person.birth_on, person.mobile, scope, besides)
    return NeedsCare(doubts, candidates) if doubts or candidates else None


def create_row(branch: Organization, entry: Entry, at: datetime) -> Member:
    pk = _next_id()
    member = Member(
        pk=pk,
        number=f"P{pk >> 40:02d}{pk & ((1 << 40) - 1):08d}",
        branch=branch,
        path=branch.path,
        group=entry.group,
        standing=entry.standing,
        recorded_at=at,
        **columns_of(entry.person),
    )
    save_once(lambda: member.save(force_insert=True))
    return member


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ID.read_text(encoding="utf-8"))
        (pk,) = cursor.fetchone()
    return int(pk)


def save_once(write: Any) -> Any:
    """Two clerks may enter one identity number at once: the unique key lets the first pass."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as failure:
        if "id_number_digest" in str(failure):
            raise Refused("id_in_register_elsewhere") from None
        raise


def columns_of(person: PersonData) -> dict[str, Any]:
    """Typed data as columns: keys computed, the number sealed; no number leaves the sealed one alone."""
    values = asdict(person)
    number = values.pop("id_number")
    name, reading = person.name, person.reading
    values |= {"name_key": name_key(name, reading), "initials": initials(name, reading)}
    if number:
        values["id_number_sealed"] = seal(number)
        values |= {"id_number_digest": blind(number), "id_number_end": blind_end(number)}
    return values


def open_periods(
    member: Member, entry: Entry, at: datetime, reason: PeriodReason = PeriodReason.ADMITTED
) -> None:
    BranchPeriod.objects.create(
        member=member,
        branch=member.branch,
        starts_on=entry.since,
        reason=reason,
        recorded_at=at,
    )
    confirmed = member.confirmed_on
    if confirmed and confirmed > member.joined_on:
        StandingPeriod.objects.create(
            member=member,
            standing=Standing.PROBATIONARY,
            starts_on=member.joined_on,
            ends_on=confirmed - timedelta(days=1),
            recorded_at=at,
        )
    StandingPeriod.objects.create(
        member=member,
        standing=member.standing,
        starts_on=confirmed or member.joined_on,
        basis=entry.basis,
        recorded_at=at,
    )


# --- correcting


@transaction.atomic
def correct_member(
    member: Member, correction: Correction, *, actor: User, scope: Scope, at: datetime
) -> Member:
    """Typed data put right. An empty identity number leaves the sealed one as it is."""
    before, person = checks.locked(member), correction.person
    scope.demand("member.edit", before)
    checks.demand_present(before)
    _demand_free_number(person.id_number, scope, besides=before.pk)
    known = unseal(bytes(before.id_number_sealed)) if before.id_number_sealed else ""
    whole = replace(person, id_number=person.id_number or known)
    care = care_for(whole, before.standing, before.path, scope, at, before.pk)
    if care and (care.is_final or not correction.insists):
        raise care
    columns = columns_of(person)
    row: Member = save_once(lambda: update_versioned(before, seen_version=correction.version, **columns))
    changes = _differences(before, row, known, person.id_number)
    if "joined_on" in changes or "confirmed_on" in changes:
        _redate_standing(row, at)
    audit.record(
        actor=actor,
        action="member.corrected",
        target=row,
        at=at,
        changes={**changes, "insisted": correction.insists},
    )
    checks.announce([row.branch_id], at)
    return row


TYPED = tuple(field for field in PersonData.__dataclass_fields__ if field != "id_number")


def _differences(before: Member, after: Member, known: str, typed: str) -> dict[str, list[Any]]:
    """Field -> [before, after]; identity numbers masked, as everywhere in the trail."""
    found = {
        field: [getattr(before, field), getattr(after, field)]
        for field in TYPED
        if getattr(before, field) != getattr(after, field)
    }
    if typed and typed != known:
        found["id_number"] = [mask_id_number(known), mask_id_number(typed)]
    return found


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "id_number": mask_id_number(values["id_number"])}


def _redate_standing(member: Member, at: datetime) -> None:
    """Probation and confirmation are dated by the register: their periods follow a corrected day."""
    periods = StandingPeriod.objects.filter(member=member)
    moved_on = ~Q(standing__in=(Standing.PROBATIONARY, Standing.FORMAL)) | ~Q(restriction=Restriction.NONE)
    if periods.filter(moved_on).exists():
        raise Refused("standing_has_moved_on")
    if member.branch_periods.filter(starts_on__lt=member.joined_on).exists():
        raise Refused("joined_after_branch")
    basis = periods.order_by("-starts_on").values_list("basis", flat=True).first() or ""
    versions.take_back(periods, at)
    entry = {"member": member, "recorded_at": at}
    if member.confirmed_on and member.confirmed_on > member.joined_on:
        StandingPeriod.objects.create(
            standing=Standing.PROBATIONARY,
            starts_on=member.joined_on,
            ends_on=member.confirmed_on - timedelta(days=1),
            **entry,
        )
    StandingPeriod.objects.create(
        standing=member.standing, starts_on=member.confirmed_on or member.joined_on, basis=basis, **entry
    )
