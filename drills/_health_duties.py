"""What each branch owed and how it stood on a day, from its records alone: no stored duty is believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from drills._health_export import DAY, DUTIES, MONTHS, SHANGHAI, Rules, a_day, plus_months

# level, code, key, measured, expected, since, ids
Finding = tuple[str, str, str, Any, Any, date | None, tuple[int, ...]]


@dataclass
class Duty:
    """One duty of one period, and how it stands."""

    rule: str
    group: str
    starts: date
    ends: date
    owed: bool
    state: str = ""
    id: int = 0


class DutyReckoning(Rules):
    """The duties of a branch in the running month and the twelve before it."""

    def duties(self, row: dict[str, str]) -> Iterator[Duty]:
        opened = a_day(self.value("duty.taken_over_on", row) or "") or date.min
        known = {
            (each["rule"], each["group_id"], each["starts_on"]): int(each["id"])
            for each in self.export.by("activities_duty", "branch_id", row["id"])
        }
        for rule in DUTIES:
            groups = self.export.by("branches_partygroup", "branch_id", row["id"])
            for group in groups if rule == "meeting.group.freq" else [None]:
                for starts, ends, times in self.periods(rule, row):
                    stood = _touches(row, "established_on", "dissolved_on", starts, ends)
                    if not stood or ends < opened:
                        continue
                    if group and not _touches(group, "founded_on", "ended_on", starts, ends):
                        continue
                    pk = group["id"] if group else ""
                    duty = Duty(rule, pk, starts, ends, self.is_owed(rule, row, group, starts, ends))
                    duty.state = self.state_of(duty, row, times, opened)
                    duty.id = known.get((rule, pk, starts.isoformat()), 0)
                    yield duty

    def periods(self, rule: str, row: dict[str, str]) -> Iterator[tuple[date, date, int]]:
        """Begun by the day and due in the window, under the frequency of their first day."""
        for months in sorted(set(MONTHS.values())):
            first = date(self.when.since.year, 1, 1)
            while first <= self.when.on:
                ends = plus_months(first, months) - DAY
                often = self.value(rule, row, first)
                times, _, length = often.rpartition(" per ")
                if MONTHS[length] == months and ends >= self.when.since:
                    yield first, ends, int(times or 1)
                first = ends + DAY

    def is_owed(
        self, rule: str, row: dict[str, str], group: dict[str, str] | None, starts: date, ends: date
    ) -> bool:
        whole = _whole(row, "established_on", "dissolved_on", starts, ends)
        if group is not None:
            whole = whole and _whole(group, "founded_on", "ended_on", starts, ends)
        return whole and all(_binds(rule, *was) for was in self.set_ups(row, starts, ends))

    def set_ups(self, row: dict[str, str], starts: date, ends: date) -> list[tuple[str, bool]]:
        """Form and committee on every day of the period."""
        events = [
            event for event in self.export.by("branches_organizationevent", "organization_id", row["id"])
            if event["kind"] == "changed"
        ]  # fmt: skip
        if not events:
            return [(row["form"], row["has_committee"] == "t")]
        raise SystemExit("the demo's branches keep their set-up")

    def state_of(self, duty: Duty, row: dict[str, str], times: int, opened: date) -> str:
        kind = DUTIES[duty.rule][0]
        said = [
            record
            for record in self.export.records(row["id"])
            if kind in record.kinds
            and record.group == duty.group
            and duty.starts <= record.held_on <= min(duty.ends, self.when.on)
            and record.recorded_at <= self.when.known
        ]
        held = sorted(r.recorded_at.astimezone(SHANGHAI).date() for r in said if r.state == "held")
        before = duty.starts < opened
        if len(held) >= times:
            last_day = duty.ends + timedelta(days=self.value("duty.record_grace_days", row, duty.ends))
            return "late" if held[times - 1] > last_day and duty.owed and not before else "on_time"
        for state in ("excused", "did_not_meet"):
            if any(record.state == state for record in said):
                return state
        if not duty.owed:
            return "not_applicable"
        if duty.ends > self.when.on or duty.ends >= self.when.known.astimezone(SHANGHAI).date():
            return "not_due"
        return "no_data" if before else "missing"

    def duty_findings(self, row: dict[str, str], duties: list[Duty]) -> Iterator[Finding]:
        for rule in DUTIES:
            rows = [duty for duty in duties if duty.rule == rule]
            expected = self.value(rule, row)
            yield _duty_finding(rule, rows, expected)


def _touches(row: dict[str, str], start: str, end: str, starts: date, ends: date) -> bool:
    until = a_day(row[end])
    return date.fromisoformat(row[start]) <= ends and (until is None or until >= starts)


def _whole(row: dict[str, str], start: str, end: str, starts: date, ends: date) -> bool:
    until = a_day(row[end])
    return date.fromisoformat(row[start]) <= starts and (until is None or until >= ends)


def _binds(rule: str, form: str, has_committee: bool) -> bool:
    if rule == "meeting.committee.freq":
        return has_committee
    return form != "temporary" or rule not in {"orglife.freq", "review.freq"}


def _duty_finding(rule: str, duties: list[Duty], expected: Any) -> Finding:
    of = {
        state: [duty for duty in duties if duty.state == state]
        for state in ("missing", "did_not_meet", "late", "excused", "on_time", "not_due", "no_data")
    }

    def said(level: str, code: str, state: str) -> Finding:
        rows = sorted(of[state], key=lambda duty: (duty.ends, duty.id))
        since = rows[0].ends if level in {"urgent", "warn"} else None
        ids = tuple(duty.id for duty in rows) if state in {"missing", "did_not_meet"} else ()
        return level, code, rule, len(rows), expected, since, ids

    if of["missing"]:
        return said("urgent", "duty_missing", "missing")
    answered = [duty for state in ("did_not_meet", "late", "excused", "on_time") for duty in of[state]]
    if answered:
        newest = max(duty.ends for duty in answered)
        # Several groups may answer for one period: the least welcome answer is told.
        state = next(duty.state for duty in answered if duty.ends == newest)
        names = {"did_not_meet": "duty_did_not_meet", "late": "duty_late", "excused": "duty_excused"}
        return said("warn" if state == "did_not_meet" else "good", names.get(state, "duty_met"), state)
    if of["not_due"]:
        return said("good", "duty_not_due", "not_due")
    if of["no_data"]:
        return "no_data", "duty_no_data", rule, None, expected, None, ()
    return "not_applicable", "duty_not_applicable", rule, None, expected, None, ()
