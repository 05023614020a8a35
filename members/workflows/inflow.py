"""The host's side of a member who lives away: announced by home, or registered by exact number and name.

What the register knows of a typed number is never said back: found or not, the answer is the same.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from branches.models import Organization
from members.choices import InflowState
from members.models import Inflow, Member, MobileSpell
from members.models.mobile import InflowQuerySet
from members.workflows import mobile_notices
from members.workflows.numbers import find_by_number
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = "mobile.edit"
MATCHED, ENDED = InflowState.MATCHED, InflowState.ENDED


@dataclass(frozen=True, slots=True)
class Told:
    """What the person said at the host's door."""

    number: str
    name: str
    since: date
    expected_on: date | None = None


# --- from the home side


def name_host(spell: MobileSpell, host: Organization | None, *, actor: User, at: datetime) -> None:
    """Home names the host, or none: an inflow waiting there or anywhere is met, else the host is told."""
    held = Inflow.unscoped.live().select_for_update(no_key=True).filter(spell=spell).first()
    if held is not None and (host is None or held.host_id == host.pk):
        return
    if held is not None:
        _end(held, timezone.localdate(at))
    waiting = _waiting_for(spell.member_id)
    if host is not None:
        waiting = waiting.filter(host=host)
    found = waiting.order_by("pk").first()
    if found is not None:
        _match(found, spell, actor=actor, at=at)
    elif host is not None:
        _announce(spell, host, actor=actor, at=at)


def _waiting_for(member_id: int) -> InflowQuerySet:
    rows: InflowQuerySet = Inflow.unscoped.filter(member=member_id, state=InflowState.REGISTERED)
    return rows.select_for_update(no_key=True)


def _announce(spell: MobileSpell, host: Organization, *, actor: User, at: datetime) -> None:
    if host.is_dissolved:
        raise Refused("spell_host_dissolved")
    # The host may have typed this number before, wrongly named: its own entry gives way to the announcement.
    Inflow.unscoped.live().filter(host=host, number=spell.member.number).update(
        state=ENDED, ended_on=timezone.localdate(at), version=F("version") + 1
    )
    row = Inflow.unscoped.create(
        host=host, number=spell.member.number, name=spell.member.name, member=spell.member, spell=spell,
        state=InflowState.ANNOUNCED, since=spell.starts_on, expected_on=spell.expected_on, recorded_at=at,
        recorded_by=actor,
    )  # fmt: skip
    _trace("inflow.announced", row, {"spell": spell.pk}, actor, at)
    mobile_notices.inflow_announced(row, at=at)


def _match(row: Inflow, spell: MobileSpell, *, actor: User, at: datetime) -> Inflow:
    matched = update_versioned(row, seen_version=row.version, spell=spell, state=MATCHED)
    _trace("inflow.matched", matched, {"spell": spell.pk}, actor, at)
    mobile_notices.inflow_matched(matched, actor=actor, at=at)
    return matched


def end_with(spell: MobileSpell, *, at: datetime) -> None:
    """The spell is over: so is the host's care."""
    for row in Inflow.unscoped.live().filter(spell=spell):
        _end(row, spell.ends_on or timezone.localdate(at))
        mobile_notices.inflow_over(row, at=at)


def _end(row: Inflow, on: date) -> None:
    Inflow.unscoped.filter(pk=row.pk).update(state=ENDED, ended_on=on, version=F("version") + 1)


# --- from the host side


def register(host: Organization, told: Told, *, actor: User, scope: Scope, at: datetime) -> Inflow:
    """Somebody of another branch lives here. Kept as typed; matched at once where home has them as away.

    The try is counted and recorded before anything is refused, so that guessing costs the same as knowing.
    """
    scope.demand(RIGHT, host)
    found = find_by_number(told.number, told.name, purpose="inflow", actor=actor, at=at)
    with transaction.atomic():
        _demand_sound(host, told, at)
        row = _insert(
            Inflow(
                host=host,
                state=InflowState.REGISTERED,
                member=_elsewhere(found, host),
                recorded_at=at,
                recorded_by=actor,
                **asdict(told),
            )
        )
        _trace("inflow.registered", row, {"number": told.number}, actor, at)
        return _meet(row, actor=actor, at=at)


