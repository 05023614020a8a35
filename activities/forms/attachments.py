"""Input of files of a record: the files, and who may see them; the workflow looks into them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from activities.choices import Visibility
from activities.workflows.attachments import Sent

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.pdf,.docx,.xlsx"


def sent(file: "UploadedFile[bytes]") -> Sent:
    """No more of it is read than any file may have."""
    most = max(settings.ATTACHMENT_PHOTO_MAX_BYTES, settings.ATTACHMENT_DOCUMENT_MAX_BYTES)
    return Sent(file.name or "", file.size or 0, file.read(most + 1))


class SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """One or more; empty ones and long names are told by the workflow, each by its name."""

    widget = SeveralInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        found = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found


class VisibilityForm(forms.Form):
    """Who may see a file, of those the person can name."""

    visibility = forms.ChoiceField(label=_("Who may see it"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[Visibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["visibility"]
        field.choices = [(each.value, each.label) for each in choices]
        field.initial = choices[0] if choices else None


class FilesForm(VisibilityForm):
    """Several files with one word on who may see them."""

    file = SeveralFiles(
        label=_("Files"),
        error_messages={"required": _("Choose a file.")},
        help_text=_(
            "Photos are made smaller and lose the place and time they were taken."
            " Documents: PDF, Word (.docx), Excel (.xlsx)."
        ),
        widget=SeveralInput(attrs={"accept": ACCEPTED, "multiple": True}),
    )
    reason = forms.CharField(
        label=_("Why after the lock?"), max_length=300, required=False,
        help_text=_("The record is locked: the reason stays in its history."),
    )  # fmt: skip
    field_order = ("file", "reason", "visibility")

    def __init__(self, *args: Any, is_locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_locked:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def sent(self) -> list[Sent]:
        reason = self.cleaned_data.get("reason", "")
        return [replace(sent(each), reason=reason) for each in self.cleaned_data["file"]]


class RemoveForm(forms.Form):
    reason = forms.CharField(label=_("Why is it removed?"), max_length=300)


class RestoreForm(forms.Form):
    """Whether there has to be a reason, the workflow knows."""

    reason = forms.CharField(label=_("Why after the lock?"), max_length=300, required=False)
