"""Reads `data/health_sheets.yaml` and puts each branch of it into the database, as plain rows."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from activities.models import Activity
from activities.tests.factories import make_activity
from activities.workflows.duties import open_duties
from branches.choices import PostKind
from branches.models import Organization
from branches.tests.factories import make_organization
from members.choices import Standing
from members.models import ContactProposal, Inflow, Member
from members.tests.factories import (
    make_member,
    make_post,
    make_spell,
    make_term,
    make_transfer,
    make_user,
    member_row,
    save_members,
)
from orgportal.core.models import LocalProvision, User
from orgportal.health.tests.factories import make_campaign, make_decision, make_pledge

FILE = Path(__file__).parent / "data" / "health_sheets.yaml"
STATES = {"did not meet ": "did_not_meet", "excused ": "excused", "": "held"}
LONG_AGO = date(2015, 7, 1)
MONTHLY = re.compile(r"(\d+)th of (\d{4})-(\d\d)\.\.(\d{4})-(\d\d)$")
SINGLE = re.compile(r"(did not meet |excused |)(\d{4}-\d\d-\d\d)(?:@(\d{4}-\d\d-\d\d))?$")

# What is found, by the rule it is found under: level, code, measured, since, how many are named.
Line = tuple[str, str, Any, date | None, int]


class Sheet:
    """One branch on one day: what happened to it, and what must be said."""

    def __init__(self, ordinary: dict[str, Any], own: dict[str, Any]) -> None:
        self.facts = {**ordinary, **own}
        for inner in ("records", "findings"):
            self.facts[inner] = {**ordinary[inner], **own.get(inner, {})}
        self.title: str = own["title"]
        self.seen: date = self.facts["seen"]

    @property
    def known(self) -> datetime:
        return moment(self.seen, 23)

    @property
    def findings(self) -> dict[str, Line]:
        return {name: _line(*said) for name, said in self.facts["findings"].items()}

    def records(self) -> Iterator[tuple[str, str, date, date]]:
        """Kind, state, the day it was held and the day it was entered."""
        for kind, entries in self.facts["records"].items():
            for entry in entries:
                for state, held, entered in _entry(str(entry)):
                    yield kind, state, held, entered


def _line(level: str, code: str, measured: Any = None, since: date | None = None, named: int = 0) -> Line:
    return level, code, measured, since, named


def _entry(text: str) -> Iterator[tuple[str, date, date]]:
    if every := MONTHLY.match(text):
        day, year, month, last_year, last_month = map(int, every.groups())
        while (year, month) <= (last_year, last_month):
            yield "held", date(year, month, day), date(year, month, day)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return
    one = SINGLE.match(text)
    if one is None:
        raise SystemExit(f"health_sheets.yaml: not understood: {text}")
    held = date.fromisoformat(one[2])
    yield STATES[one[1]], held, date.fromisoformat(one[3]) if one[3] else held


def read() -> list[Sheet]:
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [Sheet(told["ordinary"], own) for own in told["sheets"]]


def moment(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


class Played:
    """The branch of a sheet in a district of its own, with a branch next door."""

    def __init__(self, sheet: Sheet, typist: User) -> None:
        self.sheet, self.typist, facts = sheet, typist, sheet.facts
        self.district = make_organization(None, f"{sheet.title}区委", established_on=date(1950, 1, 1))
        body = facts["branch"]
        self.branch = make_organization(
            self.district, sheet.title, established_on=body["founded"], form=body.get("form", "regular"),
            sector=body["sector"], has_committee=body["committee"],
        )  # fmt: skip
        self.next_door = make_organization(self.district, f"{sheet.title}邻支部")
        self.neighbours = [make_member(self.next_door, f"邻居{number}") for number in range(3)]
        self.people = list(self._people(**facts["members"]))
        self._rules()
        self._offices()
        meetings = self._records()
        self._waiting(meetings)
        self._lost_and_hosted()
        self._campaign()
        open_duties(sheet.seen, since=facts["taken_over"], path=self.district.path, at=moment(sheet.seen, 22))

    def _people(self, formal: int, probationary: int) -> list[Member]:
        new = {"standing": Standing.PROBATIONARY, "confirmed_on": None, "joined_on": date(2025, 9, 1)}
        gaps = self.sheet.facts.get("unnumbered", 0)
        rows = [member_row(self.branch, f"正式{number}") for number in range(formal)]
        rows += [member_row(self.branch, f"预备{number}", **new) for number in range(probationary)]
        for row in rows[gaps:]:
            row.id_number_digest = sha256(row.number.encode()).hexdigest()
        return save_members(rows, LONG_AGO)

    def _rules(self) -> None:
        taken_over = {"key": "duty.taken_over_on", "value": self.sheet.facts["taken_over"].isoformat()}
        for rule in ({**taken_over, "from": date(1921, 7, 23)}, *self.sheet.facts.get("local", [])):
            LocalProvision.objects.create(
                key=rule["key"], path=self.district.path, value=rule["value"], instrument="区委通知",
                valid_from=rule["from"], recorded_at=moment(LONG_AGO),
            )  # fmt: skip

    def _offices(self) -> None:
        """The neighbours hold the posts: a register may be empty."""
        spans = self.sheet.facts["secretary"]
        for holder, span in zip(self.neighbours, [] if spans == "none" else spans, strict=False):
            since, _, until = span.partition("..")
            make_post(
                holder, self.branch, PostKind.SECRETARY, starts_on=date.fromisoformat(since),
                ends_on=date.fromisoformat(until) if until else None, recorded_at=moment(LONG_AGO),
            )  # fmt: skip
        posts = self.sheet.facts["posts"]
        for kind, span in {} if posts == "none" else posts.items():
            since, _, until = span.partition("..")
            make_post(
                self.neighbours[0], self.branch, PostKind(kind), starts_on=date.fromisoformat(since),
                ends_on=date.fromisoformat(until) if until else None, recorded_at=moment(LONG_AGO),
            )  # fmt: skip
        term = self.sheet.facts["term"]
        if term != "none":
            make_term(
                self.branch, starts_on=term["from"], due_on=term["due"],
                extension_basis=term.get("extension", ""), recorded_at=moment(LONG_AGO),
            )  # fmt: skip

    def _records(self) -> list[Activity]:
        return [
            make_activity(
                self.branch,
                self.typist,
                kind=kind,
                state=state,
                title="活动",
                held_on=held,
                reason="" if state == "held" else "防汛",
                recorded_at=moment(entered),
                changed_at=moment(entered),
            )
            for kind, state, held, entered in self.sheet.records()
        ]

    def _waiting(self, meetings: list[Activity]) -> None:
        facts = self.sheet.facts
        inside, outside = iter(self.people), iter(self.neighbours)
        member = None
        for each in facts.get("transfers", []):
            if member is None or "again" not in each:
                member = next(inside if each["side"] == "out" else outside)
            starter = self.typist
            if each.get("by") == "member":
                member.user = starter = make_user(f"u{member.pk}")
                member.save(update_fields=["user"])
            ended = {"ended_at": moment(each["ended"])} if "ended" in each else {}
            make_transfer(
                member, self.next_door if each["side"] == "out" else self.branch, state=each["state"],
                started_by=starter, started_at=moment(each["since"], 8),
                state_since=moment(each.get("ended", each["since"])), **ended,
            )  # fmt: skip
        for agreed in facts.get("away", []):
            make_spell(next(inside), next_contact_on=None if agreed == "none" else agreed)
        for meeting, each in zip(meetings, facts.get("follow_ups", []), strict=False):
            done = {"done_on": each["done"], "result": "已办结"} if "done" in each else {}
            make_decision(meeting, self.people[0], each["due"], **done)

    def _lost_and_hosted(self) -> None:
        for member, each in zip(self.people, self.sheet.facts.get("lost", []), strict=False):
            closed = each.get("closed")
            ContactProposal.unscoped.create(
                member=member, kind="stop", counts_from=each["from"], due_on=each["opened"],
                opened_on=each["opened"], closed_on=closed, state="overtaken" if closed else "open",
                recorded_at=moment(each["opened"]),
            )  # fmt: skip
        for number, told in enumerate(self.sheet.facts.get("hosted", [])):
            guest = make_member(self.next_door, f"客人{number}")
            waits = told.removeprefix("waiting since ") if told != "settled" else ""
            day = date.fromisoformat(waits) if waits else LONG_AGO
            Inflow.unscoped.create(
                host=self.branch, number=guest.number, name=guest.name, member=guest, since=day,
                spell=None if waits else make_spell(guest), state="registered" if waits else "matched",
                recorded_at=moment(day), recorded_by=self.typist,
            )  # fmt: skip

    def _campaign(self) -> None:
        if joined := self.sheet.facts.get("campaign"):
            campaign = make_campaign(self.district, self.typist, self.branch, joined_on=joined["joined"])
            if joined["pledged"]:
                make_pledge(campaign, Organization.unscoped.get(pk=self.branch.pk))
