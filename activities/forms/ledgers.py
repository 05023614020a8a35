"""Which ledger of which period, for every branch of a body."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import PERIODIC, LedgerForm, LedgerKind
from activities.queries.ledger_runs import bodies_to_order_for
from activities.rules.ledgers import fits, name_of, period_bound, period_named
from activities.workflows.ledger_runs import Wanted
from branches.models import Organization
from orgportal.core.forms import ScopedForm
from orgportal.core.scoping import Scope

YEARS_BACK = 5


class RunForm(ScopedForm):
    """A quarter sheet is of a quarter, a year summary of a year: another period is refused."""

    organization: Any = forms.ModelChoiceField(label=_("Body"), queryset=Organization.objects.current())
    kind = forms.ChoiceField(label=_("Ledger"), choices=[(kind.value, kind.label) for kind in PERIODIC])
    period = forms.ChoiceField(label=_("Period"))
    form = forms.ChoiceField(label=_("File type"), choices=LedgerForm.choices)

    def __init__(self, *args: Any, scope: Scope, today: date, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.today = today
        self.fields["organization"].queryset = bodies_to_order_for(scope)  # type: ignore[attr-defined]
        self.fields["period"].choices = periods_offered(today)  # type: ignore[attr-defined]
        self.initial.setdefault("period", name_of(period_bound(LedgerKind.BOOK, today)))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        period = period_named(data.get("period", ""), self.today)
        if period and "kind" in data and not fits(LedgerKind(data["kind"]), period):
            self.add_error("period", _("A quarter sheet is of a quarter, a year summary of a year."))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        period = period_named(data["period"], self.today)
        assert period is not None  # noqa: S101  # one of the choices
        return Wanted(LedgerKind(data["kind"]), period, LedgerForm(data["form"]))


def periods_offered(today: date) -> list[tuple[str, Any]]:
    """The latest first: each year and its quarters, as far as they have begun."""
    found: list[tuple[str, Any]] = []
    for year in range(today.year, today.year - YEARS_BACK, -1):
        last = (today.month + 2) // 3 if year == today.year else 4
        found.append((str(year), str(year)))
        for quarter in range(last, 0, -1):
            words = _("Quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year}
            found.append((f"{year}-Q{quarter}", words))
    return found
