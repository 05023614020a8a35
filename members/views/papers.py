"""Papers: the register of those issued, one with its print, and the verify page open to whoever holds one."""

from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.models import Organization
from members.choices import PaperKind, PaperState
from members.forms.papers import PaperFilterForm
from members.messages import REFUSALS
from members.models import Paper
from members.queries.paper_templates import current_for
from members.queries.papers import paper_by_token
from members.rules.papers import verdict
from members.views.paper_templates import word_file
from members.workflows import papers as work
from members.workflows.certificates import may_certify
from members.workflows.paper_templates import filled, issuing_roots
from members.workflows.prints import LAYOUTS, paper_sheet, verify_address
from orgportal.core.decorators import public
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.limits import for_guests
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page

# Whose own templates the list leads to; the others are reached from the page of the body.
SHOWN_ISSUERS = 3


@public
@require_safe
@for_guests
def paper_verify(request: Any, token: str) -> HttpResponse:
    """Kind, number, issuer, and whether it is in force; the same answer to everybody."""
    told = paper_by_token(token, timezone.localdate())
    return render_page(request, "members/paper_verify.html", status=200 if told else 404, told=told)


@require_safe
def paper_list(request: Any) -> HttpResponse:
    """Every paper the person sees, the newest first: the stubs of a body, or one's own."""
    if request.scope.member_id is None:
        raise PermissionDenied(Paper.view_right)
    filters = PaperFilterForm(request.GET)
    rows: Any = Paper.objects.visible_to(request.scope).select_related("issuer", "member")
    page = keyset_page(filters.narrow(rows, timezone.localdate()), request, NEWEST)
    issuers = Organization.objects.visible_to(request.scope).filter(path__in=issuing_roots(request.scope))
    return render_page(
        request, "members/paper_list.html", part="members/_paper_rows.html", filters=filters, page=page,
        today=timezone.localdate(), verdict=verdict_of, issuers=issuers.order_by("path")[:SHOWN_ISSUERS],
    )  # fmt: skip


@require_safe
def paper_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, seen(request, pk))


def _page(request: Any, paper: Paper, refusal: str = "", status: int = 200) -> HttpResponse:
    is_own = request.scope.member_id == paper.member_id
    return render_page(
        request, "members/paper.html", status=status, paper=paper, verdict=verdict_of(paper), refusal=refusal,
        own_template=None if paper.is_ended else current_for(paper),
        may_print=(is_own or work.may_print(paper, request.scope)) and paper.kind in LAYOUTS,
        may_end=paper.kind == PaperKind.CERTIFICATE and not paper.is_ended
        and may_certify(request.scope, paper.branch),
        newer=Paper.objects.visible_to(request.scope).filter(replaces=paper).first(),
        verify=address_of(paper, request),
    )  # fmt: skip


@require_safe
def paper_pdf(request: Any, pk: int) -> HttpResponse:
    """The paper as it was issued; one that has ended says so across the sheet."""
    paper, at = seen(request, pk), timezone.now()
    if paper.kind not in LAYOUTS:
        raise Http404
    try:
        made = paper_sheet(paper, address_of(paper, request), actor=request.user, scope=request.scope, at=at)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(paper.number)}.pdf"
    return answer


@require_safe
def paper_docx(request: Any, pk: int) -> HttpResponse:
    """The same facts in the issuing body's own layout."""
    paper = seen(request, pk)
    how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    try:
        made = filled(paper, address_of(paper, request), **how)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    except Refused as refusal:
        return _page(request, paper, sentence(refusal, REFUSALS), status=409)
    return word_file(made, f"{paper.number}.docx")


def seen(request: Any, pk: int) -> Paper:
    rows: Any = Paper.objects.visible_to(request.scope)
    related = ("issuer", "branch", "member", "transfer", "replaces", "issued_by")
    found: Paper = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def verdict_of(paper: Paper) -> Any:
    return verdict(PaperState(paper.state), paper.valid_until, timezone.localdate())


def address_of(paper: Paper, request: Any) -> str:
    """Where the code on the sheet leads."""
    return verify_address(paper, request.build_absolute_uri("/"))
