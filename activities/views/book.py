"""The record book of a branch: a quarter or a year on paper."""

import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.messages import DUTIES
from activities.queries.sheets import record_book
from activities.rules.duties import Period, period_of
from activities.views.opening import FIRST_YEAR
from branches.models import Organization
from orgportal.core.decorators import may
from orgportal.core.ui import render_page

_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4]))?")


@require_GET
@may("activity.view")
def book(request: Any, branch: int) -> HttpResponse:
    """What the branch owed and every record of the period, ready to be printed and bound."""
    row = get_object_or_404(Organization.objects.visible_to(request.scope).branches(), pk=branch)
    today = timezone.localdate()
    period = period_named(request.GET.get("period", ""), today)
    return render_page(
        request, "activities/book.html", book=record_book(row, period, request.scope), duty_names=DUTIES,
        choices=_choices(period, today),
    )  # fmt: skip


def period_named(text: str, today: date) -> Period:
    """The quarter "2026-Q1" or the year "2026".

    Else the quarter that runs; in its first month the one before, whose book is bound then.
    """
    found = _PERIOD.fullmatch(text)
    if found and FIRST_YEAR <= int(found[1]) <= today.year:
        if found[2] is None:
            return period_of("year", date(int(found[1]), 1, 1))
        return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))
    running = period_of("quarter", today)
    if today.month != running.starts_on.month:
        return running
    return period_of("quarter", running.starts_on - timedelta(days=1))


def _choices(period: Period, today: date) -> list[tuple[str, str, bool]]:
    """(words, period, is it this) of the quarters of the year, the year, and the years beside it."""
    year = period.starts_on.year
    quarters = [(f"{year} Q{number}", f"{year}-Q{number}") for number in range(1, 5)]
    years = [(str(each), str(each)) for each in (year - 1, year, year + 1) if each <= today.year]
    return [(words, name, period_named(name, today) == period) for words, name in [*quarters, *years]]
