"""What is typed into the box."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgportal.core.forms import TidyCharField
from orgportal.search.queries import ROOM_CHOICES


class SearchForm(forms.Form):
    """A few words, and one room where only that is asked."""

    q = TidyCharField(label=_("Search"), max_length=60, required=False)
    group = forms.ChoiceField(choices=[("", ""), *ROOM_CHOICES], required=False)

    @property
    def asked(self) -> dict[str, Any]:
        """Text and room; what cannot be read finds nothing."""
        if not self.is_valid():
            return {"text": "", "only": ""}
        return {"text": self.cleaned_data["q"], "only": self.cleaned_data["group"]}
