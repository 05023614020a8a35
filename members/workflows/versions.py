"""How a dated row changes: what it said before stays on record, with the moments between which it was known.

Whoever closes, corrects or takes back a period, a stay or a post does it here; inserting needs nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from members.models import BranchPeriod, FactKind, MobileSpell, Post, StandingPeriod, Superseded

# Kind, the column with the body, the column with what was said.
KEPT: dict[type, tuple[FactKind, str, str]] = {
    BranchPeriod: (FactKind.BRANCH, "branch_id", ""),
    StandingPeriod: (FactKind.STANDING, "", "standing"),
    MobileSpell: (FactKind.STAY, "", "state"),
    Post: (FactKind.POST, "organization_id", "kind"),
}


def amend(rows: QuerySet[Any], at: datetime, **changes: Any) -> int:
    """Change these rows; returns how many."""
    keep(rows, at)
    return rows.update(changed_at=at, **changes)


def take_back(rows: QuerySet[Any], at: datetime) -> None:
    """These rows are no longer so, on any day."""
    keep(rows, at)
    rows.delete()


def keep(rows: QuerySet[Any], at: datetime) -> None:
    """Remember what these rows say, for whoever is about to change them at this moment.

    They are held until the commit: of two who change a row at once the second remembers what the first wrote.
    """
    Superseded.objects.bulk_create(_earlier(rows, at))


def _earlier(rows: QuerySet[Any], at: datetime) -> Iterator[Superseded]:
    kind, body, said = KEPT[rows.model]
    columns = ("member_id", "starts_on", "ends_on", *filter(None, (body, said)))
    since = Coalesce("changed_at", "recorded_at")
    # A post that was cancelled was on no list.
    rows = rows.filter(cancelled_on=None) if rows.model is Post else rows
    # What was written at the very same moment was never on record.
    held = rows.filter(recorded_at__lt=at).select_for_update(of=("self",), no_key=True)
    for member, starts_on, ends_on, *facts, known in held.values_list(*columns, since):
        if known < at:
            yield Superseded(
                kind=kind, member_id=member, branch_id=facts[0] if body else None,
                said=facts[-1] if said else "", starts_on=starts_on, ends_on=ends_on, known_from=known,
                known_until=at,
            )  # fmt: skip
