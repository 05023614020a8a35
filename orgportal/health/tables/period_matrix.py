"""The matrix of bodies by period as its form asks for it: the same for page and API."""

from typing import Any, TypedDict

from orgportal.core.keyset import Page, keyset_page
from orgportal.health.forms import PeriodMatrixForm
from orgportal.health.queries import period_matrix as queries

ORDER = ("path",)


class Matrix(TypedDict):
    """Rows are bodies, or a page of branches."""

    columns: list[queries.Column]
    bodies: list[queries.BodyPeriods]
    branches: list[queries.BranchPeriods]
    page: Page[Any] | None


def matrix_of(form: PeriodMatrixForm, request: Any) -> Matrix:
    columns = queries.columns_up_to(form.last, form.done, form.rule)
    is_direct = form.is_by_branch and form.body is not None
    said = queries.said_of_branches(form.scope, columns, form.body, is_direct=is_direct)
    if not form.is_by_branch:
        rows = queries.body_rows(said, columns, form.committees, form.body)
        return Matrix(columns=columns, bodies=rows, branches=[], page=None)
    page = keyset_page(queries.branches_in(form.scope, said), request, ORDER)
    branches = queries.branch_rows(said, columns, page.rows)
    return Matrix(columns=columns, bodies=[], branches=branches, page=page)
