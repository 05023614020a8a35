"""What was played, in plain values: events of members, the days on which each was known, and the replay.

Nothing here asks the product: a day's lists are worked out from the events alone.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

DAY, ALWAYS, NEVER = timedelta(days=1), date(2000, 1, 1), date.max
BY_NOW = NEVER - DAY
# The standings in which somebody is in the register.
PRESENT = frozenset({"formal", "probationary", "suspended"})


@dataclass(frozen=True, slots=True)
class Event:
    """From this day on `fact` is `value`; on record from one day on, until another one took it back."""

    on: date
    order: int  # an end comes before a beginning of the same day
    fact: str
    value: Any
    known: date = ALWAYS
    gone: date = NEVER

    @property
    def place(self) -> tuple[date, int]:
        return self.on, self.order


@dataclass(slots=True)
class Decided:
    """A decision about a standing: the days on which it was entered, approved and settled."""

    member: int
    kind: str
    entered: date
    needs_approval: bool
    approved: date | None = None
    settled: date | None = None

    def state(self, day: date) -> str:
        """At the end of that day; "" while it did not wait for anything."""
        if self.entered > day or (self.settled is not None and self.settled <= day):
            return ""
        if self.approved is not None:
            return "coming" if self.approved <= day else "proposed"
        return "proposed" if self.needs_approval else "coming"


class Journal:
    """What happened to each member: read from the tables before the play, then written by the play."""

    def __init__(self) -> None:
        self.events: defaultdict[int, list[Event]] = defaultdict(list)
        self.decisions: list[Decided] = []
        self.people: dict[int, int] = {}  # a record merged away and the one that stands for it

    def read(self, rows: Iterable[Any], fact: str, nothing: Any) -> None:
        for member, value, starts_on, ends_on in rows:
            self.begin(member, starts_on, fact, value)
            if ends_on:
                self.end(member, ends_on + DAY, fact, nothing)

    def begin(self, member: int, on: date, fact: str, value: Any, known: date = ALWAYS) -> None:
        self.events[member].append(Event(on, 1, fact, value, known))

    def end(self, member: int, on: date, fact: str, nothing: Any, known: date = ALWAYS) -> None:
        self.events[member].append(Event(on, 0, fact, nothing, known))

    def strike(self, member: int, event: Event, known: date) -> None:
        """From that day on the event is not on record any more."""
        mine = self.events[member]
        mine[mine.index(event)] = replace(event, gone=known)

    def live(self, member: int, fact: str) -> list[Event]:
        """What is on record now of a fact, or of all facts whose name begins so, in order."""
        mine = [each for each in self.events[member] if each.gone == NEVER and each.fact.startswith(fact)]
        return sorted(mine, key=lambda event: event.place)

    def spans(self, member: int, fact: str) -> list[tuple[Event, date | None]]:
        """Each beginning of a fact with the last day it lasted; none while it goes on."""
        events = self.live(member, fact)
        begins, ends = [each for each in events if each.value], [each for each in events if not each.value]
        found = []
        for number, begin in enumerate(begins):
            until = begins[number + 1].on if number + 1 < len(begins) else NEVER
            last = min((end.on for end in ends if begin.on < end.on <= until), default=None)
            found.append((begin, last - DAY if last else None))
        return found

    def write_again(self, member: int, events: Iterable[Event], known: date) -> None:
        self.events[member] += [replace(each, known=known, gone=NEVER) for each in events]

    def sort(self) -> None:
        for member in self.events:
            self.events[member].sort(key=lambda event: event.place)

    # --- the replay

    def state(self, member: int, day: date, known: date = BY_NOW) -> dict[str, Any]:
        """Every fact of a member on that day, as on record at the end of the other; the journal is sorted."""
        events = self.events[member]
        upto = bisect_right(events, (day, 2), key=lambda each: each.place)
        return {each.fact: each.value for each in events[:upto] if each.known <= known < each.gone}

    def on(self, day: date, known: date = BY_NOW) -> dict[int, dict[str, Any]]:
        """Everybody who was in the register that day."""
        found = {}
        for member in self.events:
            state = self.state(member, day, known)
            if state.get("branch") and state.get("standing") in PRESENT:
                found[member] = state
        return found

    def holders(self, day: date, known: date = BY_NOW) -> set[tuple[int, int, str]]:
        """Member, body and post of all posts held that day."""
        return {
            (member, int(body), kind)
            for member in self.events
            for fact, value in self.state(member, day, known).items()
            if value and fact.startswith("post:")
            for body, kind, _group in [fact.removeprefix("post:").split(":")]
        }

    def waiting(self, day: date) -> dict[int, tuple[str, str]]:
        """Member to kind and state of the decision that waited at the end of that day."""
        told = ((each, each.state(day)) for each in self.decisions)
        return {self.person(each.member): (each.kind, state) for each, state in told if state}

    def person(self, member: int) -> int:
        while member in self.people:
            member = self.people[member]
        return member

    def told_late(self, day: date, known: date) -> bool:
        """Whether that day was known otherwise by then than it is now."""
        return any(
            each.on <= day and (each.known <= known < each.gone) != (each.gone == NEVER)
            for events in self.events.values()
            for each in events
        )
