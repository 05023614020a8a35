"""Input of papers: which to list, what a certificate says, why it ends."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.choices import PaperEnd, PaperKind, PaperState
from members.workflows.certificates import TAKEN_BACK, Stay
from members.workflows.papers import PaperEnding
from orgportal.core.forms import TidyCharField


class PaperFilterForm(forms.Form):
    """Filters of the list, kept in the URL."""

    q = TidyCharField(label=_("Name or number"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Paper"), required=False, choices=[("", _("All")), *PaperKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *PaperState.choices])

    def narrow(self, rows: Any) -> Any:
        """The filters on any rows of papers; one that cannot be read narrows to nothing."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(Q(number__contains=data["q"]) | Q(member__name__contains=data["q"]))
        return rows.filter(**{name: data[name] for name in ("kind", "state") if data[name]})


class CertificateForm(forms.Form):
    """Where to, what for, until when."""

    to = TidyCharField(label=_("Body it is shown to"), max_length=120)
    purpose = TidyCharField(label=_("What for"), max_length=120)
    valid_until = forms.DateField(
        label=_("Last day"), help_text=_("At most half a year from today."), widget=forms.DateInput
    )

    def stay(self) -> Stay:
        data = self.cleaned_data
        return Stay(to=data["to"], purpose=data["purpose"], valid_until=data["valid_until"])


class PaperEndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[(reason.value, reason.label) for reason in TAKEN_BACK],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def ending(self) -> PaperEnding:
        return PaperEnding(PaperEnd(self.cleaned_data["reason"]), self.cleaned_data["note"])
