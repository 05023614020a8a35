"""Input of a merge: which record each field comes from, and from which day one history counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.workflows.merging import CHOICES, Choice
from orgportal.core.forms import TidyCharField, VersionField

LABELS = {
    "name": _("Name"),
    "gender": _("Gender"),
    "birth_on": _("Date of birth"),
    "ethnicity": _("Ethnic group"),
    "education": _("Education"),
    "occupation": _("Occupation"),
    "employer": _("Employer"),
    "mobile": _("Mobile"),
    "id_number": _("Identity number"),
    "standing": _("Joining and confirmation, and whose standing counts where both tell differently"),
}
KEPT, MERGED = "kept", "merged"


class MergeForm(forms.Form):
    """One choice for each field in which the records differ."""

    cut_on = forms.DateField(
        label=_("Day of change between the two histories"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Only where both records were in different branches on the same days."),
    )
    later = forms.ChoiceField(label=_("From that day on counts"), required=False)
    basis = TidyCharField(label=_("How it was found to be one person"), max_length=200)
    version = VersionField()
    other_version = VersionField()

    def __init__(
        self, *args: Any, kept: Member, merged: Member, shown: Any, is_contested: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        told = {name: (shown(kept, name), shown(merged, name)) for name in CHOICES}
        self.differing = [name for name, (mine, theirs) in told.items() if mine != theirs]
        if is_contested and "standing" not in self.differing:
            self.differing.append("standing")
        for name in self.differing:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name],
                choices=[(KEPT, shown(kept, name) or "—"), (MERGED, shown(merged, name) or "—")],
                widget=forms.RadioSelect,
                initial=KEPT if shown(kept, name) else MERGED,
            )
        if is_contested:
            # Nobody decides by leaving a choice as it stands.
            self.fields["standing"].initial = None
        self.order_fields([*self.differing, "cut_on", "later", "basis"])
        later: Any = self.fields["later"]
        later.choices = [
            (KEPT, _("the record kept (%(number)s)") % {"number": kept.number}),
            (MERGED, _("the other record (%(number)s)") % {"number": merged.number}),
        ]

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            from_merged={name for name in self.differing if data[name] == MERGED},
            basis=data["basis"],
            cut_on=data["cut_on"],
            later=data["later"] or KEPT,
            counts=data.get("standing", ""),
        )
