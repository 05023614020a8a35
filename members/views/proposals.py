"""What an out-of-contact clock proposes: the evidence, the rule, and setting it aside."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.forms.mobile import DismissForm
from members.messages import REFUSALS
from members.models import ContactProposal
from members.queries.contact import citation_of, records_open
from members.queries.mobile import contact_log
from members.tables import evidence_lines
from members.workflows import lost as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
@may("member.view")
def proposal_detail(request: Any, pk: int) -> HttpResponse:
    rows = ContactProposal.objects.visible_to(request.scope).select_related("member__branch", "closed_by")
    row: ContactProposal = get_object_or_404(rows, pk=pk)
    may_edit = request.scope.may(work.RIGHT, row.member)
    form = DismissForm(typed(request), initial={"version": row.version})
    if form.is_bound and not may_edit:
        raise PermissionDenied(work.RIGHT)
    if form.is_valid():
        seen = form.cleaned_data["version"]
        setting, at = form.setting(), timezone.now()
        try:
            work.dismiss(row, setting, seen_version=seen, actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(row)
    return render_page(
        request, "members/proposal.html", status=422 if form.is_bound else 200, form=form, row=row,
        evidence=evidence_lines(row.evidence, records_open(row.member, row.evidence, request.scope)),
        citation_facts=citation_of(row), may_edit=may_edit,
        contacts=contact_log(row.member)[:10],
    )  # fmt: skip
