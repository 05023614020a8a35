"""A member tells how the own transfer goes: a step that moves nothing, told to whoever has to act now."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from members.choices import MemberReport
from members.models import Transfer, TransferStep
from members.rules import reports as rules
from members.rules.transfer import side_of
from members.workflows.transfer_notices import accounts_of
from orgportal.core import audit, inbox
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope


def open_reports(transfer: Transfer, scope: Scope) -> tuple[MemberReport, ...]:
    """What this person can tell now: the member alone, each thing once in a state."""
    if scope.member_id != transfer.member_id:
        return ()
    said = transfer.steps.filter(from_state=transfer.state, at__gte=transfer.state_since)
    moves = set(said.values_list("move", flat=True))
    if transfer.is_outside:
        # Handing in a paper letter is a move of its own there.
        moves.add(rules.move_of(MemberReport.HANDED_IN))
    return rules.open_reports(transfer.state, moves)


@transaction.atomic
def report(transfer: Transfer, what: str, *, actor: User, scope: Scope, at: datetime) -> TransferStep:
    """Write the word down. Raises NotAllowed for everybody else, Refused when it is said or out of place."""
    # Two taps at once: the second waits here and finds that it is said.
    Transfer.unscoped.select_for_update(no_key=True).get(pk=transfer.pk)
    current = Transfer.unscoped.with_parties().get(pk=transfer.pk)
    if scope.member_id != current.member_id:
        raise NotAllowed("transfer.own")
    if what not in open_reports(current, scope):
        raise Refused("report_not_now")
    move = rules.move_of(MemberReport(what))
    step = TransferStep.objects.create(
        transfer=current, move=move, from_state=current.state, to_state=current.state, actor=actor, at=at
    )
    changes = {"state": current.state, "member": current.member_id}
    audit.record(actor=actor, action=f"transfer.{move}", target=current, at=at, changes=changes)
    _tell(step, current)
    return step


def _tell(step: TransferStep, transfer: Transfer) -> None:
    side = side_of(transfer.case)
    owners = accounts_of(transfer, side, timezone.localdate(step.at)) if side else set()
    params = {
        "name": transfer.member.name,
        "source": transfer.source.name,
        "target": transfer.target_name,
    }
    inbox.notify(
        owners - {step.actor_id or 0}, f"members.transfer_{step.move}", f"transfer:{transfer.pk}:{step.pk}",
        params=params, url=transfer.get_absolute_url(), at=step.at,
    )  # fmt: skip
