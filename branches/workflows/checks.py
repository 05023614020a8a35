"""What every writer of the tree asks before it writes. Each refusal names what would be allowed."""

from datetime import date, datetime

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Length
from django.utils import timezone

from branches.choices import EventKind, Form, Kind
from branches.models import Organization, OrganizationEvent
from branches.provisions import STRUCTURE
from branches.rules import (
    LEVEL_WIDTH,
    MAX_DEPTH,
    MOST_CHILDREN,
    Objection,
    child_path,
    depth,
    is_inside,
    next_number,
    placement_objection,
)
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.locks import Lock
from orgportal.core.scoping import AFTER, Scope, still_visible


def hold_tree() -> None:
    """Wait for whoever is changing the tree's shape; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.TREE])


def locked(organization: Organization) -> Organization:
    """The row as it is now, kept from others until the commit. FOR UPDATE also holds back new members.

    Read after the lock: a row that was waited for, and has moved meanwhile, has lost its parent in a join.
    """
    Organization.unscoped.select_for_update().only("pk").get(pk=organization.pk)
    return Organization.unscoped.select_related("parent").get(pk=organization.pk)


def free_path(parent: Organization) -> str:
    """A path under `parent` that no body has or ever had there: numbers of bodies moved away stay theirs."""
    last = parent.children.aggregate(last=Max("path"))["last"]
    left = OrganizationEvent.objects.filter(kind=EventKind.MOVED, other=parent).values_list(
        "before__path", flat=True
    )
    number = max(next_number(path) for path in [last, *left])
    if number > MOST_CHILDREN:
        raise Refused("level_full", name=parent.name)
    return child_path(parent.path, number)


def demand_past(on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise Refused("date_in_future")


def demand_open(organization: Organization, on: date, at: datetime) -> None:
    """The body still exists and the day lies in its life."""
    if organization.dissolved_on is not None:
        raise Refused("already_dissolved", on=organization.dissolved_on.isoformat())
    demand_past(on, at)
    if on < organization.established_on:
        raise Refused("date_before_founding", on=organization.established_on.isoformat())


def demand_form(kind: Kind, form: Form) -> None:
    if form not in STRUCTURE[kind].forms:
        raise Refused("form_not_allowed", allowed=allowed(placement_objection(kind, form, None)))


def demand_place(kind: Kind, form: Form, parent: Organization) -> None:
    """The structure table allows the kind there, the parent exists, and the tree stays within its depth."""
    if parent.dissolved_on is not None:
        raise Refused("parent_dissolved", on=parent.dissolved_on.isoformat())
    objection = placement_objection(kind, form, Kind(parent.kind))
    if objection is not None:
        raise Refused(objection.code, allowed=allowed(objection))
    if depth(parent.path) >= MAX_DEPTH:
        raise Refused("too_deep", limit=MAX_DEPTH)


def demand_new_place(node: Organization, parent: Organization) -> None:
    """`node` with all below it may stand under `parent`."""
    if is_inside(parent.path, node.path):
        raise Refused("cycle", name=parent.name)
    if node.parent_id == parent.pk:
        raise Refused("already_there", name=parent.name)
    demand_place(Kind(node.kind), Form(node.form), parent)
    inside = Organization.unscoped.filter(path__gte=node.path, path__lt=node.path + AFTER)
    longest: int = inside.aggregate(longest=Max(Length("path")))["longest"]
    height = (longest - len(node.path)) // LEVEL_WIDTH
    if depth(parent.path) + 1 + height > MAX_DEPTH:
        raise Refused("too_deep", limit=MAX_DEPTH)


def allowed(objection: Objection | None) -> str:
    """The names of what the structure table would allow, in the language of the person."""
    choices = (*objection.kinds, *objection.forms) if objection else ()
    return ", ".join(str(choice.label) for choice in choices)


def demand_consistent(kind: Kind, has_committee: bool, founded_on: date, ends_on: date | None) -> None:
    if has_committee and kind != Kind.BRANCH:
        raise Refused("only_branches_have_committees")
    if ends_on is not None and ends_on < founded_on:
        raise Refused("ends_before_founding")


def demand_free_code(code: str) -> None:
    holder = Organization.unscoped.filter(code=code).first()
    if holder is not None:
        raise Refused("code_taken", taken=code, name=holder.name)


def demand_free_name(parent: Organization, name: str, besides: int = 0) -> None:
    if parent.children.current().filter(name=name).exclude(pk=besides).exists():
        raise Refused("name_taken", taken=name)


def demand_empty(organization: Organization) -> None:
    """Nobody and nothing depends on the body any more."""
    members = organization.members.active().count()
    if members:
        raise Refused("has_members", count=members)
    bodies = organization.children.current().count()
    if bodies:
        raise Refused("has_bodies", count=bodies)
    transfers = organization.transfers_out.open().count() + organization.transfers_in.open().count()
    if transfers:
        raise Refused("has_open_transfers", count=transfers)


def demand_mergeable(organization: Organization, into: Organization) -> None:
    if not (organization.is_branch and into.is_branch) or organization.pk == into.pk:
        raise Refused("only_branches_merge")
    if into.dissolved_on is not None:
        raise Refused("parent_dissolved", on=into.dissolved_on.isoformat())


def demand_visible(organization: Organization, scope: Scope) -> None:
    """A writer keeps sight of what was written (house.md 3, lock 4)."""
    if not still_visible(organization, scope):
        raise NotAllowed(Organization.view_right)
