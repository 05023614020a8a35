"""The import of units from a spreadsheet: template, upload, columns matched, check page, rows handed back,
done, taken back.
"""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from branches.choices import CoverageKind, OwnerKind, UnitKind
from branches.forms import UnitColumnsForm, UnitImportForm
from branches.messages import REFUSALS, UNIT_COLUMNS, UNIT_FAULTS
from branches.models import UnitImport
from branches.tables import fault_lines
from branches.tables.unit_faults import faults_workbook
from branches.tables.units import TEXT_ONLY
from branches.views.units import XLSX
from branches.workflows.unit_columns import OwnList, is_unread
from branches.workflows.unit_file import MOST_ROWS, as_csv, rows_of
from branches.workflows.unit_import import UnitFileFaulty, UnitPlan, load_units, plan_units, undo_import
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.idempotency import changed_nothing
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

MOST_SHOWN = 200
LATEST = 5


@may("unit.edit")
def unit_import(request: Any) -> HttpResponse:
    form = UnitImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        latest = UnitImport.objects.visible_to(request.scope).order_by("-pk")[:LATEST]
        return render_page(request, "branches/unit_import.html", status=status, form=form, latest=latest)
    step = STEPS.get(request.POST.get("step", ""), _check)
    return step(request, form.data_bytes())


def _check(request: Any, data: bytes) -> HttpResponse:
    """What the file would do; or a question where its headings are somebody's own."""
    plan = plan_units(data, scope=request.scope, at=timezone.now())
    if is_unread(plan.faults):
        return _columns_page(request, _columns_form(request, data), status=200)
    return _check_page(request, plan, data)


def _match(request: Any, data: bytes) -> HttpResponse:
    """The columns were chosen: from here on the file stands under our headings."""
    form = _columns_form(request, data, request.POST)
    if not form.is_valid():
        return _columns_page(request, form, status=422)
    return _check(request, as_csv(form.rows()).encode())


def _load(request: Any, data: bytes) -> HttpResponse:
    try:
        batch = load_units(data, actor=request.user, scope=request.scope, at=timezone.now())
    except UnitFileFaulty as faulty:
        return _check_page(request, faulty.plan, data)
    said = ngettext("%(n)s unit put on the list.", "%(n)s units put on the list.", batch.rows)
    messages.success(request, said % {"n": batch.rows})
    return redirect("branches:unit-import")


def _hand_back(request: Any, data: bytes) -> HttpResponse:
    """The rows as a workbook that says beside each what to put right; nothing to say leads to the check."""
    plan = plan_units(data, scope=request.scope, at=timezone.now())
    if not plan.in_rows:
        return _check_page(request, plan, data)
    return changed_nothing(
        _workbook(faults_workbook(rows_of(data) or [], plan.faults), "units-to-put-right.xlsx")
    )


STEPS = {"match": _match, "do": _load, "faults": _hand_back}


def _columns_form(request: Any, data: bytes, typed: Any = None) -> UnitColumnsForm:
    rows = rows_of(data) or []
    return UnitColumnsForm(OwnList.of(rows), typed, scope=request.scope, initial={"text": as_csv(rows)})


def _columns_page(request: Any, form: UnitColumnsForm, *, status: int) -> HttpResponse:
    return render_page(request, "branches/unit_import_columns.html", status=status, form=form, own=form.own)


def _check_page(request: Any, plan: UnitPlan, data: bytes) -> HttpResponse:
    """What the file would do, or everything that must be put right in it."""
    return render_page(
        request, "branches/unit_import_check.html", status=422 if plan.faults else 200, plan=plan,
        faults=fault_lines(plan.faults[:MOST_SHOWN], UNIT_COLUMNS, UNIT_FAULTS), first=plan.new[:MOST_SHOWN],
        form=UnitImportForm(initial={"text": as_csv(rows_of(data) or [])}),
    )  # fmt: skip


@require_POST
@may("unit.edit")
def unit_import_undo(request: Any, pk: int) -> HttpResponse:
    """Takes back what one's own file put on the lists, as far as nobody has touched it since."""
    batch = get_object_or_404(UnitImport.objects.visible_to(request.scope), pk=pk)
    try:
        ids, stay = undo_import(batch, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        words = _("Taken off the list again: %(n)s. Changed since and left as they are: %(stay)s.")
        messages.success(request, words % {"n": len(ids), "stay": stay})
    return redirect("branches:unit-import")


@require_GET
@may("unit.edit")
def unit_template(request: Any) -> HttpResponse:
    """A workbook with the headings in the reader's language, lists to choose from, and one example row."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **TEXT_ONLY})
    sheet = book.add_worksheet(_("Units"))
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
    lists = {"kind": UnitKind, "owner": OwnerKind, "coverage": CoverageKind}
    example = _example()
    for place, (name, label) in enumerate(UNIT_COLUMNS.items()):
        sheet.set_column(place, place, 20, text)
        sheet.write_string(0, place, str(label), bold)
        sheet.write_string(1, place, str(example[name]), text)
        if name in lists:
            words = [str(word) for word in lists[name].labels]
            sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": words})
    sheet.freeze_panes(1, 1)
    book.close()
    return _workbook(out.getvalue(), "units-template.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _example() -> dict[str, Any]:
    return {
        "name": "示例纺织有限公司", "kind": UnitKind.ENTERPRISE.label, "owner": OwnerKind.PRIVATE.label,
        "credit_code": "91350100M000100Y43", "committee_code": "0101", "area": "示例社区", "address": "",
        "staff": "36",
        "coverage": CoverageKind.ADVISER.label, "covered_by": "张三", "listed_on": "2026-01-15",
    }  # fmt: skip
