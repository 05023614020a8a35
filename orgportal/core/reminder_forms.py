"""Input about reminders: how they come, the address of mail, and why one does not apply."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgportal.core.forms import TidyCharField
from orgportal.core.models import User
from orgportal.core.reminder_kinds import HOURS, Channel, Choices, Kind

HOUR_CHOICES = [(hour, f"{hour}:00") for hour in HOURS]


class ReminderSettingsForm(forms.Form):
    """A choice for each kind on each channel; what a kind is not open to is not offered."""

    mail_hour = forms.TypedChoiceField(
        label=_("My hour"),
        coerce=int,
        choices=HOUR_CHOICES,
        help_text=_("What comes once a day or once a week comes at this hour of a working day."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, kinds: Sequence[Kind], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            for channel in Channel:
                self.fields[f"{kind.key}-{channel.value}"] = forms.ChoiceField(
                    label=channel.label,
                    choices=[(each.value, each.label) for each in kind.open_to()],
                    initial=kind.chosen(channel, choices).value,
                )

    @property
    def lines(self) -> Iterator[tuple[Kind, list[forms.BoundField]]]:
        for kind in self.kinds:
            yield kind, [self[f"{kind.key}-{channel.value}"] for channel in Channel]

    @property
    def choices(self) -> Choices:
        data = self.cleaned_data
        return {
            kind.key: {channel.value: data[f"{kind.key}-{channel.value}"] for channel in Channel}
            for kind in self.kinds
        }


class MailAddressForm(forms.Form):
    """The address reminders go to; changing it asks for the password once more."""

    email = forms.EmailField(
        label=_("Address for reminder mails"),
        required=False,
        help_text=_(
            "A mail with a link goes there; the address is used once you have opened it. Leave it empty to "
            "get no mail. Reminders tell names: use an address only you read."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your present password."))
        return password


class WaiverForm(forms.Form):
    reason = TidyCharField(
        label=_("Why does it not apply to you?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
