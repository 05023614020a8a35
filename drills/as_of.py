"""The roster of any past day is what the events say: 200 random days against a replay in plain Python.

The demo district's periods are read once; then a year of transfers, stops, restorations, exits and
cancelled probations is played through the rooms' own doors and written into a journal of the drill's own.
The replay knows the first reading and the journal; list, pages and count come from the pages' own queries.

    ./portal drill as-of
"""

import os
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from branches.models import Organization
from members.choices import TransferReason
from members.filters import MemberFilter
from members.models import BranchPeriod, Member, Post, StandingPeriod
from members.queries import scope_for
from members.queries.lists import Cursor, list_count, list_page, list_rows
from members.workflows.standing import Decision, enter
from members.workflows.transfer import Details, move, start
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Grant, Scope

SEED = 11
DAYS, MOVES = int(os.environ.get("AS_OF_DAYS", "200")), int(os.environ.get("AS_OF_MOVES", "300"))
YEAR = 330
# Transfers, stops, restorations, exits, cancelled probations: each has to have happened.
KINDS = 5
STATES = ("", "", "formal", "probationary", "suspended")


@dataclass(frozen=True, order=True)
class Event:
    """From this day on: in that branch (0: in none), or in that standing ("": in none)."""

    on: date
    order: int  # an end comes before a beginning of the same day
    fact: str
    value: Any


class Journal:
    """What happened to each member: read from the periods before the play, then written by the play."""

    def __init__(self) -> None:
        self.events: defaultdict[int, list[Event]] = defaultdict(list)

    def read(self, rows: Any, fact: str, nothing: Any) -> None:
        for member, value, starts_on, ends_on in rows:
            self.note(member, starts_on, fact, value)
            if ends_on:
                self.events[member].append(Event(ends_on + timedelta(days=1), 0, fact, nothing))

    def note(self, member: int, on: date, fact: str, value: Any) -> None:
        self.events[member].append(Event(on, 1, fact, value))

    def sort(self) -> None:
        for member in self.events:
            self.events[member].sort(key=lambda event: (event.on, event.order))

    def on(self, day: date) -> dict[int, tuple[int, str]]:
        """Branch and standing of everybody who was a member that day."""
        found = {}
        for member, events in self.events.items():
            state: dict[str, Any] = {"branch": 0, "standing": ""}
            for event in events[: bisect_right(events, (day, 2), key=lambda each: (each.on, each.order))]:
                state[event.fact] = event.value
            if state["branch"] and state["standing"] not in {"", "ended"}:
                found[member] = (state["branch"], state["standing"])
        return found


# --- a year of moves


@dataclass
class Play:
    """Moves through the workflows, in the order of their days; what one of them refuses did not happen."""

    random: Random
    journal: Journal
    done: Counter[str]

    def run(self, today: date) -> None:
        people = list(Member.unscoped.filter(user=None, posts=None, transfers=None).order_by("pk"))
        ages = sorted((self.random.randint(1, YEAR) for _ in range(MOVES)), reverse=True)
        for days_ago in ages:
            day = today - timedelta(days=days_ago)
            at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
            kind = self.random.choice(
                [self.transfer, self.transfer, self.stop, self.restore, self.leave, self.cancel]
            )
            kind(people, day, at)

    def transfer(self, people: list[Any], day: date, at: datetime) -> None:
        member = Member.unscoped.select_related("branch").get(pk=self.random.choice(people).pk)
        beside = Organization.unscoped.current().branches().filter(parent=member.branch.parent_id)
        target = self.random.choice(list(beside.order_by("pk")))
        leaders = [_secretary(body, day) for body in (member.branch, target)]
        if None in leaders:
            return
        try:
            paper = start(
                member, Details(target, TransferReason.JOB, "工作调动", day), actor=leaders[0],
                scope=scope_for(leaders[0], day), at=at,
            )  # fmt: skip
            move(paper, "accept", actor=leaders[1], scope=scope_for(leaders[1], day), at=at)
        except Refused:
            return
        self.journal.note(member.pk, day, "branch", target.pk)
        self.done["transfers"] += 1

    def stop(self, people: list[Any], day: date, at: datetime) -> None:
        self._decide("stop", people, {"formal", "probationary"}, day, at, "stopped")

    def restore(self, people: list[Any], day: date, at: datetime) -> None:
        self._decide("restore", people, {"suspended"}, day, at, "restored")

    def leave(self, people: list[Any], day: date, at: datetime) -> None:
        kind = self.random.choice(["death", "resigned", "struck_off", "expelled"])
        self._decide(kind, people, {"formal"}, day, at, "exits")

    def cancel(self, people: list[Any], day: date, at: datetime) -> None:
        self._decide("cancelled", people, {"probationary"}, day, at, "probations cancelled")

    def _decide(
        self, kind: str, people: list[Any], standings: set[str], day: date, at: datetime, name: str
    ) -> None:
        pks = [each.pk for each in people]
        able = list(Member.unscoped.filter(pk__in=pks, standing__in=standings).order_by("pk"))
        if not able:
            return
        member = self.random.choice(able)
        scope = Scope(grants=(Grant("", frozenset({"member.edit", "standing.decide"})),))
        decision = Decision(
            kind=kind, decided_on=day, effect_on=day, document="决议", approval="批复",
            ground="lost" if kind == "stop" else "",
        )  # fmt: skip
        actor = User.objects.get(user_name="officer")
        try:
            change = enter(member, decision, seen_version=member.version, actor=actor, scope=scope, at=at)
        except Refused:
            return
        assert change.state == "in_force"
        is_exit = kind not in {"stop", "restore"}
        restored = "formal" if member.confirmed_on else "probationary"
        after = "ended" if is_exit else "suspended" if kind == "stop" else restored
        begins = day + timedelta(days=1) if is_exit else day
        self.journal.note(member.pk, begins, "standing", after)
        self.done[name] += 1


