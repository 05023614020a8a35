"""Owns the reminder row: planned by the apps, claimed under a lease, re-checked, told once in the portal.

Rows are moved by the batch, in as many statements for one as for a thousand. A notice and its row's "sent"
are one statement, so exactly once. Mail goes by `core.digests`.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import orjson
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.module_loading import import_string

from orgportal.core.batches import batches
from orgportal.core.hands import Hand
from orgportal.core.horizon import last_restore, withhold
from orgportal.core.jinja import day, period
from orgportal.core.models import Reminder, ReminderText
from orgportal.core.planning import Planned
from orgportal.core.preferences import Wish
from orgportal.core.reminder_kinds import Channel, Frequency, kinds
from orgportal.core.reminder_rows import Asked, Claimed
from orgportal.core.text_marks import filled
from orgportal.core.texts import chosen, notice_template

logger = logging.getLogger(__name__)

SQL = {
    name: (Path(__file__).parent / "sql" / f"reminders_{name}.sql").read_text(encoding="utf-8")
    for name in ("plan", "claim", "odd", "tell", "cancel")
}
COLUMNS = [column.name for column in fields(Planned)]
LEASE = timedelta(seconds=settings.REMINDER_LEASE_SECONDS)
MAX_ATTEMPTS = 5
# A row whose worker died this often is set aside: it may be what kills them.
MAX_LOST = 3
BATCH, GROUP = 5000, 25
# How often a row was tried before: never, once, or so often that it is taken alone.
FRESH, AGAIN, ALONE = (0, 0), (1, 1), (2, 2**15 - 1)
# Less than the minute between two ticks: its heartbeat is what the alarms listen to.
SECONDS = settings.REMINDER_TICK_SECONDS
LOST, NOT_APPLICABLE = "worker_lost", "not_applicable"


class Reader(NamedTuple):
    """What is to be known of the reader of a row before it is told."""

    is_active: bool
    has_waived: bool
    has_address: bool
    wish: Wish


USUAL = Reader(is_active=True, has_waived=False, has_address=True, wish=Wish(has_mail=True))


def plan(rows: Iterable[Planned]) -> int:
    """Add reminders; those already planned, sent or cancelled under the same key stay as they are.

    A batch is written while the next is made.
    """
    count = 0
    with Hand() as other:
        writing: Future[None] | None = None
        for batch in batches(rows, BATCH):
            count += len(batch)
            columns = _columns(batch)
            if writing:
                writing.result()
            writing = other.begin(_write, columns)
        if writing:
            writing.result()
    return count


def _columns(batch: Sequence[Planned]) -> dict[str, str]:
    if restored_at := last_restore():
        withhold(batch, restored_at)
    columns = zip(*map(attrgetter(*COLUMNS), batch), strict=True)
    return {name: orjson.dumps(column).decode() for name, column in zip(COLUMNS, columns, strict=True)}


def _write(columns: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL["plan"], columns)


def send_all_due(*, at: datetime, batch: int = BATCH) -> int:
    """Batch after batch of what is due, for as long as a tick may take; the next tick has the rest."""
    told, until = 0, monotonic() + SECONDS
    while monotonic() < until:
        settled = send_due(at=at, limit=batch)
        told += settled
        if settled < batch:
            break
        told += _by_two_hands(at, batch, until)
    return told


def _by_two_hands(at: datetime, batch: int, until: float) -> int:
    """What was never tried; of what was, one may kill this worker, and must find no other under way."""
    with Hand() as other:
        beside = other.begin(_tell_new, at, batch, until)
        return _tell_new(at, batch, until) + beside.result()


def _tell_new(at: datetime, batch: int, until: float) -> int:
    told = 0
    while monotonic() < until and (rows := _claim(at, batch, FRESH)):
        told += _tell_all(rows, at)
    return told


def send_due(*, at: datetime, limit: int = BATCH) -> int:
    """Claim what is due in the portal and tell it; return how many rows were settled or set aside.

    What was tried once is taken in small groups, then one by one: a row that kills its worker is found, and
    takes no other with it.
    """
    told = _tell_all(_claim(at, limit, FRESH), at)
    while told < limit and (again := _claim(at, GROUP, AGAIN) or _claim(at, 1, ALONE)):
        told += _tell_all(again, at)
    return told


def _claim(at: datetime, limit: int, tries: tuple[int, int]) -> list[Claimed]:
    least, most = tries
    asked: dict[str, Any] = {"at": at, "until": at + LEASE, "limit": limit, "least": least, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(SQL["claim"], asked)
        return [Claimed(*row) for row in cursor.fetchall()]


def _tell_all(rows: Sequence[Claimed], at: datetime) -> int:
    """All but those whose workers died too often; return how many were settled or set aside."""
    lost = {row.pk for row in rows if row.was_lost and row.attempts > MAX_LOST}
    if lost:
        Reminder.objects.filter(pk__in=lost).update(**given_up(at, LOST))
    _tell_or_halve([row for row in rows if row.pk not in lost], at)
    return len(rows)


def _tell_or_halve(rows: Sequence[Claimed], at: datetime) -> None:
    """All in one transaction; where that fails each half in its own, down to the row that is bad."""
    if not rows:
        return
    try:
        with transaction.atomic():
            _undivided()
            _tell(rows, at)
    except Exception as failure:  # one bad reminder must not hold up the rest
        if len(rows) == 1:
            _note_failure(rows[0], failure, at)
            return
        logger.warning("%d reminders failed together: %s", len(rows), failure)
        half = len(rows) // 2
        _tell_or_halve(rows[:half], at)
        _tell_or_halve(rows[half:], at)


def _undivided() -> None:
    """Until the end of the transaction: divided among several processes the questions asked of a batch are
    answered no sooner, and cost the database twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")


