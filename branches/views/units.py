"""The list of units and the page of one; the list as a file, and checked at one press."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from branches.filters import UnitFilter
from branches.forms import VisitForm
from branches.messages import CODE_DOUBTS, MEASURES, REFUSALS
from branches.models import Unit
from branches.queries.units import EDIT_RIGHT, bodies_named, measured, unit_sheet
from branches.tables.units import WORDS, cover_words, unit_history, unit_sheet_bytes
from branches.workflows import units as work
from branches.workflows.unit_history import may_undo
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

ORDER = ("name_key", "pk")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a list shows beside each name: the lists that ask somebody to act.
TO_ACT = ("to_build", "to_ask", "empty_body", "small_body", "blank", "uncovered", "unchecked", "unvisited")


@require_GET
@may("health.view")
def unit_list(request: Any) -> HttpResponse:
    """One of the lists of the day; each number of the review opens one."""
    today = timezone.localdate()
    filters = UnitFilter(request.GET, scope=request.scope, today=today)
    page = keyset_page(filters.qs, request, ORDER)
    lines = measured(page.rows, today)
    bodies = bodies_named(cover.body_id for facts, _lists in lines for cover in facts.covers)
    return render_page(
        request, "branches/units.html", part="branches/_unit_rows.html", filters=filters, page=page,
        lines={facts.id: (facts, [name for name in TO_ACT if name in lists]) for facts, lists in lines},
        cover_words=lambda covers: cover_words(covers, bodies), words=WORDS, measures=MEASURES,
        may_edit=request.scope.may_somewhere(EDIT_RIGHT), at=timezone.now(),
        to_check=filters.to_check.count() if request.scope.may_somewhere(EDIT_RIGHT) else 0,
    )  # fmt: skip


@require_GET
@may("health.view")
def unit_export(request: Any) -> HttpResponse:
    """The same list as a spreadsheet."""
    at = timezone.now()
    today = timezone.localdate(at)
    filters = UnitFilter(request.GET, scope=request.scope, today=today)
    units = list(filters.qs.order_by(*ORDER))
    lines = [facts for facts, _lists in measured(units, today)]
    bodies = bodies_named(cover.body_id for facts in lines for cover in facts.covers)
    made = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    notes = [_("Units, %(count)d rows, made %(at)s") % {"count": len(units), "at": made}]
    work.take_away(len(units), {"query": request.GET.urlencode()}, actor=request.user, at=at)
    content = unit_sheet_bytes(notes, zip(units, lines, strict=True), bodies)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="units-{today:%Y%m%d}.xlsx"'
    return answer


@require_POST
@may("unit.edit")
def unit_check(request: Any) -> HttpResponse:
    """Every unit of the list, as many as the button said, is unchanged as of today."""
    at = timezone.now()
    filters = UnitFilter(request.GET, scope=request.scope, today=timezone.localdate(at))
    seen = request.POST.get("expected", "")
    ids = list(filters.to_check.values_list("pk", flat=True))
    try:
        marked = work.check_units(
            ids, int(seen) if seen.isdecimal() else -1, actor=request.user, scope=request.scope, at=at
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        said = ngettext(
            "%(n)s unit marked as checked today.", "%(n)s units marked as checked today.", len(marked)
        )
        messages.success(request, said % {"n": len(marked)})
    return redirect(f"{request.path.removesuffix('check/')}?{request.GET.urlencode()}")


@require_GET
@may("health.view")
def unit_detail(request: Any, pk: int) -> HttpResponse:
    return unit_page(request, unit_in_sight(request, pk))


def unit_in_sight(request: Any, pk: int) -> Unit:
    rows: Any = Unit.objects.visible_to(request.scope).select_related("committee")
    found: Unit = get_object_or_404(rows, pk=pk)
    return found


def unit_page(request: Any, unit: Unit, *, form: Any = None, status: int = 200) -> HttpResponse:
    """One unit: its state, coverage, members, visits and history."""
    at = timezone.now()
    sheet = unit_sheet(unit, request.scope, timezone.localdate(at))
    may_edit = request.scope.may(EDIT_RIGHT, unit.committee)
    initial = {"visitor": sheet.visitor, "on": timezone.localdate(at)}
    return render_page(
        request, "branches/unit.html", status=status, unit=unit, sheet=sheet, may_edit=may_edit, words=WORDS,
        doubt=CODE_DOUBTS.get(sheet.code_doubt, ""), history=unit_history(sheet.events),
        form=form or VisitForm(initial=initial),
        alerts=[MEASURES[name] for name in TO_ACT if name in sheet.measures],
        undoable=may_undo(sheet.events, at) if may_edit else None,
    )  # fmt: skip
