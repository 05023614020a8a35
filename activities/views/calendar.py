"""The month: what was held, and when."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.filters import ActivityFilter
from activities.models import Activity
from activities.queries import month_of
from orgportal.core.decorators import may
from orgportal.core.ui import render_page


@require_GET
@may("activity.view")
def month(request: Any) -> HttpResponse:
    """A calendar on a screen, a list of days on a phone; filters as on the list."""
    first = _first_of(request.GET.get("month", ""), timezone.localdate())
    filters = ActivityFilter(request.GET, queryset=Activity.objects.visible_to(request.scope))
    return render_page(
        request, "activities/month.html", weeks=month_of(filters.qs, first), first=first, filters=filters,
        before=first - timedelta(days=1), after=first + timedelta(days=32), today=timezone.localdate(),
    )  # fmt: skip


def _first_of(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
