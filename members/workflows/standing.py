"""The one door of a standing: a decision is entered, approved, withdrawn, and takes effect on its day.

Nothing here decides: a meeting or a document did. The register follows in the transaction in which the
decision takes effect; if the clock cannot apply it any more, it lapses and the branch is told why.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from members.choices import ChangeKind, ChangeMove, ChangeState
from members.models import Case, Member, StandingChange
from members.queries import standing as reads
from members.rules import standing as rules
from members.rules.standing import BY_NAME, COMMITTEE, Kind, Move, Plan
from members.workflows import checks, standing_effects, standing_notices
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, as typed."""

    kind: str
    decided_on: date | None
    effect_on: date | None = None  # None: the day of the decision
    meeting_id: int | None = None
    document: str = ""
    extend_months: int | None = None
    remark: str = ""
    approval: str = ""
    ground: str = ""  # of a stop


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says with a move."""

    reason: str = ""
    approval: str = ""
    seen_version: int | None = None


@transaction.atomic
def enter(  # noqa: PLR0913  the file beside what every write is given
    member: Member, decision: Decision, *, seen_version: int, actor: User, scope: Scope, at: datetime,
    file: Case | None = None,
) -> StandingChange:  # fmt: skip
    """Write a decision down; it takes effect at once, on its day, or once the committee approves.

    `file` is the disposition file whose approval this is.
    """
    before = checks.locked(member)
    desks = demand_desk(before, scope)
    checks.demand_present(before)
    if before.version != seen_version:
        raise StaleVersion(before)
    kind, today = BY_NAME[decision.kind], timezone.localdate(at)
    _hold(before, kind)
    plan = _plan(before, decision, file, today)
    _demand_plan(before, plan, today)
    _clear_the_way(before, kind, at)
    by_committee = COMMITTEE in desks
    change = _insert(
        StandingChange(
            member=before, kind=kind.name, state=rules.first_state(kind, by_committee=by_committee),
            decided_on=plan.decided_on, meeting_id=decision.meeting_id, document=decision.document,
            effect_on=plan.effect_on, extended_to=plan.extended_to, ground=decision.ground,
            remark=decision.remark, entered_by=actor, entered_at=at,
            **({"approved_by": actor, "approved_at": at, "approval": decision.approval}
               if by_committee and kind.needs_approval else {}),
        )
    )  # fmt: skip
    changes = {"change": change.pk, "kind": change.kind, "effect_on": change.effect_on, "state": change.state}
    changes |= {"ground": change.ground} if change.ground else {}
    audit.record(
        actor=actor, action="standing.entered", target=before, at=at,
        changes={**changes, "basis": change.basis, "meeting": change.meeting_id},
    )  # fmt: skip
    standing_notices.tell(change, "entered", actor.pk, at)
    return _apply_if_due(change, actor, at)


def _plan(member: Member, decision: Decision, file: Case | None, today: date) -> Plan:
    decided_on = _basis(member, decision, today)
    until = _extended_to(member, decision, today)
    return Plan(
        BY_NAME[decision.kind], decided_on, decision.effect_on or decided_on, until, decision.ground,
        decision.document, has_file=file is not None and file.member_id == member.pk,
    )  # fmt: skip


def _hold(member: Member, kind: Kind) -> None:
    """What ends posts or the membership changes more rows than the member's own."""
    if kind.ends_posts:
        checks.hold(member.pk)


def demand_desk(member: Member, scope: Scope) -> set[str]:
    desks = reads.rights_at(scope, member.path)
    if not desks:
        raise NotAllowed(rules.BRANCH)
    if member.pk == scope.member_id:
        raise Refused("not_oneself")
    return desks


def _basis(member: Member, decision: Decision, today: date) -> date:
    """The day of the decision: the meeting's own where one was picked."""
    if decision.meeting_id is None:
        if not decision.document or decision.decided_on is None:
            raise Refused("basis_missing")
        return decision.decided_on
    found = next((each for each in reads.meetings_for(member, today) if each.id == decision.meeting_id), None)
    if found is None:
        raise Refused("meeting_not_here")
    return found.on


def _demand_plan(member: Member, plan: Plan, today: date) -> None:
    file = reads.file_of(member)
    # What it would close counts too: a post, the place in the branch.
    file = rules.since(file, reads.latest_start(member, plan.kind, file, today))
    found = rules.objection(plan, file, reads.book_for(member.path, today), today)
    if found:
        raise Refused(found.code, **found.params)


def _clear_the_way(member: Member, kind: Kind, at: datetime) -> None:
    """One open decision at a time; a death needs no way cleared, it ends what was under way."""
    rival = member.standing_changes.open().first()
    if rival is None:
        return
    if kind.name != ChangeKind.DEATH:
        raise Refused("change_is_open", kind=rival.get_kind_display(), day=rival.effect_on.isoformat())
    _settle(rival, rules.named(ChangeMove.LAPSE), None, at, "member_died")


def _extended_to(member: Member, decision: Decision, today: date) -> date | None:
    if decision.kind != ChangeKind.EXTEND or decision.extend_months is None:
        return None
    book = reads.book_for(member.path, today)
    return rules.extended_to(member.joined_on, decision.extend_months, book, today)


