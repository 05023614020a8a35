"""What health says of a branch's register, and of those neither quite here nor gone, worked out again."""

from collections.abc import Iterator
from datetime import date, timedelta

from drills._health_duties import Finding
from drills._health_export import DAY, a_day, a_time, local_day
from drills._health_people import PeopleReckoning

ON_THE_WAY = {"sent", "at_receiver"}
EXPECTED_HERE = {"announced", "registered"}


class RegisterReckoning(PeopleReckoning):
    """Posts of the committee, members on the way, lost or from elsewhere, gaps of the register."""

    def committee_posts(self, row: dict[str, str]) -> Finding:
        key = "committee.posts"
        asked = self.value(key, row)
        if row["has_committee"] != "t" or row["form"] == "temporary":
            return "not_applicable", "committee_posts_not_asked", key, None, asked, None, ()
        until = {kind: list(self.ends_of(row, kind)) for kind in asked.split(",")}
        if not any(until.values()):
            return "no_data", "committee_posts_unknown", key, None, asked, None, ()
        vacant = [kind for kind, ends in until.items() if all(end and end < self.when.on for end in ends)]
        if not vacant:
            return "good", "committee_posts_held", key, None, asked, None, ()
        left = [max(end for end in until[kind] if end) + DAY for kind in vacant if until[kind]]
        since = min(left, default=None)
        return "warn", "committee_posts_vacant", key, ",".join(vacant), asked, since, ()

    def ends_of(self, row: dict[str, str], kind: str) -> Iterator[date | None]:
        """The last day of everybody who has held the post by that day."""
        for post in self.export.by("members_post", "organization_id", row["id"]):
            counts = post["kind"] == kind and not post["cancelled_on"] and self.when.knows(post)
            if counts and date.fromisoformat(post["starts_on"]) <= self.when.on:
                yield a_day(post["ends_on"])

    def transit(self, row: dict[str, str]) -> Finding:
        """Members sent off and not taken in yet; those whose letter ran out are with nobody."""
        usual, most = "letter.valid_usual", "letter.valid_max"
        on_the_way = self.on_the_way(row)

        def older(days: int) -> list[tuple[date, int]]:
            edge = self.when.on - timedelta(days=days)
            return sorted(each for each in on_the_way if each[0] < edge)

        def told(level: str, code: str, key: str, rows: list[tuple[date, int]]) -> Finding:
            ids = tuple(pk for _, pk in rows)
            return level, code, key, len(rows), self.value(key, row), rows[0][0], ids

        if over := sorted([*older(self.value(most, row)), *self.lapsed(row)]):
            return told("urgent", "in_transit_over", most, over)
        if long := older(self.value(usual, row)):
            return told("note", "in_transit_long", usual, long)
        code = "in_transit" if on_the_way else "nobody_in_transit"
        return "good", code, usual, len(on_the_way), self.value(usual, row), None, ()

    def on_the_way(self, row: dict[str, str]) -> list[tuple[date, int]]:
        return [
            (self.left_on(transfer), int(transfer["id"]))
            for transfer in self.export.by("members_transfer", "source_id", row["id"])
            if self.transfer_then(transfer)[0] in ON_THE_WAY
        ]

    def lapsed(self, row: dict[str, str]) -> list[tuple[date, int]]:
        return [
            (self.left_on(transfer), int(transfer["id"]))
            for transfer in self.export.by("members_transfer", "source_id", row["id"])
            if self.has_lapsed(transfer, row)
        ]

    def left_on(self, transfer: dict[str, str]) -> date:
        return a_day(transfer["sent_on"]) or local_day(transfer["started_at"])

    def has_lapsed(self, transfer: dict[str, str], row: dict[str, str]) -> bool:
        """The letter ran out, the member is still here, and nobody has started again."""
        if transfer["state"] != "expired" or a_time(transfer["ended_at"]) >= self.when.over:
            return False
        again = any(
            a_time(transfer["started_at"]) < a_time(other["started_at"]) < self.when.over
            for other in self.export.by("members_transfer", "member_id", transfer["member_id"])
        )
        return not again and transfer["member_id"] in {pk for pk, _ in self.members(row)}

    def lost(self, row: dict[str, str]) -> Finding:
        key, on = "stop.lost", self.when.on
        found = []
        for period in self.export.by("members_branchperiod", "branch_id", row["id"]):
            if not (self.when.runs(period) and self.when.knows(period)):
                continue
            for clock in self.export.by("members_contactproposal", "member_id", period["member_id"]):
                closed = a_day(clock["closed_on"])
                is_open = date.fromisoformat(clock["opened_on"]) <= on and (closed is None or closed > on)
                if is_open and self.when.knows(clock):
                    found.append((date.fromisoformat(clock["counts_from"]), int(clock["id"])))
        months = self.value(key, row)
        if not found:
            return "good", "nobody_lost", key, 0, months, None, ()
        found.sort()
        return "warn", "member_lost", key, len(found), months, found[0][0], tuple(pk for _, pk in found)

    def hosted(self, row: dict[str, str]) -> Finding:
        """Where the two ends of a stay met has no day on record: it is read as it stands."""
        key, on = "mobile.match_remind_days", self.when.on
        days = min(self.value(key, row))
        here, waiting = 0, []
        for inflow in self.export.by("members_inflow", "host_id", row["id"]):
            ended = a_day(inflow["ended_on"])
            if a_time(inflow["recorded_at"]) >= self.when.over or (ended is not None and ended <= on):
                continue
            here += 1
            if inflow["state"] in EXPECTED_HERE:
                waiting.append((local_day(inflow["recorded_at"]), int(inflow["id"])))
        if not here:
            return "not_applicable", "nobody_hosted", key, None, days, None, ()
        if not waiting:
            return "good", "hosted_settled", key, here, days, None, ()
        waiting.sort()
        late = [each for each in waiting if each[0] < on - timedelta(days=days)]
        level, code, rows = (
            ("warn", "hosted_waiting_long", late) if late else ("note", "hosted_waiting", waiting)
        )
        return level, code, key, len(rows), days, rows[0][0], tuple(pk for _, pk in rows)

    def register(self, row: dict[str, str]) -> Finding:
        """A gap of the record is nobody's fault; the register keeps no history of it."""
        key = "member.fields"
        asked, people = self.value(key, row), [pk for pk, _ in self.members(row)]
        if not people:
            return "not_applicable", "nobody_registered", key, None, asked, None, ()
        gaps = self.unnumbered(row)
        if gaps:
            return "no_data", "register_gaps", key, len(gaps), asked, None, tuple(gaps)
        return "good", "register_complete", key, 0, asked, None, ()

    def unnumbered(self, row: dict[str, str]) -> list[int]:
        numbers = {
            pk: self.export.one("members_member", pk)["id_number_digest"] for pk, _ in self.members(row)
        }
        return sorted(int(pk) for pk, number in numbers.items() if not number)
