"""Group robots: set up by a body, one message a working day, tried again, stopped when refused too often.

No transaction is open while the other end is asked; what it answered is written after.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from branches.models import Organization
from orgportal.core import audit, inbox
from orgportal.core.errors import Refused
from orgportal.core.holidays import work_calendar
from orgportal.core.locking import update_versioned
from orgportal.core.models import User
from orgportal.core.provisions import ROBOT_STOP_AFTER, ROBOT_TRIES
from orgportal.core.reminder_kinds import speaks
from orgportal.core.rulebook import Provision
from orgportal.core.scoping import Scope
from orgportal.core.sealing import seal, unseal
from orgportal.core.webhooks import Answer, Style, Verdict, deliver, objection_to
from orgportal.health.models import Robot, RobotMessage
from orgportal.health.queries.robots import RIGHT, counts_of, message_of

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
RUN_SECONDS = 25
MAX_LOST = 3
State = RobotMessage.State


@dataclass(frozen=True, slots=True)
class Wiring:
    """How a robot is reached; an empty address or secret keeps the one that is sealed."""

    name: str
    style: str
    language: str
    address: str = ""
    secret: str = ""


@transaction.atomic
def save_robot(
    body: Organization, robot: Robot | None, wiring: Wiring, *, actor: User, scope: Scope, at: datetime
) -> Robot:
    """Set up, or change at the version the person saw. Raises Refused with the code of what is wrong."""
    scope.demand(RIGHT, body)
    _demand_sound(body, robot, wiring)
    said: dict[str, Any] = {"name": wiring.name, "style": wiring.style, "language": wiring.language}
    if wiring.address:
        host = urlsplit(wiring.address).hostname or ""
        said |= {"host": host, "address_sealed": seal(wiring.address)}
    if wiring.secret:
        said["secret_sealed"] = seal(wiring.secret)
    if robot is None:
        robot = Robot.unscoped.create(organization=body, recorded_at=at, recorded_by=actor, **said)
    else:
        # Another address begins anew.
        anew = {"failures": 0, "stopped_at": None, "outcome": ""} if wiring.address else {}
        robot = update_versioned(robot, seen_version=robot.version, **said, **anew)
    changes = {
        "name": wiring.name,
        "style": wiring.style,
        "host": robot.host,
        "address": bool(wiring.address),
    }
    audit.record(actor=actor, action="robot.saved", target=robot, at=at, changes=changes)
    return robot


def _demand_sound(body: Organization, robot: Robot | None, wiring: Wiring) -> None:
    if robot is not None and robot.removed_at:
        raise Refused("robot_removed")
    if not wiring.address and robot is None:
        raise Refused("robot_address_missing")
    if wiring.address and (reason := objection_to(wiring.address)):
        raise Refused(reason)
    has_secret = bool(wiring.secret or (robot and bytes(robot.secret_sealed)))
    if wiring.style == Style.GENERIC and not has_secret:
        raise Refused("robot_secret_missing")
    others = Robot.unscoped.in_use().filter(organization=body, name=wiring.name)
    if (others.exclude(pk=robot.pk) if robot else others).exists():
        raise Refused("robot_name_taken")


@transaction.atomic
def test_robot(robot: Robot, *, actor: User, scope: Scope, at: datetime) -> RobotMessage:
    """A message that says so goes out with the next run, at any hour; it is not the one of the day."""
    _demand(robot, scope)
    message = RobotMessage.objects.create(
        robot=robot, on=timezone.localdate(at), is_test=True, key=uuid.uuid4(), due_at=at, created_at=at
    )
    audit.record(actor=actor, action="robot.tested", target=robot, at=at)
    return message


@transaction.atomic
def restart_robot(robot: Robot, *, actor: User, scope: Scope, at: datetime) -> Robot:
    """Messages go to the address again, counted from nothing."""
    _demand(robot, scope)
    Robot.unscoped.filter(pk=robot.pk).update(failures=0, stopped_at=None, outcome="")
    audit.record(actor=actor, action="robot.restarted", target=robot, at=at)
    return robot


@transaction.atomic
def retry_message(robot: Robot, *, actor: User, scope: Scope, at: datetime) -> Robot:
    """The last message given up is sent again under its own id."""
    _demand(robot, scope)
    failed = robot.messages.filter(state=State.FAILED).order_by("-id").first()
    if failed is None:
        raise Refused("robot_not_failed")
    anew = {"state": State.PLANNED, "due_at": at, "attempts": 0, "claimed_until": None, "settled_at": None}
    RobotMessage.objects.filter(pk=failed.pk).update(**anew)
    audit.record(actor=actor, action="robot.retried", target=robot, at=at)
    return robot


@transaction.atomic
def remove_robot(robot: Robot, *, actor: User, scope: Scope, at: datetime) -> Robot:
    """It hears no more, and its address and secret are gone; what was sent stays on record."""
    _demand(robot, scope)
    Robot.unscoped.filter(pk=robot.pk).update(removed_at=at, address_sealed=b"", secret_sealed=b"")
    audit.record(actor=actor, action="robot.removed", target=robot, at=at)
    return robot


def _demand(robot: Robot, scope: Scope) -> None:
    scope.demand(RIGHT, robot.organization)
    if robot.removed_at:
        raise Refused("robot_removed")


# --- sent


def send_messages(*, at: datetime) -> int:
    """Gather the day's messages, send what is due, return how many were settled; no WEBHOOK_HOSTS: none."""
    if not settings.WEBHOOK_HOSTS:
        return 0
    is_open = settings.MAIL_AT_ANY_HOUR or speaks(at, work_calendar())
    if is_open:
        gather(at)
    settled, ends_at = 0, monotonic() + RUN_SECONDS
    while monotonic() < ends_at and (row := _claim(at, is_open=is_open)):
        if row.state == State.PLANNED:
            address, secret = _unsealed(row.robot)
            _note(row, deliver(row.robot.style, address, secret, message_of(row), at), at)
        settled += 1
    return settled


