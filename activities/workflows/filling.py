"""A planned meeting becomes the record of it: the same row, so that leave, links and calendars stay."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from activities.choices import OPEN_PLANS, ActivityState
from activities.models import Activity, ActivityRevision
from activities.queries import snapshot
from activities.queries.plans import waiting
from activities.rules.joint import Announced
from activities.rules.plan_moves import fits, plan_recorded
from activities.rules.records import Entry
from activities.workflows.plan_notices import announced, tell_expected, tell_invited
from branches.models import Organization
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User

# What stands in the plan is as good a subject for a meeting that was not held.
KEPT_OF_A_PLAN = ("title",)


def refuse_changed_plan(entry: Entry, branch: Organization) -> None:
    """Moved, called off or recorded since the page was filled from it: the person looks once more."""
    if entry.plan_seen is None:
        return
    pk, version = entry.plan_seen
    row = (
        Activity.unscoped.filter(pk=pk, branch=branch, kind=entry.kind, group=entry.group_id)
        .exclude(version=version)
        .first()
    )
    if row is not None:
        raise Refused("plan_changed", state=str(row.get_state_display()), day=row.held_on.isoformat())


def put_in_place(
    branch: Organization, *, actor: User, at: datetime, named: int | None = None, **columns: Any
) -> Activity:
    """Write what is recorded: over the plan of its kind and day or period, else as a row of its own.

    The branch is locked by the caller, so no other record can take the same plan.
    """
    plan = _plan(branch, columns["kind"], columns.get("group_id"), columns["held_on"], named)
    written = {"recorded_at": at, "recorded_by": actor, "changed_at": at, **columns}
    if plan is None:
        row = Activity.unscoped.create(branch=branch, **written)
    else:
        was = announced(plan)
        keep_revision(plan, actor, at)
        if columns["state"] != ActivityState.HELD:
            written = {name: value for name, value in written.items() if name not in KEPT_OF_A_PLAN}
        row = update_versioned(plan, seen_version=plan.version, **{"reason": "", **written})
        tell_invited(was, row, at)
    keep_held_inside(row, actor, at)
    return row


def keep_held_inside(row: Activity, actor: User, at: datetime) -> None:
    """Plans of what a record says was held inside it are off; those it no longer speaks of are given back."""
    inside = Activity.unscoped.filter(held_inside=row).select_for_update(no_key=True, of=("self",))
    kept: set[str] = set()
    for plan in inside.select_related("branch", "group"):
        if row.is_held and plan.kind in row.also_kinds and _fitted(plan, row.held_on):
            kept.add(plan.kind)
        else:
            _give_back(plan, row, actor, at)
    if row.is_held:
        _take_in(row, [kind for kind in row.also_kinds if kind not in kept], actor, at)


def keep_revision(row: Activity, actor: User, at: datetime) -> None:
    """What the plan said before."""
    ActivityRevision.objects.create(
        activity=row, version=row.version, content=snapshot(row), replaced_at=at, replaced_by=actor
    )


def _plan(
    branch: Organization, kind: str, group_id: int | None, on: date, named: int | None = None
) -> Activity | None:
    rows = Activity.unscoped.filter(branch=branch, kind=kind, group=group_id, state__in=OPEN_PLANS)
    plans = {row.pk: row for row in rows.select_for_update(no_key=True)}
    found = plan_recorded([waiting(row) for row in plans.values()], on, named)
    return plans[found.id] if found else None


def _before(plan: Activity) -> dict[str, str]:
    """How it stood before it was called off: planned or postponed."""
    content = plan.revisions.latest("version").content
    return {name: content[name] for name in ("state", "reason")}


def _fitted(plan: Activity, on: date) -> bool:
    return fits(replace(waiting(plan), state=ActivityState(_before(plan)["state"])), on)


def _give_back(plan: Activity, row: Activity, actor: User, at: datetime) -> None:
    """It is to be held after all, as it was planned; not where another was planned in its place since."""
    columns = _before(plan)
    if _is_planned_anew(plan):
        columns = {}
    keep_revision(plan, actor, at)
    plan = update_versioned(plan, seen_version=plan.version, changed_at=at, held_inside_id=None, **columns)
    if not columns:
        return
    tell_invited(Announced(ActivityState.CANCELLED, plan.held_on), plan, at)
    audit.record(actor=actor, action="plan.given_back", target=plan, at=at, changes={"record": row.pk})
    if plan.is_planned and plan.held_on != row.held_on:
        tell_expected(plan, "activities.plan_moved", actor=actor, at=at)


def _is_planned_anew(plan: Activity) -> bool:
    others = Activity.unscoped.filter(
        branch=plan.branch, kind=plan.kind, group=plan.group, plan_starts_on=plan.plan_starts_on,
        plan_number=plan.plan_number, state__in=OPEN_PLANS,
    )  # fmt: skip
    return plan.plan_starts_on is not None and others.exists()


def _take_in(row: Activity, also_kinds: Iterable[str], actor: User, at: datetime) -> None:
    """A lecture held in a general meeting is not held again: its plan is off."""
    for kind in also_kinds:
        plan = _plan(row.branch, kind, None, row.held_on)
        if plan is None:
            continue
        was, was_on = announced(plan), plan.held_on
        keep_revision(plan, actor, at)
        reason = _("Held together with “%(title)s”.") % {"title": row.title}
        plan = update_versioned(
            plan, seen_version=plan.version, state=ActivityState.CANCELLED, reason=reason, changed_at=at,
            held_inside_id=row.pk,
        )  # fmt: skip
        audit.record(actor=actor, action="plan.cancelled", target=plan, at=at, changes={"reason": reason})
        tell_invited(was, plan, at)
        if was_on != row.held_on:
            tell_expected(plan, "activities.plan_cancelled", actor=actor, at=at)