def _insert(change: StandingChange) -> StandingChange:
    """The partial unique index decides between two clerks."""
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as failure:
        raise Refused("standing_moved_on") from failure
    return change


# --- moves


def allowed_moves(change: StandingChange, scope: Scope) -> tuple[Move, ...]:
    """What this person can do with it now. Nobody decides about themselves."""
    if change.member_id == scope.member_id:
        return ()
    desks = reads.rights_at(scope, change.member.path)
    return rules.allowed(change.state, was_approved=change.was_approved, may=desks.__contains__)


@transaction.atomic
def move(
    change: StandingChange, name: str, *, actor: User, scope: Scope, at: datetime, words: Words
) -> StandingChange:
    """Approve, refuse or withdraw. Raises StaleVersion, NotAllowed or Refused."""
    checks.locked(change.member)
    current = _read(change.pk)
    _hold(current.member, BY_NAME[current.kind])
    if words.seen_version is not None and words.seen_version != current.version:
        raise StaleVersion(current)
    row = _demand_move(current, name, scope)
    if row.needs_reason and not words.reason.strip():
        raise Refused("change_needs_reason")
    if row.name != ChangeMove.APPROVE:
        return _settle(current, row, actor, at, words.reason)
    if not words.approval.strip():
        raise Refused("approval_needs_document")
    today = timezone.localdate(at)
    _demand_plan(current.member, _plan_of(current), today)
    StandingChange.unscoped.filter(pk=current.pk).update(
        state=row.to, approved_by=actor, approved_at=at, approval=words.approval, version=F("version") + 1
    )
    approved = _read(current.pk)
    _record(approved, row, actor, at, {"approval": words.approval})
    return _apply_if_due(approved, actor, at)


def _demand_move(change: StandingChange, name: str, scope: Scope) -> Move:
    if change.member_id == scope.member_id:
        raise Refused("not_oneself")
    found = next((row for row in allowed_moves(change, scope) if row.name == name), None)
    if found:
        return found
    leads_on = [
        row
        for row in rules.MOVES
        if row.name == name and rules.applies(row, change.state, was_approved=change.was_approved)
    ]
    if leads_on:
        raise NotAllowed(leads_on[0].right)
    raise Refused("standing_moved_on")


def _plan_of(change: StandingChange) -> Plan:
    return Plan(
        BY_NAME[change.kind], change.decided_on, change.effect_on, change.extended_to, change.ground,
        change.document, has_file=change.was_approved,
    )  # fmt: skip


def _settle(
    change: StandingChange, row: Move, actor: User | None, at: datetime, reason: str
) -> StandingChange:
    StandingChange.unscoped.filter(pk=change.pk).update(
        state=row.to, settled_by=actor, settled_at=at, reason=reason, version=F("version") + 1
    )
    after = _read(change.pk)
    _record(after, row, actor, at, {"reason": reason} if reason else {})
    return after


def _record(
    change: StandingChange, row: Move, actor: User | None, at: datetime, more: dict[str, str]
) -> None:
    audit.record(
        actor=actor, action=f"standing.{row.name}", target=change.member, at=at,
        changes={"change": change.pk, "kind": change.kind, "effect_on": change.effect_on, **more},
    )  # fmt: skip
    standing_notices.tell(change, str(row.name), actor.pk if actor else None, at)


# --- the day it takes effect


def due(on: date) -> list[int]:
    """Decided changes whose day has come."""
    rows = StandingChange.unscoped.filter(state=ChangeState.COMING, effect_on__lte=on)
    return list(rows.order_by("effect_on", "pk").values_list("pk", flat=True))


@transaction.atomic
def take_effect(change_id: int, *, on: date, at: datetime) -> bool:
    """Apply one decided change whose day has come; False if that is not so (any more)."""
    member = Member.unscoped.get(standing_changes=change_id)
    checks.locked(member)
    change = _read(change_id)
    if change.state != ChangeState.COMING or not rules.is_due(change.effect_on, on):
        return False
    _hold(member, BY_NAME[change.kind])
    try:
        with transaction.atomic():
            _demand_plan(change.member, _plan_of(change), on)
            _in_force(change, None, at)
    except Refused:
        _settle(change, rules.named(ChangeMove.LAPSE), None, at, "register_changed")
        return False
    return True


def _apply_if_due(change: StandingChange, actor: User, at: datetime) -> StandingChange:
    is_ready = change.state == ChangeState.COMING
    if is_ready and rules.is_due(change.effect_on, timezone.localdate(at)):
        _in_force(change, actor, at)
    return _read(change.pk)


def _in_force(change: StandingChange, actor: User | None, at: datetime) -> None:
    member = checks.locked(change.member)
    done = standing_effects.apply(change, member, at=at)
    _settle(change, rules.named(ChangeMove.TAKE_EFFECT), actor, at, "")
    audit.record(actor=actor, action="member.standing_changed", target=member, at=at, changes=done)
    checks.announce([member.branch_id], at)


def _read(pk: int) -> StandingChange:
    return StandingChange.unscoped.select_related("member__branch").get(pk=pk)
