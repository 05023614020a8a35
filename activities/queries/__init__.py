"""Reads of the activities room: who should attend, what a record says, what was typed last time."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce

from activities.choices import ActivityKind, ActivityState
from activities.models import (
    Activity,
    Campaign,
    Decision,
    LeaderComment,
    Participation,
    Pledge,
)
from activities.provisions import PROVISIONS
from activities.rules.quorum import Quorum, quorum_for
from activities.rules.records import Attendance, Entry, FollowUp, Seat, attendance_of, seats_for
from branches.models import Organization, PartyGroup
from branches.queries import rulebook_for
from members.models import Member
from members.queries import names_of, roster_for
from members.queries.merging import people_of
from orgportal.core.bridges import Meeting
from orgportal.core.forms import tidy
from orgportal.core.names import initials
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Grant, Scope, within

MEETINGS_OFFERED = 20
# docs/crossings.md: day and subject of a branch's general meetings, for decisions about its members.
EVERY_RECORD = Scope(grants=(Grant("", frozenset({Activity.view_right})),))

# The fields of a record two people can have changed differently, as the compare page lists them.
PLAIN = (
    "kind", "also_kinds", "group_id", "state", "reason", "title", "held_on", "starts_at", "ends_at", "place",
    "chair_id", "recorder_id", "note", "present_ids", "leave_ids", "absent_ids",
)  # fmt: skip
GUEST = ("number", "name", "role")
EXCEPTION = ("member_id", "presence", "reason", "remark", "ground", "agreed_under", "agreed_on")


def branch_seats(branch: Organization, on: date, keep: Collection[int] = ()) -> tuple[Seat, ...]:
    """Everybody in the branch that day, and those a record of that day already names."""
    lines = [
        Seat(0, line.id, line.name, initials(line.name), line.group_id, line.posts, line.has_vote)
        for line in roster_for(branch, on)
    ]
    known = {seat.id for seat in lines}
    gone = names_of(people_of(keep) - known)
    lines += [Seat(0, pk, name, initials(name), has_vote=False) for pk, name in sorted(gone.items())]
    return tuple(lines)


def book_for(branch: Organization, on: date) -> Rulebook:
    return rulebook_for(branch.path, PROVISIONS, on)


def snapshot(activity: Activity) -> dict[str, Any]:
    """Everything the record says, as plain values: kept with each revision and compared field by field."""
    content = {name: getattr(activity, name) for name in PLAIN}
    content["exceptions"] = list(activity.exceptions.order_by("member_id").values(*EXCEPTION))
    content["guests"] = list(activity.guests.order_by("position").values(*GUEST))
    content["items"] = [
        {
            "topic": item.topic,
            "discussion": item.discussion,
            "decisions": [
                _decided(decision)
                for decision in sorted(item.decisions.all(), key=lambda decision: decision.position)
            ],
        }
        for item in activity.items.order_by("position").prefetch_related("decisions")
    ]
    return content


def content_at(activity: Activity, version: int) -> dict[str, Any]:
    """What the record said at that version; a step of its life makes a version that says the same."""
    kept = activity.revisions.filter(version__gte=version).order_by("version").first()
    content: dict[str, Any] = kept.content if kept else snapshot(activity)
    return content


def planned(before: dict[str, Any], columns: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The snapshot the record would have after an amendment."""
    content = {name: columns.get(name, before[name]) for name in PLAIN}
    content["exceptions"] = [
        {
            "member_id": absence.member_id,
            "presence": absence.presence,
            "reason": absence.reason or "",
            "remark": absence.remark,
            "ground": absence.ground or "",
            "agreed_under": entry.agreement.document.strip() if absence.ground else "",
            "agreed_on": entry.agreement.agreed_on if absence.ground else None,
        }
        for absence in sorted(entry.absences, key=lambda absence: absence.member_id)
    ]
    content["guests"] = [{name: getattr(guest, name) for name in GUEST} for guest in entry.guests]
    content["items"] = [
        {
            "topic": item.topic,
            "discussion": item.discussion,
            "decisions": [_decided(follow_up) for follow_up in item.decisions],
        }
        for item in entry.items
    ]
    return content


def _decided(said: Decision | FollowUp) -> dict[str, Any]:
    vote = said.vote.as_json() if said.vote else None
    return {"text": said.text, "owner_id": said.owner_id, "due_on": said.due_on, "vote": vote}


def planned_content(before: dict[str, Any], entry: Entry, seats: Sequence[Seat]) -> dict[str, Any]:
    return planned(before, columns_of(entry, attendance_of(seats, entry.absences)), entry)