def _elsewhere(found: Member | None, host: Organization) -> Member | None:
    """One's own members are nobody's guests."""
    return found if found is not None and found.branch_id != host.pk else None


def _insert(row: Inflow) -> Inflow:
    _once(lambda: row.save(force_insert=True))
    return row


def _once(write: Callable[[], Any]) -> Any:
    """The host's own list holds a number once; what it says of others plays no part in that."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as failure:
        if "inflow_once_in_host" in str(failure):
            raise Refused("inflow_already_here") from None
        raise


def _meet(row: Inflow, *, actor: User, at: datetime) -> Inflow:
    """Found away and hosted nowhere: matched. Known, but not registered away: the home branch is told."""
    if row.member is None:
        return row
    spell = MobileSpell.unscoped.running().filter(member=row.member).select_for_update(no_key=True).first()
    if spell is None:
        mobile_notices.reported_to_home(row, row.member, at=at)
        return row
    if Inflow.unscoped.live().filter(spell=spell).exists():
        return row
    return _match(row, spell, actor=actor, at=at)


def _demand_sound(host: Organization, told: Told, at: datetime) -> None:
    if not host.is_branch or host.is_dissolved:
        raise Refused("no_such_branch")
    if told.since > timezone.localdate(at):
        raise Refused("spell_in_future")
    if told.expected_on is not None and told.expected_on <= told.since:
        raise Refused("spell_expected_before")


def correct(row: Inflow, told: Told, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Inflow:
    """Number and name typed again while home has not confirmed. Another try, counted like the first."""
    scope.demand(RIGHT, row.host)
    found = find_by_number(told.number, told.name, purpose="inflow", actor=actor, at=at)
    with transaction.atomic():
        _demand_sound(row.host, told, at)
        _demand_state(row, {InflowState.REGISTERED})
        changes = {**asdict(told), "member": _elsewhere(found, row.host)}
        after = _once(lambda: update_versioned(row, seen_version=seen_version, **changes))
        _trace("inflow.corrected", after, {"number": [row.number, told.number]}, actor, at)
        return _meet(after, actor=actor, at=at)


@transaction.atomic
def confirm(row: Inflow, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Inflow:
    """Whom home announced has reported in."""
    scope.demand(RIGHT, row.host)
    _demand_state(row, {InflowState.ANNOUNCED})
    after = update_versioned(row, seen_version=seen_version, state=MATCHED)
    _trace("inflow.confirmed", after, {}, actor, at)
    mobile_notices.inflow_matched(after, actor=actor, at=at)
    return after


@transaction.atomic
def end(row: Inflow, on: date, *, seen_version: int, actor: User, scope: Scope, at: datetime) -> Inflow:
    """The host's care is over; the spell at home goes on until home or the member says otherwise."""
    scope.demand(RIGHT, row.host)
    _demand_state(row, {InflowState.ANNOUNCED, InflowState.REGISTERED, MATCHED})
    if not row.since <= on <= timezone.localdate(at):
        raise Refused("inflow_end_out_of_range", day=row.since.isoformat())
    after = update_versioned(row, seen_version=seen_version, state=ENDED, ended_on=on)
    _trace("inflow.ended", after, {"on": on}, actor, at)
    mobile_notices.host_let_go(after, actor=actor, at=at)
    return after


def _demand_state(row: Inflow, states: set[InflowState]) -> None:
    current = Inflow.unscoped.select_for_update(no_key=True).get(pk=row.pk)
    if current.state not in states:
        raise Refused("inflow_moved_on")


def _trace(action: str, row: Inflow, changes: dict[str, Any], actor: User, at: datetime) -> None:
    audit.record(actor=actor, action=action, target=row, at=at, changes={**changes, "host": row.host_id})
