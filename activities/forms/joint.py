"""Input about joint activities: whom to invite, and why a branch does not take part."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.forms.transfers import BranchChoiceForm


class InviteForm(BranchChoiceForm):
    """One branch at a time, searched by name."""

    none_named = _("Say which branch to invite.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target_text"].label = _("Branch to invite")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["branch"] = self.branch_of(cleaned)
        return cleaned

    @property
    def branch(self) -> Organization:
        found: Organization = self.cleaned_data["branch"]
        return found


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("Why does the branch not take part?"), max_length=300)
