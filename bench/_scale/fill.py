"""Fills an empty, migrated database with an installation of the size asked for, and says what it took.

Bodies, accounts and members arrive by COPY as they are made; what follows from them (periods, transfers, a
year of records and duties) is made inside the database, set by set. Memory does not grow with the members.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from activities.provisions import PROVISIONS, RECORD_GRACE
from activities.rules.duties import calendar_on, days_since
from bench._scale import copying, people, proof
from bench._scale.bare import Keys, run
from bench._scale.people import SEATED, Bases, Register
from bench._scale.shape import Body, Shape, shape
from branches.choices import Kind, PostKind, Sector
from branches.queries import rulebook_for
from branches.rules import posts_expected
from orgportal.core import audit
from orgportal.core.models import LocalProvision
from orgportal.core.names import place_initials, place_key

SQL = Path(__file__).parent / "sql"
STEPS = ("2_history", "3_slots", "4_activities", "5_around")
FOUNDING = date(1921, 7, 23)
BARE = (
    "members_member", "members_branchperiod", "members_standingperiod", "members_post", "members_transfer",
    "members_transferstep", "members_mobilespell", "members_contact", "members_lastseen",
    "activities_activity", "activities_duty", "activities_attendanceexception", "activities_agendaitem",
    "activities_decision", "activities_participation", "activities_pledge",
)  # fmt: skip
# What no later step reads or writes.
FULL_AFTER = {
    "2_history": (
        "members_branchperiod", "members_standingperiod", "members_transfer", "members_transferstep",
        "members_mobilespell", "members_contact",
    ),
    "3_slots": ("members_member", "members_post"),
}  # fmt: skip
BODY = (
    "id", "parent_id", "path", "code", "name", "short_name", "name_key", "initials", "kind", "form", "sector",
    "phone", "address", "established_on", "has_committee", "version",
)  # fmt: skip
USER = (
    "id", "user_name", "password", "display_name", "email", "desk", "is_active", "must_change_password",
    "session_epoch", "language", "elder_mode", "is_demo", "created_at", "version",
)  # fmt: skip
POST = ("member_id", "organization_id", "kind", "term_id", "starts_on", "basis", "recorded_at")
BRANCH = (
    "number", "id", "path", "form", "sector", "has_committee", "established_on", "size",
    "secretary_id", "user_id",
)  # fmt: skip
CALENDAR = (
    "number", "rule", "kind", "per_group", "needs_committee", "forms", "sectors", "starts_on", "ends_on",
)  # fmt: skip
# Who oversees at each level, with an account; at least so many at each.
OVERSEERS = {
    "province": PostKind.OFFICER, "city": PostKind.OFFICER, "district": PostKind.OFFICER,
    "township": PostKind.ORGANISER, "general": PostKind.SECRETARY,
}  # fmt: skip
AT_EACH_LEVEL = 3
# The first seat nobody holds a post of the branch from.
FREE = 4


@dataclass(slots=True)
class Filled:
    """Rows by table and seconds by part."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def part(self, name: str, work: Callable[[], object]) -> None:
        began = monotonic()
        work()
        self.seconds[name] = round(monotonic() - began, 1)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


@dataclass(frozen=True, slots=True)
class Site:
    """What every step needs to know."""

    shape: Shape
    bases: Bases
    seed: int
    at: datetime
    officers: dict[int, list[tuple[Body, int]]]  # by the place of the body above: (branch, seat)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @property
    def since(self) -> date:
        """A year of whole months before the running one."""
        this = self.today.replace(day=1)
        return this.replace(year=this.year - 1)

    @property
    def began(self) -> datetime:
        """When the register was taken over: before the first day that is known."""
        return timezone.make_aware(datetime.combine(self.since, time(0, 1)))

    def body(self, body: Body) -> int:
        return self.bases.body + body.place

    def member(self, branch: Body, seat: int) -> int:
        return self.bases.member + self.shape.place_of(branch, seat)


