"""The notice of a year's holidays, pasted as it was published."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgportal.core.forms import TidyCharField
from orgportal.core.holiday_notice import Fault, read_notice
from orgportal.core.jinja import day
from orgportal.core.messages import NOTICE_FAULTS


class NoticeForm(forms.Form):
    """Reads the text into `reading`; a fault is said with its line, and keeps all of it out."""

    document = TidyCharField(
        label=_("Notice"),
        max_length=120,
        help_text=_("Title or number of the notice, for whoever asks where the days come from."),
    )
    text = forms.CharField(
        label=_("Text of the notice"),
        max_length=10_000,
        help_text=_("Paste it whole: lines with days are read, the others passed over."),
        widget=forms.Textarea({"rows": 10}),
    )
    # 0 where no notice was entered when the page was opened.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.reading = read_notice(self.initial.get("text", ""), year)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.reading = read_notice(text, self.year)
        if self.reading.faults:
            raise forms.ValidationError([in_words(fault) for fault in self.reading.faults])
        return text


def in_words(fault: Fault) -> str:
    """The line and what is wrong with it, days written as the reader writes them."""
    params = {**fault.params}
    if "day" in params:
        params["day"] = day(params["day"])
    words = str(NOTICE_FAULTS[fault.code]).format(**params)
    return gettext("Line %(line)s: %(words)s") % {"line": fault.line, "words": words}
