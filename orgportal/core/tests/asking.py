"""What a check says of one row."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from orgportal.core.models import Reminder

Check = Callable[[Sequence[Any], datetime], dict[int, str]]


def objection(check: Check, row: Reminder, at: datetime) -> str:
    """The reason it would be cancelled for; "" where it may go."""
    return check([row], at).get(row.pk, "")
