"""Certificates of membership: issued on a form, ended on the page of the paper."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.forms.papers import CertificateForm, PaperEndForm
from members.messages import REFUSALS
from members.models import Member
from members.views.papers import seen
from members.workflows import certificates as work
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
def certificate_create(request: Any, pk: int) -> HttpResponse:
    rows = Member.objects.visible_to(request.scope).select_related("branch")
    member: Member = get_object_or_404(rows, pk=pk)
    if not work.may_certify(request.scope, member.branch):
        raise PermissionDenied(work.BRANCH_RIGHT)
    limit = work.longest(member, timezone.localdate())
    form = CertificateForm(request.POST or None, months=limit.months)
    if request.method == "POST" and form.is_valid():
        try:
            made = work.certify(
                member, form.stay(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            place = "valid_until" if refusal.code in work.ABOUT_DAYS else None
            form.add_error(place, sentence(refusal, REFUSALS))
        else:
            return redirect(made)
    status = 422 if form.errors else 200
    return render_page(
        request, "members/certificate_form.html", status=status, form=form, member=member, limit=limit
    )


@require_http_methods(["GET", "POST"])
def paper_end(request: Any, pk: int) -> HttpResponse:
    """A certificate handed back or lost; the papers of a transfer end with it."""
    paper, form = seen(request, pk), PaperEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            work.take_back(paper, form.ending(), actor=request.user, scope=request.scope, at=timezone.now())
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.params["right"]) from refusal
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(paper)
    if not work.may_certify(request.scope, paper.branch):
        raise PermissionDenied(work.BRANCH_RIGHT)
    return render_page(
        request, "members/paper_end.html", status=422 if form.errors else 200, form=form, paper=paper
    )
