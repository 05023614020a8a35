"""Ledgers of a branch and a period: read on a page made for paper, or taken as a file."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.choices import PERIODIC, LedgerForm, LedgerKind
from activities.models import Activity, LedgerTemplate
from activities.queries.ledger_templates import RIGHT
from activities.queries.period_ledgers import ledger_of
from activities.rules.duties import Period, period_of
from activities.rules.ledgers import fits, lengths_of, name_of, period_bound, period_named
from activities.tables import shown
from activities.workflows.ledger_templates import layout_of
from activities.workflows.ledgers import Order, Taken, take
from branches.models import Organization
from orgportal.core.attachments import attached
from orgportal.core.decorators import may
from orgportal.core.jinja import period as period_words
from orgportal.core.scoping import Scope
from orgportal.core.ui import render_page


@require_GET
@may(Activity.view_right)
def book(request: Any, branch: int, kind: str = LedgerKind.BOOK) -> HttpResponse:
    """The ledger of a period, ready to be printed and bound; the address of the files stands beside it."""
    row, which, today = branch_of(request, branch), kind_of(kind), timezone.localdate()
    period = period_asked(request.GET.get("period", ""), which, today)
    return render_page(
        request, "activities/book.html", branch=row, period=name_of(period), kinds=PERIODIC, forms=LedgerForm,
        ledger=ledger_of(which, row, period, request.scope, today), shown=shown,
        choices=_choices(which, period, today), may_keep=request.scope.may(RIGHT, row),
        **word_layout(which, row, request.scope),
    )  # fmt: skip


@require_GET
@may(Activity.view_right)
def ledger_file(request: Any, branch: int, kind: str, form: str) -> HttpResponse:
    """The same as a file."""
    row, which = branch_of(request, branch), kind_of(kind)
    period = period_asked(request.GET.get("period", ""), which, timezone.localdate())
    order = Order(which, row, period, form_of(form))
    return as_file(take(order, actor=request.user, scope=request.scope, at=timezone.now()))


def word_layout(kind: LedgerKind, branch: Organization, scope: Scope) -> dict[str, Any]:
    """Whose layout the Word file goes by; its page is linked for whoever sees that body."""
    own = layout_of(kind, branch)
    may_see = own is not None and scope.may(LedgerTemplate.view_right, own.organization)
    return {"own_layout": own, "may_see_layout": may_see}


def branch_of(request: Any, pk: int) -> Organization:
    found: Organization = get_object_or_404(Organization.objects.visible_to(request.scope).branches(), pk=pk)
    return found


def kind_of(name: str) -> LedgerKind:
    if name not in PERIODIC:
        raise Http404
    return LedgerKind(name)


def form_of(name: str) -> LedgerForm:
    if name not in LedgerForm.values:
        raise Http404
    return LedgerForm(name)


def period_asked(text: str, kind: LedgerKind, today: date) -> Period:
    """The period named; the one due to be bound where none is, or none of the length this ledger has."""
    period = period_named(text, today)
    return period if period and fits(kind, period) else period_bound(kind, today)


def as_file(taken: Taken) -> HttpResponse:
    return attached(taken.content, taken.kind, taken.name)


def _choices(kind: LedgerKind, period: Period, today: date) -> list[tuple[str, str, bool]]:
    """(words, period, is it this) of the quarters of the year, the year, and the years beside it."""
    year, lengths = period.starts_on.year, lengths_of(kind)
    quarters = (
        [period_of("quarter", date(year, 3 * n, 1)) for n in range(1, 5)] if "quarter" in lengths else []
    )
    beside = [each for each in (year - 1, year, year + 1) if each <= today.year]
    years = [period_of("year", date(each, 1, 1)) for each in beside] if "year" in lengths else []
    found = [(words_of(each), name_of(each), each == period) for each in [*quarters, *years]]
    if not years:
        # The quarter of another year that lies nearest.
        found += [(str(each), f"{each}-Q{1 if each > year else 4}", False) for each in beside if each != year]
    return found


def words_of(span: Period) -> str:
    return period_words(span.starts_on, span.ends_on)
