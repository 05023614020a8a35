"""Who was on a branch's register on a day, who was on the way or away, and what waits for the branch."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from drills._health_duties import DutyReckoning, Finding
from drills._health_export import a_time, local_day


class PeopleReckoning(DutyReckoning):
    """What health says of the people of a branch."""

    def people(self, row: dict[str, str]) -> Counter[str]:
        """Members on the register that day, by standing; "away" and those without a next contact."""
        return Counter(standing for _, standing in self.members(row))

    def members(self, row: dict[str, str]) -> Iterator[tuple[str, str]]:
        for period in self.export.by("members_branchperiod", "branch_id", row["id"]):
            if not (self.when.runs(period) and self.when.knows(period)):
                continue
            for standing in self.export.by("members_standingperiod", "member_id", period["member_id"]):
                counts = standing["standing"] in {"formal", "probationary"}
                if counts and self.when.runs(standing) and self.when.knows(standing):
                    yield period["member_id"], standing["standing"]

    def set_up(self, row: dict[str, str]) -> list[Finding]:
        key = "branch.min_formal_members"
        people = self.people(row)
        formal, everybody = people["formal"], people["formal"] + people["probationary"]
        minimum = self.value(key, row)
        if not everybody:
            return [("no_data", "register_empty", key, None, minimum, None, ())]
        found: list[Finding] = []

        def call(level: str, code: str, key: str, number: int) -> None:
            found.append((level, code, key, number, self.value(key, row), None, ()))

        is_temporary, has_committee = row["form"] == "temporary", row["has_committee"] == "t"
        if not is_temporary and not has_committee and formal >= self.value("committee.required_from", row):
            call("warn", "committee_due", "committee.required_from", formal)
        if everybody > self.value("branch.max_members_usual", row):
            call("note", "split_due", "branch.max_members_usual", everybody)
        if row["form"] == "regular" and formal < self.value("branch.joint.trigger", row):
            call("note", "join_due", "branch.joint.trigger", formal)
        return found or [("good", "set_up_fits", key, formal, minimum, None, ())]

    def transfers(self, row: dict[str, str]) -> Finding:
        key = "transfer.step_days"
        waiting = []
        for side, column in (("out", "source_id"), ("in", "target_id")):
            for transfer in self.export.by("members_transfer", column, row["id"]):
                state, since = self.transfer_then(transfer)
                if self.is_the_branchs(transfer, side, state):
                    waiting.append((since, int(transfer["id"])))
        late, yet = ("urgent", "transfer_waiting_long"), ("note", "transfer_waiting")
        none = ("good", "no_transfer_waiting", key, 0, self.value(key, row), None, ())
        return self.waiting(key, row, waiting, late, yet) or none

    def transfer_then(self, transfer: dict[str, str]) -> tuple[str, date]:
        """The state it was in at the end of the day, and since when; "" where it was not under way."""
        ended = transfer["ended_at"]
        if a_time(transfer["started_at"]) >= self.when.over or (ended and a_time(ended) < self.when.over):
            return "", self.when.on
        if a_time(transfer["state_since"]) < self.when.over:
            return transfer["state"], local_day(transfer["state_since"])
        steps = [
            step for step in self.export.by("members_transferstep", "transfer_id", transfer["id"])
            if a_time(step["at"]) < self.when.over
        ]  # fmt: skip
        if not steps:
            return transfer["state"], local_day(transfer["state_since"])
        last = max(steps, key=lambda step: (a_time(step["at"]), int(step["id"])))
        return last["to_state"], local_day(last["at"])

    def is_the_branchs(self, transfer: dict[str, str], side: str, state: str) -> bool:
        if side == "in":
            return state == "at_receiver"
        member = self.export.one("members_member", transfer["member_id"])
        is_own = transfer["started_by_id"] == member["user_id"] and not transfer["sent_on"]
        return state == "submitted" or (state in {"draft", "returned"} and not is_own)

    def away(self, row: dict[str, str]) -> list[dict[str, str]]:
        return [
            spell
            for pk, _ in self.members(row)
            for spell in self.export.by("members_mobilespell", "member_id", pk)
            if self.when.runs(spell) and spell["end_kind"] != "mistake" and self.when.knows(spell)
        ]

    def contacts(self, row: dict[str, str]) -> Finding:
        key = "health.contact_grace_days"
        days, away = self.value(key, row), self.away(row)
        if not away:
            return "not_applicable", "no_mobile_members", key, None, days, None, ()
        agreed = [
            (date.fromisoformat(s["next_contact_on"]), int(s["id"])) for s in away if s["next_contact_on"]
        ]
        late = [each for each in agreed if each[0] < self.when.on]
        if found := self.waiting(key, row, late, ("warn", "contact_overdue")):
            return found
        if not agreed:
            return "no_data", "contact_unknown", key, None, days, None, ()
        return "good", "contact_kept", key, len(away), days, None, ()

    def waiting(
        self,
        key: str,
        row: dict[str, str],
        rows: list[tuple[date, int]],
        late: tuple[str, str],
        yet: tuple[str, str] | None = None,
    ) -> Finding | None:
        """Rows somebody waits for, older than the rule allows or not yet."""
        days = self.value(key, row)
        over = sorted(each for each in rows if each[0] < self.when.on - timedelta(days=days))
        told, those = (late, over) if over else (yet, sorted(rows))
        if not (told and those):
            return None
        return *told, key, len(those), days, those[0][0], tuple(pk for _, pk in those)
