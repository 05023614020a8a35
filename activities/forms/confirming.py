"""Records ticked in one press, each with the version that was seen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.workflows.confirming import AT_ONCE

# No id of ours is longer; a longer one is nobody's and the database would stumble over it.
LONGEST = 18


class RecordsField(forms.Field):
    """Each box says "id:version"; one that does not is none of ours and is left out."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> dict[int, int]:
        pairs = [str(each).partition(":") for each in value or ()]
        found = {
            int(pk): int(version) for pk, _colon, version in pairs if _is_number(pk) and _is_number(version)
        }
        if not found:
            raise forms.ValidationError(_("Choose at least one record."))
        if len(found) > AT_ONCE:
            raise forms.ValidationError(_("At most %(most)s records at once.") % {"most": AT_ONCE})
        return found


class ManyForm(forms.Form):
    records = RecordsField(label=_("Records"))


class ManyOnPaperForm(ManyForm):
    """The day is for those whose chair signed on paper; today where it stays empty."""

    on = forms.DateField(label=_("Confirmed on paper on"), required=False)


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST
