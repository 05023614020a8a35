"""Two addresses for the machinery: does the process answer, and can it do its work."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgportal.core.decorators import public
from orgportal.core.readiness import readiness

LOCAL = {"127.0.0.1", "::1"}


@public
@require_safe
def healthz(request: Any) -> HttpResponse:
    """Asks nothing of any server: a database that is away is no reason to restart the process."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def readyz(request: Any) -> HttpResponse:
    """200 or 503; what is wrong is told to this machine only."""
    found = readiness(timezone.now())
    is_local = request.META.get("REMOTE_ADDR") in LOCAL and "X-Forwarded-For" not in request.headers
    body = found.as_dict() if is_local else {"state": found.state}
    return JsonResponse(body, status=200 if found.is_ready else 503)
