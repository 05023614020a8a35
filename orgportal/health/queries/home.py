"""First screens: what a branch has to do now, and what a member wants to know."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from activities.choices import ActivityState, CampaignState, DutyState
from activities.models import Activity, Decision, Duty, Pledge
from activities.queries.life import sent_back_in
from activities.queries.plans import Coming, coming_for
from branches.choices import Kind, PostKind
from branches.models import Organization
from members.models import Member, MobileSpell, Post, Transfer, TransferStep
from members.queries.merging import ids_of
from members.queries.mobile import contacts_due
from orgportal.core.scoping import Scope, within
from orgportal.health.queries.inputs import VIEW_RIGHT, WINDOW_MONTHS
from orgportal.health.rules.findings import months_after

RECORD_RIGHT = "activity.record"
SHOWN = 5
NOT_OWED = (DutyState.NOT_APPLICABLE, DutyState.NO_DATA)


def oversees(scope: Scope) -> bool:
    """Whether some post lets the person see the health of a body above branches."""
    rows = Organization.objects.visible_to(scope).exclude(kind=Kind.BRANCH)
    return rows.filter(within("path", scope.roots_for(VIEW_RIGHT))).exists()


def branches_run(scope: Scope) -> list[Organization]:
    """Branches the person records for, in path order."""
    rows: Any = Organization.objects.visible_to(scope).branches()
    mine = rows.current().filter(within("path", scope.roots_for(RECORD_RIGHT)))
    return list(mine.order_by("path")[:20])


# --- a branch


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on a branch secretary's desk."""

    duties: list[Duty]
    missing: int
    to_do: int
    transfers: list[Transfer]
    contacts: list[MobileSpell]
    contacts_due: int
    records: list[Activity]
    # What the level above sent back and waits to be put right.
    sent_back: list[Activity]


def due_now(branch: Organization, scope: Scope, today: date) -> list[Duty]:
    """Duties of the running periods and those passed over in silence: missing first, done last."""
    window = months_after(today.replace(day=1), -WINDOW_MONTHS)
    order = Case(
        When(state=DutyState.MISSING, then=Value(0)),
        When(state=DutyState.NOT_DUE, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = (
        Duty.objects.visible_to(scope)
        .filter(branch=branch)
        .filter(Q(starts_on__lte=today, due_on__gte=today) | Q(state=DutyState.MISSING, due_on__gte=window))
        .exclude(state__in=NOT_OWED)
        .select_related("group", "activity")
    )
    return list(rows.order_by(order, "due_on", "rule", "group_id"))


def desk_of(branch: Organization, scope: Scope, today: date) -> Desk:
    """Everything on the secretary's first screen but the findings."""
    duties = due_now(branch, scope, today)
    waiting: Any = Transfer.objects.visible_to(scope)
    to_do = waiting.to_do(scope).filter(Q(source=branch) | Q(target=branch))
    contacts = contacts_due(scope, today).filter(member__branch=branch)
    records = Activity.objects.visible_to(scope).recorded().filter(branch=branch)
    return Desk(
        duties=duties,
        missing=sum(duty.state == DutyState.MISSING for duty in duties),
        to_do=to_do.count(),
        transfers=list(
            to_do.select_related("member", "source", "target").order_by("state_since", "pk")[:SHOWN]
        ),
        contacts=list(contacts[:SHOWN]),
        contacts_due=contacts.count(),
        records=list(records.filter(held_on__lte=today).order_by("-held_on", "-pk")[:SHOWN]),
        sent_back=list(sent_back_in(branch, scope)[:SHOWN]),
    )


# --- a member


class Contact(NamedTuple):
    """Whom to phone: the secretary by name, the branch by its own number."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a member finds on the first screen."""

    member: Member
    transfer: Transfer | None
    days_in_state: int
    steps: list[TransferStep]
    meetings: list[Coming]
    contact: Contact
    follow_ups: list[Decision]
    pledges: list[Pledge]


def own_of(scope: Scope, today: date) -> Own | None:
    """The member's own affairs; None for accounts that belong to no member."""
    if scope.member_id is None:
        return None
    member = (
        Member.objects.visible_to(scope).select_related("branch__parent", "group").get(pk=scope.member_id)
    )
    transfers: Any = Transfer.objects.visible_to(scope).filter(member=member)
    transfer: Transfer | None = transfers.for_pages().order_by("-started_at", "-pk").first()
    follow_ups: Any = Decision.objects.visible_to(scope).filter(owner__in=ids_of(member.pk))
    pledges = Pledge.objects.visible_to(scope).filter(
        member=member, participation__campaign__state=CampaignState.RUNNING
    )
    return Own(
        member=member,
        transfer=transfer,
        days_in_state=(today - timezone.localdate(transfer.state_since)).days if transfer else 0,
        steps=list(transfer.steps.order_by("pk")) if transfer else [],
        meetings=coming_for(scope, today),
        contact=contact_of(member, today),
        follow_ups=list(
            follow_ups.open().exclude(item__activity__state=ActivityState.VOID).order_by("due_on", "pk")
        ),
        pledges=list(pledges.select_related("participation__campaign").order_by("due_on", "pk")),
    )


def contact_of(member: Member, today: date) -> Contact:
    """Crosses the scope (docs/crossings.md): one's own branch's secretary by name, the branch's number."""
    posts: Any = Post.unscoped.filter(organization_id=member.branch_id, kind=PostKind.SECRETARY)
    name = posts.held_on(today).values_list("member__name", flat=True).first()
    above = member.branch.parent
    return Contact(name or "", member.branch.phone or (above.phone if above else ""))
