"""Calendar subscriptions: the page where addresses are made, and the address calendar programs read."""

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.messages import REFUSALS
from activities.models import Activity, CalendarFeed
from activities.queries.feeds import branches_offered, feed_page, feed_rows, feeds_of
from activities.tables import calendar_events
from activities.workflows.feeds import MadeFeed, end_feed, make_feed, note_reading, opened_by, renew_feed
from members.queries import scope_for
from orgportal.core.decorators import public
from orgportal.core.errors import Refused
from orgportal.core.forms import tidy
from orgportal.core.ical import CONTENT_TYPE, calendar_of
from orgportal.core.idempotency import said_once
from orgportal.core.limits import CalendarThrottle, StrayCalendarThrottle, calendar_wait
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

LIST = "activities:feed-list"
# Kept by the reader alone and asked for anew each time; the address leaves with no link.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@require_safe
def feed_list(request: Any) -> HttpResponse:
    """One's own addresses, and the branches whose calendar one may have."""
    return _page(request)


@require_POST
def feed_make(request: Any) -> HttpResponse:
    wanted = request.POST.get("branch", "")
    branch = get_object_or_404(branches_offered(request.scope), pk=_number(wanted)) if wanted else None
    try:
        made = make_feed(branch, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        return _page(request, status=422, error=sentence(refusal, REFUSALS))
    return said_once(_page(request, made=made), reverse(LIST))


@require_POST
def feed_renew(request: Any, pk: int) -> HttpResponse:
    feed = get_object_or_404(feeds_of(request.scope).select_related("user", "branch"), pk=pk)
    try:
        made = renew_feed(feed, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, status=422, error=sentence(refusal, REFUSALS))
    return said_once(_page(request, made=made), reverse(LIST))


@require_POST
def feed_end(request: Any, pk: int) -> HttpResponse:
    feed = get_object_or_404(feeds_of(request.scope).select_related("user", "branch"), pk=pk)
    end_feed(feed, actor=request.user, at=timezone.now())
    return redirect(LIST)


def _page(request: Any, *, status: int = 200, error: str = "", made: MadeFeed | None = None) -> HttpResponse:
    typed = tidy(request.GET.get("q", ""))
    address = address_of(made.token, request) if made else ""
    return render_page(
        request, "activities/feeds.html", status=status, error=error, made=made, address=address, typed=typed,
        web_calendar=f"webcal:{address.partition(':')[2]}", sheet=feed_page(request.scope, typed),
        may_read=lambda branch: request.scope.may(Activity.view_right, branch),
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def root_of(request: Any) -> str:
    """Where readers reach the portal."""
    return settings.SITE_ADDRESS or request.build_absolute_uri("/").rstrip("/")


def address_of(token: str, request: Any) -> str:
    return root_of(request) + reverse("activities:feed-read", args=[token])


# --- what calendar programs read


@public
@require_safe
def feed_read(request: Any, token: str) -> HttpResponse:
    """The calendar as its person may see it now; every address that opens nothing gets the same answer."""
    now, feed = timezone.now(), opened_by(token)
    counted: CalendarThrottle = StrayCalendarThrottle(request.META.get("REMOTE_ADDR", ""))
    if feed is not None:
        counted = CalendarThrottle(str(feed.pk))
    if wait := calendar_wait(counted):
        return _plain(_("Please ask again later."), 429, {"Retry-After": str(wait)})
    if feed is None:
        return _plain(_("There is no calendar at this address."), 404)
    with translation.override(feed.user.language):
        content = _content(feed, root_of(request), timezone.localdate(now))
    since = note_reading(feed, content, at=now)
    return _sent(request, content, int(since.timestamp()), feed.user.language)


def _content(feed: CalendarFeed, root: str, today: date) -> bytes:
    rows = feed_rows(feed, scope_for(feed.user, today), today)
    name = feed.branch.short_name if feed.branch else _("My branch life")
    return calendar_of(name, translation.get_language(), calendar_events(rows, root))


def _sent(request: Any, content: bytes, since: int, language: str) -> HttpResponse:
    """The calendar, or 304 where the reader has it as it is."""
    response = HttpResponse(content, content_type=CONTENT_TYPE, headers=HEADERS)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Content-Language"] = language
    response["Last-Modified"] = http_date(since)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag, since, response) or response


def _plain(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """No page of ours around it: a program reads this, and a page would repeat its own address."""
    told = {**HEADERS, **(headers or {})}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=told)
