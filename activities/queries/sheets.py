"""Records with everything their pages and papers say of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from activities.choices import ActivityKind, DutyState
from activities.models import (
    Activity,
    ActivityRevision,
    ActivityStep,
    AgendaItem,
    AttendanceException,
    Decision,
    Duty,
    Guest,
)
from activities.provisions import DUTY_RULES, PROVISIONS
from activities.queries.joint import JointSheet, joint_sheets
from activities.rules.duties import Period
from activities.rules.quorum import Quorum, quorum_for, voting_kind
from branches.models import Organization
from branches.queries import rulebooks_for
from members.queries import names_of
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope


@dataclass(frozen=True)
class SavedSheet:
    """What a record answered, and what the branch has to say next."""

    met: list[Duty]
    still_open: list[Duty]


def saved_sheet(activity: Activity, scope: Scope, on: date) -> SavedSheet:
    duties = Duty.objects.visible_to(scope).select_related("group").filter(branch=activity.branch_id)
    waiting = duties.filter(state__in=(DutyState.NOT_DUE, DutyState.MISSING), starts_on__lte=on)
    return SavedSheet(
        met=list(duties.filter(activity=activity).order_by("starts_on", "pk")),
        still_open=list(waiting.order_by("due_on", "pk")[:6]),
    )


@dataclass(frozen=True)
class RecordSheet:
    """A record with the names behind its numbers."""

    present: list[str]
    exceptions: list[AttendanceException]
    # Of these, whom the meeting did not count among those who should attend.
    left_out: list[AttendanceException]
    guests: list[Guest]
    items: list[AgendaItem]
    duties: list[Duty]
    joint: JointSheet
    revisions: list[ActivityRevision]
    steps: list[ActivityStep]
    quorum: Quorum | None
    has_quorum: bool
    voters_there: int


def record_sheet(activity: Activity, scope: Scope) -> RecordSheet:
    return record_sheets([activity], scope)[activity.pk]


def record_sheets(activities: Sequence[Activity], scope: Scope) -> dict[int, RecordSheet]:
    """By the id of the record; as many queries for a year of them as for one."""
    rows = list(activities)
    decisions = Decision.objects.visible_to(scope).select_related("owner", "carried_to__item")
    away = AttendanceException.objects.select_related("member").order_by("-presence", "member__name_key")
    topics = AgendaItem.objects.select_related("follow_up__item__activity").order_by("position")
    items = topics.prefetch_related(Prefetch("decisions", decisions.order_by("position")))
    prefetch_related_objects(
        rows,
        "branch",
        Prefetch("exceptions", away),
        Prefetch("guests", Guest.objects.order_by("position")),
        Prefetch("items", items),
        Prefetch("steps", ActivityStep.objects.select_related("by").order_by("at", "pk")),
        Prefetch("revisions", ActivityRevision.objects.select_related("replaced_by").order_by("-version")),
    )
    duties: dict[int | None, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.visible_to(scope).filter(activity__in=rows).select_related("group"):
        duties[duty.activity_id].append(duty)
    joint = joint_sheets(rows, scope)
    names = names_of({pk for row in rows for pk in row.present_ids})
    latest = max((row.held_on for row in rows), default=date.min)
    books = rulebooks_for({row.branch.path for row in rows}, PROVISIONS, latest)
    return {row.pk: _sheet(row, names, duties[row.pk], books[row.branch.path], joint[row.pk]) for row in rows}


def _sheet(
    row: Activity, names: dict[int, str], duties: list[Duty], book: Rulebook, joint: JointSheet
) -> RecordSheet:
    kind = voting_kind(row.kind, row.also_kinds) or ActivityKind(row.kind)
    is_committee = kind == ActivityKind.COMMITTEE
    entitled = row.expected if is_committee else row.voters_expected
    there = row.present if is_committee else row.voters_present
    quorum = quorum_for(kind, entitled, book, row.held_on)
    return RecordSheet(
        present=[names[pk] for pk in row.present_ids if pk in names],
        exceptions=list(row.exceptions.all()),
        left_out=[each for each in row.exceptions.all() if each.ground],
        guests=list(row.guests.all()),
        items=list(row.items.all()),
        duties=duties,
        joint=joint,
        revisions=list(row.revisions.all()),
        steps=list(row.steps.all()),
        quorum=quorum,
        has_quorum=quorum is not None and quorum.is_reached_by(there),
        voters_there=there,
    )


@dataclass(frozen=True)
class RecordBook:
    """A period of one branch on paper: what it owed, and each record in the order of the days."""

    branch: Organization
    period: Period
    duties: list[Duty]
    records: list[Activity]
    sheets: dict[int, RecordSheet]


def record_book(branch: Organization, period: Period, scope: Scope) -> RecordBook:
    """Everything recorded for the period but voided entries."""
    records = records_in(branch, period, scope)
    return RecordBook(
        branch, period, duties_in(branch, period, scope), records, record_sheets(records, scope)
    )


def records_in(branch: Organization, period: Period, scope: Scope) -> list[Activity]:
    """In the order of the days, without plans and voided entries."""
    rows = (
        Activity.objects.visible_to(scope)
        .recorded()
        .filter(branch=branch, held_on__gte=period.starts_on, held_on__lte=period.ends_on)
        .select_related("branch", "group", "chair", "recorder", "confirmed_by")
    )
    return list(rows.order_by("held_on", "starts_at", "pk"))


def duties_in(branch: Organization, period: Period, scope: Scope) -> list[Duty]:
    """What was owed by the end of the period, in the order of the rules."""
    rows = (
        Duty.objects.visible_to(scope)
        .filter(branch=branch, ends_on__gte=period.starts_on, ends_on__lte=period.ends_on, is_owed=True)
        .select_related("group", "activity")
        .order_by("group", "starts_on", "pk")
    )
    return sorted(rows, key=lambda duty: _ORDER[duty.rule])


_ORDER = {rule.key: place for place, rule in enumerate(DUTY_RULES)}
