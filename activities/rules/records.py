"""What makes a record of a meeting sound: who was there, what was decided. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from activities.choices import ActivityKind, Ground, LeaveReason, Presence
from activities.provisions import ALSO_KINDS, COMMITTEE_POSTS
from activities.rules.quorum import voting_kind
from activities.rules.votes import Turnout, Vote, ruling_on
from orgportal.core.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Seat:
    """One line of the roster as the form shows it; `number` counts from 1."""

    number: int
    id: int
    name: str
    initials: str = ""
    group_id: int | None = None
    posts: tuple[str, ...] = ()
    has_vote: bool = True


@dataclass(frozen=True, slots=True)
class Absence:
    """One person who was not there; with a ground, one the meeting did not count among "should attend"."""

    member_id: int
    presence: Presence
    reason: LeaveReason | None = None
    remark: str = ""
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What leaving somebody out rests on: the body above agreed, and this meeting adopted it."""

    document: str = ""
    agreed_on: date | None = None
    is_adopted: bool = False


@dataclass(frozen=True, slots=True)
class GuestLine:
    """A member of another branch, by the number and name they showed; without a number, somebody invited who
    is no member, and as what they came."""

    number: str
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was decided, by what vote; an owner always has a date."""

    text: str
    owner_id: int | None = None
    due_on: date | None = None
    vote: Vote | None = None
    carries: int | None = None  # the earlier follow-up that goes on under this one


@dataclass(frozen=True, slots=True)
class TakenUp:
    """An earlier follow-up on the agenda: closed with its result, carried to a later day, or discussed."""

    decision_id: int
    result: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    topic: str
    discussion: str = ""
    decisions: tuple[FollowUp, ...] = ()
    taken_up: TakenUp | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting as typed. `roster_ids` is the roster the typist saw; None where nobody saw one (loaders).

    `plan_seen`: id and version of the plan the page was filled from.
    """

    kind: ActivityKind
    title: str
    held_on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    group_id: int | None = None
    also_kinds: tuple[ActivityKind, ...] = ()
    chair_id: int | None = None
    recorder_id: int | None = None
    note: str = ""
    roster_ids: tuple[int, ...] | None = None
    absences: tuple[Absence, ...] = ()
    items: tuple[Item, ...] = ()
    guests: tuple[GuestLine, ...] = ()
    agreement: Agreement = Agreement()
    plan_seen: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an entry: which, on which field, with what in the sentence."""

    code: str
    where: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Three disjoint lists and their counters."""

    present: tuple[int, ...]
    leave: tuple[int, ...]
    absent: tuple[int, ...]
    voters_present: int
    voters_expected: int

    @property
    def expected(self) -> int:
        return len(self.present) + len(self.leave) + len(self.absent)


