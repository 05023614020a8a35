"""Input at the three desks, and of complaints and suggestions."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgportal.core.audit_queries import action_labels
from orgportal.core.forms import TidyCharField, VersionField
from orgportal.core.models import Feedback, JobRun


class AccountFilter(forms.Form):
    q = TidyCharField(label=_("Name or user name"), required=False, max_length=60)


class AuditFilter(forms.Form):
    who = TidyCharField(label=_("Who"), required=False, max_length=60)
    action = forms.ChoiceField(label=_("What"), required=False)
    request_id = TidyCharField(label=_("Request code"), required=False, max_length=32)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = sorted(action_labels().items(), key=lambda pair: pair[1])
        choices = [("", _("Everything")), ("session.", _("Every sign-in and sign-out")), *actions]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]


class LockForm(forms.Form):
    user_name = forms.CharField(max_length=255)
    address = forms.GenericIPAddressField()


class FeedbackForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it?"), choices=Feedback.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened, or what would help?"),
        max_length=2000,
        help_text=_("Please write no identity numbers and no passwords here."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    page = forms.CharField(label=_("On which page"), required=False, max_length=300)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The writer sees it with today's date and your name."),
    )  # fmt: skip
    version = VersionField()


class RunFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Everything")), *JobRun.State.choices]
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)


class DayForm(forms.Form):
    """A day a job is to be run for, and the second look before it is."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)
    sure = forms.BooleanField(label=_("Yes, run it for this day"))

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Please choose a day that has come."))
        return day


class DiscardForm(forms.Form):
    reason = TidyCharField(
        label=_("Why"), max_length=200, help_text=_("Please write no names and no contents here.")
    )
