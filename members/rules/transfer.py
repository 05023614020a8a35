"""The two-sided transfer: one table of moves, who owns it now, its clocks. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import cast

from branches.choices import PostKind
from members.choices import RefusalReason, Standing, TransferMove, TransferState
from orgportal.core.rulebook import Rulebook


class Side(StrEnum):
    """A party to a transfer."""

    MEMBER = "member"
    SOURCE = "source"
    COMMITTEE = "committee"  # the committee above the source branch
    TARGET = "target"
    SYSTEM = "system"


DRAFT, SUBMITTED, SENT = TransferState.DRAFT, TransferState.SUBMITTED, TransferState.SENT
AT_RECEIVER, RETURNED = TransferState.AT_RECEIVER, TransferState.RETURNED
OPEN = frozenset({DRAFT, SUBMITTED, SENT, AT_RECEIVER, RETURNED})


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `to_inside` is where it leads when both branches stand under one committee."""

    name: TransferMove
    from_states: frozenset[TransferState]
    to: TransferState
    side: Side
    rights: tuple[str, ...] = ()  # any of them, at that side's branch; the member needs none
    needs_reason: bool = False
    needs_grounds: bool = False
    to_inside: TransferState | None = None
    outside: bool | None = None  # only to a body outside the portal, only inside it, or both ways
    needs_letter: bool = False  # only while the letter is on its way
    asks: tuple[str, ...] = ()  # what has to be stated beside words

    @property
    def label(self) -> str:
        return str(self.name.label)

    @property
    def is_end(self) -> bool:
        return self.to not in OPEN

    @property
    def needs_page(self) -> bool:
        """Whether something has to be said, or thought over, before it is made."""
        return bool(self.asks) or not self.is_step_forward

    @property
    def is_about_letter(self) -> bool:
        """What is said is about the paper on its way, not about what was wrong with the request."""
        return self.needs_letter or "days" in self.asks

    @property
    def is_step_forward(self) -> bool:
        return not self.needs_reason and self.name != TransferMove.WITHDRAW


_RELEASE = ("branch.release_member", "committee.release_member")
_ACCEPT = ("branch.accept_member", "committee.accept_member")
_APPROVE = ("committee.release_member",)
_AWAY = frozenset({AT_RECEIVER})

