"""Lists as they stood on a past day: who was away, hosted, out of contact, on probation, what was open.

Whoever answers for a body answers for whom it had that day; today's facts of the rows are left out.
"""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from members.choices import ChangeKind, ChangeState, Standing
from members.models import BranchPeriod, ContactProposal, Inflow, Member, StandingChange
from members.models.mobile import InflowQuerySet, MobileSpellQuerySet
from members.models.standing import StandingChangeQuerySet
from members.queries import as_of
from members.queries.as_of import AsOf, end_of
from members.queries.standing import Probationer, probation_clocks
from members.rules.standing import KINDS
from orgportal.core.scoping import Scope

# From a row to its person: written under their own id, or under that of a record merged into it.
WAYS = ("member", "member__merged_into", "member__merged_into__merged_into")


def _of_those_there(rows: Any, on: AsOf, roots: Collection[str]) -> Any:
    """Rows of whoever was in these subtrees that day, under any of their ids, with the branch of then."""
    there = as_of.members_on(on, roots).values("pk")
    person = reduce(or_, (Q(member=OuterRef(way)) for way in WAYS))
    still = Q(ends_on=None) | Q(ends_on__gte=on.day)
    place = BranchPeriod.objects.filter(person, still, starts_on__lte=on.day).order_by("-starts_on")
    return rows.filter(reduce(or_, (Q(**{f"{way}__in": there}) for way in WAYS))).annotate(
        branch_then=Subquery(place.values("branch__short_name")[:1]),
        branch_then_id=Subquery(place.values("branch_id")[:1]),
    )


def away_then(scope: Scope, on: AsOf) -> MobileSpellQuerySet:
    rows = as_of.spells_on(on).select_related("member")
    found: MobileSpellQuerySet = _of_those_there(rows, on, scope.roots_for("member.view"))
    return found.order_by("-starts_on", "-pk")


def hosted_then(scope: Scope, on: AsOf) -> InflowQuerySet:
    rows: Any = Inflow.objects.visible_to(scope)
    still = Q(ended_on=None) | Q(ended_on__gt=on.day)
    found: InflowQuerySet = rows.filter(still, since__lte=on.day).select_related("host")
    return found.order_by("-since", "-pk")


def lost_then(scope: Scope, on: AsOf) -> QuerySet[ContactProposal]:
    still = Q(closed_on=None) | Q(closed_on__gt=on.day)
    rows = ContactProposal.unscoped.filter(still, opened_on__lte=on.day).select_related("member")
    found: QuerySet[ContactProposal] = _of_those_there(rows, on, scope.roots_for("member.view"))
    return found.order_by("due_on", "pk")


def changes_then(scope: Scope, on: AsOf) -> StandingChangeQuerySet:
    """Decisions that waited or were still to take effect at the end of that day, in the state of then.

    An approval that came later had not come; what was never approved waited, unless it needs no approval.
    """
    after = end_of(on.day)
    open_then = Q(settled_at=None) | Q(settled_at__gte=after)
    rows = StandingChange.unscoped.with_member().filter(open_then, entered_at__lt=after)
    needs = [kind.name for kind in KINDS if kind.needs_approval]
    state = Case(
        When(approved_at__lt=after, then=Value(ChangeState.COMING)),
        When(Q(approved_at__isnull=False) | Q(kind__in=needs), then=Value(ChangeState.PROPOSED)),
        default=Value(ChangeState.COMING),
        output_field=CharField(),
    )
    found: StandingChangeQuerySet = _of_those_there(rows, on, scope.roots_for("member.view"))
    return found.annotate(state_then=state).order_by("effect_on", "pk")


def with_state_then(rows: Iterable[Any]) -> list[StandingChange]:
    """The rows as a page shows them: in their state of that day."""
    found: list[StandingChange] = list(rows)
    for row in found:
        row.state = row.state_then  # type: ignore[attr-defined]
    return found


def probationers_then(roots: Collection[str], on: AsOf) -> list[Probationer]:
    """Everybody on probation in these subtrees that day; an extension decided later is not yet one."""
    there = as_of.of_standing(as_of.members_on(on, roots), Standing.PROBATIONARY)
    then = {"branch_then": F("there__branch__short_name"), "branch_then_id": F("there__branch_id")}
    members: list[Member] = list(there.annotate(**then))
    ids = [each.pk for each in members]
    extended = StandingChange.unscoped.filter(
        member__in=ids, kind=ChangeKind.EXTEND, state=ChangeState.IN_FORCE, effect_on__gt=on.day
    )
    not_yet = set(extended.values_list("member_id", flat=True))
    for each in members:
        if each.pk in not_yet:
            each.probation_until = None
    after = end_of(on.day)
    open_then = Q(settled_at=None) | Q(settled_at__gte=after)
    rows = StandingChange.unscoped.filter(open_then, member__in=ids, entered_at__lt=after)
    changes = {row.member_id: row for row in rows}
    clocks = probation_clocks(members, on.day)
    place: Any = {each.pk: each for each in members}
    found = [
        Probationer(each, clocks[pk], changes.get(pk), place[pk].branch_then_id, place[pk].branch_then)
        for pk, each in place.items()
    ]
    return sorted(found, key=lambda row: (row.clock.due_on, row.member.name_key, row.member.pk))


def reach_of(rows: Collection[Any], scope: Scope) -> set[int]:
    """Members among those of the rows whose page this person can open today."""
    ids = [row.member_id for row in rows]
    return set(Member.objects.visible_to(scope).filter(pk__in=ids).values_list("pk", flat=True))