def seats_for(kind: ActivityKind, group_id: int | None, seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Who should attend, numbered anew: the committee, the party group, or the whole branch."""
    if kind == ActivityKind.COMMITTEE:
        chosen = [seat for seat in seats if COMMITTEE_POSTS.intersection(seat.posts)]
    elif kind == ActivityKind.GROUP:
        chosen = [seat for seat in seats if group_id is not None and seat.group_id == group_id]
    else:
        chosen = list(seats)
    return tuple(_numbered(seat, number) for number, seat in enumerate(chosen, start=1))


def _numbered(seat: Seat, number: int) -> Seat:
    return Seat(number, seat.id, seat.name, seat.initials, seat.group_id, seat.posts, seat.has_vote)


def redirected(entry: Entry, person: Mapping[int, int]) -> Entry:
    """The same entry with the ids of records merged away replaced by those of the persons."""

    def now(pk: int | None) -> int | None:
        return None if pk is None else person.get(pk, pk)

    absences = {
        each.member_id: each
        for each in (
            replace(each, member_id=person.get(each.member_id, each.member_id))
            for each in reversed(entry.absences)
        )
    }
    items = tuple(
        replace(item, decisions=tuple(replace(each, owner_id=now(each.owner_id)) for each in item.decisions))
        for item in entry.items
    )
    return replace(
        entry, chair_id=now(entry.chair_id), recorder_id=now(entry.recorder_id), items=items,
        absences=tuple(reversed(absences.values())),
    )  # fmt: skip


def ids_named(entry: Entry) -> set[int]:
    """Everybody the entry names by id, besides the roster the typist saw."""
    owners = {each.owner_id for item in entry.items for each in item.decisions}
    found = {entry.chair_id, entry.recorder_id, *owners, *(each.member_id for each in entry.absences)}
    return {pk for pk in found if pk is not None}


def named_in(content: Mapping[str, Any]) -> set[int]:
    """Everybody a record named by id, as `queries.snapshot` kept it."""
    decisions = [each for item in content["items"] for each in item["decisions"]]
    lists = (content[name] for name in ("present_ids", "leave_ids", "absent_ids"))
    found = {content["chair_id"], content["recorder_id"], *(each["owner_id"] for each in decisions)}
    return {pk for pk in found.union(*lists) if pk is not None}


def attendance_of(seats: Sequence[Seat], absences: Iterable[Absence]) -> Attendance:
    """Everybody who should attend and is not marked was present; left out is out of the count of voters."""
    absences = list(absences)
    marked = {absence.member_id: absence.presence for absence in absences}
    present = tuple(seat.id for seat in seats if seat.id not in marked)
    voters = {seat.id for seat in seats if seat.has_vote}
    return Attendance(
        present=present,
        leave=tuple(seat.id for seat in seats if marked.get(seat.id) == Presence.LEAVE),
        absent=tuple(seat.id for seat in seats if marked.get(seat.id) == Presence.ABSENT),
        voters_present=len(voters.intersection(present)),
        voters_expected=len(voters - left_out(absences)),
    )


def left_out(absences: Iterable[Absence]) -> set[int]:
    """Whom the meeting did not count among those who should attend."""
    return {absence.member_id for absence in absences if absence.ground is not None}


def turnout_of(kind: str, attendance: Attendance) -> Turnout:
    """Who counts for a vote: of a committee everybody on it, elsewhere those with a vote."""
    if kind == ActivityKind.COMMITTEE:
        return Turnout(attendance.expected, len(attendance.present))
    return Turnout(attendance.voters_expected, attendance.voters_present)


def takes_votes(items: Iterable[Item]) -> bool:
    return any(decision.vote for item in items for decision in item.decisions)


def ruled(entry: Entry, attendance: Attendance, book: Rulebook) -> Entry:
    """The same entry with every vote held against the rules of the day; counts that do not fit are left."""
    kind = voting_kind(entry.kind, entry.also_kinds)
    if kind is None:
        return entry
    turnout = turnout_of(kind, attendance)

    def with_ruling(decision: FollowUp) -> FollowUp:
        if decision.vote is None or decision.vote.cast != turnout.there:
            return decision
        ruling = ruling_on(decision.vote, kind, turnout, book, entry.held_on)
        return replace(decision, vote=replace(decision.vote, ruling=ruling))

    items = (replace(item, decisions=tuple(map(with_ruling, item.decisions))) for item in entry.items)
    return replace(entry, items=tuple(items))


def faults_of(entry: Entry, seats: Sequence[Seat], branch_ids: frozenset[int], on: date) -> list[Fault]:
    """Everything wrong with the entry, given who should attend, who is in the branch, and the day."""
    attendance = _faults_of_attendance(entry, seats)
    return [
        *_faults_of_the_frame(entry, on),
        *attendance,
        *_faults_of_people(entry, branch_ids),
        *_faults_of_exclusions(entry),
        # Counts are held against who was there: of no use while that is wrong.
        *([] if attendance else _faults_of_votes(entry, seats)),
    ]


def _faults_of_the_frame(entry: Entry, on: date) -> list[Fault]:
    found: list[Fault] = []
    if entry.held_on > on:
        found.append(Fault("held_in_the_future", "held_on"))
    if entry.starts_at and entry.ends_at and entry.ends_at <= entry.starts_at:
        found.append(Fault("ends_before_it_starts", "ends_at"))
    if (entry.kind == ActivityKind.GROUP) != (entry.group_id is not None):
        found.append(Fault("group_missing" if entry.group_id is None else "group_not_wanted", "group"))
    if set(entry.also_kinds) - ALSO_KINDS[entry.kind]:
        found.append(Fault("kinds_do_not_combine", "also_kinds"))
    return found


def _faults_of_attendance(entry: Entry, seats: Sequence[Seat]) -> list[Fault]:
    """At most one: the first of these explains the rest."""
    on_roster = {seat.id for seat in seats}
    away = [absence.member_id for absence in entry.absences]
    strangers = len(set(away) - on_roster)
    counts = {"away": len(away), "expected": len(seats)}
    checks = (
        (not seats, Fault("roster_is_empty", "kind")),
        (len(away) > len(seats), Fault("more_away_than_on_roster", "away", counts)),
        (strangers > 0, Fault("not_on_roster", "away", {"count": strangers})),
        (len(set(away)) < len(away), Fault("marked_twice", "away")),
        (len(away) == len(seats), Fault("nobody_present", "away")),
        (any(_lacks_reason(absence) for absence in entry.absences), Fault("leave_without_reason", "away")),
    )
    return [fault for is_wrong, fault in checks if is_wrong][:1]


def _lacks_reason(absence: Absence) -> bool:
    return absence.presence == Presence.LEAVE and absence.reason is None


def _faults_of_people(entry: Entry, branch_ids: frozenset[int]) -> list[Fault]:
    away = {absence.member_id for absence in entry.absences}
    found: list[Fault] = []
    for person, name in ((entry.chair_id, "chair"), (entry.recorder_id, "recorder")):
        if person is not None and person not in branch_ids:
            found.append(Fault(f"{name}_not_on_roster", name))
        elif person is not None and person in away:
            found.append(Fault(f"{name}_was_away", name))
    for decision in (decision for item in entry.items for decision in item.decisions):
        if decision.owner_id is not None and decision.owner_id not in branch_ids:
            found.append(Fault("owner_not_on_roster", "items", {"text": decision.text}))
        if (decision.owner_id is None) != (decision.due_on is None):
            found.append(Fault("owner_without_date", "items", {"text": decision.text}))
    return found


def _faults_of_exclusions(entry: Entry) -> list[Fault]:
    """At most one: the first of these explains the rest."""
    agreement = entry.agreement
    marked = [absence for absence in entry.absences if absence.ground is not None]
    if not marked:
        is_told = agreement != Agreement()
        return [Fault("exclusion_of_nobody", "away")] if is_told else []
    has_basis = bool(agreement.document.strip()) and agreement.agreed_on is not None
    votes = voting_kind(entry.kind, entry.also_kinds) == ActivityKind.GENERAL
    checks = (
        (not votes, Fault("exclusion_not_taken", "away")),
        (any(each.presence != Presence.LEAVE for each in marked), Fault("exclusion_of_absent", "away")),
        (not has_basis, Fault("exclusion_without_basis", "exclusion_document")),
        (
            agreement.agreed_on is not None and agreement.agreed_on > entry.held_on,
            Fault("exclusion_agreed_later", "exclusion_agreed_on"),
        ),
        (not agreement.is_adopted, Fault("exclusion_not_adopted", "exclusion_adopted")),
    )
    return [fault for is_wrong, fault in checks if is_wrong][:1]


def _faults_of_votes(entry: Entry, seats: Sequence[Seat]) -> list[Fault]:
    if not takes_votes(entry.items):
        return []
    kind = voting_kind(entry.kind, entry.also_kinds)
    attendance = attendance_of(seats, entry.absences)
    voters = turnout_of(kind, attendance).there if kind else 0
    found: list[Fault] = []
    for decision in (decision for item in entry.items for decision in item.decisions):
        if decision.vote is None:
            continue
        counts = {"text": decision.text, "votes": decision.vote.cast, "voters": voters}
        if kind is None:
            found.append(Fault("vote_not_taken", "items", {"text": decision.text}))
        elif voters < decision.vote.cast <= len(attendance.present):
            found.append(Fault("votes_of_those_without", "items", counts))
        elif decision.vote.cast != voters:
            found.append(Fault("votes_not_those_present", "items", counts))
    return found
