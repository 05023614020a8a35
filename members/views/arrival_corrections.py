"""A paper letter typed wrong: put right by who typed it or the branch, until it is answered."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.forms.arrivals import ArrivalCorrectionForm
from members.models import Arrival
from members.views.arrivals import OVERTAKEN, not_done, seen
from members.views.member import explain
from members.workflows import arrivals as work
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.forms import typed
from orgportal.core.ui import render_page

LETTER = ("letter_number", "letter_body", "letter_address", "letter_phone", "from_branch", "issued_on")
TERMS = ("valid_until", "dues_paid_to", "standing", "version")


@require_http_methods(["GET", "POST"])
def arrival_correct(request: Any, pk: int) -> HttpResponse:
    arrival = seen(request, pk)
    if not work.may_correct(arrival, request.scope):
        raise PermissionDenied(work.RIGHTS[0])
    form = ArrivalCorrectionForm(typed(request), scope=request.scope, initial=_typed(arrival))
    care = None
    if not arrival.is_open:
        return not_done(request, pk, Refused(_end_of(arrival)))
    if form.is_valid():
        try:
            after = work.correct(
                arrival, form.again(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            if isinstance(refusal, (StaleVersion, NotAllowed)) or refusal.code in OVERTAKEN:
                return not_done(request, pk, refusal)
            care = explain(form, refusal)
        else:
            return redirect(after)
    status = 422 if form.errors or care else 200
    return render_page(
        request, "members/arrival_correct.html", status=status, form=form, care=care, arrival=arrival
    )


def _typed(arrival: Arrival) -> dict[str, Any]:
    """All but the sealed number: an empty field keeps it."""
    return {**{name: getattr(arrival, name) for name in (*LETTER, *TERMS)}, **arrival.person}


def _end_of(arrival: Arrival) -> str:
    return "arrival_entered" if arrival.member_id else "arrival_decided"