def _note_failure(row: Claimed, failure: Exception, at: datetime) -> None:
    logger.error("reminder %s failed", row.pk, exc_info=failure)
    outcome = f"{type(failure).__name__}: {failure}"[:200]
    later: dict[str, Any] = {"planned_for": at + timedelta(minutes=2**row.attempts), "claimed_until": None}
    is_last = row.attempts >= MAX_ATTEMPTS
    changes = given_up(at, outcome) if is_last else {**later, "outcome": outcome}
    Reminder.objects.filter(pk=row.pk, state=Reminder.State.PLANNED).update(**changes)


def _tell(rows: Sequence[Claimed], at: datetime) -> None:
    reasons = objections(rows, at)
    telling = [row for row in rows if row.pk not in reasons]
    words = chosen([(row.recipient_id, row.rule) for row in telling], at)
    worded = [
        (row.pk, text.pk) for row in telling if words and (text := words.get((row.recipient_id, row.rule)))
    ]
    told: dict[str, Any] = {
        "ids": [row.pk for row in telling],
        "worded": [pk for pk, _text in worded],
        "texts": [text for _pk, text in worded],
        "news": [rule for kind in kinds() if kind.is_news for rule in kind.rules],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["tell"], told)
    cancel(reasons, at)


# --- the row, for both channels


def locked(rows: QuerySet[Reminder]) -> list[Reminder]:
    """Those still planned, held until the end of the transaction."""
    planned = rows.filter(state=Reminder.State.PLANNED).select_related("recipient")
    return list(planned.order_by("due_on", "id").select_for_update(no_key=True, of=("self",)))


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """By id, why a planned reminder must not go out after all: asked again at send time."""
    odd = _odd([row.pk for row in rows])
    found = {}
    for row in rows:
        reader = odd.get(row.pk, USUAL)
        if not reader.is_active:
            found[row.pk] = "recipient_inactive"
        elif reader.has_waived:
            found[row.pk] = NOT_APPLICABLE
        elif reader.wish.frequency(row.rule, row.channel) == Frequency.OFF:
            found[row.pk] = _silence(row, reader)
    return found | _app_objections([row for row in rows if row.pk not in found], at)


def _odd(ids: list[int]) -> dict[int, Reader]:
    """By row, its reader; whoever is as most people are is left out."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["odd"], {"ids": ids})
        rows = cursor.fetchall()
    return {
        pk: Reader(
            is_active,
            has_waived,
            has_address,
            Wish(choices=json.loads(choices or "{}"), has_mail=has_address and not is_stopped),
        )
        for pk, is_active, has_waived, choices, has_address, is_stopped in rows
    }


def _silence(row: Asked, reader: Reader) -> str:
    if row.channel != Channel.EMAIL or reader.wish.has_mail:
        return "switched_off"
    return "address_stopped" if reader.has_address else "no_address"


def _app_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    checks: dict[str, str] = current_app.conf.reminder_checks
    by_check: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        by_check[checks[row.rule]].append(row)
    found: dict[int, str] = {}
    for name, asked in by_check.items():
        check: Callable[[Sequence[Asked], datetime], dict[int, str]] = import_string(name)
        found |= check(asked, at)
    return found


def settle(ids: Collection[int], at: datetime) -> None:
    state = Reminder.State.SENT
    Reminder.objects.filter(pk__in=ids).update(state=state, settled_at=at, outcome="", claimed_until=None)


def cancel(reasons: dict[int, str], at: datetime) -> None:
    """Each with its own reason, in one statement."""
    if reasons:
        said: dict[str, Any] = {"ids": list(reasons), "reasons": list(reasons.values()), "at": at}
        with connection.cursor() as cursor:
            cursor.execute(SQL["cancel"], said)


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
