"""What is said before a transfer, and which open decision about the member holds a move up. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from members.choices import ChangeKind, ChangeState, Standing, TransferMove
from members.rules.transfer import MAY_MOVE, MOVES, Case, applies, valid_until
from orgportal.core.rulebook import Citation, Rulebook


@dataclass(frozen=True, slots=True)
class Objection:
    """Something said before a transfer: a blocking one refuses it, the others only warn."""

    code: str
    is_blocking: bool
    params: dict[str, Any] = field(default_factory=dict)
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision about the member's standing that has not taken effect yet."""

    kind: ChangeKind
    state: ChangeState
    effect_on: date


@dataclass(frozen=True, slots=True)
class Open:
    """Records about the member that a transfer finds open."""

    posts_held: int = 0
    posts_coming: int = 0
    follow_ups: int = 0
    corrections: int = 0
    is_away: bool = False
    has_card: bool = False
    has_contacts: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a transfer before it starts."""

    standing: Standing
    branch_id: int
    target_id: int | None  # none: a body outside
    is_target_branch: bool
    is_target_dissolved: bool
    dues_paid_to: date | None
    open: Open = field(default_factory=Open)
    is_inside: bool = False  # both branches stand under the same committee
    pending: Pending | None = None
    has_matter: bool = False  # of a kind whose existence is not for everybody
    probation_due: date | None = None  # of a member on probation about whom nothing is decided


def objections(plan: Plan, book: Rulebook, today: date) -> tuple[Objection, ...]:
    """Everything against it, blocking ones first."""
    return (*_blocking(plan), *_warnings(plan, book, today))


def _blocking(plan: Plan) -> Iterable[Objection]:
    if plan.standing not in MAY_MOVE:
        yield Objection("transfer_not_a_member", is_blocking=True)
    if plan.target_id == plan.branch_id:
        yield Objection("transfer_own_branch", is_blocking=True)
    if not plan.is_target_branch:
        yield Objection("transfer_target_not_branch", is_blocking=True)
    if plan.is_target_dissolved:
        yield Objection("transfer_target_dissolved", is_blocking=True)


def _warnings(plan: Plan, book: Rulebook, today: date) -> Iterable[Objection]:
    if plan.standing == Standing.PROBATIONARY:
        yield Objection("transfer_probation_papers", is_blocking=False)
    found = _on_pending(plan.pending, plan, book, today) if plan.pending else None
    if found:
        yield found
    if plan.has_matter and (found is None or found.code != MATTER_FIRST):
        yield Objection(MATTER_FIRST, is_blocking=False, citation=book.cite("duty.sender", today))
    if plan.probation_due:
        yield from _on_probation(plan.probation_due, book, today)
    yield from _on_records(plan.open, is_outside=plan.target_id is None)
    if plan.dues_paid_to is None or plan.dues_paid_to < today.replace(day=1):
        citation = book.cite("letter.dues_paid_to", today)
        yield Objection("transfer_dues_behind", is_blocking=False, citation=citation)


def _on_records(found: Open, *, is_outside: bool) -> Iterable[Objection]:
    """Of each open record, whether it ends with the acceptance, stays here or moves along."""
    counted = {
        "transfer_all_posts_end" if is_outside else "transfer_posts_end": found.posts_held,
        "transfer_posts_cancelled": found.posts_coming,
        "transfer_follow_ups_stay": found.follow_ups,
        "transfer_corrections_first" if is_outside else "transfer_corrections_along": found.corrections,
    }
    for code, count in counted.items():
        if count:
            yield Objection(code, is_blocking=False, params={"count": count})
    standing = {
        "transfer_stay_ends": found.is_away,
        "transfer_card_ends": found.has_card,
        "transfer_contacts_stay" if is_outside else "transfer_contacts_along": found.has_contacts,
    }
    yield from (Objection(code, is_blocking=False) for code, is_there in standing.items() if is_there)


# --- a decision about the member that is under way

# Said of every decision but a confirmation and of a disposition file, in the same words with the same rule:
# whoever may not know of a file does not learn of one here.
MATTER_FIRST = "transfer_matter_first"
# The papers of these go with the member; whoever is to leave the Party does not move on first.
ALONG = frozenset({ChangeKind.CONFIRM, ChangeKind.EXTEND})
# The moves that take the member out of the hands of the committee that has to decide.
HELD_UP = frozenset(
    {
        TransferMove.APPROVE,
        TransferMove.ISSUE,
        TransferMove.REISSUE,
        TransferMove.ACCEPT,
        TransferMove.CONFIRM,
    }
)


def moves_along(pending: Pending, *, is_inside: bool, is_outside: bool) -> bool:
    """Whether it is settled as well after the transfer: approved already, or by the same committee.

    A body outside the portal sees nothing of it, so nothing goes there undecided.
    """
    if is_outside or pending.kind not in ALONG:
        return False
    return is_inside or pending.state == ChangeState.COMING


def hindrance(
    name: str, pending: Pending | None, case: Case, *, has_matter: bool = False
) -> Objection | None:
    """What holds this move up until the sending side has settled it (ED Art 25: its duty until then)."""
    if name not in HELD_UP:
        return None
    if pending and not moves_along(pending, is_inside=case.is_inside, is_outside=case.is_outside):
        return _first(pending, is_blocking=True)
    return Objection(MATTER_FIRST, is_blocking=True) if has_matter else None


def holds_up(pending: Pending | None, case: Case, *, has_matter: bool = False) -> Objection | None:
    """The same for whichever move would come next."""
    moves = (row.name for row in MOVES if applies(row, case))
    found = (hindrance(name, pending, case, has_matter=has_matter) for name in moves)
    return next((each for each in found if each), None)


def _on_pending(pending: Pending, plan: Plan, book: Rulebook, today: date) -> Objection:
    goes = moves_along(pending, is_inside=plan.is_inside, is_outside=plan.target_id is None)
    citation = book.cite("duty.sender", today)
    if not goes:
        return _first(pending, is_blocking=False, citation=citation)
    return Objection(_code(pending, "along"), is_blocking=False, citation=citation)


def _first(pending: Pending, *, is_blocking: bool, citation: Citation | None = None) -> Objection:
    """An approved confirmation only waits for its day; anything else has to be decided yet."""
    if pending.kind == ChangeKind.CONFIRM and pending.state == ChangeState.COMING:
        params = {"day": pending.effect_on.isoformat()}
        return Objection("transfer_confirmation_coming", is_blocking, params, citation)
    return Objection(_code(pending, "first"), is_blocking, citation=citation)


def _code(pending: Pending, way: str) -> str:
    """A confirmation is named; what else is being decided about somebody is not for the other side."""
    if pending.kind == ChangeKind.CONFIRM:
        return f"transfer_confirmation_{way}"
    return MATTER_FIRST if way == "first" else "transfer_decision_along"


def _on_probation(due: date, book: Rulebook, today: date) -> Iterable[Objection]:
    """Served and undecided, or served before the transfer has run its time."""
    params = {"day": due.isoformat()}
    citation = book.cite("probation.length", today)
    if due <= today:
        yield Objection("transfer_probation_over", is_blocking=False, params=params, citation=citation)
    elif due <= valid_until(today, book):
        yield Objection("transfer_probation_ends", is_blocking=False, params=params, citation=citation)
