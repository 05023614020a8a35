"""The queues of the transfer list: counts, how many wait too long, one page of rows, letters on paper."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from branches.queries import rule_by_row, rulebooks_for
from members.choices import TransferState
from members.forms.batches import ALL, picked_ids
from members.models import Transfer
from members.models.transfers import TransferQuerySet
from members.provisions import PROVISIONS
from members.queries.search import transfers_with
from members.rules import transfer as rules
from members.rules.transfer import Clock
from members.views import arrival_queue
from members.views.arrival_queue import Waiting, days_ago
from members.views.transfer_sheets import LOOKS, Holder, Look, clock_of, holder_of
from orgportal.core.keyset import keyset_page
from orgportal.core.scoping import Scope

LABELS = {
    "todo": _("To do"),
    "waiting": _("Waiting on others"),
    "coming": _("Coming to us"),
    "ended": _("Finished"),
}

EMPTY = {
    "todo": (_("Nothing waits for you"), _("Transfers that need your act appear here, the oldest first.")),
    "waiting": (
        _("Nobody keeps you waiting"),
        _("Transfers that others have to act on appear here."),
    ),
    "coming": (_("Nobody is on the way"), _("Members whose transfer to your body has started appear here.")),
    "ended": (
        _("No transfer has ended yet"),
        _("Accepted, withdrawn and expired ones are kept here."),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One transfer in a queue, with who has to act and how long it has waited."""

    transfer: Transfer
    look: Look
    holder: Holder | None
    clock: Clock | None
    is_pocket: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue's name, how many wait in it, and how many of those too long."""

    key: str
    label: Any
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue that is open, its rows and the counts of all."""

    key: str
    queues: list[Queue]
    rows: list[Row]
    total: int
    next_url: str
    previous_url: str
    is_filtered: bool
    arrivals: Waiting

    @property
    def empty_title(self) -> Any:
        return EMPTY[self.key][0]

    @property
    def empty_text(self) -> Any:
        return EMPTY[self.key][1]


def queue_page(request: Any, filters: dict[str, Any], today: date) -> QueuePage:
    scope = request.scope
    on_paper = arrival_queue.counts(scope, today)
    late = waits_too_long(today)
    queues = [_queue(key, scope, late, on_paper.get(key, (0, 0))) for key in LABELS]
    key = request.GET.get("queue", "")
    if key not in LABELS:
        key = _first_queue(queues, scope, filters)
    order = ("-ended_at", "-pk") if key == "ended" else ("state_since", "pk")
    page = keyset_page(_filtered(_rows_of(key, scope), filters).for_pages(), request, order)
    return QueuePage(
        key=key,
        queues=queues,
        rows=_with_clocks(page.rows, scope, today),
        total=page.total,
        next_url=page.next_url,
        previous_url=page.previous_url,
        is_filtered=any(filters.values()),
        arrivals=arrival_queue.waiting(key, on_paper.get(key, (0, 0))[0], filters, scope, today),
    )


def _first_queue(queues: list[Queue], scope: Scope, filters: dict[str, Any]) -> str:
    """The first in which something waits; of what was searched for, the first in which it is."""
    if any(filters.values()):
        return next((key for key in LABELS if _is_found(key, filters, scope)), "todo")
    return next((queue.key for queue in queues[:3] if queue.count), "todo")


def _is_found(key: str, filters: dict[str, Any], scope: Scope) -> bool:
    return (
        _filtered(_rows_of(key, scope), filters).exists() or arrival_queue.found(key, filters, scope).exists()
    )


def _rows_of(key: str, scope: Scope) -> TransferQuerySet:
    rows: Any = Transfer.objects.visible_to(scope)
    found: TransferQuerySet
    match key:
        case "todo":
            found = rows.to_do(scope)
        case "waiting":
            found = rows.waiting(scope)
        case "coming":
            found = rows.coming(scope)
        case _:
            found = rows.exclude(ended_at=None)
    return found


def picked_transfers(request: Any, filters: dict[str, Any], most: int) -> list[Transfer]:
    """The ticked rows of the queue of things to do, or all its filters let through."""
    rows = _filtered(_rows_of("todo", request.scope), filters)
    if request.POST.get("who") != ALL:
        rows = rows.filter(pk__in=picked_ids(request.POST))
    return list(rows.order_by("state_since", "pk")[:most])


def _queue(key: str, scope: Scope, late: Q, on_paper: tuple[int, int]) -> Queue:
    counts = _rows_of(key, scope).aggregate(count=Count("pk"), overdue=Count("pk", filter=late))
    letters, letters_late = on_paper
    return Queue(key, LABELS[key], counts["count"] + letters, counts["overdue"] + letters_late)


def waits_too_long(today: date) -> Q:
    """Open ones past the day to act by, each by the rule of its own sending body, as `clock_of` has it."""
    first_day = rule_by_row(
        "transfer.step_days", PROVISIONS, today, "source__path", lambda days: days_ago(days, today)
    )
    return Q(state_since__lt=first_day, ended_at=None)


def _filtered(rows: TransferQuerySet, filters: dict[str, Any]) -> TransferQuerySet:
    if filters.get("q"):
        rows = transfers_with(rows, filters["q"])
    if filters.get("reason"):
        rows = rows.filter(reason=filters["reason"])
    return rows


def _with_clocks(found: list[Transfer], scope: Scope, today: date) -> list[Row]:
    books = rulebooks_for({row.source.path for row in found}, PROVISIONS, today)
    return [
        Row(
            row,
            LOOKS[TransferState(row.state)],
            holder_of(row, scope),
            clock_of(row, books[row.source.path], today),
            rules.is_pocket(row.case, row.valid_until, today),
        )
        for row in found
    ]
