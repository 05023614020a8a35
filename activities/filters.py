"""Filters of the lists of records and follow-ups, shared by page and API."""

from collections.abc import Collection
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, ActivityState, DutyState, InvitationState, LifeState
from activities.models import Activity, Decision, Duty, Invitation, Participation
from activities.queries import about
from activities.queries.life import life_is
from orgportal.core.forms import tidy

FOLLOW_UP_STATES = (
    ("open", _("Still open")),
    ("overdue", _("Overdue")),
    ("done", _("Done")),
    ("carried", _("Carried on")),
)


class ActivityFilter(filters.FilterSet):  # type: ignore[misc]
    """Text is a part of the subject, of the place, or of the branch's name or initials; `today` decides what
    is locked."""

    q = filters.CharFilter(label=_("Subject, place or branch"), method="by_text")
    kind = filters.ChoiceFilter(
        label=_("kind"), choices=ActivityKind.choices, empty_label=_("Any"), method="by_kind"
    )
    state = filters.ChoiceFilter(label=_("state"), choices=ActivityState.choices, empty_label=_("Any"))
    life = filters.ChoiceFilter(
        label=_("Confirmation"), choices=LifeState.choices, empty_label=_("Any"), method="by_life"
    )
    since = filters.DateFilter(label=_("From"), field_name="held_on", lookup_expr="gte")
    until = filters.DateFilter(label=_("Until"), field_name="held_on", lookup_expr="lte")
    branch = filters.NumberFilter(label=_("Branch"), field_name="branch_id", widget=forms.HiddenInput)

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(about(value))

    def by_life(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(life_is(value, self.today))

    def by_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(kind=value) | Q(also_kinds__contains=[value]))


class DecisionFilter(filters.FilterSet):  # type: ignore[misc]
    """`today` decides what is overdue, `own` ids what is one's own."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=FOLLOW_UP_STATES, empty_label=_("Any"), method="by_state"
    )
    mine = filters.BooleanFilter(label=_("Only mine"), method="by_owner", widget=forms.CheckboxInput)

    class Meta:
        model = Decision
        fields: list[str] = []

    def __init__(self, *args: Any, today: date, own: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.own = today, own

    @property
    def asks_done(self) -> bool:
        return bool(self.form.cleaned_data["state"] == "done") if self.form.is_valid() else False

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "done":
            return rows.exclude(done_on=None)
        if value == "carried":
            return rows.exclude(carried_to=None)
        open_rows = rows.filter(done_on=None, carried_to=None)
        return open_rows.filter(due_on__lt=self.today) if value == "overdue" else open_rows

    def by_owner(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(owner_id__in=self.own) if value else rows


class InvitationFilter(filters.FilterSet):  # type: ignore[misc]
    """Invitations to joint activities, from both sides."""

    state = filters.ChoiceFilter(label=_("state"), choices=InvitationState.choices, empty_label=_("Any"))

    class Meta:
        model = Invitation
        fields: list[str] = []


class DutyFilter(filters.FilterSet):  # type: ignore[misc]
    """For the API: which duties, how they stand, in which period."""

    branch = filters.NumberFilter(field_name="branch_id")
    rule = filters.CharFilter()
    state = filters.ChoiceFilter(choices=DutyState.choices)
    since = filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    until = filters.DateFilter(field_name="ends_on", lookup_expr="lte")

    class Meta:
        model = Duty
        fields: list[str] = []


PLEDGED = (("no", _("No pledge yet")), ("yes", _("Pledged")))
COMMENTED = (("no", _("Not commented")), ("yes", _("Commented")))


class TakingPartFilter(filters.FilterSet):  # type: ignore[misc]
    """Branches of a campaign: by name or initials, by what is there and what is not."""

    q = filters.CharFilter(label=_("Branch or pinyin initials"), method="by_name")
    pledged = filters.ChoiceFilter(
        label=_("Pledge of the branch"), choices=PLEDGED, empty_label=_("Any"), method="by_pledge"
    )
    commented = filters.ChoiceFilter(
        label=_("Leader's comment"), choices=COMMENTED, empty_label=_("Any"), method="by_comment"
    )

    class Meta:
        model = Participation
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = tidy(value)
        return rows.filter(Q(branch__name__icontains=wanted) | Q(branch__initials__startswith=wanted.lower()))

    def by_pledge(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(progress__isnull=value == "no")

    def by_comment(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(is_commented=value == "yes")
