"""Who is meant by a batch, and where they go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.filters import MemberFilter
from members.forms.transfers import DetailsForm
from members.models import Member
from members.queries.lists import common_roots, list_rows
from members.queries.transfers import startable
from members.workflows.batches import MOST
from orgportal.core.scoping import Scope

ALL = "all"


class BatchForm(DetailsForm):
    """The details of one transfer, said once for all of them."""

    dues_paid_to = forms.DateField(
        label=_("Dues paid up to, by all of them"),
        help_text=_("Leave it empty if it differs; each branch then settles it."),
        required=False,
        widget=DetailsForm.base_fields["dues_paid_to"].widget,
        input_formats=DetailsForm.base_fields["dues_paid_to"].input_formats,  # type: ignore[attr-defined]
    )


def picked_ids(data: Any) -> list[int]:
    """The ticked rows of a list; what is no number was typed into the address."""
    return [int(pk) for pk in data.getlist("pick") if pk.isdecimal()]


def picked_members(data: Any, scope: Scope, today: Any) -> list[Member]:
    """The ticked rows, or all the filters of the list let through, within `transfer.start`.

    One more than a batch may hold is enough to refuse it.
    """
    rows = startable(scope)
    if data.get("who") == ALL:
        filters = MemberFilter(data, scope=scope, today=today)
        roots = common_roots(filters.roots, scope.roots_for("transfer.start"))
        ids = [row.id for row in list_rows(roots, filters.narrow, MOST + 1, on=filters.past)]
    else:
        ids = picked_ids(data)
    return list(rows.filter(pk__in=ids[: MOST + 1]).select_related("branch").order_by("name_key", "pk"))
