"""What a walk over transfers should have come to, in plain Python: written by hand, not read off the code."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

OPEN = ("draft", "submitted", "sent", "at_receiver", "returned")
# Written out by hand: the model must not learn its moves from the table it checks.
LEADS: dict[tuple[str, str], dict[str, str]] = {
    ("submit", "member"): {"draft": "submitted"},
    ("submit", "source"): {"draft": "submitted"},
    ("release", "source"): {"submitted": "sent"},
    ("approve", "committee"): {"sent": "at_receiver"},
    ("accept", "target"): {"at_receiver": "accepted"},
    ("return", "source"): {"submitted": "returned"},
    ("return", "committee"): {"sent": "returned"},
    ("return", "target"): {"at_receiver": "returned"},
    ("resubmit", "member"): {"returned": "submitted"},
    ("resubmit", "source"): {"returned": "sent"},
    ("refuse", "target"): {"at_receiver": "refused"},
    ("withdraw", "member"): dict.fromkeys(OPEN, "withdrawn"),
    ("withdraw", "source"): dict.fromkeys(OPEN, "withdrawn"),
}
NAMES = sorted({name for name, _ in LEADS})
COMMITTEE = {"a": 1, "b": 1, "c": 2, "d": 2}
NEXT = {"draft": "submit", "submitted": "release", "sent": "approve", "returned": "resubmit"}
# Who owns it, where the state alone decides.
OWNER = {"submitted": "source", "sent": "committee", "at_receiver": "target"}


@dataclass
class Paper:
    """A transfer as the model knows it."""

    member: str
    source: str
    target: str
    state: str
    by_member: bool
    sent: bool
    version: int
    ends: Any

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def holder(self) -> str:
        with_member = self.state == "draft" or (self.state == "returned" and not self.sent)
        return "member" if self.by_member and with_member else "source"


class Model:
    """What the walk should have come to, in plain Python."""

    at: Any
    home: dict[str, str]
    since: dict[str, Any]
    secretary: dict[str, str | None]
    # Who held office when the walk began: what a page loaded then still believes.
    secretary_then: dict[str, str | None]
    # Where each has belonged, by the first day there.
    lived: dict[str, dict[Any, str]]
    ended: set[str]
    dissolved: set[str]
    all: dict[int, Paper]
    moves: int

    @property
    def today(self) -> Any:
        return timezone.localdate(self.at)

    def oversees(self, actor: str, branch: str) -> bool:
        return actor == "qian" or (actor == "zhao" and COMMITTEE[branch] == 1)

    def sides(self, actor: str, paper: Paper) -> set[str]:
        return set() if actor in self.ended else self._sides(actor, paper, self.secretary)

    def _sides(self, actor: str, paper: Paper, secretary: dict[str, str | None]) -> set[str]:
        found = set()
        if actor == paper.member:
            found.add("member")
        if secretary[paper.source] == actor or self.oversees(actor, paper.source):
            found.add("source")
        if self.oversees(actor, paper.source):
            found.add("committee")
        if secretary[paper.target] == actor or self.oversees(actor, paper.target):
            found.add("target")
        return found

    def office(self, side: str, paper: Paper) -> set[str]:
        """Who stands for a side: its secretary, or the next one above who holds office."""
        if side == "member":
            return {paper.member}
        branch = paper.target if side == "target" else paper.source
        holder = self.secretary[branch] if side != "committee" else None
        if holder and holder not in self.ended:
            return {holder}
        return {"zhao"} if COMMITTEE[branch] == 1 else {"qian"}

    def told(self, before: Paper, after: Paper) -> set[str]:
        sides = {OWNER.get(each.state) or each.holder for each in (before, after) if each.is_open}
        if not (before.state == "draft" and not after.is_open):
            sides |= {"member", "source"}
            if after.sent and not after.is_open:
                sides.add("target")
        return {name for side in sides for name in self.office(side, after)}

    def expected(
        self, paper: Paper, name: str, actor: str, *, is_stale: bool, from_old_page: bool = False
    ) -> str:
        sides = self.sides(actor, paper)
        if from_old_page:
            sides &= self._sides(actor, paper, self.secretary_then)
        mine = [side for side in sides if (name, side) in LEADS]
        if not mine:
            return "not_allowed"
        if is_stale:
            return "stale_version"
        for side in mine:
            to = LEADS[name, side].get(paper.state)
            is_holders = paper.state == "draft" or name == "resubmit"
            if to is None or (is_holders and side != paper.holder):
                continue
            if (name, side) == ("return", "source") and not paper.by_member:
                continue
            if to == "accepted" and self.since.get(paper.member) == self.today:
                return "transfer_same_day"
            inside = COMMITTEE[paper.source] == COMMITTEE[paper.target]
            return "at_receiver" if to == "sent" and inside else to
        return "transfer_moved_on"

    def note(self, paper: Paper, state: str) -> None:
        by_source = state in {"sent", "at_receiver"} and paper.state in {"submitted", "returned"}
        if by_source:
            paper.sent, paper.ends = True, self.today + timedelta(days=90)
        if state == "accepted":
            self.home[paper.member], self.since[paper.member] = paper.target, self.today
            self.lived.setdefault(paper.member, {})[self.today] = paper.target
            if self.secretary[paper.source] == paper.member:
                self.secretary[paper.source] = None
        paper.state = state
        paper.version += 1
        self.moves += 1
