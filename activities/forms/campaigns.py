"""What is typed about a campaign, a pledge and a comment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.rules.campaigns import Plan, Stage
from activities.workflows.pledges import Promise, Remark, Report
from branches.choices import Kind
from branches.models import Organization
from members.models import Member
from orgportal.core.forms import ScopedForm, TidyCharField, VersionField

STAGES = 4


class CampaignForm(ScopedForm):
    organization = forms.ModelChoiceField(
        label=_("Run by"),
        queryset=Organization.objects.current().exclude(kind=Kind.BRANCH).order_by("path"),
        help_text=_("All branches below it take part."),
    )
    title = TidyCharField(label=_("Title"), max_length=120)
    aim = TidyCharField(label=_("Aim"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    basis = TidyCharField(label=_("Basis: document number"), max_length=200, required=False)
    starts_on = forms.DateField(label=pgettext_lazy("campaign", "From"), widget=forms.DateInput)
    ends_on = forms.DateField(label=pgettext_lazy("campaign", "To"), widget=forms.DateInput)

    def plan(self, stages: "StageForms") -> Plan:
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned["title"],
            aim=cleaned["aim"],
            basis=cleaned["basis"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            stages=tuple(Stage(**form.cleaned_data) for form in stages if form.has_changed()),
        )


class StageForm(forms.Form):
    title = TidyCharField(label=_("Name of the stage"), max_length=80)
    goal = TidyCharField(label=_("Goal"), max_length=300, required=False)
    starts_on = forms.DateField(label=pgettext_lazy("campaign", "From"), widget=forms.DateInput)
    ends_on = forms.DateField(label=pgettext_lazy("campaign", "To"), widget=forms.DateInput)


StageForms: Any = forms.formset_factory(StageForm, extra=STAGES, max_num=STAGES)


class PledgeForm(ScopedForm):
    """A promise of the branch (no member) or of a member of it."""

    text = TidyCharField(
        label=_("What is promised"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Something people can check; what is duty anyway is no pledge."),
    )  # fmt: skip
    due_on = forms.DateField(label=_("Kept by"), widget=forms.DateInput)

    def promise(self, member: Member | None) -> Promise:
        return Promise(text=self.cleaned_data["text"], due_on=self.cleaned_data["due_on"], member=member)


class ProgressForm(forms.Form):
    progress = forms.IntegerField(
        label=_("Progress, per cent"), min_value=0, max_value=100, help_text=_("100 means: kept.")
    )
    note = TidyCharField(label=_("What was done"), max_length=300, required=False)
    gives_up = forms.BooleanField(label=_("The pledge is given up; the reason stands above"), required=False)
    version = VersionField()

    def report(self) -> Report:
        return Report(**self.cleaned_data)


class CommentForm(forms.Form):
    good = TidyCharField(label=_("What went well"), max_length=300)
    lacking = TidyCharField(label=_("What is lacking"), max_length=300, required=False)
    next_step = TidyCharField(label=_("Next step"), max_length=300, required=False)

    def remark(self) -> Remark:
        return Remark(**self.cleaned_data)


class VersionForm(forms.Form):
    version = VersionField()
