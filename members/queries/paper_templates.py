"""Reads over Word templates: the one a paper would be put into, and all of a body's."""

from dataclasses import dataclass

from branches.models import Organization
from members.choices import TEMPLATE_KINDS, PaperKind
from members.models import Paper, PaperTemplate
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates of one body for one kind of paper."""

    kind: PaperKind
    current: PaperTemplate | None
    earlier: tuple[PaperTemplate, ...]


def current_for(paper: Paper) -> PaperTemplate | None:
    """The issuing body's own template in use: for whoever may print the paper, filled and never as it is."""
    rows = PaperTemplate.unscoped.current().filter(organization=paper.issuer_id, kind=paper.kind)
    return rows.without_file().first()


def shelves_of(body: Organization, scope: Scope) -> list[Shelf]:
    """By kind, the latest edition first."""
    rows = PaperTemplate.objects.visible_to(scope).filter(organization=body).without_file()
    found = list(rows.order_by("kind", "-edition"))
    return [
        Shelf(
            kind,
            next((row for row in found if row.kind == kind and row.is_current), None),
            tuple(row for row in found if row.kind == kind and not row.is_current),
        )
        for kind in TEMPLATE_KINDS
    ]
