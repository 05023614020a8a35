"""Marking a follow-up as done."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgportal.core.forms import VersionField


class DoneForm(forms.Form):
    done_on = forms.DateField(label=_("done on"))
    result = forms.CharField(label=_("result"), max_length=300)
    version = VersionField()
