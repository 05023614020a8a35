"""A year of the register, day by day with the clock as an argument: 6,000 members, 600 moves begun.

The posts of each side act, and members for themselves: papers go forward, come back, are sent again, refused
and withdrawn; memberships are stopped and restored; branches meet, those away are called. Each day every
member stands in exactly one branch and the sum does not change; every transfer that waits too long has a
named owner with an account. The reminder ladder is the provision's, step by step, and each step reaches
exactly who holds the posts that day. What the clocks of lost contact propose equals an oracle that knows
nothing but the raw events. When the year is over two more pass, a night a month, so that the stops of the
year ripen. A kind of event that never happened is a fault like any other.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from drills._year_oracle import BRANCH, COMMITTEE, OVER, Journal, Office, holders

FORWARD = {"submitted": "release", "sent": "approve", "at_receiver": "accept", "returned": "resubmit"}
STUCK, PACE = 0.15, 0.12  # of the transfers never move; the others take about a week a step
RETURN, REFUSE, WITHDRAW, BY_MEMBER = 0.10, 0.06, 0.03, 0.15
STOP, RESTORE, SPEAK = 0.03, 0.03, 0.004
SETTLE_EVERY = 25  # days
AFTER_DAYS, EVERY = 770, 30
WAITING, MEMBER, ESCALATED = (
    "members.transfer_waiting", "members.transfer_waiting_member", "members.transfer_escalated",
)  # fmt: skip
# What a year without which would prove nothing; each has to have happened.
FLOORS = (
    "begun", "begun by a member", "release", "approve", "accept", "return", "resubmit", "refuse", "withdraw",
    "stop", "settled", "restore", "meeting", "contact", "stop proposed", "strike proposed", "escalated",
    "step 0", "step 7", "step 14",
)  # fmt: skip
# Why a move may rightly be put off: the rooms hold it against somebody, and the drill goes on.
PUT_OFF = {"transfer_same_day"}

ONE_BRANCH = """
SELECT count(*), count(*) FILTER (WHERE periods <> 1 OR here <> 1) FROM (
    SELECT m.id, count(p.id) AS periods, count(p.id) FILTER (WHERE p.branch_id = m.branch_id) AS here
    FROM members_member m
    LEFT JOIN members_branchperiod p
        ON p.member_id = m.id AND p.starts_on <= %(day)s AND (p.ends_on IS NULL OR p.ends_on >= %(day)s)
    WHERE m.standing <> 'ended' GROUP BY m.id
) each
"""


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
    rooms: Any
    journal: Journal
    offices: list[Office]
    faults: list[str] = field(default_factory=list)
    ours: dict[int, bool] = field(default_factory=dict)  # transfer -> stuck
    stays: dict[int, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    done: Counter[str] = field(default_factory=Counter)
    due: int = 0  # moves that should have begun by today
    overdue_days: int = 0
    gone: set[int] = field(default_factory=set)

    def fault(self, words: str) -> None:
        if len(self.faults) < 20:
            print(f"FAULT {words}", flush=True)
        self.faults.append(words)

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def one_of(self, users: set[int]) -> int:
        return self.random.choice(sorted(users))

    def in_post(self, body: str, kinds: set[str], day: date) -> set[int]:
        return holders(self.offices, body, kinds, day)


# --- what people do


def begin_moves(year: Year, day: date, at: datetime) -> None:
    """So many new transfers that the year's number comes out; some members start their own."""
    rooms = year.rooms
    own = list(
        rooms.Member.unscoped.filter(user__user_name__startswith="member").values_list("pk", flat=True)
    )
    while len(year.ours) < year.due:
        is_own = year.chance(BY_MEMBER)
        member = rooms.Member.unscoped.get(pk=year.random.choice(own if is_own else rooms.people))
        target = year.random.choice(rooms.branches)
        if member.branch_id == target.pk:
            continue
        user = member.user_id if is_own else year.one_of(year.in_post(member.path, BRANCH, day))
        details = rooms.Details(target, rooms.reason)
        try:
            made = rooms.transfer.start(member, details, at=at, **rooms.acting(user, day))
        except rooms.Refused:
            continue  # a rival, or something stands against it: another member will move
        year.ours[made.pk] = year.chance(STUCK)
        year.done.update(["begun", *(["begun by a member"] if is_own else [])])


