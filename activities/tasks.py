"""The activities room's tasks: thin, keyword-only, safe to run twice."""

from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from activities.workflows import attachment_sweep, ledger_runs, ledger_templates, reminders
from activities.workflows.duties import open_duties, settle_duties


@shared_task(name="activities.keep_duties")
def keep_duties(on: str | None = None, **_: Any) -> dict[str, int]:
    """Open the duties of the day's periods and settle those past their due day."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    now = timezone.now()
    return {"opened": open_duties(day, at=now), "settled": settle_duties(day, at=now)}


@shared_task(name="activities.plan_reminders")
def plan_reminders(on: str | None = None, **_: Any) -> int:
    """Coming and current reminders of duties and follow-ups become rows."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    return reminders.plan(day, at=timezone.now())


@shared_task(name="activities.run_ledgers")
def run_ledgers(run_id: int, **_: Any) -> int:
    """Draws the ledgers of an order; run twice it goes on where the first run stopped."""
    return ledger_runs.run(run_id, at=timezone.now())


@shared_task(name="activities.clear_ledgers")
def clear_ledgers(**_: Any) -> int:
    """Files of orders past their day are thrown away."""
    return ledger_runs.clear(at=timezone.now())


@shared_task(name="activities.look_over_layouts")
def look_over_layouts(**_: Any) -> int:
    """Own layouts of ledgers that can be filled no more are said to whoever keeps them."""
    return ledger_templates.look_over(at=timezone.now())


@shared_task(name="activities.sweep_attachments")
def sweep_attachments(**_: Any) -> int:
    """Bytes of files removed from their records long ago are deleted."""
    return attachment_sweep.sweep(at=timezone.now())
