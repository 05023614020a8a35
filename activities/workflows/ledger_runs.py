"""Ledgers of every branch of a body, ordered once and drawn by the worker, a transaction each.

What the person sees is asked again for each branch when it is drawn, and again when the files are taken. A
worker killed half-way is followed by another that goes on with the branches still waiting.
"""

import io
import logging
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from activities.choices import LedgerForm, LedgerKind, RunRowState, RunState
from activities.models import Activity, LedgerFile, LedgerRun
from activities.rules.duties import Period
from activities.rules.ledgers import name_of
from activities.workflows.ledger_words import PAPERS
from activities.workflows.ledgers import Order, Taken, drawn
from branches.models import Organization
from members.queries import scope_for
from orgportal.core import attachments, audit, outbox
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.inbox import notify
from orgportal.core.models import User
from orgportal.core.scoping import Scope, within

logger = logging.getLogger(__name__)

TOPIC = "ledgers.run"
# What one delivery draws: well within the time a worker has, so that others are not held up for long.
SLICE = 40
# More than any district has; what is thrown away can be drawn again at any time.
MOST, KEEP_DAYS = 1000, 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ledger of which period, and in which form."""

    kind: LedgerKind
    period: Period
    form: LedgerForm


@transaction.atomic
def order(body: Organization, wanted: Wanted, *, actor: User, scope: Scope, at: datetime) -> LedgerRun:
    """Hand it to the worker. Raises NotAllowed out of sight; Refused without branches, or with too many."""
    scope.demand(Activity.view_right, body)
    branches = _branches_of(body, wanted.period, scope)
    if not branches:
        raise Refused("ledger_run_empty")
    if len(branches) > MOST:
        raise Refused("ledger_run_too_long", most=MOST)
    run = LedgerRun.unscoped.create(
        organization=body, kind=wanted.kind, form=wanted.form, starts_on=wanted.period.starts_on,
        ends_on=wanted.period.ends_on, ordered_by=actor, recorded_at=at,
        keep_until=timezone.localdate(at) + timedelta(days=KEEP_DAYS),
    )  # fmt: skip
    LedgerFile.objects.bulk_create(LedgerFile(run=run, branch_id=pk) for pk in branches)
    changes = {
        "kind": run.kind,
        "form": run.form,
        "period": name_of(wanted.period),
        "branches": len(branches),
    }
    audit.record(actor=actor, action="ledger.ordered", target=body, at=at, changes=changes)
    outbox.emit(TOPIC, run.pk, {"run_id": run.pk}, at=at)
    return run


def _branches_of(body: Organization, period: Period, scope: Scope) -> list[int]:
    """In the order of the tree: those in sight that stood on any day of the period."""
    rows = Organization.objects.visible_to(scope).branches().filter(within("path", (body.path,)))
    return list(
        rows.standing_between(period.starts_on, period.ends_on).order_by("path").values_list("pk", flat=True)
    )


def run(run_id: int, *, at: datetime, most: int = SLICE) -> int:
    """Draw what still waits, and ask for another delivery if that was not all; how many were settled."""
    held = LedgerRun.unscoped.select_related("ordered_by").get(pk=run_id)
    waiting = held.files.filter(state=RunRowState.WAITING).order_by("pk").values_list("pk", flat=True)
    found = list(waiting[: most + 1]) if held.state == RunState.RUNNING else []
    settled = sum(_settle(held, pk, at) for pk in found[:most])
    if len(found) > most:
        outbox.emit(TOPIC, f"{run_id}:{found[most]}", {"run_id": run_id}, at=at)
    _finish(held, at)
    logger.info("ledger run %s: %s files settled", run_id, settled)
    return settled


@transaction.atomic
def _settle(held: LedgerRun, pk: int, at: datetime) -> bool:
    row = (
        LedgerFile.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("branch")
        .filter(pk=pk, state=RunRowState.WAITING)
        .first()
    )
    if row is None:  # another worker has it
        return False
    scope = scope_for(held.ordered_by, timezone.localdate(at))
    if not scope.may(Activity.view_right, row.branch):
        row.state = RunRowState.REFUSED
    elif (made := _drawn(held, row.branch, scope, at)) is None:
        row.state = RunRowState.FAILED
    else:
        row.state, row.name, row.content, row.size = (
            RunRowState.DONE,
            made.name,
            made.content,
            len(made.content),
        )
    row.save(update_fields=["state", "name", "content", "size"])
    return True


def _drawn(held: LedgerRun, branch: Organization, scope: Scope, at: datetime) -> Taken | None:
    """None where it cannot be drawn: one branch holds up no other."""
    wanted = Order(LedgerKind(held.kind), branch, Period(held.starts_on, held.ends_on), LedgerForm(held.form))
    try:
        with transaction.atomic():
            return drawn(wanted, scope=scope, at=at)[0]
    except Exception:
        logger.exception("ledger of branch %s not drawn", branch.pk)
        return None


@transaction.atomic
def _finish(held: LedgerRun, at: datetime) -> None:
    """Whoever settles the last one says so, once."""
    rows = LedgerRun.unscoped.filter(pk=held.pk, state=RunState.RUNNING)
    if not rows.exclude(files__state=RunRowState.WAITING).update(state=RunState.DONE, done_at=at):
        return
    done = held.files.filter(state=RunRowState.DONE).count()
    params = {
        "body": held.organization.name,
        "ledger": {"word": _msgid(held)},
        "done": done,
        "all": held.files.count(),
        "until": {"day": held.keep_until.isoformat()},
    }
    notify(
        [held.ordered_by_id], "activities.ledgers_ready", f"{held.pk}:{at.isoformat()}", params=params,
        url=held.get_absolute_url(), at=at,
    )  # fmt: skip


def _msgid(held: LedgerRun) -> str:
    """The name of the ledger, put into the language of whoever reads it."""
    with translation.override(None):
        return str(LedgerKind(held.kind).label)


@transaction.atomic
def again(ordered: LedgerRun, *, actor: User, at: datetime) -> None:
    """Those that could not be drawn are tried once more. Raises NotAllowed, or Refused if there are none."""
    _demand_own(ordered, actor)
    held = LedgerRun.unscoped.select_for_update(of=("self",)).get(pk=ordered.pk)
    failed = held.files.filter(state=RunRowState.FAILED) if held.is_done else LedgerFile.objects.none()
    if not failed.update(state=RunRowState.WAITING):
        raise Refused("ledger_run_nothing_failed")
    LedgerRun.unscoped.filter(pk=held.pk).update(state=RunState.RUNNING, done_at=None)
    outbox.emit(TOPIC, f"{held.pk}:{at.isoformat()}", {"run_id": held.pk}, at=at)


def _demand_own(held: LedgerRun, actor: User) -> None:
    if held.ordered_by_id != actor.pk:
        raise NotAllowed(Activity.view_right)


@transaction.atomic
def take_all(held: LedgerRun, *, actor: User, scope: Scope, at: datetime) -> Taken:
    """What is ready, of the branches still in sight, as an archive. Raises NotAllowed, Refused for none."""
    _demand_own(held, actor)
    rows = held.files.filter(state=RunRowState.DONE, content__isnull=False).select_related("branch")
    seen = [row for row in rows.order_by("pk") if scope.may(Activity.view_right, row.branch)]
    if not seen:
        raise Refused("ledger_run_no_files")
    content = _archive(seen, at)
    period = name_of(Period(held.starts_on, held.ends_on))
    branches = [row.branch_id for row in seen]
    changes = {"kind": held.kind, "form": held.form, "period": period, "branches": branches}
    audit.record(actor=actor, action="ledger.taken_all", target=held.organization, at=at, changes=changes)
    with translation.override(PAPERS):
        name = f"{held.get_kind_display()}_{held.organization.name}_{period}.zip"
    return Taken(name, attachments.ZIP, content)


def _archive(rows: list[LedgerFile], at: datetime) -> bytes:
    """In the order of the tree; two branches of one name stay apart by their number."""
    made, out = timezone.localtime(at), io.BytesIO()
    moment = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, row in enumerate(rows, start=1):
            entry = zipfile.ZipInfo(f"{number:03}_{row.name}", moment)
            archive.writestr(entry, bytes(row.content or b""), zipfile.ZIP_DEFLATED)
    return out.getvalue()


@transaction.atomic
def clear(*, at: datetime) -> int:
    """Files past their day are thrown away; the order stays on record. Returns how many orders ended."""
    past = LedgerRun.unscoped.filter(keep_until__lt=timezone.localdate(at)).exclude(state=RunState.CLEARED)
    LedgerFile.objects.filter(run__in=past, content__isnull=False).update(content=None)
    return past.update(state=RunState.CLEARED, done_at=Coalesce("done_at", at))


def progress() -> list[tuple[int, int]]:
    """Of each order at work: branches settled, of how many."""
    files = LedgerFile.objects.filter(run__state=RunState.RUNNING).values("run").order_by("run")
    waiting = Count("pk", filter=Q(state=RunRowState.WAITING))
    return [
        (row["all"] - row["waiting"], row["all"]) for row in files.annotate(all=Count("pk"), waiting=waiting)
    ]
