"""Posts and terms of one body: who holds what, since when, until when."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.choices import Kind
from branches.models import Organization
from branches.rules import posts_expected
from members.forms.as_of import AsOfForm
from members.forms.posts import AppointmentForm, PostCancelForm, PostEndForm, TermForm
from members.messages import REFUSALS
from members.models import Post
from members.queries.lists import reachable
from members.queries.sheets import post_sheet
from members.workflows import posts as work
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def _body(request: Any, pk: int, right: str) -> Organization:
    found: Organization = get_object_or_404(Organization.objects.visible_to(request.scope), pk=pk)
    if not request.scope.may(right, found):
        raise PermissionDenied(right)
    return found


def _seen(request: Any, pk: int) -> tuple[Post, Organization]:
    rows = Post.objects.visible_to(request.scope).select_related("member", "organization", "group")
    post = get_object_or_404(rows, pk=pk)
    return post, _body(request, post.organization_id, "post.edit")


@require_GET
@may("branch.view")
def post_list(request: Any, pk: int) -> HttpResponse:
    body = _body(request, pk, "branch.view")
    past = AsOfForm(request.GET, today=timezone.localdate())
    today = past.day or timezone.localdate()
    sheet = post_sheet(body, today)
    held = {post.kind for post in sheet.running}
    expected = posts_expected(Kind(body.kind), has_committee=body.has_committee)
    return render_page(
        request,
        "members/posts.html",
        body=body,
        sheet=sheet,
        today=today,
        vacant=[kind.label for kind in expected if kind not in held],
        past=past,
        within_reach=reachable([post.member_id for post in sheet.shown], request.scope),
        may_edit=request.scope.may("post.edit", body) and not body.is_dissolved and not past.day,
        sees_members=request.scope.may("member.view", body),
    )


@require_http_methods(["GET", "POST"])
@may("post.edit")
def post_create(request: Any, pk: int) -> HttpResponse:
    body = _body(request, pk, "post.edit")
    first = {"starts_on": timezone.localdate()}
    form = AppointmentForm(request.POST or None, body=body, scope=request.scope, initial=first)
    if request.method == "POST" and form.is_valid():
        member = form.cleaned_data["member"]
        try:
            work.appoint(
                member, body, form.order(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("members:post-list", pk=body.pk)
    status = 422 if form.errors else 200
    return render_page(request, "members/post_form.html", status=status, form=form, body=body)


@require_http_methods(["GET", "POST"])
@may("post.edit")
def post_end(request: Any, pk: int) -> HttpResponse:
    post, body = _seen(request, pk)
    form = PostEndForm(request.POST or None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day, basis = form.cleaned_data["last_day"], form.cleaned_data["basis"]
        try:
            work.end_post(post, day, basis, actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("members:post-list", pk=body.pk)
    status = 422 if form.errors else 200
    return render_page(request, "members/post_end.html", status=status, form=form, body=body, post=post)


@require_http_methods(["GET", "POST"])
@may("post.edit")
def post_cancel(request: Any, pk: int) -> HttpResponse:
    """A post to come will not begin; it can be taken back until its first day."""
    post, body = _seen(request, pk)
    predecessor = work.handing_over_to(post, timezone.localdate())
    form = PostCancelForm(
        typed(request), predecessor=predecessor, asker=request.scope.member_id, initial={"keeps": True}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            work.cancel_post(
                post, data["basis"], keeps=data.get("keeps", False), actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("Cancelled. Until its first day it can be taken back below."))
            return redirect("members:post-list", pk=body.pk)
    status = 422 if form.is_bound else 200
    return render_page(request, "members/post_cancel.html", status=status, form=form, body=body, post=post)


@require_POST
@may("post.edit")
def post_restore(request: Any, pk: int) -> HttpResponse:
    post, body = _seen(request, pk)
    try:
        work.restore_post(post, actor=request.user, scope=request.scope, at=timezone.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("The post of %(name)s is to come again.") % {"name": post.member.name})
    return redirect("members:post-list", pk=body.pk)


@require_http_methods(["GET", "POST"])
@may("post.edit")
def term_create(request: Any, pk: int) -> HttpResponse:
    body = _body(request, pk, "post.edit")
    form = TermForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            work.open_term(body, form.order(), actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect("members:post-list", pk=body.pk)
    status = 422 if form.errors else 200
    return render_page(request, "members/term_form.html", status=status, form=form, body=body)
