"""Records by what somebody typed.

Two ways to find one, each a query of its own that its own index answers, sent together: by the characters of
subject and place, and by the branch. As one condition over both tables no index is used, and a text that
nobody wrote would read every record there is.
"""

from typing import Any

from django.db.models import Q

from activities.models import Activity
from activities.models.records import SOUGHT
from orgportal.core.forms import tidy
from orgportal.core.scoping import Scope


def activities_found(text: str, scope: Scope, limit: int) -> list[Activity]:
    """The latest first, without voided entries."""
    wanted = tidy(text)
    rows: Any = Activity.objects.visible_to(scope).standing()
    said = Q(title__icontains=wanted) | Q(place__icontains=wanted)
    parts = [
        rows.alias(sought=SOUGHT).filter(said, sought__contains=list(wanted.upper())),
        rows.filter(Q(branch__name__icontains=wanted) | Q(branch__initials__startswith=wanted.lower())),
    ]
    first, second = (_latest(part, limit) for part in parts)
    found = {pk for _held_on, pk in first.union(second, all=True)}
    chosen = rows.filter(pk__in=found).select_related("branch").order_by("-held_on", "-id")
    return list(chosen[:limit])


def _latest(rows: Any, limit: int) -> Any:
    return rows.order_by("-held_on", "-id").values_list("held_on", "id")[:limit]
