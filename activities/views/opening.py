"""Whose meeting a page is about: the branch, kind and party group named in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date

from activities.choices import ActivityKind
from activities.provisions import PROVISIONS
from activities.queries import Setting, branches_to_record_for, groups_to_record_for, kinds_to_record
from activities.rules.ledgers import FIRST_YEAR
from activities.workflows.meetings import RIGHT, may_record
from branches.models import Organization, PartyGroup
from orgportal.core.forms import tidy
from orgportal.core.rulebook import Rulebook

# Months a calendar is leafed through: plans are made a few years ahead.
YEARS_AHEAD = 50


@dataclass(frozen=True)
class Opening:
    """What the address names; `branch` is None while the person still has to choose."""

    branch: Organization | None
    kind: ActivityKind
    group: PartyGroup | None
    branches: list[Organization]
    groups: list[PartyGroup]
    kinds: list[ActivityKind]


def records(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who record somewhere: by post, or for the party group they lead."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.scope.may_somewhere(RIGHT) and not request.scope.groups:
            raise PermissionDenied(RIGHT)
        return view(request, *args, **kwargs)

    guarded.needs_right = RIGHT  # type: ignore[attr-defined]
    return guarded


def opening_of(request: Any) -> Opening:
    """404 for a branch out of sight, 403 for one the person may only look at."""
    branches = branches_to_record_for(request.scope)
    branch = _branch(request, branches)
    if branch is None:
        return Opening(None, ActivityKind.GENERAL, None, branches, [], [])
    groups = groups_to_record_for(branch, request.scope)
    kinds = kinds_to_record(branch, groups, request.scope)
    kind = _kind(request.GET.get("kind", ""), kinds)
    group = _group(request.GET.get("group", ""), groups) if kind == ActivityKind.GROUP else None
    if not may_record(request.scope, branch, kind, group.pk if group else None):
        raise PermissionDenied(RIGHT)
    return Opening(branch, kind, group, branches, groups, kinds)


def nobodys_setting() -> Setting:
    """For a form that is drawn empty and filled where it is used."""
    book = Rulebook.of(PROVISIONS)
    return Setting(Organization(), ActivityKind.GENERAL, None, date.min, (), (), None, book)


def day_of(text: str, today: date) -> date:
    """A day as typed, today where it cannot be read."""
    try:
        return parse_date(tidy(text)) or today
    except ValueError:
        return today


def month_of_address(text: str, today: date) -> date:
    """The first day of the month written as 2026-03; this month where it is none a record can lie in."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if FIRST_YEAR <= month.year <= today.year + YEARS_AHEAD else today.replace(day=1)


def _branch(request: Any, branches: list[Organization]) -> Organization | None:
    wanted = request.GET.get("branch", "")
    if wanted.isdecimal():
        return get_object_or_404(Organization.objects.visible_to(request.scope), pk=int(wanted))
    return branches[0] if len(branches) == 1 else None


def _kind(text: str, kinds: list[ActivityKind]) -> ActivityKind:
    return next((kind for kind in kinds if kind == text), kinds[0])


def _group(text: str, groups: list[PartyGroup]) -> PartyGroup | None:
    return next((group for group in groups if str(group.pk) == text), groups[0] if groups else None)
