"""What is typed about bodies and groups; the workflows write."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.choices import Form, Kind, Sector
from branches.models import Organization
from branches.workflows.history import Order
from branches.workflows.tree import Details, Names, NewBody
from orgportal.core.forms import ScopedForm, TidyCharField, VersionField

MOST_BYTES = 2 * 1024 * 1024


class OrderForm(ScopedForm):
    """Every order about a body: the day it takes effect, its basis, and the version seen."""

    on = forms.DateField(
        label=_("Takes effect on"),
        help_text=_("The day of the meeting or of the document, not a day to come."),
        widget=forms.DateInput,
    )
    basis = TidyCharField(
        label=_("Basis"), max_length=200, help_text=_("The number of the document, or which meeting decided.")
    )
    version = VersionField(required=False)

    def order(self) -> Order:
        cleaned = self.cleaned_data
        return Order(on=cleaned["on"], basis=cleaned["basis"], version=cleaned.get("version") or 0)


class NamesMixin(forms.Form):
    name = TidyCharField(label=_("Full name"), max_length=120)
    short_name = TidyCharField(
        label=_("Short name"), max_length=40, required=False, help_text=_("As it is said every day.")
    )

    def names(self) -> Names:
        return Names(name=self.cleaned_data["name"], short_name=self.cleaned_data["short_name"])


class DetailsMixin(forms.Form):
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)
    form = forms.ChoiceField(
        label=_("Form"), choices=Form.choices, initial=Form.REGULAR,
        help_text=_("Only a branch has another form than regular."),
    )  # fmt: skip
    has_committee = forms.BooleanField(label=_("It has a branch committee"), required=False)
    phone = TidyCharField(
        label=_("Phone"), max_length=30, required=False, help_text=_("Everybody who signs in may see it.")
    )
    address = TidyCharField(label=_("Address"), max_length=200, required=False)
    ends_on = forms.DateField(
        label=_("Expected to end on"), required=False, widget=forms.DateInput,
        help_text=_("For a temporary or project branch."),
    )  # fmt: skip

    def details(self) -> Details:
        cleaned = self.cleaned_data
        return Details(
            sector=Sector(cleaned["sector"]),
            form=Form(cleaned["form"]),
            has_committee=cleaned["has_committee"],
            phone=cleaned["phone"],
            address=cleaned["address"],
            ends_on=cleaned["ends_on"],
        )


def bodies_above() -> Any:
    """Where a body may be put; the form narrows it to the asker's scope."""
    return Organization.objects.current().exclude(kind=Kind.BRANCH).order_by("path")


class CreateForm(OrderForm, NamesMixin, DetailsMixin):
    parent = forms.ModelChoiceField(label=_("Body above"), queryset=bodies_above())
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.BRANCH)
    code = TidyCharField(label=_("Code"), max_length=32)

    def above(self) -> Organization:
        found: Organization = self.cleaned_data["parent"]
        return found

    field_order = ("parent", "kind", "name", "short_name", "code", "form", "sector", "on", "basis")

    def body(self) -> NewBody:
        cleaned = self.cleaned_data
        return NewBody(
            code=cleaned["code"], kind=Kind(cleaned["kind"]), names=self.names(), details=self.details()
        )


class RenameForm(OrderForm, NamesMixin):
    field_order = ("name", "short_name", "on", "basis")


class DetailsForm(OrderForm, DetailsMixin):
    field_order = ("sector", "form", "has_committee", "phone", "address", "ends_on", "on", "basis")


class MoveForm(OrderForm):
    parent = forms.ModelChoiceField(label=_("New body above"), queryset=bodies_above())

    field_order = ("parent", "on", "basis")

    def above(self) -> Organization:
        found: Organization = self.cleaned_data["parent"]
        return found


class DissolveForm(OrderForm):
    pass


class GroupForm(OrderForm):
    """Founding and renaming a party group: the branch decides, so a basis is welcome but not asked."""

    name = TidyCharField(label=pgettext_lazy("body", "Name"), max_length=60)
    basis = TidyCharField(label=_("Basis"), max_length=200, required=False)

    field_order = ("name", "on", "basis")


class GroupEndForm(OrderForm):
    basis = TidyCharField(label=_("Basis"), max_length=200, required=False)


class ImportForm(forms.Form):
    """The file the first time; the text it held when it comes back from the check page."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("At most 2 MB, UTF-8 or GBK, headings as in the template."),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is None and not cleaned.get("text"):
            raise ValidationError({"file": _("Choose a file.")})
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError({"file": _("The file is larger than 2 MB. Split it.")})
        return cleaned

    def data_bytes(self) -> bytes:
        file = self.cleaned_data.get("file")
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).encode()
