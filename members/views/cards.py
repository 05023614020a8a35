"""The activity card: issue with its warnings, the yearly check, loss, and the card as PDF."""

from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.queries import rulebook_for
from members.messages import CARD_WARNINGS, REFUSALS
from members.models import MobileSpell
from members.provisions import PROVISIONS
from members.queries.mobile import CardSide, card_of
from members.rules.mobile import card_warnings
from members.views.mobile import seen_spell
from members.workflows import cards as work
from members.workflows.prints import card_sheet, verify_address
from orgportal.core.decorators import may
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.refusals import sentence
from orgportal.core.ui import render_page


@require_http_methods(["GET", "POST"])
@may(work.RIGHT)
def card_issue(request: Any, pk: int) -> HttpResponse:
    """What the card is not for is said with its rule; the branch decides all the same."""
    spell = seen_spell(request, pk)
    if not request.scope.may(work.RIGHT, spell.member):
        raise PermissionDenied(work.RIGHT)
    refusal = ""
    if request.method == "POST":
        try:
            work.issue(spell, actor=request.user, scope=request.scope, at=timezone.now())
        except Refused as failure:
            refusal = sentence(failure, REFUSALS)
        else:
            return redirect(spell)
    return render_page(
        request, "members/card_issue.html", status=422 if refusal else 200, spell=spell, refusal=refusal,
        warnings=_warnings(spell),
    )  # fmt: skip


def _warnings(spell: MobileSpell) -> list[tuple[str, Any]]:
    today = timezone.localdate()
    book = rulebook_for(spell.member.path, PROVISIONS, today)
    found = card_warnings(spell.reason, spell.starts_on, spell.expected_on, book, today)
    return [(str(CARD_WARNINGS[each.code]).format(months=each.months), each.citation) for each in found]


def _card(request: Any, pk: int) -> CardSide:
    """The card in force of a stay in sight, of one's own included."""
    found = card_of(seen_spell(request, pk).member_id)
    if found is None:
        raise Http404
    return found


@require_POST
def card_act(request: Any, pk: int, act: str) -> HttpResponse:
    """Checked this year, or lost."""
    spell, card = seen_spell(request, pk), _card(request, pk).paper
    is_own = card.member_id == request.scope.member_id
    if not (request.scope.may(work.RIGHT, spell.member) or (is_own and act == "lost")):
        raise PermissionDenied(work.RIGHT)
    how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    try:
        if act == "lost":
            work.report_lost(card, **how)
        else:
            work.check(card, timezone.localdate(), **how)
    except Refused as refusal:
        words = sentence(refusal, REFUSALS)
        return render_page(request, "members/card_refused.html", status=409, spell=spell, refusal=words)
    return redirect("members:own-mobile") if is_own else redirect(spell)


@require_GET
def card_pdf(request: Any, pk: int) -> HttpResponse:
    """For the member, and for whoever may issue it."""
    side, root = _card(request, pk), request.build_absolute_uri("/")
    how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    try:
        made = card_sheet(side, verify_address(side.paper, root), **how)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.params["right"]) from refusal
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(side.paper.number)}.pdf"
    return answer