def fill(branches: int, members: int, *, seed: int, at: datetime, hands: int = 2) -> Filled:
    """An installation of that size in an empty database; every key and trigger holds afterwards."""
    run("SET statement_timeout = 0", "SET lock_timeout = 0", "SET work_mem = '128MB'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM branches_organization)")
        if cursor.fetchone()[0]:
            raise SystemExit("the database is not empty")
    filled = Filled()
    site = _site(branches, members, seed, at)
    with Keys(BARE, hands) as keys:
        filled.part("keys dropped", keys.take_off)
        filled.part("bodies and accounts", lambda: _bodies(site))
        filled.part("members", lambda: _members(site))
        filled.part("offices", lambda: _offices(site))
        for step in STEPS:
            filled.part(step[2:], partial(_step, site, step))
            keys.make_soon(*FULL_AFTER.get(step, ()))
        filled.part("keys made again", keys.make_all)
    filled.part("statistics", lambda: run("ANALYZE"))
    filled.part("proof", proof.demand)
    filled.rows = proof.counts(BARE)
    audit.record(actor=None, action="demo.loaded", target=None, at=at, changes=filled.rows)
    return filled


def _site(branches: int, members: int, seed: int, at: datetime) -> Site:
    made = shape(branches, members, seed, timezone.localdate(at))
    officers = _officers(made, Random(seed))  # noqa: S311
    groups = copying.take_ids("branches_partygroup", sum(branch.groups for branch in made.branches))
    first = accumulate((branch.groups for branch in made.branches), initial=groups)
    bases = Bases(
        member=copying.take_ids("members_member", members),
        body=copying.take_ids("branches_organization", len(made.bodies)),
        user=copying.take_ids("core_user", branches + sum(map(len, officers.values()))),
        groups=list(first),
    )
    return Site(made, bases, seed, at, officers)


