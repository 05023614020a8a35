"""Loads a roster file whole or not at all: typed in Python, checked and written in sets."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from members.provisions import PROVISIONS
from members.rules.roster_file import COLUMNS, REQUIRED, Fault, Line, headings, read_line
from orgportal.core import audit, outbox
from orgportal.core.copying import as_text
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.names import initials, name_key
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope
from orgportal.core.sealing import blind, blind_end, seal

SQL = Path(__file__).resolve().parent.parent / "sql"
WARNINGS = frozenset({"like_in_file", "like_in_register"})
FIRST_ROW = 2  # the heading is row 1
ENCODINGS = ("utf-8-sig", "gb18030")

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or would have done."""

    rows: int
    faults: tuple[Fault, ...]
    digest: str
    is_written: bool = False

    @property
    def refused(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.refuses)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if not fault.refuses)


class RosterRefused(Refused):
    """Nothing was loaded; `report` names every bad row."""

    def __init__(self, report: LoadReport) -> None:
        super().__init__("roster_refused", count=len({fault.row for fault in report.refused}))
        self.report = report


def load_roster(
    source: Path | bytes | Iterable[Cells],
    *,
    actor: User | None,
    at: datetime,
    scope: Scope | None = None,
    dry_run: bool = False,
) -> LoadReport:
    """Load a CSV file (path or bytes) or rows keyed by column. Without a scope the machine itself loads.

    Raises RosterRefused when any row is refused, Refused when the file itself cannot be read.
    """
    roots = None if scope is None else list(scope.roots_for("member.import"))
    rows, digest = _rows_of(source)
    today = timezone.localdate(at)
    book = Rulebook.of(PROVISIONS)
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in enumerate(rows, FIRST_ROW):
        line, found = read_line(number, cells, book, today)
        lines.append(line)
        faults += found
    with transaction.atomic():
        _stage([line for line in lines if _is_whole(line)])
        faults += _set_faults(roots)
        report = LoadReport(len(lines), tuple(sorted(faults, key=lambda fault: fault.row)), digest)
        if report.refused:
            raise RosterRefused(report)
        if dry_run or not lines:
            return report
        branches = _insert(at)
        report = LoadReport(len(lines), report.faults, digest, is_written=True)
        _tell(report, branches, actor, at)
    return report


# --- reading


def _rows_of(source: Path | bytes | Iterable[Cells]) -> tuple[list[Cells], str]:
    if isinstance(source, Path | bytes):
        raw = source if isinstance(source, bytes) else source.read_bytes()
        return _read_csv(raw), hashlib.sha256(raw).hexdigest()
    rows = list(source)
    text = repr([sorted((key, str(value)) for key, value in row.items()) for row in rows])
    return rows, hashlib.sha256(text.encode()).hexdigest()


def _read_csv(raw: bytes) -> list[Cells]:
    reader = csv.reader(io.StringIO(_decode(raw), newline=""))
    first = next(reader, [])
    try:
        known = headings(first)
    except ValueError as failure:
        kind, _, names = str(failure).partition(":")
        raise Refused(f"roster_columns_{kind}", columns=names) from None
    columns = [known[heading] for heading in first]
    return [dict(zip(columns, cells, strict=False)) for cells in reader if any(map(str.strip, cells))]


def _decode(raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("roster_encoding")


def _is_whole(line: Line) -> bool:
    """Lines with unreadable cells cannot be staged; they are already named."""
    return all(line.values[column] for column in REQUIRED) and None not in (
        line.values["id_number"],
        line.values["mobile"],
        line.values["member_number"],
        line.values["group"],
        line.values["mobile_state"],
        line.values["ethnicity"],
        line.values["employer"],
        line.values["mobile_place"],
    )


# --- writing


def _statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _stage(lines: list[Line]) -> None:
    buffer = io.StringIO()
    for line in lines:
        buffer.write("\t".join(map(as_text, _copied(line))) + "\n")
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(_statement("roster_staging"))
        cursor.copy_expert(_statement("roster_copy"), buffer)


def _copied(line: Line) -> Iterator[Any]:
    """In the order of sql/roster_staging.sql."""
    values = line.values
    number = values["id_number"]
    yield line.row
    yield values["branch_code"]
    yield values["name"]
    yield name_key(values["name"])
    yield initials(values["name"])
    yield values["gender"]
    yield values["birth_on"]
    yield seal(number) if number else None
    yield blind(number) if number else None
    yield blind_end(number) if number else ""
    yield values["mobile"]
    for column in ("standing", "standing_since", "joined_on", "confirmed_on", "education", "occupation"):
        yield values[column]
    for column in ("ethnicity", "employer", "group"):
        yield values[column]
    yield values["member_number"] or None
    for column in ("since", "mobile_state", "mobile_since", "mobile_place"):
        yield values[column]


def _set_faults(roots: list[str] | None) -> list[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(_statement("roster_checks"), {"roots": roots})
        return [
            Fault(row, column, value, code, code not in WARNINGS)
            for row, column, value, code in cursor.fetchall()
        ]


def _insert(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_statement("roster_insert"), {"at": at, "on": timezone.localdate(at)})
        return [branch for (branch,) in cursor.fetchall()]


def _tell(report: LoadReport, branches: list[int], actor: User | None, at: datetime) -> None:
    changes = {
        "rows": report.rows,
        "warnings": len(report.warnings),
        "digest": report.digest,
        "branches": len(branches),
        "columns": list(COLUMNS),
    }
    audit.record(actor=actor, action="member.roster_loaded", target=None, at=at, changes=changes)
    outbox.emit_all("members.changed", {branch: {"branch_id": branch} for branch in branches}, at=at)
