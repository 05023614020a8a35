"""Two years of organisational life for one branch, as its habits would have it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from activities.choices import ActivityKind, ActivityState, LeaveReason
from orgportal.demo import words

MONTHS = 24
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """What the records of a branch are drawn from."""

    id: int
    form: str
    has_committee: bool
    secretary_id: int
    user_id: int
    is_secretarys: bool  # the account is the secretary's own
    formal: tuple[int, ...]
    probationary: tuple[int, ...]
    committee: tuple[int, ...]
    groups: dict[int, tuple[int, ...]]
    since: date


@dataclass(frozen=True, slots=True)
class Habits:
    """How a branch keeps its records."""

    held: float  # how often a due meeting is held
    says_no: float  # how often a missed one is said to have been missed
    late: float  # how often the entry comes weeks later
    silent_days: int = 0  # nothing recorded for so long


DILIGENT = Habits(held=0.985, says_no=0.9, late=0.03)
USUAL = Habits(held=0.95, says_no=0.7, late=0.12)
PATCHY = Habits(held=0.8, says_no=0.4, late=0.3)


def habits_of(random: Random) -> Habits:
    """Most branches are in order; a few are patchy; about one in twenty has fallen silent."""
    draw = random.random()
    if draw < 0.05:
        return Habits(held=0.85, says_no=0.4, late=0.2, silent_days=random.randint(50, 150))
    if draw < 0.15:
        return PATCHY
    return USUAL if draw < 0.5 else DILIGENT


@dataclass(slots=True)
class Record:
    """One activity and what belongs to it."""

    branch_id: int
    kind: ActivityKind
    state: ActivityState
    title: str
    held_on: date
    recorded_at: datetime
    user_id: int
    is_by_chair: bool = False
    group_id: int | None = None
    also_kinds: list[str] = field(default_factory=list)
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    chair_id: int | None = None
    reason: str = ""
    present: list[int] = field(default_factory=list)
    leave: dict[int, str] = field(default_factory=dict)
    absent: list[int] = field(default_factory=list)
    voters_present: int = 0
    voters_expected: int = 0
    # (topic, decision, owner, due) of each item
    items: list[tuple[str, str, int, date]] = field(default_factory=list)


def first_month(today: date) -> date:
    """The first day of the oldest month the demo has records of."""
    months = today.year * 12 + today.month - 1 - (MONTHS - 1)
    return date(months // 12, months % 12 + 1, 1)


def months_until(today: date) -> list[date]:
    first = first_month(today)
    return [date((m := first.year * 12 + first.month - 1 + n) // 12, m % 12 + 1, 1) for n in range(MONTHS)]


def records_of(branch: BranchFacts, habits: Habits, random: Random, today: date) -> Iterator[Record]:
    """Everything the branch recorded, oldest month first."""
    quiet_from = today - timedelta(days=habits.silent_days) if habits.silent_days else None
    for month in months_until(today):
        for kind, group_id, day in _owed(branch, month, random):
            held_on = month + timedelta(days=day - 1)
            if held_on >= today or held_on < branch.since or (quiet_from and held_on >= quiet_from):
                continue
            record = _record(branch, kind, group_id, held_on, habits, random, today)
            if record:
                yield record


def _owed(branch: BranchFacts, month: date, random: Random) -> Iterator[tuple[ActivityKind, int | None, int]]:
    day = random.randint(3, 9)
    yield ActivityKind.THEME_DAY, None, day
    if branch.has_committee:
        yield ActivityKind.COMMITTEE, None, min(day + random.randint(1, 6), 26)
    for group in branch.groups:
        yield ActivityKind.GROUP, group, random.randint(10, 24)
    if month.month % 3 == branch.id % 3:
        yield ActivityKind.GENERAL, None, random.randint(8, 25)
        if branch.id % 4:
            yield ActivityKind.LECTURE, None, random.randint(5, 26)
    if month.month == 2:
        yield ActivityKind.ORG_LIFE, None, random.randint(5, 26)
        yield ActivityKind.REVIEW, None, random.randint(5, 26)
    if month.month == 6:
        yield ActivityKind.TALK, None, random.randint(5, 26)


TITLES = {
    ActivityKind.COMMITTEE: "支部委员会会议",
    ActivityKind.GROUP: "党小组会",
    ActivityKind.ORG_LIFE: "年度组织生活会",
    ActivityKind.REVIEW: "民主评议党员",
    ActivityKind.TALK: "谈心谈话",
}


def _title(kind: ActivityKind, held_on: date, random: Random) -> str:
    if kind == ActivityKind.THEME_DAY:
        return f"{held_on.month}月主题党日：{random.choice(words.THEMES)}"
    if kind == ActivityKind.GENERAL:
        return f"第{words.NUMERALS[(held_on.month - 1) // 3]}季度支部党员大会"
    if kind == ActivityKind.LECTURE:
        return f"党课：{random.choice(words.TOPICS[:3])}"
    return TITLES[kind]


def _record(  # noqa: PLR0913
    branch: BranchFacts,
    kind: ActivityKind,
    group_id: int | None,
    held_on: date,
    habits: Habits,
    random: Random,
    today: date,
) -> Record | None:
    delay = random.randint(20, 45) if random.random() < habits.late else random.randint(0, 5)
    typed_on = held_on + timedelta(days=delay)
    if typed_on >= today:  # whatever the hour of loading, nothing was typed later than now
        return None
    record = Record(
        branch_id=branch.id,
        kind=kind,
        state=ActivityState.HELD,
        title=_title(kind, held_on, random),
        held_on=held_on,
        recorded_at=datetime.combine(typed_on, time(random.randint(8, 16), random.randint(0, 59)), SHANGHAI),
        user_id=branch.user_id,
        group_id=group_id,
    )
    if random.random() >= habits.held:
        if random.random() >= habits.says_no:
            return None
        record.state = random.choice((ActivityState.DID_NOT_MEET, ActivityState.EXCUSED))
        record.reason = random.choice(("多数党员外出务工", "防汛值班", "会议室维修", "人数不足，顺延"))
        return record
    return _attended(record, branch, random)


def _attended(record: Record, branch: BranchFacts, random: Random) -> Record:
    hour = random.choice((9, 9, 14, 15))
    record.starts_at, record.ends_at = time(hour, 0), time(hour + 1, random.choice((0, 30)))
    record.place, record.chair_id = random.choice(words.PLACES), branch.secretary_id
    record.is_by_chair = branch.is_secretarys
    for member in _should_attend(record, branch):
        draw = random.random()
        if draw < 0.86 or member == branch.secretary_id:
            record.present.append(member)
        elif draw < 0.95:
            record.leave[member] = random.choice(list(LeaveReason)).value
        else:
            record.absent.append(member)
    formal = set(branch.formal)
    everybody = [*record.present, *record.leave, *record.absent]
    record.voters_expected = sum(member in formal for member in everybody)
    record.voters_present = sum(member in formal for member in record.present)
    if record.kind == ActivityKind.GENERAL and branch.id % 4 == 0:
        record.also_kinds = [str(ActivityKind.LECTURE)]
    if record.kind in {ActivityKind.GENERAL, ActivityKind.COMMITTEE}:
        for topic in random.sample(words.TOPICS, 2 if record.kind == ActivityKind.GENERAL else 1):
            owner = random.choice(branch.committee or (branch.secretary_id,))
            due = record.held_on + timedelta(days=random.randint(14, 45))
            record.items.append((topic, random.choice(words.DECISIONS), owner, due))
    return record


def _should_attend(record: Record, branch: BranchFacts) -> tuple[int, ...]:
    if record.kind == ActivityKind.COMMITTEE:
        return branch.committee
    if record.group_id:
        return branch.groups[record.group_id]
    return (*branch.formal, *branch.probationary)