def move_on(year: Year, day: date, at: datetime) -> None:
    rooms = year.rooms
    moving = [pk for pk, stuck in year.ours.items() if not stuck]
    for row in rooms.Transfer.unscoped.open().with_parties().filter(pk__in=moving).order_by("pk"):
        if not year.chance(PACE):
            continue
        name, users = _next_move(year, row, day)
        if not users:
            year.fault(f"{day} {row.pk} {row.state}: nobody to {name}")
            continue
        words = rooms.Words(remark="演练", grounds=rooms.grounds if name == "refuse" else "")
        try:
            after = rooms.transfer.move(
                row, name, at=at, words=words, **rooms.acting(year.one_of(users), day)
            )
        except (rooms.Refused, rooms.NotAllowed) as refusal:
            if refusal.code not in PUT_OFF:
                year.fault(f"{day} {row.pk} {row.state} {name}: {refusal.code}")
            continue
        year.done[name] += 1
        if after.state == "accepted":
            year.journal.came(row.member_id, day)


def _next_move(year: Year, row: Any, day: date) -> tuple[str, set[int]]:
    """What happens next and who may do it: mostly the owner's step forward."""
    rooms = year.rooms
    owner = rooms.accounts_of(row, rooms.rules.side_of(row.case), day)
    if year.chance(WITHDRAW):
        return "withdraw", rooms.accounts_of(row, rooms.Side.SOURCE, day)
    if row.state == "at_receiver" and year.chance(REFUSE):
        return "refuse", owner
    may_return = row.state in {"sent", "at_receiver"} or (row.state == "submitted" and row.case.is_by_member)
    if may_return and year.chance(RETURN):
        return "return", owner
    return FORWARD[row.state], owner


def meet(year: Year, day: date, at: datetime) -> None:
    """Four branches of five see their members once a month; some of those away are spoken to."""
    for branch, people in year.rooms.roster().items():
        if branch % 28 + 1 == day.day and year.chance(0.8):
            came = [pk for pk in people if pk % 37]
            # The door activities uses when a meeting is recorded.
            year.rooms.seen.note_attendance(came, day, f"drill:{day.toordinal()}")
            year.journal.saw(came, day)
            year.done["meeting"] += 1
    for member in year.rooms.away():
        if not year.chance(SPEAK):
            continue
        users = year.in_post(member.path, BRANCH, day) - {member.user_id}
        if users:
            year.rooms.call(member, year.one_of(users), day, at)
            year.journal.saw([member.pk], day)
            year.done["contact"] += 1


def decide(year: Year, day: date, at: datetime) -> None:
    """Meetings stop some of the lost and somebody abroad; committees restore some of the stopped."""
    rooms = year.rooms
    free = rooms.Member.unscoped.exclude(transfers__state__in=list(FORWARD)).order_by("pk")
    free = free.exclude(standing_changes__state__in=["proposed", "coming"]).exclude(cases__state="open")
    lost = list(free.filter(proposals__state="open", proposals__kind="stop"))
    abroad = list(free.filter(mobile_state="abroad", standing="formal", proposals=None)[:1])
    for member in lost:
        if year.chance(STOP):
            _decide(year, member, "stop", BRANCH, day, at, "lost")
    for member in abroad:
        if day.toordinal() % SETTLE_EVERY == 0:
            _decide(year, member, "stop", BRANCH, day, at, "settled")
    for member in free.filter(standing="suspended", standing_changes__kind="stop").distinct():
        if member.pk not in year.gone and year.chance(RESTORE):
            _decide(year, member, "restore", COMMITTEE, day, at)


