"""Pages of a body's own Word templates: the shelf, the upload with its table, one edition, and the files."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.models import Organization
from members.choices import TEMPLATE_KINDS, PaperKind
from members.forms.paper_templates import TemplateForm
from members.messages import PLACEHOLDERS, REFUSALS, TEMPLATE_FAULTS
from members.models import PaperTemplate
from members.queries.paper_templates import shelves_of
from members.rules import paper_templates as rules
from members.workflows import paper_templates as work
from orgportal.core import word_templates
from orgportal.core.attachments import WORD, attached
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.forms import typed
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page
from orgportal.core.word_layouts import TemplateFaulty
from orgportal.core.word_starters import composed


def word_file(content: bytes, name: str) -> HttpResponse:
    return attached(content, WORD, name)


def kept_body(request: Any, pk: int) -> Organization:
    """A body in sight whose papers the person issues."""
    body = get_object_or_404(Organization.objects.visible_to(request.scope), pk=pk)
    if not work.may_keep(request.scope, body):
        raise PermissionDenied(PaperTemplate.view_right)
    return body


def kind_of(name: str) -> PaperKind:
    if name not in TEMPLATE_KINDS:
        raise Http404
    return PaperKind(name)


@require_safe
def template_list(request: Any, pk: int) -> HttpResponse:
    body = kept_body(request, pk)
    return render_page(
        request, "members/template_list.html", body=body, shelves=shelves_of(body, request.scope)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def template_upload(request: Any, pk: int, kind: str) -> HttpResponse:
    """Refused files come back with every fault named; the file itself has to be chosen anew."""
    body, paper_kind, most = kept_body(request, pk), kind_of(kind), settings.WORD_TEMPLATE_MAX_BYTES
    form = TemplateForm(typed(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
        try:
            made = work.upload(body, form.uploaded(paper_kind, most), **how)
        except TemplateFaulty as faulty:
            for words in listed(faulty):
                form.add_error("file", words)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            messages.success(request, _("The template is in use. Below: how a paper looks in it."))
            return redirect(made)
    return render_page(
        request, "members/template_upload.html", status=422 if form.errors else 200, form=form, body=body,
        kind=paper_kind, table=rules.TABLE[paper_kind], most=most // 1024,
    )  # fmt: skip


@require_safe
def template_starter(request: Any, pk: int, kind: str) -> HttpResponse:
    """A document of the portal's making with every placeholder in it."""
    kept_body(request, pk)
    content = composed(rules.STARTERS[kind_of(kind)])
    return word_file(content, _("Starter %(kind)s.docx") % {"kind": kind_of(kind).label})


def seen(request: Any, pk: int) -> PaperTemplate:
    rows: Any = PaperTemplate.objects.visible_to(request.scope)
    found: PaperTemplate = get_object_or_404(rows.without_file(), pk=pk)
    return found


@require_safe
def template_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, seen(request, pk))


def listed(refusal: Refused) -> list[str]:
    """What is wrong with a file that was refused, each fault in words."""
    faults = refusal.faults if isinstance(refusal, TemplateFaulty) else ()
    return [str(TEMPLATE_FAULTS[fault.code]).format(**fault.params) for fault in faults]


def _page(request: Any, template: PaperTemplate, refusal: Refused | None = None) -> HttpResponse:
    kind = PaperKind(template.kind)
    return render_page(
        request, "members/template.html", status=409 if refusal else 200, layout=template,
        refusal=sentence(refusal, REFUSALS) if refusal else "", faults=listed(refusal) if refusal else [],
        lines=word_templates.reading(bytes(template.content), rules.examples(kind)),
        marks=[str(PLACEHOLDERS[name]) for name in template.marks],
        may_keep=work.may_keep(request.scope, template.organization),
    )  # fmt: skip


@require_safe
def template_file(request: Any, pk: int) -> HttpResponse:
    """The edition as it is, to work on it further."""
    template = seen(request, pk)
    return word_file(bytes(template.content), template.file_name)


@require_safe
def template_sample(request: Any, pk: int) -> HttpResponse:
    """The edition filled with an example."""
    template = seen(request, pk)
    try:
        made = work.sample(template)
    except Refused as refusal:
        return _page(request, template, refusal)
    return word_file(made, _("Example %(name)s") % {"name": template.file_name})


ACTS = {"retire": work.retire, "restore": work.restore}


@require_POST
def template_act(request: Any, pk: int, act: str) -> HttpResponse:
    """Taken out of use, or put to use again."""
    template = seen(request, pk)
    try:
        done = ACTS[act](template, actor=request.user, scope=request.scope, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return _page(request, seen(request, pk), refusal)
    messages.success(
        request,
        _("The portal's own layout is used again.")
        if act == "retire"
        else _("The template is in use again."),
    )
    return redirect(done)
