"""The two coverages of a day worked out a second time, from exported tables alone (docs/coverage.md).

Plain Python, and nothing of the portal is imported.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from drills._health_export import Rules, a_day

BODIES, SENT = ("own", "joint"), ("adviser", "liaison")
# Share -> the two lists it divides.
SHARES = {
    "cov.org.rate": ("covered", "operating"), "cov.single.rate": ("own", "operating"),
    "cov.rate.older": ("ripe_covered", "ripe"), "cov.work.rate": ("work", "operating"),
}  # fmt: skip
THREE, CHECK_DAYS, VISIT_DAYS = "branch.min_formal_members", "cov.check_days", "cov.visit_days"


@dataclass(frozen=True)
class Unit:
    """A unit on a day: where it stands, whom the register knows there, and every list it is on."""

    id: int
    path: str
    group: str
    formal: int
    hidden: int
    lists: frozenset[str]


class UnitOracle(Rules):
    """Every unit on the list of a day."""

    def units(self) -> list[Unit]:
        self.people = list(self._people())
        self.by_employer, self.by_branch = defaultdict(list), defaultdict(list)
        for one in self.people:
            self.by_employer[one["employer"]].append(one)
            self.by_branch[one["branch"]].append(one)
        return [self._unit(row) for row in self.export.rows["branches_unit"] if self._is_listed(row)]

    def _is_listed(self, row: dict[str, str]) -> bool:
        left = a_day(row["left_on"])
        return date.fromisoformat(row["listed_on"]) <= self.when.on and (left is None or left > self.when.on)

    def _people(self) -> Iterator[dict[str, Any]]:
        """Members of that day with branch and standing of then, and the employer as it is written now."""
        paths = {row["id"]: row["path"] for row in self.export.rows["branches_organization"]}
        for period in self.export.rows["members_branchperiod"]:
            if not self.when.runs(period):
                continue
            for standing in self.export.by("members_standingperiod", "member_id", period["member_id"]):
                if standing["standing"] in {"formal", "probationary"} and self.when.runs(standing):
                    member = self.export.one("members_member", period["member_id"])
                    yield {
                        "id": member["id"], "employer": member["employer"], "branch": period["branch_id"],
                        "path": paths[period["branch_id"]], "formal": standing["standing"] == "formal",
                    }  # fmt: skip

    def _running(self, table: str, unit: str) -> list[dict[str, str]]:
        rows = self.export.by(table, "unit_id", unit)
        return [row for row in rows if not row["voided_at"] and self.when.runs(row)]

    def _unit(self, row: dict[str, str]) -> Unit:
        committee = self.export.one("branches_organization", row["committee_id"])
        covers = self._running("branches_unitcoverage", row["id"])
        body = next((cover for cover in covers if cover["kind"] in BODIES), None)
        in_body = self.by_branch[body["body_id"]] if body else []
        by_name = [
            one for one in self.by_employer[row["name"]]
            if one["path"].startswith(committee["path"]) or (body and one["branch"] == body["body_id"])
        ]  # fmt: skip
        # Whoever is in the unit's own body works there; a joint body has members of other units too.
        here = {one["id"]: one for one in by_name}
        if body and body["kind"] == "own":
            here |= {one["id"]: one for one in in_body}
        formal, hidden = sum(one["formal"] for one in here.values()), int(row["hidden"] or 0)
        facts = {
            "runs": not self._running("branches_unitpause", row["id"]), "kinds": {c["kind"] for c in covers},
            "formal": formal, "hidden": hidden, "in_body": len(in_body),
            "formal_in_body": sum(one["formal"] for one in in_body), "place": row["kind"],
        }  # fmt: skip
        lists = {*self._lists(facts, committee), *self._looked_after(row, covers, facts, committee)}
        return Unit(int(row["id"]), committee["path"], _group(row), formal, hidden, frozenset(lists))

    def _lists(self, facts: dict[str, Any], committee: dict[str, str]) -> Iterator[str]:
        yield "listed"
        if not facts["runs"]:
            yield "not_operating"
            return
        three, kinds = self.value(THREE, committee), facts["kinds"]
        has_body, is_ripe = bool(kinds & {*BODIES}), facts["formal"] >= three
        yield from ("operating", *kinds, "work" if kinds else "uncovered")
        said = {
            "covered": has_body,
            "ripe": is_ripe,
            "ripe_covered": is_ripe and has_body,
            "to_build": is_ripe and not has_body,
            "to_ask": not is_ripe and not has_body and facts["formal"] + facts["hidden"] >= three,
            "small_body": "own" in kinds and facts["in_body"] > 0 and facts["formal_in_body"] < three,
            "empty_body": has_body and not facts["in_body"],
            "blank": facts["place"] in {"building", "chain"} and not kinds,
            "hidden": facts["hidden"] > 0,
        }
        yield from (name for name, holds in said.items() if holds)

    def _looked_after(
        self,
        row: dict[str, str],
        covers: list[dict[str, str]],
        facts: dict[str, Any],
        committee: dict[str, str],
    ) -> Iterator[str]:
        """Last check and last visit; an adviser named yesterday cannot have been there for a quarter."""
        on = self.when.on
        checked = a_day(row["checked_on"])
        if checked is None or (on - checked).days > self.value(CHECK_DAYS, committee):
            yield "unchecked"
        sent = [date.fromisoformat(cover["starts_on"]) for cover in covers if cover["kind"] in SENT]
        if facts["runs"] and sent:
            visits = [
                date.fromisoformat(visit["on"])
                for visit in self.export.by("branches_adviservisit", "unit_id", row["id"])
                if not visit["struck_at"] and date.fromisoformat(visit["on"]) <= on
            ]
            if (on - max([*visits, min(sent)])).days > self.value(VISIT_DAYS, committee):
                yield "unvisited"


def _group(row: dict[str, str]) -> str:
    if row["kind"] != "enterprise":
        return row["kind"]
    return "state_firms" if row["owner"] == "state" else "non_public"


def figures(units: Iterable[Unit]) -> dict[str, dict[str, int]]:
    """How many units of each group stand on each list."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for unit in units:
        groups = {"all", unit.group}
        if unit.group in {"non_public", "social_body"}:
            groups.add("two_new")
        for group in groups:
            found[group].update(unit.lists)
    return {group: dict(counts) for group, counts in found.items()}


def shares(counts: dict[str, int]) -> dict[str, tuple[int, int, int | None]]:
    """Part, whole and tenths of a per cent, cut and not rounded."""
    found = {}
    for key, (part, whole) in SHARES.items():
        over, under = counts.get(part, 0), counts.get(whole, 0)
        found[key] = (over, under, 1000 * over // under if under else None)
    return found
