"""Health of a past day, worked out on the spot: one branch, and the branches of a committee."""

from collections.abc import Collection
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.models import Organization
from branches.rules import LEVEL_WIDTH
from orgportal.core.keyset import SIZE, Page
from orgportal.core.ui import render_page
from orgportal.health.filters import INDENT
from orgportal.health.forms import PastDayForm, PastDistrictForm
from orgportal.health.messages import SHORT_DUTIES, SUBJECTS
from orgportal.health.queries.branch import health_on, names_behind
from orgportal.health.queries.inputs import Moment
from orgportal.health.queries.past import PastBranch, branches_ever, past_branches
from orgportal.health.views.lines import lines_of

NARROWED = {
    "silent": lambda row: row.is_silent,
    "help": lambda row: row.needs_help > 0,
    "none": lambda row: row.needs_help == 0,
    "missing": lambda row: row.has_missing,
}


def past_branch(request: Any, pk: int, form: PastDayForm, moment: Moment) -> HttpResponse | None:
    """The findings of that day without what would act on today; None where the branch did not stand."""
    body = get_object_or_404(branches_ever(request.scope).select_related("parent"), pk=pk)
    health = health_on(body, request.scope, moment.as_of, moment.known_at)
    if health is None:
        form.add_error("as_of", _("The branch did not exist on this day."))
        return None
    names = names_behind(health.findings, request.scope)
    return render_page(
        request, "health/branch_past.html", branch=body, health=health, form=form, moment=moment,
        lines=lines_of(health.findings, health.edition, body, request.scope, names, may_fix=False),
    )  # fmt: skip


def district_form(request: Any, bodies: Collection[Organization]) -> PastDistrictForm:
    top = min((len(body.path) for body in bodies), default=0)
    words = [
        (body.path, INDENT * ((len(body.path) - top) // LEVEL_WIDTH) + body.short_name) for body in bodies
    ]
    return PastDistrictForm(request.GET, today=timezone.localdate(), bodies=words)


def past_district(request: Any, form: PastDistrictForm, moment: Moment) -> HttpResponse:
    rows = past_branches(request.scope, form.cleaned_data["under"], moment)
    need = form.cleaned_data["need"]
    shown = [row for row in rows if NARROWED[need](row)] if need else rows
    return render_page(
        request, "health/district_past.html", form=form, moment=moment, page=_page(request, shown),
        heads=[(key, short, SUBJECTS[key]) for key, short in SHORT_DUTIES.items()],
        counts={"": len(rows), **{name: sum(map(keep, rows)) for name, keep in NARROWED.items()}},
    )  # fmt: skip


def _page(request: Any, rows: list[PastBranch]) -> "Page[Any]":
    here = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    numbers = (
        here.previous_page_number() if here.has_previous() else 0,
        here.next_page_number() if here.has_next() else 0,
    )
    previous, following = (_address(request, number) if number else "" for number in numbers)
    return Page(list(here.object_list), len(rows), previous, following)


def _address(request: Any, number: int) -> str:
    fields = request.GET.copy()
    fields["page"] = str(number)
    return f"?{fields.urlencode()}"
