"""Input on the pages of health."""

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.workflows.handover import LONGEST


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Write a note for your successor"),
        max_length=LONGEST,
        help_text=_(
            "Where keys, seal and files are, who helps, what was promised. The levels above read it too."
        ),
        widget=forms.Textarea({"rows": 3}),
    )
