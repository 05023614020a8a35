"""Changes of a standing: a table of kinds, one of moves, the probation clock, what stands against. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from members.choices import ChangeKind, ChangeMove, ChangeState, Restriction, Standing, StopGround
from members.rules.register import add_months, probation_ends_on
from orgportal.core.rulebook import Citation, Rulebook

FORMAL, PROBATIONARY = Standing.FORMAL, Standing.PROBATIONARY
STOPPED, ENDED = Standing.SUSPENDED, Standing.ENDED
MEMBERS = frozenset({FORMAL, PROBATIONARY})
PRESENT = MEMBERS | {STOPPED}
RESTRICTED = frozenset({Restriction.WATCH, Restriction.RIGHTS})


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: from which standings to which, on what rule, decided by whom."""

    name: ChangeKind
    from_standings: frozenset[Standing]
    to: Standing | None  # None: the standing stays as it is
    provision: str
    by_meeting: bool = True  # the branch's general meeting decides
    needs_approval: bool = True  # of the committee above
    may_predate: bool = False  # takes effect on a day fixed by the facts, before it was decided
    ends_posts: bool = False
    restriction: Restriction = Restriction.NONE
    from_restrictions: frozenset[Restriction] | None = None
    # Standings from which only an approved disposition file leads here (dispose.flow).
    by_file_from: frozenset[Standing] = frozenset()

    @property
    def is_exit(self) -> bool:
        return self.to == ENDED

    @property
    def is_death(self) -> bool:
        return self.name == ChangeKind.DEATH

    @property
    def makes_period(self) -> bool:
        return self.name != ChangeKind.EXTEND

    @property
    def label(self) -> str:
        return str(self.name.label)

    def begins(self, effect_on: date) -> date:
        """The first day of the new standing: an exit's day is the last day as a member."""
        return effect_on + timedelta(days=1) if self.is_exit else effect_on


def _exit(name: ChangeKind, from_standings: frozenset[Standing], provision: str, **more: Any) -> Kind:
    return Kind(name, from_standings, ENDED, provision, ends_posts=True, **more)


KINDS: tuple[Kind, ...] = (
    Kind(ChangeKind.CONFIRM, frozenset({PROBATIONARY}), FORMAL, "probation.length", may_predate=True),
    Kind(ChangeKind.EXTEND, frozenset({PROBATIONARY}), None, "probation.extend"),
    _exit(ChangeKind.CANCELLED, frozenset({PROBATIONARY}), "probation.length"),
    Kind(ChangeKind.STOP, MEMBERS, STOPPED, "stop.lost", needs_approval=False, ends_posts=True),
    Kind(ChangeKind.RESTORE, frozenset({STOPPED}), None, "restore"),
    Kind(
        ChangeKind.WATCH, frozenset({FORMAL}), None, "vote.who", ends_posts=True,
        restriction=Restriction.WATCH, from_restrictions=frozenset({Restriction.NONE, Restriction.RIGHTS}),
    ),
    Kind(
        ChangeKind.SUSPEND, MEMBERS, None, "vote.who", by_meeting=False, restriction=Restriction.RIGHTS,
        from_restrictions=frozenset({Restriction.NONE}),
    ),
    Kind(ChangeKind.LIFT, MEMBERS, None, "vote.who", from_restrictions=RESTRICTED),
    _exit(ChangeKind.RESIGNED, PRESENT, "leave.own_request", needs_approval=False),
    _exit(ChangeKind.ADVISED_OUT, MEMBERS, "dispose.kinds", by_file_from=MEMBERS),
    _exit(ChangeKind.STRUCK_OFF, MEMBERS, "dispose.kinds", by_file_from=MEMBERS),
    # Whoever was stopped as lost and stays lost is struck off without a file; nobody else is.
    _exit(ChangeKind.GONE, PRESENT, "strike.lost", by_file_from=MEMBERS),
    _exit(ChangeKind.EXPELLED, PRESENT, "discipline.flow"),
    _exit(
        ChangeKind.DEATH, PRESENT, "never_delete", by_meeting=False, needs_approval=False, may_predate=True
    ),
)  # fmt: skip
BY_NAME: dict[str, Kind] = {str(kind.name): kind for kind in KINDS}
# A stop has one ground, and each ground its own rule.
STOP_RULES: dict[str, str] = {
    StopGround.LOST: "stop.lost",
    StopGround.SETTLED: "stop.abroad",
    StopGround.STUDY: "stop.abroad",
}


