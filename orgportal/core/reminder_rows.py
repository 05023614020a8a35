"""A reminder as it is asked about once more: out of the claim of a batch, or as the row a mail carries."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from orgportal.core.models import Reminder


class Claimed(NamedTuple):
    """One row of `sql/reminders_claim.sql`; of a batch most are never asked for their params."""

    pk: int
    rule: str
    subject: str
    recipient_id: int
    due_on: date
    step: int
    channel: str
    words: str  # the params, as JSON
    attempts: int  # this one included
    was_lost: bool  # the lease of the try before ran out: its worker is gone

    @property
    def params(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.words)
        return said


Asked = Reminder | Claimed


def matters(rows: Iterable[Asked]) -> dict[int, int]:
    """By row, the id its subject ends with: "activities.duty:17"."""
    return {row.pk: int(row.subject.rpartition(":")[2]) for row in rows}


def objected(rows: Iterable[Asked], against: Callable[[Asked], str]) -> dict[int, str]:
    """By row, why it must not go out; rows against which nothing is said are left out."""
    return {row.pk: reason for row in rows if (reason := against(row))}
