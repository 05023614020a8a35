"""Every look at a member's data leaves a line that the member can read; numbers are opened one at a time."""

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from members.choices import LookKind
from members.models import Look, Member, Paper
from members.queries import post_behind
from members.queries.watchers import CONTACT_PERSON
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.sealing import unseal

REVEALS_AN_HOUR = 60
HOUR = timedelta(hours=1)
EXPORT_LIMIT = 20_000
# Without a post, only the home contact person comes to these.
REACHING = (LookKind.STAY, LookKind.PHONE)
ACTIONS = {LookKind.EXPORT: "member.exported", LookKind.PRINT: "member.printed"}


@dataclass(frozen=True, slots=True)
class Errand:
    """Why, from where and in which form a list leaves."""

    kind: LookKind
    purpose: str
    roots: tuple[str, ...]


@transaction.atomic
def look(member: Member, *, actor: User, scope: Scope, at: datetime) -> None:
    """Somebody else opened the member's page. One's own page leaves no line."""
    if member.pk == scope.member_id:
        return
    scope.demand("member.view", member)
    _write([member.pk], LookKind.PAGE, "", member.path, actor=actor, at=at)


@transaction.atomic
def look_to_reach(
    member: Member, *, actor: User, scope: Scope, at: datetime, kind: LookKind = LookKind.PHONE
) -> None:
    """Somebody who keeps in touch opened how to reach the member; whoever comes here may see it already."""
    if member.pk != scope.member_id:
        _write([member.pk], kind, "", member.path, actor=actor, at=at)


@transaction.atomic
def reveal(member: Member, purpose: str, *, actor: User, scope: Scope, at: datetime) -> str:
    """The whole identity number, once, for a stated purpose."""
    scope.demand("member.reveal", member)
    # One person's reveals take turns, or two at once would pass the limit.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    recent = Look.objects.filter(looker=actor, kind=LookKind.REVEAL, at__gt=at - HOUR).order_by("-at")
    counted = list(recent.values_list("at", flat=True)[:REVEALS_AN_HOUR])
    if len(counted) == REVEALS_AN_HOUR:
        wait = math.ceil((counted[-1] + HOUR - at).total_seconds())
        raise Refused("reveal_too_often", limit=REVEALS_AN_HOUR, wait=wait)
    if member.id_number_sealed is None:
        raise Refused("no_id_number")
    _write([member.pk], LookKind.REVEAL, purpose, member.path, actor=actor, at=at)
    audit.record(actor=actor, action="member.revealed", target=member, at=at, changes={"purpose": purpose})
    return unseal(bytes(member.id_number_sealed))


@transaction.atomic
def hand_out(members: Collection[int], errand: Errand, *, actor: User, scope: Scope, at: datetime) -> None:
    """A list leaves the portal as a file or on paper: a line for every member on it, one for the trail."""
    for root in errand.roots:
        scope.demand("member.export", root)
    if len(members) > EXPORT_LIMIT:
        raise Refused("export_too_large", limit=EXPORT_LIMIT)
    place = min(errand.roots, key=len, default="")
    _write(members, errand.kind, errand.purpose, place, actor=actor, at=at)
    ids = ",".join(map(str, sorted(members)))
    changes = {
        "purpose": errand.purpose,
        "rows": len(members),
        "roots": list(errand.roots),
        "digest": hashlib.sha256(ids.encode()).hexdigest(),
    }
    audit.record(actor=actor, action=ACTIONS[errand.kind], target=None, at=at, changes=changes)


def note_print(member: Member, number: str, *, actor: User, at: datetime) -> None:
    """A paper on the member was printed with all that stands on it; its workflow writes the trail."""
    _write([member.pk], LookKind.PAPER, number, member.path, actor=actor, at=at)


@transaction.atomic
def copy_own(member: Member, file_format: str, *, actor: User, at: datetime) -> None:
    """A member took a copy of their own data."""
    audit.record(actor=actor, action="member.own_copy", target=member, at=at, changes={"format": file_format})


@transaction.atomic
def note_card_print(card: Paper, *, actor: User, scope: Scope, at: datetime) -> None:
    """An activity card left as a sheet; the holder can read who else printed it."""
    if card.member_id != scope.member_id:
        note_print(card.member, card.number, actor=actor, at=at)
    audit.record(actor=actor, action="card.printed", target=card, at=at, changes={"member": card.member_id})


def _write(
    members: Collection[int], kind: LookKind, purpose: str, path: str, *, actor: User, at: datetime
) -> None:
    post = post_behind(actor.pk, path, timezone.localdate(at))
    if not post and kind in REACHING:
        post = f"{CONTACT_PERSON}|"
    Look.objects.bulk_create(
        [
            Look(member_id=pk, looker=actor, looker_post=post, kind=kind, purpose=purpose, at=at)
            for pk in members
        ],
        batch_size=2000,
    )
