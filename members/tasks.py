"""The register's tasks: thin, keyword-only, safe to run twice."""

import logging
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from members.workflows import batches, lost, reminders, standing, transfer
from members.workflows.reorganise import end_offices

logger = logging.getLogger(__name__)


@shared_task(name="members.expire_transfers")
def expire_transfers(on: str = "", **_: Any) -> int:
    """Ends transfers that are out of date or have lost their object, each in its own transaction."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    ended = sum(transfer.lapse(pk, on=day, at=timezone.now()) for pk in transfer.lapsed(day))
    logger.info("transfers ended by the clock: %s", ended)
    return ended


@shared_task(name="members.apply_standing")
def apply_standing(on: str = "", **_: Any) -> int:
    """Decided changes of a standing take effect on their day, each in its own transaction."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    done = sum(standing.take_effect(pk, on=day, at=timezone.now()) for pk in standing.due(day))
    logger.info("standings changed by decisions: %s", done)
    return done


@shared_task(name="members.propose_out_of_contact")
def propose_out_of_contact(on: str = "", **_: Any) -> int:
    """Opens and closes what the clocks of lost contact propose; nobody's standing changes."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    night = lost.propose(day, at=timezone.now())
    logger.info("out-of-contact proposals opened: %s, closed: %s", night.opened, night.closed)
    return night.opened


@shared_task(name="members.plan_reminders")
def plan_reminders(on: str = "", **_: Any) -> int:
    """Coming and current reminders of terms and transfers become rows."""
    day = date.fromisoformat(on) if on else timezone.localdate()
    planned = reminders.plan(day, at=timezone.now())
    logger.info("member reminders planned: %s", planned)
    return planned


@shared_task(name="members.end_offices")
def end_outlived_offices(**_: Any) -> int:
    """Posts and terms of dissolved bodies end with them."""
    ended = end_offices(at=timezone.now())
    logger.info("posts ended with their bodies: %s", ended)
    return ended


@shared_task(name="members.run_batch")
def run_batch(batch_id: int = 0, **_: Any) -> int:
    """The rows of a batch of transfers that still wait."""
    return batches.run(batch_id, at=timezone.now())
