"""The audit trail: every accepted change leaves one line, chained to the line before it.

A chain alone cannot show a cut tail or a trail rewritten whole; the signed checkpoint that leaves the
database can (`verify`).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from orgportal.core.locks import Lock
from orgportal.core.logs import trace
from orgportal.core.models import AuditEntry, User

FIRST = "0" * 64


def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model | None,
    at: datetime,
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction; if this fails, the action fails with it."""
    where = trace.get()
    entry = AuditEntry(
        at=at,
        actor=actor,
        actor_name=str(actor) if actor else "",
        action=action,
        target_type=target._meta.label_lower if target else "",  # noqa: SLF001
        target_id=target.pk if target else None,
        target_name=str(target)[:200] if target else "",
        path=getattr(target, "path", "") or "",
        # As it will read back from the database, or the hash would not verify.
        changes=json.loads(json.dumps(changes or {}, cls=DjangoJSONEncoder)),
        request_id=where.request_id,
        address=where.address,
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.TRAIL])
        last = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first()
        entry.previous_hash = last or FIRST
        entry.hash = digest(entry)
        entry.save(force_insert=True)
    return entry


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the canonical JSON of the entry and the hash before it."""
    content = {
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "target": [entry.target_type, entry.target_id, entry.target_name, entry.path],
        "changes": entry.changes,
        "request": entry.request_id,
        "address": str(entry.address) if entry.address else None,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: the number of entries walked, and the first fault if there is one."""

    entries: int
    fault: str = ""
    entry_id: int | None = None
    checkpoint: str = ""  # the moment of the checkpoint that shows it

    @property
    def is_sound(self) -> bool:
        return not self.fault


def verify(checkpoints: Iterable["Checkpoint"] = ()) -> Verdict:
    """Walk the whole chain, then hold it against the checkpoints kept outside the database."""
    points = sorted(checkpoints, key=lambda point: point.entries)
    counts = {point.entries for point in points}
    heads: dict[int, str] = {0: FIRST}
    ids: dict[int, int] = {}
    previous, walked = FIRST, 0
    for entry in _in_order():
        walked += 1
        if entry.previous_hash != previous:
            return Verdict(walked, "chain_broken", entry.pk)
        if digest(entry) != entry.hash:
            return Verdict(walked, "entry_altered", entry.pk)
        previous = entry.hash
        if walked in counts:
            heads[walked], ids[walked] = entry.hash, entry.pk
    for point in points:
        if fault := point.fault(walked, heads):
            return Verdict(walked, fault, ids.get(point.entries), point.at)
    return Verdict(walked)


def _in_order() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("id").iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long the chain was and how it ended at a moment, signed with a key the database does not hold."""

    at: str
    entries: int
    head: str
    signature: str

    def fault(self, walked: int, heads: dict[int, str]) -> str:
        """What is wrong with a chain of `walked` entries seen from here ("" if nothing)."""
        if not self.is_genuine:
            return "checkpoint_forged"
        if self.entries > walked:
            return "tail_cut"
        return "" if heads[self.entries] == self.head else "history_rewritten"

    @property
    def is_genuine(self) -> bool:
        return hmac.compare_digest(self.signature, _sign(self.at, self.entries, self.head))


def _sign(at: str, entries: int, head: str) -> str:
    text = f"{at}|{entries}|{head}"
    return hmac.new(settings.AUDIT_CHECKPOINT_KEY.encode(), text.encode(), "sha256").hexdigest()


def write_checkpoint(at: datetime, file: Path) -> Checkpoint:
    """Append today's checkpoint to a file that should live on another volume."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.TRAIL])
        entries = AuditEntry.objects.count()
        head = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first() or FIRST
    stamp = at.astimezone(UTC).isoformat()
    point = Checkpoint(stamp, entries, head, _sign(stamp, entries, head))
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": point.at, "entries": entries, "head": head, "signature": point.signature})
    with file.open("a", encoding="utf-8") as out:
        out.write(line + "\n")
    return point


def read_checkpoints(file: Path) -> list[Checkpoint]:
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Checkpoint(**json.loads(line)) for line in lines if line.strip()]
