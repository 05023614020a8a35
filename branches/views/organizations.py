"""The list of bodies and the page of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from branches import queries
from branches.filters import OrganizationFilter
from branches.messages import ADVICE
from branches.models import Organization
from branches.tables import history_lines
from orgportal.core.decorators import may
from orgportal.core.keyset import keyset_page
from orgportal.core.ui import render_page

ORDER = ("name_key", "pk")


@may("branch.view")
def organization_list(request: Any) -> HttpResponse:
    bodies = Organization.objects.visible_to(request.scope)
    if not request.GET and bodies.count() == 1:
        return redirect(bodies.get())
    filters = OrganizationFilter(request.GET, queryset=bodies.select_related("parent"))
    page = keyset_page(filters.qs, request, ORDER)
    counts = queries.counts_of(page.rows, request.scope)
    return render_page(
        request, "branches/list.html", part="branches/_rows.html", filters=filters, page=page, counts=counts,
        at=timezone.now(),
    )  # fmt: skip


@may("branch.view")
def organization_tree(request: Any) -> HttpResponse:
    roots = queries.tree_of(request.scope)
    return render_page(request, "branches/tree.html", roots=roots, at=timezone.now())


@may("branch.view")
def organization_detail(request: Any, pk: int) -> HttpResponse:
    bodies = Organization.objects.visible_to(request.scope).select_related("parent")
    body = get_object_or_404(bodies, pk=pk)
    sheet = queries.body_sheet(body, request.scope, timezone.localdate())
    return render_page(
        request, "branches/detail.html", body=body, sheet=sheet, history=history_lines(sheet.events),
        advice=[{"words": ADVICE[line.code], "advice": line} for line in sheet.advice],
    )  # fmt: skip
