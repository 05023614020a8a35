"""Notices are read by their owner alone."""

from datetime import datetime

from orgportal.core.models import Notification
from orgportal.core.scoping import Scope


def mark_read(notice: Notification, *, at: datetime) -> Notification:
    """Note when it was first read."""
    Notification.unscoped.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


def mark_all_read(*, scope: Scope, at: datetime) -> int:
    return Notification.objects.visible_to(scope).filter(read_at=None).update(read_at=at)
