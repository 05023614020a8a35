"""Input of a transfer: whom, where to, why; and what is said with a move."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import RefusalReason, TransferReason
from members.models import Member, Transfer
from members.queries.transfers import directory_branch, directory_branches, transferable
from members.rules.transfer import Move
from members.workflows.transfer import Details, Outside, Words
from orgportal.core.forms import TidyCharField, VersionField
from orgportal.core.scoping import Scope

# A roster up to this size is offered whole; a longer one is searched.
SHORT_ROSTER = 60


class MonthInput(forms.TextInput):
    """The browser's month picker; typed years and months are understood as well."""

    input_type = "month"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%Y-%m}" if isinstance(value, date) else super().format_value(value)


class SearchField(TidyCharField):
    """Asked of everybody; whether what was typed or ticked is enough is judged with the matches."""

    def validate(self, value: Any) -> None:
        pass


def search_box(url_name: str, choices: str) -> forms.TextInput:
    """Without scripts the form finds the matches itself; with them they come while one types."""
    return forms.TextInput(
        attrs={
            "autocomplete": "off",
            "hx-get": reverse_lazy(url_name),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": choices,
            "hx-sync": "this:replace",
        }
    )


class BranchChoiceForm(forms.Form):
    """A branch searched in the directory; one single match is taken as meant."""

    target_text = SearchField(
        label=_("Receiving branch"),
        help_text=_("Name, pinyin initials or code."),
        max_length=60,
        widget=search_box("members:transfer-targets", "#target-choices"),
    )
    target = forms.IntegerField(required=False, widget=forms.HiddenInput)

    none_named: Any = _("Say which branch receives the member.")
    targets: Sequence[Organization] = ()

    @property
    def chosen_target(self) -> int | None:
        """The branch that is ticked when the page is drawn again."""
        if len(self.targets) == 1:
            return self.targets[0].pk
        return number_of(self["target"].value())

    def branch_of(self, cleaned: dict[str, Any]) -> Organization | None:
        """The branch meant; else none, with what to do said at the field."""
        self.targets = directory_branches(cleaned.get("target_text", ""))
        chosen = self._chosen(cleaned)
        if chosen is None:
            self.add_error("target_text", self._pick(cleaned.get("target_text", "")))
        return chosen

    def _chosen(self, cleaned: dict[str, Any]) -> Organization | None:
        ticked, found = cleaned.get("target"), self.targets
        if ticked and (not found or ticked in {branch.pk for branch in found}):
            return directory_branch(ticked)
        return found[0] if len(found) == 1 or (found and found[0].name == cleaned["target_text"]) else None

    def _pick(self, text: str) -> Any:
        if not text:
            return self.none_named
        if not self.targets:
            return _("No branch of that name. Try fewer characters, or ask that branch for its code.")
        return _("Several branches match. Choose one of them below.")