def _decide(  # noqa: PLR0913  what, about whom, by whom, when, why
    year: Year, member: Any, kind: str, kinds: set[str], day: date, at: datetime, ground: str = ""
) -> None:
    body = member.path if kind == "stop" else _committee(year, member.path)
    users = year.in_post(body, kinds, day) - {member.user_id}
    if not users:
        return
    try:
        is_done = year.rooms.decide(member, kind, year.one_of(users), day, at, ground)
    except (year.rooms.Refused, year.rooms.NotAllowed) as refusal:
        if refusal.code != "ends_too_early":  # stopped and restored on the same day, or in a post since today
            year.fault(f"{day}: {kind} of {member.pk}: {refusal.code}")
        return
    if not is_done:
        year.fault(f"{day}: {kind} of {member.pk} did not take effect")
        return
    restored = "formal" if member.confirmed_on else "probationary"
    year.journal.stands(member.pk, day, "suspended" if kind == "stop" else restored, ground)
    if ground == "lost" and year.done["stop"] % 2 == 0:
        year.gone.add(member.pk)  # one in two is never found
    year.done["settled" if ground == "settled" else kind] += 1


def _committee(year: Year, path: str) -> str:
    kinds = ["committee", "work_committee"]
    above = year.rooms.Organization.unscoped.filter(kind__in=kinds).values_list("path", flat=True)
    return max((each for each in above if path.startswith(each)), key=len)


# --- what has to be so


def check_branches(year: Year, day: date, total: int) -> None:
    with year.rooms.connection.cursor() as cursor:
        cursor.execute(ONE_BRANCH, {"day": day})
        count, wrong = cursor.fetchone()
    if wrong or count != total:
        year.fault(f"{day}: {count} members of {total}, {wrong} not in exactly one branch")


def check_owners(year: Year, day: date) -> None:
    """The evening's open transfers: who owns each, and how long it has been where it is."""
    rooms = year.rooms
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


def check_recipients(year: Year, day: date, at: datetime) -> None:
    """What was planned tonight reaches exactly those who hold the posts tonight."""
    rooms = year.rooms
    rows = rooms.Reminder.objects.filter(rule__in=[WAITING, MEMBER, ESCALATED])
    fresh: defaultdict[tuple[str, int, str, date], set[int]] = defaultdict(set)
    names = ("rule", "step", "subject", "due_on", "recipient")
    for *one, user in rows.filter(recorded_at=at).values_list(*names):
        fresh[tuple(one)].add(user)
    for (rule, step, subject, due_on), told in fresh.items():
        row = rooms.Transfer.unscoped.with_parties().get(pk=int(subject.rpartition(":")[2]))
        if row.is_outside:
            continue  # the paper way is walked by another drill
        asked = rows.filter(rule=rule, step=step, subject=subject, due_on=due_on)
        ever = set(asked.values_list("recipient", flat=True))
        expected = _recipients(year, row, rule, day)
        # Told on an earlier night and out of office since: that was right then.
        if not (told <= expected <= ever):
            year.fault(
                f"{day}: {rule} step {step} of transfer {row.pk} to {sorted(told)}, posts {sorted(expected)}"
            )
        year.done[f"step {step}"] += 1
        year.done["escalated"] += rule == ESCALATED


def _recipients(year: Year, row: Any, rule: str, day: date) -> set[int]:
    source, target = row.source.path, row.target.path if row.target else ""
    is_own = row.state == "returned" and row.case.is_by_member and not row.case.was_sent
    if is_own and rule == MEMBER:
        return {row.member.user_id}
    if row.state == "sent":
        body, kinds = _committee(year, source), COMMITTEE
    else:
        body, kinds = (target if row.state == "at_receiver" else source), BRANCH
    own = {row.member.user_id} if is_own else year.in_post(body, kinds, day)
    if rule != ESCALATED:
        return own
    return year.in_post(year.rooms.parent_of(body), OVER, day) - own


