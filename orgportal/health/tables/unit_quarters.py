"""The matrix of units by quarter as its filters ask for it: the same for page and API."""

from typing import Any, TypedDict

from orgportal.core.keyset import Page, keyset_page
from orgportal.health.filters import UnitMatrixFilter
from orgportal.health.queries import unit_quarters as queries

ORDER = ("name_key", "pk")


class Matrix(TypedDict):
    """Rows are bodies, or a page of units."""

    quarters: list[queries.Quarter]
    bodies: list[queries.BodyRow]
    units: list[queries.UnitRow]
    page: Page[Any] | None


def matrix_of(filters: UnitMatrixFilter, request: Any) -> Matrix:
    quarters = queries.quarters_up_to(filters.quarter, filters.today)
    body, is_by_unit = filters.body, filters.is_by_unit
    lines = queries.frozen_by_quarter(filters.scope, quarters, body, is_direct=is_by_unit)
    if not is_by_unit:
        rows = queries.body_rows(lines, filters.group, filters.committees, body)
        return Matrix(quarters=quarters, bodies=rows, units=[], page=None)
    page = keyset_page(queries.units_in(lines, filters.group, filters.measure), request, ORDER)
    units = queries.unit_rows(lines, quarters, page.rows)
    return Matrix(quarters=quarters, bodies=[], units=units, page=page)
