"""Bodies and their parts; one import path for all of them."""

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

__all__ = [
    "HandoverNote",
    "HandoverNoteQuerySet",
    "Organization",
    "OrganizationEvent",
    "OrganizationManager",
    "OrganizationQuerySet",
    "PartyGroup",
    "PartyGroupQuerySet",
]
