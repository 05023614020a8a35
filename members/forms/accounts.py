"""Input of the account pages: for whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member
from orgportal.core.forms import ScopedForm, TidyCharField


class ChosenMembers(ScopedForm):
    members: Any = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=Member.objects.all(),
        error_messages={"required": _("Choose at least one member without an account.")},
    )


class NumberForm(forms.Form):
    number = TidyCharField(label=_("member number"), max_length=20)
    name = TidyCharField(label=_("name"), max_length=60, help_text=_("Exactly as in the register."))
