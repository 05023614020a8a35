"""The one door of a transfer: every move is a conditional update with its step, audit line and notices.

The source keeps the member until the acceptance commits; rights are read again inside the transaction.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from branches.models import Organization
from branches.queries import rulebook_for
from members.choices import Standing, TransferMove, TransferReason, TransferState
from members.models import Member, Post, Transfer, TransferStep
from members.provisions import PROVISIONS
from members.queries import scope_for
from members.queries.transfers import Known, known_of
from members.rules import transfer as rules
from members.rules import transfer_check as check
from members.rules.transfer import Move, Side
from members.workflows import handover, letters, transfer_notices, transfer_pending
from orgportal.core import audit, outbox
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope


class MoveRefused(Refused):
    """The transfer does not stand where this move starts: most often somebody was faster."""


class RivalTransfer(Refused):
    """The member already has an open transfer; it is carried along so that the page can show it."""

    def __init__(self, rival: Transfer) -> None:
        super().__init__("transfer_rival", transfer=rival.pk, target=rival.target_name)
        self.rival = rival


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A receiving body that is not in the portal, as it is to stand on the letter."""

    body: str
    committee: str
    address: str = ""
    postcode: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What the writer of a transfer states: a branch of the portal, or a body outside it."""

    target: Organization | None
    reason: TransferReason
    remark: str = ""
    dues_paid_to: date | None = None
    outside: Outside | None = None

    @property
    def target_name(self) -> str:
        return self.target.name if self.target else self.outside.body if self.outside else ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says with a move, and what a move of the paper way states."""

    remark: str = ""
    grounds: str = ""
    seen_version: int | None = None
    days: int | None = None  # how long the letter is to be valid
    accepted_on: date | None = None  # by the slip
    slip_number: str = ""


@transaction.atomic
def start(
    member: Member, details: Details, *, actor: User, scope: Scope, at: datetime, keep_draft: bool = False
) -> Transfer:
    """Open a transfer. Raises RivalTransfer if the member has one, Refused if something stands against it."""
    details = _held(details, member.branch_id)
    now = _rights_now(actor, member.pk, at)
    person = Member.unscoped.select_related("branch").get(pk=member.pk)
    is_own = scope.member_id == now.member_id == person.pk
    if not is_own:
        scope.demand("transfer.start", person)
        now.demand("transfer.start", person)
    book, today = _book(person.path, at), timezone.localdate(at)
    _refuse_blocked(person, details, book, today)
    new = Transfer(
        member=person, source_id=person.branch_id, started_by=actor, started_at=at, state_since=at,
        state=TransferState.DRAFT, valid_until=rules.valid_until(today, book), **columns_of(details),
    )  # fmt: skip
    _insert(new)
    opened = _read(new.pk)
    opened.state = rules.first_state(
        is_by_member=is_own,
        may_release=now.may("branch.release_member", person),
        keep_draft=keep_draft,
        is_inside=opened.case.is_inside,
    )
    opened.sent_on = today if opened.state in {TransferState.SENT, TransferState.AT_RECEIVER} else None
    Transfer.unscoped.filter(pk=new.pk).update(state=opened.state, sent_on=opened.sent_on)
    _leave_trace(_Trace(TransferMove.START, "", actor, at, details.remark), None, opened)
    return opened


def columns_of(details: Details) -> dict[str, Any]:
    """As a row keeps what was stated. Raises Refused unless it is one target."""
    return {
        "target": details.target,
        **{f"outside_{name}": text for name, text in _outside(details).items()},
        "reason": details.reason,
        "remark": details.remark,
        "dues_paid_to": details.dues_paid_to,
    }


def _outside(details: Details) -> dict[str, str]:
    if (details.target is None) == (details.outside is None):
        raise Refused("transfer_needs_one_target")
    return asdict(details.outside) if details.outside else dict.fromkeys(Outside.__dataclass_fields__, "")


