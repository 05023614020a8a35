"""Where records stand in their lives: whose confirmation is waited for, what was sent back."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from activities.choices import ActivityState, LifeState
from activities.models import Activity
from activities.queries import EVERY_RECORD
from branches.models import Organization
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope

_HELD = Q(state=ActivityState.HELD)


def life_is(life: str, today: date) -> Q:
    """The records that stand there that day."""
    confirmed = _HELD & Q(confirmed_at__isnull=False)
    conditions = {
        LifeState.TO_CONFIRM: _HELD & Q(confirmed_at=None, returned_at=None),
        LifeState.CONFIRMED: confirmed & Q(locks_on__gt=today),
        LifeState.LOCKED: confirmed & Q(locks_on__lte=today),
        LifeState.RETURNED: _HELD & Q(returned_at__isnull=False),
    }
    return conditions[LifeState(life)]


def life_column(today: date) -> Case:
    """The same as a column; empty for whatever is no meeting that was held."""
    whens = [When(life_is(state, today), then=Value(str(state))) for state in LifeState]
    return Case(*whens, default=Value(""), output_field=CharField())


def waiting_for(scope: Scope) -> QuerySet[Activity]:
    """Crosses the scope (docs/crossings.md): records the person chaired, while they wait for their word."""
    rows: Any = Activity.objects.visible_to(EVERY_RECORD)
    found: QuerySet[Activity] = rows.filter(
        _HELD, confirmed_at=None, returned_at=None, chair__in=ids_of(scope.member_id)
    ).select_related("branch", "group", "chair", "recorder", "recorded_by")
    return found.order_by("held_on", "pk")


def confirmable(pk: int, scope: Scope) -> Activity | None:
    """A record in sight, or one that waits for the person's word."""
    seen = Activity.objects.visible_to(scope).select_related("branch")
    return waiting_for(scope).filter(pk=pk).first() or seen.filter(pk=pk).first()


def sent_back_in(branch: Organization, scope: Scope) -> QuerySet[Activity]:
    """What the level above sent back and waits to be put right, the longest first."""
    rows = Activity.objects.visible_to(scope).filter(branch=branch, returned_at__isnull=False)
    return rows.order_by("returned_at", "pk")
