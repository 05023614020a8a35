"""Input of papers: which to list, what a certificate says, why it ends."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.choices import PaperEnd, PaperKind, PaperState
from members.rules.papers import Verdict
from members.workflows.certificates import TAKEN_BACK, Stay
from members.workflows.papers import PaperEnding
from orgportal.core.forms import TidyCharField


class IssuedBetweenForm(forms.Form):
    """Filters of a list of papers that carry a day of issue, kept in the URL."""

    issued_from = forms.DateField(label=_("Issued from"), required=False, widget=forms.DateInput)
    issued_to = forms.DateField(label=_("Issued until"), required=False, widget=forms.DateInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        first, last = data.get("issued_from"), data.get("issued_to")
        if first and last and last < first:
            self.add_error("issued_to", _("The last day is before the first."))
        return data

    def between(self, rows: Any) -> Any:
        days = {"issued_on__gte": "issued_from", "issued_on__lte": "issued_to"}
        data = self.cleaned_data
        return rows.filter(**{look: data[name] for look, name in days.items() if data[name]})


class PaperFilterForm(IssuedBetweenForm):
    """One that cannot be read narrows to nothing and is said at its field."""

    STATES = (
        ("", _("All")),
        (Verdict.VALID, pgettext_lazy("paper", "In force")),
        (Verdict.OVER, _("Past its last day")),
        (Verdict.ENDED, PaperState.ENDED.label),
    )
    q = TidyCharField(label=_("Name or number"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Paper"), required=False, choices=[("", _("All")), *PaperKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    field_order = ("q", "kind", "state", "issued_from", "issued_to")

    def narrow(self, rows: Any, today: date) -> Any:
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["q"]:
            rows = rows.filter(Q(number__contains=data["q"]) | Q(member__name__contains=data["q"]))
        if data["kind"]:
            rows = rows.filter(kind=data["kind"])
        return _in_state(self.between(rows), data["state"], today)


def _in_state(rows: Any, state: str, today: date) -> Any:
    """The words of `rules.papers.verdict` as a condition."""
    over = Q(valid_until__lt=today)
    match state:
        case Verdict.VALID:
            return rows.standing().exclude(over)
        case Verdict.OVER:
            return rows.standing().filter(over)
        case Verdict.ENDED:
            return rows.filter(state=PaperState.ENDED)
    return rows


class ArrivalFilterForm(IssuedBetweenForm):
    """Letters of other bodies: by who brings them, their number or who issued them."""

    q = TidyCharField(label=_("Name, number or issuing body"), required=False, max_length=80)
    field_order = ("q", "issued_from", "issued_to")

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        if words := self.cleaned_data["q"]:
            rows = rows.with_words(words)
        return self.between(rows)


class CertificateForm(forms.Form):
    """Where to, what for, until when."""

    to = TidyCharField(label=_("Body it is shown to"), max_length=120)
    purpose = TidyCharField(label=_("What for"), max_length=120)
    valid_until = forms.DateField(label=_("Last day"), widget=forms.DateInput)

    def __init__(self, *args: Any, months: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].help_text = _("At most %(n)s months from today.") % {"n": months}

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
