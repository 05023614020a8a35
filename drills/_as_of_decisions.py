"""Decisions about a standing: at once, told late, ahead of their day, proposed and answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from drills._as_of_journal import DAY, Decided
from drills._as_of_play import WIDE, Moment, Play
from members.models import Member
from members.workflows import standing
from members.workflows.standing import Decision
from orgportal.core.scoping import Grant, Scope

# Who sits at the branch's desk only: what needs approval waits for it.
BRANCH_DESK = Scope(grants=(Grant("", frozenset({"member.edit"})),))


@dataclass
class DecisionPlay(Play):
    """The same year with what meetings and committees decide."""

    def kinds(self) -> list[Callable[[Moment], str]]:
        return [
            *super().kinds(), self.stop, self.restore, self.leave, self.die, self.cancel, self.confirm,
            self.extend, self.decide_ahead, self.propose,
        ]  # fmt: skip

    def stop(self, now: Moment) -> str:
        return self.decide("stop", {"formal", "probationary"}, now, now.day)

    def restore(self, now: Moment) -> str:
        return self.decide("restore", {"suspended"}, now, now.day)

    def leave(self, now: Moment) -> str:
        return self.decide(self.random.choice(["resigned", "expelled"]), {"formal"}, now, now.day)

    def die(self, now: Moment) -> str:
        """Told of up to a month late."""
        return self.decide("death", {"formal"}, now, now.day - timedelta(days=self.random.randint(0, 30)))

    def cancel(self, now: Moment) -> str:
        return self.decide("cancelled", {"probationary"}, now, now.day)

    def confirm(self, now: Moment) -> str:
        """From the day a year is served, however long ago the meeting looked at it."""
        member = self.one({"probationary"}, lambda row: row.joined_on + timedelta(days=366) < now.day)
        due = member.joined_on + timedelta(days=366)
        on = max(due, now.day - timedelta(days=self.random.randint(0, 40)))
        return self.decide("confirm", {"probationary"}, now, on, member)

    def extend(self, now: Moment) -> str:
        member = self.one({"probationary"}, lambda row: row.probation_until is None)
        decision = Decision(
            kind="extend", decided_on=now.day, effect_on=now.day, document="决议", approval="批复",
            extend_months=6,
        )  # fmt: skip
        self.enter(member, decision, WIDE, now)
        self.journal.begin(member.pk, now.day, "extended", value=True, known=now.day)
        return "probations extended"

    def decide(
        self, kind: str, standings: set[str], now: Moment, on: date, member: Member | None = None
    ) -> str:
        member = member or self.one(standings)
        change = self.enter(member, self.decision(kind, on, now), WIDE, now)
        assert change.state == "in_force"
        self.changed(kind, member, on, now.day)
        return f"{kind}{' told late' if on < now.day else ''}"

    def decision(self, kind: str, on: date, now: Moment) -> Decision:
        decided = min(on, now.day)
        return Decision(
            kind=kind, decided_on=decided, effect_on=on, document="决议", approval="批复",
            ground="lost" if kind == "stop" else "",
        )  # fmt: skip

    def enter(self, member: Member, decision: Decision, scope: Scope, now: Moment) -> Any:
        hand: dict[str, Any] = {"actor": self.officer, "scope": scope, "at": now.at}
        return standing.enter(member, decision, seen_version=member.version, **hand)

    def changed(self, kind: str, member: Member, on: date, known: date) -> None:
        """The standing follows a decision; an exit's day is the last one as a member."""
        after = {"confirm": "formal", "stop": "suspended"}.get(kind, "ended")
        if kind == "restore":
            after = "formal" if member.confirmed_on else "probationary"
        begins = on + DAY if after == "ended" else on
        self.journal.begin(member.pk, begins, "standing", after, known)
        if after == "ended":
            self.stay_over(member.pk, on, known)
        if after in {"ended", "suspended"}:
            self.posts_over(member.pk, begins - DAY, known)

    # --- decisions that wait

    def decide_ahead(self, now: Moment) -> str:
        """Decided with a day to come: it waits, then takes effect or is taken back before."""
        member = self.one({"formal"})
        on = now.day + timedelta(days=self.random.randint(1, 60))
        kind = self.random.choice(["stop", "resigned"])
        change = self.enter(member, self.decision(kind, on, now), WIDE, now)
        told = Decided(member.pk, kind, now.day, needs_approval=False)
        self.journal.decisions.append(told)
        if self.random.random() < 0.3:
            self.put_off(now, (on - now.day).days, lambda day: self.withdraw(change, told, day))
        self.later.append((on, lambda day: self.take_effect(change, told, on, day)))
        return "decided ahead"

    def withdraw(self, change: Any, told: Decided, now: Moment) -> None:
        words = standing.Words(reason="撤回")
        standing.move(change, "withdraw", actor=self.officer, scope=WIDE, at=now.at, words=words)
        told.settled = now.day
        self.done["decisions withdrawn"] += 1

    def take_effect(self, change: Any, told: Decided, on: date, now: Moment) -> None:
        member = Member.unscoped.get(pk=told.member)
        if told.settled is None:
            told.settled = now.day
            if standing.take_effect(change.pk, on=now.day, at=now.at):
                self.changed(told.kind, member, on, now.day)
                self.done["took effect later"] += 1

    def propose(self, now: Moment) -> str:
        """The branch proposes; the committee answers some weeks later, one way or the other."""
        kind = self.random.choice(["expelled", "cancelled"])
        member = self.one({"formal"} if kind == "expelled" else {"probationary"})
        self.enter(member, self.decision(kind, now.day, now), BRANCH_DESK, now)
        change = member.standing_changes.open().get()
        told = Decided(member.pk, kind, now.day, needs_approval=True)
        self.journal.decisions.append(told)
        self.put_off(now, 40, lambda day: self.answer(change, told, now.day, day))
        return "proposed"

    def answer(self, change: Any, told: Decided, on: date, now: Moment) -> None:
        says_yes = self.random.random() < 0.7
        words = standing.Words(reason="退回", approval="批复")
        move_name = "approve" if says_yes else "refuse"
        standing.move(change, move_name, actor=self.officer, scope=WIDE, at=now.at, words=words)
        told.settled = now.day
        if says_yes:
            told.approved = now.day
            self.changed(told.kind, Member.unscoped.get(pk=told.member), on, now.day)
        self.done[f"proposals: {move_name}"] += 1
