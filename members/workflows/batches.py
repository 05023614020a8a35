"""Many transfers by one decision. Each row is a transfer of its own, made in a transaction of its own.

A row that is refused keeps its reason and holds up no other; a worker killed half-way is followed by another
that goes on with the rows still waiting.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from members.choices import BatchAct, BatchRowState, BatchState, TransferReason
from members.models import Batch, BatchRow, Member, Transfer
from members.queries import scope_for
from members.rules.transfer import Move
from members.workflows import transfer as work
from members.workflows.transfer import Details, Outside, RivalTransfer, Words, allowed_moves
from orgportal.core import audit, outbox
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope

logger = logging.getLogger(__name__)

# More than any graduating class or dissolved branch; a preview people can still read.
MOST: int = settings.BATCH_MEMBERS_MAX
# What one delivery settles: far within the time a worker has, so that others are not held up for long.
SLICE = 200


@dataclass(frozen=True, slots=True)
class Pick:
    """One member of a batch, with the transfer that is to move on."""

    member_id: int
    source_id: int
    transfer_id: int | None = None
    version: int | None = None


def prepare_start(
    members: Iterable[Member], details: Details, *, actor: User, scope: Scope, at: datetime
) -> Batch:
    """A batch of transfers to start, not started yet. Raises NotAllowed; Refused if empty or too long."""
    people = list(members)
    for person in people:
        scope.demand("transfer.start", person)
    picks = [Pick(person.pk, person.branch_id) for person in people]
    return _prepare(BatchAct.START, picks, work.columns_of(details), actor, at)


def prepare_moves(transfers: Iterable[Transfer], *, actor: User, at: datetime) -> Batch:
    """A batch that moves each transfer one step on; whether that may be is asked of each in its turn."""
    picks = [Pick(row.member_id, row.source_id, row.pk, row.version) for row in transfers]
    return _prepare(BatchAct.MOVE_ON, picks, {}, actor, at)


@transaction.atomic
def _prepare(act: BatchAct, picks: list[Pick], stated: dict[str, Any], actor: User, at: datetime) -> Batch:
    if not picks:
        raise Refused("batch_empty")
    if len(picks) > MOST:
        raise Refused("batch_too_long", most=MOST)
    batch = Batch.unscoped.create(act=act, prepared_by=actor, recorded_at=at, **stated)
    BatchRow.objects.bulk_create(
        BatchRow(
            batch=batch, member_id=pick.member_id, source_id=pick.source_id, transfer_id=pick.transfer_id,
            seen_version=pick.version,
        )
        for pick in picks
    )  # fmt: skip
    return batch


@transaction.atomic
def begin(batch: Batch, *, actor: User, at: datetime) -> None:
    """Hand it to the worker. Raises Refused if that was done already, NotAllowed to anybody else."""
    if batch.prepared_by_id != actor.pk:
        raise NotAllowed("transfer.start")
    rows = Batch.unscoped.filter(pk=batch.pk, state=BatchState.PREPARED)
    if not rows.update(state=BatchState.RUNNING):
        raise Refused("batch_begun")
    count = batch.rows.count()
    audit.record(
        actor=actor, action="transfer.batch_begun", target=batch, at=at,
        changes={"act": batch.act, "target": batch.target_id or batch.outside_body, "rows": count},
    )  # fmt: skip
    outbox.emit("transfers.batch", batch.pk, {"batch_id": batch.pk}, at=at)


def run(batch_id: int, *, at: datetime, most: int = SLICE) -> int:
    """Do rows that still wait, one transaction each, and ask for another run if that was not all of them.

    Returns how many were settled now.
    """
    batch = Batch.unscoped.select_related("target", "prepared_by").get(pk=batch_id)
    waiting = batch.rows.filter(state=BatchRowState.WAITING).order_by("pk").values_list("pk", flat=True)
    found = list(waiting[: most + 1])
    settled = sum(_settle(batch, pk, at) for pk in found[:most])
    if len(found) > most:
        outbox.emit("transfers.batch", f"{batch_id}:{found[most]}", {"batch_id": batch_id}, at=at)
    Batch.unscoped.filter(pk=batch_id, state=BatchState.RUNNING).exclude(
        rows__state=BatchRowState.WAITING
    ).update(state=BatchState.DONE, done_at=at)
    logger.info("batch %s: %s rows settled", batch_id, settled)
    return settled


@transaction.atomic
def _settle(batch: Batch, pk: int, at: datetime) -> bool:
    row = (
        BatchRow.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("member", "transfer")
        .filter(pk=pk, state=BatchRowState.WAITING)
        .first()
    )
    if row is None:  # another worker has it
        return False
    try:
        with transaction.atomic():
            made = _made(batch, row, at)
    except Refused as refusal:
        row.state, row.code, row.params = BatchRowState.REFUSED, refusal.code, _plain(refusal)
    else:
        row.state, row.transfer = BatchRowState.DONE, made
    row.save(update_fields=["state", "code", "params", "transfer"])
    return True


def _made(batch: Batch, row: BatchRow, at: datetime) -> Transfer:
    """With the rights its preparer has now, not those of the day it was prepared."""
    actor: User = batch.prepared_by
    scope = scope_for(actor, timezone.localdate(at))
    if batch.act == BatchAct.START:
        return work.start(row.member, details_of(batch), actor=actor, scope=scope, at=at)
    current = Transfer.unscoped.with_parties().get(pk=cast("int", row.transfer_id))
    move = next_step(current, scope)
    if move is None:
        raise Refused("transfer_not_yours_now", state=current.state)
    words = Words(seen_version=row.seen_version)
    return work.move(current, move.name, actor=actor, scope=scope, at=at, words=words)


def details_of(batch: Batch) -> Details:
    """What was said once for all its members."""
    outside = {name: getattr(batch, f"outside_{name}") for name in Outside.__dataclass_fields__}
    return Details(
        batch.target, TransferReason(batch.reason), batch.remark, batch.dues_paid_to,
        # The database holds that a batch of starts has one target.
        Outside(**outside) if batch.target is None else None,
    )  # fmt: skip


def next_step(transfer: Transfer, scope: Scope) -> Move | None:
    """The step onward this person can make; what it has to be told cannot be said for many at once."""
    return next((move for move in allowed_moves(transfer, scope) if move.is_step_forward), None)


def _plain(refusal: Refused) -> dict[str, Any]:
    if isinstance(refusal, RivalTransfer):
        return {"target": refusal.rival.target_name}
    if isinstance(refusal, StaleVersion):
        return {}
    return {name: str(value) for name, value in refusal.params.items()}


@transaction.atomic
def discard(batch: Batch, *, actor: User) -> None:
    """Forget a batch nobody has begun. Raises Refused once it runs."""
    held = Batch.unscoped.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.prepared_by_id != actor.pk:
        raise NotAllowed("transfer.start")
    if held.state != BatchState.PREPARED:
        raise Refused("batch_begun")
    held.rows.all().delete()
    held.delete()


def progress() -> list[tuple[int, int]]:
    """Of each batch at work: members settled, of how many."""
    rows = BatchRow.objects.filter(batch__state=BatchState.RUNNING).values("batch").order_by("batch")
    waiting = Count("pk", filter=Q(state=BatchRowState.WAITING))
    return [
        (row["all"] - row["waiting"], row["all"]) for row in rows.annotate(all=Count("pk"), waiting=waiting)
    ]
