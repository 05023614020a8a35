"""What is typed about units: details, coverage, not operating, members counted, visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.choices import BODY_KINDS, CoverageKind, LeaveListReason, OwnerKind, PauseReason, UnitKind
from branches.forms.tree import ImportForm
from branches.messages import CODE_DOUBTS
from branches.models import Organization
from branches.queries import body_of_text
from branches.queries.units import EDIT_RIGHT, committees_for
from branches.rules.units import code_doubt
from branches.workflows.coverage import NewCoverage
from branches.workflows.units import Entry, NewPause, Step, UnitDetails
from orgportal.core.forms import ScopedForm, TidyCharField, VersionField
from orgportal.core.scoping import Scope

# Leaving the list by mistake is the undoing of the listing.
LEAVING = [choice for choice in LeaveListReason.choices if choice[0] != LeaveListReason.MISTAKE]


class UnitForm(ScopedForm):
    """Who a unit is and who answers for it; a doubtful credit code is warned of and taken."""

    name = TidyCharField(
        label=_("Name of the unit"), max_length=120, help_text=_("As on its licence or seal.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    owner = forms.ChoiceField(label=_("Ownership"), choices=OwnerKind.choices, initial=OwnerKind.PRIVATE)
    credit_code = TidyCharField(
        label=_("Unified social credit code"), max_length=18, required=False,
        help_text=_("18 signs, as on the licence. A building or a chain has none."),
    )  # fmt: skip
    committee = forms.ModelChoiceField(
        label=_("Body that answers for it"), queryset=Organization.objects.none()
    )
    area = TidyCharField(
        label=_("Area"), max_length=60, required=False, help_text=_("Community, village, park or street.")
    )
    address = TidyCharField(label=_("Address"), max_length=200, required=False)
    staff = forms.IntegerField(label=_("Staff"), required=False, min_value=0, max_value=2_000_000)
    version = VersionField(required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        committee: Any = self.fields["committee"]
        committee.queryset = committees_for(scope, EDIT_RIGHT)

    def clean_credit_code(self) -> str:
        return str(self.cleaned_data["credit_code"]).upper()

    @property
    def warnings(self) -> list[Any]:
        doubt = code_doubt(self.cleaned_data.get("credit_code", ""))
        return [CODE_DOUBTS[doubt]] if doubt else []

    def entry(self) -> Entry:
        cleaned = self.cleaned_data
        return Entry(cleaned["committee"], self.details(), cleaned.get("version") or 0)

    def details(self) -> UnitDetails:
        cleaned = self.cleaned_data
        return UnitDetails(
            kind=UnitKind(cleaned["kind"]), name=cleaned["name"], owner=OwnerKind(cleaned["owner"]),
            credit_code=cleaned["credit_code"], area=cleaned["area"], address=cleaned["address"],
            staff=cleaned["staff"],
        )  # fmt: skip


class UnitAddForm(UnitForm):
    on = forms.DateField(
        label=_("On the list since"), widget=forms.DateInput, help_text=_("The day it was found and checked.")
    )


class UnitImportForm(ImportForm):
    file = forms.FileField(
        label=_("Excel or CSV file"),
        required=False,
        help_text=_("At most 2 MB and 5,000 rows. Headings of your own are asked about."),
    )


class StepForm(forms.Form):
    """The day a step takes effect, and the version of the unit that was seen."""

    on = forms.DateField(
        label=pgettext_lazy("unit", "Since"), widget=forms.DateInput, help_text=_("Not a day to come.")
    )
    version = VersionField()

    def step(self) -> Step:
        return Step(self.cleaned_data["on"], self.cleaned_data["version"])


class CoverForm(StepForm):
    coverage = forms.ChoiceField(
        label=pgettext_lazy("unit", "Coverage"), choices=CoverageKind.choices, widget=forms.RadioSelect
    )
    body_text = TidyCharField(
        label=_("Body"), max_length=120, required=False,
        help_text=_("For an own or joint body: its name, pinyin initials or code."),
    )  # fmt: skip
    holder = TidyCharField(
        label=_("Name of the person, union or league"), max_length=60, required=False,
        help_text=_("For an adviser, a liaison person, a union or the Youth League."),
    )  # fmt: skip
    phone = TidyCharField(label=_("Phone"), max_length=30, required=False)
    basis = TidyCharField(
        label=_("Basis"), max_length=200, required=False, help_text=_("The number of the document, if any.")
    )

    field_order = ("coverage", "body_text", "holder", "phone", "on", "basis")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("coverage") in BODY_KINDS:
            self._find_body(cleaned)
        elif cleaned.get("coverage") and not cleaned.get("holder"):
            self.add_error("holder", _("Say who it is."))
        return cleaned

    def _find_body(self, cleaned: dict[str, Any]) -> None:
        found = body_of_text(cleaned.get("body_text", ""))
        if len(found) == 1:
            cleaned["body"] = found[0]
        elif not found:
            self.add_error("body_text", _("No body of that name. Try its pinyin initials or its code."))
        else:
            names = "、".join(body.name for body in found)
            self.add_error("body_text", _("Several bodies match. Type the whole name: %s") % names)

    def new_coverage(self) -> NewCoverage:
        cleaned = self.cleaned_data
        return NewCoverage(
            kind=CoverageKind(cleaned["coverage"]), body=cleaned.get("body"), holder=cleaned["holder"],
            phone=cleaned["phone"], basis=cleaned["basis"],
        )  # fmt: skip


class UncoverForm(StepForm):
    on = forms.DateField(label=pgettext_lazy("unit", "Last day"), widget=forms.DateInput)
    reason = TidyCharField(label=_("Why does it end?"), max_length=200)


class PauseForm(StepForm):
    reason = forms.ChoiceField(label=_("Why does it not operate?"), choices=PauseReason.choices)
    note = TidyCharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What was seen on the spot, and by whom."),
    )

    field_order = ("reason", "note", "on")

    def pause(self) -> NewPause:
        return NewPause(PauseReason(self.cleaned_data["reason"]), self.cleaned_data["note"])


class ResumeForm(StepForm):
    pass


class LeaveForm(StepForm):
    reason = forms.ChoiceField(label=_("Why does it leave the list?"), choices=LEAVING)

    field_order = ("reason", "on")


class HiddenForm(StepForm):
    number = forms.IntegerField(
        label=_("Formal members who work there and are not on the register there"),
        min_value=0, max_value=9999, help_text=_("Zero if there are none."),
    )  # fmt: skip
    on = forms.DateField(label=_("Counted on"), widget=forms.DateInput)

    field_order = ("number", "on")


class VisitForm(forms.Form):
    visitor = TidyCharField(label=_("Who went there"), max_length=60)
    on = forms.DateField(label=pgettext_lazy("visit", "Day"), widget=forms.DateInput)
    text = TidyCharField(
        label=pgettext_lazy("visit", "What was done"), max_length=500, widget=forms.Textarea({"rows": 2}),
        help_text=_("Whom was spoken to, what was agreed."),
    )  # fmt: skip
