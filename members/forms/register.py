"""Input of a member's line in the register and its group."""

import re
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Organization, PartyGroup
from members.choices import Education, Gender, Occupation, Standing
from members.models import Member
from members.rules.roster_file import read_mobile
from members.workflows.register import Entry, PersonData
from orgportal.core.forms import ScopedForm, TidyCharField, VersionField
from orgportal.core.names import typed_reading
from orgportal.core.scoping import Scope, within

UNCHOSEN = ("", pgettext_lazy("list", "Choose"))


class PersonForm(ScopedForm):
    """What is known of a person. Which values fit together is asked by the workflow."""

    name = TidyCharField(label=_("Name"), max_length=60)
    reading = TidyCharField(
        label=_("Pinyin"),
        max_length=60,
        required=False,
        help_text=_("Only if the name is read otherwise than usual, for search and order: shan xiongxin"),
    )
    id_number = TidyCharField(
        label=_("Identity number"),
        max_length=40,
        required=False,
        help_text=_("18 characters, as on the card."),
    )
    birth_on = forms.DateField(label=_("Date of birth"), widget=forms.DateInput)
    gender = forms.ChoiceField(label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect)
    mobile = TidyCharField(label=_("Mobile"), max_length=30, required=False)
    ethnicity = TidyCharField(label=_("Ethnic group"), max_length=20, initial="汉族")
    education = forms.ChoiceField(label=_("Education"), choices=[UNCHOSEN, *Education.choices])
    occupation = forms.ChoiceField(label=_("Occupation"), choices=[UNCHOSEN, *Occupation.choices])
    employer = TidyCharField(label=_("Employer"), max_length=120, required=False)
    joined_on = forms.DateField(label=_("Joined on"), widget=forms.DateInput)
    confirmed_on = forms.DateField(label=_("Confirmed on"), widget=forms.DateInput, required=False)
    insists = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_reading(self) -> str:
        try:
            return typed_reading(self.cleaned_data["reading"])
        except ValueError:
            raise forms.ValidationError(
                _("Write the pinyin in letters, a space between the syllables.")
            ) from None

    def clean_id_number(self) -> str:
        return re.sub(r"\s", "", self.cleaned_data["id_number"]).upper()

    def clean_mobile(self) -> str:
        return read_mobile(self.cleaned_data["mobile"])

    def person(self) -> PersonData:
        known = {field.name for field in fields(PersonData)}
        return PersonData(**{key: value for key, value in self.cleaned_data.items() if key in known})

    def offer_to_insist(self) -> None:
        """The next drawing of the form lets the person say: I have looked, it is right."""
        self.fields["insists"] = forms.BooleanField(
            label=_("I have checked this: save it as it stands"), required=False
        )


class MemberForm(PersonForm):
    """A new line: where and since when as well; errors are listed in the order of the page."""

    field_order = (
        "branch", "group", "name", "reading", "id_number", "birth_on", "gender", "mobile", "ethnicity",
        "education", "occupation", "employer", "standing", "joined_on", "confirmed_on", "since", "basis",
    )  # fmt: skip

    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Organization.objects.none())
    group = forms.ModelChoiceField(
        label=_("Party group"), queryset=PartyGroup.objects.none(), required=False, empty_label=_("No group")
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[(value, Standing(value).label) for value in (Standing.FORMAL, Standing.PROBATIONARY)],
        widget=forms.RadioSelect,
    )
    since = forms.DateField(label=_("In the branch since"), widget=forms.DateInput)
    basis = TidyCharField(label=_("Basis: meeting or document number"), max_length=200)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        roots = scope.roots_for("member.edit")
        branches = Organization.objects.visible_to(scope).branches().current().filter(within("path", roots))
        groups = PartyGroup.objects.visible_to(scope).current().filter(within("branch__path", roots))
        _narrow(self, "branch", branches.order_by("path"))
        _narrow(self, "group", groups.order_by("branch__path", "name"))

    def entry(self) -> Entry:
        data = self.cleaned_data
        return Entry(
            person=self.person(),
            standing=data["standing"],
            since=data["since"],
            basis=data["basis"],
            group=data["group"],
            insists=data["insists"],
        )


class CorrectionForm(PersonForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_number"].help_text = _("Leave empty to keep the number the register holds.")


class GroupForm(ScopedForm):
    """Members of one branch into one of its groups."""

    members = forms.ModelMultipleChoiceField(label=_("Members"), queryset=Member.objects.none())
    group = forms.ModelChoiceField(
        label=_("Party group"), queryset=PartyGroup.objects.none(), required=False, empty_label=_("No group")
    )

    def __init__(self, *args: Any, branch: Organization, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        members = Member.objects.visible_to(scope).active().filter(branch=branch)
        _narrow(self, "members", members.order_by("name_key", "id"))
        groups = PartyGroup.objects.visible_to(scope).current().filter(branch=branch)
        _narrow(self, "group", groups.order_by("name"))


def _narrow(form: forms.Form, name: str, rows: Any) -> None:
    field: Any = form.fields[name]
    field.queryset = rows
