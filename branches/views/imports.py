"""The import of bodies from a CSV file: template, upload, check page, done."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from branches.choices import Form, Kind, Sector
from branches.forms import ImportForm
from branches.messages import COLUMNS, YES_NO
from branches.tables import fault_lines
from branches.workflows.table_file import as_text
from branches.workflows.tree_import import FileFaulty, Plan, load_tree, plan_tree
from orgportal.core.decorators import may
from orgportal.core.ui import render_page

MOST_SHOWN = 200


@may("branch.import")
def organization_import(request: Any) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render_page(request, "branches/import.html", status=status, form=form)
    data, at = form.data_bytes(), timezone.now()
    if request.POST.get("step") != "do":
        return _check_page(request, plan_tree(data, scope=request.scope, at=at), data)
    try:
        plan = load_tree(data, actor=request.user, scope=request.scope, at=at)
    except FileFaulty as faulty:
        return _check_page(request, faulty.plan, data)
    count = len(plan.lines)
    messages.success(request, ngettext("%(n)s body loaded.", "%(n)s bodies loaded.", count) % {"n": count})
    return redirect("branches:organization-list")


def _check_page(request: Any, plan: Plan, data: bytes) -> HttpResponse:
    """What the file would do, or everything that must be put right in it."""
    return render_page(
        request, "branches/import_check.html", status=422 if plan.faults else 200, plan=plan,
        faults=fault_lines(plan.faults[:MOST_SHOWN]), first=plan.lines[:MOST_SHOWN],
        form=ImportForm(initial={"text": as_text(data) if not plan.faults else ""}),
    )  # fmt: skip


@may("branch.import")
@require_GET
def import_template(request: Any) -> HttpResponse:
    """The headings in the reader's language and one example row."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([str(label) for label in COLUMNS.values()])
    example = ["0101", "示例党支部", "", Kind.BRANCH.label, Form.REGULAR.label, Sector.COMMUNITY.label, "01",
               "2020-07-01", "0437-3000000", "", "", YES_NO[False]]  # fmt: skip
    rows.writerow([str(cell) for cell in example])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="bodies.csv"'
    return response
