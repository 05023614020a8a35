"""Filters of the body list, shared by page and API."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from branches.choices import Form, Kind, Sector
from branches.models import Organization
from branches.queries import named
from orgportal.core.forms import tidy

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