def gather(at: datetime) -> int:
    """A message for each robot that has none today; where there is nothing to say, that is kept instead."""
    today = timezone.localdate(at)
    had = RobotMessage.objects.filter(robot=OuterRef("pk"), on=today, is_test=False)
    waiting = Robot.unscoped.in_use().filter(~Exists(had), stopped_at=None).select_related("organization")
    rows = []
    for robot in waiting.filter(organization__dissolved_on=None).order_by("pk"):
        counts = counts_of(robot.organization, today)
        quiet = {} if counts else {"state": State.CANCELLED, "outcome": "nothing_left", "settled_at": at}
        rows.append(
            RobotMessage(
                robot=robot, on=today, key=uuid.uuid4(), counts=counts, due_at=at, created_at=at, **quiet
            )
        )
    return len(RobotMessage.objects.bulk_create(rows, ignore_conflicts=True))


def _claim(at: datetime, *, is_open: bool) -> RobotMessage | None:
    """The next message under a lease; what cannot go any more is settled here."""
    with transaction.atomic():
        free = Q(claimed_until=None) | Q(claimed_until__lt=at)
        due = RobotMessage.objects.filter(free, state=State.PLANNED, due_at__lte=at)
        due = due if is_open else due.filter(is_test=True)
        found = due.select_related("robot__organization").order_by("due_at", "id")
        row = found.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if row is None:
            return None
        is_lost = row.claimed_until is not None and row.attempts >= MAX_LOST
        rows = RobotMessage.objects.filter(pk=row.pk)
        rows.update(claimed_until=at + LEASE, attempts=F("attempts") + 1)
        if row.robot.removed_at or (row.robot.stopped_at and not row.is_test):
            rows.update(state=State.CANCELLED, outcome="not_in_use", settled_at=at)
        elif is_lost:
            rows.update(state=State.FAILED, outcome="worker_lost", settled_at=at)
        row.refresh_from_db(fields=["attempts", "state"])
    return row


def _unsealed(robot: Robot) -> tuple[str, str]:
    secret = bytes(robot.secret_sealed)
    return unseal(bytes(robot.address_sealed)), unseal(secret) if secret else ""


@transaction.atomic
def _note(row: RobotMessage, answer: Answer, at: datetime) -> None:
    """Taken: what was refused before no longer counts. Refused for now: later. Else given up and counted."""
    rows = RobotMessage.objects.filter(pk=row.pk)
    if answer.verdict == Verdict.TAKEN:
        rows.update(state=State.SENT, outcome="", settled_at=at, claimed_until=None)
        Robot.unscoped.filter(pk=row.robot_id).update(failures=0, outcome="")
    elif answer.verdict == Verdict.LATER and row.attempts < _limit(ROBOT_TRIES, at):
        due_at = at + min(timedelta(minutes=2**row.attempts), LONGEST_WAIT)
        rows.update(due_at=due_at, outcome=answer.outcome, claimed_until=None)
    else:
        rows.update(state=State.FAILED, outcome=answer.outcome, settled_at=at, claimed_until=None)
        _count_refusal(row.robot, answer.outcome, at)


def _count_refusal(robot: Robot, outcome: str, at: datetime) -> None:
    failures = robot.failures + 1
    is_stopped = failures >= _limit(ROBOT_STOP_AFTER, at)
    Robot.unscoped.filter(pk=robot.pk).update(
        failures=failures, outcome=outcome, stopped_at=at if is_stopped else None
    )
    if is_stopped:
        params = {"name": robot.name, "body": robot.organization.name}
        key = f"robot-stopped:{robot.pk}:{at.isoformat()}"
        inbox.notify(
            {robot.recorded_by_id},
            "health.robot_stopped",
            key,
            params=params,
            url=robot.get_absolute_url(),
            at=at,
        )


def _limit(provision: Provision, at: datetime) -> int:
    version = provision.on(timezone.localdate(at))
    return int(version.value) if version else 1