def columns_of(entry: Entry, attendance: Attendance) -> dict[str, Any]:
    return {
        "group_id": entry.group_id,
        "kind": entry.kind,
        "also_kinds": [str(kind) for kind in entry.also_kinds],
        "title": entry.title,
        "held_on": entry.held_on,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "place": entry.place,
        "chair_id": entry.chair_id,
        "recorder_id": entry.recorder_id,
        "note": entry.note,
        "present_ids": list(attendance.present),
        "leave_ids": list(attendance.leave),
        "absent_ids": list(attendance.absent),
        "present": len(attendance.present),
        "expected": attendance.expected,
        "voters_present": attendance.voters_present,
        "voters_expected": attendance.voters_expected,
    }


# --- what the form stands on


@dataclass(frozen=True)
class Setting:
    """Whose meeting of which kind, on which day, and who should be there."""

    branch: Organization
    kind: ActivityKind
    group: PartyGroup | None
    on: date
    everybody: tuple[Seat, ...]
    seats: tuple[Seat, ...]
    quorum: Quorum | None
    book: Rulebook

    @property
    def group_id(self) -> int | None:
        return self.group.pk if self.group else None

    @property
    def branch_ids(self) -> frozenset[int]:
        return frozenset(seat.id for seat in self.everybody)

    @property
    def roster(self) -> str:
        """Ids in the order of their row numbers; 0 holds the place of somebody who has left since."""
        by_number = {seat.number: seat.id for seat in self.seats}
        return ",".join(str(by_number.get(number, 0)) for number in range(1, max(by_number, default=0) + 1))

    def as_shown(self, ids: Sequence[int]) -> "Setting":
        """With the row numbers a page showed: one typed there means whom it meant, whoever came or went."""
        known = {seat.id for seat in self.seats}
        numbers = {pk: number for number, pk in enumerate(ids, start=1) if pk in known}
        if not numbers:
            return self
        joined = [seat.id for seat in self.seats if seat.id not in numbers]
        numbers |= {pk: number for number, pk in enumerate(joined, start=len(ids) + 1)}
        seats = tuple(
            sorted(
                (replace(seat, number=numbers[seat.id]) for seat in self.seats), key=lambda seat: seat.number
            )
        )
        numbered = {seat.id: seat for seat in seats}
        everybody = tuple(numbered.get(seat.id, seat) for seat in self.everybody)
        return replace(self, seats=seats, everybody=everybody)


def setting_for(
    branch: Organization, kind: ActivityKind, group: PartyGroup | None, on: date, keep: Collection[int] = ()
) -> Setting:
    everybody = branch_seats(branch, on, keep)
    seats = seats_for(kind, group.pk if group else None, everybody)
    voters = sum(seat.has_vote for seat in seats) if kind == ActivityKind.GENERAL else len(seats)
    book = book_for(branch, on)
    quorum = quorum_for(kind, voters, book, on)
    numbered = {seat.id: seat for seat in seats}
    return Setting(
        branch,
        kind,
        group,
        on,
        tuple(numbered.get(seat.id, seat) for seat in everybody),
        seats,
        quorum,
        book,
    )


def branches_to_record_for(scope: Scope) -> list[Organization]:
    """Branches the person records for: by post, or as leader of one of their party groups."""
    visible = Organization.objects.visible_to(scope).branches().current()
    led = PartyGroup.objects.visible_to(scope).filter(pk__in=scope.groups).values("branch")
    mine = within("path", scope.roots_for("activity.record")) | Q(pk__in=led)
    return list(visible.filter(mine).order_by("name_key", "pk")[:50])


def groups_to_record_for(branch: Organization, scope: Scope) -> list[PartyGroup]:
    groups = PartyGroup.objects.visible_to(scope).filter(branch=branch).current().order_by("pk")
    return list(groups if scope.may("activity.record", branch) else groups.filter(pk__in=scope.groups))


def kinds_to_record(branch: Organization, groups: Sequence[PartyGroup], scope: Scope) -> list[ActivityKind]:
    """What the person may record there: all by post, only their own group's meetings as its leader."""
    whole = scope.may("activity.record", branch)
    kinds = [kind for kind in ActivityKind if kind != ActivityKind.GROUP or groups] if whole else []
    return kinds or [ActivityKind.GROUP]


def last_of_kind(setting: Setting, scope: Scope) -> Activity | None:
    """The last meeting of this kind that was held: the next one starts from its place, hours and chair."""
    rows = Activity.objects.visible_to(scope).filter(
        branch=setting.branch, kind=setting.kind, group=setting.group, state=ActivityState.HELD
    )
    return rows.order_by("-held_on", "-pk").first()


# --- the month


@dataclass(frozen=True)
class MonthDay:
    """One cell of the calendar; days of the neighbouring months are there but empty."""

    on: date
    is_inside: bool
    rows: list[Activity]


