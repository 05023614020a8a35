"""Findings and totals of a day worked out a second time, from exported tables alone.

Plain Python, in no hurry, and nothing of the portal is imported. Where the portal reads a stored duty, this
works out again from the records what was owed and how it stands.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from drills._health_duties import Duty, Finding
from drills._health_export import DAY, a_day, plus_months
from drills._health_register import RegisterReckoning


@dataclass
class Branch:
    """A branch on a day: its row, what it owed, and what is found."""

    row: dict[str, str]
    duties: list[Duty] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    is_silent: bool = False


class Oracle(RegisterReckoning):
    """What must be said of every branch standing on a day."""

    def branches(self) -> dict[int, Branch]:
        rows = [
            row for row in self.export.rows["branches_organization"]
            if row["kind"] == "branch" and self.when.runs(row, "established_on", "dissolved_on")
        ]  # fmt: skip
        return {int(row["id"]): self.branch(row) for row in rows}

    def branch(self, row: dict[str, str]) -> Branch:
        found = Branch(row)
        found.duties = list(self.duties(row))
        silence = self.silence(found)
        found.findings = [
            silence,
            *self.duty_findings(row, found.duties),
            self.secretary(row),
            self.term(row),
            *self.set_up(row),
            self.transfers(row),
            self.contacts(row),
            self.follow_ups(row),
            self.pledges(row),
            self.committee_posts(row),
            self.transit(row),
            self.lost(row),
            self.hosted(row),
            self.register(row),
        ]
        found.is_silent = silence[0] == "urgent"
        found.totals = self.totals(found)
        return found

    # --- the other rules

    def silence(self, branch: Branch) -> Finding:
        key, row, on = "health.silent_days", branch.row, self.when.on
        days = self.value(key, row)
        edge = on - timedelta(days=days)
        records = [
            record.held_on
            for record in self.export.records(row["id"])
            if self.when.since <= record.held_on <= on and record.recorded_at <= self.when.known
        ]
        last = max(records, default=None)
        unsaid = sorted((d.ends, d.id) for d in branch.duties if d.state == "missing" and d.ends >= edge)
        ids = tuple(pk for _, pk in unsaid)
        begun = [duty.starts for duty in branch.duties if duty.state != "no_data"]
        opened = a_day(self.value("duty.taken_over_on", row) or "") or date.min
        since = max(date.fromisoformat(row["established_on"]), min(begun), opened) if begun else None
        if (last is None or last < edge) and since is not None and since < edge:
            return "urgent", "silent", key, last, days, last + DAY if last else since, ids
        if unsaid:
            return "urgent", "silent_on_duty", key, last, days, unsaid[0][0] + DAY, ids
        if last is None or last < edge:
            return "no_data", "nothing_known", key, last, days, None, ()
        return "good", "heard", key, last, days, None, ()

    def secretary(self, row: dict[str, str]) -> Finding:
        key = "health.secretary_vacant_months"
        months = self.value(key, row)
        held = [
            post for post in self.export.by("members_post", "organization_id", row["id"])
            if post["kind"] == "secretary" and not post["cancelled_on"] and self.when.knows(post)
            and date.fromisoformat(post["starts_on"]) <= self.when.on
        ]  # fmt: skip
        if not held:
            return "no_data", "secretary_unknown", key, None, months, None, ()
        ends = [a_day(post["ends_on"]) for post in held]
        if any(end is None or end >= self.when.on for end in ends):
            return "good", "secretary_in_post", key, None, months, None, ()
        since = max(end for end in ends if end) + DAY
        if plus_months(since, months) <= self.when.on:
            return "urgent", "secretary_vacant_long", key, since, months, since, ()
        return "warn", "secretary_vacant", key, since, months, since, ()

    def term(self, row: dict[str, str]) -> Finding:
        is_long = row["sector"] in {"village", "community"}
        key = "term.years.village_community" if is_long else "term.years.other"
        years, on = self.value(key, row), self.when.on
        if row["form"] == "temporary":
            return "not_applicable", "term_not_applicable", key, None, years, None, ()
        running = [
            each for each in self.export.by("members_term", "organization_id", row["id"])
            if self.when.runs(each, "starts_on", "ended_on") and self.when.knows(each)
        ]  # fmt: skip
        if not running:
            return "no_data", "term_unknown", key, None, years, None, ()
        (term,) = running
        due, ids = date.fromisoformat(term["due_on"]), (int(term["id"]),)
        if due < on:
            code, level = "term_overdue", "urgent"
            if term["extension_basis"]:
                most = self.value("term.shift_max_years", row)
                is_over = plus_months(due, 12 * most) < on
                code, level = ("term_overdue_extension", "urgent") if is_over else ("term_extended", "note")
            return level, code, key, due, years, due, ids
        months = self.value("election.remind_months_before", row)
        if plus_months(on, months) >= due:
            return "warn", "term_ending", "election.remind_months_before", due, months, None, ids
        return "good", "term_running", key, due, years, None, ids

    def follow_ups(self, row: dict[str, str]) -> Finding:
        open_ones = [
            (date.fromisoformat(decision["due_on"]), int(decision["id"]))
            for record in self.export.by("activities_activity", "branch_id", row["id"])
            if record["state"] == "held" and self.when.knows(record)
            for item in self.export.by("activities_agendaitem", "activity_id", record["id"])
            for decision in self.export.by("activities_decision", "item_id", item["id"])
            if decision["due_on"] and self.is_open(decision)
        ]
        late = [each for each in open_ones if each[0] < self.when.on]
        key = "health.follow_up_grace_days"
        none = ("good", "follow_ups_kept", key, 0, self.value(key, row), None, ())
        return self.waiting(key, row, late, ("warn", "follow_up_overdue")) or none

    def is_open(self, decision: dict[str, str]) -> bool:
        done = a_day(decision["done_on"])
        if done is not None and done <= self.when.on:
            return False
        if not decision["carried_to_id"]:
            return True
        later = self.export.one("activities_decision", decision["carried_to_id"])
        item = self.export.one("activities_agendaitem", later["item_id"])
        meeting = self.export.one("activities_activity", item["activity_id"])
        return date.fromisoformat(meeting["held_on"]) > self.when.on or not self.when.knows(meeting)

    def pledges(self, row: dict[str, str]) -> Finding:
        key = "health.pledge_days"
        days = self.value(key, row)
        joined = [
            part for part in self.export.by("activities_participation", "branch_id", row["id"])
            if date.fromisoformat(part["joined_on"]) <= self.when.on and self.is_on(part["campaign_id"])
        ]  # fmt: skip
        if not joined:
            return "not_applicable", "no_campaign", key, None, days, None, ()
        without = [
            (date.fromisoformat(part["joined_on"]), int(part["campaign_id"]))
            for part in joined
            if not any(
                not pledge["member_id"] and self.when.knows(pledge)
                for pledge in self.export.by("activities_pledge", "participation_id", part["id"])
            )
        ]
        late, yet = ("warn", "pledge_missing"), ("note", "pledge_to_make")
        made = ("good", "pledge_made", key, len(joined), days, None, ())
        return self.waiting(key, row, without, late, yet) or made

    def is_on(self, campaign_id: str) -> bool:
        campaign = self.export.one("activities_campaign", campaign_id)
        return (
            campaign["state"] in {"running", "ended"}
            and self.when.runs(campaign)
            and self.when.knows(campaign)
        )

    # --- totals

    def totals(self, branch: Branch) -> dict[str, int]:
        people, row = self.people(branch.row), branch.row
        counts: Counter[str] = Counter(
            {
                "branches": 1, "silent": int(branch.is_silent), "members.formal": people["formal"],
                "members.probationary": people["probationary"], "members.mobile": len(self.away(row)),
            }
        )  # fmt: skip
        counts["members.on_the_way"] = len(self.on_the_way(row)) + len(self.lapsed(row))
        counts["members.unnumbered"] = len(self.unnumbered(row))
        for record in self.export.records(row["id"]):
            if record.state == "held" and self.when.first <= record.held_on <= self.when.on:
                counts["records.held"] += record.recorded_at <= self.when.known
        for duty in branch.duties:
            counts[f"duty.{duty.state}"] += self.when.first <= duty.ends <= self.when.on
        for level, code, *_ in branch.findings:
            counts[f"finding.{code}"] += level in {"warn", "urgent"}
        return {name: number for name, number in counts.items() if number}


def rolled_up(branches: Iterable[Branch], path: str) -> tuple[dict[str, int], list[int]]:
    """The totals of all branches below a body, and the ids of the silent ones."""
    below = [branch for branch in branches if branch.row["path"].startswith(path)]
    totals: Counter[str] = Counter()
    for branch in below:
        totals.update(branch.totals)
    return dict(totals), sorted(int(branch.row["id"]) for branch in below if branch.is_silent)
