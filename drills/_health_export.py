"""Tables as they were exported, and what is in force: where the second reckoning of health begins.

Nothing of the portal is imported. Tables are CSV files under their own names; thresholds stand here as they
are read in the regulations, and only what a district set for itself is taken from its rows.
"""

import csv
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
SAYS = ("held", "excused", "did_not_meet")
TABLES = (
    "core_localprovision", "branches_organization", "branches_organizationevent", "branches_partygroup",
    "members_member", "members_branchperiod", "members_standingperiod", "members_mobilespell", "members_term",
    "members_post", "members_transfer", "members_transferstep", "members_inflow",
    "members_contactproposal", "activities_activity",
    "activities_agendaitem", "activities_decision", "activities_campaign", "activities_participation",
    "activities_pledge", "activities_duty", "branches_unit", "branches_unitcoverage", "branches_unitpause",
    "branches_adviservisit",
)  # fmt: skip
# Rule -> the record that answers it and how often, where no body above says otherwise.
DUTIES = {
    "meeting.general.freq": ("general", "quarter"),
    "meeting.committee.freq": ("committee", "month"),
    "meeting.group.freq": ("group", "month"),
    "lecture.freq": ("lecture", "quarter"),
    "themeday.freq": ("theme_day", "month"),
    "orglife.freq": ("org_life", "year"),
    "review.freq": ("review", "year"),
    "talk.freq": ("talk", "year"),
}
NATIONAL = {
    "health.silent_days": 45, "health.secretary_vacant_months": 3, "health.contact_grace_days": 0,
    "health.follow_up_grace_days": 0, "health.pledge_days": 30, "transfer.step_days": 10,
    "election.remind_months_before": 6, "term.shift_max_years": 1, "term.years.other": 3,
    "term.years.village_community": 5, "branch.min_formal_members": 3, "branch.max_members_usual": 50,
    "branch.joint.trigger": 3, "committee.required_from": 7, "duty.record_grace_days": 7,
    "committee.posts": "organisation,publicity,discipline", "letter.valid_usual": 30, "letter.valid_max": 90,
    "cov.check_days": 183, "cov.visit_days": 92,
    "stop.lost": 6, "mobile.match_remind_days": [10, 17, 24], "member.fields": "id_number",
    **{rule: often for rule, (_, often) in DUTIES.items()},
}  # fmt: skip
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def a_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def a_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local_day(text: str) -> date:
    return a_time(text).astimezone(SHANGHAI).date()


class Record(NamedTuple):
    """What a record of a branch says, and when it was entered."""

    held_on: date
    state: str
    kinds: frozenset[str]
    group: str
    recorded_at: datetime


class Export:
    """The rows of each table, with those looked for again and again kept by branch."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}
        for table in TABLES:
            with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                self.rows[table] = list(csv.DictReader(file))
        self._by: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = {}
        self._records: dict[str, list[Record]] = {}

    def by(self, table: str, column: str, value: str) -> list[dict[str, str]]:
        if (table, column) not in self._by:
            found = self._by[table, column] = defaultdict(list)
            for row in self.rows[table]:
                found[row[column]].append(row)
        return self._by[table, column].get(value, [])

    def records(self, branch: str) -> list[Record]:
        """Its answers: held, excused, did not meet."""
        if branch not in self._records:
            self._records[branch] = [
                Record(
                    date.fromisoformat(row["held_on"]),
                    row["state"],
                    frozenset({row["kind"], *filter(None, row["also_kinds"].strip("{}").split(","))}),
                    row["group_id"],
                    a_time(row["recorded_at"]),
                )
                for row in self.by("activities_activity", "branch_id", branch)
                if row["state"] in SAYS
            ]
        return self._records[branch]

    def one(self, table: str, pk: str) -> dict[str, str]:
        (row,) = self.by(table, "id", pk)
        return row


@dataclass(frozen=True)
class When:
    """True on that day (its end), as known at that moment."""

    on: date
    known: datetime
    begins: date | None = None  # of the period summed up; the month's, unless said

    @property
    def first(self) -> date:
        return self.begins or self.on.replace(day=1)

    @property
    def since(self) -> date:
        return plus_months(self.on.replace(day=1), -12)

    @property
    def over(self) -> datetime:
        midnight = datetime.combine(self.on + DAY, datetime.min.time(), SHANGHAI)
        return min(midnight, self.known + timedelta(microseconds=1))

    def knows(self, row: dict[str, str]) -> bool:
        return a_time(row["recorded_at"]) <= self.known

    def runs(self, row: dict[str, str], start: str = "starts_on", end: str = "ends_on") -> bool:
        until = a_day(row[end])
        return date.fromisoformat(row[start]) <= self.on and (until is None or until >= self.on)


class Rules:
    """What is in force for a body on a day."""

    def __init__(self, export: Export, when: When) -> None:
        self.export, self.when = export, when

    def value(self, key: str, row: dict[str, str], day: date | None = None) -> Any:
        """The rule of the nearest body above that set one, the latest it set; else the national value."""
        day = day or self.when.on
        rules = [
            rule for rule in self.export.rows["core_localprovision"]
            if rule["key"] == key and row["path"].startswith(rule["path"])
            and date.fromisoformat(rule["valid_from"]) <= day
            and (not rule["valid_to"] or day <= date.fromisoformat(rule["valid_to"]))
        ]  # fmt: skip
        if not rules:
            return NATIONAL.get(key)
        best = max(rules, key=lambda rule: (len(rule["path"]), rule["valid_from"], int(rule["id"])))
        text = best["value"]
        return int(text) if text.lstrip("-").isdigit() else text.strip('"')
