"""A year of the register, day by day with the clock as an argument: 6,000 members, 600 moves begun.

Every day: each member stands in exactly one branch and the sum does not change; every transfer that waits too
long has a named owner with an account; the reminder ladder is the provision's, step by step; and what the
out-of-contact clocks propose equals an oracle that knows nothing but the raw events.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

SIX_MONTHS, TWO_YEARS = 6, 24  # 中国共产党党员教育管理工作条例 第二十四条
NEXT = {"submitted": "release", "sent": "approve", "at_receiver": "accept"}
STUCK, PACE = 0.15, 0.12  # of the transfers never move; the others take about a week a step
WAITING, ESCALATED = "members.transfer_waiting", "members.transfer_escalated"

ONE_BRANCH = """
SELECT count(*), count(*) FILTER (WHERE periods <> 1 OR here <> 1) FROM (
    SELECT m.id, count(p.id) AS periods, count(p.id) FILTER (WHERE p.branch_id = m.branch_id) AS here
    FROM members_member m
    LEFT JOIN members_branchperiod p
        ON p.member_id = m.id AND p.starts_on <= %(day)s AND (p.ends_on IS NULL OR p.ends_on >= %(day)s)
    WHERE m.standing <> 'ended' GROUP BY m.id
) each
"""


def months_later(day: date, months: int) -> date:
    """The same day so many months on, the last of the month where there is none (the oracle's own)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass
class Stay:
    """One transfer in one state: from the evening of one day to that of another."""

    state: str
    since: date
    version: int
    last_evening: date


@dataclass
class Year:
    random: Random
    officer: Any
    faults: list[str] = field(default_factory=list)
    seen: dict[int, date] = field(default_factory=dict)
    standing: dict[int, tuple[str, date]] = field(default_factory=dict)
    ours: dict[int, bool] = field(default_factory=dict)  # transfer -> stuck
    stays: dict[int, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    due: int = 0  # moves that should have begun by today
    proposals: int = 0
    overdue_days: int = 0

    def fault(self, words: str) -> None:
        if len(self.faults) < 20:
            print(f"FAULT {words}", flush=True)
        self.faults.append(words)


def begin_moves(year: Year, day: date, at: datetime, rooms: Any) -> None:
    """So many new transfers that the year's number comes out."""
    scope = rooms.scope_for(year.officer, day)
    while len(year.ours) < year.due:
        pk = year.random.choice(rooms.people)
        target = year.random.choice(rooms.branches)
        member = rooms.Member.unscoped.get(pk=pk)
        if member.branch_id == target.pk:
            continue
        try:
            made = rooms.transfer.start(
                member, rooms.Details(target, rooms.reason), actor=year.officer, scope=scope, at=at
            )
        except rooms.Refused:
            continue  # a rival: another member will move
        year.ours[made.pk] = year.random.random() < STUCK


def move_on(year: Year, day: date, at: datetime, rooms: Any) -> None:
    scope = rooms.scope_for(year.officer, day)
    rows = rooms.Transfer.unscoped.open().filter(pk__in=[pk for pk, stuck in year.ours.items() if not stuck])
    for row in rows.order_by("pk"):
        if year.random.random() < PACE:
            try:
                rooms.transfer.move(row, NEXT[row.state], actor=year.officer, scope=scope, at=at)
            except rooms.Refused as refusal:
                if refusal.code != "transfer_same_day":
                    year.fault(f"{day} {row.pk} {row.state}: {refusal.code}")


def meet(year: Year, day: date, rooms: Any) -> None:
    """Four branches of five see their members once a month; some of those away are spoken to."""
    place = day.day
    for branch, people in rooms.roster().items():
        if branch % 28 + 1 == place and year.random.random() < 0.8:
            came = [pk for pk in people if pk % 37]
            rooms.seen.note(came, rooms.SeenSource.ATTENDANCE, day, f"drill:{day}")
            year.seen.update(dict.fromkeys(came, day))
    away = rooms.away()
    spoken = [pk for pk in away if year.random.random() < 0.004]
    rooms.seen.note(spoken, rooms.SeenSource.CONTACT, day, f"drill:{day}")
    year.seen.update(dict.fromkeys(spoken, day))


def check_branches(year: Year, day: date, total: int, rooms: Any) -> None:
    with rooms.connection.cursor() as cursor:
        cursor.execute(ONE_BRANCH, {"day": day})
        count, wrong = cursor.fetchone()
    if wrong or count != total:
        year.fault(f"{day}: {count} members of {total}, {wrong} not in exactly one branch")


def check_owners(year: Year, day: date, rooms: Any) -> None:
    """The evening's open transfers: who owns each, and how long it has been where it is."""
    for row in rooms.Transfer.unscoped.open().with_parties().filter(pk__in=year.ours):
        since = rooms.timezone.localdate(row.state_since)
        stays = year.stays[row.pk]
        if stays and stays[-1].version == row.version:
            stays[-1].last_evening = day
        else:
            stays.append(Stay(row.state, since, row.version, day))
        if (day - since).days > rooms.step_days:
            year.overdue_days += 1
            side = rooms.rules.side_of(row.case)
            if side is None or not rooms.accounts_of(row, side, day):
                year.fault(f"{day}: transfer {row.pk} waits and nobody owns it")


def check_ladder(year: Year, rooms: Any) -> int:
    """The rows planned over the year against the provision's three steps, transfer by transfer."""
    planned: dict[tuple[int, date], dict[int, dict[str, set[int]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    rows = rooms.Reminder.objects.filter(
        rule__in=[WAITING, ESCALATED], subject__startswith="members.transfer:"
    )
    for rule, subject, due_on, step, to in rows.values_list("rule", "subject", "due_on", "step", "recipient"):
        planned[int(subject.rpartition(":")[2]), due_on][step][rule].add(to)
    checked = 0
    for pk, stays in year.stays.items():
        for stay in stays:
            due = stay.since + timedelta(days=rooms.step_days)
            reached = {
                step for step in rooms.ladder
                if due + timedelta(days=step) - timedelta(days=1) <= stay.last_evening
            }  # fmt: skip
            found = planned.get((pk, due), {})
            said = {step for step, kinds in found.items() if WAITING in kinds}
            if said != reached:
                year.fault(f"transfer {pk} {stay}: steps {sorted(said)}, provision {sorted(reached)}")
            top = rooms.ladder[-1]
            # Where a branch has nobody with an account, the level above is who is asked from the first day.
            told = found[top][ESCALATED] | found[top][WAITING] if top in reached else set()
            if top in reached and not rooms.any_above(told, pk, stay.state):
                year.fault(f"transfer {pk} {stay}: the level above was not told")
            checked += 1
    return checked


def check_proposals(year: Year, day: date, rooms: Any) -> None:
    expected = set()
    for pk, (standing, since) in year.standing.items():
        last = year.seen.get(pk)
        if standing in {"formal", "probationary"} and last and months_later(last, SIX_MONTHS) <= day:
            expected.add((pk, "stop"))
        if (
            standing == "suspended"
            and (last is None or last < since)
            and months_later(since, TWO_YEARS) <= day
        ):
            expected.add((pk, "strike"))
    found = set(rooms.ContactProposal.unscoped.open().values_list("member_id", "kind"))
    year.proposals = max(year.proposals, len(found))
    if found != expected:
        year.fault(f"{day}: proposals differ: {sorted(found ^ expected)[:5]}")


def rooms_of() -> Any:
    """What the drill calls, imported once Django stands."""
    from drills import _year_rooms  # noqa: PLC0415

    return _year_rooms.Rooms()


def main(members: int = 6000, moves: int = 600, days: int = 365) -> int:
    import django  # noqa: PLC0415

    django.setup()
    rooms = rooms_of()
    began = rooms.timezone.now()
    rooms.load(began, members)
    first = rooms.timezone.localdate(began)
    year = Year(Random(7), rooms.officer())  # noqa: S311  a simulation
    year.seen, year.standing = rooms.first_sightings(), rooms.standings()
    total = len(year.standing)
    for number in range(1, days + 1):
        year.due = moves * number // days
        day = first + timedelta(days=number)
        at = rooms.timezone.make_aware(datetime.combine(day, time(10)))
        begin_moves(year, day, at, rooms)
        move_on(year, day, at, rooms)
        meet(year, day, rooms)
        rooms.clocks(day, at)
        check_branches(year, day, total, rooms)
        check_owners(year, day, rooms)
        if number % 7 == 0 or number == days:
            check_proposals(year, day, rooms)
        if number % 30 == 0:
            print(f"day {number}: {len(year.ours)} moves begun, faults {len(year.faults)}", flush=True)
    stays = check_ladder(year, rooms)
    states = rooms.states_of(year.ours)
    print(f"states at the end: {states}; out-of-contact proposals at most {year.proposals} at once")
    print(
        f"{stays} waits held against the reminder ladder, {year.overdue_days} overdue days each with an owner"
    )
    print(f"member year: {total} members, {len(year.ours)} moves, {days} days, faults {len(year.faults)}")
    return 1 if year.faults else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:4])))
