"""Bodies and units; one import path for all of them."""

from branches.models.tree import (
    HandoverNote,
    HandoverNoteQuerySet,
    Organization,
    OrganizationEvent,
    OrganizationManager,
    OrganizationQuerySet,
    PartyGroup,
    PartyGroupQuerySet,
)
from branches.models.units import (
    AdviserVisit,
    Unit,
    UnitCoverage,
    UnitEvent,
    UnitImport,
    UnitPause,
    UnitQuerySet,
)

__all__ = [
    "AdviserVisit",
    "HandoverNote",
    "HandoverNoteQuerySet",
    "Organization",
    "OrganizationEvent",
    "OrganizationManager",
    "OrganizationQuerySet",
    "PartyGroup",
    "PartyGroupQuerySet",
    "Unit",
    "UnitCoverage",
    "UnitEvent",
    "UnitImport",
    "UnitPause",
    "UnitQuerySet",
]
