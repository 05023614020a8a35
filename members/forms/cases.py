"""Input of a disposition file: what is proposed on which grounds, and one step of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import CaseAct, CaseGround, CaseKind
from members.rules import cases as rules
from members.rules.cases import Entry
from members.workflows.cases import Proposal
from orgportal.core.forms import TidyCharField, VersionField


class CaseForm(forms.Form):
    kind = forms.ChoiceField(label=_("Proposed"), choices=CaseKind.choices, widget=forms.RadioSelect)
    grounds = forms.MultipleChoiceField(
        label=_("Grounds"), choices=CaseGround.choices, widget=forms.CheckboxSelectMultiple
    )
    facts = forms.CharField(label=_("What happened"), max_length=500, widget=forms.Textarea)
    proposed_on = forms.DateField(label=_("Proposed by the branch committee on"), widget=forms.DateInput)

    def proposal(self) -> Proposal:
        data = self.cleaned_data
        return Proposal(
            kind=data["kind"],
            grounds=tuple(data["grounds"]),
            facts=data["facts"],
            proposed_on=data["proposed_on"],
        )


class CaseStepForm(forms.Form):
    """The fields a step has; months only where a correction period begins."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)
    document = TidyCharField(label=_("Document number"), max_length=120, required=False)
    words = forms.CharField(
        label=_("What was found, said or decided"), max_length=500, required=False, widget=forms.Textarea
    )
    months = forms.IntegerField(label=_("Correction period in months"), min_value=1, required=False)
    version = VersionField()

    def __init__(self, *args: Any, act: CaseAct, kind: str, months: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        if not (act == CaseAct.APPROVE and kind == CaseKind.CORRECT):
            del self.fields["months"]
        else:
            usual, longest = months
            self.fields["months"].initial = usual
            self.fields["months"].help_text = _("Usually %(usual)d, at most %(longest)d.") % {
                "usual": usual,
                "longest": longest,
            }
        self.fields["document"].required = act in rules.WITH_DOCUMENT
        self.fields["words"].required = act in rules.WITH_WORDS

    def entry(self) -> Entry:
        data = self.cleaned_data
        return Entry(self.act, data["on"], data["document"], data["words"], data.get("months"))
