"""Owns the reminder row: planned by the apps, claimed under a lease, re-checked, told once in the portal.

A notice and its row's "sent" are one transaction, so exactly once. Mail goes by `core.digests`.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.module_loading import import_string

from orgportal.core.horizon import last_restore, withhold
from orgportal.core.jinja import day, period
from orgportal.core.models import Channel, Notification, Reminder, ReminderText, Waiver
from orgportal.core.preferences import wishes_of
from orgportal.core.reminder_kinds import Frequency, is_news
from orgportal.core.text_marks import filled
from orgportal.core.texts import chosen, notice_template

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.REMINDER_LEASE_SECONDS)
MAX_ATTEMPTS = 5
# A row whose worker died this often is set aside: it may be what kills them.
MAX_LOST = 3
BATCH, GROUP = 500, 25
# Less than the minute between two ticks: its heartbeat is what the alarms listen to.
SECONDS = 45
LOST, NOT_APPLICABLE = "worker_lost", "not_applicable"


def plan(rows: Iterable[Reminder]) -> int:
    """Add reminders; those already planned, sent or cancelled under the same key stay as they are."""
    planned = list(rows)
    if planned and (restored_at := last_restore()):
        withhold(planned, restored_at)
    return len(Reminder.objects.bulk_create(planned, ignore_conflicts=True, batch_size=BATCH))


def send_all_due(*, at: datetime, batch: int = BATCH) -> int:
    """Batch after batch of what is due, for as long as a tick may take; the next tick has the rest."""
    told, began = 0, monotonic()
    while monotonic() - began < SECONDS:
        settled = send_due(at=at, limit=batch)
        told += settled
        if settled < batch:
            break
    return told


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """Claim what is due in the portal and tell it; return how many rows were settled or set aside.

    What was tried once is taken in small groups, then one by one: a row that kills its worker is found, and
    takes no other with it.
    """
    fresh = _claim(at, limit, Q(attempts=0))
    told = _tell_all(fresh, at)
    while told < limit and (again := _claim(at, GROUP, Q(attempts=1)) or _claim(at, 1, Q(attempts__gt=1))):
        told += _tell_all(again, at)
    return told


def _claim(at: datetime, limit: int, which: Q) -> list[Reminder]:
    with transaction.atomic():
        due = list(
            Reminder.objects.filter(which, state=Reminder.State.PLANNED, channel=Channel.IN_APP)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=at), planned_for__lte=at)
            .order_by("planned_for", "id")
            .select_for_update(skip_locked=True, no_key=True)[:limit]
        )
        Reminder.objects.filter(pk__in=[row.pk for row in due]).update(
            claimed_until=at + LEASE, attempts=F("attempts") + 1
        )
    return due


def _tell_all(rows: list[Reminder], at: datetime) -> int:
    """All in one transaction; where one of them fails, each in its own."""
    lost = [row.pk for row in rows if row.claimed_until is not None and row.attempts >= MAX_LOST]
    Reminder.objects.filter(pk__in=lost).update(**given_up(at, LOST))
    ids = [row.pk for row in rows if row.pk not in lost]
    try:
        with transaction.atomic():
            _tell(ids, at)
    except Exception:  # whichever row it was is found one by one
        logger.exception("a batch of %d reminders failed", len(ids))
        for row in rows:
            if row.pk not in lost:
                _tell_alone(row, at)
    return len(rows)


def _tell_alone(row: Reminder, at: datetime) -> None:
    try:
        with transaction.atomic():
            _tell([row.pk], at)
    except Exception as failure:  # one bad reminder must not hold up the rest
        logger.exception("reminder %s failed", row.pk)
        outcome = f"{type(failure).__name__}: {failure}"[:200]
        attempts = row.attempts + 1
        later: dict[str, Any] = {"planned_for": at + timedelta(minutes=2**attempts), "claimed_until": None}
        changes = given_up(at, outcome) if attempts >= MAX_ATTEMPTS else {**later, "outcome": outcome}
        Reminder.objects.filter(pk=row.pk, state=Reminder.State.PLANNED).update(**changes)


def _tell(ids: Collection[int], at: datetime) -> None:
    waiting = locked(Reminder.objects.filter(pk__in=ids))
    reasons = objections(waiting, at)
    worded = chosen([(row.recipient_id, row.rule) for row in waiting], at)
    notices = [
        Notification(
            recipient_id=row.recipient_id,
            rule=row.rule,
            params=row.params,
            text=worded.get((row.recipient_id, row.rule)),
            url=row.url,
            due_on=None if is_news(row.rule) else row.due_on,
            reminder=row,
            key=f"reminder:{row.pk}",
            created_at=at,
        )
        for row in waiting
        if row.pk not in reasons
    ]
    Notification.unscoped.bulk_create(notices, ignore_conflicts=True)
    settle([row.pk for row in waiting if row.pk not in reasons], at)
    cancel(reasons, at)


# --- the row, for both channels


def locked(rows: QuerySet[Reminder]) -> list[Reminder]:
    """Those still planned, held until the end of the transaction."""
    planned = rows.filter(state=Reminder.State.PLANNED).select_related("recipient")
    return list(planned.order_by("due_on", "id").select_for_update(no_key=True, of=("self",)))


def objections(rows: Sequence[Reminder], at: datetime) -> dict[int, str]:
    """By id, why a planned reminder must not go out after all: asked again at send time."""
    wishes = wishes_of({row.recipient_id for row in rows})
    waived = set(
        Waiver.unscoped.standing().filter(user__in=wishes).values_list("user_id", "subject", "due_on")
    )
    found = {}
    for row in rows:
        if not row.recipient.is_active:
            found[row.pk] = "recipient_inactive"
        elif (row.recipient_id, row.subject, row.due_on) in waived:
            found[row.pk] = NOT_APPLICABLE
        elif wishes[row.recipient_id].frequency(row.rule, row.channel) == Frequency.OFF:
            found[row.pk] = _silence(row, has_mail=wishes[row.recipient_id].has_mail)
    return found | _app_objections([row for row in rows if row.pk not in found], at)


def _silence(row: Reminder, *, has_mail: bool) -> str:
    if row.channel != Channel.EMAIL or has_mail:
        return "switched_off"
    return "address_stopped" if row.recipient.email else "no_address"


def _app_objections(rows: Sequence[Reminder], at: datetime) -> dict[int, str]:
    checks: dict[str, str] = current_app.conf.reminder_checks
    by_check: dict[str, list[Reminder]] = defaultdict(list)
    for row in rows:
        by_check[checks[row.rule]].append(row)
    found: dict[int, str] = {}
    for name, asked in by_check.items():
        check: Callable[..., Any] = import_string(name)
        if getattr(check, "takes_many", False):
            found |= check(asked, at)
        else:
            found |= {row.pk: reason for row in asked if (reason := check(row, at))}
    return found


Many = Callable[[Sequence[Reminder], datetime], dict[int, str]]


def takes_many(check: Many) -> Many:
    """An app's question asked for many rows at once: rows and moment in, reasons by id out."""
    check.takes_many = True  # type: ignore[attr-defined]
    return check


