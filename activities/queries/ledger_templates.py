"""Reads over Word layouts of ledgers: all of a body's, by kind."""

from dataclasses import dataclass

from activities.choices import LedgerKind
from activities.models import LedgerTemplate
from branches.models import Organization
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Shelf:
    """The layouts of one body for one kind of ledger."""

    kind: LedgerKind
    current: LedgerTemplate | None
    earlier: tuple[LedgerTemplate, ...]


RIGHT = "ledger.template"


def bodies_to_keep_for(scope: Scope) -> list[Organization]:
    """The topmost bodies the person gives the ledgers of their form."""
    rows = Organization.objects.visible_to(scope).current().filter(path__in=scope.roots_for(RIGHT))
    return list(rows.order_by("path"))


def shelves_of(body: Organization, scope: Scope) -> list[Shelf]:
    """By kind, the latest edition first."""
    rows = LedgerTemplate.objects.visible_to(scope).filter(organization=body).without_file()
    found = list(rows.order_by("kind", "-edition"))
    return [
        Shelf(
            kind,
            next((row for row in found if row.kind == kind and row.is_current), None),
            tuple(row for row in found if row.kind == kind and not row.is_current),
        )
        for kind in LedgerKind
    ]
