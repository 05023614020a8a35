"""Voiding a record, and saying that no meeting was held."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
