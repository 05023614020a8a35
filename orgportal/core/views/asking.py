"""Who asks a workflow, in what scope, and when: the same for every operation of the API."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from orgportal.core.api import scope_of


def by(request: Request) -> dict[str, Any]:
    return {"actor": request.user, "scope": scope_of(request), "at": timezone.now()}
