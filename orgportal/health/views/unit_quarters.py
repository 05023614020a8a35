"""The two coverages by quarter at every level of the tree: a row a body, at the lowest a row a unit."""

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from branches.messages import MEASURES, UNIT_GROUPS
from orgportal.core.decorators import may
from orgportal.core.ui import render_page
from orgportal.health.filters import UnitMatrixFilter, quarter_words
from orgportal.health.messages import BODY_CELLS, UNIT_CELLS
from orgportal.health.queries.unit_quarters import covered_share
from orgportal.health.tables.unit_quarters import matrix_of


@require_GET
@may("health.view")
def unit_matrix(request: Any) -> HttpResponse:
    """Read from what was frozen; every number and every cell opens the names behind it."""
    filters = UnitMatrixFilter(request.GET, scope=request.scope, today=timezone.localdate())
    found = matrix_of(filters, request)
    return render_page(
        request, "health/unit_quarters.html", part="health/_unit_quarters.html", filters=filters,
        body=filters.body, covered_share=covered_share, quarter_words=quarter_words, measures=MEASURES,
        groups=UNIT_GROUPS,
        unit_cells=UNIT_CELLS, body_cells=cells_for(filters), to_names=partial(_names, filters),
        to_quarter=partial(_review, filters), to_body=partial(_further, filters), **found,
        back=reverse("health:unit-review", query=_place(filters) or None),
    )  # fmt: skip


def cells_for(filters: UnitMatrixFilter) -> dict[str, tuple[Any, str, str]]:
    """What a body's cell counts: the two coverages and their gaps, or the one list asked for."""
    if filters.measure == "listed":
        return BODY_CELLS
    plain = (MEASURES[filters.measure][0], "not_due", "list")
    return {filters.measure: BODY_CELLS.get(filters.measure, plain)}


def _names(filters: UnitMatrixFilter, first: date, **more: Any) -> str:
    """The list of exactly the units a number of that quarter counts."""
    return reverse("health:unit-names", query={"quarter": first.isoformat(), **_place(filters), **more})


def _review(filters: UnitMatrixFilter, first: date) -> str:
    return reverse("health:unit-review", query={**_place(filters), "quarter": first.isoformat()})


def _place(filters: UnitMatrixFilter) -> dict[str, Any]:
    return {name: value for name, value in filters.fields.items() if name in {"under", "group"}}


def _further(filters: UnitMatrixFilter, body_id: int, **more: str) -> str:
    return reverse("health:unit-matrix", query={**filters.fields, "under": body_id, **more})
