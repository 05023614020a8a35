"""Who of the register works at a unit: by the unit's own body, or by the employer written in its name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from members.choices import Standing
from members.models import Member, StandingPeriod
from orgportal.core.bridges import Workforce, WorkingMember, Workplace
from orgportal.core.scoping import Scope, within

PRESENT = (Standing.FORMAL, Standing.PROBATIONARY)
Group = tuple[int, str, str, str, int]  # branch, its path, employer, standing, how many


def members_at(places: Collection[Workplace], on: date) -> dict[int, Workforce]:
    """Members of each unit on a day, by unit, in one statement (docs/crossings.md: counts alone).

    Whoever is in the unit's own body works there; elsewhere the employer says so, within the bodies of the
    committee that answers for the unit or in the body it shares. Employers have no history: as written now.
    """
    groups = _groups(places, on)
    by_branch: dict[int, list[Group]] = defaultdict(list)
    by_employer: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_branch[group[0]].append(group)
        by_employer[group[2]].append(group)
    return {place.id: _workforce(place, by_branch, by_employer) for place in places}


def _groups(places: Collection[Workplace], on: date) -> Iterable[Group]:
    bodies = {place.body_id for place in places if place.body_id}
    rows = StandingPeriod.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        Q(member__branch_periods__ends_on=None) | Q(member__branch_periods__ends_on__gte=on),
        Q(member__branch_periods__branch__in=bodies)
        | Q(member__employer__in={place.name for place in places}),
        starts_on__lte=on,
        standing__in=PRESENT,
        member__branch_periods__starts_on__lte=on,
    )
    branch = "member__branch_periods__branch"
    return rows.values_list(branch, f"{branch}__path", "member__employer", "standing").annotate(n=Count("pk"))


def _workforce(
    place: Workplace, by_branch: dict[int, list[Group]], by_employer: dict[str, list[Group]]
) -> Workforce:
    in_body = by_branch[place.body_id] if place.body_id else []
    by_name = [group for group in by_employer[place.name] if _is_near(place, group)]
    own = [*in_body, *(group for group in by_name if group[0] != place.body_id)]
    here = own if place.is_own_body else by_name
    return Workforce(
        formal=_sum(here, formal=True), members=_sum(here), body_formal=_sum(in_body, formal=True),
        body_members=_sum(in_body),
    )  # fmt: skip


def _is_near(place: Workplace, group: Group) -> bool:
    return group[0] == place.body_id or group[1].startswith(place.path)


def _sum(groups: Iterable[Group], *, formal: bool = False) -> int:
    return sum(group[4] for group in groups if not formal or group[3] == Standing.FORMAL)


def names_at(place: Workplace, scope: Scope, on: date) -> list[WorkingMember]:
    """The same members of one unit by name, as far as the person sees them."""
    near = within("path", (place.path,)) | Q(branch=place.body_id)
    where = Q(near, employer=place.name)
    if place.is_own_body:
        where |= Q(branch=place.body_id)
    rows: QuerySet[Any] = Member.objects.visible_to(scope).filter(where, standing__in=PRESENT)
    return [
        WorkingMember(
            row.name, str(row.get_standing_display()), row.branch.short_name, row.get_absolute_url()
        )
        for row in rows.select_related("branch").order_by("name_key", "pk")
    ]
