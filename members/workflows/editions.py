"""Editions of a body's own Word layouts (papers, ledgers): numbered, kept, at most one of a kind in use.

Whether the person may, and whether the file is fit, the caller has asked before.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max

from branches.models import Organization
from members.choices import TemplateState
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User


def next_edition(editions: Any, *, actor: User, at: datetime) -> int:
    """The number of the next one of these rows; the one in use makes room for it."""
    _end(editions.current(), TemplateState.REPLACED, actor, at)
    return int(editions.aggregate(last=Max("edition"))["last"] or 0) + 1


def retire(layout: Any, *, actor: User, at: datetime) -> None:
    """Out of use; it stays and can be put to use again. Raises Refused where it is not in use."""
    _locked(layout.organization)
    current = type(layout).unscoped.current().filter(pk=layout.pk)
    if not _end(current, TemplateState.RETIRED, actor, at):
        raise Refused("template_not_in_use")


def restore(layout: Any, body: Organization, *, actor: User, at: datetime) -> None:
    """In use again, in place of the one that is. Raises Refused where it is that one."""
    held = locked_standing(body)
    layout.refresh_from_db(fields=["state"])
    if layout.is_current:
        raise Refused("template_in_use")
    rows = type(layout).unscoped
    _end(rows.current().filter(organization=held, kind=layout.kind), TemplateState.REPLACED, actor, at)
    rows.filter(pk=layout.pk).update(state=TemplateState.CURRENT, ended_by=None, ended_at=None)


def note(action: str, layout: Any, actor: User, at: datetime) -> None:
    changes = {
        "body": layout.organization_id, "kind": layout.kind, "edition": layout.edition,
        "digest": layout.digest,
    }  # fmt: skip
    audit.record(actor=actor, action=action, target=layout, at=at, changes=changes)


def locked_standing(body: Organization) -> Organization:
    """Locked once the file is looked through: nobody waits for that. Raises Refused if it is dissolved."""
    held = _locked(body)
    if held.is_dissolved:
        raise Refused("body_dissolved")
    return held


def _end(rows: Any, state: TemplateState, actor: User, at: datetime) -> int:
    return int(rows.update(state=state, ended_by=actor, ended_at=at))


def _locked(body: Organization) -> Organization:
    """The body, its layouts held against everybody else's change."""
    return Organization.unscoped.select_for_update(no_key=True).get(pk=body.pk)
