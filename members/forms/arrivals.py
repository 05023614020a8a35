"""Input of a member who comes on paper: the letter, the person on it, and what becomes of both."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import RefusalReason, Standing
from members.forms.register import PersonForm
from members.forms.transfers import MonthInput
from members.workflows.arrivals import RIGHTS, Bearer, PaperLetter, Refusal, Retyped
from orgportal.core.forms import TidyCharField, VersionField
from orgportal.core.scoping import Scope, within


class ArrivalForm(PersonForm):
    """As the letter reads, from its head to its foot, then the card; errors are listed in that order."""

    field_order = (
        "letter_number", "letter_body", "issued_on", "valid_until", "dues_paid_to", "from_branch", "branch",
        "letter_address", "letter_phone", "name", "id_number", "birth_on", "gender", "mobile", "ethnicity",
        "education", "occupation", "employer", "standing", "joined_on", "confirmed_on",
    )  # fmt: skip

    branch = forms.ModelChoiceField(label=_("Receiving branch"), queryset=Organization.objects.none())
    letter_number = TidyCharField(label=_("Number of the letter"), max_length=60)
    letter_body = TidyCharField(label=_("Body that issued the letter"), max_length=120)
    letter_address = TidyCharField(label=_("Its address"), max_length=200, required=False)
    letter_phone = TidyCharField(label=_("Its telephone"), max_length=30, required=False)
    from_branch = TidyCharField(label=_("Branch the member comes from"), max_length=120)
    issued_on = forms.DateField(label=_("Letter issued on"), widget=forms.DateInput)
    valid_until = forms.DateField(label=_("Letter valid until"), widget=forms.DateInput)
    dues_paid_to = forms.DateField(
        label=_("Dues paid up to"),
        help_text=_("The last month paid."),
        required=False,
        widget=MonthInput,
        input_formats=["%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y-%m-%d"],
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[(value, Standing(value).label) for value in (Standing.FORMAL, Standing.PROBATIONARY)],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        reach = Q(pk__in=[])
        for right in RIGHTS:
            reach |= within("path", scope.roots_for(right))
        branches = Organization.objects.visible_to(scope).branches().current().filter(reach).order_by("path")
        field: Any = self.fields["branch"]
        field.queryset = branches
        if len(branches) == 1:
            field.initial = branches[0]
        # A paper letter always names it; without it one person might enter twice.
        self.fields["id_number"].required = True

    def letter(self) -> PaperLetter:
        data = self.cleaned_data
        return PaperLetter(
            number=data["letter_number"], body=data["letter_body"], address=data["letter_address"],
            phone=data["letter_phone"], from_branch=data["from_branch"], issued_on=data["issued_on"],
            valid_until=data["valid_until"], dues_paid_to=data["dues_paid_to"],
        )  # fmt: skip

    def bearer(self) -> Bearer:
        data = self.cleaned_data
        return Bearer(person=self.person(), standing=data["standing"], insists=data["insists"])


class ArrivalCorrectionForm(ArrivalForm):
    """The same as it should have been typed; a letter stays with the branch it was brought to."""

    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["branch"]
        self.fields["id_number"].required = False
        self.fields["id_number"].help_text = _("Leave empty to keep the number that was typed.")

    def again(self) -> Retyped:
        return Retyped(self.letter(), self.bearer(), self.cleaned_data["version"])


class AcceptForm(forms.Form):
    accepted_on = forms.DateField(label=_("Accepted on"), widget=forms.DateInput)
    version = VersionField()


class RefuseForm(forms.Form):
    grounds = forms.ChoiceField(
        label=_("Grounds"), choices=RefusalReason.choices, widget=forms.RadioSelect, required=False
    )
    remark = forms.CharField(
        label=_("Reason, for the other side to read"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = VersionField()

    def answer(self) -> Refusal:
        return Refusal(self.cleaned_data["grounds"], self.cleaned_data["remark"])
