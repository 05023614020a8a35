"""Tells the next level, in one line for each duty, how many of its branches still owe it. Rows only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from activities.choices import DutyState
from activities.messages import DUTIES
from activities.models import Duty
from branches.models import Organization
from branches.queries import rulebooks_for
from branches.rules import ancestors, parent_of
from members.queries.recipients import accounts_by_body
from members.rules.transfer import OVER_POSTS
from orgportal.core import planning, reminders
from orgportal.core.planning import HORIZON, STALE, Draft
from orgportal.core.reminder_rows import Asked, objected
from orgportal.health.provisions import DUTY_ESCALATE, PROVISIONS

SILENT = "health.duties_silent"
SEES = ("health.view",)


def plan(on: date, *, at: datetime) -> int:
    """Plan every step reached by tomorrow; return how many rows were handed over."""
    return reminders.plan(planning.rows(drafts(on), at=at))


def drafts(on: date) -> Iterable[Draft]:
    owed = _missing().filter(due_on__gte=on - STALE - HORIZON, due_on__lt=on)
    counts = Counter(
        (parent_of(path), rule, due_on)
        for path, rule, due_on in owed.values_list("branch__path", "rule", "due_on")
    )
    places = {place for place, _, _ in counts}
    books, people = rulebooks_for(places, PROVISIONS, on), accounts_by_body(places, OVER_POSTS, on, may=SEES)
    bodies = {body.path: body for body in Organization.unscoped.filter(path__in=places)}
    for (place, rule, due_on), count in sorted(counts.items()):
        step = planning.latest_step(due_on, books[place].value(DUTY_ESCALATE.key, on), on)
        if step is not None and place in bodies:
            yield _draft(bodies[place], rule, due_on, step, count, people[place])


def _missing() -> Any:
    return Duty.unscoped.filter(state=DutyState.MISSING, branch__dissolved_on=None).order_by()


def _draft(body: Organization, rule: str, due_on: date, step: int, count: int, to: frozenset[int]) -> Draft:
    with translation.override(None):
        duty = str(DUTIES[rule])
    params = {
        "body": body.name,
        "count": count,
        "duty": {"word": duty},
        "due_on": {"day": due_on.isoformat()},
    }
    asked = {"month": due_on.replace(day=1).isoformat(), "under": body.pk, "rule": rule, "state": "missing"}
    url = reverse("health:duty-list", query=asked)
    return Draft(SILENT, f"health.duties:{body.pk}:{rule}", due_on, step, url, to, params)


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: all answered meanwhile, or no longer this person's."""
    wanted = {row.pk: (int(body), rule) for row in rows for _, body, rule in [row.subject.split(":")]}
    asked = Organization.unscoped.filter(pk__in={body for body, _ in wanted.values()}, dissolved_on=None)
    paths = dict(asked.values_list("pk", "path"))
    owed = set()
    missing = _missing().filter(due_on__in={row.due_on for row in rows})
    for path, rule, due_on in missing.values_list("branch__path", "rule", "due_on"):
        owed |= {(place, rule, due_on) for place in ancestors(path)}
    people = accounts_by_body(paths.values(), OVER_POSTS, timezone.localdate(at), may=SEES)

    def against(row: Asked) -> str:
        body, rule = wanted[row.pk]
        if (paths.get(body), rule, row.due_on) not in owed:
            return "already_done"
        return "" if row.recipient_id in people[paths[body]] else "not_in_office"

    return objected(rows, against)


def place_of(subject: str) -> str:
    """The path of the body that was told, "" where it is gone."""
    rows = Organization.unscoped.filter(pk=int(subject.split(":")[1]))
    return rows.values_list("path", flat=True).first() or ""