def _secretary(body: Any, day: date) -> Any:
    rows = Post.unscoped.held_on(day).filter(organization=body, kind="secretary", member__user__isnull=False)
    post = rows.select_related("member__user").first()
    return post.member.user if post else None


# --- the pages' own queries against the replay


def shown(day: date, standing: str, place: str, today: date) -> tuple[list[Any], int, list[int]]:
    """Rows, count and the ids of all pages, as the list, its count and its pager give them."""

    scope = Scope(grants=(Grant(place, frozenset({"member.view"})),))
    query = QueryDict(f"as_of={day.isoformat()}&standing={standing}")
    filters = MemberFilter(query, scope=scope, today=today)
    rows = list_rows(filters.roots, filters.narrow, 20_000, on=filters.past)
    paged: list[int] = []
    cursor = Cursor()
    while len(paged) < 500:
        page = list_page(filters.roots, filters.narrow, cursor=cursor, on=filters.past)
        paged += [row.id for row in page.rows]
        if not page.has_next:
            break
        cursor = Cursor(page.rows[-1].id)
    return rows, list_count(filters.roots, filters.narrow, on=filters.past), paged


def compare(journal: Journal, random: Random, today: date) -> tuple[Counter[str], list[str]]:
    bodies = dict(Organization.unscoped.values_list("pk", "path"))
    figures: Counter[str] = Counter()
    wrong = []
    for number in range(DAYS):
        day = today - timedelta(days=random.randint(1, 4000 if number % 4 == 0 else YEAR))
        # One day in five for the whole district, the others for any body of it.
        place = min(bodies.values(), key=len) if number % 5 == 0 else random.choice([*bodies.values()])
        standing = random.choice(STATES)
        wanted = {
            member: state
            for member, state in journal.on(day).items()
            if bodies[state[0]].startswith(place) and standing in {"", state[1]}
        }
        rows, count, paged = shown(day, standing, place, today)
        ids = [row.id for row in rows]
        figures["days"] += 1
        figures["rows"] += len(wanted)
        if {row.id: (row.branch_id, row.standing) for row in rows} != wanted or len(ids) != len(set(ids)):
            wrong.append(f"{day} {place} {standing or 'all'}: {len(ids)} shown, {len(wanted)} replayed")
        if count != len(wanted) or paged != ids[: len(paged)] or len(paged) < min(500, len(ids)):
            wrong.append(f"{day} {place} {standing or 'all'}: {count} counted, {len(paged)} on pages")
    return figures, wrong


def main() -> int:
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    random, today, journal = Random(SEED), timezone.localdate(), Journal()  # noqa: S311
    span = ("starts_on", "ends_on")
    journal.read(BranchPeriod.objects.values_list("member_id", "branch_id", *span), "branch", 0)
    journal.read(StandingPeriod.objects.values_list("member_id", "standing", *span), "standing", "")
    play = Play(random, journal, Counter())
    play.run(today)
    journal.sort()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    figures, wrong = compare(journal, random, today)
    for line in wrong[:10]:
        print("WRONG", line)
    print(stage.machine())
    print("moves played:", ", ".join(f"{count} {name}" for name, count in sorted(play.done.items())))
    print(f"days {figures['days']}, rows compared {figures['rows']}, disagreements {len(wrong)}")
    enough = figures["days"] >= DAYS and figures["rows"] > DAYS and len(play.done) == KINDS
    return 0 if enough and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