def _insert(new: Transfer) -> None:
    """The partial unique index decides between rivals, however close together they come."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as failure:
        rival = Transfer.unscoped.open().select_related("target").filter(member_id=new.member_id).first()
        if rival is None:
            raise
        raise RivalTransfer(rival) from failure


def plan_of(member: Member, details: Details, today: date) -> check.Plan:
    """The facts the objections are decided on."""
    return plan_with(member, details, known_of([member], details.target, today)[member.pk])


def plan_with(member: Member, details: Details, known: Known) -> check.Plan:
    """The same where the facts were read before, for many members at once."""
    return check.Plan(
        standing=Standing(member.standing),
        branch_id=member.branch_id,
        target_id=details.target.pk if details.target else None,
        is_target_branch=details.target is None or details.target.is_branch,
        is_target_dissolved=details.target is not None and details.target.is_dissolved,
        open=known.open,
        dues_paid_to=details.dues_paid_to,
        is_inside=known.is_inside,
        pending=known.pending,
        has_matter=known.has_matter,
        probation_due=known.probation_due,
    )


def objections(member: Member, details: Details, *, at: datetime) -> tuple[check.Objection, ...]:
    """What stands against a transfer, for the page that shows it before it starts."""
    today = timezone.localdate(at)
    return check.objections(plan_of(member, details, today), _book(member.path, at), today)


def _refuse_blocked(member: Member, details: Details, book: Rulebook, today: date) -> None:
    for objection in check.objections(plan_of(member, details, today), book, today):
        if objection.is_blocking:
            raise Refused(objection.code, **objection.params)


# --- moves


@transaction.atomic
def move(
    transfer: Transfer, name: str, *, actor: User, scope: Scope, at: datetime, words: Words | None = None
) -> Transfer:
    """Make one move of the table.

    Raises NotAllowed without the right, StaleVersion or MoveRefused when somebody was faster, Refused when
    words are missing or the receiving side cannot take the member.
    """
    said = words or Words()
    # Read before any lock: of two moves at once the second is told, not made after the first.
    known = Transfer.unscoped.values_list("version", "source_id", "target_id")
    version, *bodies = known.get(pk=transfer.pk)
    _hold_bodies(*bodies)
    now = _rights_now(actor, transfer.member_id, at)
    current = _read(transfer.pk)
    mine = _rows(current, name, (scope, now))
    if said.seen_version not in {None, current.version}:
        raise StaleVersion(current)
    row = next((row for row in mine if rules.applies(row, current.case)), None)
    if row is None or version != current.version:
        raise MoveRefused("transfer_moved_on", state=current.state)
    if missing := rules.missing_words(row, said.remark, said.grounds):
        raise Refused(missing)
    transfer_pending.demand_settled(current, row, at)
    trace = _Trace(row.name, current.state, actor, at, said.remark, said.grounds)
    return _make(current, row, trace, said)


def _rows(current: Transfer, name: str, scopes: tuple[Scope, ...]) -> list[Move]:
    """The rows of that name this person acts for, by the scope of the request and by that of this moment.

    A right that counts on the other way only, on paper or inside, is none here.
    """
    every = rules.named(name)
    rows = [row for row in every if row.outside in {None, current.is_outside}] or every
    mine = [row for row in rows if all(may_make(row, current, scope) for scope in scopes)]
    if not mine:
        raise NotAllowed(next((row.rights[0] for row in rows if row.rights), name))
    return mine


def may_make(row: Move, transfer: Transfer, scope: Scope) -> bool:
    """Whether this person acts for the row's side of this transfer."""
    if row.side == Side.SYSTEM:
        return False
    if row.side == Side.MEMBER:
        return scope.member_id == transfer.member_id
    place = transfer.target if row.side == Side.TARGET else transfer.source
    return place is not None and any(scope.may(right, place) for right in row.rights)


def allowed_moves(transfer: Transfer, scope: Scope) -> tuple[Move, ...]:
    """The buttons this person gets."""
    return rules.allowed(transfer.case, lambda row: may_make(row, transfer, scope))


@dataclass(frozen=True, slots=True)
class _Trace:
    """Who moved it, when, and in what words."""

    move: TransferMove
    from_state: str
    actor: User | None
    at: datetime
    remark: str = ""
    grounds: str = ""
    details: dict[str, Any] | None = None


def _make(current: Transfer, row: Move, trace: _Trace, said: Words | None = None) -> Transfer:
    """Compare and swap: of two clerks at once, one moves it and the other is told."""
    to = rules.destination(row, current.case)
    changes: dict[str, Any] = {"state": to, "state_since": trace.at, "version": F("version") + 1}
    if to in {TransferState.SENT, TransferState.AT_RECEIVER} and row.side == Side.SOURCE:
        today = timezone.localdate(trace.at)
        changes |= {
            "sent_on": today,
            "valid_until": rules.valid_until(today, _book(current.source.path, trace.at)),
        }
    if current.is_outside:
        changes |= letters.columns(
            current, row, said or Words(), _book(current.source.path, trace.at), trace.at
        )
    if row.is_end:
        changes |= {"ended_at": trace.at, "refusal": trace.grounds if row.needs_grounds else ""}
    rows = Transfer.unscoped.filter(pk=current.pk, state__in=row.from_states, version=current.version)
    if not rows.update(**changes):
        latest = Transfer.unscoped.values_list("state", flat=True).get(pk=current.pk)
        raise MoveRefused("transfer_moved_on", state=latest)
    details: dict[str, Any] = dict(trace.details or {})
    if current.is_outside:
        details |= letters.take_effect(_read(current.pk), row, trace.remark, actor=trace.actor, at=trace.at)
    elif to == TransferState.ACCEPTED:
        details |= handover.hand_over(current, at=trace.at)
        details |= transfer_pending.pass_on(current, trace.actor, trace.at)
    moved = _read(current.pk)
    _leave_trace(replace(trace, details=details), current, moved)
    return moved


