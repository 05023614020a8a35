"""Reading the audit trail at the audit administrator's desk."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from celery import current_app
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from orgportal.core.models import AuditEntry


def action_labels() -> dict[str, str]:
    """Every action the trail may hold, in the active language."""
    found: dict[str, str] = {}
    for path in current_app.conf.audit_texts:
        found.update({code: str(label) for code, label in import_string(path).items()})
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words."""

    entry: AuditEntry
    label: str
    changes: list[tuple[str, Any]]


def lines(entries: list[AuditEntry]) -> list[Line]:
    labels = action_labels()
    return [
        Line(entry, labels.get(entry.action, entry.action), sorted(entry.changes.items()))
        for entry in entries
    ]


def entries_matching(wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The trail, narrowed by what the filter form holds."""
    rows = AuditEntry.objects.all()
    if name := wanted.get("who"):
        rows = rows.filter(Q(actor_name=name) | Q(actor__user_name__iexact=name))
    if action := wanted.get("action"):
        rows = rows.filter(action__startswith=action) if action.endswith(".") else rows.filter(action=action)
    if request_id := wanted.get("request_id"):
        rows = rows.filter(request_id=request_id)
    if first := wanted.get("first"):
        rows = rows.filter(at__gte=_midnight(first))
    if last := wanted.get("last"):
        rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
    return rows


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_verification() -> AuditEntry | None:
    return AuditEntry.objects.filter(action="audit.verified").order_by("-id").first()
