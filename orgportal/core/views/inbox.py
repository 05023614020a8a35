"""The inbox: what, why you, by when, and one click to the place."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from orgportal.core.decorators import repeatable
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.messages import NOTICE_REASONS, NOTICE_SOURCES
from orgportal.core.models import Notification
from orgportal.core.reminders import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import notices


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in words."""

    notice: Notification
    text: str
    why: Any
    is_late: bool


@require_safe
def inbox(request: Any) -> HttpResponse:
    rows = Notification.objects.visible_to(request.scope).select_related("text")
    is_all = request.GET.get("show") == "all"
    page = keyset_page(rows if is_all else rows.unread(), request, NEWEST)
    return render_page(
        request,
        "core/inbox.html",
        part="core/_inbox.html",
        groups=_grouped(page.rows, timezone.localdate()),
        page=page,
        is_all=is_all,
        unread_here=rows.unread().count(),
    )


def _grouped(rows: list[Notification], today: date) -> list[tuple[Any, list[Line]]]:
    """By the room that speaks, in the order of its newest notice."""
    groups: dict[str, list[Line]] = {}
    for row in rows:
        is_open = row.read_at is None and row.withdrawn_at is None
        is_late = is_open and row.due_on is not None and row.due_on < today
        line = Line(row, sentence(row.rule, row.params, row.text), NOTICE_REASONS.get(row.rule, ""), is_late)
        groups.setdefault(row.rule.partition(".")[0], []).append(line)
    return [(NOTICE_SOURCES.get(name, name), lines) for name, lines in groups.items()]


@repeatable
@require_POST
def notice_open(request: Any, pk: int) -> HttpResponse:
    """Note that it was read and go to the place it speaks of."""
    notice = get_object_or_404(Notification.objects.visible_to(request.scope), pk=pk)
    notices.mark_read(notice, at=timezone.now())
    is_ours = url_has_allowed_host_and_scheme(notice.url, {request.get_host()})
    return HttpResponseRedirect(notice.url) if is_ours and notice.url else redirect("core:inbox")


@repeatable
@require_POST
def notice_read(request: Any, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notification.objects.visible_to(request.scope), pk=pk)
    notices.mark_read(notice, at=timezone.now())
    return _again(request)


@repeatable
@require_POST
def inbox_read(request: Any) -> HttpResponse:
    notices.mark_all_read(scope=request.scope, at=timezone.now())
    return _again(request)


def _again(request: HttpRequest) -> HttpResponse:
    """The list once more: swapped by htmx, or as a page."""
    return redirect("core:inbox")
