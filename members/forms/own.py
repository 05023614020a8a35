"""Input of a member's own corrections and requests, and of the branch's answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import Education, Gender, Occupation, OwnField
from members.messages import DOUBTS
from members.rules.own import OPTIONAL
from members.rules.register import ID_SHAPE, MOBILE_SHAPE
from members.rules.roster_file import read_mobile
from members.workflows.own import DAYS, Answer, Contact, Wish
from orgportal.core.forms import TidyCharField, VersionField

CHOICES: dict[str, Any] = {
    OwnField.GENDER: Gender.choices,
    OwnField.EDUCATION: Education.choices,
    OwnField.OCCUPATION: Occupation.choices,
}


class ContactForm(forms.Form):
    mobile = TidyCharField(
        label=_("Mobile"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    employer = TidyCharField(label=_("Employer"), max_length=120, required=False)
    version = VersionField()

    def clean_mobile(self) -> str:
        mobile = read_mobile(self.cleaned_data["mobile"])
        if mobile and not MOBILE_SHAPE.fullmatch(mobile):
            raise forms.ValidationError(str(DOUBTS["mobile_shape"]))
        return mobile

    def contact(self) -> Contact:
        return Contact(**self.cleaned_data)


class WishForm(forms.Form):
    """What a fact should say instead, in the form the register keeps it in."""

    why = TidyCharField(
        label=_("How you know"), max_length=300, help_text=_("For example the paper that shows it.")
    )

    def __init__(self, *args: Any, name: OwnField, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["wanted"] = _field_for(name)
        self.order_fields(["wanted", "why"])

    def clean_wanted(self) -> str:
        value = self.cleaned_data["wanted"]
        if self.name == OwnField.ID_NUMBER:
            value = value.replace(" ", "").upper()
            if not ID_SHAPE.fullmatch(value):
                raise forms.ValidationError(str(DOUBTS["id_shape"]))
        return value.isoformat() if self.name in DAYS and value else str(value or "")

    def wish(self) -> Wish:
        return Wish(field=self.name, wanted=self.cleaned_data["wanted"], why=self.cleaned_data["why"])


def _field_for(name: OwnField) -> forms.Field:
    label, required = _("What it should say"), name not in OPTIONAL
    if name in CHOICES:
        return forms.ChoiceField(label=label, choices=CHOICES[name], widget=forms.RadioSelect)
    if name in DAYS:
        return forms.DateField(label=label, required=required, widget=forms.DateInput)
    if name == OwnField.OTHER:
        help_text = _("Say which entry is wrong, and what it should say.")
        return TidyCharField(
            label=label, max_length=200, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
        )
    longest = {OwnField.NAME: 60, OwnField.ETHNICITY: 20}.get(name, 40)
    return TidyCharField(label=label, max_length=longest)


class AnswerForm(forms.Form):
    words = TidyCharField(
        label=_("Answer"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = VersionField()
    member_version = VersionField()
    insists = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def answer(self) -> Answer:
        return Answer(**self.cleaned_data)

    def offer_to_insist(self) -> None:
        """The next drawing of the form lets the person say: I have looked, it is right."""
        self.fields["insists"] = forms.BooleanField(
            label=_("I have checked this: save it as it stands"), required=False
        )


class VersionForm(forms.Form):
    """Only which version was seen."""

    version = VersionField()


class ConfirmForForm(forms.Form):
    how = TidyCharField(label=_("How the member was asked"), max_length=200)
    version = VersionField()


class ConfirmManyForm(forms.Form):
    """Members ticked on the page, each with the version that was shown, and how they were asked."""

    how = TidyCharField(label=_("How these members were asked"), max_length=200)

    def versions(self) -> dict[int, int]:
        """Version by member; what cannot be read was not ticked here."""
        pairs = (pick.partition(":") for pick in self.data.getlist("pick"))  # type: ignore[attr-defined]
        return {int(pk): int(seen) for pk, _colon, seen in pairs if pk.isdecimal() and seen.isdecimal()}
