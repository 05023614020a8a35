"""Who has not looked the own data over this year: since when reminded, and how many in each branch."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count, IntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from branches.models import Organization, OrganizationQuerySet
from members.models import Member
from members.models.register import MemberQuerySet
from members.queries.own import unconfirmed
from orgportal.core.models import Reminder
from orgportal.core.scoping import Scope, within

# Under which rule and subject a member is reminded of it.
RULE, SUBJECT = "members.confirm_due", "members.confirmation:"


def waiting(scope: Scope, today: date) -> MemberQuerySet:
    """Each with `reminded_at`: when the member was first reminded this year (none: not yet)."""
    sent = Reminder.objects.filter(
        rule=RULE,
        subject=Concat(Value(SUBJECT), Cast(OuterRef("pk"), CharField())),
        due_on__year=today.year,
        state=Reminder.State.SENT,
    )
    first = sent.order_by().values("subject").annotate(first=Min("settled_at")).values("first")
    found: MemberQuerySet = unconfirmed(scope, today.year).annotate(reminded_at=Subquery(first))
    return found


def reminded(rows: MemberQuerySet, since: str, today: date) -> MemberQuerySet:
    """Those first reminded at least so many days ago; "no": not yet; "": all."""
    annotated: Any = rows
    found: MemberQuerySet
    if since == "no":
        found = annotated.filter(reminded_at=None)
        return found
    if not since:
        return rows
    edge = timezone.make_aware(datetime.combine(today - timedelta(days=int(since) - 1), time.min))
    found = annotated.filter(reminded_at__lt=edge)
    return found


def branches_of(rows: MemberQuerySet, roots: Collection[str], scope: Scope) -> OrganizationQuerySet:
    """Branches with anybody in `rows`, with how many of how many; in the order of the tree, never ranked."""
    own = rows.filter(branch=OuterRef("pk"))
    everybody = Member.objects.visible_to(scope).active().filter(branch=OuterRef("pk"))
    here = Organization.objects.visible_to(scope).branches().current().filter(within("path", tuple(roots)))
    found: OrganizationQuerySet = here.annotate(waiting=_count(own), people=_count(everybody)).filter(
        waiting__gt=0
    )
    return found


def _count(rows: QuerySet[Member]) -> Coalesce:
    counted = rows.order_by().values("branch").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
