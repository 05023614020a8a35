"""Summaries side by side at every level of the tree: a row a body, at the lowest a row a branch."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.choices import DutyState
from orgportal.core.decorators import may
from orgportal.core.jinja import period as period_words
from orgportal.core.ui import DUTY_STATES, render_page
from orgportal.health.forms import PeriodMatrixForm
from orgportal.health.messages import PERIOD_CELLS, SUBJECTS
from orgportal.health.queries.period_matrix import EACH, Column
from orgportal.health.queries.summaries import finished_spans
from orgportal.health.tables.period_matrix import matrix_of

LOOKS = PERIOD_CELLS | {
    name: (look.label, name, look.icon) for name, look in DUTY_STATES.items() if name not in PERIOD_CELLS
}
NEEDS = ("silent", "help", "none")


@require_GET
@may("health.view")
def period_matrix(request: Any) -> HttpResponse:
    """Read from what was summed up; every number and every cell opens the summaries behind it."""
    form = PeriodMatrixForm(
        request.GET, scope=request.scope, today=timezone.localdate(), done=finished_spans()
    )
    return render_page(
        request, "health/period_matrix.html", part="health/_period_matrix.html", filters=form, form=form,
        body=form.body, period_words=period_words, looks=LOOKS, to_list=_summaries,
        states=[state.value for state in DutyState] if form.rule else NEEDS, subjects=SUBJECTS,
        is_by_duty=form.rule == EACH, to_body=partial(_further, form), **matrix_of(form, request),
    )  # fmt: skip


def _summaries(column: Column, state: str = "", **place: Any) -> str:
    """The list of exactly the branches' summaries a number counts; without a state, of all of them."""
    by_duty = {"duty": column.rule, "state": state} if column.rule else {"need": state}
    fields = {"period": column.span.name, "kind": "branch", **place, **(by_duty if state else {})}
    return reverse("health:summary-list", query=fields)


def _further(form: PeriodMatrixForm, body_id: int, **more: str) -> str:
    kept = {name: form.chosen[name] for name in ("period", "duty") if form.chosen.get(name)}
    return reverse("health:period-matrix", query={**kept, "under": body_id, **more})
