"""Voiding a record, confirming it, sending it back, and saying that no meeting was held."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import ReturnReason
from activities.workflows.life import SentBack
from orgportal.core.forms import VersionField

ANSWERS = (("did_not_meet", _("Did not meet")), ("excused", _("Excused: the body above agreed")))


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("Why is this entry wrong?"), max_length=300)
    version = VersionField()


class NotHeldForm(forms.Form):
    """As good an answer as a meeting: which, when, why."""

    answer = forms.ChoiceField(
        label=_("What happened"), choices=ANSWERS, widget=forms.RadioSelect, initial="did_not_meet"
    )
    on = forms.DateField(label=_("For which day or period (any day in it)"))
    reason = forms.CharField(label=_("reason"), max_length=300)


class ConfirmForm(forms.Form):
    version = VersionField()


class PaperForm(forms.Form):
    """The chair has no account and signed the paper."""

    on = forms.DateField(label=_("Confirmed on paper on"))
    version = VersionField()


class SendBackForm(forms.Form):
    reason = forms.ChoiceField(label=_("reason"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("What is to be put right"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    version = VersionField()

    def said(self) -> SentBack:
        return SentBack(ReturnReason(self.cleaned_data["reason"]), self.cleaned_data["remark"])
