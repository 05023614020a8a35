"""Input of a Word layout of a ledger: the file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import LedgerKind
from activities.messages import LIST_FAULTS
from activities.workflows.ledger_templates import UploadedLayout
from members.messages import TEMPLATE_FAULTS
from orgportal.core.word_files import Fault

FAULTS = {**TEMPLATE_FAULTS, **LIST_FAULTS}


def words_of(fault: Fault) -> str:
    """What stands against a file, in words."""
    return str(FAULTS[fault.code]).format(**fault.params)


class LayoutForm(forms.Form):
    """The workflow looks into it; here it is only asked whether there is one."""

    file = forms.FileField(
        label=_("Word file (.docx)"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose another one."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )

    def uploaded(self, kind: LedgerKind, most: int) -> UploadedLayout:
        """No more of it is read than shows that it is too large."""
        file = self.cleaned_data["file"]
        return UploadedLayout(kind, file.name, file.read(most + 1))
