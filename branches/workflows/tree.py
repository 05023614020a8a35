"""Found, rename, move, change, dissolve and merge bodies. Nothing else writes the tree or its paths.

Whoever changes the shape of the tree holds one lock until the commit: a move rewrites the paths of a whole
subtree from one snapshot, and a body founded inside it meanwhile would keep the old path.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Concat, Substr

from branches.choices import EventKind, Form, Kind, Sector
from branches.models import Organization
from branches.workflows import checks, history
from branches.workflows.history import Order
from orgportal.core import audit
from orgportal.core.locking import update_versioned
from orgportal.core.models import LocalProvision, ReminderText, User
from orgportal.core.names import place_initials, place_key
from orgportal.core.scoping import AFTER, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    name: str
    short_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What may be changed without a new name or place."""

    sector: Sector
    form: Form = Form.REGULAR
    phone: str = ""
    address: str = ""
    ends_on: date | None = None
    has_committee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBody:
    """A body as it is founded; the order's day is the founding day."""

    code: str
    kind: Kind
    names: Names
    details: Details


@transaction.atomic
def found_body(
    parent: Organization, body: NewBody, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """A new body under `parent`, with its first line of history."""
    checks.hold_tree()
    above = checks.locked(parent)
    scope.demand("branch.create", above)
    checks.demand_past(order.on, at)
    checks.demand_place(body.kind, body.details.form, above)
    checks.demand_consistent(body.kind, body.details.has_committee, order.on, body.details.ends_on)
    checks.demand_free_code(body.code)
    checks.demand_free_name(above, body.names.name)
    row = Organization.unscoped.create(
        parent=above,
        path=checks.free_path(above),
        code=body.code,
        kind=body.kind,
        established_on=order.on,
        **naming(body.names),
        **asdict(body.details),
    )
    checks.demand_visible(row, scope)
    history.write(row, EventKind.CREATED, order, actor=actor, at=at, after={"under": above.name})
    audit.record(
        actor=actor, action="branch.found", target=row, at=at,
        changes={"code": [None, row.code], "under": [None, above.name], "basis": order.basis},
    )  # fmt: skip
    history.announce([row.pk], at)
    return row


@transaction.atomic
def rename(
    organization: Organization, names: Names, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """The body under another name; the old one stays in its history."""
    before = checks.locked(organization)
    scope.demand("branch.edit", before)
    checks.demand_open(before, order.on, at)
    if before.parent is not None:
        checks.demand_free_name(before.parent, names.name, besides=before.pk)
    row = update_versioned(before, seen_version=order.version, **naming(names))
    changes = {"name": [before.name, row.name], "short_name": [before.short_name, row.short_name]}
    history.write_changes(row, EventKind.RENAMED, order, changes, actor=actor, at=at)
    audit.record(
        actor=actor, action="branch.rename", target=row, at=at, changes={**changes, "basis": order.basis}
    )
    history.notify(row, "branches.renamed", {"before": before.name, "after": row.name}, order.on, at)
    history.announce([row.pk], at)
    return row


@transaction.atomic
def change_details(
    organization: Organization, details: Details, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """Other facts of the body; only what really changed is written down."""
    before = checks.locked(organization)
    scope.demand("branch.edit", before)
    checks.demand_open(before, order.on, at)
    checks.demand_form(Kind(before.kind), details.form)
    checks.demand_consistent(Kind(before.kind), details.has_committee, before.established_on, details.ends_on)
    row = update_versioned(before, seen_version=order.version, **asdict(details))
    changes = {
        name: [getattr(before, name), value]
        for name, value in asdict(details).items()
        if getattr(before, name) != value
    }
    history.write_changes(row, EventKind.CHANGED, order, changes, actor=actor, at=at)
    audit.record(
        actor=actor, action="branch.change", target=row, at=at, changes={**changes, "basis": order.basis}
    )
    history.announce([row.pk], at)
    return row


@transaction.atomic
def move(
    organization: Organization, parent: Organization, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """The body and all below it under another parent: one UPDATE rewrites every path, members follow by
    their composite foreign key."""
    checks.hold_tree()
    node, above = checks.locked(organization), checks.locked(parent)
    scope.demand("branch.move", node)
    scope.demand("branch.move", above)
    checks.demand_open(node, order.on, at)
    checks.demand_new_place(node, above)
    checks.demand_free_name(above, node.name)
    came_from, old_path, new_path = node.parent, node.path, checks.free_path(above)
    update_versioned(node, seen_version=order.version)
    _rewrite_paths(old_path, new_path, node.pk, above.pk)
    row = Organization.unscoped.get(pk=node.pk)
    checks.demand_visible(row, scope)
    was_under = came_from.name if came_from else ""
    changes: dict[str, list[Any]] = {"under": [was_under, above.name], "path": [old_path, new_path]}
    history.write_changes(row, EventKind.MOVED, order, changes, actor=actor, at=at, other=came_from)
    audit.record(
        actor=actor, action="branch.move", target=row, at=at, changes={**changes, "basis": order.basis}
    )
    history.notify(row, "branches.moved", {"name": row.name, "after": above.name}, order.on, at)
    history.announce(_below(new_path), at)
    return row


def _rewrite_paths(old: str, new: str, node: int, parent: int) -> None:
    tail = Concat(Value(new), Substr("path", len(old) + 1))
    inside = {"path__gte": old, "path__lt": old + AFTER}
    parents = Case(When(pk=node, then=Value(parent)), default=F("parent_id"), output_field=BigIntegerField())
    Organization.unscoped.filter(**inside).update(path=tail, parent_id=parents)
    # A local rule is a rule of its body and goes where the body goes; so do its words.
    LocalProvision.objects.filter(**inside).update(path=tail)
    ReminderText.objects.filter(**inside).update(path=tail)


def _below(path: str) -> list[int]:
    rows = Organization.unscoped.branches().current().filter(path__gte=path, path__lt=path + AFTER)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def dissolve(
    organization: Organization, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """The end of a body that is empty: no members, no bodies below, no open transfers."""
    checks.hold_tree()
    before = checks.locked(organization)
    scope.demand("branch.dissolve", before)
    row = _close(before, order, at)
    history.write(row, EventKind.DISSOLVED, order, actor=actor, at=at)
    audit.record(
        actor=actor, action="branch.dissolve", target=row, at=at,
        changes={"dissolved_on": [None, order.on], "basis": order.basis},
    )  # fmt: skip
    history.notify(row, "branches.dissolved", {"name": row.name, "on": order.on.isoformat()}, order.on, at)
    history.announce([row.pk], at)
    return row


@transaction.atomic
def mark_merged(
    organization: Organization, into: Organization, order: Order, *, actor: User, scope: Scope, at: datetime
) -> Organization:
    """The end of a branch whose members have just been moved into another one, told in both histories."""
    checks.hold_tree()
    before, heir = checks.locked(organization), checks.locked(into)
    scope.demand("branch.dissolve", before)
    scope.demand("branch.edit", heir)
    checks.demand_mergeable(before, heir)
    row = _close(before, order, at)
    history.write(row, EventKind.MERGED_INTO, order, actor=actor, at=at, other=heir)
    history.write(heir, EventKind.ABSORBED, order, actor=actor, at=at, other=row)
    audit.record(
        actor=actor, action="branch.merge", target=row, at=at,
        changes={"dissolved_on": [None, order.on], "into": [None, heir.name], "basis": order.basis},
    )  # fmt: skip
    params = {"name": row.name, "after": heir.name, "on": order.on.isoformat()}
    history.notify(row, "branches.merged", params, order.on, at)
    history.notify(heir, "branches.merged", params, order.on, at)
    history.announce([row.pk, heir.pk], at)
    return row


def _close(before: Organization, order: Order, at: datetime) -> Organization:
    checks.demand_open(before, order.on, at)
    checks.demand_empty(before)
    row = update_versioned(before, seen_version=order.version, dissolved_on=order.on)
    row.groups.current().update(ended_on=order.on)
    return row


def naming(names: Names) -> dict[str, str]:
    """A name with the keys it is ordered and found by."""
    return {
        "name": names.name,
        "short_name": names.short_name or names.name[:40],
        "name_key": place_key(names.name)[:400],
        "initials": place_initials(names.name)[:120],
    }
