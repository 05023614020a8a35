"""The yearly look: members with an account are reminded, the secretary reads how many are open.

No names to the secretary and no comparing of branches; the list itself says who.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from branches.choices import PostKind
from branches.models import Organization
from branches.queries import rulebooks_for
from members.models import Member
from members.models.register import MemberQuerySet
from members.provisions import PROVISIONS
from members.queries.own import nobody_confirmed
from members.queries.recipients import accounts_by_body
from members.queries.yearly_look import RULE, SUBJECT
from members.rules import own as rules
from orgportal.core import planning
from orgportal.core.planning import Draft
from orgportal.core.reminder_rows import Asked, matters, objected
from orgportal.core.rulebook import Rulebook

DUE, OPEN = RULE, "members.confirm_open"
TOLD = frozenset({PostKind.SECRETARY})
CONFIRMS = ("member.edit",)
# A step planned on its day is not planned anew each night of the month after it; a few days make up for a
# night that was missed.
FRESH = timedelta(days=3)


def drafts(on: date) -> Iterable[Draft]:
    """Members before the last day and on it; the secretary before, on and after it, one line each time."""
    branches = {row.pk: row for row in Organization.unscoped.branches().current()}
    books = rulebooks_for({row.path for row in branches.values()}, PROVISIONS, on)
    steps = {pk: _steps(books[row.path], on) for pk, row in branches.items()}
    asked = [pk for pk, (due, mine, told) in steps.items() if due and (mine, told) != (None, None)]
    if not asked:
        return
    waiting: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    rows = _unconfirmed(on.year).filter(branch__in=asked).order_by("branch", "pk")
    for branch, member, account in rows.values_list("branch", "pk", "user"):
        waiting[branch].append((member, account))
    people = accounts_by_body({branches[pk].path for pk in waiting}, TOLD, on, may=CONFIRMS)
    for pk, members in waiting.items():
        due, mine, told = steps[pk]
        if mine is not None:
            yield from _to_members(members, due, mine)
        if told is not None:
            yield _to_secretary(branches[pk], len(members), due, told, people[branches[pk].path])


def _steps(book: Rulebook, on: date) -> tuple[date, int | None, int | None]:
    """The last day, and the step reached for members and for the secretary."""
    window = rules.window(book, on)
    keys = ("own.confirm_remind_days", "own.confirm_tell_days")
    mine, told = (_fresh(window.closes_on, book.value(key, on), on) for key in keys)
    return window.closes_on, mine, told


def _fresh(due: date, steps: Iterable[int], on: date) -> int | None:
    step = planning.latest_step(due, steps, on)
    return step if step is not None and due + timedelta(days=step) >= on - FRESH else None


def _unconfirmed(year: int) -> MemberQuerySet:
    found: MemberQuerySet = Member.unscoped.active().filter(nobody_confirmed(year), merged_into=None)
    return found


def _to_members(members: Iterable[tuple[int, int | None]], due: date, step: int) -> Iterable[Draft]:
    params = _params(due)
    for pk, account in members:
        if account is not None:
            subject, url = f"{SUBJECT}{pk}", reverse("members:own")
            yield Draft(DUE, subject, due, step, url, frozenset({account}), params)


def _to_secretary(branch: Organization, count: int, due: date, step: int, to: frozenset[int]) -> Draft:
    params = {**_params(due), "body": branch.name, "count": count}
    url = reverse("members:confirmation-list")
    return Draft(OPEN, f"members.confirmations:{branch.pk}", due, step, url, to, params)


def _params(due: date) -> dict[str, Any]:
    return {"year": due.year, "due_on": {"day": due.isoformat()}}


def objections(rows: Sequence[Asked], _at: datetime) -> dict[int, str]:
    """Why members must not be reminded after all: looked over meanwhile, or no longer this account's."""
    found: dict[int, str] = {}
    for year in {row.due_on.year for row in rows}:
        asked = {row.pk: int(row.subject.rpartition(":")[2]) for row in rows if row.due_on.year == year}
        waiting = _unconfirmed(year).filter(pk__in=asked.values())
        accounts = dict(waiting.order_by().values_list("pk", "user"))
        for row in rows:
            if row.pk in asked and asked[row.pk] not in accounts:
                found[row.pk] = "already_done"
            elif row.pk in asked and accounts[asked[row.pk]] != row.recipient_id:
                found[row.pk] = "not_in_office"
    return found


def open_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why the secretary must not be told after all: all looked over, or no longer this person's."""
    wanted = matters(rows)
    waiting = {
        (year, branch)
        for year in {row.due_on.year for row in rows}
        for branch in _unconfirmed(year).filter(branch__in=wanted.values()).values_list("branch", flat=True)
    }
    asked = Organization.unscoped.filter(pk__in=wanted.values())
    paths = dict(asked.values_list("pk", "path"))
    people = accounts_by_body(paths.values(), TOLD, timezone.localdate(at), may=CONFIRMS)

    def against(row: Asked) -> str:
        branch = wanted[row.pk]
        if (row.due_on.year, branch) not in waiting:
            return "already_done"
        return "" if row.recipient_id in people[paths[branch]] else "not_in_office"

    return objected(rows, against)