def _officers(made: Shape, random: Random) -> dict[int, list[tuple[Body, int]]]:
    """For each body above branches, members of branches below it without a post of their own."""
    bodies = [body for body in made.bodies if body.kind != Kind.BRANCH]
    at_level = Counter(body.level for body in bodies)
    found: dict[int, list[tuple[Body, int]]] = {}
    taken: set[int] = set()
    for body in bodies:
        below = [one for one in made.branches if one.path.startswith(body.path) and one.size >= SEATED]
        free = [one for one in below if one.place not in taken]
        # A body has one secretary, but may have several officers.
        is_single = OVERSEERS[body.level] == PostKind.SECRETARY
        many = 1 if is_single else -(-AT_EACH_LEVEL // at_level[body.level])
        found[body.place] = [(one, SEATED - 1) for one in random.sample(free, min(many, len(free)))]
        taken.update(one.place for one, _seat in found[body.place])
    return found


# --- bodies, accounts, local rules


def _bodies(site: Site) -> None:
    copying.rows("branches_organization", BODY, (_body(site, body) for body in site.shape.bodies))
    groups = [(branch, number) for branch in site.shape.branches for number in range(branch.groups)]
    copying.rows(
        "branches_partygroup",
        ("id", "branch_id", "name", "founded_on", "version"),
        (
            (
                site.bases.groups[0] + place,
                site.body(branch),
                f"第{number + 1}党小组",
                branch.established_on,
                1,
            )
            for place, (branch, number) in enumerate(groups)
        ),
    )
    copying.rows("core_user", USER, _users(site))
    run(
        'INSERT INTO branches_organizationevent (organization_id, kind, "on", basis, before, after,'
        " recorded_at) SELECT id, 'created', established_on, '', '{}', '{}', now() FROM branches_organization"
    )
    LocalProvision.objects.create(
        key="duty.taken_over_on", path=site.shape.bodies[0].path, value=site.since.isoformat(),
        instrument="演示数据", valid_from=FOUNDING, recorded_at=site.began,
    )  # fmt: skip


def _body(site: Site, body: Body) -> tuple[Any, ...]:
    return (
        site.body(body), None if body.parent is None else site.bases.body + body.parent, body.path,
        f"S{body.place:07d}", body.name, body.name, place_key(body.name), place_initials(body.name),
        str(body.kind), str(body.form), str(body.sector), "", "", body.established_on, body.has_committee, 1,
    )  # fmt: skip


def _users(site: Site) -> Iterator[tuple[Any, ...]]:
    """Secretaries of branches, then overseers: nobody signs in by password."""
    names = [f"branch-{number + 1}" for number in range(len(site.shape.branches))]
    names += [f"{body.level}-{body.place}-{place + 1}" for body, place, _seat in _overseers(site)]
    secret = make_password(None)
    for place, name in enumerate(names):
        yield (
            site.bases.user + place, name, secret, name, "", "", True, False, 0, "zh-hans", False, True,
            site.began, 1,
        )  # fmt: skip


def _overseers(site: Site) -> Iterator[tuple[Body, int, tuple[Body, int]]]:
    for body in site.shape.bodies:
        for place, seat in enumerate(site.officers.get(body.place, ())):
            yield body, place, seat


# --- members and offices


def _members(site: Site) -> None:
    first = site.bases.user + len(site.shape.branches)
    accounts = {
        site.shape.place_of(*seat): first + place for place, (_body, _n, seat) in enumerate(_overseers(site))
    }
    register = Register(site.shape, site.bases, accounts, site.seed, site.today, site.began)
    copying.stream("members_member", people.COLUMNS, people.lines(register))


def _offices(site: Site) -> None:
    random = Random(site.seed + 1)  # noqa: S311
    first = copying.take_ids("members_term", len(site.shape.bodies))
    terms = {body.place: (first + body.place, *_term(body, random, site.today)) for body in site.shape.bodies}
    copying.rows(
        "members_term",
        ("id", "organization_id", "starts_on", "due_on", "extension_basis", "recorded_at", "version"),
        (
            (pk, site.bases.body + place, starts_on, due_on, "", site.began, 1)
            for place, (pk, starts_on, due_on) in terms.items()
        ),
    )
    copying.rows("members_post", POST, _posts(site, terms, random))


def _term(body: Body, random: Random, today: date) -> tuple[date, date]:
    """Most run; about one in twelve is overdue, one in eight ends within half a year."""
    years = 5 if body.kind != Kind.BRANCH or body.sector in {Sector.VILLAGE, Sector.COMMUNITY} else 3
    luck = random.random()
    left = random.randint(-400, -20) if luck < 0.08 else random.randint(5, 180) if luck < 0.2 else None
    due_on = today + timedelta(days=random.randint(200, years * 365 - 450) if left is None else left)
    return due_on - timedelta(days=years * 365 + 1), due_on


def _posts(site: Site, terms: dict[int, tuple[int, date, date]], random: Random) -> Iterator[tuple[Any, ...]]:
    def post(body: Body, member: int, kind: PostKind) -> tuple[Any, ...]:
        term, starts_on, _due_on = terms[body.place]
        return member, site.body(body), str(kind), term, starts_on, "选举", site.began

    for branch in site.shape.branches:
        kinds = posts_expected(branch.kind, has_committee=branch.has_committee)
        for seat, kind in enumerate(kinds):
            # One branch in forty has no secretary in office.
            if kind != PostKind.SECRETARY or random.random() >= 0.025:
                yield post(branch, site.member(branch, seat), kind)
    for body, place, seat in _overseers(site):
        if place == 0 and body.level != "general":
            below = next(
                one for one in site.shape.branches if one.path.startswith(body.path) and one.size > FREE
            )
            yield post(body, site.member(below, FREE), PostKind.SECRETARY)
        yield post(body, site.member(*seat), OVERSEERS[body.level])


# --- set by set


def _step(site: Site, name: str) -> None:
    params = {
        "seed": site.seed, "at": site.at, "on": site.today, "since": site.since, "began": site.began,
        "time_zone": settings.TIME_ZONE, "branches": len(site.shape.branches),
        "officer": site.bases.user, "grace": RECORD_GRACE.on(site.today).value, "first_activity": 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        if name == STEPS[0]:
            cursor.execute((SQL / "1_helpers.sql").read_text(encoding="utf-8"), params)
            copying.rows("scale_branch", BRANCH, _branch_lines(site))
            copying.rows("scale_calendar", CALENDAR, list(_calendar(site)))
        if name == "4_activities":
            cursor.execute("SELECT count(*) FROM scale_slot")
            params["first_activity"] = copying.take_ids("activities_activity", cursor.fetchone()[0]) - 1
        cursor.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), params)


def _branch_lines(site: Site) -> Iterator[tuple[Any, ...]]:
    for number, branch in enumerate(site.shape.branches):
        yield (
            number, site.body(branch), branch.path, str(branch.form), str(branch.sector),
            branch.has_committee, branch.established_on, branch.size, site.member(branch, 0),
            site.bases.user + number,
        )  # fmt: skip


def _calendar(site: Site) -> Iterator[tuple[Any, ...]]:
    """Every rule with every period of the year, as the portal's own calendar has it."""
    book = rulebook_for(site.shape.bodies[0].path, PROVISIONS, site.today)
    found = {line: None for day in days_since(site.since, site.today) for line in calendar_on(book, day)}
    for number, (rule, period) in enumerate(found):
        yield (
            number, rule.key, str(rule.answered_by), rule.per_group, rule.needs_committee,
            sorted(map(str, rule.forms)), sorted(map(str, rule.sectors)), period.starts_on, period.ends_on,
        )  # fmt: skip
