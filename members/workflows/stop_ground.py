"""Why a membership was stopped, said afterwards: the register that was taken over often did not keep it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from members.choices import Standing, StopGround
from members.models import Member, StandingPeriod
from members.workflows import checks
from members.workflows.standing import demand_desk
from orgportal.core import audit
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Stated:
    """The ground, and the document that says so."""

    ground: str
    document: str


@transaction.atomic
def state(
    member: Member, stated: Stated, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> Member:
    """Once, by whoever may enter a decision. What a decision entered here says is not said again."""
    before = checks.locked(member)
    demand_desk(before, scope)
    if before.version != seen_version:
        raise StaleVersion(before)
    if stated.ground not in StopGround.values:
        raise Refused("stop_needs_ground")
    if not stated.document.strip():
        raise Refused("ground_needs_document")
    running = StandingPeriod.objects.filter(member=before, ends_on=None, standing=Standing.SUSPENDED)
    if not running.filter(ground="").update(ground=stated.ground):
        raise Refused("ground_not_open")
    running.filter(basis="").update(basis=stated.document.strip())
    Member.unscoped.filter(pk=before.pk).update(version=F("version") + 1)
    changes = {"ground": stated.ground, "document": stated.document.strip()}
    audit.record(actor=actor, action="standing.ground_stated", target=before, at=at, changes=changes)
    checks.announce([before.branch_id], at)
    return Member.unscoped.get(pk=before.pk)
