"""Facts about many members at once, for the preview of a batch."""

from collections.abc import Collection

from django.db.models import Count

from members.choices import BatchRowState
from members.models import Batch, Transfer


def row_counts(batch: Batch) -> dict[str, int]:
    """How many rows are in each state."""
    found = dict(batch.rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in BatchRowState.values}


def open_transfers(members: Collection[int]) -> dict[int, Transfer]:
    """By member, the open transfer each of them has."""
    rows = Transfer.unscoped.open().filter(member__in=members).select_related("target")
    return {row.member_id: row for row in rows}