# The committee above may stand in for a branch whose posts are vacant: a transfer must not hang.
MOVES: tuple[Move, ...] = (
    Move(TransferMove.SUBMIT, frozenset({DRAFT}), SUBMITTED, Side.MEMBER),
    Move(TransferMove.SUBMIT, frozenset({DRAFT}), SUBMITTED, Side.SOURCE, ("transfer.start",)),
    Move(
        TransferMove.RELEASE, frozenset({SUBMITTED}), SENT, Side.SOURCE, _RELEASE, to_inside=AT_RECEIVER
    ),
    Move(TransferMove.APPROVE, frozenset({SENT}), AT_RECEIVER, Side.COMMITTEE, _APPROVE, outside=False),
    Move(
        TransferMove.ISSUE, frozenset({SENT}), AT_RECEIVER, Side.COMMITTEE, _APPROVE, outside=True,
        asks=("days",),
    ),
    Move(
        TransferMove.ACCEPT, _AWAY, TransferState.ACCEPTED, Side.TARGET, _ACCEPT,
        outside=False,
    ),
    # The paper way: the letter travels, the portal sees only what is reported and the slip that comes back.
    Move(TransferMove.HAND_IN, _AWAY, AT_RECEIVER, Side.MEMBER, outside=True, needs_letter=True),
    Move(TransferMove.HAND_IN, _AWAY, AT_RECEIVER, Side.SOURCE, _RELEASE, outside=True, needs_letter=True),
    Move(TransferMove.HAND_IN, _AWAY, AT_RECEIVER, Side.COMMITTEE, _APPROVE, outside=True, needs_letter=True),
    Move(
        TransferMove.CONFIRM, _AWAY, TransferState.ACCEPTED, Side.COMMITTEE, _APPROVE, outside=True,
        asks=("accepted_on", "slip_number"),
    ),
    Move(
        TransferMove.LOSE, _AWAY, AT_RECEIVER, Side.MEMBER, outside=True, needs_letter=True,
        needs_reason=True,
    ),
    Move(
        TransferMove.LOSE, _AWAY, AT_RECEIVER, Side.SOURCE, _RELEASE, outside=True, needs_letter=True,
        needs_reason=True,
    ),
    Move(
        TransferMove.LOSE, _AWAY, AT_RECEIVER, Side.COMMITTEE, _APPROVE, outside=True, needs_letter=True,
        needs_reason=True,
    ),
    Move(
        TransferMove.REISSUE, _AWAY, AT_RECEIVER, Side.COMMITTEE, _APPROVE, outside=True, needs_reason=True,
        asks=("days",),
    ),
    Move(TransferMove.RETURN, frozenset({SUBMITTED}), RETURNED, Side.SOURCE, _RELEASE, needs_reason=True),
    Move(TransferMove.RETURN, frozenset({SENT}), RETURNED, Side.COMMITTEE, _APPROVE, needs_reason=True),
    Move(
        TransferMove.RETURN, _AWAY, RETURNED, Side.TARGET, _ACCEPT, needs_reason=True, outside=False
    ),
    Move(
        TransferMove.RETURN, _AWAY, RETURNED, Side.COMMITTEE, _APPROVE, needs_reason=True, outside=True
    ),
    Move(TransferMove.RESUBMIT, frozenset({RETURNED}), SUBMITTED, Side.MEMBER),
    Move(
        TransferMove.RESUBMIT, frozenset({RETURNED}), SENT, Side.SOURCE, _RELEASE, to_inside=AT_RECEIVER
    ),
    Move(
        TransferMove.REFUSE, _AWAY, TransferState.REFUSED, Side.TARGET, _ACCEPT,
        needs_reason=True, needs_grounds=True, outside=False,
    ),
    Move(
        TransferMove.REFUSE, _AWAY, TransferState.REFUSED, Side.COMMITTEE, _APPROVE,
        needs_reason=True, needs_grounds=True, outside=True,
    ),
    Move(TransferMove.WITHDRAW, OPEN, TransferState.WITHDRAWN, Side.MEMBER),
    Move(TransferMove.WITHDRAW, OPEN, TransferState.WITHDRAWN, Side.SOURCE, _RELEASE),
    Move(TransferMove.LAPSE, _AWAY, AT_RECEIVER, Side.SYSTEM, outside=True, needs_letter=True),
    Move(TransferMove.EXPIRE, OPEN, TransferState.EXPIRED, Side.SYSTEM),
    Move(TransferMove.CANCEL, OPEN, TransferState.CANCELLED, Side.SYSTEM),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules need to know of one transfer."""

    state: TransferState
    is_by_member: bool  # the member started it
    was_sent: bool  # it has left the source branch before
    is_inside: bool  # both branches stand under the same committee
    is_outside: bool = False  # the receiving body is not in the portal
    has_letter: bool = False  # a letter of introduction is in force
    is_handed_in: bool = False  # it has reached the receiving body, as reported

    @property
    def is_carried(self) -> bool:
        """The letter is on its way."""
        return self.has_letter and not self.is_handed_in

    @property
    def is_away(self) -> bool:
        """With a body outside: only its slip, or word from it, moves it on."""
        return self.is_outside and self.state == AT_RECEIVER


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has to act now: the side, and which posts of that side's body."""

    side: Side
    posts: frozenset[PostKind]


BRANCH_POSTS = frozenset({PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISATION})
COMMITTEE_POSTS = BRANCH_POSTS | {PostKind.ORGANISER}
# Of the next level above, whom a last reminder reaches.
OVER_POSTS = COMMITTEE_POSTS | {PostKind.OFFICER}
POSTS: dict[Side, frozenset[PostKind]] = {
    Side.MEMBER: frozenset(),
    Side.SOURCE: BRANCH_POSTS,
    Side.COMMITTEE: COMMITTEE_POSTS,
    Side.TARGET: BRANCH_POSTS,
}
# What whoever stands for a side has to be able to do.
ACTS: dict[Side, tuple[str, ...]] = {
    Side.MEMBER: _RELEASE,
    Side.SOURCE: _RELEASE,
    Side.COMMITTEE: _APPROVE,
    Side.TARGET: _ACCEPT,
}
# Of the level above, to see what hangs and help it on.
SEES = ("transfer.view",)


def side_of(case: Case) -> Side | None:
    """The side that owns it now: exactly one while it is open, none after."""
    match case.state:
        case TransferState.SUBMITTED:
            return Side.SOURCE
        case TransferState.SENT:
            return Side.COMMITTEE
        case TransferState.AT_RECEIVER:
            return _side_away(case) if case.is_outside else Side.TARGET
        case TransferState.DRAFT:
            return Side.MEMBER if case.is_by_member else Side.SOURCE
        case TransferState.RETURNED:
            # What the branch itself sent back is the member's to mend; what came back from outside is not.
            return Side.MEMBER if case.is_by_member and not case.was_sent else Side.SOURCE
    return None


def _side_away(case: Case) -> Side:
    """The member carries the letter; without a letter, or once it is handed in, the committee has to act."""
    return Side.MEMBER if case.is_carried else Side.COMMITTEE


def owner_of(case: Case) -> Owner | None:
    side = side_of(case)
    return Owner(side, POSTS[side]) if side else None


def first_state(*, is_by_member: bool, may_release: bool, keep_draft: bool, is_inside: bool) -> TransferState:
    """Where a new transfer stands: one the releasing branch starts itself is released with it."""
    if keep_draft:
        return DRAFT
    if is_by_member or not may_release:
        return SUBMITTED
    return AT_RECEIVER if is_inside else SENT


# --- moves


def named(name: str) -> tuple[Move, ...]:
    return tuple(row for row in MOVES if row.name == name)


def applies(row: Move, case: Case) -> bool:
    """Whether the move leads on from here. A draft, and a returned paper, are its holder's alone to send."""
    if case.state not in row.from_states or not _fits_way(row, case):
        return False
    if row.side == Side.SYSTEM:
        return True
    if row.name == TransferMove.RETURN and row.side == Side.SOURCE:
        return case.is_by_member  # a branch has nobody to send its own paper back to
    is_holder_only = case.state == DRAFT or row.name == TransferMove.RESUBMIT
    return not is_holder_only or side_of(case) == row.side


def _fits_way(row: Move, case: Case) -> bool:
    if row.outside not in {None, case.is_outside} or (row.needs_letter and not case.is_carried):
        return False
    # What lies with a body outside never expires: a member whose letter lapsed has to be found.
    return not (row.name == TransferMove.EXPIRE and case.is_away)


def clock_move(case: Case) -> TransferMove:
    """What the clock does on the day after the last: end it, or only its letter."""
    return TransferMove.LAPSE if case.is_away else TransferMove.EXPIRE


def destination(row: Move, case: Case) -> TransferState:
    return row.to_inside if case.is_inside and row.to_inside else row.to


def allowed(case: Case, may: Callable[[Move], bool]) -> tuple[Move, ...]:
    """The moves one person can make now, in the order of the table, each name once."""
    found: dict[str, Move] = {}
    for row in MOVES:
        if row.side != Side.SYSTEM and applies(row, case) and may(row):
            found.setdefault(row.name, row)
    return tuple(found.values())


def may_correct(case: Case, side: Side) -> bool:
    """Target, reason and remark change only while the paper lies with the side that wrote it."""
    return case.state in {DRAFT, RETURNED} and side_of(case) == side


def missing_words(row: Move, reason: str, grounds: str) -> str:
    """The code of what the person still has to say ("" if nothing): a bare refusal is not possible."""
    if row.needs_grounds and grounds not in RefusalReason.values:
        return "transfer_needs_grounds"
    if row.needs_reason and not reason.strip():
        return "transfer_needs_reason"
    return ""


def parties(before: Case | None, after: Case) -> frozenset[Side]:
    """Who is told of a move. A draft, and what becomes of one, is its writer's own affair."""
    sides = {side_of(after), side_of(before) if before else None} - {None}
    if after.state == DRAFT or (before and before.state == DRAFT and after.state not in OPEN):
        return frozenset(cast("set[Side]", sides))
    told = cast("set[Side]", sides) | {Side.MEMBER, Side.SOURCE}
    if after.was_sent and after.state not in OPEN:
        told.add(Side.COMMITTEE if after.is_outside else Side.TARGET)
    return frozenset(told)


# --- clocks


@dataclass(frozen=True, slots=True)
class Clock:
    """How long it has been where it is, by when the owner should act, and when it lapses."""

    days: int
    act_by: date
    valid_until: date | None
    days_over: int

    @property
    def is_overdue(self) -> bool:
        return self.days_over > 0


def act_by(since: date, book: Rulebook, today: date) -> date:
    return since + timedelta(days=int(book.value("transfer.step_days", today)))


def valid_until(day: date, book: Rulebook) -> date:
    """The last day of validity, counted from the day it was written or last sent."""
    return day + timedelta(days=int(book.value("letter.valid_max", day)))


def clock(since: date, ends: date | None, book: Rulebook, today: date) -> Clock:
    due = act_by(since, book, today)
    return Clock((today - since).days, due, ends, max(0, (today - due).days))


def has_expired(ends: date | None, today: date) -> bool:
    return ends is not None and ends < today


def is_pocket(case: Case, ends: date | None, today: date) -> bool:
    """口袋党员: left with a letter that is out of date and was never handed in."""
    return case.is_away and not case.is_handed_in and has_expired(ends, today)


# --- what ends one by itself


# Whoever was stopped is restored first, or struck off (rules.md restore, strike.lost); nobody else moves.
MAY_MOVE = frozenset({Standing.FORMAL, Standing.PROBATIONARY})


def why_cancel(standing: Standing, *, target_dissolved: bool, has_left_source: bool) -> str:
    """Why an open transfer has lost its object ("" if it has not)."""
    if standing not in MAY_MOVE:
        return "member_ended" if standing == Standing.ENDED else "member_stopped"
    if target_dissolved:
        return "target_dissolved"
    return "member_moved" if has_left_source else ""
