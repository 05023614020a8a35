"""Why somebody wants to see or take away what the register holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import LookKind
from orgportal.core.forms import TidyCharField


class PurposeForm(forms.Form):
    """The purpose is shown to the member in these words."""

    purpose = TidyCharField(label=_("What for?"), max_length=200, min_length=2)


class HandOutForm(PurposeForm):
    kind = forms.ChoiceField(
        label=_("As"),
        choices=[(LookKind.EXPORT.value, _("Spreadsheet")), (LookKind.PRINT.value, _("Printed list"))],
    )