def rules_of(kind: Kind, ground: str = "") -> tuple[str, ...]:
    """The provisions a decision rests on; of a stop whose ground is not said yet, all it may rest on."""
    if kind.name != ChangeKind.STOP:
        return (kind.provision,)
    return (STOP_RULES[ground],) if ground else tuple(dict.fromkeys(STOP_RULES.values()))


# --- the file a change is held against


@dataclass(frozen=True, slots=True)
class File:
    """What the register says of a member today."""

    standing: Standing
    restriction: Restriction
    joined_on: date
    confirmed_on: date | None
    probation_until: date | None  # set when a meeting extended it
    since: date  # the last day something began: standing, branch or a post still held
    stopped_on: date | None = None  # the day the stop was decided
    stop_ground: str = ""
    taken_over_on: date | None = None  # the day the register took the member over


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be decided: kind, the day of the decision, the day it takes effect."""

    kind: Kind
    decided_on: date
    effect_on: date
    extended_to: date | None = None
    ground: str = ""  # of a stop
    document: str = ""
    has_file: bool = False  # a disposition file led here, or whoever approved it had one before them


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it cannot be entered, and the facts its sentence names."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def open_kinds(file: File) -> tuple[Kind, ...]:
    """What can be decided about a member in this standing, in the order of the table."""
    return tuple(kind for kind in KINDS if fits(kind, file))


def fits(kind: Kind, file: File) -> bool:
    if kind.from_restrictions is not None and file.restriction not in kind.from_restrictions:
        return False
    return file.standing in kind.from_standings


def needs_file(kind: Kind, file: File) -> bool:
    """Whether an approved disposition file is the only road there."""
    return file.standing in kind.by_file_from


def is_old_fact(plan: Plan, file: File) -> bool:
    """Decided before the register took the member over: its papers lie elsewhere, under this number."""
    return bool(plan.document) and file.taken_over_on is not None and plan.decided_on < file.taken_over_on


def standing_after(kind: Kind, file: File) -> Standing:
    """A restored member is again what they were: formal once confirmed."""
    if kind.name == ChangeKind.RESTORE:
        return FORMAL if file.confirmed_on else PROBATIONARY
    return kind.to or file.standing


def restriction_after(kind: Kind, file: File) -> Restriction:
    """An extension leaves rights as they are; every other decision says what they are from then on."""
    if kind.name in {ChangeKind.EXTEND, ChangeKind.CONFIRM}:
        return file.restriction
    return kind.restriction


def objection(plan: Plan, file: File, book: Rulebook, today: date) -> Objection | None:
    """The first thing that stands against a decision, None if nothing does."""
    if not fits(plan.kind, file):
        return Objection("change_does_not_fit")
    if needs_file(plan.kind, file) and not (plan.has_file or is_old_fact(plan, file)):
        return Objection("change_needs_file")
    found = chain(
        _wrong_ground(plan, file), _wrong_days(plan, file, book, today), _wrong_clock(plan, file, book, today)
    )
    return next(found, None)


def _wrong_ground(plan: Plan, file: File) -> Iterator[Objection]:
    """A stop says why; only who was stopped as lost is struck off for it, unless nobody knows the ground."""
    if plan.kind.name == ChangeKind.STOP and plan.ground not in STOP_RULES:
        yield Objection("stop_needs_ground")
    if plan.kind.name == ChangeKind.GONE and file.stop_ground not in {"", StopGround.LOST}:
        yield Objection("stopped_not_lost")


def _wrong_days(plan: Plan, file: File, book: Rulebook, today: date) -> Iterator[Objection]:
    if plan.decided_on > today:
        yield Objection("decided_in_future")
    if plan.kind.name == ChangeKind.DEATH and plan.effect_on > today:
        yield Objection("date_in_future")
    if plan.effect_on < plan.decided_on and not plan.kind.may_predate:
        yield Objection("effect_before_decision", {"day": plan.decided_on.isoformat()})
    latest = add_months(today, int(book.value("standing.ahead_months", today)))
    if plan.effect_on > latest:
        yield Objection("effect_too_far", {"day": latest.isoformat()})
    if plan.kind.makes_period and plan.kind.begins(plan.effect_on) <= file.since:
        yield Objection("ends_too_early", {"day": file.since.isoformat()})


def _wrong_clock(plan: Plan, file: File, book: Rulebook, today: date) -> Iterator[Objection]:
    name = plan.kind.name
    if name == ChangeKind.CONFIRM:
        due = probation_clock(file, book, today).due_on
        if plan.effect_on < due:
            yield Objection("probation_not_served", {"day": due.isoformat()})
    if name == ChangeKind.EXTEND:
        yield from _wrong_extension(plan, file, book, today)
    if name == ChangeKind.GONE and file.stopped_on:
        earliest = add_months(file.stopped_on, int(book.value("strike.lost", today)))
        if plan.effect_on < earliest:
            yield Objection("stopped_too_short", {"day": earliest.isoformat()})


def _wrong_extension(plan: Plan, file: File, book: Rulebook, today: date) -> Iterator[Objection]:
    if file.probation_until:
        yield Objection("extended_already", {"day": file.probation_until.isoformat()})
    low, high = extension_months(book, today)
    first, last = (extended_to(file.joined_on, months, book, today) for months in (low, high))
    if plan.extended_to is None or not first <= plan.extended_to <= last:
        yield Objection("extension_out_of_range", {"low": low, "high": high})


# --- the probation clock


@dataclass(frozen=True, slots=True)
class ProbationClock:
    """When the probation is served, and how the day stands to it."""

    due_on: date
    is_extended: bool
    days_left: int
    citation: Citation

    @property
    def is_over(self) -> bool:
        return self.days_left <= 0


def probation_clock(file: File, book: Rulebook, today: date) -> ProbationClock:
    """A year from joining (Constitution Art 7); the extended day where a meeting extended it."""
    due = file.probation_until or probation_ends_on(file.joined_on, book, today)
    key = "probation.extend" if file.probation_until else "probation.length"
    return ProbationClock(due, bool(file.probation_until), (due - today).days, book.cite(key, today))


def extension_months(book: Rulebook, on: date) -> tuple[int, int]:
    """Shortest and longest extension, once."""
    return int(book.value("probation.extend_min", on)), int(book.value("probation.extend", on))


def extended_to(joined_on: date, months: int, book: Rulebook, on: date) -> date:
    """An extension runs from the day the first year was served."""
    return add_months(probation_ends_on(joined_on, book, on), months)


# --- moves of an entered change


@dataclass(frozen=True, slots=True)
class Move:
    """One row: from which states to which, and at whose desk."""

    name: ChangeMove
    from_states: frozenset[ChangeState]
    to: ChangeState
    right: str = ""  # "" for the clock; the committee's right is asked at the committee above
    needs_reason: bool = False

    @property
    def label(self) -> str:
        return str(self.name.label)

    @property
    def is_approval(self) -> bool:
        return self.name == ChangeMove.APPROVE


PROPOSED, COMING, IN_FORCE = ChangeState.PROPOSED, ChangeState.COMING, ChangeState.IN_FORCE
OPEN = frozenset({PROPOSED, COMING})
BRANCH, COMMITTEE = "member.edit", "standing.decide"
MOVES: tuple[Move, ...] = (
    Move(ChangeMove.APPROVE, frozenset({PROPOSED}), COMING, COMMITTEE),
    Move(ChangeMove.REFUSE, frozenset({PROPOSED}), ChangeState.REFUSED, COMMITTEE, needs_reason=True),
    Move(ChangeMove.WITHDRAW, frozenset({PROPOSED}), ChangeState.WITHDRAWN, BRANCH, needs_reason=True),
    # What the committee approved is the committee's to take back; what needs no approval, the branch's.
    Move(ChangeMove.WITHDRAW, frozenset({COMING}), ChangeState.WITHDRAWN, COMMITTEE, needs_reason=True),
    Move(ChangeMove.WITHDRAW, frozenset({COMING}), ChangeState.WITHDRAWN, BRANCH, needs_reason=True),
    Move(ChangeMove.TAKE_EFFECT, frozenset({COMING}), IN_FORCE),
    Move(ChangeMove.LAPSE, OPEN, ChangeState.WITHDRAWN),
)


def applies(move: Move, state: str, *, was_approved: bool) -> bool:
    """Whether the move leads on from here."""
    if state not in move.from_states:
        return False
    if move.name == ChangeMove.WITHDRAW and state == COMING:
        return (move.right == COMMITTEE) == was_approved
    return True


def allowed(state: str, *, was_approved: bool, may: Callable[[str], bool]) -> tuple[Move, ...]:
    """The moves one person can make now, in the order of the table."""
    return tuple(
        move
        for move in MOVES
        if move.right and applies(move, state, was_approved=was_approved) and may(move.right)
    )


def first_state(kind: Kind, *, by_committee: bool) -> ChangeState:
    """A committee that enters its own decision needs nobody's approval."""
    return PROPOSED if kind.needs_approval and not by_committee else COMING


def is_due(effect_on: date, today: date) -> bool:
    return effect_on <= today


def named(name: str) -> Move:
    return next(move for move in MOVES if move.name == name)


def since(file: File, day: date) -> File:
    """The same file with a later beginning to respect."""
    return replace(file, since=day)
