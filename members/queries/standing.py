"""Reads for decisions about a standing: a member's file, the committee above, who is due, what is open."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from branches.choices import COMMITTEES
from branches.models import Organization
from branches.queries import committee_above, rulebook_for, rulebooks_for
from branches.rules import ancestors
from members.choices import ChangeKind, ChangeState, Restriction, Standing
from members.models import Member, Post, StandingChange, StandingPeriod
from members.models.standing import StandingChangeQuerySet
from members.provisions import PROVISIONS
from members.queries.merging import ids_of
from members.rules import standing as rules
from members.rules.standing import COMMITTEE, File, ProbationClock
from orgportal.core import bridges
from orgportal.core.rulebook import Citation, Rulebook
from orgportal.core.scoping import AFTER, Scope

# A decision names a meeting of the last year.
MEETINGS_BACK = timedelta(days=366)


def book_for(path: str, on: date) -> Rulebook:
    return rulebook_for(path, PROVISIONS, on)


def citations(kind: rules.Kind, member: Member, on: date, ground: str = "") -> list[Citation]:
    """What a decision about the member rests on."""
    book = book_for(member.path, on)
    return [book.cite(key, on) for key in rules.rules_of(kind, ground)]


def may_decide(scope: Scope, path: str) -> bool:
    """Whether the person acts for the committee above this branch."""
    committee = committee_above(path)
    return committee is not None and scope.may(COMMITTEE, committee)


def rights_at(scope: Scope, path: str) -> set[str]:
    """Which of the two desks of a standing change the person sits at, for a member there."""
    found = {rules.BRANCH} if scope.may(rules.BRANCH, path) else set()
    return found | ({rules.COMMITTEE} if may_decide(scope, path) else set())


def file_of(member: Member) -> File:
    """What the rules ask of a member's register entry."""
    running = StandingPeriod.objects.filter(member=member, ends_on=None).first()
    stop = member.standing_changes.filter(kind=ChangeKind.STOP, state=ChangeState.IN_FORCE)
    stopped_on = stop.order_by("-effect_on").values_list("decided_on", flat=True).first()
    since = running.starts_on if running else member.joined_on
    is_stopped = member.standing == Standing.SUSPENDED
    return File(
        standing=Standing(member.standing),
        restriction=Restriction(running.restriction if running else ""),
        joined_on=member.joined_on,
        confirmed_on=member.confirmed_on,
        probation_until=member.probation_until,
        since=since,
        stopped_on=(stopped_on or since) if is_stopped else None,
        stop_ground=running.ground if running else "",
        taken_over_on=timezone.localdate(member.recorded_at),
    )


def latest_start(member: Member, kind: rules.Kind, file: File, today: date) -> date:
    """The last day something began that the change would close; what has not begun is cancelled."""
    days = [file.since]
    if kind.ends_posts:
        held = Post.unscoped.standing().filter(member=member, ends_on=None, starts_on__lte=today)
        days += held.values_list("starts_on", flat=True)
    if kind.is_exit:
        days += member.branch_periods.filter(ends_on=None).values_list("starts_on", flat=True)
    return max(days)


def meetings_for(member: Member, today: date) -> list[bridges.Meeting]:
    """General meetings of the member's branch a decision can rest on."""
    return bridges.meetings_of(member.branch_id, since=today - MEETINGS_BACK, until=today)


# --- lists


def open_changes(scope: Scope) -> StandingChangeQuerySet:
    """Proposals that wait and decisions still to take effect, oldest day first."""
    rows: Any = StandingChange.objects.visible_to(scope).open().with_member()
    found: StandingChangeQuerySet = rows.order_by("effect_on", "pk")
    return found


def mine_among(changes: Iterable[StandingChange], scope: Scope) -> set[int]:
    """Which of these the person can move on now; the committees of all in one query."""
    rows = [row for row in changes if row.member_id != scope.member_id]
    above = {path for row in rows for path in ancestors(row.member.path)}
    found = Organization.unscoped.filter(path__in=above, kind__in=COMMITTEES).values_list("path", flat=True)
    mine_above = {path for path in found if scope.may(COMMITTEE, path)}
    committees = set(found)

    def desks(path: str) -> set[str]:
        nearest = max((each for each in ancestors(path) if each in committees), key=len, default="")
        own = {rules.BRANCH} if scope.may(rules.BRANCH, path) else set()
        return own | ({COMMITTEE} if nearest in mine_above else set())

    return {
        row.pk
        for row in rows
        if rules.allowed(row.state, was_approved=row.was_approved, may=desks(row.member.path).__contains__)
    }


def changes_of(member: Member) -> list[StandingChange]:
    """All decisions about a member, newest first."""
    rows = StandingChange.unscoped.filter(member__in=ids_of(member.pk)).select_related("entered_by")
    return list(rows.order_by("-entered_at", "-pk"))


@dataclass(frozen=True, slots=True)
class Probationer:
    """A probationary member with the clock and what was entered about it already."""

    member: Member
    clock: ProbationClock
    change: StandingChange | None
    branch_id: int  # of that day
    branch: str


def probationers(roots: Iterable[str], today: date) -> list[Probationer]:
    """Everybody on probation in these subtrees, who is due first on top."""
    members: list[Member] = []
    for root in roots:
        rows = Member.unscoped.filter(path__gte=root, path__lt=root + AFTER)
        members += rows.filter(standing=Standing.PROBATIONARY).select_related("branch")
    changes = {
        row.member_id: row
        for row in StandingChange.unscoped.open().filter(member__in=[each.pk for each in members])
    }
    clocks = probation_clocks(members, today)
    found = [
        Probationer(each, clocks[each.pk], changes.get(each.pk), each.branch_id, each.branch.short_name)
        for each in members
    ]
    return sorted(found, key=lambda row: (row.clock.due_on, row.member.name_key, row.member.pk))


def probation_clocks(members: Iterable[Member], today: date) -> dict[int, ProbationClock]:
    """The clock of each by member id; the rulebooks of all branches in one query."""
    rows = list(members)
    books = rulebooks_for({row.path for row in rows}, PROVISIONS, today)
    return {row.pk: rules.probation_clock(_on_probation(row), books[row.path], today) for row in rows}


def _on_probation(member: Member) -> File:
    return File(
        standing=Standing.PROBATIONARY,
        restriction=Restriction.NONE,
        joined_on=member.joined_on,
        confirmed_on=None,
        probation_until=member.probation_until,
        since=member.joined_on,
    )


def undecided_probations(ids: Collection[int] | None = None) -> list[Member]:
    """Members on probation about whom nothing is entered yet: all, or those of them."""
    rows = Member.unscoped.filter(standing=Standing.PROBATIONARY)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    open_about = StandingChange.unscoped.open().values("member_id")
    return list(rows.exclude(pk__in=open_about).select_related("branch").order_by("pk"))
