"""The month: what was held, and when."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.filters import ActivityFilter
from activities.models import Activity
from activities.queries import month_of
from activities.views.opening import month_of_address
from activities.workflows.meetings import RIGHT
from orgportal.core.decorators import may
from orgportal.core.holidays import work_calendar
from orgportal.core.ui import render_page


@require_GET
@may("activity.view")
def month(request: Any) -> HttpResponse:
    """A calendar on a screen, a list of days on a phone; filters as on the list."""
    today = timezone.localdate()
    first = month_of_address(request.GET.get("month", ""), today)
    rows = Activity.objects.visible_to(request.scope)
    filters = ActivityFilter(request.GET, queryset=rows, today=today)
    return render_page(
        request, "activities/month.html", weeks=month_of(filters.qs, first), first=first, filters=filters,
        before=first - timedelta(days=1), after=first + timedelta(days=32), today=today,
        work=work_calendar(),
        may_write=request.scope.may_somewhere(RIGHT) or bool(request.scope.groups),
    )  # fmt: skip
