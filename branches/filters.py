"""Filters of the lists of bodies and of units, shared by page, export and API."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from branches.choices import Form, Kind, OwnerKind, Sector, UnitKind
from branches.messages import MEASURES, UNIT_GROUPS
from branches.models import Organization, Unit
from branches.queries import named
from branches.queries.units import EDIT_RIGHT, committees_for, measured
from branches.rules import LEVEL_WIDTH
from branches.rules.coverage import NON_PUBLIC, STATE_FIRMS, TWO_NEW
from orgportal.core.forms import tidy
from orgportal.core.scoping import Scope, within

STATES = (("current", _("Existing")), ("dissolved", _("Dissolved")), ("all", _("All")))


class OrganizationFilter(filters.FilterSet):  # type: ignore[misc]
    """Text is a part of the name, pinyin initials, or the start of a code."""

    q = filters.CharFilter(label=_("Name, pinyin initials or code"), method="by_text")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("Any"))
    form = filters.ChoiceFilter(label=_("Form"), choices=Form.choices, empty_label=_("Any"))
    sector = filters.ChoiceFilter(label=_("Sector"), choices=Sector.choices, empty_label=_("Any"))
    state = filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=None, method="by_state", required=False
    )
    under = filters.NumberFilter(label=_("Below"), method="by_place", widget=forms.HiddenInput)

    class Meta:
        model = Organization
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else self.by_state(found, "state", "current")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value) | Q(code__startswith=tidy(value)))

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "all":
            return rows
        return rows.filter(dissolved_on__isnull=value == "current")

    def by_place(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        root = self.queryset.filter(pk=value).values_list("path", flat=True).first()
        return rows.filter(path__startswith=root) if root else rows.none()


class DirectoryFilter(filters.FilterSet):  # type: ignore[misc]
    """Finds by what the directory shows: the name (or its pinyin initials) and the kind."""

    q = filters.CharFilter(label=_("Name or pinyin initials"), method="by_name")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("Any"))

    class Meta:
        model = Organization
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value))


# Units that left stand on none of the lists of the day; they are a list of their own.
OFF_LIST = "off_list"
MEASURE_CHOICES = [*((name, words[0]) for name, words in MEASURES.items()), (OFF_LIST, _("Off the list"))]
GROUPS = {
    TWO_NEW: (Q(kind=UnitKind.ENTERPRISE) & ~Q(owner=OwnerKind.STATE)) | Q(kind=UnitKind.SOCIAL_BODY),
    NON_PUBLIC: Q(kind=UnitKind.ENTERPRISE) & ~Q(owner=OwnerKind.STATE),
    STATE_FIRMS: Q(kind=UnitKind.ENTERPRISE, owner=OwnerKind.STATE),
}
INDENT = "　"


class UnitFilter(filters.FilterSet):  # type: ignore[misc]
    """Units of one's scope on one of the lists of the day: the list every number of the review opens."""

    q = filters.CharFilter(label=_("Name, pinyin initials or credit code"), method="by_text")
    measure = filters.ChoiceFilter(
        label=_("Which units"), choices=MEASURE_CHOICES[1:], empty_label=_("All on the list"), method="keep"
    )
    under = filters.ChoiceFilter(label=_("Committee"), empty_label=_("All"), method="by_committee")
    group = filters.ChoiceFilter(
        label=_("Kind"), choices=[*UNIT_GROUPS.items()][1:], empty_label=_("All"), method="by_group"
    )
    # Answered for by the committee itself, not by a body below it.
    direct = filters.BooleanFilter(method="keep", widget=forms.HiddenInput)

    class Meta:
        model = Unit
        fields: list[str] = []

    def __init__(self, data: Any, *, scope: Scope, today: date) -> None:
        self.scope, self.today = scope, today
        self.bodies = {str(body.pk): body for body in committees_for(scope, Unit.view_right)}
        super().__init__(data, queryset=Unit.objects.visible_to(scope).select_related("committee"))
        top = min((len(body.path) for body in self.bodies.values()), default=0)
        self.filters["under"].extra["choices"] = [
            (pk, INDENT * ((len(body.path) - top) // LEVEL_WIDTH) + body.short_name)
            for pk, body in self.bodies.items()
        ]

    def filter_queryset(self, queryset: QuerySet[Any]) -> Any:
        found: Any = super().filter_queryset(queryset)
        measure = self.form.cleaned_data.get("measure") or "listed"
        if measure == OFF_LIST:
            return found.exclude(left_on=None)
        found = found.listed_on_day(self.today)
        if measure == "listed":
            return found
        ids = [facts.id for facts, lists in measured(list(found), self.today) if measure in lists]
        return found.filter(pk__in=ids)

    @property
    def to_check(self) -> QuerySet[Any]:
        """Those of the list one press marks as checked: on the list, and in the person's hands."""
        mine: QuerySet[Any] = self.qs.filter(within("committee__path", self.scope.roots_for(EDIT_RIGHT)))
        return mine.filter(left_on=None)

    def keep(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Answered where the whole query is put together."""
        return rows

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(named(value) | Q(credit_code__startswith=tidy(value).upper()))

    def by_committee(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        body = self.bodies[value]
        if self.form.cleaned_data.get("direct"):
            return rows.filter(committee=body)
        return rows.filter(within("committee__path", (body.path,)))

    def by_group(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(GROUPS.get(value, Q(kind=value)))
