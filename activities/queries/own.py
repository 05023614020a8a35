"""What the records hold about one person, under all their ids; asked by the register for the own copy.

The rows go to the person alone: whoever asks hands in the ids of their own member.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from activities.models import (
    Activity,
    AttendanceException,
    CalendarFeed,
    Decision,
    LeaderComment,
    LeaveRequest,
    Pledge,
)
from activities.models.campaigns import RIGHT
from activities.queries import EVERY_RECORD
from orgportal.core.scoping import Grant, Scope

EVERY_REQUEST = Scope(grants=(Grant("", frozenset({LeaveRequest.view_right})),))
EVERY_PLEDGE = Scope(grants=(Grant("", frozenset({RIGHT})),))


def attended(members: Collection[int], branches: Collection[int]) -> list[dict[str, Any]]:
    """Every record of these branches that names the person, the latest first, with presence and excuse."""
    ids = set(members)
    named = Q(present_ids__overlap=[*ids]) | Q(leave_ids__overlap=[*ids]) | Q(absent_ids__overlap=[*ids])
    rows = Activity.objects.visible_to(EVERY_RECORD).filter(named, branch__in=branches)
    excuses = {row.activity_id: row for row in AttendanceException.objects.filter(member__in=ids)}
    return [
        {
            "on": row.held_on,
            "activity": row.kind,
            "title": row.title,
            "branch": row.branch.name,
            "place": row.place,
            "state": row.state,
            "presence": _presence(row, ids),
            "excuse": excuses[row.pk].reason if row.pk in excuses else "",
            "remark": excuses[row.pk].remark if row.pk in excuses else "",
            "ground": excuses[row.pk].ground if row.pk in excuses else "",
            "agreed_under": excuses[row.pk].agreed_under if row.pk in excuses else "",
            "agreed_on": excuses[row.pk].agreed_on if row.pk in excuses else None,
        }
        for row in rows.select_related("branch").order_by("-held_on", "-pk")
    ]


def _presence(row: Activity, ids: set[int]) -> str:
    if ids & set(row.present_ids):
        return "present"
    return "leave" if ids & set(row.leave_ids) else "absent"


def led(members: Collection[int]) -> list[dict[str, Any]]:
    """Records the person chaired or took the minutes of."""
    rows = Activity.objects.visible_to(EVERY_RECORD).filter(Q(chair__in=members) | Q(recorder__in=members))
    return [
        {
            "on": row.held_on,
            "activity": row.kind,
            "title": row.title,
            "branch": row.branch.name,
            "state": row.state,
            "chaired": row.chair_id in members,
            "took_minutes": row.recorder_id in members,
        }
        for row in rows.select_related("branch").order_by("-held_on", "-pk")
    ]


def leave_asked(members: Collection[int]) -> list[dict[str, Any]]:
    """Leave asked before meetings, under any of the person's ids."""
    rows = LeaveRequest.objects.visible_to(EVERY_REQUEST).filter(member__in=members)
    return [
        {
            "on": row.for_day,
            "activity": row.activity.kind,
            "title": row.activity.title,
            "excuse": row.reason,
            "remark": row.remark,
            "asked_at": row.asked_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows.select_related("activity").order_by("-for_day", "-pk")
    ]


def follow_ups(members: Collection[int]) -> list[dict[str, Any]]:
    """Decisions the person has to carry out, or had."""
    rows = Decision.objects.visible_to(EVERY_RECORD).filter(owner__in=members)
    return [
        {
            "on": row.item.activity.held_on,
            "title": row.item.activity.title,
            "decision": row.text,
            "due_on": row.due_on,
            "done_on": row.done_on,
            "result": row.result,
        }
        for row in rows.select_related("item__activity").order_by("-due_on", "-pk")
    ]


def pledged(members: Collection[int]) -> list[dict[str, Any]]:
    own = Pledge.objects.visible_to(EVERY_PLEDGE).filter(member__in=members)
    rows = own.select_related("participation__campaign")
    return [
        {
            "campaign": str(row.participation.campaign),
            "promise": row.text,
            "due_on": row.due_on,
            "progress": row.progress,
            "done": row.progress_note,
            "state": row.state,
            "recorded_at": row.recorded_at,
            "changed_at": row.changed_at,
        }
        for row in rows.order_by("-due_on", "-pk")
    ]


def commented(members: Collection[int]) -> list[dict[str, Any]]:
    """What leaders said of the person's promises."""
    rows = LeaderComment.objects.filter(pledge__member__in=members).select_related("author", "pledge")
    return [
        {
            "at": row.at,
            "promise": row.pledge.text if row.pledge else "",
            "good": row.good,
            "lacking": row.lacking,
            "next_step": row.next_step,
            "by": str(row.author),
        }
        for row in rows.order_by("-at", "-pk")
    ]


def fed(account: int) -> list[dict[str, Any]]:
    """Calendar addresses of the account; the address itself is kept nowhere."""
    rows = CalendarFeed.objects.visible_to(Scope(user_id=account)).filter(user=account)
    return [
        {
            "branch": row.branch.name if row.branch else "",
            "made_at": row.made_at,
            "used_at": row.used_at,
        }
        for row in rows.select_related("branch").order_by("made_at")
    ]