def _leave_trace(trace: _Trace, before: Transfer | None, after: Transfer) -> None:
    """The step, then the audit line (its lock is the last one taken), then who must know."""
    step = TransferStep.objects.create(
        transfer=after, move=trace.move, from_state=trace.from_state, to_state=after.state,
        actor=trace.actor, remark=trace.remark, at=trace.at,
        details={**(trace.details or {}), **({"grounds": trace.grounds} if trace.grounds else {})},
    )  # fmt: skip
    changes = {"state": [trace.from_state, after.state], "member": after.member_id, **step.details}
    audit.record(
        actor=trace.actor, action=f"transfer.{trace.move}", target=after, at=trace.at, changes=changes
    )
    for branch in sorted({after.source_id, after.target_id or after.source_id}):
        outbox.emit("members.changed", branch, {"branch_id": branch}, at=trace.at)
    transfer_notices.tell(step, before, after)


@transaction.atomic
def correct(
    transfer: Transfer, details: Details, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Transfer:
    """Change what was stated while the paper lies with the side that wrote it. Raises StaleVersion."""
    details = _held(details, transfer.source_id)
    now = _rights_now(actor, transfer.member_id, at)
    current = _read(transfer.pk)
    if seen_version != current.version:
        raise StaleVersion(current)
    if not (may_correct(current, scope) and may_correct(current, now)):
        raise NotAllowed("transfer.start")
    book, today = _book(current.source.path, at), timezone.localdate(at)
    _refuse_blocked(current.member, details, book, today)
    before = {"target": _target(current), "reason": current.reason, "remark": current.remark}
    update_versioned(current, seen_version=seen_version, **columns_of(details))
    after = _read(current.pk)
    changed = {"before": before, "after": {"target": _target(after), "reason": after.reason}}
    trace = _Trace(TransferMove.CORRECT, current.state, actor, at, details.remark, details=changed)
    _leave_trace(trace, current, after)
    return after


def _target(transfer: Transfer) -> int | str:
    return transfer.target_id or transfer.outside_body


def may_correct(transfer: Transfer, scope: Scope) -> bool:
    if rules.may_correct(transfer.case, Side.MEMBER):
        return scope.member_id == transfer.member_id
    return rules.may_correct(transfer.case, Side.SOURCE) and scope.may("transfer.start", transfer.source)


# --- the clock


def lapsed(on: date) -> list[int]:
    """Open transfers that are out of date or have lost their object."""
    lost = ~Q(member__standing__in=rules.MAY_MOVE) | Q(target__dissolved_on__isnull=False)
    lost |= ~Q(member__branch=F("source"))
    rows = Transfer.unscoped.open().filter(lost | Q(valid_until__lt=on))
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def lapse(transfer_id: int, *, on: date, at: datetime) -> bool:
    """Cancel or expire one transfer if that is still due; False if it is not (any more)."""
    # Locked: whoever moves it at this moment has committed before we look, or waits for us.
    Transfer.unscoped.select_for_update(no_key=True).get(pk=transfer_id)
    current = _read(transfer_id)
    reason = rules.why_cancel(
        Standing(current.member.standing),
        target_dissolved=current.target is not None and current.target.is_dissolved,
        has_left_source=current.member.branch_id != current.source_id,
    )
    name = TransferMove.CANCEL if reason else rules.clock_move(current.case)
    row = rules.named(name)[0]
    is_due = bool(reason) or rules.has_expired(current.valid_until, on)
    if not is_due or not rules.applies(row, current.case):
        return False
    details = {"because": reason} if reason else {}
    _make(current, row, _Trace(name, current.state, None, at, details=details))
    return True


# --- reading inside the transaction


def _read(pk: int) -> Transfer:
    return Transfer.unscoped.with_parties().get(pk=pk)


def _book(path: str, at: datetime) -> Rulebook:
    return rulebook_for(path, PROVISIONS, timezone.localdate(at))


def _hold_bodies(*ids: int | None) -> dict[int, Organization]:
    """Bodies before members, as whoever moves, merges or dissolves bodies takes them."""
    rows = Organization.unscoped.filter(pk__in=[pk for pk in ids if pk is not None]).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True)}


def _held(details: Details, source: int) -> Details:
    """The same with the target as it stands now, held: one dissolved since the page was drawn is refused."""
    bodies = _hold_bodies(source, details.target.pk if details.target else None)
    return replace(details, target=bodies[details.target.pk]) if details.target else details


def _rights_now(actor: User, member_id: int, at: datetime) -> Scope:
    """The actor's scope at this very moment, held until the commit: a post that ends now ends after us.

    The member's row is held first, as by whoever decides about a standing: no decision slips in between.
    """
    Member.unscoped.select_for_update(no_key=True).only("pk").get(pk=member_id)
    people = Q(member__user=actor.pk) | Q(member=member_id)
    list(Post.unscoped.filter(people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return scope_for(User.objects.get(pk=actor.pk), timezone.localdate(at))
