"""How branches and their duties are narrowed: one set of fields for the matrix and every list behind it."""

from collections.abc import Collection
from datetime import date
from typing import Any, cast

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import DutyState
from activities.models import Duty
from branches.choices import Kind, Sector
from branches.messages import MEASURES, UNIT_GROUPS
from branches.models import Organization, OrganizationQuerySet
from branches.rules import LEVEL_WIDTH
from branches.rules.coverage import ALL
from orgportal.core.forms import tidy
from orgportal.core.jinja import month as month_words
from orgportal.core.jinja import period as period_words
from orgportal.core.scoping import AFTER, Scope
from orgportal.health.messages import (
    COUNTED_BY_RULE,
    FINDING_NAMES,
    FINDING_NEEDS,
    NEEDS,
    STATE_GROUPS,
    SUBJECTS,
)
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.coverage import (
    ReviewLine,
    directly_below,
    frozen_lines,
    live_lines,
    quarters_frozen,
)
from orgportal.health.queries.district import (
    MonthView,
    committees,
    duties_due,
    duties_touching,
    terms_ending,
    transfers_overdue,
    with_finding,
    with_need,
)
from orgportal.health.queries.summaries import newest_summaries
from orgportal.health.rules.findings import months_after
from orgportal.health.rules.nudges import DUTY, ELECTION, OF_FINDINGS, TRANSFER
from orgportal.health.rules.quarters import quarter_end, quarter_of
from orgportal.health.rules.totals import EXPECTED, HELD, MOST_MONTHS, Span, span_named, spans_to_sum

DUTY_CHOICES = [(rule, words) for rule, words in SUBJECTS.items() if rule.endswith(".freq")]
NEED_STATES = (DutyState.MISSING, DutyState.LATE, DutyState.DID_NOT_MEET, DutyState.EXCUSED)
NEED_CHOICES = [
    *NEEDS.items(),
    *((state.value, state.label) for state in NEED_STATES),
    *FINDING_NEEDS.items(),
]
STATE_CHOICES = [*STATE_GROUPS.items(), *DutyState.choices]
COUNTED_BRANCHES = [(code, FINDING_NAMES[code]) for code in FINDING_NAMES if code not in COUNTED_BY_RULE]
NEED = {"silent": Q(is_silent=True), "help": Q(needs_help__gt=0), "none": Q(needs_help=0)}
GROUPS = {
    "expected": EXPECTED,
    "held": HELD,
    "answered": (DutyState.EXCUSED, DutyState.DID_NOT_MEET),
}
BODY_KINDS = (("branch", _("Branches")), ("above", _("Bodies above branches")))
MEASURE_CHOICES = [(name, words[0]) for name, words in MEASURES.items() if name != "listed"]
ROW_CHOICES = [("", _("Bodies directly below")), ("1", _("Units the body answers for itself"))]
INDENT = "　"
QUARTERS_SHOWN = 8


