"""Input of a decision about a standing, and of what is said with a move."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import ChangeKind, StopGround
from members.rules.standing import Kind
from members.workflows.standing import Decision, Words
from members.workflows.stop_ground import Stated
from orgportal.core.bridges import Meeting
from orgportal.core.forms import TidyCharField, VersionField
from orgportal.core.jinja import day

EFFECT_LABELS = {
    ChangeKind.CONFIRM: _("Formal member from"),
    ChangeKind.DEATH: _("Died on"),
}


class ChangeForm(forms.Form):
    """The fields a kind of decision has: a meeting only where one decides, months only for an extension."""

    ground = forms.ChoiceField(
        label=_("Ground of the stop"), choices=StopGround.choices, widget=forms.RadioSelect
    )
    meeting = forms.ChoiceField(
        label=_("General meeting that decided"),
        required=False,
        help_text=_("Recorded general meetings of the last year; or give the day below."),
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput, required=False)
    document = TidyCharField(label=_("Document number"), max_length=120, required=False)
    effect_on = forms.DateField(label=_("Takes effect on"), widget=forms.DateInput)
    extend_months = forms.TypedChoiceField(label=_("Extended by"), coerce=int)
    approval = TidyCharField(label=_("Document of the committee's approval"), max_length=120, required=False)
    remark = TidyCharField(label=_("Remark"), max_length=300, required=False)
    version = VersionField()

    def __init__(
        self, *args: Any, kind: Kind, meetings: Iterable[Meeting], months: tuple[int, int],
        asks_approval: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.kind = kind
        offered = [(str(each.id), f"{day(each.on)} {each.title}") for each in meetings]
        self._choices("meeting", [("", _("Not recorded here: see day and document")), *offered])
        low, high = months
        self._choices("extend_months", [(n, _("%(n)d months") % {"n": n}) for n in range(low, high + 1)])
        for name in self._unused(has_meetings=bool(offered), asks_approval=asks_approval):
            del self.fields[name]
        self._word()

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _unused(self, *, has_meetings: bool, asks_approval: bool) -> set[str]:
        is_extension = self.kind.name == ChangeKind.EXTEND
        unused = {"effect_on"} if is_extension else {"extend_months"}
        if self.kind.name != ChangeKind.STOP:
            unused.add("ground")
        if not (self.kind.by_meeting and has_meetings):
            unused.add("meeting")
        if self.kind.name == ChangeKind.DEATH:
            unused.add("decided_on")
        if not (asks_approval and self.kind.needs_approval):
            unused.add("approval")
        return unused

    def _word(self) -> None:
        if "effect_on" in self.fields:
            usual = _("Last day as a member") if self.kind.is_exit else _("Takes effect on")
            self.fields["effect_on"].label = EFFECT_LABELS.get(self.kind.name, usual)
        if "meeting" not in self.fields:
            self.fields["document"].required = True
            if "decided_on" in self.fields:
                self.fields["decided_on"].required = True
        if "approval" in self.fields:
            self.fields["approval"].required = True

    def decision(self) -> Decision:
        data = self.cleaned_data
        effect_on: date | None = data.get("effect_on")
        decided_on = effect_on if self.kind.name == ChangeKind.DEATH else data.get("decided_on")
        return Decision(
            kind=self.kind.name,
            decided_on=decided_on,
            effect_on=effect_on,
            meeting_id=int(data["meeting"]) if data.get("meeting") else None,
            document=data["document"],
            extend_months=data.get("extend_months"),
            remark=data["remark"],
            approval=data.get("approval", ""),
            ground=data.get("ground", ""),
        )


class GroundForm(forms.Form):
    """Why a membership was stopped, where the register that was taken over did not say."""

    ground = forms.ChoiceField(
        label=_("Ground of the stop"), choices=StopGround.choices, widget=forms.RadioSelect
    )
    document = TidyCharField(label=_("Document number"), max_length=120)
    version = VersionField()

    def stated(self) -> Stated:
        return Stated(self.cleaned_data["ground"], self.cleaned_data["document"])


class ChangeMoveForm(forms.Form):
    """A reason, or the document by which the committee approves, and the version the person saw."""

    reason = TidyCharField(label=_("Reason"), max_length=300, required=False)
    approval = TidyCharField(label=_("Document of the committee's approval"), max_length=120, required=False)
    version = VersionField()

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(data["reason"], data["approval"], data["version"])
