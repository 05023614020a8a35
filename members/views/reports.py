"""One address for what a member tells about the own transfer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.choices import MemberReport
from members.messages import REFUSALS
from members.models import Transfer
from members.views.transfer_sheets import sheet_of
from members.workflows import reports
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_POST
def transfer_report(request: Any, pk: int, what: str) -> HttpResponse:
    """One tap; the page that comes back says that it was told, and to whom it matters now."""
    if what not in MemberReport.values:
        raise Http404
    rows: Any = Transfer.objects.visible_to(request.scope).for_pages()
    transfer = get_object_or_404(rows, pk=pk)
    try:
        reports.report(transfer, what, actor=request.user, scope=request.scope, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return render_page(
            request, "members/transfer.html", part="members/_transfer_panel.html", status=409,
            sheet=sheet_of(transfer, request.scope, timezone.localdate()), just_started=False,
            refusal=sentence(refusal, REFUSALS),
        )  # fmt: skip
    messages.success(request, _("Told. Whoever has to act now has read it in the portal's inbox."))
    return redirect(transfer)
