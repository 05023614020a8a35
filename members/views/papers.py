"""The verify page of a paper: open to whoever holds it, and silent on the person it was issued on."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.queries.papers import paper_by_token
from orgportal.core.decorators import public
from orgportal.core.limits import for_guests
from orgportal.core.ui import render_page


@public
@require_safe
@for_guests
def paper_verify(request: Any, token: str) -> HttpResponse:
    """Kind, number, issuer, and whether it is in force; the same answer to everybody."""
    told = paper_by_token(token, timezone.localdate())
    return render_page(request, "members/paper_verify.html", status=200 if told else 404, told=told)
