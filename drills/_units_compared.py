"""What the portal says of the two coverages against the second reckoning; and faults to plant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from branches.models import Organization
from branches.models import Unit as StoredUnit
from branches.queries.units import measured
from branches.rules import coverage as rules
from drills._health_export import Export, When
from drills._unit_oracle import UnitOracle, figures, shares
from members.queries import workplaces
from orgportal.health.models import CoverageReview
from orgportal.health.queries.coverage import figures_by_group, line_of, review

Said = dict[str, Any]


def frozen(first: date) -> dict[str, Said]:
    """By path of the body: figures, hidden members, and its own units line by line."""
    rows = CoverageReview.unscoped.newest().filter(starts_on=first).select_related("organization")
    return {row.organization.path: _said(row.content) for row in rows}


def _said(content: Said) -> Said:
    counts = {
        group: {name: number for name, number in found.items() if number}
        for group, found in content["figures"].items()
    }
    lines = {one["id"]: (one["formal"], one["hidden"], sorted(one["lists"])) for one in content["units"]}
    return {"figures": counts, "hidden": content["hidden"], "units": lines}


def live(on: date) -> dict[str, Said]:
    """The same by the portal, worked out now, with the shares as its page divides them."""
    units = list(StoredUnit.unscoped.listed_on_day(on).select_related("committee").order_by("name_key", "pk"))
    lines = [line_of(facts, lists, {}) for facts, lists in measured(units, on)]
    bodies = list(Organization.unscoped.exclude(kind="branch").order_by("path"))
    found = {}
    for body in bodies:
        below = [line for line in lines if line.path.startswith(body.path)]
        if not below:
            continue
        own = [line.as_json() for line in below if line.path == body.path]
        hidden = sum(line.hidden for line in below)
        said = _said({"figures": figures_by_group(below), "hidden": hidden, "units": own})
        divided = review(lines, rules.ALL, bodies, body, on).shares
        said["shares"] = {one.key: (one.part, one.whole, one.tenths) for one in divided}
        found[body.path] = said
    return found


def reckoned(export: Export, on: date, paths: set[str], *, with_shares: bool) -> dict[str, Said]:
    units = UnitOracle(export, When(on, timezone.now())).units()
    found: dict[str, Said] = {}
    for path in paths | {unit.path for unit in units}:
        below = [unit for unit in units if unit.path.startswith(path)]
        counts = figures(below)
        found[path] = {
            "figures": counts,
            "hidden": sum(unit.hidden for unit in below),
            "units": {u.id: (u.formal, u.hidden, sorted(u.lists)) for u in below if u.path == path},
        }
        if with_shares:
            found[path]["shares"] = shares(counts.get("all", {}))
    return found


def days() -> list[tuple[str, date, Callable[[], dict[str, Said]]]]:
    """Every frozen quarter as frozen and as it is now, and today."""
    told: list[tuple[str, date, Callable[[], dict[str, Said]]]] = []
    rows = CoverageReview.unscoped.order_by("starts_on").values_list("starts_on", "as_of").distinct()
    for first, as_of in rows:
        told.append((f"{first} frozen", as_of, lambda first=first: frozen(first)))
        told.append((f"{first} again", as_of, lambda as_of=as_of: live(as_of)))
    today = timezone.localdate()
    return [*told, ("today", today, lambda: live(today))]


def units_wrong(export: Export, *, last_only: bool = False) -> tuple[int, list[str]]:
    """How many figures were compared, and what differs."""
    compared, wrong = 0, []
    for name, on, said in days()[-3 if last_only else 0 :]:
        theirs = said()
        ours = reckoned(export, on, set(theirs), with_shares=not name.endswith("frozen"))
        for path in sorted(theirs.keys() | ours.keys()):
            mine, other = ours.get(path, {}), theirs.get(path, {})
            compared += sum(len(counts) for counts in mine.get("figures", {}).values())
            wrong += [f"{name} {path}: {line}" for line in _differences(mine, other)]
    return compared, wrong


def _differences(mine: Said, other: Said) -> Iterator[str]:
    for part in sorted(mine.keys() | other.keys()):
        if mine.get(part) != other.get(part):
            yield f"{part}: {str(mine.get(part))[:150]} | {str(other.get(part))[:150]}"


# --- faults


@dataclass(frozen=True)
class UnitFault:
    """In code: what stands in place of what; in data: a statement the oracle is not told of."""

    name: str
    changes: tuple[tuple[Any, str, Any], ...] = ()
    statement: str = field(default="")

    def spoil(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.statement)
            if cursor.rowcount == 0:
                raise SystemExit(f"nothing to spoil: {self.name}")


def _measures(**other: Any) -> tuple[tuple[Any, str, Any], ...]:
    return ((rules, "MEASURES", {**rules.MEASURES, **other}),)


UNIT_FAULTS = (
    UnitFault("an adviser counts as a body", _measures(covered=lambda facts, limits: bool(facts.covers))),
    UnitFault("paused units stay in the denominator", _measures(operating=lambda facts, limits: True)),
    UnitFault(
        "members are looked for in bodies alone",
        ((workplaces, "_is_near", lambda place, group: group[0] == place.body_id),),
    ),
    UnitFault(
        "shares are rounded",
        ((rules.Share, "tenths", property(lambda share: round(1000 * share.part / max(share.whole, 1)))),),
    ),
    UnitFault(
        "a coverage was struck behind the portal's back",
        statement="UPDATE branches_unitcoverage SET voided_at = now() WHERE id = (SELECT max(id) FROM "
        "branches_unitcoverage WHERE ends_on IS NULL AND voided_at IS NULL AND kind = 'own')",
    ),
    UnitFault(
        "a frozen review was rewritten",
        statement="ALTER TABLE health_coveragereview DISABLE TRIGGER USER; UPDATE health_coveragereview SET "
        "content = jsonb_set(content, '{figures,all,covered}', '1') WHERE id = (SELECT max(id) FROM "
        "health_coveragereview)",
    ),
)
