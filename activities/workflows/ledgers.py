"""Ledgers taken as files: drawn in Chinese, as official papers are, and written down in the trail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from activities.choices import LedgerForm, LedgerKind
from activities.models import Activity
from activities.queries.ledgers import record_ledger, sign_in_ledger
from activities.queries.period_ledgers import ledger_of
from activities.rules.duties import Period
from activities.rules.ledgers import Ledger, file_name, name_of
from activities.workflows.ledger_files import TYPES, file_of
from activities.workflows.ledger_templates import in_own_layout
from activities.workflows.ledger_words import PAPERS
from branches.models import Organization
from orgportal.core import audit
from orgportal.core.models import User
from orgportal.core.scoping import Scope

OF_A_MEETING = {LedgerKind.RECORD: record_ledger, LedgerKind.SIGN_IN: sign_in_ledger}


@dataclass(frozen=True, slots=True)
class Order:
    """Which ledger of which branch and period, and in which form."""

    kind: LedgerKind
    branch: Organization
    period: Period
    form: LedgerForm


@dataclass(frozen=True, slots=True)
class Taken:
    """A file with its name and type."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    template_id: int | None = None  # the layout of a body's own it was filled into
    misfit_id: int | None = None  # the one it goes by, and did not fit into


@transaction.atomic
def take(order: Order, *, actor: User, scope: Scope, at: datetime) -> Taken:
    """The ledger of a branch and a period as a file. Raises NotAllowed out of the person's sight."""
    scope.demand(Activity.view_right, order.branch)
    taken, ledger = drawn(order, scope=scope, at=at)
    more = {"period": name_of(order.period), **_layout_of(taken)}
    _note(order.branch, ledger, order.form, more, actor=actor, at=at)
    return taken


def drawn(order: Order, *, scope: Scope, at: datetime) -> tuple[Taken, Ledger]:
    """The file alone, for a workflow that writes one line for many of them."""
    with translation.override(PAPERS):
        ledger = ledger_of(order.kind, order.branch, order.period, scope, timezone.localdate(at))
        return _taken(ledger, order.branch, order.form, at), ledger


@transaction.atomic
def take_of_meeting(
    kind: LedgerKind, activity: Activity, form: LedgerForm, *, actor: User, scope: Scope, at: datetime
) -> Taken:
    """The record or the sign-in sheet of one meeting as a file. Raises NotAllowed as above."""
    scope.demand(Activity.view_right, activity.branch)
    with translation.override(PAPERS):
        ledger = OF_A_MEETING[kind](activity, scope, timezone.localdate(at))
        taken = _taken(ledger, activity.branch, form, at)
    _note(activity, ledger, form, _layout_of(taken), actor=actor, at=at)
    return taken


def _taken(ledger: Ledger, branch: Organization, form: LedgerForm, at: datetime) -> Taken:
    """As a Word file in the layout the branch goes by; in the portal's own where there is none."""
    name = f"{file_name(ledger)}.{form}"
    own = in_own_layout(ledger, branch, at=at) if form == LedgerForm.DOCX else None
    if own and own[0] is not None:
        return Taken(name, TYPES[form], own[0], own[1].pk)
    return Taken(name, TYPES[form], file_of(ledger, form, at=at), misfit_id=own[1].pk if own else None)


def _layout_of(taken: Taken) -> dict[str, Any]:
    if taken.misfit_id:
        return {"template_misfit": taken.misfit_id}
    return {"template": taken.template_id} if taken.template_id else {}


def _note(
    target: Organization | Activity, ledger: Ledger, form: LedgerForm, more: dict[str, Any], *, actor: User,
    at: datetime,
) -> None:  # fmt: skip
    """The trail's lock is the last one taken: the file is made before."""
    changes = {"kind": ledger.kind, "form": form, "records": ledger.record_ids, **more}
    audit.record(actor=actor, action="ledger.taken", target=target, at=at, changes=changes)
