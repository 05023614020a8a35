"""The paper road: a month of meetings typed on one page, and the sheet they were signed on."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.choices import ActivityKind
from activities.forms.paper import MOST_ROWS, PaperSheet
from activities.messages import DUTIES, REFUSALS
from activities.queries import setting_for
from activities.queries.paper import What, asked_in, batch_of, desk_for, rows_of
from activities.views.opening import Opening, day_of, month_of_address, opening_of, records
from activities.workflows.meetings import may_record
from activities.workflows.paper import LineRefused, record_lines
from orgportal.core.decorators import may, repeatable
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
@records
def paper_create(request: Any) -> HttpResponse:
    """A row for whatever the month still asks for; nothing is recorded unless all of it can be."""
    opening, now = opening_of(request), timezone.now()
    if opening.branch is None:
        return render_page(request, "activities/choose_branch.html", branches=opening.branches)
    sheet = _sheet(request, opening, timezone.localdate(now))
    if "more" in request.POST:
        return _page(request, opening, sheet.with_more())
    if not sheet.is_bound or not sheet.is_valid() or not sheet.is_seen():
        return _page(request, opening, sheet)
    try:
        done = record_lines(
            sheet.lines, branch=opening.branch, actor=request.user, scope=request.scope, at=now
        )
    except LineRefused as refusal:
        sheet.refuse(refusal.index, refusal.code, sentence(refusal, REFUSALS))
        return _page(request, opening, sheet)
    return redirect("activities:paper-saved", of="-".join(str(activity.pk) for activity in done))


@require_POST
@repeatable
@records
def paper_check(request: Any) -> HttpResponse:
    """What one row would record, as read so far."""
    opening, row = opening_of(request), request.GET.get("row", "")
    if opening.branch is None or not row.isdecimal() or int(row) >= MOST_ROWS:
        raise Http404
    read = _sheet(request, opening, timezone.localdate()).row(int(row))
    read.is_valid()
    return render_page(request, "activities/_paper_reading.html", row=read)


@require_GET
@may("activity.view")
def paper_saved(request: Any, of: str) -> HttpResponse:
    """What was recorded, what it answered, and how to put one of them right."""
    wanted = [int(pk) for pk in of.split("-")[:MOST_ROWS] if pk.isdecimal()]
    batch = batch_of(wanted, request.scope)
    if not batch:
        raise Http404
    return render_page(
        request, "activities/paper_saved.html", batch=batch, branch=batch[0].branch, duty_names=DUTIES,
        may_write={
            each.pk for each in batch if may_record(request.scope, each.branch, each.kind, each.group_id)
        },
    )  # fmt: skip


@require_GET
@records
def roster_sheet(request: Any) -> HttpResponse:
    """Who should attend, numbered as the pages number them, with room to sign: printed and taken along."""
    opening = opening_of(request)
    if opening.branch is None:
        return render_page(request, "activities/choose_branch.html", branches=opening.branches)
    on = day_of(request.GET.get("on", ""), timezone.localdate())
    return render_page(
        request, "activities/roster_sheet.html", opening=opening, on=on,
        setting=setting_for(opening.branch, opening.kind, opening.group, on),
    )  # fmt: skip


def _sheet(request: Any, opening: Opening, today: date) -> PaperSheet:
    assert opening.branch is not None  # noqa: S101  # the pages ask for it first
    month = min(month_of_address(request.GET.get("month", ""), today), today.replace(day=1))
    desk = desk_for(opening.branch, opening.groups, request.scope, month, today)
    whats = _whats(opening)
    if request.method == "POST":
        return PaperSheet(request.POST, desk=desk, whats=whats)
    rows = rows_of(desk, asked_in(desk, request.scope, whats), whats)
    return PaperSheet(desk=desk, whats=whats, asked=rows)


def _whats(opening: Opening) -> list[What]:
    """Kinds in their order, a party group's meeting once for each group."""
    found: list[What] = [(kind, None) for kind in opening.kinds if kind != ActivityKind.GROUP]
    return found + [(ActivityKind.GROUP, group.pk) for group in opening.groups]


def _page(request: Any, opening: Opening, sheet: PaperSheet) -> HttpResponse:
    is_wrong = sheet.has_nothing or any(row.is_bound and row.errors for row in sheet.rows)
    return render_page(
        request, "activities/paper.html", status=422 if is_wrong else 200, opening=opening, sheet=sheet,
        desk=sheet.desk,
    )  # fmt: skip
