"""Papers of one meeting: the record and the sheet that was signed, on a page made for paper or as a file."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.choices import LedgerForm, LedgerKind
from activities.models import Activity
from activities.tables import shown
from activities.views.book import as_file, form_of, word_layout
from activities.workflows.ledgers import OF_A_MEETING, take_of_meeting
from orgportal.core.decorators import may
from orgportal.core.ui import render_page


@require_GET
@may(Activity.view_right)
def activity_print(request: Any, pk: int, kind: str = LedgerKind.RECORD) -> HttpResponse:
    """On paper, with the lines to sign on."""
    activity, which = paper_of(request, pk), meeting_kind(kind)
    return render_page(
        request, "activities/print.html", activity=activity, kinds=list(OF_A_MEETING), forms=LedgerForm,
        ledger=OF_A_MEETING[which](activity, request.scope, timezone.localdate()), shown=shown,
        **word_layout(which, activity.branch, request.scope),
    )  # fmt: skip


@require_GET
@may(Activity.view_right)
def activity_file(request: Any, pk: int, kind: str, form: str) -> HttpResponse:
    """The same as a file."""
    activity, which, wanted = paper_of(request, pk), meeting_kind(kind), form_of(form)
    how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    return as_file(take_of_meeting(which, activity, wanted, **how))


def paper_of(request: Any, pk: int) -> Activity:
    rows = Activity.objects.visible_to(request.scope).select_related(
        "branch", "group", "chair", "recorder", "confirmed_by"
    )  # fmt: skip
    found: Activity = get_object_or_404(rows, pk=pk)
    return found


def meeting_kind(name: str) -> LedgerKind:
    if name not in OF_A_MEETING:
        raise Http404
    return LedgerKind(name)
