"""A person's inbox: a notice is written in the transaction of the fact it tells, once per person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from orgportal.core.models import Notification, User


def notify(
    recipients: Iterable[int], rule: str, key: str, *, params: Mapping[str, Any], url: str, at: datetime
) -> int:
    """Put one line into each inbox; a repeat under the same key adds nothing."""
    rows = [
        Notification(recipient_id=pk, rule=rule, key=key, params=dict(params), url=url, created_at=at)
        for pk in sorted(set(recipients))
    ]
    Notification.unscoped.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def unread_count(user: Any) -> int:
    if not isinstance(user, User):
        return 0
    return Notification.unscoped.unread().filter(recipient=user).count()
