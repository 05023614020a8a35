"""Input of Word templates: the file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import PaperKind
from members.workflows.paper_templates import UploadedFile


class TemplateForm(forms.Form):
    """The workflow looks into it; here it is only asked whether there is one."""

    file = forms.FileField(
        label=_("Word file (.docx)"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty: choose another one."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )

    def uploaded(self, kind: PaperKind, most: int) -> UploadedFile:
        """No more of it is read than shows that it is too large."""
        file = self.cleaned_data["file"]
        return UploadedFile(kind, file.name, file.read(most + 1))
