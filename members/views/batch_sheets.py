"""The page of a batch: its rows, what stands against each, what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.queries import rulebooks_for
from members.choices import BatchAct, BatchRowState, BatchState
from members.messages import REFUSALS
from members.models import Batch, BatchRow, Transfer
from members.provisions import PROVISIONS
from members.queries.batches import open_transfers, row_counts
from members.queries.transfers import known_of, pending_about
from members.rules import transfer_check as rules
from members.views.transfer_sheets import objection_lines
from members.workflows.batches import details_of, next_step
from members.workflows.transfer import plan_with
from orgportal.core.errors import Refused
from orgportal.core.refusals import sentence
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the words said of it (with their rule), and whether it can be done."""

    row: BatchRow
    words: list[tuple[Any, Any]]
    is_possible: bool = True
    step: Any = ""


@dataclass(frozen=True, slots=True)
class BatchSheet:
    batch: Batch
    lines: list[Line]
    counts: dict[str, int]

    @property
    def possible(self) -> int:
        return sum(line.is_possible for line in self.lines)

    @property
    def settled(self) -> int:
        return self.counts[BatchRowState.DONE] + self.counts[BatchRowState.REFUSED]

    @property
    def is_prepared(self) -> bool:
        return self.batch.state == BatchState.PREPARED

    @property
    def is_running(self) -> bool:
        return self.batch.state == BatchState.RUNNING


def sheet_of(batch: Batch, scope: Scope, today: date) -> BatchSheet:
    """Constant queries, however many rows: first those that cannot be done, then by name."""
    rows = list(batch.rows.select_related("member__branch", "transfer").order_by("member__name_key", "pk"))
    if batch.state != BatchState.PREPARED:
        lines = [_settled(row) for row in rows]
    elif batch.act == BatchAct.START:
        lines = _starts(batch, rows, today)
    else:
        lines = _moves(rows, scope)
    lines.sort(key=lambda line: line.is_possible)
    return BatchSheet(batch, lines, row_counts(batch))


def _settled(row: BatchRow) -> Line:
    if row.state != BatchRowState.REFUSED:
        return Line(row, [])
    return Line(row, [(sentence(Refused(row.code, **row.params), REFUSALS), None)], is_possible=False)


def _starts(batch: Batch, rows: list[BatchRow], today: date) -> list[Line]:
    ids, details = [row.member_id for row in rows], details_of(batch)
    known, rivals = known_of([row.member for row in rows], batch.target, today), open_transfers(ids)
    books = rulebooks_for({row.member.path for row in rows}, PROVISIONS, today)
    lines = []
    for row in rows:
        plan = plan_with(row.member, details, known[row.member_id])
        found = (*_rival(rivals.get(row.member_id)), *rules.objections(plan, books[row.member.path], today))
        is_possible = not any(each.is_blocking for each in found)
        lines.append(Line(row, objection_lines(found), is_possible))
    return lines


def _rival(rival: Transfer | None) -> tuple[rules.Objection, ...]:
    if rival is None:
        return ()
    return (rules.Objection("transfer_rival", is_blocking=True, params={"target": rival.target_name}),)


def _moves(rows: list[BatchRow], scope: Scope) -> list[Line]:
    seen: Any = Transfer.objects.visible_to(scope)
    found = {each.pk: each for each in seen.with_parties().filter(pk__in=[row.transfer_id for row in rows])}
    pending = pending_about([row.member_id for row in rows])
    return [_step_line(row, found.get(row.transfer_id), pending.get(row.member_id), scope) for row in rows]


def _step_line(row: BatchRow, transfer: Transfer | None, pending: rules.Pending | None, scope: Scope) -> Line:
    step = next_step(transfer, scope) if transfer else None
    if transfer is None or step is None:
        return Line(row, [(REFUSALS["transfer_not_yours_now"], None)], is_possible=False)
    held_up = rules.hindrance(step.name, pending, transfer.case)
    if held_up:
        return Line(row, [(REFUSALS[held_up.code], None)], is_possible=False, step=step.label)
    return Line(row, [], step=step.label)
