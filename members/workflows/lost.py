"""Proposals of the out-of-contact clocks as rows: opened and closed by the night, set aside by people, and
settled by the meeting's decision. No standing is ever changed here."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from branches.queries import rulebook_for, rulebooks_for
from members.choices import DismissReason, ProposalKind, ProposalState
from members.models import ContactProposal, Member
from members.provisions import LOST_ASK_AGAIN, PROVISIONS
from members.queries.contact import Facts, candidates, resting
from members.rules.contact import Proposed, as_evidence, proposal_for
from members.rules.register import add_months
from orgportal.core import audit
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope

RIGHT = "mobile.edit"


@dataclass(frozen=True, slots=True)
class Night:
    """What one run did."""

    opened: int
    closed: int


@transaction.atomic
def propose(on: date, *, at: datetime) -> Night:
    """Open what the clocks propose that day and close what they no longer do. Safe to run again, and the
    number of statements does not depend on the number of members.
    """
    due = _due(on)
    standing = ContactProposal.unscoped.open().select_for_update(no_key=True)
    held = {row.member_id: row for row in standing}
    gone = [row.pk for pk, row in held.items() if pk not in due or not _is_same(row, due[pk])]
    closed = ContactProposal.unscoped.filter(pk__in=gone).update(
        state=ProposalState.OVERTAKEN, closed_on=on, version=F("version") + 1
    )
    still = {row.member_id for row in held.values() if row.pk not in gone}
    rested = resting(on)
    fresh = [
        _row(pk, found, on, at)
        for pk, found in sorted(due.items())
        if pk not in still and (pk, found.kind, found.counts_from) not in rested
    ]
    # One statement; whoever ran at the same moment has put the same rows in.
    ContactProposal.unscoped.bulk_create(fresh, ignore_conflicts=True)
    if fresh or closed:
        audit.record(actor=None, action="lost.proposed", target=None, at=at, changes=_gist(fresh, closed, on))
    return Night(len(fresh), closed)


def _due(on: date) -> dict[int, Proposed]:
    facts: list[Facts] = candidates(on)
    books = rulebooks_for({each.path for each in facts}, PROVISIONS, on)
    found = ((each.member_id, proposal_for(each.case, books[each.path], on)) for each in facts)
    return {pk: proposed for pk, proposed in found if proposed is not None}


def _is_same(row: ContactProposal, proposed: Proposed) -> bool:
    return (row.kind, row.counts_from) == (proposed.kind, proposed.counts_from)


def _row(member_id: int, found: Proposed, on: date, at: datetime) -> ContactProposal:
    return ContactProposal(
        member_id=member_id,
        kind=found.kind,
        counts_from=found.counts_from,
        due_on=found.due_on,
        evidence=as_evidence(found.sightings),
        opened_on=on,
        recorded_at=at,
    )


def _gist(fresh: Iterable[ContactProposal], closed: int, on: date) -> dict[str, object]:
    names = [f"{row.member_id}:{row.kind}" for row in fresh]
    digest = hashlib.sha256(",".join(names).encode()).hexdigest()
    return {"on": on, "opened": len(names), "closed": closed, "digest": digest}


@dataclass(frozen=True, slots=True)
class Setting:
    """Why a proposal is set aside, and how long it rests; a rule says how long where nobody does."""

    reason: DismissReason
    remark: str = ""
    rests_until: date | None = None


@transaction.atomic
def dismiss(
    proposal: ContactProposal, setting: Setting, *, seen_version: int, actor: User, scope: Scope, at: datetime
) -> ContactProposal:
    """Set aside with a reason; on the same facts it is proposed again only after its rest."""
    row, today = _locked(proposal, seen_version), timezone.localdate(at)
    scope.demand(RIGHT, row.member)
    until = setting.rests_until or _rest(row.member, today)
    if until <= today:
        raise Refused("proposal_rest_is_past")
    changes = {"reason": setting.reason, "remark": setting.remark, "rests_until": until, "closed_by": actor}
    _close(row, ProposalState.DISMISSED, today, **changes)
    row.refresh_from_db()
    said = {"reason": setting.reason, "remark": setting.remark, "rests_until": until, "member": row.member_id}
    audit.record(actor=actor, action="lost.dismissed", target=row, at=at, changes=said)
    return row


def _rest(member: Member, today: date) -> date:
    book = rulebook_for(member.path, PROVISIONS, today)
    return add_months(today, int(book.value(LOST_ASK_AGAIN.key, today)))


@transaction.atomic
def settle(member: Member, kind: ProposalKind, *, actor: User | None, at: datetime) -> ContactProposal | None:
    """A meeting decided what was proposed: the proposal is closed as decided, in the caller's transaction."""
    rows = ContactProposal.unscoped.open().select_for_update(no_key=True)
    row = rows.filter(member=member, kind=kind).first()
    if row is None:
        return None
    _close(row, ProposalState.DECIDED, timezone.localdate(at), closed_by=actor)
    row.refresh_from_db()
    return row


def _locked(proposal: ContactProposal, seen_version: int) -> ContactProposal:
    rows = ContactProposal.unscoped.select_for_update(no_key=True, of=("self",)).select_related("member")
    row = rows.get(pk=proposal.pk)
    if row.version != seen_version:
        raise StaleVersion(row)
    if not row.is_open:
        raise Refused("proposal_closed")
    return row


def _close(row: ContactProposal, state: ProposalState, on: date, **changes: object) -> None:
    ContactProposal.unscoped.filter(pk=row.pk).update(
        state=state, closed_on=on, version=F("version") + 1, **changes
    )
