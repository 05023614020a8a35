"""What makes a record sound, and when a meeting can decide; without a database."""

from dataclasses import replace
from datetime import date, time

import pytest

from activities.choices import ActivityKind, LeaveReason, Presence
from activities.provisions import ALSO_KINDS, PROVISIONS
from activities.rules.quorum import quorum_for
from activities.rules.records import (
    Absence,
    Attendance,
    Entry,
    FollowUp,
    Item,
    Seat,
    attendance_of,
    faults_of,
    seats_for,
)
from branches.choices import PostKind
from orgportal.core.rulebook import Rulebook

BOOK = Rulebook.of(PROVISIONS)
TODAY = date(2026, 3, 10)
SEATS = (
    Seat(1, 11, "陈党员", posts=(), group_id=3),
    Seat(2, 12, "李书记", posts=(PostKind.SECRETARY,)),
    Seat(3, 13, "冉记录", posts=(PostKind.RECORDER,), group_id=3),
    Seat(4, 14, "孙预备", has_vote=False),
)
BRANCH = frozenset({11, 12, 13, 14, 15})
ENTRY = Entry(kind=ActivityKind.GENERAL, title="三月支部党员大会", held_on=TODAY)
LEAVE = Absence(11, Presence.LEAVE, LeaveReason.ILLNESS)


def codes(entry: Entry, seats: tuple[Seat, ...] = SEATS) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in faults_of(entry, seats, BRANCH, TODAY)]


def test_who_should_attend_depends_on_the_kind() -> None:
    def ids(kind: ActivityKind, group: int | None = None) -> list[tuple[int, int]]:
        return [(seat.number, seat.id) for seat in seats_for(kind, group, SEATS)]

    assert ids(ActivityKind.GENERAL) == [(1, 11), (2, 12), (3, 13), (4, 14)]
    assert ids(ActivityKind.COMMITTEE) == [(1, 12)]
    assert ids(ActivityKind.GROUP, 3) == [(1, 11), (2, 13)]
    assert ids(ActivityKind.GROUP) == []


def test_everybody_not_marked_was_present() -> None:
    absences = [LEAVE, Absence(14, Presence.ABSENT)]

    found = attendance_of(SEATS, absences)

    assert found == Attendance(
        present=(12, 13), leave=(11,), absent=(14,), voters_present=2, voters_expected=3
    )
    assert found.expected == 4


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"held_on": date(2026, 3, 11)}, ("held_in_the_future", "held_on")),
        ({"starts_at": time(10), "ends_at": time(9)}, ("ends_before_it_starts", "ends_at")),
        ({"starts_at": time(10), "ends_at": time(10)}, ("ends_before_it_starts", "ends_at")),
        ({"group_id": 3}, ("group_not_wanted", "group")),
        ({"kind": ActivityKind.GROUP}, ("group_missing", "group")),
        ({"also_kinds": (ActivityKind.COMMITTEE,)}, ("kinds_do_not_combine", "also_kinds")),
        ({"absences": (Absence(15, Presence.ABSENT),)}, ("not_on_roster", "away")),
        ({"absences": (LEAVE, LEAVE)}, ("marked_twice", "away")),
        ({"absences": (Absence(11, Presence.LEAVE),)}, ("leave_without_reason", "away")),
        ({"absences": (LEAVE,) * 5}, ("more_away_than_on_roster", "away")),
        (
            {"absences": tuple(Absence(seat.id, Presence.ABSENT) for seat in SEATS)},
            ("nobody_present", "away"),
        ),
        ({"chair_id": 99}, ("chair_not_on_roster", "chair")),
        ({"chair_id": 11, "absences": (LEAVE,)}, ("chair_was_away", "chair")),
        ({"recorder_id": 99}, ("recorder_not_on_roster", "recorder")),
        ({"recorder_id": 11, "absences": (LEAVE,)}, ("recorder_was_away", "recorder")),
        (
            {"items": (Item("经费", decisions=(FollowUp("公示", 99, TODAY),)),)},
            ("owner_not_on_roster", "items"),
        ),
        ({"items": (Item("经费", decisions=(FollowUp("公示", 11),)),)}, ("owner_without_date", "items")),
        (
            {"items": (Item("经费", decisions=(FollowUp("公示", None, TODAY),)),)},
            ("owner_without_date", "items"),
        ),
    ],
)
def test_what_is_wrong_with_an_entry(change: dict[str, object], fault: tuple[str, str]) -> None:
    assert codes(replace(ENTRY, **change)) == [fault]


def test_a_sound_entry_has_no_fault() -> None:
    entry = replace(
        ENTRY,
        starts_at=time(9),
        ends_at=time(10, 30),
        also_kinds=(ActivityKind.LECTURE,),
        chair_id=12,
        recorder_id=13,
        absences=(LEAVE, Absence(14, Presence.ABSENT)),
        items=(Item("经费", "逐项说明", (FollowUp("公示账目", 15, date(2026, 4, 1)), FollowUp("同意"))),),
    )

    assert codes(entry) == []
    assert codes(replace(ENTRY, starts_at=time(9))) == []


def test_nobody_to_meet_is_said_before_anything_about_attendance() -> None:
    assert codes(replace(ENTRY, absences=(LEAVE,)), seats=()) == [("roster_is_empty", "kind")]


def test_combining_kinds_is_mutual() -> None:
    assert all(kind in ALSO_KINDS[other] for kind, others in ALSO_KINDS.items() for other in others)


@pytest.mark.parametrize(
    ("entitled", "needed", "votes"), [(30, 15, 16), (31, 16, 16), (1, 1, 1), (2, 1, 2), (0, 0, 1)]
)
def test_general_quorum_is_half_or_more_and_passes_with_over_half_of_those_who_should_attend(
    entitled: int, needed: int, votes: int
) -> None:
    quorum = quorum_for(ActivityKind.GENERAL, entitled, BOOK, TODAY)

    assert quorum is not None
    assert (quorum.needed, quorum.votes) == (needed, votes)
    assert quorum.is_reached_by(needed) is (entitled > 0)
    assert not quorum.is_reached_by(needed - 1)
    assert quorum.citation.article == "第十一条"


@pytest.mark.parametrize(("entitled", "needed"), [(3, 2), (4, 2), (5, 3), (7, 4)])
def test_committee_quorum_is_half_or_more(entitled: int, needed: int) -> None:
    quorum = quorum_for(ActivityKind.COMMITTEE, entitled, BOOK, TODAY)

    assert quorum is not None
    assert (quorum.needed, quorum.votes, quorum.citation.article) == (needed, None, "第十二条")
    assert quorum.is_reached_by(needed)
    assert not quorum.is_reached_by(needed - 1)


def test_other_kinds_take_no_vote() -> None:
    assert quorum_for(ActivityKind.THEME_DAY, 30, BOOK, TODAY) is None
