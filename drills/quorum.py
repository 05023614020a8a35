"""Quorum and majority come to the tables written by hand: exact halves, four fifths, exclusions, ties.

`data/quorum_edges.csv` gives for 1 to 60 people the smallest half, over half and four fifths; one less must
not be enough. A meeting of `data/quorum.csv` is counted three ways: by the rules; as typed, through the two
one-line notations; and saved on PostgreSQL, read back from the row and from what pages and papers stand on.
Then faults are planted in the counting one at a time: each must turn the very row it is about.

    ./portal drill quorum
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, time
from fractions import Fraction
from itertools import count
from typing import Any

from bench import stage  # sets Django up before any model is imported

# isort: split
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from activities.choices import ActivityKind, Ground, LeaveReason, Majority, Presence
from activities.models import Decision
from activities.provisions import PROVISIONS
from activities.queries.sheets import record_sheet
from activities.rules import records
from activities.rules.agenda import parse_agenda, write_agenda
from activities.rules.away import parse_away
from activities.rules.quorum import at_least, more_than
from activities.rules.records import (
    Absence,
    Agreement,
    Entry,
    FollowUp,
    Item,
    Seat,
)
from activities.rules.votes import Vote
from activities.workflows.meetings import record_meeting
from branches.choices import Kind, PostKind, Sector
from branches.models import Organization
from branches.rules import child_path
from drills._planting import planted
from drills._quorum_cases import Case, Edge, cases, edges
from drills._quorum_faults import FAULTS, Fault
from members.choices import Education, Gender, Occupation, PeriodReason, Standing
from members.models import BranchPeriod, Member, Post, StandingPeriod
from orgportal.core.errors import Refused
from orgportal.core.models import LocalProvision, User
from orgportal.core.names import initials, name_key, place_key
from orgportal.core.rulebook import LocalRule, Rulebook, Version
from orgportal.core.scoping import Grant, Scope

HELD_ON = date(2026, 3, 5)
NOW = timezone.make_aware(datetime.combine(date(2026, 3, 10), time(9)))
ANYWHERE = Scope(grants=(Grant("", frozenset({"activity.record", "activity.view"})),))
AGREED = Agreement("区委组织部复函", date(2026, 3, 1), is_adopted=True)
LOCAL = {"instrument": "区委通知", "article": "", "valid_from": date(2026, 1, 1)}
BASE = "elect.majority_base"
_numbers = count(1)


def entry_of(case: Case, ids: list[int], absences: list[Absence], vote: Vote) -> Entry:
    kind, *also = (ActivityKind(each) for each in case.kinds)
    items = (Item("议题", "", (FollowUp("决定", vote=vote),)),)
    agreement = AGREED if any(each.ground for each in absences) else Agreement()
    return Entry(
        kind, case.name, HELD_ON, also_kinds=tuple(also), roster_ids=tuple(ids), absences=tuple(absences),
        items=items, agreement=agreement,
    )  # fmt: skip


def away(case: Case, ids: list[int]) -> list[Absence]:
    return [
        Absence(ids[place - 1], Presence.LEAVE, LeaveReason.ILLNESS, "", Ground.BEDRIDDEN)
        if mark == "left out"
        else Absence(ids[place - 1], Presence.ABSENT)
        for place, mark in case.marks().items()
    ]


def vote_of(case: Case) -> Vote:
    return Vote(*case.votes, majority=Majority(case.majority))


def told(vote: Vote | None) -> tuple[int | str, ...]:
    """What a table row says of a vote."""
    if vote is None or vote.ruling is None:
        return ("not counted",)
    ruling = vote.ruling
    return ruling.quorum, ruling.of, ruling.needed, ruling.outcome.value


# --- three ways to count one meeting


def seats_of(case: Case) -> list[Seat]:
    formal = case.roll[0]
    posts = (PostKind.COMMITTEE_MEMBER,) if case.kinds[0] == ActivityKind.COMMITTEE else ()
    return [
        Seat(n, n, f"党员{n:03d}", posts=posts, has_vote=n <= formal) for n in range(1, sum(case.roll) + 1)
    ]


def judged(case: Case, entry: Entry) -> tuple[int | str, ...]:
    seats = seats_of(case)
    faults = records.faults_of(entry, seats, frozenset(seat.id for seat in seats), NOW.date())
    if faults:
        return (f"refused {faults[0].code}",)
    local = [LocalRule(BASE, "0001", Version(case.base, **LOCAL))] if case.base else []
    done = records.ruled(entry, records.attendance_of(seats, entry.absences), Rulebook.of(PROVISIONS, local))
    return told(done.items[0].decisions[0].vote)


def by_rules(case: Case) -> tuple[int | str, ...]:
    ids = [seat.id for seat in seats_of(case)]
    return judged(case, entry_of(case, ids, away(case, ids), vote_of(case)))


def as_typed(case: Case) -> tuple[int | str, ...]:
    """The same meeting through the words a secretary types."""
    seats = seats_of(case)
    words = {"left out": "不计入 卧床", "absent": "缺席"}
    line = "；".join(f"{place}号 {words[mark]}" for place, mark in case.marks().items())
    absences, unread = parse_away(line, seats)
    drafted = write_agenda([Item("议题", "", (FollowUp("决定", vote=vote_of(case)),))], {})
    items, unclear = parse_agenda(drafted, seats, HELD_ON)
    vote = items[0].decisions[0].vote
    if unread or unclear or vote is None:
        return ("not read",)
    return judged(case, entry_of(case, [seat.id for seat in seats], absences, vote))


def as_stored(case: Case) -> tuple[int | str, ...]:
    """Saved through the workflow; the row and the sheet of pages and papers must say the same."""
    with transaction.atomic():
        typist = User.objects.create(user_name="typist", display_name="录入员", created_at=NOW)
        branch, ids = branch_of(case)
        how = {"branch": branch, "actor": typist, "scope": ANYWHERE, "at": NOW}
        try:
            row = record_meeting(entry_of(case, ids, away(case, ids), vote_of(case)), **how)
        except Refused as refusal:
            found: tuple[int | str, ...] = (f"refused {refusal.code}",)
        else:
            found = told(Decision.unscoped.get(item__activity=row).vote)
            sheet = record_sheet(row, ANYWHERE)
            shown = told(sheet.items[0].decisions.all()[0].vote)
            if shown != found or len(sheet.left_out) != sum(case.left_out):
                found = ("pages differ", *map(str, shown))
        transaction.set_rollback(True)
    return found


def branch_of(case: Case) -> tuple[Organization, list[int]]:
    """A branch of its own with the roll of the case; its members in the order of the roll."""
    above = _body(None, "区委", Kind.COMMITTEE)
    branch = _body(above, "第一党支部", Kind.BRANCH)
    if case.base:
        LocalProvision.objects.create(
            key=BASE, path=above.path, value=case.base, recorded_at=NOW, **LOCAL
        )  # fmt: skip
    formal, probationary = case.roll
    standings = [Standing.FORMAL] * formal + [Standing.PROBATIONARY] * probationary
    members = Member.unscoped.bulk_create(
        _member(branch, place, who) for place, who in enumerate(standings, 1)
    )
    BranchPeriod.objects.bulk_create(
        BranchPeriod(
            member=each, branch=branch, starts_on=each.joined_on, reason=PeriodReason.LOADED, recorded_at=NOW
        )
        for each in members
    )
    StandingPeriod.objects.bulk_create(
        StandingPeriod(member=each, standing=each.standing, starts_on=each.joined_on, recorded_at=NOW)
        for each in members
    )
    if case.kinds[0] == ActivityKind.COMMITTEE:
        on = {"organization": branch, "kind": PostKind.COMMITTEE_MEMBER, "starts_on": date(2025, 1, 1)}
        Post.unscoped.bulk_create(Post(member=each, recorded_at=NOW, **on) for each in members)
    return branch, [each.pk for each in members]


def _member(branch: Organization, place: int, standing: Standing) -> Member:
    name = f"党员{place:03d}"
    return Member(
        number=f"Q{next(_numbers):08d}", branch=branch, path=branch.path, name=name, name_key=name_key(name),
        initials=initials(name), gender=Gender.MALE, birth_on=date(1980, 5, 17), education=Education.COLLEGE,
        occupation=Occupation.OTHER, mobile=f"139{next(_numbers):08d}", standing=standing,
        joined_on=date(2025, 7, 1) if standing == Standing.PROBATIONARY else date(2005, 7, 1),
        confirmed_on=None if standing == Standing.PROBATIONARY else date(2006, 7, 1), recorded_at=NOW,
    )  # fmt: skip


def _body(parent: Organization | None, name: str, kind: Kind) -> Organization:
    return Organization.unscoped.create(
        parent=parent, path=child_path(parent.path if parent else "", 1), code=f"Q{next(_numbers):06d}",
        name=name, short_name=name, name_key=place_key(name), kind=kind, sector=Sector.COMMUNITY,
        established_on=date(2000, 1, 1),
    )  # fmt: skip


WAYS: tuple[Callable[[Case], tuple[int | str, ...]], ...] = (by_rules, as_typed, as_stored)


# --- the figures


def edge_holds(edge: Edge) -> bool:
    """The number of the table is enough, and one less is not."""
    reckon: dict[str, Any] = {
        "half_or_more": (at_least, Fraction(1, 2), lambda n: 2 * n >= edge.size),
        "over_half": (more_than, Fraction(1, 2), lambda n: 2 * n > edge.size),
        "four_fifths": (at_least, Fraction(4, 5), lambda n: 5 * n >= 4 * edge.size),
    }
    counted, share, is_enough = reckon[edge.share]
    return (
        counted(share, edge.size) == edge.wanted and is_enough(edge.wanted) and not is_enough(edge.wanted - 1)
    )


def caught(fault: Fault, table: list[Case]) -> bool:
    case = next(each for each in table if each.name == fault.case)
    with planted(fault.changes):
        return by_rules(case) != case.wanted


def main() -> int:
    call_command("migrate", verbosity=0)
    table, steps = cases(), edges()
    wrong = [f"{edge.share} of {edge.size}: not {edge.wanted}" for edge in steps if not edge_holds(edge)]
    print(f"edges: {len(steps) - len(wrong)} of {len(steps)} equal")
    equal = 0
    for way in WAYS:
        found = [(case, way(case)) for case in table]
        differ = [(case, got) for case, got in found if got != case.wanted]
        wrong += [f"{way.__name__}: {case.name}: {got}, not {case.wanted}" for case, got in differ]
        equal += len(table) - len(differ)
        print(f"{way.__name__}: {len(table) - len(differ)} of {len(table)} equal", flush=True)
    missed = [fault.name for fault in FAULTS if not caught(fault, table)]
    for line in wrong:
        print("WRONG", line)
    for name in missed:
        print("NOT CAUGHT", name)
    print(stage.machine())
    print(f"planted faults caught: {len(FAULTS) - len(missed)} of {len(FAULTS)}")
    total = len(steps) + len(table) * len(WAYS)
    print(f"quorum: {total - len(wrong)} of {total} equal")
    return 1 if wrong or missed or not table or not steps else 0


if __name__ == "__main__":
    sys.exit(main())
