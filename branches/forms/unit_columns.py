"""Which column of somebody's own list of units is which of ours."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.choices import OwnerKind, UnitKind
from branches.messages import UNIT_COLUMNS
from branches.models import Organization
from branches.queries.units import EDIT_RIGHT, committees_for
from branches.workflows.unit_columns import EXAMPLES, SAME_FOR_ALL, OwnList, guess, unserved
from branches.workflows.unit_file import NEEDED
from orgportal.core.forms import ScopedForm
from orgportal.core.scoping import Scope

SHOWN = 12
NONE = ("", "—")


class UnitColumnsForm(ScopedForm):
    """A choice of a column for each of ours; for some a value that is the same in all rows instead."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False)
    same_kind = forms.ChoiceField(
        label=_("The same in all rows"), choices=[NONE, *UnitKind.choices], required=False
    )
    same_owner = forms.ChoiceField(
        label=_("The same in all rows"), choices=[NONE, *OwnerKind.choices], required=False
    )
    same_committee_code = forms.ModelChoiceField(
        label=_("The same in all rows"), queryset=Organization.objects.none(), to_field_name="code",
        required=False, empty_label=NONE[1],
    )  # fmt: skip
    same_listed_on = forms.DateField(label=_("The same in all rows"), widget=forms.DateInput, required=False)

    def __init__(self, own: OwnList, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.own = own
        committee: Any = self.fields["same_committee_code"]
        committee.queryset = committees_for(scope, EDIT_RIGHT)
        guessed = guess(own.headings)
        choices = [("", _("Not in this list")), *((str(place), self._told(place)) for place in own.places)]
        for name, label in UNIT_COLUMNS.items():
            self.fields[_from(name)] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=guessed.get(name, "")
            )

    @property
    def titles(self) -> list[str]:
        return [self._title(place) for place in self.own.places]

    def _title(self, place: int) -> str:
        return self.own.heading(place) or str(_("Column %(n)s") % {"n": place + 1})

    def _told(self, place: int) -> str:
        """The heading with what stands below it: two columns may be called alike, or nothing at all."""
        heading = self._title(place)
        seen = str(_(", ")).join(cell[:SHOWN] for cell in self.own.examples(place)[: EXAMPLES - 1])
        return f"{heading} ({seen})" if seen else heading

    def pairs(self) -> list[tuple[Any, Any, bool]]:
        """The fields side by side: whose column, what is the same in all rows where that can be said, and
        whether every row needs one of them.
        """
        return [
            (self[_from(name)], self[_same(name)] if name in SAME_FOR_ALL else None, name in NEEDED)
            for name in UNIT_COLUMNS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        taken: dict[int, str] = {}
        for name, place in self.columns().items():
            if place in taken:
                said = _("“%(label)s” takes this column already. Choose another.")
                self.add_error(_from(name), said % {"label": UNIT_COLUMNS[taken[place]]})
            taken.setdefault(place, name)
            if name in SAME_FOR_ALL and cleaned.get(_same(name)):
                self.add_error(_from(name), _("Choose a column or one value for all rows, not both."))
        wrong = {name for name in UNIT_COLUMNS if {_from(name), _same(name)} & set(self.errors)}
        for name in unserved(self.columns(), self.same()):
            if name not in SAME_FOR_ALL and name not in wrong:
                self.add_error(_from(name), _("Every row needs this. Choose the column."))
            elif name not in wrong:
                self.add_error(
                    _from(name), _("Every row needs this. Choose the column, or one value for all.")
                )
        return cleaned

    def columns(self) -> dict[str, int]:
        chosen = {name: self.cleaned_data.get(_from(name)) for name in UNIT_COLUMNS}
        return {name: int(place) for name, place in chosen.items() if place}

    def same(self) -> dict[str, str]:
        said = {name: self.cleaned_data.get(_same(name)) for name in SAME_FOR_ALL}
        return {name: _cell(value) for name, value in said.items() if value}

    def rows(self) -> Sequence[Sequence[str]]:
        """The list under our headings."""
        return self.own.arranged(self.columns(), self.same())


def _from(name: str) -> str:
    return f"from_{name}"


def _same(name: str) -> str:
    return f"same_{name}"


def _cell(value: Any) -> str:
    return str(value.code if isinstance(value, Organization) else value)
