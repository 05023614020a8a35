"""Puts members of a branch into its party groups."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from branches.models import Organization, PartyGroup
from members.models import Member
from members.workflows import checks
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@transaction.atomic
def assign_group(
    branch: Organization,
    members: Collection[int],
    group: PartyGroup | None,
    *,
    actor: User,
    scope: Scope,
    at: datetime,
) -> int:
    """Members of the branch into one of its groups, or out of any; how many changed."""
    scope.demand("group.edit", branch)
    checks.demand_group(group, branch.pk)
    rows = Member.unscoped.active().filter(pk__in=members)
    if rows.filter(branch=branch).count() != len(set(members)):
        raise Refused("not_all_here")
    changing = rows.exclude(group=group) if group else rows.exclude(group=None)
    names = dict(changing.values_list("pk", "group__name"))
    changed = Member.unscoped.filter(pk__in=names).update(group=group, version=F("version") + 1)
    if changed:
        changes = {
            "group": group.name if group else "",
            "before": {str(pk): was for pk, was in names.items()},
        }
        audit.record(actor=actor, action="member.grouped", target=branch, at=at, changes=changes)
        checks.announce([branch.pk], at)
    return changed
