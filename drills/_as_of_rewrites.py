"""What rewrites the register: branches merged after the fact, one person found in two records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from branches.models import Organization
from branches.workflows.history import Order
from drills._as_of_journal import DAY, Event
from drills._as_of_paper import LATE, PaperPlay
from drills._as_of_play import WIDE, Moment
from members.models import Member, Merge
from members.workflows import merging, mobile
from members.workflows.merging import Choice
from members.workflows.reorganise import merge_branches
from orgportal.core.errors import Refused

MERGERS = 4


@dataclass
class WholePlay(PaperPlay):
    """The year with everything in it."""

    def kinds(self) -> list[Callable[[Moment], str]]:
        return [*super().kinds(), self.double, self.double, self.merge_bodies]

    def merge_bodies(self, now: Moment) -> str:
        """By an order that takes effect before it is carried out."""
        if self.done["branches merged"] >= MERGERS:
            raise Refused("enough")
        source = self.branch()
        beside = Organization.unscoped.current().branches().filter(parent=source.parent_id)
        target = self.random.choice(list(beside.exclude(pk=source.pk).order_by("pk")) or [source])
        on = now.day - timedelta(days=self.random.randint(0, 12))
        there = list(source.members.active().order_by("pk").values_list("pk", flat=True))
        order = Order(on=on, basis="区委〔2026〕1号", version=source.version)
        merge_branches(source, target, order, actor=self.officer, scope=WIDE, at=now.at)
        for member in there:
            self.journal.begin(member, on, "branch", target.pk, now.day)
        for member in [*self.journal.events]:
            for fact in {each.fact for each in self.journal.live(member, f"post:{source.pk}:")}:
                for begin, end in self.journal.spans(member, fact):
                    if end is None or end >= on:
                        self.journal.end(member, max(on, begin.on + DAY), fact, None, now.day)
        return "branches merged"

    def double(self, now: Moment) -> str:
        """Somebody is entered a second time; found out weeks later, and now and then wrongly so."""
        member = self.one({"formal"}, lambda row: row.pk not in self.stays and not row.aliases.exists())
        moved = self.random.random() < 0.5
        branch = self.beside(member.branch) if moved else member.branch
        began = self.journal.live(member.pk, "branch")[-1].on
        since = max(began + DAY, now.day - timedelta(days=self.random.randint(0, 20)))
        person = self.person(joined_on=member.joined_on, confirmed_on=member.confirmed_on)
        other = self.add(branch, person, since, now)
        self.entered(other.pk, branch.pk, person, since, now.day)
        if self.random.random() < 0.5:
            self.send_away(other, max(since, now.day - DAY), now)
        cut = since if moved else None
        self.put_off(now, LATE, lambda day: self.join(member.pk, other.pk, cut, day))
        return "entered twice"

    def join(self, one: int, other: int, cut: date | None, now: Moment) -> None:
        """What both records said becomes the history of one person, from now on."""
        if spell := self.stays.get(other):
            self.back_before(other, spell, now)
        kept, merged = Member.unscoped.get(pk=one), Member.unscoped.get(pk=other)
        if kept.standing != "formal":
            return
        choice = Choice(from_merged=(), basis="同一人", cut_on=cut, later="merged", counts="kept")
        seen = kept.version, merged.version
        row = merging.merge(kept, merged, choice, versions=seen, actor=self.officer, scope=WIDE, at=now.at)
        before = {pk: self.journal.live(pk, "") for pk in (one, other)}
        self.rewrite(one, other, cut, now.day)
        self.journal.people[other] = one
        self.done["doubles merged"] += 1
        if self.random.random() < 0.3:
            self.put_off(now, LATE, lambda day: self.part(row, before, day))

    def rewrite(self, one: int, other: int, cut: date | None, known: date) -> None:
        """From the cut on the other record tells where they were; both tell of stays."""
        mine = self.journal.live(one, "")
        first = min(event.on for event in mine if event.fact == "standing")
        for event in mine:
            if cut and event.fact == "branch" and event.on >= cut:
                self.journal.strike(one, event, known)
        for event in self.journal.live(other, ""):
            self.journal.strike(other, event, known)
            is_earlier = event.fact == "standing" and event.on < first
            if event.fact == "away" or is_earlier or (cut and event.fact == "branch"):
                self.journal.write_again(one, [event], known)

    def back_before(self, member: int, spell: Any, now: Moment) -> None:
        on = max(spell.starts_on, now.day - DAY)
        mobile.come_back(spell, on, seen_version=spell.version, actor=self.officer, scope=WIDE, at=now.at)
        self.stay_over(member, on, now.day)

    def part(self, row: Merge, before: dict[int, list[Event]], now: Moment) -> None:
        """Two records again, as they were before."""
        merging.undo(row, actor=self.officer, scope=WIDE, at=now.at)
        for member, events in before.items():
            for event in self.journal.live(member, ""):
                self.journal.strike(member, event, now.day)
            self.journal.write_again(member, events, now.day)
        del self.journal.people[row.merged_id]
        self.done["merges undone"] += 1

    def beside(self, branch: Organization) -> Organization:
        rows = Organization.unscoped.current().branches().filter(parent=branch.parent_id)
        return self.random.choice(list(rows.exclude(pk=branch.pk).order_by("pk")) or [branch])
