"""A year of moves through the rooms' own doors; what each of them means is written into the journal."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from branches.choices import PostKind
from branches.models import Organization
from drills._as_of_journal import DAY, Journal
from members.models import Member, MobileSpell, Post
from members.queries import scope_for
from members.workflows import mobile
from members.workflows import posts as offices
from members.workflows.mobile import Away
from members.workflows.posts import PostOrder
from members.workflows.transfer import Details, move, start
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Grant, Scope

RIGHTS = frozenset({
    "member.view", "member.edit", "standing.decide", "mobile.edit", "member.merge", "branch.move",
    "branch.accept_member", "committee.accept_member", "committee.release_member", "post.edit",
    "transfer.start", "branch.release_member", "branch.dissolve", "branch.edit",
})  # fmt: skip
WIDE = Scope(grants=(Grant("", RIGHTS),))
TRIES = 40
PLACES = ("辽宁省大连市", "四川省成都市", "广东省深圳市", "浙江省杭州市")


@dataclass(frozen=True, slots=True)
class Moment:
    """The day of a move, as a day and as the moment the rooms are told."""

    day: date

    @property
    def at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 2, tzinfo=UTC)


@dataclass
class Play:
    """Moves in the order of their days; what a room refuses did not happen."""

    random: Random
    journal: Journal
    officer: User
    today: date
    done: Counter[str] = field(default_factory=Counter)
    pool: list[int] = field(default_factory=list)
    stays: dict[int, Any] = field(default_factory=dict)  # who is away, with the stay that runs
    later: list[tuple[date, Callable[[Moment], None]]] = field(default_factory=list)

    def kinds(self) -> list[Callable[[Moment], str]]:
        return [
            self.transfer, self.transfer, self.go_away, self.go_away, self.come_back, self.annul,
            self.give_post, self.end_post,
        ]  # fmt: skip

    def run(self, moves: int, year: int) -> None:
        rows = Member.unscoped.filter(user=None, posts=None, transfers=None, standing_changes=None)
        self.pool = list(rows.filter(cases=None, inflows=None).order_by("pk").values_list("pk", flat=True))
        self.stays = {spell.member_id: spell for spell in MobileSpell.unscoped.running().order_by("pk")}
        kinds = self.kinds()
        ages = sorted((self.random.randint(1, year) for _ in range(moves)), reverse=True)
        for number, days_ago in enumerate(ages):
            now = Moment(self.today - timedelta(days=days_ago))
            self.catch_up(now.day)
            try:
                # The first round plays every kind, so that each of them has its time.
                act = kinds[number % len(kinds)] if number % 2 else self.random.choice(kinds)
                name = act(now)
            except Refused:
                continue
            if name:
                self.done[name] += 1
        self.catch_up(self.today - DAY)

    def catch_up(self, day: date) -> None:
        """What was put off until a day is done on it."""
        while due := [each for each in self.later if each[0] <= day]:
            first = min(due, key=lambda each: each[0])
            self.later.remove(first)
            try:
                first[1](Moment(first[0]))
            except Refused:
                continue

    def put_off(self, now: Moment, most: int, act: Callable[[Moment], None]) -> None:
        self.later.append((now.day + timedelta(days=self.random.randint(0, most)), act))

    # --- within the register

    def transfer(self, now: Moment) -> str:
        member = Member.unscoped.select_related("branch").get(pk=self.random.choice(self.pool))
        beside = Organization.unscoped.current().branches().filter(parent=member.branch.parent_id)
        target = self.random.choice(list(beside.order_by("pk")))
        leaders = [self.secretary(body, now.day) for body in (member.branch, target)]
        if None in leaders:
            return ""
        paper = start(
            member, Details(target, "job", "工作调动", now.day), actor=leaders[0],  # type: ignore[arg-type]
            scope=scope_for(leaders[0], now.day), at=now.at,
        )  # fmt: skip
        move(paper, "accept", actor=leaders[1], scope=scope_for(leaders[1], now.day), at=now.at)
        self.moved(member.pk, member.branch_id, target.pk, now)
        return "transfers"

    def moved(self, member: int, source: int, target: int, now: Moment) -> None:
        self.journal.begin(member, now.day, "branch", target, now.day)
        self.stay_over(member, now.day - DAY, now.day)
        self.posts_over(member, now.day - DAY, now.day, body=source)

    # --- stays away

    def go_away(self, now: Moment) -> str:
        """Registered up to three weeks after they left."""
        member = self.one({"formal", "probationary"}, lambda row: row.pk not in self.stays)
        since = now.day - timedelta(days=self.random.randint(0, 21))
        self.send_away(member, since, now)
        return "stays away"

    def send_away(self, member: Member, since: date, now: Moment) -> None:
        is_abroad = self.random.random() < 0.2
        place = "日本" if is_abroad else self.random.choice(PLACES)
        away = Away(is_abroad=is_abroad, reason="work", place=place, since=since)
        spell = mobile.register(member, away, actor=self.officer, scope=WIDE, at=now.at)
        self.journal.begin(member.pk, since, "away", "abroad" if is_abroad else "out", now.day)
        self.stays[member.pk] = spell

    def come_back(self, now: Moment) -> str:
        member, spell = self.someone_away()
        on = max(spell.starts_on, now.day - timedelta(days=self.random.randint(0, 15)))
        mobile.come_back(spell, on, seen_version=spell.version, actor=self.officer, scope=WIDE, at=now.at)
        self.stay_over(member, on, now.day)
        return "came back"

    def annul(self, now: Moment) -> str:
        """It was never so: from now on it counts on no day at all."""
        member, spell = self.someone_away()
        mobile.annul(spell, seen_version=spell.version, actor=self.officer, scope=WIDE, at=now.at)
        del self.stays[member]
        latest = self.journal.spans(member, "away")[-1][0]
        assert latest.on == spell.starts_on
        self.journal.strike(member, latest, now.day)
        return "stays annulled"

    def someone_away(self) -> tuple[int, Any]:
        if not self.stays:
            raise Refused("nobody_away")
        member = self.random.choice(sorted(self.stays))
        return member, self.stays[member]

    def stay_over(self, member: int, last: date, known: date) -> None:
        spell = self.stays.pop(member, None)
        if spell is not None:
            self.journal.end(member, max(last, spell.starts_on) + DAY, "away", "", known)

    # --- posts

    def give_post(self, now: Moment) -> str:
        member = self.one({"formal"})
        kind = self.random.choice([PostKind.PUBLICITY, PostKind.ORGANISATION])
        since = now.day - timedelta(days=self.random.randint(0, 25))
        order = PostOrder(kind=kind, starts_on=since, basis="决议")
        offices.appoint(member, member.branch, order, actor=self.officer, scope=WIDE, at=now.at)
        self.journal.begin(member.pk, since, f"post:{member.branch_id}:{kind}:", since, now.day)
        return "posts given"

    def end_post(self, now: Moment) -> str:
        """Of anybody who holds one, the demo's own included."""
        rows = Post.unscoped.held_on(now.day).filter(ends_on=None, kind__in=["publicity", "organisation"])
        post = self.random.choice(list(rows.order_by("pk")))
        last = max(post.starts_on, now.day - timedelta(days=self.random.randint(0, 25)))
        offices.end_post(post, last, "决议", actor=self.officer, scope=WIDE, at=now.at)
        fact = f"post:{post.organization_id}:{post.kind}:"
        self.journal.end(post.member_id, last + DAY, fact, None, now.day)
        return "posts ended"

    def posts_over(self, member: int, last: date, known: date, body: int = 0) -> None:
        """The posts a member holds, in that body or in any, end that day; what began later never was."""
        prefix = f"post:{body}:" if body else "post:"
        for fact in {each.fact for each in self.journal.live(member, prefix)}:
            for begin, end in self.journal.spans(member, fact):
                if begin.on <= last and (end is None or end > last):
                    self.journal.end(member, last + DAY, fact, None, known)
                elif begin.on > last and (end is None or end >= known):
                    self.journal.strike(member, begin, known)

    # --- whom it happens to

    def one(self, standings: set[str], fits: Callable[[Any], bool] = lambda row: True) -> Member:
        """The first that fits of some picked at random."""
        now = set(Member.unscoped.filter(standing__in=standings).values_list("pk", flat=True))
        able = [pk for pk in self.pool if pk in now]
        for pk in self.random.sample(able, min(TRIES, len(able))):
            row = Member.unscoped.select_related("branch").get(pk=pk)
            if fits(row) and not row.standing_changes.open().exists():
                return row
        raise Refused("nobody_left")

    def branch(self) -> Organization:
        return self.random.choice(list(Organization.unscoped.current().branches().order_by("pk")))

    def secretary(self, body: Any, day: date) -> Any:
        rows = Post.unscoped.held_on(day).filter(
            organization=body, kind="secretary", member__user__isnull=False
        )
        post = rows.select_related("member__user").first()
        return post.member.user if post else None