def check_ladder(year: Year) -> int:
    """The steps planned over the year against the provision's three, wait by wait."""
    rooms = year.rooms
    planned: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    rows = rooms.Reminder.objects.filter(rule__in=[WAITING, MEMBER], subject__startswith="members.transfer:")
    for subject, due_on, step in rows.values_list("subject", "due_on", "step").distinct():
        planned[int(subject.rpartition(":")[2]), due_on].add(step)
    checked = 0
    for pk, stays in year.stays.items():
        for stay in stays:
            due = stay.since + timedelta(days=rooms.step_days)
            reached = {
                step for step in rooms.ladder
                if due + timedelta(days=step) - timedelta(days=1) <= stay.last_evening
            }  # fmt: skip
            # Two waits that began on the same day share their due day: the longer one says all its steps.
            alike = [each for each in stays if each.since == stay.since]
            if stay is max(alike, key=lambda each: each.last_evening) and planned[pk, due] != reached:
                year.fault(f"transfer {pk} {stay}: {sorted(planned[pk, due])}, provision {sorted(reached)}")
            checked += 1
    return checked


def check_proposals(year: Year, day: date) -> None:
    expected = year.journal.due(day)
    rows = year.rooms.ContactProposal.unscoped.open()
    found = set(rows.values_list("member_id", "kind", "counts_from"))
    for kind in ("stop", "strike"):
        held = sum(each[1] == kind for each in found)
        year.done[f"{kind} proposed"] = max(year.done[f"{kind} proposed"], held)
    if found != expected:
        apart = sorted(found ^ expected)
        year.fault(f"{day}: {len(apart)} proposals differ, found {sorted(found - expected)[:3]}, "
                   f"due {sorted(expected - found)[:3]}")  # fmt: skip


def check_floors(year: Year) -> None:
    for name in FLOORS:
        if not year.done[name]:
            year.fault(f"never happened: {name}")


# --- the year


def one_day(year: Year, day: date, at: datetime, total: int) -> None:
    year.rooms.forget()
    year.offices = year.rooms.offices()
    for act in (begin_moves, move_on, meet, decide):
        act(year, day, at)
    year.offices = year.rooms.offices()  # a stop ends posts
    year.rooms.clocks(day, at)
    check_branches(year, day, total)
    check_owners(year, day)
    check_recipients(year, day, at)


def two_more(year: Year, last: date, clock: Callable[[date], datetime]) -> None:
    """Nobody meets any more: everybody is lost in the end, and who was stopped as lost is struck off."""
    for more in range(EVERY, AFTER_DAYS + EVERY, EVERY):
        day = last + timedelta(days=more)
        year.rooms.propose(day, clock(day))
        check_proposals(year, day)


def rooms_of() -> Any:
    """What the drill calls, imported once Django stands."""
    from drills import _year_rooms  # noqa: PLC0415

    return _year_rooms.Rooms()


def main(members: int = 6000, moves: int = 600, days: int = 365) -> int:
    import django  # noqa: PLC0415

    django.setup()
    rooms = rooms_of()

    def clock(day: date) -> datetime:
        made: datetime = rooms.timezone.make_aware(datetime.combine(day, time(10)))
        return made

    began = rooms.timezone.now()
    rooms.load(began, members, max(12, members // 100))
    first = rooms.timezone.localdate(began)
    year = Year(Random(7), rooms, rooms.journal(), rooms.offices())  # noqa: S311  a simulation
    total = len(year.journal.lives)
    for number in range(1, days + 1):
        year.due = moves * number // days
        day = first + timedelta(days=number)
        one_day(year, day, clock(day), total)
        if number % 7 == 0 or number == days:
            check_proposals(year, day)
        if number % 30 == 0:
            print(f"day {number}: {len(year.ours)} moves begun, faults {len(year.faults)}", flush=True)
    stays = check_ladder(year)
    two_more(year, first + timedelta(days=days), clock)
    check_floors(year)
    print(f"states at the end: {rooms.states_of(year.ours)}")
    print("happened: " + ", ".join(f"{name} {year.done[name]}" for name in FLOORS))
    print(
        f"{stays} waits held against the reminder ladder, {year.overdue_days} overdue days each with an owner"
    )
    print(f"member year: {total} members, {len(year.ours)} moves, {days} days, faults {len(year.faults)}")
    return 1 if year.faults else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:4])))