class DetailsForm(BranchChoiceForm):
    """Where to and why."""

    outside_body = TidyCharField(label=_("Receiving branch or unit"), required=False, max_length=120)
    outside_committee = TidyCharField(
        label=_("Committee the letter goes to"),
        help_text=_("The base-level committee above that branch, or the organisation department."),
        required=False,
        max_length=120,
    )
    outside_address = TidyCharField(label=_("Address"), required=False, max_length=200)
    outside_postcode = forms.RegexField(
        r"^\d{6}$",
        label=_("Postcode"),
        required=False,
        error_messages={"invalid": _("A postcode has six digits.")},
    )
    outside_phone = TidyCharField(label=_("Telephone"), required=False, max_length=30)
    reason = forms.ChoiceField(label=_("Reason"), choices=TransferReason.choices, widget=forms.RadioSelect)
    dues_paid_to = forms.DateField(
        label=_("Dues paid up to"),
        help_text=_("The last month paid."),
        required=False,
        widget=MonthInput,
        input_formats=["%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y-%m-%d"],
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    is_for_others = False
    outside_fields = tuple(f"outside_{name}" for name in Outside.__dataclass_fields__)

    @property
    def is_outside(self) -> bool:
        """The body is named in words, and none of the portal is."""
        return bool(self["outside_body"].value()) and not self["target_text"].value()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["branch"] = None
        if self.is_outside:
            if not cleaned.get("outside_committee"):
                self.add_error("outside_committee", _("Name the committee the letter is addressed to."))
            return cleaned
        if cleaned.get("outside_body"):
            self.add_error("outside_body", _("Choose a branch of the portal or a body outside it, not both."))
        cleaned["branch"] = self.branch_of(cleaned)
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the check page carries on, so that nothing is asked twice."""
        typed = {name: self[name].value() or "" for name in self.fields}
        branch = self.cleaned_data["branch"]
        return {**typed, "target": branch.pk if branch else ""}

    def details(self) -> Details:
        data = self.cleaned_data
        reason = TransferReason(data["reason"])
        outside = {name.removeprefix("outside_"): data[name] for name in self.outside_fields}
        return Details(
            data["branch"], reason, data["remark"], data["dues_paid_to"],
            Outside(**outside) if data["branch"] is None else None,
        )  # fmt: skip


def number_of(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class StartForm(DetailsForm):
    """By a branch: also whom, from the rosters the person may start transfers for."""

    is_for_others = True
    member_text = SearchField(
        label=_("Member"),
        help_text=_("Name, pinyin initials or last digits of the mobile number."),
        max_length=60,
        widget=search_box("members:transfer-people", "#member-choices"),
    )
    member = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ["member_text", "member", "target_text", "target"]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        roster = transferable(scope, limit=SHORT_ROSTER + 1)
        self.roster: list[Member] = roster if len(roster) <= SHORT_ROSTER else []
        self.people: Sequence[Member] = self.roster

    @property
    def chosen_member(self) -> int | None:
        return self.people[0].pk if len(self.people) == 1 else number_of(self["member"].value())

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "member": self.cleaned_data["person"].pk}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text, ticked = cleaned.get("member_text", ""), cleaned.get("member")
        found = transferable(self.scope, text) if text else self.roster
        person = next((each for each in found if each.pk == ticked), None)
        if person is None and text and len(found) == 1:
            person = found[0]
        if person is None:
            self.add_error("member_text", _("Choose one member of your branch."))
        self.people = found or self.roster
        cleaned["person"] = person
        return cleaned


class CorrectForm(DetailsForm):
    """The same details again, with the version the person saw."""

    version = VersionField()

    @classmethod
    def of(cls, transfer: Transfer) -> "CorrectForm":
        form = cls(
            initial={
                "target_text": transfer.target.name if transfer.target else "",
                "target": transfer.target_id,
                **{name: getattr(transfer, name) for name in cls.outside_fields},
                "reason": transfer.reason,
                "dues_paid_to": transfer.dues_paid_to,
                "remark": transfer.remark,
                "version": transfer.version,
            }
        )
        form.targets = [transfer.target] if transfer.target else []
        return form


# Which field a refusal of a move speaks of.
ABOUT = {
    "transfer_needs_reason": "remark",
    "transfer_needs_grounds": "grounds",
    "letter_days_missing": "days",
    "letter_days_unwritable": "days",
    "letter_days_too_many": "days",
    "slip_needs_day": "accepted_on",
    "slip_before_letter": "accepted_on",
    "slip_after_validity": "accepted_on",
    "date_in_future": "accepted_on",
}


class MoveForm(forms.Form):
    """What is said with a move; every word is optional here, the table of moves knows which are needed."""

    version = VersionField(required=False)
    grounds = forms.ChoiceField(
        label=_("Grounds"), choices=RefusalReason.choices, required=False, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    days = forms.IntegerField(
        label=_("Valid for, in days"), required=False, min_value=1, widget=forms.NumberInput
    )
    accepted_on = forms.DateField(
        label=_("Accepted on, as the slip says"), required=False, widget=forms.DateInput
    )
    slip_number = TidyCharField(label=_("Number of the slip, if it has one"), required=False, max_length=60)

    def draw_for(self, move: Move) -> None:
        """What the move needs is not called optional on its page."""
        needed = {"remark": move.needs_reason, "grounds": move.needs_grounds}
        for name, is_needed in {**needed, **dict.fromkeys(set(move.asks) - {"slip_number"}, True)}.items():
            self.fields[name].required = is_needed
        if move.needs_reason:
            self["remark"].label = _("Reason, for the other side to read")

    def refuse(self, code: str, words: str) -> None:
        """Says it beside the field it is about."""
        self.add_error(ABOUT.get(code), words)

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            data["remark"], data["grounds"], data["version"], data["days"], data["accepted_on"],
            data["slip_number"],
        )  # fmt: skip


class QueueForm(forms.Form):
    """Filters of the list, kept in the URL."""

    q = TidyCharField(label=_("Member's name"), required=False, max_length=60)
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("All")), *TransferReason.choices]
    )
