"""The audit administrator's desk: the trail, read and verified, nothing else."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgportal.core import audit_queries
from orgportal.core.decorators import desk
from orgportal.core.desk_forms import AuditFilter
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.messages import AUDIT_FAULTS
from orgportal.core.models import Desk
from orgportal.core.ui import render_page
from orgportal.core.workflows.desks import ask_verification


@desk(Desk.AUDIT)
@require_safe
def audit_list(request: Any) -> HttpResponse:
    form = AuditFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = keyset_page(audit_queries.entries_matching(wanted), request, NEWEST)
    return render_page(
        request,
        "core/audit_list.html",
        part="core/_audit_rows.html",
        form=form,
        page=page,
        lines=audit_queries.lines(page.rows),
        verification=audit_queries.last_verification(),
        faults=AUDIT_FAULTS,
    )


@desk(Desk.AUDIT)
@require_POST
def audit_verify(request: Any) -> HttpResponse:
    ask_verification(actor=request.user, at=timezone.now())
    messages.success(request, _("The trail is being verified. The result appears here in a moment."))
    return redirect("core:audit-list")
