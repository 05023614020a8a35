"""A body's history as lines of a timeline."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from branches.messages import FIELDS, YES_NO
from branches.models import OrganizationEvent

QUIET = frozenset({"path", "short_name"})


def history_lines(events: Iterable[OrganizationEvent]) -> list[dict[str, Any]]:
    """Newest first as given: what happened, when, by whose hand, what was before and after."""
    return [
        {
            "at": event.on,
            "title": event.get_kind_display(),
            "who": event.recorded_by.display_name if event.recorded_by else None,
            "text": "; ".join(part for part in _parts(event) if part),
        }
        for event in events
    ]


def _parts(event: OrganizationEvent) -> Iterable[str]:
    if event.kind in {"merged_into", "absorbed"} and event.other:
        yield event.other.name
    for name, after in event.after.items():
        if name in QUIET:
            continue
        before = event.before.get(name)
        shown = {"field": FIELDS.get(name, name), "before": _shown(before), "after": _shown(after)}
        yield _("%(field)s: %(before)s → %(after)s") % shown if before else _("%(field)s: %(after)s") % shown
    if event.basis:
        yield _("Basis: %(basis)s") % {"basis": event.basis}


def _shown(value: Any) -> str:
    return str(YES_NO[value]) if isinstance(value, bool) else str(value or "—")
