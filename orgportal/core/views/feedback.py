"""Complaints and suggestions about the system itself: written by anybody, answered at the system desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from orgportal.core.decorators import desk
from orgportal.core.desk_forms import AnswerForm, FeedbackForm
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Desk, Feedback
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.workflows import feedback as workflow


@require_http_methods(["GET", "POST"])
def feedback_create(request: Any) -> HttpResponse:
    form = FeedbackForm(typed(request), initial={"page": request.GET.get("page", "")[:300]})
    if request.method == "POST" and form.is_valid():
        workflow.write(**form.cleaned_data, actor=request.user, at=timezone.now())
        messages.success(request, _("Thank you. The answer will come to your inbox and stand in this list."))
        return redirect("core:feedback-list")
    return render_page(request, "core/feedback_form.html", status=422 if form.is_bound else 200, form=form)


@require_safe
def feedback_list(request: Any) -> HttpResponse:
    """One's own, with the answers."""
    rows = Feedback.objects.filter(author=request.user).select_related("answered_by")
    return render_page(request, "core/feedback_list.html", page=keyset_page(rows, request, NEWEST))


@desk(Desk.SYSTEM)
@require_safe
def feedback_desk(request: Any) -> HttpResponse:
    rows = Feedback.objects.select_related("author", "answered_by")
    is_all = request.GET.get("show") == "all"
    page = keyset_page(rows if is_all else rows.filter(answered_at=None), request, NEWEST)
    return render_page(request, "core/feedback_desk.html", page=page, is_all=is_all)


@desk(Desk.SYSTEM)
@require_http_methods(["GET", "POST"])
def feedback_answer(request: Any, pk: int) -> HttpResponse:
    entry = get_object_or_404(Feedback.objects.select_related("author", "answered_by"), pk=pk)
    form = AnswerForm(typed(request), initial={"version": entry.version})
    if request.method == "POST" and form.is_valid() and _is_answered(request, entry, form):
        messages.success(request, _("The answer was sent to the writer's inbox."))
        return redirect("core:feedback-desk")
    status = 422 if form.is_bound else 200
    return render_page(request, "core/feedback_answer.html", status=status, form=form, entry=entry)


def _is_answered(request: Any, entry: Feedback, form: AnswerForm) -> bool:
    seen = form.cleaned_data["version"]
    try:
        workflow.answer(
            entry, form.cleaned_data["answer"], seen_version=seen, actor=request.user, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, sentence(refusal))
        return False
    return True
