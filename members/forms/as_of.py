"""The past day a list is asked for; kept in the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _


class AsOfForm(forms.Form):
    """Empty or today: the list of today. A day to come is refused with words."""

    as_of = forms.DateField(label=_("As of day"), required=False, widget=forms.DateInput)

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["as_of"].validators.append(MaxValueValidator(today, _("This day is in the future.")))

    @property
    def day(self) -> date | None:
        """The past day asked for."""
        asked: date | None = self.cleaned_data.get("as_of") if self.is_valid() else None
        return asked if asked and asked < self.today else None
