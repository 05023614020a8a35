"""Pages of a body's own Word layouts of ledgers: the shelf, the upload with its table, one edition."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.choices import LedgerKind
from activities.forms.ledger_templates import LayoutForm, words_of
from activities.messages import LEDGER_LABELS, REFUSALS
from activities.models import LedgerTemplate
from activities.queries.ledger_templates import RIGHT, shelves_of
from activities.rules.ledger_templates import table_of
from activities.workflows import ledger_templates as work
from branches.models import Organization
from members.messages import REFUSALS as OF_PAPERS
from orgportal.core import word_lists
from orgportal.core.attachments import WORD, attached
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.word_layouts import TemplateFaulty

SENTENCES = {**OF_PAPERS, **REFUSALS}


def kept_body(request: Any, pk: int) -> Organization:
    """A body in sight whose ledgers the person gives their form."""
    body = get_object_or_404(Organization.objects.visible_to(request.scope), pk=pk)
    if not work.may_keep(request.scope, body):
        raise PermissionDenied(RIGHT)
    return body


def kind_of(name: str) -> LedgerKind:
    if name not in LedgerKind.values:
        raise Http404
    return LedgerKind(name)


@require_safe
@may(RIGHT)
def layout_list(request: Any, pk: int) -> HttpResponse:
    body = kept_body(request, pk)
    shelves = shelves_of(body, request.scope)
    return render_page(request, "activities/layouts.html", body=body, shelves=shelves)


@require_http_methods(["GET", "HEAD", "POST"])
@may(RIGHT)
def layout_upload(request: Any, pk: int, kind: str) -> HttpResponse:
    """Refused files come back with every fault named; the file itself has to be chosen anew."""
    body, which, most = kept_body(request, pk), kind_of(kind), settings.WORD_TEMPLATE_MAX_BYTES
    form = LayoutForm(typed(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
        try:
            made = work.upload(body, form.uploaded(which, most), **how)
        except Refused as refusal:
            for words in listed(refusal) or [sentence(refusal, SENTENCES)]:
                form.add_error("file", words)
        else:
            messages.success(request, _("The layout is in use. Below: how a ledger looks in it."))
            return redirect(made)
    return render_page(
        request, "activities/layout_upload.html", status=422 if form.errors else 200, form=form, body=body,
        kind=which, table=table_of(which), meanings=work.meanings(), labels=LEDGER_LABELS, most=most // 1024,
    )  # fmt: skip


@require_safe
@may(RIGHT)
def layout_starter(request: Any, pk: int, kind: str) -> HttpResponse:
    """The portal's own layout with every placeholder in it."""
    kept_body(request, pk)
    which = kind_of(kind)
    return attached(work.starter(which), WORD, _("Starter %(kind)s.docx") % {"kind": which.label})


def seen(request: Any, pk: int) -> LedgerTemplate:
    rows = LedgerTemplate.objects.visible_to(request.scope).without_file()
    found: LedgerTemplate = get_object_or_404(rows, pk=pk)
    return found


def listed(refusal: Refused) -> list[str]:
    """What is wrong with a file that was refused, each fault in words."""
    faults = refusal.faults if isinstance(refusal, TemplateFaulty) else ()
    return [words_of(fault) for fault in faults]


@require_safe
@may(LedgerTemplate.view_right)
def layout_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, seen(request, pk))


def _page(request: Any, layout: LedgerTemplate, refusal: Refused | None = None) -> HttpResponse:
    return render_page(
        request, "activities/layout.html", status=409 if refusal else 200, layout=layout,
        lines=_lines(layout), refusal=sentence(refusal, SENTENCES) if refusal else "",
        faults=listed(refusal) if refusal else [],
        may_keep=work.may_keep(request.scope, layout.organization),
    )  # fmt: skip


def _lines(layout: LedgerTemplate) -> list[str]:
    """The words of an example filled in; nothing where it cannot be filled any more."""
    try:
        return word_lists.reading(work.sample(layout))
    except Refused:
        return []


@require_safe
@may(LedgerTemplate.view_right)
def layout_file(request: Any, pk: int) -> HttpResponse:
    """The edition as it is, to work on it further."""
    layout = seen(request, pk)
    return attached(bytes(layout.content), WORD, layout.file_name)


@require_safe
@may(LedgerTemplate.view_right)
def layout_sample(request: Any, pk: int) -> HttpResponse:
    """The edition filled with an example."""
    layout = seen(request, pk)
    try:
        made = work.sample(layout)
    except Refused as refusal:
        return _page(request, layout, refusal)
    return attached(made, WORD, _("Example %(name)s") % {"name": layout.file_name})


ACTS = {"retire": work.retire, "restore": work.restore}


@require_POST
@may(RIGHT)
def layout_act(request: Any, pk: int, act: str) -> HttpResponse:
    """Taken out of use, or put to use again."""
    layout = seen(request, pk)
    try:
        done = ACTS[act](layout, actor=request.user, scope=request.scope, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return _page(request, seen(request, pk), refusal)
    said = _("The layout is out of use.") if act == "retire" else _("The layout is in use again.")
    messages.success(request, said)
    return redirect(done)
