"""Six ways a table owner who has switched the triggers off can tamper with the audit trail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from orgportal.core import audit
from orgportal.core.models import AuditEntry

START = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def write_entries(count: int = 12) -> list[int]:
    """An honest trail; ids in order."""
    return [
        audit.record(
            actor=None,
            action="session.refused",
            target=None,
            at=START + timedelta(minutes=number),
            changes={"number": number},
        ).pk
        for number in range(count)
    ]


@contextmanager
def as_table_owner() -> Iterator[None]:
    """Triggers off, as only the owner of the table can."""
    with connection.cursor() as cursor:
        switch(cursor, "DISABLE")
        yield
        switch(cursor, "ENABLE")


def switch(cursor: Any, way: str) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or PostgreSQL would not alter the table now
    cursor.execute(f"ALTER TABLE core_auditentry {way} TRIGGER core_audit_insert_only")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def edit(ids: list[int]) -> int:
    """Change what an entry says."""
    AuditEntry.objects.filter(pk=ids[4]).update(changes={"number": 99})
    return ids[4]


def delete(ids: list[int]) -> int:
    """Take one out of the middle; the next shows it."""
    AuditEntry.objects.filter(pk=ids[4]).delete()
    return ids[5]


def insert(ids: list[int]) -> int:
    """Slip in an entry with a hash of its own; the one it was put before shows it."""
    before = AuditEntry.objects.get(pk=ids[4])
    forged = AuditEntry(
        at=before.at, action="session.signed_in", request_id="forged", previous_hash=before.hash, changes={}
    )
    forged.hash = audit.digest(forged)
    _make_room(ids[5:])
    forged.pk = ids[5]
    forged.save(force_insert=True)
    return ids[6]


def swap(ids: list[int]) -> int:
    """Exchange two neighbours; the first of them no longer follows."""
    one, two = ids[4], ids[5]
    AuditEntry.objects.filter(pk=one).update(id=-one)
    AuditEntry.objects.filter(pk=two).update(id=one)
    AuditEntry.objects.filter(pk=-one).update(id=two)
    return one


def cut_tail(ids: list[int]) -> None:
    """Drop the last three: the chain itself is whole, only the checkpoint knows."""
    AuditEntry.objects.filter(pk__in=ids[-3:]).delete()


def rewrite_all(ids: list[int]) -> int:
    """Change the first entry and compute every hash anew: only the checkpoint knows."""
    previous = audit.FIRST
    for entry in AuditEntry.objects.order_by("id"):
        if entry.pk == ids[0]:
            entry.changes = {"number": 99}
        entry.previous_hash = previous
        previous = audit.digest(entry)
        AuditEntry.objects.filter(pk=entry.pk).update(
            changes=entry.changes, previous_hash=entry.previous_hash, hash=previous
        )
    return ids[-1]


def _make_room(ids: list[int]) -> None:
    """Push the entries behind a forged one up by one place."""
    top = ids[-1] + 1
    for old, new in zip(reversed(ids), [top, *reversed(ids[1:])], strict=True):
        AuditEntry.objects.filter(pk=old).update(id=new)


# What was done, and the fault and entry the verifier must name.
ACTS: dict[str, tuple[Callable[[list[int]], int | None], str]] = {
    "edit": (edit, "entry_altered"),
    "delete": (delete, "chain_broken"),
    "insert": (insert, "chain_broken"),
    "swap": (swap, "chain_broken"),
    "cut tail": (cut_tail, "tail_cut"),
    "whole rewrite": (rewrite_all, "history_rewritten"),
}
