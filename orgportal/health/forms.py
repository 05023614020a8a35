"""Input on the pages of health."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from branches.workflows.handover import LONGEST
from orgportal.core.forms import TidyCharField
from orgportal.health.workflows.nudges import LONGEST_NOTE

FURTHEST = timedelta(days=60)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Write a note for your successor"),
        max_length=LONGEST,
        help_text=_(
            "Where keys, seal and files are, who helps, what was promised. The levels above read it too."
        ),
        widget=forms.Textarea({"rows": 3}),
    )


class NudgeForm(forms.Form):
    """By when, and a word of one's own; `seen` names what the preview showed."""

    answer_by = forms.DateField(
        label=_("Please answer by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = TidyCharField(
        label=_("A word of your own"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=format_lazy(
            _("At most {most} characters, plain text; it stands at the end as a note."),
            most=LONGEST_NOTE,
        ),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if not self.today <= day <= self.today + FURTHEST:
            told = _("Choose a day from today on, within %(days)s days.") % {"days": FURTHEST.days}
            raise forms.ValidationError(told)
        return day

    def clean_seen(self) -> list[str]:
        seen: str = self.cleaned_data["seen"]
        return seen.split(",")
