"""What is typed for the text of a reminder, in both languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.messages import TEXT_FAULTS
from branches.workflows.texts import Wording
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.text_marks import Fault, in_chinese, kept
from orgportal.core.texts import Entry


class TextForm(forms.Form):
    """A line break is no slip of the widget: it is read, and refused where the text is one line."""

    zh = forms.CharField(label=_("Text in Chinese"), strip=False)
    en = forms.CharField(label=_("Text in English"), strip=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any, *, entry: Entry, zh: str, en: str, version: int) -> None:
        super().__init__(data, initial={"zh": in_chinese(zh), "en": en, "version": version})
        self.entry = entry
        for name in ("zh", "en"):
            rows = 3 if entry.bounds.lines == 1 else 5
            self.fields[name].widget = forms.Textarea(
                {"rows": rows, "lang": "zh-Hans" if name == "zh" else "en"}
            )
        # What is shown before anything is typed is in force already.
        self.said = Wording(zh, en)

    @property
    def wording(self) -> Wording:
        """What was typed, as it is stored; before that what is in force."""
        return Wording(self.cleaned_data["zh"], self.cleaned_data["en"]) if self.is_bound else self.said

    def clean_zh(self) -> str:
        return kept(self.cleaned_data["zh"])

    def clean_en(self) -> str:
        return kept(self.cleaned_data["en"])

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        for fault in Wording(data.get("zh", ""), data.get("en", "")).faults(self.entry):
            if fault.where in data:  # what was left empty has its error already
                self.add_error(fault.where, words_of(fault))
        return self.cleaned_data


def words_of(fault: Fault) -> str:
    return sentence(Refused(fault.code, **fault.params), TEXT_FAULTS)


class StepForm(forms.Form):
    """The version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
