"""Pages of transfers: the queues, the parcel-like page of one, starting, and one address for every move."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from members.forms.transfers import CorrectForm, DetailsForm, MoveForm, QueueForm, StartForm
from members.messages import REFUSALS
from members.models import Member, Transfer
from members.queries.transfers import directory_branch, directory_branches, transferable
from members.rules.transfer import named
from members.views import transfer_sheets as sheets
from members.views.transfer_queues import queue_page
from members.workflows import transfer as work
from members.workflows.batches import MOST
from members.workflows.transfer import MoveRefused, RivalTransfer
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


def transfer_list(request: Any) -> HttpResponse:
    """Three queues: to do, waiting on others, coming; a plain member goes straight to the own transfer."""
    if request.scope.member_id is None:
        raise PermissionDenied(Transfer.view_right)
    if not request.scope.may_somewhere(Transfer.view_right) and not request.GET:
        own = Transfer.objects.visible_to(request.scope).order_by("-pk").first()
        if own is not None and own.is_open:
            return redirect(own)
    filters = QueueForm(request.GET)
    filters.is_valid()
    page = queue_page(request, filters.cleaned_data, timezone.localdate())
    return render_page(
        request, "members/transfer_list.html", part="members/_transfer_rows.html", filters=filters, page=page,
        batch_most=MOST,
    )  # fmt: skip


def transfer_detail(request: Any, pk: int) -> HttpResponse:
    return _detail(request, _seen(request, pk))


def _seen(request: Any, pk: int) -> Transfer:
    rows: Any = Transfer.objects.visible_to(request.scope).for_pages()
    found: Transfer = get_object_or_404(rows, pk=pk)
    return found


def _detail(request: Any, transfer: Transfer, *, status: int = 200, **context: Any) -> HttpResponse:
    sheet = sheets.sheet_of(transfer, request.scope, timezone.localdate())
    return render_page(
        request, "members/transfer.html", part="members/_transfer_panel.html", status=status, sheet=sheet,
        just_started="started" in request.GET, **{"refusal": "", **context},
    )  # fmt: skip


def transfer_move(request: Any, pk: int, act: str) -> HttpResponse:
    """GET asks for the words a move needs; POST makes it."""
    if not named(act):
        raise Http404
    transfer = _seen(request, pk)
    if request.method != "POST":
        move = _row(request, transfer, act)
        if move is None:
            return _overtaken(request, pk)
        form = MoveForm(initial=sheets.proposal(transfer, timezone.localdate()))
        return _asked(request, transfer, move, form)
    form = MoveForm(request.POST)
    if form.is_valid():
        return _moved(request, transfer, act, form)
    move = None if "version" in form.errors else _row(request, transfer, act)
    return _asked(request, transfer, move, form, 422) if move else _overtaken(request, pk)


def _row(request: Any, transfer: Transfer, name: str) -> Any:
    return next((row for row in work.allowed_moves(transfer, request.scope) if row.name == name), None)


def _moved(request: Any, transfer: Transfer, name: str, form: MoveForm) -> HttpResponse:
    try:
        moved = work.move(
            transfer, name, actor=request.user, scope=request.scope, at=timezone.now(), words=form.words()
        )
    except (StaleVersion, MoveRefused):
        return _overtaken(request, transfer.pk)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        form.refuse(refusal.code, sentence(refusal, REFUSALS))
        move = _row(request, transfer, name) or named(name)[0]
        return _asked(request, transfer, move, form, 422)
    messages.success(request, _("Done: %(label)s.") % {"label": named(name)[0].label})
    return redirect(moved)


def _asked(request: Any, transfer: Transfer, move: Any, form: MoveForm, status: int = 200) -> HttpResponse:
    """The page with the words a move needs."""
    form.draw_for(move)
    term = sheets.term(transfer, timezone.localdate()) if "days" in move.asks else None
    return render_page(
        request,
        "members/transfer_move.html",
        status=status,
        transfer=transfer,
        move=move,
        form=form,
        term=term,
    )


def _overtaken(request: Any, pk: int) -> HttpResponse:
    """Somebody was faster: the transfer as it stands now, with the sentence on top."""
    return _detail(request, _seen(request, pk), status=409, refusal=REFUSALS["transfer_moved_on"])


# --- starting


@may("transfer.start")
def transfer_start(request: Any) -> HttpResponse:
    form = StartForm(_typed(request), scope=request.scope, initial=_picked(request))
    return _start(request, form)


def transfer_start_own(request: Any) -> HttpResponse:
    """A member's own: where to and why, then check and submit."""
    if request.scope.member_id is None:
        raise PermissionDenied("transfer.own")
    return _start(request, DetailsForm(_typed(request)))


