"""The security administrator's desk: who is locked out of signing in, and letting them in again."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.db.models import Max, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgportal.core.decorators import desk
from orgportal.core.desk_forms import LockForm
from orgportal.core.models import Desk
from orgportal.core.ui import render_page
from orgportal.core.workflows.desks import lift_lock_out

SHOWN = 200


@desk(Desk.SECURITY)
@require_safe
def lock_list(request: Any) -> HttpResponse:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    locks = (
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), at=Max("attempt_time"))
        .order_by("-at")[:SHOWN]
    )
    lines = [
        {**lock, "until": lock["at"] + settings.AXES_COOLOFF_TIME}
        for lock in locks
        if lock["failures"] >= settings.AXES_FAILURE_LIMIT
    ]
    return render_page(request, "core/lock_list.html", lines=lines)


@desk(Desk.SECURITY)
@require_POST
def lock_lift(request: Any) -> HttpResponse:
    form = LockForm(request.POST)
    if form.is_valid():
        lift_lock_out(*form.cleaned_data.values(), actor=request.user, at=timezone.now())
        messages.success(request, _("The lock was lifted."))
    return redirect("core:lock-list")
