"""Loads many bodies from a file: all rows or none, every bad row named, one audit entry for the batch.

The checks are over sets: two queries read what the file touches, however long it is.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from branches.choices import EventKind, Kind
from branches.models import Organization, OrganizationEvent
from branches.rules import MAX_DEPTH, child_path, depth, next_number, placement_objection
from branches.workflows import checks, history
from branches.workflows.table_file import Fault, Line
from branches.workflows.tree import Names, naming
from branches.workflows.tree_file import read_table
from orgportal.core import audit
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Grant, Scope

# The command line has no posts: whoever can run it holds the whole installation.
INSTALLATION = Scope(grants=(Grant("", frozenset({"branch.import", "branch.view"})),))


@dataclass(frozen=True)
class Plan:
    """What a file would do: its faults, or its rows from the top down."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    digest: str

    @property
    def kinds(self) -> dict[Kind, int]:
        found = Counter(line.kind for line in self.lines)
        return {kind: found[kind] for kind in Kind if found[kind]}


class FileFaulty(Refused):
    """The file was refused as a whole."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("file_has_faults", count=len(plan.faults))
        self.plan = plan


def plan_tree(data: bytes, *, scope: Scope, at: datetime) -> Plan:
    """Reads and checks a file without writing."""
    table = read_table(data)
    digest = hashlib.sha256(data).hexdigest()
    if not table.lines:
        return Plan((), table.faults, digest)
    known = _known(table.lines)
    faults = [*table.faults, *_set_faults(table.lines, known, scope, at)]
    faults.sort(key=lambda fault: (fault.row, fault.column))
    lines = () if faults else tuple(line for level in _levels(table.lines, known) for line in level)
    return Plan(lines, tuple(faults), digest)


@transaction.atomic
def load_tree(data: bytes, *, actor: User | None, scope: Scope, at: datetime) -> Plan:
    """Founds every body of the file. Raises FileFaulty, having written nothing."""
    checks.hold_tree()
    plan = plan_tree(data, scope=scope, at=at)
    if plan.faults:
        raise FileFaulty(plan)
    known = _known(plan.lines)
    rows: list[Organization] = []
    for level in _levels(plan.lines, known):
        made = _found_level(level, known)
        known.update({row.code: row for row in made})
        rows.extend(made)
    _write_events(rows, actor, at)
    kinds = {str(kind): number for kind, number in plan.kinds.items()}
    audit.record(
        actor=actor, action="branch.import", target=None, at=at,
        changes={"rows": len(rows), "digest": plan.digest, "kinds": kinds},
    )  # fmt: skip
    history.announce([row.pk for row in rows if row.is_branch], at)
    return plan


# --- what the file touches


def _known(lines: Iterable[Line]) -> dict[str, Organization]:
    codes = {line.code for line in lines} | {line.parent_code for line in lines}
    return {row.code: row for row in Organization.unscoped.filter(code__in=codes)}


def _levels(lines: Iterable[Line], known: dict[str, Organization]) -> Iterator[list[Line]]:
    """Rows whose parent is there already, then those below them, and so on; a circle never comes."""
    there = {*known, ""}
    waiting = list(lines)
    while True:
        before = set(there)
        level = [line for line in waiting if line.parent_code in before]
        if not level:
            return
        yield level
        there |= {line.code for line in level}
        waiting = [line for line in waiting if line.parent_code not in before]


# --- checks


def _set_faults(
    lines: tuple[Line, ...], known: dict[str, Organization], scope: Scope, at: datetime
) -> Iterator[Fault]:
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.code, line)
    taken = _names_taken(known)
    for line in lines:
        yield from _row_faults(line, at)
        yield from _code_faults(line, first, known)
        yield from _parent_faults(line, first, known, scope)
        yield from _name_faults(line, taken)
    reached = {line.number for level in _levels(lines, known) for line in level}
    for line in lines:
        if line.number not in reached and _is_in_circle(line, first):
            yield Fault(line.number, "parent_code", "cycle", {"value": line.parent_code})


def _row_faults(line: Line, at: datetime) -> Iterator[Fault]:
    if line.established_on and line.established_on > timezone.localdate(at):
        yield Fault(line.number, "established_on", "date_in_future")
    if line.ends_on and line.established_on and line.ends_on < line.established_on:
        yield Fault(line.number, "ends_on", "ends_before_founding")
    if line.has_committee and line.kind and line.kind != Kind.BRANCH:
        yield Fault(line.number, "has_committee", "only_branches_have_committees")


def _code_faults(line: Line, first: dict[str, Line], known: dict[str, Organization]) -> Iterator[Fault]:
    if line.code and first[line.code] is not line:
        yield Fault(line.number, "code", "code_twice", {"value": line.code, "row": first[line.code].number})
    if line.code in known:
        yield Fault(line.number, "code", "code_exists", {"value": line.code, "name": known[line.code].name})


def _parent_faults(
    line: Line, first: dict[str, Line], known: dict[str, Organization], scope: Scope
) -> Iterator[Fault]:
    """Who may stand where; a body of the tree counts before a row of the file."""
    parent = known.get(line.parent_code) or first.get(line.parent_code)
    if line.parent_code and parent is None:
        yield Fault(line.number, "parent_code", "orphan", {"value": line.parent_code})
        return
    above = parent.kind if parent else None
    if line.kind and line.form and (above or not parent):
        objection = placement_objection(line.kind, line.form, Kind(above) if above else None)
        if objection:
            column = "form" if objection.forms else "parent_code"
            yield Fault(line.number, column, objection.code, {"allowed": checks.allowed(objection)})
    if isinstance(parent, Organization):
        yield from _place_faults(line, parent, scope)
    elif parent is None and not scope.may("branch.import", ""):
        yield Fault(line.number, "parent_code", "root_not_allowed")


def _place_faults(line: Line, parent: Organization, scope: Scope) -> Iterator[Fault]:
    params = {"value": line.parent_code}
    if not scope.may("branch.import", parent):
        yield Fault(line.number, "parent_code", "orphan", params)
    elif parent.dissolved_on is not None:
        yield Fault(line.number, "parent_code", "parent_dissolved", {**params, "name": parent.name})
    elif depth(parent.path) >= MAX_DEPTH:
        yield Fault(line.number, "parent_code", "too_deep", {"limit": MAX_DEPTH})


def _names_taken(known: dict[str, Organization]) -> dict[tuple[str, str], int]:
    """(parent code, name) of existing siblings; 0 stands for a row that is not in the file."""
    parents = {row.pk: code for code, row in known.items()}
    siblings = Organization.unscoped.current().filter(parent_id__in=parents)
    return {(parents[parent], name): 0 for parent, name in siblings.values_list("parent_id", "name")}


def _name_faults(line: Line, taken: dict[tuple[str, str], int]) -> Iterator[Fault]:
    key = (line.parent_code, line.name)
    if line.name and key in taken:
        yield Fault(line.number, "name", "name_twice", {"value": line.name})
    taken.setdefault(key, line.number)


def _is_in_circle(line: Line, first: dict[str, Line]) -> bool:
    seen: set[str] = set()
    here: Line | None = line
    while here is not None and here.code not in seen:
        seen.add(here.code)
        here = first.get(here.parent_code)
        if here is not None and here.code == line.code:
            return True
    return False


# --- writing


def _found_level(level: list[Line], known: dict[str, Organization]) -> list[Organization]:
    numbers = _next_numbers({known[line.parent_code] for line in level if line.parent_code})
    rows = []
    for line in level:
        parent = known.get(line.parent_code)
        key = parent.pk if parent else None
        path = child_path(parent.path if parent else "", numbers[key])
        numbers[key] += 1
        rows.append(_body(line, parent, path))
    return Organization.unscoped.bulk_create(rows)


def _body(line: Line, parent: Organization | None, path: str) -> Organization:
    copied = (
        "code",
        "kind",
        "form",
        "sector",
        "phone",
        "address",
        "established_on",
        "ends_on",
        "has_committee",
    )
    return Organization(
        parent=parent,
        path=path,
        **naming(Names(name=line.name, short_name=line.short_name)),
        **{name: line.cells[name] for name in copied},
    )


def _next_numbers(parents: set[Organization]) -> dict[int | None, int]:
    """The first free number below each parent and at the root, as `checks.free_path` counts them."""
    last = Organization.unscoped.filter(parent__in=parents).values("parent_id").annotate(last=Max("path"))
    moved = OrganizationEvent.objects.filter(kind=EventKind.MOVED, other__in=parents)
    top = Organization.unscoped.filter(parent=None).aggregate(last=Max("path"))["last"]
    numbers: dict[int | None, int] = {None: next_number(top), **{parent.pk: 1 for parent in parents}}
    used: list[tuple[int | None, Any]] = [(row["parent_id"], row["last"]) for row in last]
    used += list(moved.values_list("other_id", "before__path"))
    for parent, path in used:
        numbers[parent] = max(numbers[parent], next_number(path))
    return numbers


def _write_events(rows: list[Organization], actor: User | None, at: datetime) -> None:
    events = [
        OrganizationEvent(
            organization=row,
            kind=EventKind.CREATED,
            on=row.established_on,
            after={"under": row.parent.name if row.parent else ""},
            recorded_at=at,
            recorded_by=actor,
        )
        for row in rows
    ]
    OrganizationEvent.objects.bulk_create(events, batch_size=1000)
