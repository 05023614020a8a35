"""What is known of a transfer that is open already, in the shape of what is known before one starts."""

from members.choices import TransferReason
from members.models import Transfer
from members.queries.transfers import Known
from members.rules.transfer_check import Plan
from members.workflows.transfer import Details, plan_with


def plan_on_the_way(transfer: Transfer, known: Known) -> Plan:
    reason = TransferReason(transfer.reason)
    stated = Details(transfer.target, reason, transfer.remark, transfer.dues_paid_to)
    return plan_with(transfer.member, stated, known)