def indented(bodies: Collection[Organization]) -> list[tuple[str, str]]:
    """Bodies to choose from, each as deep as it stands below the topmost of them."""
    top = min((len(body.path) for body in bodies), default=0)
    return [
        (str(body.pk), INDENT * ((len(body.path) - top) // LEVEL_WIDTH) + body.short_name) for body in bodies
    ]


def matches(text: str) -> Q:
    """How a body is found by what somebody typed."""
    wanted = tidy(text)
    return Q(name__icontains=wanted) | Q(initials__startswith=wanted.lower()) | Q(code__startswith=wanted)


class BranchFilter(filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    """Branches of one's scope as they stand in the month, in order of need."""

    month = filters.ChoiceFilter(label=pgettext_lazy("period", "Month"), empty_label=None, method="keep")
    under = filters.ChoiceFilter(label=_("Committee"), empty_label=_("All"), method="by_committee")
    sector = filters.ChoiceFilter(label=_("Sector"), empty_label=_("All"), choices=Sector.choices)
    need = filters.ChoiceFilter(
        label=_("State"), empty_label=_("All"), choices=NEED_CHOICES, method="by_need"
    )
    q = filters.CharFilter(label=_("Name or initials"), method="by_text")

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        self.view = MonthView.of(data.get("month", ""), today)
        self.bodies = {str(body.pk): body for body in committees(scope)}
        super().__init__(data, queryset=with_need(scope, self.view))
        self.filters["month"].extra["choices"] = [
            (day.isoformat(), month_words(day)) for day in self.view.months
        ]
        self.filters["under"].extra["choices"] = indented(self.bodies.values())

    @property
    def branches(self) -> OrganizationQuerySet:
        return cast("OrganizationQuerySet", self.qs)

    @property
    def body(self) -> Organization | None:
        """The committee chosen, else the one above all one sees, if there is one."""
        chosen = self.bodies.get(self.form.cleaned_data.get("under") or "") if self.form.is_valid() else None
        top = next(iter(self.bodies.values()), None)
        is_above = top is not None and all(body.path.startswith(top.path) for body in self.bodies.values())
        return chosen or (top if is_above else None)

    def keep(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The month has already chosen what the rows say."""
        return rows

    def by_committee(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        path = self.bodies[value].path
        return rows.filter(path__gte=path, path__lt=path + AFTER)

    def by_need(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value in NEED:
            return rows.filter(NEED[value])
        if value in FINDING_NEEDS:
            return with_finding(rows, self.view, OF_FINDINGS[value].codes)
        due = Duty.objects.filter(
            branch=OuterRef("pk"), state=value, due_on__gte=self.view.first, due_on__lte=self.view.last
        )
        return rows.filter(Exists(due))

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(matches(value))


class DutyFilter(BranchFilter):
    """The duties falling due in the month, of the branches the other fields leave."""

    need = None
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("All"), choices=STATE_CHOICES, method="keep")
    rule = filters.ChoiceFilter(label=_("Duty"), empty_label=_("All"), choices=DUTY_CHOICES, method="keep")
    branch = filters.NumberFilter(label=_("Branch"), method="keep", widget=forms.HiddenInput)
    # A cell of the matrix shows a quarter's duty in each of its months, not only in the one it falls due.
    period = filters.ChoiceFilter(choices=[("any", "any")], method="keep", widget=forms.HiddenInput)

    def duties(self, scope: Scope) -> QuerySet[Duty]:
        branches = self.branches
        wanted = self.form.cleaned_data
        pick = duties_touching if wanted.get("period") else duties_due
        rows = pick(scope, self.view, branches)
        if state := wanted.get("state"):
            rows = rows.filter(state__in=GROUPS.get(state, (state,)))
        if rule := wanted.get("rule"):
            rows = rows.filter(rule=rule)
        if branch := wanted.get("branch"):
            rows = rows.filter(branch=branch)
        return rows.select_related("branch", "group", "activity").annotate(place=F("branch__path"))


def list_to_nudge(matter: str, data: Any, *, scope: Scope, today: date) -> tuple[BranchFilter, QuerySet[Any]]:
    """The list a matter is shown in, by the same fields: what a nudge of it may ask for."""
    if matter == DUTY:
        of_duties = DutyFilter(data, scope=scope, today=today)
        return of_duties, of_duties.duties(scope)
    if matter in OF_FINDINGS:
        data = data.copy()
        data["need"] = matter
    filters = BranchFilter(data, scope=scope, today=today)
    pick = {ELECTION: terms_ending, TRANSFER: transfers_overdue}.get(matter)
    return filters, pick(scope, filters.view, filters.branches) if pick else filters.branches


class QuarterForm(forms.Form):
    """The quarter a count is of; this one unless another is asked for."""

    quarter = forms.ChoiceField(label=_("Quarter"), required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.this = quarter_of(today)
        firsts = [months_after(self.this, -3 * step) for step in range(QUARTERS_SHOWN)]
        fields: Any = self.fields
        fields["quarter"].choices = [(first.isoformat(), quarter_words(first)) for first in firsts]

    @property
    def first(self) -> date:
        chosen = self.cleaned_data.get("quarter") if self.is_valid() else None
        return date.fromisoformat(chosen) if chosen else self.this


class SummaryFilter(filters.FilterSet):  # type: ignore[misc]
    """Summaries of one's scope; the newest revision of each unless all are asked for."""

    period = filters.ChoiceFilter(label=_("Period"), empty_label=_("All"), method="by_period")
    kind = filters.ChoiceFilter(label=_("Body"), empty_label=_("All"), choices=BODY_KINDS, method="by_kind")
    need = filters.ChoiceFilter(
        label=_("State"), empty_label=_("All"), choices=[*NEEDS.items()], method="by_need"
    )
    finding = filters.ChoiceFilter(
        label=_("Finding"), empty_label=_("All"), choices=COUNTED_BRANCHES, method="by_finding"
    )
    duty = filters.ChoiceFilter(label=_("Duty"), empty_label=_("All"), choices=DUTY_CHOICES, method="keep")
    state = filters.ChoiceFilter(
        label=_("State of the duty"), empty_label=_("All"), choices=DutyState.choices, method="keep"
    )
    q = filters.CharFilter(label=_("Name or initials"), method="by_text")
    organization = filters.NumberFilter(label=_("Body"), widget=forms.HiddenInput)
    under = filters.NumberFilter(label=_("Under"), method="by_place", widget=forms.HiddenInput)
    # Directly below that body, not further down.
    direct = filters.BooleanFilter(method="keep", widget=forms.HiddenInput)

    class Meta:
        model = PeriodSummary
        fields: list[str] = []

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        super().__init__(data, queryset=newest_summaries(scope))
        self.scope = scope
        first = months_after(today.replace(day=1), -MOST_MONTHS)
        spans = spans_to_sum(first, today, 0, ())
        self.filters["period"].extra["choices"] = [
            (span.name, period_words(*span)) for span in reversed(spans)
        ]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Duties that fell due in the period, in the state they were frozen in."""
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        wanted = [self.form.cleaned_data[name] for name in ("duty", "state") if self.form.cleaned_data[name]]
        return rows.filter(content__duties__contains=[wanted]) if wanted else rows

    def keep(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Answered where another field is, or where the whole query is put together."""
        return rows

    def by_period(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**cast("Span", span_named(value))._asdict())

    def by_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        is_branch = Q(organization__kind=Kind.BRANCH)
        return rows.filter(is_branch if value == "branch" else ~is_branch)

    def by_need(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(NEED[value], organization__kind=Kind.BRANCH)

    def by_finding(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Branches of which it was said, whatever it says of them now."""
        return rows.filter(organization__kind=Kind.BRANCH, content__totals__has_key=f"finding.{value}")

    def by_place(self, rows: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        seen = Organization.objects.visible_to(self.scope).filter(pk=value)
        if self.form.cleaned_data.get("direct"):
            return rows.filter(organization__parent__in=seen)
        path = seen.values_list("path", flat=True).first()
        return rows.filter(place__gte=path, place__lt=path + AFTER) if path else rows.none()

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        bodies = Organization.objects.filter(matches(value))
        return rows.filter(organization__in=bodies.values("pk"))


class ReviewFilter:
    """What a review of the two coverages is of: a day or a frozen quarter, a body, a group of units."""

    @property
    def form_class(self) -> type["ReviewForm"]:
        return ReviewForm

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        self.scope, self.today = scope, today
        self.committees = committees(scope)
        self.form = self.form_class(data, quarters=quarters_frozen(scope), bodies=self.committees)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        self.quarter = date.fromisoformat(chosen["quarter"]) if chosen.get("quarter") else None
        self.on = quarter_end(self.quarter) if self.quarter else today
        self.group: str = chosen.get("group") or ALL
        self.measure: str = chosen.get("measure") or "listed"
        self.is_direct = bool(chosen.get("direct"))
        self.unit: int | None = chosen.get("unit")
        self._under = next((body for body in self.committees if str(body.pk) == chosen.get("under")), None)

    @property
    def body(self) -> Organization | None:
        """The committee chosen, else the one above all one sees, if there is one."""
        top = next(iter(self.committees), None)
        is_above = top is not None and all(body.path.startswith(top.path) for body in self.committees)
        return self._under or (top if is_above else None)

    @property
    def fields(self) -> dict[str, Any]:
        """What every link of the page takes on."""
        chosen = {
            "quarter": self.quarter.isoformat() if self.quarter else "",
            "under": self._under.pk if self._under else "",
            "group": "" if self.group == ALL else self.group,
        }
        return {name: value for name, value in chosen.items() if value}

    def lines(self) -> list[ReviewLine]:
        return frozen_lines(self.scope, self.quarter) if self.quarter else live_lines(self.scope, self.on)

    def names(self) -> list[ReviewLine]:
        """The lines one number counts."""
        under = self._under
        return [
            line for line in self.lines()
            if line.belongs(self.group) and self.measure in line.lists
            and (under is None or line.path.startswith(under.path))
            and (under is None or not self.is_direct or line.committee_id == under.pk)
            and self.unit in {None, line.id}
        ]  # fmt: skip


class ReviewForm(forms.Form):
    quarter = forms.ChoiceField(label=_("As of"), required=False)
    under = forms.ChoiceField(label=_("Committee"), required=False)
    group = forms.ChoiceField(label=_("Kind"), required=False, choices=[*UNIT_GROUPS.items()])
    measure = forms.ChoiceField(
        required=False, choices=[(name, name) for name in MEASURES], widget=forms.HiddenInput
    )
    direct = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # Of a cell of one unit.
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, quarters: list[date], bodies: list[Organization]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["quarter"].choices = [
            ("", _("Today")), *((first.isoformat(), quarter_words(first)) for first in quarters)
        ]  # fmt: skip
        fields["under"].choices = [("", _("All")), *indented(bodies)]


class UnitMatrixFilter(ReviewFilter):
    """Units by quarter: up to which quarter, of which body, and what is counted."""

    @property
    def form_class(self) -> type[ReviewForm]:
        return UnitMatrixForm

    @property
    def is_by_unit(self) -> bool:
        """Where no body stands below, or the body's own units are asked for; else a row is a body."""
        body = self.body
        return body is not None and (self.is_direct or not directly_below(self.committees, body))

    @property
    def fields(self) -> dict[str, Any]:
        """Of links inside the page: the rows asked for belong to one body and do not go along."""
        return {**super().fields, **({} if self.measure == "listed" else {"measure": self.measure})}


class UnitMatrixForm(ReviewForm):
    """The same fields in other words: a quarter is the last one shown."""

    def __init__(self, data: Any, *, quarters: list[date], bodies: list[Organization]) -> None:
        super().__init__(data, quarters=quarters, bodies=bodies)
        fields: Any = self.fields
        del fields["unit"]
        fields["quarter"].label = _("Up to")
        fields["quarter"].choices = [("", _("The last quarter that is over")), *fields["quarter"].choices[1:]]
        fields["measure"] = forms.ChoiceField(
            label=_("Which units"), required=False, choices=[("", _("All on the list")), *MEASURE_CHOICES]
        )
        fields["direct"] = forms.ChoiceField(label=_("Rows"), required=False, choices=ROW_CHOICES)


def quarter_words(first: date) -> str:
    return period_words(first, quarter_end(first))
