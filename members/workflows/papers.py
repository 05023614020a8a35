"""Issues numbered papers and ends them; the workflow that needs the paper has asked for the right.

The number comes from a counter row locked until the commit: issuers of one body take turns, and a
transaction that fails gives its number back.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from branches.models import Organization
from members.choices import PaperEnd, PaperKind, PaperState
from members.models import Member, Paper, PaperCounter, Transfer
from members.rules.papers import number_of
from members.workflows import privacy
from orgportal.core import audit
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.sealing import unseal

TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new paper is to say."""

    kind: PaperKind
    issuer: Organization
    member: Member
    valid_until: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    transfer: Transfer | None = None
    replaces: Paper | None = None


@dataclass(frozen=True, slots=True)
class PaperEnding:
    """Why a paper ends, and what was said about it."""

    reason: PaperEnd
    note: str = ""


@transaction.atomic
def issue(draft: Draft, *, actor: User, at: datetime) -> Paper:
    """A new paper under the next number of its body, with its line in the trail."""
    paper = write(draft, actor=actor, at=at)
    changes = {"kind": draft.kind, "member": draft.member.pk, "valid_until": draft.valid_until}
    audit.record(actor=actor, action="paper.issued", target=paper, at=at, changes=changes)
    return paper


@transaction.atomic
def end(paper: Paper, ending: PaperEnding, *, actor: User | None, at: datetime) -> Paper:
    """The one change a paper ever sees, with its line in the trail. Raises Refused if it has ended before."""
    ended = close(paper, ending, at=at)
    changes = {"reason": ending.reason, "note": ending.note, "member": paper.member_id}
    audit.record(actor=actor, action="paper.ended", target=paper, at=at, changes=changes)
    return ended


# Whoever may issue or take in a paper may print it.
PRINT_RIGHTS = (
    "branch.release_member",
    "committee.release_member",
    "branch.accept_member",
    "committee.accept_member",
)


@transaction.atomic
def open_for_print(paper: Paper, *, actor: User, scope: Scope, at: datetime) -> dict[str, Any]:
    """All that stands on the paper, the identity number opened; the member can read who printed it."""
    read = read_for_print(paper, scope)
    note_print(paper, actor=actor, scope=scope, at=at)
    return read


def read_for_print(paper: Paper, scope: Scope) -> dict[str, Any]:
    """The same without a line yet: whoever hands it out goes on to `note_print`. Raises NotAllowed."""
    if scope.member_id != paper.member_id and not may_print(paper, scope):
        raise NotAllowed(PRINT_RIGHTS[0])
    sealed = Member.unscoped.values_list("id_number_sealed", flat=True).get(pk=paper.member_id)
    return {**paper.facts, "id_number": unseal(bytes(sealed)) if sealed else ""}


@transaction.atomic
def note_print(
    paper: Paper, *, actor: User, scope: Scope, at: datetime, template_id: int | None = None
) -> None:
    """That it was printed, unless by the member; the trail names the body's own template, if it took one."""
    if scope.member_id == paper.member_id:
        return
    member = Member.unscoped.get(pk=paper.member_id)
    privacy.note_print(member, paper.number, actor=actor, at=at)
    changes = {"member": member.pk} | ({"template": template_id} if template_id else {})
    audit.record(actor=actor, action="paper.printed", target=paper, at=at, changes=changes)


def may_print(paper: Paper, scope: Scope) -> bool:
    """Whether a post of this person reaches the issuer or the branch; `paper` comes with both."""
    places = (paper.issuer, paper.branch)
    return any(scope.may(right, place) for right in PRINT_RIGHTS for place in places)


# --- for a workflow that writes one line for all it does: the trail's lock is the last one it takes


def write(draft: Draft, *, actor: User, at: datetime) -> Paper:
    """The row alone. A letter it replaces has to be closed before."""
    today = timezone.localdate(at)
    serial = _next_serial(draft.issuer, draft.kind, today.year)
    return Paper.unscoped.create(
        kind=draft.kind,
        issuer=draft.issuer,
        branch_id=draft.member.branch_id,
        member=draft.member,
        transfer=draft.transfer,
        replaces=draft.replaces,
        year=today.year,
        serial=serial,
        number=number_of(draft.issuer.short_name, draft.kind, today.year, serial),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        issued_on=today,
        valid_until=draft.valid_until,
        facts=draft.facts,
        issued_by=actor,
        recorded_at=at,
    )


def _next_serial(issuer: Organization, kind: PaperKind, year: int) -> int:
    key = {"issuer": issuer, "kind": kind, "year": year}
    PaperCounter.objects.bulk_create([PaperCounter(**key)], ignore_conflicts=True)
    row = PaperCounter.objects.select_for_update().get(**key)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def close(paper: Paper, ending: PaperEnding, *, at: datetime) -> Paper:
    """The end alone. Raises Refused if it has ended before."""
    rows = Paper.unscoped.filter(pk=paper.pk, state=PaperState.ISSUED)
    ended = rows.update(
        state=PaperState.ENDED,
        end_reason=ending.reason,
        end_note=ending.note,
        ended_on=timezone.localdate(at),
        version=F("version") + 1,
    )
    if not ended:
        raise Refused("paper_ended_already", number=paper.number)
    return Paper.unscoped.get(pk=paper.pk)
