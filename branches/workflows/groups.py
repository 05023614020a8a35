"""Party groups of a branch: founded, renamed and ended by the branch itself."""

from datetime import datetime

from django.db import transaction

from branches.models import Organization, PartyGroup
from branches.workflows import checks, history
from branches.workflows.history import Order
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@transaction.atomic
def found_group(
    branch: Organization, name: str, order: Order, *, actor: User, scope: Scope, at: datetime
) -> PartyGroup:
    """A new party group of the branch."""
    body = checks.locked(branch)
    scope.demand("group.edit", body)
    if not body.is_branch:
        raise Refused("only_branches_have_groups")
    checks.demand_open(body, order.on, at)
    _demand_free_name(body, name)
    group = PartyGroup.unscoped.create(branch=body, name=name, founded_on=order.on)
    audit.record(
        actor=actor, action="group.found", target=group, at=at,
        changes={"branch": [None, body.name], "founded_on": [None, order.on], "basis": order.basis},
    )  # fmt: skip
    history.announce([body.pk], at)
    return group


@transaction.atomic
def rename_group(
    group: PartyGroup, name: str, order: Order, *, actor: User, scope: Scope, at: datetime
) -> PartyGroup:
    """The group under another name."""
    before = _locked(group)
    scope.demand("group.edit", before.branch)
    _demand_running(before, order, at)
    _demand_free_name(before.branch, name, besides=before.pk)
    row = update_versioned(before, seen_version=order.version, name=name)
    audit.record(
        actor=actor, action="group.rename", target=row, at=at,
        changes={"name": [before.name, row.name], "basis": order.basis},
    )  # fmt: skip
    history.announce([before.branch_id], at)
    return row


@transaction.atomic
def end_group(group: PartyGroup, order: Order, *, actor: User, scope: Scope, at: datetime) -> PartyGroup:
    """The end of a group nobody is in any more."""
    before = _locked(group)
    scope.demand("group.edit", before.branch)
    _demand_running(before, order, at)
    members = before.members.active().count()
    if members:
        raise Refused("group_has_members", count=members)
    row = update_versioned(before, seen_version=order.version, ended_on=order.on)
    audit.record(
        actor=actor, action="group.end", target=row, at=at,
        changes={"ended_on": [None, order.on], "basis": order.basis},
    )  # fmt: skip
    history.announce([before.branch_id], at)
    return row


def _locked(group: PartyGroup) -> PartyGroup:
    return PartyGroup.unscoped.select_for_update(of=("self",)).select_related("branch").get(pk=group.pk)


def _demand_running(group: PartyGroup, order: Order, at: datetime) -> None:
    if group.ended_on is not None:
        raise Refused("group_ended", on=group.ended_on.isoformat())
    checks.demand_past(order.on, at)
    if order.on < group.founded_on:
        raise Refused("date_before_founding", on=group.founded_on.isoformat())


def _demand_free_name(branch: Organization, name: str, besides: int = 0) -> None:
    if branch.groups.current().filter(name=name).exclude(pk=besides).exists():
        raise Refused("name_taken", taken=name)
