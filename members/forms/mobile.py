"""Input of a stay away, a contact, a host's inflow, and of a proposal set aside."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import ContactMethod, DismissReason, MobileReason
from members.forms.as_of import AsOfForm
from members.forms.transfers import SearchField, number_of, search_box
from members.messages import REFUSALS
from members.models import Member, MobileSpell
from members.queries.mobile import colleagues
from members.queries.transfers import directory_branch, directory_branches
from members.rules.places import read_place
from members.workflows.contacts import Talk
from members.workflows.inflow import Told
from members.workflows.lost import Setting
from members.workflows.mobile import Away
from orgportal.core.forms import TidyCharField, VersionField

IN_COUNTRY, ABROAD = "in", "abroad"


class StayForm(forms.Form):
    """Where to, why and since when: what a member tells, and the first half of what a branch enters."""

    place = TidyCharField(
        label=_("Place"),
        help_text=_("Province and city only. Nothing finer is kept."),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    where = forms.ChoiceField(
        label=_("Where"),
        choices=[(IN_COUNTRY, _("In the country")), (ABROAD, _("Abroad"))],
        initial=IN_COUNTRY,
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=MobileReason.choices, widget=forms.RadioSelect)
    since = forms.DateField(label=_("Away since"))
    expected_on = forms.DateField(label=_("Expected back"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_abroad = data.get("where") == ABROAD
        try:
            data["place"] = read_place(data.get("place", "") or "-", is_abroad=is_abroad)
        except ValueError as failure:
            if "place" not in self.errors:
                self.add_error("place", str(REFUSALS[str(failure)]))
        return data

    def away(self) -> Away:
        data = self.cleaned_data
        return Away(
            is_abroad=data["where"] == ABROAD,
            reason=data["reason"],
            place=data["place"],
            since=data["since"],
            expected_on=data["expected_on"],
            contact_id=data.get("contact_person"),
            host=data.get("host"),
        )


class MoveForm(StayForm):
    """The same with the version of the spell that ends."""

    version = VersionField(required=False)


class AwayForm(StayForm):
    """By a branch: also who keeps in touch, and which branch looks after the member there."""

    contact_person = forms.TypedChoiceField(
        label=_("Home contact person"), coerce=int, empty_value=None, required=False
    )
    target_text = SearchField(
        label=_("Host branch"),
        help_text=_("If known: name, pinyin initials or code. It is told to expect the member."),
        max_length=60,
        required=False,
        widget=search_box("members:transfer-targets", "#target-choices"),
    )
    target = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = VersionField(required=False)
    field_order = [
        "place", "where", "reason", "since", "expected_on", "contact_person", "target_text", "target",
        "version",
    ]  # fmt: skip

    targets: Sequence[Organization] = ()

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [("", gettext("— nobody in particular —")), *colleagues(member)]
        self.fields["contact_person"].choices = people  # type: ignore[attr-defined]

    @property
    def chosen_target(self) -> int | None:
        if len(self.targets) == 1:
            return self.targets[0].pk
        return number_of(self["target"].value())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        text, ticked = data.get("target_text", ""), data.get("target")
        self.targets = directory_branches(text)
        found = {branch.pk: branch for branch in self.targets}
        data["host"] = found.get(ticked or 0) or (self.targets[0] if len(self.targets) == 1 else None)
        if data["host"] is None and ticked and not text:
            data["host"] = directory_branch(ticked)
        if data["host"] is None and text:
            self.add_error("target_text", _("No single branch of that name: choose one, or leave it empty."))
        return data


def of_spell(spell: MobileSpell, host: Organization | None) -> dict[str, Any]:
    """A running spell as the form shows it again."""
    return {
        "where": ABROAD if spell.is_abroad else IN_COUNTRY,
        "place": spell.place,
        "reason": spell.reason,
        "since": spell.starts_on,
        "expected_on": spell.expected_on,
        "contact_person": spell.contact_person_id,
        "target_text": host.name if host else "",
        "target": host.pk if host else None,
        "version": spell.version,
    }


class BackForm(forms.Form):
    """The day somebody came back, or a host's care ended."""

    on = forms.DateField(label=_("Last day away"))
    version = VersionField()


class ContactForm(forms.Form):
    """A contact: how, when, what was said in a few words, and when the next one is due."""

    method = forms.ChoiceField(
        label=pgettext_lazy("contact", "How"), choices=ContactMethod.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label=pgettext_lazy("contact", "On"))
    by = forms.TypedChoiceField(label=_("Who was in touch"), coerce=int, empty_value=None, required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_on = forms.DateField(label=_("Next contact"), required=False)

    def __init__(self, *args: Any, member: Member, own_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [row for row in colleagues(member) if row[0] != own_id]
        self.fields["by"].choices = [("", gettext("Me")), *others]  # type: ignore[attr-defined]

    def talk(self) -> Talk:
        data = self.cleaned_data
        return Talk(data["method"], data["on"], data["note"], data["next_on"], data["by"])


class StrikeForm(forms.Form):
    reason = TidyCharField(label=_("Why is this entry wrong?"), max_length=200, min_length=2)


class InflowForm(forms.Form):
    """Number and name exactly as the person shows them; whether they fit is never said."""

    branch = forms.TypedChoiceField(label=_("Host branch"), coerce=int)
    number = TidyCharField(label=_("Member number"), max_length=20)
    name = TidyCharField(label=_("Name"), max_length=60)
    since = forms.DateField(label=_("Here since"))
    expected_on = forms.DateField(label=_("Expected to leave"), required=False)
    version = VersionField(required=False)

    def __init__(self, *args: Any, branches: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = list(branches)  # type: ignore[attr-defined]
        if len(branches) == 1:
            self.fields["branch"].initial = branches[0][0]
            self.fields["branch"].widget = forms.HiddenInput()

    def told(self) -> Told:
        data = self.cleaned_data
        return Told(data["number"], data["name"], data["since"], data["expected_on"])


class DismissForm(forms.Form):
    """Why a proposal is set aside, and until when it rests."""

    reason = forms.ChoiceField(label=_("Why"), choices=DismissReason.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    rests_until = forms.DateField(
        label=_("Ask again from"),
        help_text=_("Left empty: after three months, or as set locally."),
        required=False,
    )
    version = VersionField()

    def setting(self) -> Setting:
        data = self.cleaned_data
        return Setting(DismissReason(data["reason"]), data["remark"], data["rests_until"])


class MobileListForm(AsOfForm):
    """What narrows the lists, kept in the URL."""

    q = TidyCharField(label=_("Name or place"), required=False, max_length=60)


def day_or(text: str, fallback: date) -> date:
    """A day of the address, or the fallback."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return fallback
