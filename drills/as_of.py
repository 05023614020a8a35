"""The lists of any past day are what the events say: 200 random days against a replay in plain Python.

The demo district's history is read once; then a year is played through the rooms' own doors: transfers,
letters in and out with slips that come late, decisions at once, ahead and told late, stays away, posts,
branches merged, records merged and parted. What each move means stands in a journal of the drill's own. The
replay knows the first reading and the journal; the roster with its pages and its count, as known today and as
known on an earlier day, who was away, who was on probation, which decisions waited and who held which post
come from the pages' own queries.

    ./portal drill as-of
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from branches.models import Organization
from drills._as_of_journal import BY_NOW, Decided, Journal
from drills._as_of_rewrites import WholePlay
from members.filters import MemberFilter
from members.models import (
    BranchPeriod,
    Member,
    MobileSpell,
    Post,
    StandingChange,
    StandingPeriod,
    Superseded,
)
from members.queries.as_of import AsOf
from members.queries.lists import Cursor, list_count, list_page, list_rows
from members.queries.past_lists import away_then, changes_then, probationers_then, with_state_then
from members.queries.sheets import post_sheet
from orgportal.core.models import User
from orgportal.core.scoping import Grant, Scope

SEED = 11
DAYS, MOVES = int(os.environ.get("AS_OF_DAYS", "200")), int(os.environ.get("AS_OF_MOVES", "700"))
YEAR = 330
STATES = ("", "", "formal", "probationary", "suspended")
AWAY = ("", "", "", "any", "out", "abroad")
POSTS = ("", "", "", "publicity")
# Each of these has to have happened.
PLAYED = {
    "transfers", "stop", "restore", "death told late", "expelled", "resigned", "cancelled",
    "confirm told late", "probations extended", "decided ahead", "took effect later",
    "decisions withdrawn", "proposed", "proposals: approve", "proposals: refuse", "stays away", "came back",
    "stays annulled", "posts given", "posts ended", "arrived by letter late", "came back by letter late",
    "left by letter, slip late", "entered late", "entered twice", "doubles merged", "merges undone",
    "branches merged",
}  # fmt: skip
# A play of fewer moves than this may miss a kind.
WHOLE = 500


def first_reading(journal: Journal) -> None:
    """What the load brought; all of it was on record before the play begins."""
    for rows in (BranchPeriod.objects, StandingPeriod.objects, MobileSpell.unscoped, Post.unscoped):
        rows.update(recorded_at=datetime(2000, 1, 1, tzinfo=UTC), changed_at=None)
    Superseded.objects.all().delete()
    span = ("starts_on", "ends_on")
    journal.read(BranchPeriod.objects.values_list("member_id", "branch_id", *span), "branch", 0)
    journal.read(StandingPeriod.objects.values_list("member_id", "standing", *span), "standing", "")
    stays = MobileSpell.unscoped.exclude(end_kind="mistake")
    journal.read(stays.values_list("member_id", "state", *span), "away", "")
    posts = Post.unscoped.filter(cancelled_on=None).order_by("pk")
    for member, body, kind, group, starts_on, ends_on in posts.values_list(
        "member_id", "organization_id", "kind", "group_id", *span
    ):
        fact = f"post:{body}:{kind}:{group or ''}"
        journal.read([(member, starts_on, starts_on, ends_on)], fact, None)
    extended = Member.unscoped.filter(probation_until__isnull=False)
    journal.read(((pk, True, date.min, None) for pk in extended.values_list("pk", flat=True)), "extended", "")
    for row in StandingChange.unscoped.order_by("pk"):
        moments = (row.entered_at, row.approved_at, row.settled_at)
        entered, approved, settled = (timezone.localdate(at) if at else None for at in moments)
        assert entered is not None
        needs = row.kind in {"confirm", "extend", "cancelled", "expelled", "restore"}
        journal.decisions.append(Decided(row.member_id, row.kind, entered, needs, approved, settled))


@dataclass
class Judge:
    """One random day after the other: the lists against the replay."""

    journal: Journal
    random: Random
    today: date
    bodies: dict[int, str]
    figures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        paths = [*self.bodies.values()]
        for number in range(DAYS):
            day = self.today - timedelta(days=self.random.randint(1, 4000 if number % 4 == 0 else YEAR))
            # One day in five for the whole district, the others for any body of it.
            place = min(paths, key=len) if number % 5 == 0 else self.random.choice(paths)
            told = self.there(day, BY_NOW, place)
            self.roster(day, None, place, told)
            known = day + timedelta(days=self.random.randint(0, min(60, (self.today - day).days - 1)))
            self.roster(day, known, place, self.there(day, known, place))
            self.figures["known otherwise then"] += self.journal.told_late(day, known)
            self.other_lists(day, place, told)
            self.posts(day, place)
            self.figures["days"] += 1

    def there(self, day: date, known: date, place: str) -> dict[int, Any]:
        told = self.journal.on(day, known)
        return {pk: state for pk, state in told.items() if self.bodies[state["branch"]].startswith(place)}

    def roster(self, day: date, known: date | None, place: str, told: dict[int, Any]) -> None:
        standing, away = self.random.choice(STATES), self.random.choice(AWAY)
        post = self.random.choice(POSTS)
        wanted = {
            pk: (state["branch"], state["standing"], state.get("away", ""))
            for pk, state in told.items()
            if standing in {"", state["standing"]}
            and _is_away(state.get("away", ""), away)
            and (not post or any(value and f":{post}:" in fact for fact, value in state.items()))
        }
        scope = Scope(grants=(Grant(place, frozenset({"member.view"})),))
        query = QueryDict(f"as_of={day}&standing={standing}&mobile={away}&post={post}&known_at={known or ''}")
        filters = MemberFilter(query, scope=scope, today=self.today)
        rows = list_rows(filters.roots, filters.narrow, 20_000, on=filters.past)
        found = {row.id: (row.branch_id, row.standing, row.mobile_state) for row in rows}
        name = f"roster-known-on {known}" if known else "roster"
        self.same(f"{name} {standing} {away} {post}", day, place, found, wanted, len(rows))
        ids, paged = [row.id for row in rows], pages_of(filters)
        count = list_count(filters.roots, filters.narrow, on=filters.past)
        if count != len(wanted) or paged != ids[: len(paged)] or len(paged) < min(500, len(ids)):
            self.wrong.append(
                f"{name} {day} {place}: {count} counted of {len(wanted)}, {len(paged)} on pages"
            )

    def other_lists(self, day: date, place: str, told: dict[int, Any]) -> None:
        scope = Scope(grants=(Grant(place, frozenset({"member.view"})),))
        person = self.journal.person
        rows: list[Any] = list(away_then(scope, AsOf(day)))
        found: dict[int, Any] = {person(row.member_id): (row.state, row.branch_then_id) for row in rows}
        wanted: dict[int, Any] = {
            pk: (state["away"], state["branch"]) for pk, state in told.items() if state.get("away")
        }
        self.same("away", day, place, found, wanted, len(rows))
        rows = probationers_then([place], AsOf(day))
        found = {row.member.pk: (row.clock.is_extended, row.branch_id) for row in rows}
        wanted = {
            pk: (state.get("extended", False), state["branch"])
            for pk, state in told.items()
            if state["standing"] == "probationary"
        }
        self.same("probation", day, place, found, wanted, len(rows))
        rows = with_state_then(changes_then(scope, AsOf(day)))
        found = {person(row.member_id): (row.kind, row.state) for row in rows}
        wanted = {pk: waits for pk, waits in self.journal.waiting(day).items() if pk in told}
        self.same("decisions", day, place, found, wanted, len(rows))

    def posts(self, day: date, place: str) -> None:
        held = self.journal.holders(day)
        inside = sorted(pk for pk, path in self.bodies.items() if path.startswith(place))
        for body in self.random.sample(inside, min(20, len(inside))):
            sheet = post_sheet(Organization.unscoped.get(pk=body), day)
            found = {(post.member_id, body, post.kind): None for post in sheet.running}
            wanted = {post: None for post in held if post[1] == body}
            self.same("posts", day, place, found, wanted, len(found))

    def same(
        self, name: str, day: date, place: str, found: dict[Any, Any], wanted: dict[Any, Any], shown: int
    ) -> None:
        self.figures[name.split()[0]] += len(wanted)
        if found != wanted or shown != len(found):
            odd = [key for key in {*found, *wanted} if found.get(key, "—") != wanted.get(key, "—")]
            one = f"{odd[0]}: {found.get(odd[0])} for {wanted.get(odd[0])}" if odd else "one twice"
            self.wrong.append(f"{name} {day} {place}: {shown} shown of {len(wanted)}; {one}")


def _is_away(state: str, asked: str) -> bool:
    return {"": True, "any": bool(state)}.get(asked, state == asked)


def pages_of(filters: MemberFilter) -> list[int]:
    """The ids of the first pages, as the pager gives them."""
    paged: list[int] = []
    cursor = Cursor()
    while len(paged) < 500:
        page = list_page(filters.roots, filters.narrow, cursor=cursor, on=filters.past)
        paged += [row.id for row in page.rows]
        if not page.has_next:
            break
        cursor = Cursor(page.rows[-1].id)
    return paged


def main() -> int:
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    random, today, journal = Random(SEED), timezone.localdate(), Journal()  # noqa: S311
    first_reading(journal)
    play = WholePlay(random, journal, User.objects.get(user_name="officer"), today)
    play.run(MOVES, YEAR)
    journal.sort()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    judge = Judge(journal, random, today, dict(Organization.unscoped.values_list("pk", "path")))
    judge.run()
    for line in judge.wrong[:20]:
        print("WRONG", line)
    print(stage.machine())
    print("moves played:", ", ".join(f"{count} {name}" for name, count in sorted(play.done.items())))
    missing = PLAYED - set(play.done) if MOVES >= WHOLE else set()
    if missing:
        print("never played:", ", ".join(sorted(missing)))
    days, late = judge.figures.pop("days"), judge.figures.pop("known otherwise then")
    rows = ", ".join(f"{name} {count}" for name, count in sorted(judge.figures.items()))
    print(f"days on which something was not on record yet, or otherwise: {late} of {days}")
    print(f"days {days}, rows compared: {rows}; disagreements {len(judge.wrong)}")
    return 0 if days >= DAYS and late and not judge.wrong and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
