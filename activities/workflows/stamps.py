"""What recording, amending and voiding do to a record's life: stamps, the step, the word to the chair."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activities.choices import LifeMove
from activities.models import Activity, ActivityStep
from activities.queries import book_for
from activities.rules import life
from branches.models import Organization
from members.queries.merging import accounts_of, ids_of
from orgportal.core.inbox import notify
from orgportal.core.models import User
from orgportal.core.scoping import Scope

UNCONFIRMED: dict[str, Any] = {
    "confirmed_at": None, "confirmed_by": None, "paper_on": None, "locks_on": None, "returned_at": None,
}  # fmt: skip


def confirmed(branch: Organization, *, actor: User, at: datetime) -> dict[str, Any]:
    """The stamps of a confirmation now; the day it locks is decided here, once."""
    today = timezone.localdate(at)
    locks_on = life.locks_on(today, book_for(branch, today))
    return {**UNCONFIRMED, "confirmed_at": at, "confirmed_by": actor, "locks_on": locks_on}


def is_chair(chair_id: int | None, scope: Scope) -> bool:
    """Also under the id of a record merged into the person's since."""
    if chair_id is None or scope.member_id is None:
        return False
    return chair_id == scope.member_id or chair_id in ids_of(scope.member_id)


def stamps_for(
    chair_id: int | None, branch: Organization, *, actor: User, scope: Scope, at: datetime
) -> dict[str, Any]:
    """Whoever chaired the meeting and writes it down has confirmed it by that: nothing is asked twice."""
    return confirmed(branch, actor=actor, at=at) if is_chair(chair_id, scope) else UNCONFIRMED


def settle(row: Activity, was: Activity | None, *, actor: User, at: datetime) -> None:
    """After a save: the step that was made by it, an answered return closed, the chair told once."""
    if row.confirmed_at is not None:
        add_step(row, LifeMove.CONFIRM, actor=actor, at=at)
        close_return(row, at)
        return
    was_confirmed = was is not None and was.confirmed_at is not None
    if was_confirmed:
        add_step(row, LifeMove.VOID if row.is_void else LifeMove.AMEND, actor=actor, at=at)
    if row.is_void:
        close_return(row, at)
        return
    if was is None or was_confirmed or was.returned_at is not None or was.chair_id != row.chair_id:
        tell_chair(row, at=at)


def add_step(row: Activity, move: LifeMove, *, actor: User, at: datetime, **said: Any) -> None:
    ActivityStep.objects.create(
        activity=row, move=move, version=row.version, at=at, by=actor,
        **{"paper_on": row.paper_on, "locks_on": row.locks_on, **said},
    )  # fmt: skip


def close_return(row: Activity, at: datetime) -> None:
    row.steps.filter(move=LifeMove.RETURN, closed_at=None).update(closed_at=at)


def tell_chair(row: Activity, *, at: datetime) -> None:
    """One line for each version that waits, to the account of whoever chaired it."""
    user = None if row.chair_id is None else account_of(row.chair_id)
    if user is None:
        return
    params = {
        "branch": row.branch.short_name, "title": row.title, "held_on": {"day": row.held_on.isoformat()},
    }  # fmt: skip
    key, url = f"confirm:{row.pk}:{row.version}", reverse("activities:activity-confirm", args=[row.pk])
    notify([user], "activities.record_to_confirm", key, params=params, url=url, at=at)


def account_of(member_id: int) -> int | None:
    """The account the person can sign in with, if there is one."""
    users = User.objects.filter(pk__in=accounts_of([member_id]).values(), is_active=True)
    return users.values_list("pk", flat=True).first()
