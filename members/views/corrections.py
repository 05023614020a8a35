"""What members ask to have put right, as the branch answers it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members.choices import CorrectionState
from members.forms.own import AnswerForm
from members.messages import DOUBTS, REFUSALS
from members.models import Correction
from members.queries import own as reads
from members.tables import said
from members.workflows import own as work
from members.workflows.register import NeedsCare
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

ACTS = {"accept": work.accept, "decline": work.decline}


@require_GET
@may("member.view")
def correction_list(request: Any) -> HttpResponse:
    """Open requests, the longest waiting first; or what was settled, the newest first."""
    is_open = request.GET.get("show") != "settled"
    rows = reads.corrections_for(request.scope)
    rows = rows.open() if is_open else rows.exclude(state=CorrectionState.OPEN)
    page = keyset_page(rows, request, ("due_on", "pk") if is_open else ("-asked_at", "-pk"))
    return render_page(
        request, "members/correction_list.html", page=page, is_open=is_open, today=timezone.localdate(),
        said=said,
    )  # fmt: skip


def _seen(request: Any, pk: int) -> Correction:
    rows: Any = Correction.objects.visible_to(request.scope).select_related("member__branch", "answered_by")
    found: Correction = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def correction_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _page(request: Any, asked: Correction, status: int = 200, **more: Any) -> HttpResponse:
    member, today = asked.member, timezone.localdate()
    first = {"version": asked.version, "member_version": member.version}
    context = {
        "asked": asked, "member": member, "today": today, "form": AnswerForm(initial=first), "care": None,
        "refusal": "", "said": said, "now": said(asked.field, work.held_of(member, asked.field)),
        "may_answer": asked.is_open and request.scope.may("member.edit", member),
        "is_own": member.pk == request.scope.member_id,
        "may_open": request.scope.may("member.view", member),
        "rule": reads.book_for(member.path, today).cite("own.correction_right", today),
    }  # fmt: skip
    return render_page(request, "members/correction.html", status=status, **{**context, **more})


@require_POST
def correction_answer(request: Any, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    asked, form = _seen(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, 422, form=form)
    at = timezone.now()
    try:
        ACTS[act](asked, form.answer(), actor=request.user, scope=request.scope, at=at)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except StaleVersion:
        words = _("Somebody changed it meanwhile. Look at how it stands now, then answer.")
        return _page(request, _seen(request, pk), 409, refusal=words)
    except Refused as refusal:
        return _refused(request, asked, form, refusal)
    messages.success(request, _("Answered: the member can read it."))
    return redirect(asked)


def _refused(request: Any, asked: Correction, form: AnswerForm, refusal: Refused) -> HttpResponse:
    if refusal.code == "correction_answered":
        return _page(request, _seen(request, asked.pk), 409, refusal=sentence(refusal, REFUSALS))
    if refusal.code == "correction_needs_words":
        form.add_error("words", sentence(refusal, REFUSALS))
        return _page(request, asked, 422, form=form)
    return _page(request, asked, 422, form=form, care=_care(form, refusal))


def _care(form: AnswerForm, refusal: Refused) -> dict[str, Any] | None:
    """What the register's own correction has against it: faults, or oddities to look at again."""
    if not isinstance(refusal, NeedsCare):
        form.add_error(None, sentence(refusal, REFUSALS))
        return None
    if not refusal.is_final:
        form.offer_to_insist()
    warnings = [(DOUBTS[doubt.code], doubt.citation) for doubt in refusal.doubts]
    return {"warnings": warnings, "candidates": refusal.candidates, "is_final": refusal.is_final}