def _typed(request: Any) -> Any:
    """Checking is a question (GET), so going back and changing an answer is safe; starting is a POST."""
    return request.POST or (request.GET if "step" in request.GET else None)


def _picked(request: Any) -> dict[str, Any]:
    """Coming from a member's page: that member is chosen already, and the branch that hosts them."""
    pk, target = request.GET.get("member", ""), request.GET.get("target", "")
    rows = Member.objects.visible_to(request.scope)
    member = rows.filter(pk=int(pk)).first() if pk.isdecimal() else None
    branch = directory_branch(int(target)) if target.isdecimal() else None
    picked: dict[str, Any] = {"member_text": member.name, "member": member.pk} if member else {}
    return {**picked, "target_text": branch.name, "target": branch.pk} if branch else picked


def _start(request: Any, form: DetailsForm) -> HttpResponse:
    step = request.POST.get("step") or request.GET.get("step", "")
    if not form.is_bound or not form.is_valid() or step == "edit":
        return _form_page(request, form, status=422 if form.errors else 200)
    member = _whom(request, form)
    if request.method != "POST":
        return _check_page(request, form, member)
    try:
        started = work.start(
            member, form.details(), actor=request.user, scope=request.scope, at=timezone.now(),
            keep_draft=step == "draft",
        )  # fmt: skip
    except RivalTransfer as refusal:
        return _rival(request, refusal)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        form.add_error(None, sentence(refusal, REFUSALS))
        return _form_page(request, form, status=422)
    return redirect(f"{started.get_absolute_url()}?started=1")


def _check_page(request: Any, form: DetailsForm, member: Member) -> HttpResponse:
    found = work.objections(member, form.details(), at=timezone.now())
    return render_page(
        request, "members/transfer_check.html", form=form, member=member, answers=form.answers(),
        details=form.details(), objections=sheets.objection_lines(found),
        is_blocked=any(each.is_blocking for each in found),
    )  # fmt: skip


def _form_page(request: Any, form: DetailsForm, *, status: int) -> HttpResponse:
    return render_page(request, "members/transfer_start.html", status=status, form=form)


def _whom(request: Any, form: DetailsForm) -> Member:
    if isinstance(form, StartForm):
        person: Member = form.cleaned_data["person"]
        return person
    return Member.objects.visible_to(request.scope).get(pk=request.scope.member_id)


def _rival(request: Any, refusal: RivalTransfer) -> HttpResponse:
    """Shows the one that is open already, if this person may see it."""
    words = sentence(refusal, REFUSALS)
    rows: Any = Transfer.objects.visible_to(request.scope).for_pages()
    rival = rows.filter(pk=refusal.rival.pk).first()
    if rival is None:
        return render_page(request, "members/transfer_rival.html", status=409, refusal=words)
    return _detail(request, rival, status=409, refusal=words)


def transfer_correct(request: Any, pk: int) -> HttpResponse:
    transfer = _seen(request, pk)
    form = CorrectForm(request.POST) if request.method == "POST" else CorrectForm.of(transfer)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = work.correct(
                transfer, form.details(), seen_version=form.cleaned_data["version"], actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except StaleVersion:
            return _overtaken(request, pk)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.params["right"]) from refusal
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(corrected)
    if not work.may_correct(transfer, request.scope):
        return _overtaken(request, pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "members/transfer_correct.html", status=status, transfer=transfer, form=form)


# --- type-ahead


def target_search(request: Any) -> HttpResponse:
    """Branches of the directory as choices, while the name is typed."""
    found = directory_branches(request.GET.get("target_text", ""))
    return render_page(request, "members/_transfer_targets.html", branches=found, chosen=None)


@may("transfer.start")
def person_search(request: Any) -> HttpResponse:
    found = transferable(request.scope, request.GET.get("member_text", ""))
    return render_page(request, "members/_transfer_people.html", people=found, chosen=None)
