"""What a committee sees of its branches in one month: the matrix, the numbers, the lists behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, Self

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from activities.choices import DutyState, LifeState
from activities.models import Activity, Duty
from activities.models.duties import DutyQuerySet
from activities.queries.life import life_is
from branches.choices import Kind
from branches.models import Organization, OrganizationQuerySet
from branches.queries import rule_by_row
from members.models import OPEN_STATES, Term, Transfer
from orgportal.core.models import Heartbeat
from orgportal.core.scoping import Scope, within
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.inputs import PROVISIONS, VIEW_RIGHT
from orgportal.health.rules.findings import months_after
from orgportal.health.rules.totals import EXPECTED, HELD, expected_of, held_of, month_end

MONTHS_SHOWN = 24
TREND_MONTHS = 12
# Where several party groups answer for one period, the cell shows what needs somebody most.
WORST_FIRST = (
    DutyState.MISSING,
    DutyState.DID_NOT_MEET,
    DutyState.LATE,
    DutyState.NOT_DUE,
    DutyState.EXCUSED,
    DutyState.ON_TIME,
    DutyState.NO_DATA,
    DutyState.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class MonthView:
    """The month somebody looks at, and the day they do."""

    first: date
    today: date

    @classmethod
    def of(cls, asked: str, today: date) -> Self:
        """The month asked for (its first day, ISO); this month for anything else."""
        this = today.replace(day=1)
        known = {month.isoformat(): month for month in months_back(this)}
        return cls(known.get(asked, this), today)

    @property
    def last(self) -> date:
        return month_end(self.first)

    @property
    def is_current(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def as_of(self) -> date:
        return min(self.last, self.today)

    @property
    def months(self) -> list[date]:
        return months_back(self.today.replace(day=1))


def months_back(this: date, number: int = MONTHS_SHOWN) -> list[date]:
    """First days of so many months, newest first."""
    return [months_after(this, -step) for step in range(number)]


# --- branches in order of need


def branches_of(scope: Scope, on: date) -> OrganizationQuerySet:
    """Branches standing that day whose health the person may see."""
    rows: Any = Organization.objects.visible_to(scope).branches()
    found: OrganizationQuerySet = rows.standing_on(on).filter(within("path", scope.roots_for(VIEW_RIGHT)))
    return found


def with_need(scope: Scope, view: MonthView) -> OrganizationQuerySet:
    """The same with what they are ordered by: as it is now, or as that month was summed up."""
    rows = branches_of(scope, view.as_of)
    if view.is_current:
        silent: Any = F("assessment__is_silent")
        needs: Any = F("assessment__needs_help")
        since: Any = F("assessment__silent_since")
    else:
        said = PeriodSummary.unscoped.filter(
            organization=OuterRef("pk"), starts_on=view.first, ends_on=view.last
        )
        newest = said.order_by("-revision")
        silent, needs = Subquery(newest.values("is_silent")[:1]), Subquery(newest.values("needs_help")[:1])
        since = Value(None, output_field=DateField(null=True))
    found: OrganizationQuerySet = rows.annotate(
        is_silent=Coalesce(silent, Value(False), output_field=BooleanField()),
        needs_help=Coalesce(needs, Value(0), output_field=IntegerField()),
        silent_since=since,
    )
    return found


def with_finding(rows: QuerySet[Any], view: MonthView, codes: Iterable[str]) -> QuerySet[Any]:
    """Those of which one of these findings is said: now, or as that month was summed up."""
    said: Any = F("assessment__findings")
    if not view.is_current:
        of_month = PeriodSummary.unscoped.filter(
            organization=OuterRef("pk"), starts_on=view.first, ends_on=view.last
        )
        said = Subquery(of_month.order_by("-revision").values("content__findings")[:1])
    either = reduce(or_, (Q(said__contains=[{"code": code}]) for code in codes))
    found: QuerySet[Any] = rows.alias(said=said).filter(either)
    return found


NEED_ORDER = ("-is_silent", "-needs_help", "path")


def committees(scope: Scope) -> list[Organization]:
    """Bodies above branches whose health the person may see, in path order."""
    rows = Organization.objects.visible_to(scope).current().exclude(kind=Kind.BRANCH)
    return list(rows.filter(within("path", scope.roots_for(VIEW_RIGHT))).order_by("path"))


# --- the matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """One branch × duty in the month: the state that needs somebody most, over so many duties."""

    state: str
    number: int
    activity_id: int | None


def cells(scope: Scope, view: MonthView, branch_ids: Iterable[int]) -> dict[int, dict[str, Cell]]:
    """Duties whose period touches the month, by branch and rule."""
    rows = (
        Duty.objects.visible_to(scope)
        .filter(branch__in=list(branch_ids), starts_on__lte=view.last, ends_on__gte=view.first)
        .order_by("branch_id", "rule", "group_id", "starts_on")
        .values_list("branch_id", "rule", "state", "activity_id")
    )
    found: dict[int, dict[str, list[tuple[str, int | None]]]] = {}
    for branch, rule, state, activity in rows:
        found.setdefault(branch, {}).setdefault(rule, []).append((state, activity))
    return {
        branch: {rule: worst(states) for rule, states in by_rule.items()} for branch, by_rule in found.items()
    }


def worst(states: Sequence[tuple[str, int | None]]) -> Cell:
    """The cell of one or several duties, each a state and its record."""
    state, activity = min(states, key=lambda each: WORST_FIRST.index(DutyState(each[0])))
    return Cell(state, len(states), activity if len(states) == 1 else None)


# --- the numbers and the lists behind them


class Numbers(NamedTuple):
    """Each is the length of the list it opens."""

    branches: int
    silent: int
    expected: int
    held: int
    on_time: int
    late: int
    excused: int
    did_not_meet: int
    missing: int
    not_due: int
    transfers: int
    terms: int
    returned: int

    @property
    def held_share(self) -> int | None:
        return share(self.held, self.expected)

    @property
    def on_time_share(self) -> int | None:
        return share(self.on_time, self.expected)


def duties_touching(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> DutyQuerySet:
    """Duties of these branches whose period touches the month, due in it or later: what the matrix shows."""
    rows: DutyQuerySet = Duty.objects.visible_to(scope).filter(
        starts_on__lte=view.last, ends_on__gte=view.first, branch__in=branches.values("pk")
    )
    return rows


def duties_due(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> DutyQuerySet:
    """Duties of these branches that fall due in the month."""
    rows: DutyQuerySet = Duty.objects.visible_to(scope).filter(
        due_on__gte=view.first, due_on__lte=view.last, branch__in=branches.values("pk")
    )
    return rows


def transfers_overdue(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> QuerySet[Transfer]:
    """Open transfers from or to these branches that have not moved for longer than a step may take where
    they come from, as the queues count them.
    """
    edge = rule_by_row(
        "transfer.step_days", PROVISIONS, view.today, "source__path", lambda days: _days_ago(days, view.today)
    )
    ids = branches.values("pk")
    return Transfer.objects.visible_to(scope).filter(
        Q(source__in=ids) | Q(target__in=ids), state__in=OPEN_STATES, state_since__lt=edge
    )


def _days_ago(days: int, today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time.min))


def terms_ending(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> QuerySet[Term]:
    """Running terms of these branches whose election is due within the reminding months, or overdue."""
    edge = rule_by_row(
        "election.remind_months_before", PROVISIONS, view.today, "organization__path",
        lambda months: months_after(view.today, months),
    )  # fmt: skip
    running: Any = Term.objects.visible_to(scope)
    found: QuerySet[Term] = running.running_on(view.today).filter(
        due_on__lte=edge, organization__in=branches.values("pk")
    )
    return found


def records_returned(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> QuerySet[Activity]:
    """Records of these branches that were sent back and not handed in again, whatever month they are of."""
    rows: QuerySet[Activity] = Activity.objects.visible_to(scope).filter(
        life_is(LifeState.RETURNED, view.today), branch__in=branches.values("pk")
    )
    return rows


def numbers(scope: Scope, view: MonthView, branches: OrganizationQuerySet) -> Numbers:
    """What stands above the matrix, for the branches the filters leave."""
    need = branches.aggregate(all=Count("pk"), silent=Count("pk", filter=Q(is_silent=True)))
    by_state = dict(
        duties_due(scope, view, branches).order_by().values_list("state").annotate(number=Count("pk"))
    )
    count = {str(state): by_state.get(state, 0) for state in DutyState.values}
    return Numbers(
        branches=need["all"],
        silent=need["silent"],
        expected=sum(count[state] for state in EXPECTED),
        held=sum(count[state] for state in HELD),
        on_time=count[DutyState.ON_TIME],
        late=count[DutyState.LATE],
        excused=count[DutyState.EXCUSED],
        did_not_meet=count[DutyState.DID_NOT_MEET],
        missing=count[DutyState.MISSING],
        not_due=count[DutyState.NOT_DUE],
        transfers=transfers_overdue(scope, view, branches).count(),
        terms=terms_ending(scope, view, branches).count(),
        returned=records_returned(scope, view, branches).count(),
    )


def assessed_at() -> datetime | None:
    """When every branch was last assessed; changes since then came in one by one."""
    return Heartbeat.objects.filter(name="assess_all").values_list("at", flat=True).first()


# --- the body's own past


class TrendMonth(NamedTuple):
    """A finished month of a body and the same month a year before, in whole per cent; None where unknown."""

    month: date
    expected: int
    held: int
    on_time: int
    missing: int
    silent: int
    held_share: int | None
    on_time_share: int | None
    held_share_before: int | None


def trend(scope: Scope, body_id: int, today: date) -> list[TrendMonth]:
    """The twelve months before this one as they were summed up, oldest first."""
    this = today.replace(day=1)
    ends = [month_end(months_after(this, -step)) for step in range(1, 2 * TREND_MONTHS + 1)]
    said = (
        PeriodSummary.objects.visible_to(scope)
        .filter(organization=body_id, ends_on__in=ends, starts_on=TruncMonth("ends_on"))
        .order_by("starts_on", "-revision")
        .distinct("starts_on")
    )
    known: dict[date, dict[str, int]] = dict(said.values_list("starts_on", "totals"))
    months = [months_after(this, -step) for step in range(TREND_MONTHS, 0, -1)]
    return [_trend_month(month, known) for month in months if month in known]


def _trend_month(month: date, known: dict[date, dict[str, int]]) -> TrendMonth:
    totals = known[month]
    before = known.get(months_after(month, -12), {})
    expected, held = expected_of(totals), held_of(totals)
    on_time = totals.get(f"duty.{DutyState.ON_TIME}", 0)
    return TrendMonth(
        month=month,
        expected=expected,
        held=held,
        on_time=on_time,
        missing=totals.get(f"duty.{DutyState.MISSING}", 0),
        silent=totals.get("silent", 0),
        held_share=share(held, expected),
        on_time_share=share(on_time, expected),
        held_share_before=share(held_of(before), expected_of(before)),
    )


def share(part: int, whole: int) -> int | None:
    """Whole per cent, None where there is nothing to divide by."""
    return round(100 * part / whole) if whole else None