def month_of(rows: QuerySet[Activity], first: date) -> list[list[MonthDay]]:
    """The weeks of a month with what was held or said on each day, in one query."""
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    found: dict[date, list[Activity]] = defaultdict(list)
    inside = rows.filter(held_on__gte=first, held_on__lte=weeks[-1][-1], held_on__month=first.month)
    for row in inside.select_related("branch", "group").order_by("held_on", "starts_at", "pk")[:500]:
        found[row.held_on].append(row)
    return [[MonthDay(day, day.month == first.month, found[day]) for day in week] for week in weeks]


# --- campaigns


def taking_part(campaign: Campaign, scope: Scope) -> QuerySet[Participation]:
    """Branches of the campaign in sight, each with how it stands. No rank: who has not pledged comes first,
    because it waits for something, then the order of the tree."""
    pledges = Pledge.objects.filter(participation=OuterRef("pk")).order_by()
    own = pledges.filter(member=None)
    by_members = pledges.filter(member__isnull=False).values("participation").annotate(n=Count("pk"))
    people = Member.objects.active().filter(branch=OuterRef("branch_id")).order_by()
    # On the branch: on its pledge, or on the branch as a whole.
    comments = LeaderComment.objects.filter(participation=OuterRef("pk"), pledge__member=None)
    return (
        Participation.objects.visible_to(scope)
        .filter(campaign=campaign)
        .select_related("branch", "branch__parent")
        .annotate(
            progress=Subquery(own.values("progress")[:1]),
            members_pledged=Coalesce(Subquery(by_members.values("n")), 0),
            members_all=Coalesce(Subquery(people.values("branch").annotate(n=Count("pk")).values("n")), 0),
            is_commented=Exists(comments),
            path=F("branch__path"),
        )
        .annotate(need=Case(When(progress=None, then=0), default=1))
    )


NEED_ORDER = ("need", "path")


def campaign_totals(campaign: Campaign, scope: Scope) -> dict[str, int]:
    """The figures above the table, over the same rows."""
    return taking_part(campaign, scope).aggregate(
        branches=Count("pk"),
        pledged=Count("pk", filter=Q(progress__isnull=False)),
        commented=Count("pk", filter=Q(is_commented=True)),
        people_pledged=Coalesce(Sum("members_pledged"), 0),
        people=Coalesce(Sum("members_all"), 0),
    )


def pledges_in(participation: Participation, scope: Scope) -> list[Pledge]:
    """The branch's own first, then its members' by name, with how many comments each has."""
    rows = (
        Pledge.objects.visible_to(scope)
        .filter(participation=participation)
        .select_related("member")
        .annotate(commented=Count("comments"))
    )
    return sorted(rows, key=lambda row: (row.member is not None, row.member.name_key if row.member else ""))


def without_pledge(participation: Participation, scope: Scope) -> list[Member]:
    """Members of the branch who have not pledged, for those who may see the register."""
    pledged = Pledge.objects.filter(participation=participation, member__isnull=False).values("member_id")
    members = Member.objects.visible_to(scope).active().filter(branch=participation.branch_id)
    return list(members.exclude(pk__in=pledged).order_by("name_key", "pk"))


def comments_on(pledge: Pledge) -> QuerySet[LeaderComment]:
    """Newest first; what was said of the branch as a whole stands with the branch's pledge."""
    said = Q(pledge=pledge)
    if pledge.member_id is None:
        said |= Q(participation=pledge.participation_id, pledge=None)
    return LeaderComment.objects.filter(said).select_related("author").order_by("-at", "-pk")


# --- asked by the register, through core.bridges


def general_meetings(branch_id: int, since: date, until: date) -> list[Meeting]:
    """General meetings the branch held in these days, latest first."""
    rows = _general_meetings().filter(branch=branch_id, held_on__gte=since, held_on__lte=until)
    return [_meeting(row) for row in rows.order_by("-held_on", "-pk")[:MEETINGS_OFFERED]]


def general_meeting(pk: int) -> Meeting | None:
    found = _general_meetings().filter(pk=pk).first()
    return _meeting(found) if found else None


def _general_meetings() -> QuerySet[Activity]:
    # Whoever asks answers for the branch; no more than day and subject leaves.
    return (
        Activity.objects.visible_to(EVERY_RECORD)
        .filter(state=ActivityState.HELD)
        .filter(Q(kind=ActivityKind.GENERAL) | Q(also_kinds__contains=[ActivityKind.GENERAL]))
    )


def _meeting(row: Activity) -> Meeting:
    return Meeting(row.pk, row.held_on, row.title, row.get_absolute_url())


# --- search


def about(text: str) -> Q:
    """How a record is found: a part of the subject, of the place, or of the branch's name or initials."""
    wanted = tidy(text)
    parts = Q(title__icontains=wanted) | Q(place__icontains=wanted) | Q(branch__name__icontains=wanted)
    return parts | Q(branch__initials__startswith=wanted.lower())
