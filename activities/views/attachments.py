"""Files of a record: their page, adding several, who may see each, removing and bringing back, taking."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.choices import FileType, LifeState
from activities.forms.attachments import FilesForm, RemoveForm, RestoreForm, VisibilityForm
from activities.messages import REFUSALS
from activities.models import Activity, Attachment
from activities.provisions import REMOVED_FILES
from activities.queries import book_for
from activities.queries.attachments import choices_for, files_of, takeable
from activities.workflows import attachments as work
from activities.workflows.meetings import RIGHT, may_record
from orgportal.core.attachments import attached_shut
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@may(Activity.view_right)
def attachment_list(request: Any, pk: int) -> HttpResponse:
    """The files; POST adds some. Those that cannot be kept are named, the others are kept."""
    activity = record_in_sight(request, pk)
    if request.method != "POST":
        return _page(request, activity)
    if not may_add(request, activity):
        raise PermissionDenied(RIGHT)
    form = FilesForm(
        request.POST, request.FILES, choices=choices_for(activity.branch, request.scope),
        is_locked=is_locked(activity),
    )  # fmt: skip
    if form.is_valid():
        how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
        done = work.add_all(activity, form.sent(), form.cleaned_data["visibility"], **how)
        return _told(request, activity, form, done)
    return _page(request, activity, form)


def may_add(request: Any, activity: Activity) -> bool:
    return may_record(request.scope, activity.branch, activity.kind, activity.group_id)


def is_locked(activity: Activity) -> bool:
    return activity.life(timezone.localdate()) == LifeState.LOCKED


def record_in_sight(request: Any, pk: int) -> Activity:
    found: Activity = get_object_or_404(
        Activity.objects.visible_to(request.scope).select_related("branch", "group"), pk=pk
    )
    return found


def _told(request: Any, activity: Activity, form: FilesForm, done: work.Outcome) -> HttpResponse:
    """What was kept, on the page anew; what was not beside it."""
    for refusal in done.refused:
        form.add_error("file", sentence(refusal, REFUSALS))
    if not done.kept:
        return _page(request, activity, form)
    kept = ngettext(
        "%(n)s file is with the record now.", "%(n)s files are with the record now.", len(done.kept)
    )
    messages.success(request, kept % {"n": len(done.kept)})
    for refusal in done.refused:
        messages.error(request, sentence(refusal, REFUSALS))
    return redirect("activities:attachment-list", pk=activity.pk)


def _page(
    request: Any, activity: Activity, form: FilesForm | None = None, *, refusal: Refused | None = None
) -> HttpResponse:
    choices = choices_for(activity.branch, request.scope)
    may_write = may_add(request, activity)
    locked, today = is_locked(activity), timezone.localdate()
    form = form or FilesForm(choices=choices, is_locked=locked)
    status = 409 if refusal else 422 if form.errors else 200
    return render_page(
        request, "activities/files.html", part="activities/_files_page.html", status=status, form=form,
        activity=activity, files=files_of(activity, request.scope, may_write=may_write),
        may_write=may_write and not activity.is_void, choices=choices, is_locked=locked,
        keep_days=book_for(activity.branch, today).value(REMOVED_FILES.key, today),
        refusal=sentence(refusal, REFUSALS) if refusal else "",
    )  # fmt: skip


def attachment_in_sight(request: Any, pk: int) -> Attachment:
    rows = Attachment.objects.visible_to(request.scope).with_people()
    found: Attachment = get_object_or_404(rows, pk=pk)
    return found


@require_safe
@may(Activity.view_right)
def attachment_file(request: Any, pk: int) -> HttpResponse:
    """The file itself, for those its word lets in at this moment."""
    attachment = get_object_or_404(takeable(request.scope), pk=pk)
    content = work.take(attachment, actor=request.user, at=timezone.now())
    return attached_shut(content, work.TYPES[FileType(attachment.type)], attachment.name)


@require_POST
@may(Activity.view_right)
def attachment_show(request: Any, pk: int) -> HttpResponse:
    """Shown to more, or to fewer."""
    attachment = attachment_in_sight(request, pk)
    form = VisibilityForm(request.POST, choices=choices_for(attachment.activity.branch, request.scope))
    word = form.cleaned_data["visibility"] if form.is_valid() else ""
    return _act(request, attachment, work.show_to, word, _("Who may see the file was changed."))


@require_POST
@may(Activity.view_right)
def attachment_remove(request: Any, pk: int) -> HttpResponse:
    form = RemoveForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(
        request, attachment_in_sight(request, pk), work.remove, reason,
        _("The file was removed. It can be brought back below."),
    )  # fmt: skip


@require_POST
@may(Activity.view_right)
def attachment_restore(request: Any, pk: int) -> HttpResponse:
    form = RestoreForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(request, attachment_in_sight(request, pk), work.restore, reason, _("The file is back."))


def _act(request: Any, attachment: Attachment, act: Any, word: str, done: str) -> HttpResponse:
    """One workflow, and the page of the files again."""
    try:
        act(attachment, word, actor=request.user, scope=request.scope, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return _page(request, attachment.activity, refusal=refusal)
    messages.success(request, done)
    return redirect("activities:attachment-list", pk=attachment.activity_id)
