"""Where records stand in their lives: whose confirmation is waited for, what was sent back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from activities.choices import ActivityKind, ActivityState, LifeState
from activities.models import Activity
from activities.queries import EVERY_RECORD
from activities.rules.life import RECORD
from branches.models import Organization
from members.queries.merging import accounts_of, ids_of
from orgportal.core.models import User
from orgportal.core.scoping import Scope, within

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one person can settle in one press: as the chair, and from paper for a chair without account."""

    chaired: list[Activity]
    on_paper: list[Activity]
    others: int  # wait for a chair who signs in: nobody confirms in another's place
    unnamed: int  # name no chair: put right first

    @property
    def rows(self) -> list[Activity]:
        return [*self.chaired, *self.on_paper]


def waiting_in_all(scope: Scope, most: int) -> Waiting:
    """The oldest first, at most so many to settle; a fixed number of queries."""
    chaired = list(waiting_for(scope)[:most])
    mine = within("branch__path", scope.roots_for(RECORD))
    mine |= Q(kind=ActivityKind.GROUP, group__in=scope.groups)
    rest = Activity.objects.visible_to(scope).filter(_HELD, mine, confirmed_at=None, returned_at=None)
    named = rest.exclude(chair=None).exclude(chair__in=ids_of(scope.member_id))
    signing_in = _signing_in(set(named.values_list("chair", flat=True)))
    paper = named.exclude(chair__in=signing_in).select_related("branch", "group", "chair")
    return Waiting(
        chaired, list(paper.order_by("held_on", "pk")[: most - len(chaired)]),
        named.filter(chair__in=signing_in).count(), rest.filter(chair=None).count(),
    )  # fmt: skip


def _signing_in(chairs: set[int | None]) -> set[int]:
    """Of these the ones with an account that works."""
    accounts = accounts_of(chairs)
    active = set(User.objects.filter(pk__in=accounts.values(), is_active=True).values_list("pk", flat=True))
    return {pk for pk, user in accounts.items() if user in active}


def given_by(scope: Scope, today: date, most: int) -> list[Activity]:
    """Confirmations the person gave or noted and can still take back, the latest first."""
    rows = Activity.objects.visible_to(EVERY_RECORD).filter(
        _given(scope), life_is(LifeState.CONFIRMED, today)
    )
    return list(rows.select_related("branch", "chair").order_by("-confirmed_at", "-pk")[:most])


def picked(ids: Collection[int], scope: Scope) -> dict[int, Activity]:
    """Of the records named in one press those the person sees, is asked about, or confirmed."""
    waiting = Q(confirmed_at=None, returned_at=None, chair__in=ids_of(scope.member_id)) & _HELD
    own = Q(pk__in=_in_sight(scope).filter(pk__in=ids)) | waiting | _given(scope)
    rows = Activity.objects.visible_to(EVERY_RECORD).filter(own, pk__in=ids)
    return {row.pk: row for row in rows.select_related("branch")}


def _given(scope: Scope) -> Q:
    """By the person's own account: of meetings they chaired, or of what they still see."""
    seen = Q(chair__in=ids_of(scope.member_id)) | Q(pk__in=_in_sight(scope))
    return seen & Q(confirmed_by=scope.user_id)


def _in_sight(scope: Scope) -> QuerySet[Activity]:
    rows: Any = Activity.objects.visible_to(scope)
    found: QuerySet[Activity] = rows.values("pk")
    return found


def confirmable(pk: int, scope: Scope) -> Activity | None:
    """A record in sight, or one that waits for the person's word."""
    seen = Activity.objects.visible_to(scope).select_related("branch")
    return waiting_for(scope).filter(pk=pk).first() or seen.filter(pk=pk).first()


def sent_back_in(branch: Organization, scope: Scope) -> QuerySet[Activity]:
    """What the level above sent back and waits to be put right, the longest first."""
    rows = Activity.objects.visible_to(scope).filter(branch=branch, returned_at__isnull=False)
    return rows.order_by("returned_at", "pk")
