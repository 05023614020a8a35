"""How a list of members is narrowed: one set of filters for the page, the export, the print and the API."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from branches.choices import Kind, PostKind
from branches.models import PartyGroup
from branches.rules import depth
from members.choices import Gender, MobileState, Standing
from members.models import Member
from members.models.register import MemberQuerySet
from members.queries import as_of, yearly_look
from members.queries.as_of import AsOf
from members.queries.lists import Cursor, Place, common_roots, holding, on_the_way_out, places_around
from members.queries.search import matching
from members.rules.register import add_years
from orgportal.core.forms import TidyCharField, tidy
from orgportal.core.scoping import AFTER, Scope, within

# Lowest and highest age, both inclusive.
AGE_BANDS = {
    "-30": (None, 30),
    "31-40": (31, 40),
    "41-50": (41, 50),
    "51-60": (51, 60),
    "61-70": (61, 70),
    "71-": (71, None),
}
# More than any band looks back.
MOST_YEARS = 100
AGE_CHOICES = (
    ("-30", _("30 and younger")),
    ("31-40", _("31 to 40")),
    ("41-50", _("41 to 50")),
    ("51-60", _("51 to 60")),
    ("61-70", _("61 to 70")),
    ("71-", _("71 and older")),
)
MOBILE_CHOICES = (
    ("any", _("Away, anywhere")),
    (MobileState.OUT.value, MobileState.OUT.label),
    (MobileState.ABROAD.value, MobileState.ABROAD.label),
)
INDENT = "　"
SELECTIVE = ("q", "group", "post", "leaving")


class MemberFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    """Reads the query string; `roots` and `narrow` are what a list is drawn from."""

    q = django_filters.CharFilter(
        method="by_text",
        label=_("Name, pinyin or mobile"),
        help_text=_("张三, zs, zhangsan or the last digits"),
    )
    branch = django_filters.ChoiceFilter(method="by_branch", label=_("Body"), empty_label=_("All of mine"))
    standing = django_filters.ChoiceFilter(
        label=_("Standing"),
        choices=Standing.choices,
        method="by_standing",
        empty_label=_("All present members"),
    )
    gender = django_filters.ChoiceFilter(label=_("Gender"), choices=Gender.choices, empty_label=_("All"))
    age = django_filters.ChoiceFilter(
        label=_("Age"), choices=AGE_CHOICES, method="by_age", empty_label=_("All ages")
    )
    group = django_filters.ChoiceFilter(
        label=_("Party group"), method="by_group", empty_label=_("All groups")
    )
    post = django_filters.ChoiceFilter(
        label=_("Post"), choices=PostKind.choices, method="by_post", empty_label=_("With or without a post")
    )
    mobile = django_filters.ChoiceFilter(
        label=_("Mobile member"), choices=MOBILE_CHOICES, method="by_mobile", empty_label=_("Here or away")
    )

    leaving = django_filters.ChoiceFilter(
        method="by_leaving",
        label=_("Transfer"),
        choices=(("yes", _("Leaving: ours until accepted")),),
        empty_label=_("All"),
    )

    as_of = django_filters.DateFilter(method="by_day", label=_("As of day"), widget=forms.DateInput)
    known_at = django_filters.DateFilter(
        method="by_day",
        label=_("As known on"),
        help_text=_("Beside a past day: the list as it was on record at the end of this day."),
        widget=forms.DateInput,
    )

    class Meta:
        model = Member
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Mapping[str, Any] | None, *, scope: Scope, today: date, is_drawn: bool = True
    ) -> None:
        """Choices are looked up where the form `is_drawn`, else where a body or a group is asked for."""
        # The rows are given to `narrow`.
        super().__init__(data, queryset=Member.objects.none())
        self.on = past_day((data or {}).get("as_of", ""), today)
        self.known = known_day(data or {}, self.on, today)
        self.today = self.on or today
        not_ahead = MaxValueValidator(today, _("This day is in the future."))
        self.filters["as_of"].extra["validators"] = [not_ahead]
        self.filters["known_at"].extra["validators"] = [not_ahead, self._beside_a_past_day]
        self.reach = scope.roots_for(Member.view_right)
        asked = (data or {}).get("branch", "")
        is_offered = is_drawn or asked or (data or {}).get("group")
        around = int(asked) if asked.isdecimal() else None
        self.places = places_around(self.reach, around) if is_offered else []
        self.place: Place | None = next((place for place in self.places if str(place.id) == asked), None)
        self.filters["branch"].extra["choices"] = [
            (place.id, _indented(place, self.places)) for place in self.places
        ]
        self._offer_groups(scope)
        if self.on:
            # Groups and transfers under way are known as of today only.
            self.filters.pop("group", None)
            del self.filters["leaving"]

    def _beside_a_past_day(self, value: date) -> None:
        if self.on is None:
            raise ValidationError(_("Choose the past day of the list as well."))
        if value < self.on:
            raise ValidationError(_("Choose the day of the list itself or a later one."))

    def _offer_groups(self, scope: Scope) -> None:
        """Groups are a branch's own: they are offered once the list is that of one branch."""
        only = self.place or (self.places[0] if len(self.places) == 1 else None)
        if only is None or only.kind != Kind.BRANCH:
            del self.filters["group"]
            return
        groups = PartyGroup.objects.visible_to(scope).current().filter(branch=only.id).order_by("name")
        self.filters["group"].extra["choices"] = list(groups.values_list("pk", "name"))

    # --- what a list asks

    @property
    def past(self) -> AsOf | None:
        """The past day asked for, and by when it was known."""
        return AsOf(self.on, self.known) if self.on else None

    @property
    def roots(self) -> tuple[str, ...]:
        """Subtrees to list: the chosen body, or all the person answers for."""
        return (self.place.path,) if self.place else self.reach

    def roots_with(self, right: str, scope: Scope) -> tuple[str, ...]:
        """The part of the list in which the right holds too."""
        return common_roots(self.roots, scope.roots_for(right))

    @property
    def is_selective(self) -> bool:
        return any(self._cleaned().get(name) for name in SELECTIVE)

    @property
    def is_filtered(self) -> bool:
        return any(self._cleaned().values())

    @property
    def is_narrowed(self) -> bool:
        """By more than the body whose list it is."""
        return any(value for name, value in self._cleaned().items() if name != "branch")

    def narrow(self, rows: MemberQuerySet) -> MemberQuerySet:
        """The filters on any rows of members; a filter that cannot be read narrows to nothing."""
        if not self.form.is_valid():
            return rows.none()
        narrowed: MemberQuerySet = self.filter_queryset(rows)
        if self._cleaned().get("standing"):
            return narrowed
        return as_of.present(narrowed) if self.on else narrowed.active()

    def _cleaned(self) -> dict[str, Any]:
        return self.form.cleaned_data if self.form.is_valid() else {}

    # --- how each filter narrows

    def by_text(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        text = tidy(value)
        if self.on and text.isdigit():
            return rows.filter(number=text)
        return matching(rows, text) if text else rows

    def by_day(self, rows: MemberQuerySet, name: str, value: date) -> MemberQuerySet:
        """Read in __init__: which rows there are at all depends on it."""
        return rows

    def by_branch(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        path = self.place.path if self.place else ""
        if self.on:
            return as_of.inside(rows, path)
        return rows.filter(path__gte=path, path__lt=path + AFTER)

    def by_standing(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        if self.on:
            return as_of.of_standing(rows, value)
        # A record merged into another one is no person that left.
        found = rows.filter(standing=value)
        return found.filter(merged_into=None) if value == Standing.ENDED else found

    def by_age(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        youngest, oldest = AGE_BANDS[value]
        if self.today.year <= MOST_YEARS:
            return rows.none()  # the calendar has no birthday so long before such a past day
        if youngest is not None:
            rows = rows.filter(birth_on__lte=add_years(self.today, -youngest))
        if oldest is not None:
            rows = rows.filter(birth_on__gt=add_years(self.today, -oldest - 1))
        return rows

    def by_group(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        return rows.filter(group_id=int(value))

    def by_post(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        if self.past and self.past.known:
            return as_of.holding(rows, value, self.past)
        return holding(rows, value, self.today)

    def by_leaving(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        return on_the_way_out(rows)

    def by_mobile(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        if self.past:
            return as_of.away(rows, self.past, value)
        return (
            rows.exclude(mobile_state=MobileState.NONE) if value == "any" else rows.filter(mobile_state=value)
        )


def cursor_of(data: Mapping[str, str]) -> Cursor:
    """`?after=7` or `?before=7`; anything else is the first page."""
    for name, is_backwards in (("before", True), ("after", False)):
        if data.get(name, "").isdecimal():
            return Cursor(int(data[name]), is_backwards)
    return Cursor()


def past_day(text: str, today: date) -> date | None:
    """The day before today that is asked for; None for today, a day to come and what is no day."""
    try:
        # As the field of the form reads it, or the list would be that of another day than the form says.
        day: date | None = forms.DateField(required=False).clean(text)
    except ValidationError:
        return None
    return day if day and day < today else None


def known_day(data: Mapping[str, Any], on: date | None, today: date) -> date | None:
    """By when the list of a past day was known; None for today, and for what is refused with words."""
    known = past_day(data.get("known_at", ""), today)
    return known if on and known and known >= on else None


def _indented(place: Place, places: list[Place]) -> str:
    return INDENT * (depth(place.path) - depth(places[0].path)) + place.name


REMINDED = (
    ("no", _("Not reminded yet")),
    ("1", _("Reminded before today")),
    ("14", _("First reminded 14 days ago or more")),
    ("30", _("First reminded 30 days ago or more")),
)
ACCOUNTS = (("yes", _("has an account")), ("no", _("no account: ask by phone or at a visit")))


class YearFilter(forms.Form):
    """Narrows the list of those whose data nobody has looked over; what cannot be read narrows to nothing."""

    q = TidyCharField(label=_("Name"), required=False, max_length=60)
    body = forms.ChoiceField(label=_("Body"), required=False)
    reminded = forms.ChoiceField(label=_("Reminded"), required=False)
    account = forms.ChoiceField(label=_("Account"), required=False)

    def __init__(self, data: Mapping[str, Any], *, scope: Scope, today: date) -> None:
        super().__init__(data)
        self.scope, self.today, self.reach = scope, today, scope.roots_for(Member.view_right)
        asked = data.get("body", "")
        self.places = places_around(self.reach, int(asked) if asked.isdecimal() else None)
        self.place = next((place for place in self.places if str(place.id) == asked), None)
        bodies = [(place.id, _indented(place, self.places)) for place in self.places]
        self._offer("body", _("All of mine"), bodies)
        self._offer("reminded", _("All"), REMINDED)
        self._offer("account", _("All"), ACCOUNTS)

    def _offer(self, name: str, everything: Any, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [("", everything), *choices]

    @property
    def roots(self) -> tuple[str, ...]:
        return (self.place.path,) if self.place else self.reach

    @property
    def is_one_branch(self) -> bool:
        """There is nothing to tell apart by branch."""
        only = self.place or (self.places[0] if len(self.places) == 1 else None)
        return only is not None and only.kind == Kind.BRANCH

    @property
    def is_filtered(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def found(self) -> MemberQuerySet:
        rows = yearly_look.waiting(self.scope, self.today).filter(within("path", self.roots))
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if asked["q"]:
            rows = matching(rows, asked["q"])
        if asked["account"]:
            rows = rows.filter(user__isnull=asked["account"] == "no")
        return yearly_look.reminded(rows, asked["reminded"], self.today)
