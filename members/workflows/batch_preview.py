"""What can be said of each row of a batch before it is begun, and what came of it after."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.queries import rulebooks_for
from members.choices import BatchAct, BatchRowState, BatchState
from members.models import Batch, BatchRow, Member, Transfer
from members.provisions import PROVISIONS
from members.queries.batches import open_transfers
from members.queries.transfers import known_of, known_on_the_way, startable
from members.rules import transfer_check as check
from members.rules.transfer import Move
from members.rules.transfer_check import Objection
from members.workflows.batches import details_of, next_step
from members.workflows.transfer import plan_with
from members.workflows.transfer_plans import plan_on_the_way
from orgportal.core.scoping import Scope


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row: what is said of it, and whether it can be done, or was."""

    row: BatchRow
    found: tuple[Objection, ...] = ()
    step: Move | None = None

    @property
    def is_possible(self) -> bool:
        return not any(each.is_blocking for each in self.found)


def verdicts(batch: Batch, scope: Scope, today: date) -> list[Verdict]:
    """Constant queries, however many rows: first those that cannot be done, then by name."""
    rows = list(
        batch.rows.select_related("member__branch", "source", "transfer").order_by("member__name_key", "pk")
    )
    if batch.state != BatchState.PREPARED:
        found = [_settled(row) for row in rows]
    elif batch.act == BatchAct.START:
        found = _starts(batch, rows, scope, today)
    else:
        found = _moves(rows, scope, today)
    return sorted(found, key=lambda each: each.is_possible)


def _against(code: str, params: dict[str, Any] | None = None) -> tuple[Objection, ...]:
    return (Objection(code, is_blocking=True, params=params or {}),)


def _settled(row: BatchRow) -> Verdict:
    is_refused = row.state == BatchRowState.REFUSED
    return Verdict(row, _against(row.code, row.params) if is_refused else ())


def _starts(batch: Batch, rows: list[BatchRow], scope: Scope, today: date) -> list[Verdict]:
    """Whoever prepared it may have left office since: of members no longer theirs nothing is read."""
    theirs = startable(scope).filter(pk__in=[row.member_id for row in rows])
    mine = set(theirs.values_list("pk", flat=True))
    found = _objections(batch, [row.member for row in rows if row.member_id in mine], today)
    not_yours = _against("transfer_not_yours_now")
    return [Verdict(row, found.get(row.member_id, not_yours)) for row in rows]


def _objections(batch: Batch, members: list[Member], today: date) -> dict[int, tuple[Objection, ...]]:
    details, known = details_of(batch), known_of(members, batch.target, today)
    rivals = open_transfers([member.pk for member in members])
    books = rulebooks_for({member.path for member in members}, PROVISIONS, today)
    return {
        member.pk: (
            *_rival(rivals.get(member.pk)),
            *check.objections(plan_with(member, details, known[member.pk]), books[member.path], today),
        )
        for member in members
    }


def _rival(rival: Transfer | None) -> tuple[Objection, ...]:
    return _against("transfer_rival", {"target": rival.target_name}) if rival else ()


def _moves(rows: list[BatchRow], scope: Scope, today: date) -> list[Verdict]:
    seen: Any = Transfer.objects.visible_to(scope)
    found = {each.pk: each for each in seen.with_parties().filter(pk__in=[row.transfer_id for row in rows])}
    known = known_on_the_way(found.values(), today)
    books = rulebooks_for({each.source.path for each in found.values()}, PROVISIONS, today)
    plans = {pk: plan_on_the_way(each, known[each.member_id]) for pk, each in found.items()}
    said = {pk: check.objections(plan, books[found[pk].source.path], today) for pk, plan in plans.items()}
    steps = {pk: next_step(each, scope) for pk, each in found.items()}
    return [
        _step(row, found[pk], steps[pk], plans[pk], said[pk])
        if (pk := row.transfer_id or 0) in found
        else Verdict(row, _against("transfer_not_yours_now"))
        for row in rows
    ]


def _step(
    row: BatchRow, transfer: Transfer, step: Move | None, plan: check.Plan, said: tuple[Objection, ...]
) -> Verdict:
    """What holds it up first, then what was said before the start and still holds."""
    if step is None:
        return Verdict(row, _against("transfer_not_yours_now"))
    if "accepted_on" in step.asks:
        return Verdict(row, _against("slip_needs_day"), step)  # each slip has a day of its own
    held_up = check.hindrance(step.name, plan.pending, transfer.case, has_matter=plan.has_matter)
    first = (held_up,) if held_up else ()
    rest = (each for each in said if not each.is_blocking and each.code not in {one.code for one in first})
    return Verdict(row, (*first, *rest), step)
