"""Papers as sheets: opened for whoever may print them, written down, drawn by the portal's own layout."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from members.choices import PaperKind
from members.models import Paper
from members.queries.mobile import CardSide
from members.workflows import cards, papers, privacy
from orgportal.core import documents
from orgportal.core.models import User
from orgportal.core.scoping import Scope

LAYOUTS = {
    PaperKind.LETTER: "members/typst/letter.typ",
    PaperKind.SLIP: "members/typst/slip.typ",
    PaperKind.CERTIFICATE: "members/typst/certificate.typ",
}
CARD = "members/typst/card.typ"


def verify_address(paper: Paper, root: str) -> str:
    """Where the code on the sheet leads: the address readers know us by, else the one that was asked."""
    return f"{(settings.SITE_ADDRESS or root).rstrip('/')}{reverse('paper-verify', args=[paper.token])}"


def paper_sheet(paper: Paper, address: str, *, actor: User, scope: Scope, at: datetime) -> bytes:
    """The paper as it was issued; one that has ended says so across the sheet. Raises NotAllowed."""
    opened = papers.open_for_print(paper, actor=actor, scope=scope, at=at)
    data = {**opened, **_of(paper), "qr": documents.qr_svg(address)}
    return documents.pdf(LAYOUTS[PaperKind(paper.kind)], data, at=at)


def _of(paper: Paper) -> dict[str, Any]:
    """What a sheet says of the paper itself."""
    return {
        "number": paper.number,
        "issued_on": paper.issued_on,
        "valid_until": paper.valid_until or "",
        "void": paper.is_ended,
    }


def card_sheet(side: CardSide, address: str, *, actor: User, scope: Scope, at: datetime) -> bytes:
    """The activity card with its checks: for the member, and for whoever may issue it. Raises NotAllowed."""
    card = side.paper
    if card.member_id != scope.member_id:
        scope.demand(cards.RIGHT, card.branch)
    privacy.note_card_print(card, actor=actor, scope=scope, at=at)
    checks = [{"year": check.year, "on": check.on} for check in reversed(side.checks)]
    own = {"number": card.number, "issued_on": card.issued_on, "issuer": card.issuer.name}
    data = {**card.facts, **own, "checks": checks, "qr": documents.qr_svg(address)}
    return documents.pdf(CARD, data, at=at)
