"""Notes for the successor: written by those who run the branch, struck out once they are of no use."""

from datetime import datetime

from django.db import transaction

from branches.models import HandoverNote, Organization
from branches.workflows import checks
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = "handover.write"
LONGEST = 1000


@transaction.atomic
def write_note(branch: Organization, text: str, *, actor: User, scope: Scope, at: datetime) -> HandoverNote:
    """Raises Refused for a body that is no branch or no more, and for a note empty or too long."""
    body = checks.locked(branch)
    scope.demand(RIGHT, body)
    text = text.strip()
    if not body.is_branch:
        raise Refused("only_branches_hand_over")
    if body.is_dissolved:
        raise Refused("already_dissolved", on=f"{body.dissolved_on}")
    if not text:
        raise Refused("note_is_empty")
    if len(text) > LONGEST:
        raise Refused("note_is_long", limit=LONGEST)
    note = HandoverNote.unscoped.create(branch=body, text=text, recorded_at=at, recorded_by=actor)
    audit.record(actor=actor, action="handover.note", target=note, at=at, changes={"text": [None, text]})
    return note


@transaction.atomic
def strike_note(note: HandoverNote, *, actor: User, scope: Scope, at: datetime) -> HandoverNote:
    """Out of the list; kept with who struck it and when."""
    rows = HandoverNote.unscoped.select_for_update(of=("self",)).select_related("branch")
    row = rows.get(pk=note.pk)
    scope.demand(RIGHT, row.branch)
    if row.is_struck:
        raise Refused("note_struck")
    row.struck_at, row.struck_by = at, actor
    row.save(update_fields=["struck_at", "struck_by"])
    audit.record(actor=actor, action="handover.strike", target=row, at=at, changes={"text": [row.text, None]})
    return row
