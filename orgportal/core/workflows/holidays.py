"""The year's holidays: entered by the system administrator from the notice, asked for before they run out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from orgportal.core import audit, inbox
from orgportal.core.errors import Refused
from orgportal.core.holidays import work_calendar
from orgportal.core.locking import update_versioned
from orgportal.core.locks import Lock
from orgportal.core.models import Desk, HolidayNotice, SpecialDay, User
from orgportal.core.workdays import SpecialDate
from orgportal.core.workflows.desks import demand_desk


@transaction.atomic
def save_notice(
    year: int, document: str, days: Sequence[SpecialDate], *, seen_version: int, actor: User, at: datetime
) -> HolidayNotice:
    """Enter a year's notice, or put it right; `seen_version` is 0 where none was there.

    Raises Refused("day_of_other_notice") for a day another year's notice speaks of, StaleVersion where
    somebody saved first. Reminders planned from now on follow it; what waits to be sent keeps its hour.
    """
    demand_desk(actor, Desk.SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.HOLIDAYS])
    _refuse_days_of_others(year, days)
    said = {"document": document, "recorded_at": at, "recorded_by": actor}
    notice, is_new = HolidayNotice.objects.get_or_create(year=year, defaults=said)
    before = _told(notice)
    if not is_new:
        notice = update_versioned(notice, seen_version=seen_version, **said)
        notice.days.all().delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(notice=notice, on=each.on, is_workday=each.is_workday, name=each.name) for each in days
    )
    changes = {"document": document, "before": before, "after": _told(notice)}
    audit.record(actor=actor, action="holidays.entered", target=notice, at=at, changes=changes)
    return notice


def _refuse_days_of_others(year: int, days: Sequence[SpecialDate]) -> None:
    rows = SpecialDay.objects.filter(on__in=[each.on for each in days]).exclude(notice__year=year)
    if found := rows.select_related("notice").order_by("on").first():
        raise Refused("day_of_other_notice", day=found.on.isoformat(), year=found.notice.year)


def _told(notice: HolidayNotice) -> list[str]:
    rows = notice.days.order_by("on").values_list("on", "is_workday", "name")
    return [f"{on} {name} {'worked' if is_workday else 'free'}" for on, is_workday, name in rows]


def ask_for_notice(*, at: datetime) -> int:
    """Tell every system administrator once that a year's days are wanted; return how many were told."""
    year = work_calendar().asks_for(timezone.localdate(at))
    if year is None:
        return 0
    desk = User.objects.filter(desk=Desk.SYSTEM, is_active=True).values_list("pk", flat=True)
    params: dict[str, Any] = {"year": year}
    url = reverse("core:holiday-edit", args=[year])
    return inbox.notify(desk, "core.holidays_wanted", f"holidays:{year}", params=params, url=url, at=at)