def settle(ids: Collection[int], at: datetime) -> None:
    state = Reminder.State.SENT
    Reminder.objects.filter(pk__in=ids).update(state=state, settled_at=at, outcome="", claimed_until=None)


def cancel(reasons: dict[int, str], at: datetime) -> None:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for pk, reason in reasons.items():
        by_reason[reason].append(pk)
    for reason, ids in by_reason.items():
        Reminder.objects.filter(pk__in=ids).update(
            state=Reminder.State.CANCELLED, settled_at=at, outcome=reason, claimed_until=None
        )


def given_up(at: datetime, outcome: str) -> dict[str, Any]:
    """What a row set aside says; the administrator's desk shows it and may start it again."""
    return {
        "state": Reminder.State.FAILED,
        "settled_at": at,
        "outcome": outcome[:200],
        "claimed_until": None,
    }


# --- words


def sentence(rule: str, params: dict[str, Any], text: ReminderText | None = None) -> str:
    """The words of a notice in the active language: of the text it was told in, else the portal's.

    A text that asks for what the rule no longer says gives way to the portal's words.
    """
    values = {name: spoken(value) for name, value in params.items()}
    said = filled(text.words, values) if text else None
    return str(notice_template(rule)).format(**values) if said is None else said


def spoken(value: Any) -> Any:
    """`{"word": msgid}`, `{"day": iso}` and `{"period": [iso, iso]}` are kept as they are and put into words
    for each reader. What stands beside a word fills it: `{"word": "Note: {text}", "text": …}`.
    """
    if not isinstance(value, dict):
        return value
    if "period" in value:
        return period(*map(date.fromisoformat, value["period"]))
    into_words = translation.gettext
    if "word" in value:
        beside = {name: part for name, part in value.items() if name != "word"}
        return into_words(value["word"]).format(**beside) if beside else into_words(value["word"])
    return day(date.fromisoformat(value["day"]))


def sections(rows: Sequence[Reminder]) -> dict[int, list[str]]:
    """What a mail says below the sentence of some rules, by reminder, in the active language."""
    writers: dict[str, str] = current_app.conf.mail_sections
    by_writer: dict[str, list[Reminder]] = defaultdict(list)
    for row in rows:
        if row.rule in writers:
            by_writer[writers[row.rule]].append(row)
    return {pk: said for name, asked in by_writer.items() for pk, said in import_string(name)(asked).items()}
