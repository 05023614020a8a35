"""Handing over a branch: all that is open in it on one page, and what only the predecessor knows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from branches.messages import REFUSALS
from branches.models import HandoverNote, Organization
from branches.workflows.handover import RIGHT, strike_note, write_note
from members.models import Post
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.jinja import day
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.health.forms import NoteForm
from orgportal.health.messages import SUBJECTS
from orgportal.health.queries.handover import hand_over_of
from orgportal.health.queries.home import RECORD_RIGHT
from orgportal.health.views.lines import not_held_url, period_words, record_url


@require_http_methods(["GET", "POST"])
@may("health.view")
def hand_over(request: Any, pk: int) -> HttpResponse:
    """Posting writes a note; what else stands here is changed where it is kept."""
    branch, at = _branch(request, pk), timezone.now()
    form = NoteForm(typed(request))
    if form.is_bound and not request.scope.may(RIGHT, branch):
        raise PermissionDenied(RIGHT)
    if form.is_bound and form.is_valid():
        try:
            write_note(branch, form.cleaned_data["text"], actor=request.user, scope=request.scope, at=at)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("The note is kept for your successor."))
            return redirect("health:hand-over", pk=branch.pk)
    today = timezone.localdate(at)
    found = hand_over_of(branch, request.scope, today)
    return render_page(
        request, "health/hand_over.html", status=422 if form.is_bound else 200, branch=branch, form=form,
        today=today, found=found, posts=[(post.get_kind_display(), _held_by(post)) for post in found.posts],
        may_write=request.scope.may(RIGHT, branch), may_record=request.scope.may(RECORD_RIGHT, branch),
        subjects=SUBJECTS, period_words=period_words, record_url=record_url, not_held_url=not_held_url,
    )  # fmt: skip


@require_POST
@may(RIGHT)
def note_strike(request: Any, pk: int, note: int) -> HttpResponse:
    notes = HandoverNote.objects.visible_to(request.scope).filter(branch=_branch(request, pk))
    try:
        strike_note(
            get_object_or_404(notes, pk=note), actor=request.user, scope=request.scope, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, sentence(refusal, REFUSALS))
    else:
        messages.success(request, _("The note is struck out."))
    return redirect("health:hand-over", pk=pk)


def _held_by(post: Post) -> str:
    """Who, of which group, and until when where that is known."""
    who = f"{post.member.name} · {post.group.name}" if post.group else post.member.name
    return (
        who
        if post.ends_on is None
        else _("%(name)s, until %(day)s") % {"name": who, "day": day(post.ends_on)}
    )


def _branch(request: Any, pk: int) -> Organization:
    """A branch whose health the person may see, dissolved ones too: somebody takes over their papers."""
    rows: Any = Organization.objects.visible_to(request.scope).branches()
    branch: Organization = get_object_or_404(rows.select_related("parent"), pk=pk)
    if not request.scope.may("health.view", branch):
        raise PermissionDenied("health.view")
    return branch
